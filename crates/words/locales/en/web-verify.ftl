# Pages of the portal: verify.
