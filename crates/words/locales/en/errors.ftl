### Refusals and failures: error-<code>. The variables stand in the sentences

## Endorsements

error-quota-exhausted = { $used } of { $max } endorsements of this certificate are used within { $window_days } days; the next is possible from { $next_possible_on }
error-validity-out-of-range = The validity must be 1 to { $longest } days; it was { $days }
error-clock-behind = The clock is behind the last application; nothing is granted until the clock is right
error-endorsement-needed = This certificate must be endorsed before it can be viewed or downloaded
error-endorsement-not-needed = This certificate needs no endorsement and can be downloaded directly
error-endorsement-expired = The endorsement has expired; apply again
error-endorsement-withdrawn = The endorsement was withdrawn
error-endorsement-void = The endorsement is void
error-endorsement-not-ready = The copy is being made; try again shortly
error-endorsement-not-found = There is no such endorsement
error-pass-gone = This download link has been used, has expired or never existed; make a new one in the system
error-pictures-busy = Many people are viewing copies at the moment and the picture could not be made in time; try again later, or download the copy
error-scenario-unknown = There is no such scenario
error-idempotency-mismatch = This idempotency key was used for another application

## Certificates and changes

error-certificate-not-found = There is no such certificate
error-certificate-revoked = The certificate was revoked
error-certificate-not-revoked = The certificate is not revoked
error-certificate-not-online = The certificate is not yet online
error-field-unknown = There is no such field
error-field-missing = { $field } is missing
error-nothing-to-correct = The correction changes nothing
error-reason-unknown = There is no such reason
error-basis-missing = A basis must be stated
error-request-not-found = There is no such request
error-request-not-open = The request was already decided
error-query-number-not-found = The query number does not exist or has expired

## Batches and imports

error-batch-not-found = There is no such batch
error-batch-state = The batch is not in a state that allows this step
error-maker-is-approver = What one has made, another must approve
error-organisation-unknown = There is no such organisation
error-organisation-may-not-import = This organisation may not import
error-issuer-not-allowed = This organisation may not import for that issuer
error-file-not-found = The file is not there
error-file-unreadable = The file cannot be read
error-file-type-unknown = This kind of file is not supported; use .csv, .tsv, .txt or .xlsx
error-file-exists = The file exists already
error-roster-has-errors = The roster has errors; nothing was imported
error-roster-empty = The roster has no rows

## Access and general

error-forbidden = This is not allowed
error-staff-unknown = There is no member of staff called { $name }
error-role-missing = The role that this needs is missing
error-on-behalf-needed = Acting for a holder needs a reason (--on-behalf)
error-assurance-too-low = The identity is not verified yet
error-consent-missing = The service notice was not agreed to
error-not-found = Not found
error-conflict = It conflicts with what is there
error-invalid = The input is not valid
error-internal = An internal error; it was logged
error-format-unknown = The register names a format of copies that this version does not know: { $format }; use a newer version
error-unavailable = Not available at the moment; try again later

## Surroundings, database, keys

error-not-initialised = The data directory is not initialised; run yinxin init first
error-already-initialised = The data directory is initialised already
error-wrong-database = The database belongs to another data directory
error-demo-mark-differs = The demo marks of the directory and the database differ
error-not-a-demo = Only a demo allows this
error-database-unavailable = The database is not available
error-database-not-named = The register of this data directory is on { $engine }; name it with --database, YINXIN_DATABASE or in yinxin.toml
error-database-newer = The database was made by a newer version; upgrade the program
error-disk-full = The disk is full
error-key-missing = A key is missing
error-key-mismatch = The key does not belong to the data
error-rotation-running = Another process is changing keys at the moment: try again when it has finished
error-retire-too-early = What was sealed with the older key may still be on its way to the register: retire it from { $from } on
error-in-doubt = The connection broke during the commit; repeat with the same idempotency key
error-audit-unavailable = The audit cannot be written; the action was refused
error-audit-broken = The audit chain is broken
error-copy-missing = The stored copy is missing or damaged
error-copy-deleted = The copy was deleted after its time
error-trust-missing = The trust directory holds no root
error-seal-unknown = There is no such seal
error-seal-missing = No seal is laid down for this certificate
error-seal-not-national = This seal has no SM2 key with an electronic seal, so that no OFD can be made; yinxin doctor says what is missing
error-statement-key-missing = There is no key for the statements in QR codes
error-statement-certificate-missing = No certificate in the folder trust/statement is for the key that signs statements
error-statement-certificate-unfit = The certificate { $certificate } is not for statements in QR codes: it needs the extended key usage { $purpose }, and may not be an authority’s
error-statement-key-expired = The certificate of the key for statements is not valid now (until { $until })
error-seal-not-active = The seal is not active
error-digest-changed = What was rendered differs from the recorded intent
error-self-check-failed = The copy failed its own check and was thrown away
error-level-not-reached = The copy did not reach the signature level of the settings and was not handed out; yinxin doctor says what is missing
error-time-stamp-not-trusted = No trusted root vouches for the time stamp authority; put its root into the trust directory under tsa/
error-time-stamp-unavailable = No time stamp authority gave a usable answer ({ $server }: { $reason }); the endorsement is granted, and its copy is made once time stamps are given again
error-time-stamp-authority-missing = Signature level { $level } needs a time stamp authority and none is set; set [[timestamp.servers]], or signature.level = "b-b"
error-ofd-time-stamp-authority-missing = The settings want time stamps on OFD copies (signature.ofd_time_stamp) and no authority for them is set; set [[timestamp.servers]] with imprint = "sm3", or leave it out
error-time-stamp-missing = The copy just sealed lacks the time stamp that it was to have, and was thrown away
error-time-stamp-client-failed = The connection to time stamp authorities cannot be set up
error-pdf-not-extendable = The file has no room for a document time stamp

## Page and fonts

error-no-glyph = No font has this character: { $text } ({ $code_points }); the copy was refused
error-unprintable-character = It contains a control or invisible character
error-needs-shaping = It contains a script that cannot be typeset yet
error-font-unusable = A font cannot be used
error-unknown-style = There is no such style
error-foreign-glyph = The glyph belongs to another pool
error-too-many-glyphs = Too many glyphs
error-text-does-not-fit = The text does not fit its box
error-qr-too-long = Too much data for the QR code
error-qr-parameter = A QR parameter is out of range

## Cryptography and signing

error-malformed-encoding = The encoding is malformed
error-too-large = It is too large
error-not-pem = It is not PEM
error-unsupported = It is not supported
error-key-rejected = The key was rejected
error-wrong-passphrase = The passphrase is wrong
error-invalid-spec = The certificate to be made is not valid
error-primitive-failed = A cryptographic operation failed
error-signer-busy = The signing device is busy; try again later
error-pin-refused = The signing device refused the PIN
error-pin-locked = The PIN of the signing device is locked
error-token-gone = The signing device is gone
error-key-not-found = The signing device does not hold the key
error-device-failed = The signing device failed

## Database

error-commit-in-doubt = The connection broke during the commit; repeat with the same idempotency key
error-busy = Busy; try again later
error-locked = The database is held by another (a backup, say); try again later
error-connection-lost = The connection to the database was lost
error-deadlock = It met another operation; try again
error-timeout = It took too long; try again later
error-read-only = The database is read-only
error-io = The disk failed
error-closed = The database is closed
error-transaction-failed = An earlier step of the transaction failed; all of it was rolled back
error-transaction-panicked = The transaction stopped unexpectedly; all of it was rolled back
error-foreign-await = The transaction waited for something outside and was rolled back
error-statement-refused = The database refused a statement; it was logged
error-stored-value-malformed = A value in the database has not the form that it must have
error-sealed-value-broken = An encrypted value does not open: damaged, moved, or of another key
error-migration-changed = A migration of the database differs from the program’s
error-database-address = The address of the database is not understood

## Files

error-not-one-character = It is not one character
error-not-pdf = It is not a PDF file
error-pdf-encrypted = The PDF file is encrypted
error-pdf-limit-exceeded = The PDF file exceeds a limit
error-pdf-no-cross-reference = The PDF file has no readable cross-reference
error-pdf-no-catalog = The PDF file has no readable catalog
error-pdf-malformed = The PDF file is malformed

## Rosters, templates, configuration

error-roster-damaged = The workbook is damaged
error-roster-encoding = The encoding cannot be read (UTF-8, UTF-16 with a byte order mark and GB18030 are accepted)
error-roster-encrypted = The workbook is encrypted
error-roster-headings-missing = No heading row was found in the first 10 rows
error-roster-macros = The workbook carries macros; save it as .xlsx
error-roster-too-large = The roster is too large
error-template-invalid = The template is wrong
error-template-syntax = The template cannot be read
error-file-permission = The file may not be read or written
error-catalogue-invalid = The catalogue is not valid
error-config-invalid = The configuration is not valid
error-portal-texts-invalid = portal.toml is wrong: { $reason }
error-job-unreadable = What a job says cannot be read
error-job-unknown = A newer release put this job down
error-demo-trust-failed = The demo trust could not be made
error-instance-file-damaged = The file that marks the data directory is damaged
error-key-file-damaged = A key file is damaged
error-object-store-failed = The object store failed
error-s3-not-built = This program was built without S3
error-operator-name = The name of the operator is not valid

## Command line

error-usage = The usage is wrong
error-copy-format-differs = { $file } does not end as a copy in { $format } does; name it so, or leave --format out
error-date-form = A date is written YYYY-MM-DD
error-field-form = It is written field=value
error-clock-form = A time is written 2026-03-01T09:00:00+08:00
error-id-form = The id is malformed
error-not-a-file = { $path } is no file: name a PDF or OFD file
error-file-too-large = The file is too large

## Writing PDF

error-drawing-not-finite = A coordinate of the drawing is not finite
error-drawing-not-vector = The drawing is not made of vectors
error-pdf-date-out-of-range = The date lies outside what a PDF can hold
error-pdf-too-many = Too much for one PDF
error-picture-unusable = The picture cannot be used
error-signature-too-large = The signature does not fit its place

## Drawing pictures

error-raster-too-large = The picture has no points, or too many
error-raster-not-written = The picture could not be written

## Writing OFD

error-ofd-character = There is a control character, which an OFD cannot hold
error-ofd-time-out-of-range = The time lies outside what an OFD can hold
error-ofd-too-many = Too much for one OFD

## Imports and staff

error-catalogue-drops = The new catalogue lacks entries that the register still uses
error-duplicate-in-register = A management number is in the register already
error-import-running = The same roster is being imported at the moment
error-import-rolled-back = The import was interrupted and rolled back
error-photos-unreadable = The archive of photos cannot be read
error-role-unknown = There is no such role

## Seals and documents

error-seal-twice = A seal stands there twice
error-document-type-unknown = There is no such document type

## Trust

error-trust-unusable = A file of the trust directory cannot be used
error-list-renewal-failed = The revocation list could not be renewed

## Other

error-blob-damaged = A stored file is damaged or was moved
error-date-in-future = The date is in the future
error-certificate-changed = The certificate has changed since; ask again

## Demo, endorsements, templates

error-demo-half-made = The demo country in { $data } was left half made; remove the directory and run yinxin demo again
error-demo-failed = The demo country could not be made: { $roster } { $error }
error-addition-missing = This scenario needs words of the applicant’s own (--addition)
error-addition-not-taken = This scenario takes no addition
error-idempotency-key-form = An idempotency key has 1 to 100 characters, no control characters
error-draft-over = This confirmation is over: it is more than a day old, or its address is incomplete. Please fill in the application again
error-pin-missing = The PIN of the signing device is not in the environment variable { $variable }
error-template-unknown = The seal’s template { $template } is neither shipped nor in the templates folder
error-transaction-abandoned = The step was undone

error-seal-certificate-unfit = The certificate { $certificate } is an authority’s or may not sign
error-seal-deregistered = The seal { $seal } is deregistered and stays so

error-last-operator = { $name } is the last active operator; appoint another first

error-seal-certificate-differs = The certificate file of seal { $seal } is not the one that the register knows; register it with yinxin seal add
error-register-missing = The register { $path } is not there; restore it from a back-up
error-audit-head-damaged = { $path } cannot be read; the audit’s noted head is lost
error-date-before-approval = The day { $on } lies before the approval

## Seals on SM2 and their electronic seals

error-electronic-seal-unreadable = The file is no electronic seal (GB/T 38540), or is damaged
error-electronic-seal-version = The electronic seal is of version { $found }; versions 4 (GB/T 38540-2020) and 5 (GM/T 0031-2025) can be used
error-sm2-certificate-needed = The certificate { $certificate } is not for a key on SM2; bring the seal’s SM2 certificate first in the file
error-sm2-key-differs = The SM2 key is not that of the certificate { $certificate }
error-electronic-seal-of-another = The electronic seal { $electronic_seal } does not name the certificate { $certificate }; have the maker make it for this certificate
error-electronic-seal-named-otherwise = The electronic seal { $electronic_seal } bears the name “{ $name }”, and the certificate is that of “{ $certificate }”; have the maker name it as the certificate does, or as the organisation with what kind of seal it is (…章)
error-electronic-seal-not-genuine = The electronic seal { $electronic_seal } is not as its maker made it ({ $reason }); get it from the maker again
error-seal-maker-untrusted = No trusted root vouches for “{ $maker }”, who made the electronic seal ({ $reason }, issuer “{ $issuer }”); put the root into trust/sm2/ and the issuing authority into trust/intermediates/
error-seal-maker-is-holder = “{ $maker }”, who made the electronic seal { $electronic_seal }, may use it himself or uses another seal; have it made by somebody who holds none
error-seal-maker-not-named = The folder trust/makers/ does not name “{ $maker }”, who made the electronic seal of { $seal }; put his certificate there, or bring the seal again (seal add)
error-seal-maker-out-of-time = The certificate of “{ $maker }”, who made the electronic seal, did not hold then ({ $reason })
error-sm2-certificate-untrusted = No trusted root vouches for the certificate { $certificate } ({ $reason }, issuer “{ $issuer }”); put the root into trust/sm2/ and the issuing authorities behind the certificate in its file
error-sm2-certificate-not-valid = The certificate { $certificate } does not hold now ({ $reason })
error-electronic-seal-not-valid = The electronic seal { $electronic_seal } is valid from { $from } until { $until }, not now
error-seal-certificate-needed = Seal { $seal } is not registered yet: bring its certificate for PDF too (--certificate)
error-seal-key-differs = The key is not that of the certificate { $certificate }
error-national-seal-unregistered = The SM2 certificate and the electronic seal of { $seal } are in the directory but not registered; register them with yinxin seal add
error-national-seal-differs = The SM2 certificate or the electronic seal of { $seal } is not the one that the register knows; register it with yinxin seal add
error-national-unavailable = The seals’ keys are on a device (signer.kind), which does not sign with SM2, and SM2 keys in files are not used beside it: no OFD; PDF copies are made as before
error-seal-not-in-force = Seal { $seal } cannot seal now: what it seals with is valid from { $from } until { $until }; have it renewed, yinxin doctor says what
error-seal-newer-than-copy = What seal { $seal } seals with is valid from { $from } only, and the copy is of { $made_at }; apply for a new endorsement

# The portal
error-address-taken = Nothing can listen on {$address}: {$reason}. Choose another address or port, or stop the program that has it
error-portal-busy = The system is busy; please come again in a moment
error-field-twice = One field was sent twice
error-body-incomplete = What was sent did not come whole; please send it again
error-form-expired = The page has expired. Please go back, reload it and send the form again
error-not-yours = Please log in before you do this
error-page-not-found = There is no such page

# Limits of public look-ups, and shares
error-rate-limited = Too many requests; please try again in { $retry_after } seconds
error-proof-missing = We could not tell that a person sent this. Please send it again; if scripts are off in your browser, wait 5 seconds after the page has opened
error-proof-invalid = We could not tell that a person sent this. Please send it again
error-proof-expired = The page was open for too long. Please send it again
error-proof-used = This page was sent before. Please send it again
error-proof-too-early = With scripts off in your browser, please wait { $seconds } seconds after the page has opened
error-readers-busy = Many files are being checked just now; please try again in a moment
error-picture-kind = Please choose a PNG or JPEG picture
error-picture-too-large = The picture is too large: at most { $megabytes } MB and { $megapixels } million pixels
error-picture-unreadable = The picture is damaged and cannot be read. Please take it again
error-no-code-in-picture = There is no readable QR code in the picture. Take it again with the code sharp, whole and large
error-share-not-found = There is no such share
error-share-unknown = There is nothing behind this link. Please check that it is complete
error-share-recalled = The holder has recalled this link
error-share-expired = This link has expired
error-share-used-up = All the views that this link allowed are used up
error-share-locked = Wrong PINs were entered too often; this link is locked
error-share-ended = The certificate or endorsement behind this link is no longer in force
error-share-view-over = The time for this view is over; please open the link again
error-share-pin-missing = Enter the PIN
error-share-pin-wrong = The PIN is wrong; you can try { $left } more times
error-share-text-missing = Please fill this in
error-share-views = The number of views is 1 to { $most }
error-share-last-day = The last day is between { $first } and { $latest }
error-share-too-many = At most { $most } shares of one certificate can be open; please recall one that is no longer needed

## Accounts and log-in

error-password-too-short = The password must have at least { $shortest } characters
error-password-too-long = The password must have at most { $longest } characters
error-password-common = This password is too common and easily guessed; please choose another
error-password-personal = The password must not contain your name, document number, telephone number or e-mail name
error-password-missing = Please set a password first
error-password-wrong = The password is not right
error-contact-invalid = Enter a mobile telephone number or an e-mail address. Numbers outside mainland China begin with + and the country code
error-code-form = The code has 6 digits
error-code-wrong = The code is not right; { $left } more tries
error-code-over = The code is no longer valid; please begin again
error-code-sent-recently = Codes were sent too often; try again in { $seconds } seconds
error-log-in-failed = Document number or password is not right. If you have not registered, please register first
error-log-in-paused = Too many tries; try again in { $seconds } seconds
error-log-in-over = The log-in took too long; please log in again
error-login-queue-full = Too many people are logging in and the queue is full; please try again later
error-second-step-wrong = The authenticator code or recovery code is not right
error-registration-over = The registration is over or complete: log in, or register again if it was not completed
error-identity-registered = This identity is registered already. Please log in, or recover the password; if the contact is no longer in use, call the hotline
error-proof-needs-phone = Proving who you are takes a mobile number in your own name. Leave and begin again with your mobile number
error-identity-proof-unavailable = The identity check is not available now; your registration is kept, please try again later
error-proof-paused = Too many identity checks; try again in { $seconds } seconds
error-account-not-found = There is no account with a password
error-session-not-found = There is no such device; it may be logged out already
error-service-notice-changed = The service notice has just been changed; please read the new one
error-service-notice-length = The service notice must not be empty and must have at most { $longest } bytes
error-message-not-sent = The code could not be sent; please try again later
error-sms-not-set-up = Text messages cannot be sent here; please give an e-mail address
error-mail-not-set-up = E-mail cannot be sent here; please give a mobile number
error-gateway-is-for-demos = What is set for { $gateway } is for demos only

## Log-in by an outside identity provider

error-oidc-not-offered = This way to log in is not offered here
error-oidc-unavailable = The identity provider cannot be used at the moment. Try again later, or log in with your document number and password
error-oidc-attempt-over = This log-in is no longer good: it took too long, was used before, or was begun in another browser. Please begin again
error-oidc-declined = You cancelled at the identity provider, or did not agree that it hands over who you are. Nothing was changed
error-oidc-answer-refused = What the identity provider answered did not pass our checks, and you were not logged in
error-oidc-claims-missing = The identity provider did not say who you are ({ $claims } missing). Have your identity proved there first, and agree that it tells us your name and document
error-oidc-claims-unusable = What the identity provider says of you is not by the rules of the document ({ $claim }). Check your name and document there
error-oidc-proves-nothing = What this provider says of you is no proof here, so it cannot be used to log in. Please register here and have your identity proved
error-oidc-not-for-demos = This is a demonstration for made-up people: a real name and document number cannot log in here, and were not kept
error-oidc-client-failed = The client for the identity provider could not be started
error-proof-elsewhere = Identities are proved by an outside identity provider here. Go back to the proof of identity and follow the way there
error-passkey-not-offered = Passkeys cannot be used at this system's address
error-passkey-refused = Not logged in: this passkey cannot be used for your account; it may have been removed. Use your document number and password instead
error-passkey-over = This is over: it took too long, was used already, or was begun in another browser. Please start again
error-passkey-not-made = No passkey was added: the device's answer did not pass the checks, or the device was added before. Please start again
error-passkey-not-discoverable = Not added: this device cannot keep a passkey to be chosen at log-in. Use another device or a password manager
error-passkey-unknown = There is no such passkey; it may just have been renamed or removed elsewhere
error-passkey-name-length = Give the passkey a name of 1 to { $longest } characters
error-passkeys-too-many = There may be at most { $most } passkeys. Remove one that you no longer use first
error-log-in-again = To show that it is you, log out, log in again, and come back here within 10 minutes
