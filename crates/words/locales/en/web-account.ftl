# Pages of the portal: account.
