### Command line

cli-demo-mark = DEMO (test seals): all people are synthetic, nothing has legal effect
cli-nothing = none
cli-done = done
cli-refused = refused
cli-offline = Offline: the present state of the certificate was not asked for
cli-checked-at = Checked at
cli-steps = Steps to look at
