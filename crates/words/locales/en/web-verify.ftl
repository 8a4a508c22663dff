# The portal: verification, shares, query numbers.

## Ways

web-verify-title = Verify a certificate
web-verify-lead = Anybody can check whether a professional qualification certificate is genuine and in force. No account, no charge.
web-verify-way-file = Upload an electronic certificate
web-verify-way-file-text = You were sent a PDF or OFD file: seal, content and present state are checked one by one. The surest way.
web-verify-way-qr = Read a QR code
web-verify-way-qr-text = You have a print or a picture: upload a photo of its QR code, or scan it with your telephone.
web-verify-way-fields = Enter the certificate’s data
web-verify-way-fields-text = You know the name, the document number and the management number.
web-verify-way-number = Use a query number
web-verify-way-number-text = The holder gave you a query number.
web-verify-know = Good to know
web-verify-know-masked = Names and document numbers are shown in part only; compare them with the certificate before you.
web-verify-know-kept = Uploaded files and pictures are read for the check and not kept. Checks are counted, and holders can see when their certificates were checked.
web-verify-know-offline = Where the state cannot be looked up just now, the answer says so; it is never shown as “invalid”.
web-verify-know-scope = Only certificates that are online can be verified here:
web-verify-back = Back to verification
web-verify-submit = Verify
web-verify-working = Preparing, usually less than two seconds …
web-verify-without-script = Scripts are off in your browser: please send the form 5 seconds after the page has opened; fewer checks an hour are possible from one network.

## Forms

web-verify-name = Name
web-verify-name-hint = As it stands on the certificate
web-verify-name-missing = Enter the name
web-verify-type = Type of document
web-verify-type-any = Told by the number
web-verify-document = Document number
web-verify-document-missing = Enter the document number
web-verify-number = Management number
web-verify-number-hint = Printed on the certificate; digits and letters
web-verify-number-missing = Enter the management number
web-verify-fields-lead = A result is shown only where all three agree.
web-verify-fields-note = Whatever does not agree, the answer is the same “no match” and does not say which, to protect the holder.
web-verify-number-lead = A query number is made by the holder and ends after some days.
web-verify-query-number = Query number
web-verify-query-number-hint = 12 letters and digits; spaces and lower case do not matter
web-verify-query-number-missing = Enter the query number
web-verify-file = Electronic certificate
web-verify-file-lead = Upload the PDF or OFD as you received it. Screenshots, photographs and scans of prints have no seal to check: use “Read a QR code” for them.
web-verify-file-hint = PDF or OFD, at most { $megabytes } MB
web-verify-file-missing = Choose the file to be verified
web-verify-file-submit = Verify the file
web-verify-file-note = The file is read for the check alone and not kept.
web-verify-drop = You can also drop the file on this page, or copy it and paste it here.
web-verify-picture = Picture of the QR code
web-verify-picture-hint = PNG or JPEG; on a telephone you can take it now
web-verify-drop-picture = You can also drop the picture on this page, or paste a screenshot here.
web-verify-qr-lead = Endorsed copies bear a QR code. Photograph or clip it so that it is sharp and whole.
web-verify-qr-missing = Choose a picture of the QR code, or paste what it says
web-verify-qr-long = This is too long for a QR code of this system
web-verify-qr-paste = No picture, only the text of a scan?
web-verify-qr-text = What the QR code says
web-verify-qr-text-hint = The whole line, beginning with http
web-verify-qr-note = Scanning with a telephone opens this system’s page as well. Mind that the address is this system’s.

## Results

web-verify-result = Result of the verification
web-verify-word-valid = Valid
web-verify-word-same = Match
web-verify-word-open = Genuine, state not checked
web-verify-word-cannot-check = Cannot be checked
web-verify-word-tampered = Altered
web-verify-word-unknown-issuer = Unknown seal
web-verify-word-seal-invalid = Seal not valid
web-verify-word-no-match = No match
web-verify-word-revoked = Revoked
web-verify-word-superseded = Corrected
web-verify-word-endorsement-withdrawn = Endorsement withdrawn
web-verify-word-endorsement-void = Endorsement void
web-verify-word-endorsement-expired = Endorsement expired
web-verify-valid = Genuine, and the certificate is in force
web-verify-same = What was entered agrees with the register, and the certificate is in force
web-verify-no-copy = The register has no such file
web-verify-no-code = The register has no certificate for this QR code
web-verify-advice-valid = Compare what follows with the certificate before you.
web-verify-advice-open = The present state could not be looked up just now; that says nothing against the certificate. Please try again later.
web-verify-advice-cannot-check = This says nothing against the certificate. Make sure that the file is the one the holder downloaded, or try again later.
web-verify-advice-tampered = Do not rely on this file. Ask the holder to download it again and send you the original.
web-verify-advice-unknown-issuer = This system does not know the seal; do not take the file for one of its certificates.
web-verify-advice-seal-invalid = Do not rely on this file. Ask the holder for a newly endorsed copy.
web-verify-advice-no-match = Check for mistakes; if it still does not match, ask the holder for the electronic certificate or a query number.
web-verify-advice-revoked = This certificate can no longer be used. If in doubt, ask the issuing organisation.
web-verify-advice-superseded = The certificate’s data were corrected; ask the holder for the corrected one.
web-verify-advice-endorsement-withdrawn = The certificate itself does not end by this. Ask the holder to apply for an endorsement again.
web-verify-advice-endorsement-void = Ask the holder to apply for an endorsement again.
web-verify-advice-endorsement-expired = The certificate itself does not end by this. Ask the holder to apply for an endorsement again.
web-verify-checked-at = Checked at
web-verify-shanghai = (Beijing time)
web-verify-file-name = File:
web-verify-compare = Names and document numbers are shown in part; compare them with the certificate before you.
web-verify-checks = What was checked
web-verify-steps = { $count ->
    [one] See one step of the file’s verification
   *[other] See { $count } steps of the file’s verification
}
web-verify-again = Verify another
web-verify-print = Print the result
web-verify-printed = This page tells how things stood when it was checked. What counts is the check online.
web-verify-fragment = The QR code holds a signed statement as well
web-verify-fragment-text = It is only in your browser. It can be checked too: whether it was signed by the issuing system, and whether it agrees with the register.
web-verify-fragment-submit = Check the signed statement too
web-verify-group-certificate = Certificate
web-verify-group-endorsement = Endorsement
web-verify-group-statement = Statement of the QR code
web-verify-group-signer = Seal
web-verify-fact-holder = Name
web-verify-fact-document-number = Document number
web-verify-fact-qualification = Qualification
web-verify-fact-level = Level
web-verify-fact-speciality = Speciality
web-verify-fact-approval-date = Approved on
web-verify-fact-management-number = Management number
web-verify-fact-issuer = Issuing organisation
web-verify-fact-licence-identifier = Licence identifier
web-verify-fact-purpose = Made for
web-verify-fact-applied-on = Applied for on
web-verify-fact-valid-until = Endorsement valid until
web-verify-fact-made-at = Made at
web-verify-fact-copy-number = Copy number
web-verify-fact-qualification-name = Qualification
web-verify-fact-level-name = Level
web-verify-fact-issuer-name = Issuing organisation
web-verify-fact-scenario-name = Scenario
web-verify-fact-name = Seal
web-verify-fact-signed-at = Sealed at
web-verify-fact-certificate-valid-until = Seal’s certificate valid until
web-verify-fact-file-sha256 = Fingerprint of the file (SHA-256)
web-verify-fact-revoked-on = Revoked on
web-verify-fact-revoked-reason = Reason
web-verify-fact-revoked-basis = Legal basis

## Shares: holders

web-verify-shares = My shares
web-verify-shares-lead = Show an endorsed copy, or a certificate’s details, to one recipient. You can recall it at any time, and you see who looked.
web-verify-shares-none = You have shared nothing yet. Where an employer or client wants to see your certificate, you need not send a file: make a share and give them its link.
web-verify-shares-no-more = There are no earlier shares.
web-verify-shares-back = Back to my shares
web-verify-older = Earlier ones
web-verify-share-new = New share
web-verify-share-choose = Choose what to share.
web-verify-share-choose-back = Choose something else
web-verify-share-nothing = There is nothing to share just now. Please look at your certificates first.
web-verify-share-copy = Endorsed copy:
web-verify-share-details = Certificate details (of a certificate that needs no endorsement, the certificate too)
web-verify-share-latest = { $day } at the latest
web-verify-share-what = What is shared
web-verify-share-recipient = Recipient
web-verify-share-recipient-hint = For instance: personnel department of a company. The recipient sees this
web-verify-share-recipient-missing = Enter who it is for
web-verify-share-purpose = Purpose
web-verify-share-purpose-hint = For instance: check before employment in 2026. The recipient sees this
web-verify-share-purpose-missing = Enter what it is for
web-verify-share-day = Valid until
web-verify-share-day-missing = Enter the last day
web-verify-share-views = How many views
web-verify-share-views-hint = A view lasts 15 minutes; reloading the page meanwhile counts no other
web-verify-share-views-missing = Enter the number of views, 1 to { $most }
web-verify-share-pin = Ask for a PIN
web-verify-share-pin-hint = Six digits are made for you. Tell them by telephone or text message: a link that was passed on opens nothing without them.
web-verify-share-make = Make the link
web-verify-share-to = For “{ $recipient }”
web-verify-share-until = until { $day }
web-verify-share-views-of = { $views } of { $most } views used
web-verify-share-viewed = Views
web-verify-share-state-open = Open
web-verify-share-state-recalled = Recalled
web-verify-share-state-expired = Expired
web-verify-share-state-used-up = Views used up
web-verify-share-state-locked = Locked
web-verify-share-state-ended = No longer in force
web-verify-share-hand = Hand it on
web-verify-share-hand-text = Send this link to the recipient. You can come back to it here at any time.
web-verify-share-link = Link
web-verify-copy-link = Copy the link
web-verify-copied = Copied
web-verify-share-pin-is = PIN:
web-verify-share-pin-apart = Please do not send it in the same message as the link.
web-verify-share-made = Made at
web-verify-share-wrong = Wrong PINs
web-verify-share-log = Who looked
web-verify-share-log-none = Nobody has opened it yet.
web-verify-share-log-when = When
web-verify-share-log-what = What
web-verify-share-log-from = From
web-verify-share-log-opened = Opened
web-verify-share-log-downloaded = , downloaded at { $time }
web-verify-share-log-wrong = Wrong PIN
web-verify-share-recall = Recall the share
web-verify-share-recall-ask = Recall this share?
web-verify-share-recall-text = The recipient can then no longer look or download, not even if it is open now. A file that was downloaded cannot be taken back; if need be, withdraw the endorsement.
web-verify-share-keep = Leave it open

## Shares: recipients

web-verify-received = A certificate for you
web-verify-received-from = { $holder } shows you a certificate
web-verify-received-left = Views left
web-verify-received-open = Open it
web-verify-received-note = Once opened you can look for { $minutes } minutes. The holder sees when it was opened and from which network.
web-verify-received-while = This page lasts { $minutes } minutes from its opening. To check that it is genuine, use
web-verify-pin = PIN
web-verify-pin-hint = Six digits that the holder tells you separately
web-verify-only = For “{ $recipient }” alone, for this purpose: { $purpose }. Please do not pass it on.
web-verify-take-pdf = Download PDF
web-verify-take-ofd = Download OFD
web-verify-picture-alt = Picture of the certificate’s page. What it says stands above; the file to be downloaded is what counts in law.
web-verify-details-only = The holder shared the certificate’s details, not the file.
web-verify-shut = This cannot be opened
web-verify-shut-text = If you still need to see it, ask whoever gave you the link.

## Query numbers

web-verify-query-title = Make a query number
web-verify-query-lead = Tell the number to somebody, who can then verify this certificate with it and your name, without knowing your document number.
web-verify-query-days = Days
web-verify-query-days-hint = 1 to { $longest }, today included
web-verify-query-make = Make the number
web-verify-query-made = Your query number:
web-verify-query-until = Valid until { $day }
web-verify-query-once = It is shown this once; note it down now. The other one enters your name and this number at “Verify a certificate – Use a query number”.
web-verify-query-done = Noted; back to the certificate
