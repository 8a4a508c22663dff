### Command line

cli-demo-mark = DEMO (test seals): all people are synthetic, nothing has legal effect
cli-checked-at = Checked at
cli-steps = Steps to look at
cli-serving = The portal listens at {$address} (Ctrl-C ends it)
