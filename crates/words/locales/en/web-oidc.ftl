# The portal: log-in by an outside identity provider.

web-oidc-title = Log in with { $provider }
web-oidc-lead = You will leave this site, log in at { $provider } ({ $host }), and come back by yourself.
web-oidc-takes = When you have logged in, the provider tells us
web-oidc-takes-name = your name
web-oidc-takes-document = the type and number of your identity document
web-oidc-purpose = We use this only to know who you are and to find your certificates. Your password there is not told to us.
web-oidc-first = When you log in like this for the first time an account is made for you. You need not register or prove your identity again.
web-oidc-proof-title = Prove who you are at { $provider }
web-oidc-proof-purpose = It is only compared with what you said here. Your password there is not told to this system.
web-oidc-unproved-title = Your identity was not proved
web-oidc-back-to-proof = Back to the proof of identity
web-oidc-go = Go to { $provider }
web-oidc-password = Log in with document number and password
web-oidc-failed-title = You are not logged in
web-oidc-again = Log in again
web-oidc-register = Register
