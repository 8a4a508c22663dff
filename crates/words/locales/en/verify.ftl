### Verification: verdicts, checks, outcomes. Codes: docs/CLI.md

## Verdicts

verdict-cannot-check = Cannot be checked: nothing can be said of it
verdict-tampered = Tampered: it is not what was sealed
verdict-unknown-issuer = Unknown issuer: unchanged, but sealed by somebody whom this platform does not know
verdict-seal-invalid = Seal invalid: its certificate had expired, was not yet valid or was revoked when it was used, or was revoked for a stolen key and nothing proves that it was used before
verdict-no-match = No match: no certificate agrees with what was entered
verdict-revoked = The certificate was revoked
verdict-superseded = The certificate was corrected; this is the version before the correction
verdict-endorsement-withdrawn = The holder withdrew the endorsement
verdict-endorsement-void = The endorsement is void
verdict-endorsement-expired = The endorsement has expired (the certificate itself has not)
verdict-valid = Valid
verdict-valid-offline = Valid as far as can be seen offline: the file is genuine and unchanged; the present state of the certificate was not asked for
verdict-valid-stated = Valid as far as can be seen offline: the statement in the QR code is genuine; compare it with the paper; the present state was not asked for

## Outcomes

outcome-pass = passed
outcome-fail = failed
outcome-warn = note
outcome-not-checked = not checked

## Checks

check-intact = Unchanged
check-seal-owner = Whose seal
check-seal-trusted = Seal trusted
check-seal-valid-at-signing = Seal valid when used
check-time-stamp = Time stamp
check-register = Same as the register
check-endorsement = Endorsement valid
check-certificate = Certificate valid

## Checks × outcomes

check-intact-pass = The file is exactly what was sealed
check-intact-fail = The file was changed after it was sealed
check-intact-warn = The file is unchanged, but something about it deserves attention
check-intact-not-checked = Whether the file is unchanged was not checked
check-seal-owner-pass = The owner of the seal was read
check-seal-owner-fail = The owner of the seal cannot be read
check-seal-owner-warn = The owner of the seal and the issuer of the certificate are written differently
check-seal-owner-not-checked = Whose seal it is was not checked
check-seal-trusted-pass = The signing certificate was issued by an authority that this platform trusts
check-seal-trusted-fail = The signing certificate was not issued by an authority that this platform trusts
check-seal-trusted-warn = The signing certificate is trusted, but the revocation list is not up to date
check-seal-trusted-not-checked = Whether the seal is trusted was not checked
check-seal-valid-at-signing-pass = The seal’s certificate was valid and not revoked when it was used
check-seal-valid-at-signing-fail = The seal’s certificate had expired, was not yet valid or was revoked when it was used
check-seal-valid-at-signing-warn = The time of sealing is the file’s own statement; no time stamp proves it
check-seal-valid-at-signing-not-checked = Whether the seal was valid when used was not checked
check-time-stamp-pass = The time stamp is good
check-time-stamp-fail = The time stamp is not good
check-time-stamp-warn = The time stamp is good, but its authority is not in the list of trust
check-time-stamp-not-checked = There is no time stamp, or it was not checked
check-register-pass = It agrees with the register
check-register-fail = The register does not hold it, or holds something else
check-register-warn = It agrees with the register, which has been updated since
check-register-not-checked = The register was not asked (offline, or not available at the moment)
check-endorsement-pass = The endorsement is in force, or none is needed
check-endorsement-fail = The endorsement has expired, was withdrawn or is void
check-endorsement-warn = The endorsement is in force and expires soon
check-endorsement-not-checked = The endorsement was not checked
check-certificate-pass = The certificate is valid
check-certificate-fail = The certificate was revoked or corrected
check-certificate-warn = The certificate is valid, but something about it deserves attention
check-certificate-not-checked = The present state of the certificate was not asked for

finding-certificate-certificate-revoked = The certificate was revoked on { $on }
finding-certificate-certificate-corrected = The certificate was corrected on { $since }; this is the version before

finding-register-same-as-register = It agrees with the register
finding-register-once-in-register = It agreed with the register until a correction
finding-register-no-match = The register has nothing that agrees with what was entered
finding-register-copy-not-in-register = The register does not know this file
finding-register-token-unknown = The register does not know this code
finding-register-offline = The register was not asked: offline
finding-register-file-says-enough = The register was not asked: the file itself is not genuine, or not ours
finding-register-register-unavailable = The register cannot be asked at the moment; that says nothing about the certificate
finding-endorsement-in-force = The endorsement is in force to the end of { $valid_until }
finding-endorsement-not-needed = This certificate needs no endorsement
finding-endorsement-endorsement-not-begun = The endorsement was granted on { $valid_from }, after the time asked about: there was no such copy then
finding-endorsement-endorsement-expired = The endorsement ended on { $valid_until }; the certificate itself has not expired
finding-endorsement-endorsement-withdrawn = The holder withdrew the endorsement
finding-endorsement-endorsement-void = The endorsement is void: { $reason ->
    [correction] the certificate was corrected
    [revocation] the certificate was revoked
   *[other] the copy could not be made
}
finding-certificate-in-force = The certificate is valid
finding-seal-valid-at-signing-wrong-key-usage = The seal’s certificate may not be used for signing
