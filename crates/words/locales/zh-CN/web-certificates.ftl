# Pages of the portal: certificates.
