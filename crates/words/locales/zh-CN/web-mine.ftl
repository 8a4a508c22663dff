# Pages of the portal: mine.
