# Portal: my certificates, endorsement, viewing and downloading.

## My certificates

web-certificates-title = My certificates
web-certificates-total = { $count ->
    [one] There is one certificate of professional qualification in your name.
   *[other] There are { $count } certificates of professional qualification in your name.
}
web-certificates-search = Search by qualification, speciality, management number or issuer
web-certificates-all-years = All years
web-certificates-find = Search
web-certificates-found = { $count ->
    [one] One found.
   *[other] { $count } found.
}
web-certificates-nothing-found = No certificate matches.
web-certificates-show-all = Show all certificates
web-certificates-older = Earlier ones
web-certificates-download = Download
web-certificates-details = Certificate details
web-certificates-uncover = show in full
web-certificates-family = Seal
web-certificates-family-ministry = seal of the Ministry
web-certificates-family-association = seal of an association, society or designated body

## Where there is none

web-certificates-none = No certificate was found for you. This is the identity that was searched with:
web-certificates-why = Possible reasons
web-certificates-applies-yes = applies to you
web-certificates-applies-maybe = possible
web-certificates-applies-no = ruled out
web-certificates-ask = Please contact:
web-certificates-register-again = Register again with the corrected identity
web-certificates-still = If this does not answer your question, see
web-certificates-cause-not-online-yet = The certificate is not online yet
web-certificates-cause-not-online-yet-yes = An examination institution has entered your certificate, and it is being checked before it goes online. You will be told when it is; then you can look it up and download it.
web-certificates-cause-not-online-yet-maybe = The certificate may be on its way; look again later.
web-certificates-cause-not-online-yet-no = No certificate of yours is waiting to go online.
web-certificates-cause-identity-corrected = The name or document number was corrected
web-certificates-cause-identity-corrected-yes = There is a certificate under your document number, but in another name than the one you registered with. The examination institution may have corrected the name: register again with the corrected identity, or contact the institution if the correction is wrong.
web-certificates-cause-identity-corrected-maybe = If an examination institution has corrected your name or document number since you registered, register again with the corrected identity.
web-certificates-cause-identity-corrected-no = There is no certificate in another name under your document number. If it was the document number that was corrected, register again with the corrected one.
web-certificates-cause-none-attained = You have not attained a certificate
web-certificates-cause-none-attained-maybe = After an examination is passed it takes the issuer some time to make the certificate and put it online.
web-certificates-cause-none-attained-no = There is a certificate under your identity or document number.
web-certificates-cause-none-attained-yes = No certificate was attained.
web-certificates-cause-not-made-here = The certificate is not made by this system
web-certificates-cause-not-made-here-maybe = Certificates of teachers, lawyers, accountants, doctors, nurses and some others are made by the authorities in charge; ask the issuer. What this system holds is listed in the scope of verification.
web-certificates-cause-not-made-here-no = This system has a certificate under your identity or document number.
web-certificates-cause-not-made-here-yes = The certificate is not made by this system.
web-certificates-cause-earlier-than-online = The certificate is of an earlier year that is not online yet
web-certificates-cause-earlier-than-online-maybe = Certificates of 2016 and before go online step by step. If one of 2017 or later is missing, contact its issuer.
web-certificates-cause-earlier-than-online-no = This system has a certificate under your identity or document number.
web-certificates-cause-earlier-than-online-yes = The certificate is not online yet.

## Details

web-certificates-back = Back to my certificates
web-certificates-to-certificate = Back to the certificate
web-certificates-certificate = Certificate
web-certificates-name = Name
web-certificates-sex = Sex
web-certificates-birth = Date of birth
web-certificates-document = Identity document
web-certificates-qualification = Qualification
web-certificates-level = Level
web-certificates-speciality = Speciality
web-certificates-approved = Approved
web-certificates-number = Management number
web-certificates-issuer = Issuer
web-certificates-licence = Licence identifier
web-certificates-made-on = Made on
web-certificates-year = Year
web-certificates-region = Region
web-certificates-seal = Electronic seal
web-certificates-phone = Telephone
web-certificates-email = E-mail
web-certificates-hours = Hours
web-certificates-address = Address
web-certificates-doubt = Is something wrong with the certificate?
web-certificates-doubt-text = Please contact the issuer:
web-certificates-corrected = This certificate was corrected; what stands above is the corrected content.
web-certificates-revoked-on = This certificate was revoked on { $on }; it can be neither endorsed nor downloaded.
web-certificates-revoked-reason = Reason: { $reason }
web-certificates-revoked-basis = Basis:
web-certificates-reinstated = This certificate was revoked on { $on } and has been reinstated. Basis:
web-certificates-history = Endorsements
web-certificates-no-history = No endorsement has been applied for yet.
web-certificates-no-older = There are no earlier endorsements.
web-certificates-endorsement = Applied for on { $applied }, valid until { $until }
web-certificates-direct-note = This certificate bears the seal of an association, society or designated body and was made before 17 December 2021. It needs no endorsement and can be viewed and downloaded directly.
web-certificates-see-copy = View and download
web-certificates-there = There is a copy you can use, valid until { $until }

## Applying

web-certificates-apply = Apply for an endorsement
web-certificates-step-check = 1. Check the details
web-certificates-step-choose = 2. Choose purpose and validity
web-certificates-in-force = There are copies that you can use
web-certificates-in-force-text = While they are valid you can view, download and print them as often as you like; there is no need to apply again.
web-certificates-quota = { $used } of { $max } used
web-certificates-quota-window = Endorsements of one certificate within { $days } days, expired and withdrawn ones included.
web-certificates-quota-full = All are used; you can apply again from { $on }.
web-certificates-scenario = Use
web-certificates-scenario-hint = Printed on the copy as its purpose.
web-certificates-addition = In your own words (optional)
web-certificates-addition-hint = For example, to whom you will give it. Printed on the copy; at most 40 characters.
web-certificates-days = Days of validity
web-certificates-days-hint = 1 to { $longest } days, today included. Unless you need less, apply for the maximum: valid until { $last }.
web-certificates-days-form = Days of validity must be a whole number from 1 to { $longest }
web-certificates-until = Or the last day (optional)
web-certificates-until-hint = Like 2026-03-31. If you give it, the number of days above does not count.
web-certificates-until-form = The date must exist and be written like 2026-03-31
web-certificates-until-range = The last day must be between { $first } and { $last }
web-certificates-not-expiry = This is how long the endorsed copy can be used. It is not the validity of the certificate itself.
web-certificates-next = Next: confirm the last day
web-certificates-check = Confirm your application
web-certificates-purpose = Purpose
web-certificates-from = First day
web-certificates-last-day = Last day
web-certificates-in-days = { $days ->
    [one] (one day)
   *[other] (this day included, { $days } days in all)
}
web-certificates-takes = This will be number { $place } of { $max }.
web-certificates-printed = Purpose and last day are printed on the copy and cannot be changed afterwards.
web-certificates-submit = Submit the application
web-certificates-change = Change it

## The copy

web-certificates-valid-until = valid until { $until }
web-certificates-pdf = Download PDF
web-certificates-ofd = Download OFD
web-certificates-print = Print
web-certificates-view = Enlarge
web-certificates-formats = PDF and OFD are both official documents under an electronic seal, with the same content; use the one that is asked for.
web-certificates-picture = Picture of the page of { $title }
web-certificates-picture-note = The picture is for viewing only and bears no electronic signature; download a file to hand in.
web-certificates-sheet = Picture of the certificate’s page
web-certificates-this-copy = This copy
web-certificates-applied = Applied for
web-certificates-made-at = Made at
web-certificates-copy-number = Copy number
web-certificates-give = Show it to somebody (for a time, until you take it back)
web-certificates-withdraw = Withdraw this copy
web-certificates-to-copy = Back
web-certificates-print-hint = Choose A4 paper and no margins.
web-certificates-viewer-absent = This is a picture of the page, for viewing only; download a file to hand in.
web-certificates-viewer = The certificate’s file
web-certificates-viewer-skip = Skip to the certificate
web-certificates-viewer-opening = Opening the certificate’s file…
web-certificates-viewer-failed = The certificate’s file could not be opened here. This is a picture of the page, for viewing only; download a file to hand in.
web-certificates-viewer-page = Page { $page } of { $pages }
web-certificates-zoom = Zoom
web-certificates-zoom-in = Zoom in
web-certificates-zoom-out = Zoom out
web-certificates-zoom-width = Fit width
web-certificates-zoom-page = Whole page

## Being made, and no longer valid

web-certificates-next-in-line = Your copy is being made.
web-certificates-ahead = { $count ->
    [one] One other copy is before yours.
   *[other] { $count } other copies are before yours.
}
web-certificates-making-text = Your application was granted; this usually takes seconds. The page looks again every 5 seconds. You may also leave and come back by “My certificates”.
web-certificates-reload = Look now
web-certificates-expired = This copy expired on { $until }. It can no longer be viewed, downloaded or printed.
web-certificates-withdrawn = You withdrew this copy. It can no longer be viewed, downloaded or printed.
web-certificates-void-correction = The certificate was corrected, so that the copy made before is void. It does not count.
web-certificates-void-revocation = The certificate was revoked, and the copy is void.
web-certificates-void-sealing-failed = The copy could not be made, and the application is void. It does not count. If another application fails too, contact the issuer.
web-certificates-ended-text = The certificate itself is not affected by this.
web-certificates-again = Apply again

## Withdrawing

web-certificates-withdraw-ask = Withdraw this copy?
web-certificates-withdraw-files = Whoever verifies a file or print that you have given away will see that it was withdrawn.
web-certificates-withdraw-quota = It still counts: { $used } of { $max } are used.
web-certificates-withdraw-final = This cannot be undone.
web-certificates-withdraw-do = Withdraw the copy
web-certificates-withdraw-not = Keep it

## Browsers inside apps, and links that work once

web-certificates-in-app = You may be unable to download here
web-certificates-in-app-text = You have opened this page inside another app, whose browser often can neither download nor print. Get a link that works once, and open it in your phone’s browser.
web-certificates-in-app-drawn = Drawing: tap the three dots in the upper right corner and choose to open in the browser
web-certificates-pass-make = Get a link that works once
web-certificates-pass = A link that works once
web-certificates-pass-in-app = Tap “…” in the upper right corner and choose to open in the browser; or copy the link below and paste it into your phone’s browser.
web-certificates-pass-once = This link downloads the copy once, until { $at }, without logging in. Do not pass it on.
web-certificates-pass-address = Link
web-certificates-copy-address = Copy the link
web-certificates-copied = Copied
web-certificates-pass-here = Try to download here
web-certificates-pass-use = Download { $format }
web-certificates-pass-gone = This link has been used, has expired or never existed.
web-certificates-pass-again = Log in and get another
