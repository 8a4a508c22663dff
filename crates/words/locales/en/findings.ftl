### What a verification found: finding-<code> tells why a check came out as it did

## The signature

finding-intact-good = The signature is good
finding-intact-digest-mismatch = The content is not what was signed (the digest differs)
finding-intact-bad-signature = The signature is bad
finding-intact-signing-certificate-mismatch = The certificate that the signature names is not the one enclosed
finding-intact-no-signer-certificate = The signer’s certificate is not enclosed
finding-intact-bad-attributes = The signed attributes are missing or wrong
finding-intact-unsupported-algorithm = The signature algorithm is not supported

## The chain

finding-seal-trusted-unknown-issuer = The signing certificate was issued by “{ $issuer }”, which this platform does not trust
finding-seal-trusted-bad-chain-signature = A signature in the certificate chain is bad
finding-seal-trusted-unsupported-chain-algorithm = The certificate chain uses an algorithm that is not supported
finding-seal-valid-at-signing-not-yet-valid = The seal’s certificate was not yet valid when it was used (valid from { $from })
finding-seal-valid-at-signing-expired = The seal’s certificate had expired when it was used (valid until { $until })
finding-seal-trusted-not-an-authority = A certificate in the chain may not issue others
finding-seal-trusted-path-too-long = The certificate chain is too long
finding-seal-trusted-wrong-key-usage = The key usage of the certificate does not allow sealing
finding-seal-trusted-unknown-critical-extension = The certificate has a critical extension that is not known

## What the signature covers

finding-intact-byte-range-missing = The signature does not say what it covers
finding-intact-byte-range-malformed = The range that the signature covers is malformed
finding-intact-byte-range-not-at-start = The signature does not cover the beginning of the file
finding-intact-byte-range-overlap = The ranges that the signature covers overlap
finding-intact-byte-range-beyond-file = The range that the signature covers goes beyond the file
finding-intact-byte-range-many-gaps = The signature leaves out more than one part
finding-intact-byte-range-short = Something follows what the signature covers
finding-intact-contents-not-the-gap = What is left out is not only the signature itself
finding-intact-contents-missing = The signature has no value
finding-intact-contents-empty = The value of the signature is empty
finding-intact-contents-not-direct-hex = The value of the signature is stored in a way that is not allowed
finding-intact-coverage-not-a-revision = What is covered ends in the middle of a revision
finding-intact-changed-after-signing = The file was revised after it was signed
finding-intact-object-in-gap = Something hides in the part that the signature leaves out
finding-intact-unbound-signature = A signature belongs to no form field
finding-intact-shared-signature = One signature is claimed by several form fields
finding-intact-signature-removed = An earlier signature was removed

## The structure of the file

finding-intact-leading-bytes = There is something before the beginning of the file
finding-intact-trailing-bytes = There is something after the end of the file
finding-intact-duplicate-key = A key occurs twice
finding-intact-duplicate-object = An object occurs twice
finding-intact-unlisted-object = An object is not listed
finding-intact-loose-bytes = Bytes that were added belong to no object: something may hide there
finding-intact-xref-wrong-object = A cross-reference points to another object
finding-intact-xref-loop = The cross-reference goes in a circle
finding-intact-xref-unreadable = A cross-reference cannot be read
finding-intact-unreadable-object = An object cannot be read
finding-intact-stream-length = The length of a stream is wrong
finding-intact-tree-loop = The tree of pages or fields goes in a circle
finding-intact-active-content = Something in it may act when it is opened, or leads outside: actions, scripts, attached files, addresses
finding-intact-content-not-searched = It is too large for all of it to be searched for actions and attached files

## Not laid out as ours

finding-intact-header-differs = The file does not begin as ours do
finding-intact-not-one-revision = The file has not exactly one revision
finding-intact-not-one-signature = The file has not exactly one signature
finding-intact-signature-dictionary-differs = The signature dictionary is not laid out as ours
finding-intact-contents-not-lower-hex = The value of the signature is not written in lower-case hexadecimal
finding-intact-contents-not-der = The value of the signature is not one DER value
finding-intact-contents-padding-not-zero = The padding behind the signature is not zero
finding-intact-trailer-differs = The end of the file is not laid out as ours
finding-intact-update-differs = What stands behind the signed file is not laid out as our updates
finding-intact-time-stamp-of-other-data = A time stamp is over other data than these
finding-intact-time-stamp-names-no-certificate = A time stamp does not name the certificate of its authority
finding-intact-time-stamp-unsupported = A time stamp uses a procedure that is not judged here
finding-intact-time-stamp-broken = A time stamp does not hold; it was changed
finding-intact-time-stamp-unreadable = A time stamp cannot be read

## What was changed after signing

finding-change-page-content = The content of a page was changed after signing
finding-change-page-tree = The number or order of pages was changed after signing
finding-change-annotation = An annotation was changed after signing
finding-change-form-field = A form field was changed after signing
finding-change-signature = A signature field was changed after signing
finding-change-doc-time-stamp = A time stamp was added after signing
finding-change-dss = Validation data were added after signing
finding-change-metadata = The metadata were changed after signing
finding-change-catalog = The catalog was changed after signing
finding-change-other = Something else was changed after signing

## Whether the file is unchanged

finding-intact-intact = The file is exactly what was sealed
finding-intact-extended-after-signing = After sealing only signatures, time stamps or validation data were added; nothing that is seen has changed
finding-intact-extended-after-release = All that was released is unchanged, and somebody added time stamps or validation data to it: the file is not byte for byte the released one
finding-intact-other-file-inside = Another file hides in what was added
finding-intact-time-stamp-not-covered = All that the seal covers is unchanged; it does not cover the time stamp, whose authority is not trusted here: another one could have been put in its place
finding-intact-no-signature = The file is not signed
finding-intact-signature-kind-unsupported = This kind of signature is not supported
finding-intact-signature-unreadable = The signature cannot be read
finding-intact-signature-not-canonical = The signature is not written as ours are
finding-intact-certificate-unused = The signature carries a certificate that is not part of its chain
finding-intact-truncated = The file is not whole: its end is missing. Download it again, or ask whoever sent it to send it again
finding-intact-signer-name-differs = The file states another seal than the one that signed it
finding-intact-time-stamp-missing = The time stamp that belongs into the file was removed
finding-intact-document-stamp-missing = The document time stamp that belongs into the file was removed
finding-intact-security-store-missing = The validation data that belong into the file were cut off
finding-intact-certification-violated = The file was revised in a way that its first signer forbade
finding-intact-revised-between-signatures = It was changed between two signatures: only the later one covers what is seen
finding-intact-not-pdf = It is neither a PDF nor an OFD file
finding-intact-pdf-encrypted = The PDF file is encrypted and cannot be read
finding-intact-pdf-limit-exceeded = The PDF file exceeds a limit
finding-intact-pdf-no-cross-reference = The PDF file is damaged: it has no readable cross-reference
finding-intact-pdf-no-catalog = The PDF file is damaged: it has no readable catalog
finding-intact-pdf-malformed = The PDF file is damaged: it is malformed

## The seal

finding-seal-owner-sealed-by = Sealed by “{ $seal }”
finding-seal-owner-claimed-by = It claims to be sealed by “{ $seal }”, which cannot be confirmed
finding-seal-trusted-trusted-root = The signing certificate was issued by an authority that this platform trusts
finding-seal-trusted-revocation-not-checked = The signing certificate is trusted; there is no revocation list, so that revocation was not checked
finding-seal-trusted-revocation-list-stale = The signing certificate is trusted; the revocation list was due by { $due }
finding-seal-valid-at-signing-valid-when-used = The seal was valid when it was used
finding-seal-valid-at-signing-no-signing-time = The file does not say when it was sealed
finding-seal-valid-at-signing-signing-time-in-future = The time of sealing that the file states lies in the future
finding-seal-valid-at-signing-seal-revoked = The seal’s certificate had been revoked when it was used ({ $revoked_at })
finding-seal-valid-at-signing-seal-compromised = The seal’s certificate was revoked because a key was compromised ({ $revoked_at }), and no time stamp proves that the seal was used before
finding-seal-valid-at-signing-seal-revoked-unproven = The seal’s certificate was revoked ({ $revoked_at }) for a reason that does not rule out a stolen key, and no time stamp proves that the seal was used before
finding-seal-valid-at-signing-seal-revoked-later = The seal was valid when it was used; its certificate was revoked later ({ $revoked_at })
finding-time-stamp-no-time-stamp = There is no time stamp; the time of sealing is the file’s own statement
finding-time-stamp-time-stamp-good = { $authority } confirms that the seal was on it at { $at }
finding-time-stamp-time-stamp-not-trusted = A time stamp of { $authority } says { $at }; no trusted root vouches for that authority
finding-time-stamp-time-stamp-before-signing = The time stamp ({ $at }) is earlier than the time of sealing that the file states
finding-time-stamp-time-stamp-of-other-data = The time stamp is over other data and proves nothing here
finding-time-stamp-time-stamp-names-no-certificate = The time stamp does not name the certificate of its authority and proves nothing
finding-time-stamp-time-stamp-unsupported = The time stamp uses a procedure that is not judged here
finding-time-stamp-time-stamp-broken = The time stamp does not hold and proves nothing
finding-time-stamp-time-stamp-clock-differs = The clock of the time stamp’s authority is far from ours
finding-time-stamp-time-stamp-unreadable = The time stamp cannot be read
finding-seal-owner-not-reached = Not checked, since an earlier check failed or could not be made
finding-seal-trusted-not-reached = Not checked, since an earlier check failed or could not be made
finding-seal-valid-at-signing-not-reached = Not checked, since an earlier check failed or could not be made
finding-time-stamp-not-reached = Not checked, since an earlier check failed or could not be made

## The electronic seal (GB/T 38540)

finding-intact-version-mismatch = The signature and the electronic seal in it are of different versions
finding-intact-bad-signer-signature = The signature made with the electronic seal is bad
finding-intact-signer-certificate-unreadable = The signer’s certificate cannot be read
finding-intact-signature-not-der = The signature is stored in an unusual form
finding-intact-data-hash-mismatch = What was signed is not this document’s list of parts
finding-intact-path-mismatch = The signature was made for another place in a package
finding-intact-seal-file-differs = The electronic seal in the signature is not the one beside it
finding-intact-seal-algorithm-unsupported = The electronic seal uses an algorithm that is not supported
finding-seal-trusted-seal-algorithm-unsupported = The electronic seal uses an algorithm that is not supported
finding-intact-maker-certificate-unreadable = The certificate of the electronic seal’s maker cannot be read
finding-intact-signer-digest-unsupported = The electronic seal lists those who may use it in a way that is not supported
finding-intact-unknown-critical-extension = The electronic seal has a critical extension that is not known
finding-seal-trusted-bad-seal-signature = The electronic seal is not as its maker made it
finding-seal-trusted-maker-certificate-unreadable = The certificate of the electronic seal’s maker cannot be read
finding-seal-trusted-signer-not-listed = The electronic seal does not name the signer: it was used by somebody else
finding-seal-trusted-seal-name-differs = The electronic seal bears a name that the signer is not certified by
finding-seal-trusted-maker-is-holder = Whoever made the electronic seal may use it himself: nobody vouches for it
finding-seal-trusted-maker-not-named = The electronic seal was made by “{ $maker }”, who is not among the makers that this platform knows (folder makers beside the roots)
finding-seal-trusted-signer-digest-unsupported = The electronic seal lists those who may use it in a way that is not supported
finding-seal-valid-at-signing-seal-not-yet-valid = The electronic seal was not yet valid when it was used
finding-seal-valid-at-signing-seal-expired = The electronic seal had expired when it was used
finding-seal-valid-at-signing-time-unreadable = When the electronic seal was used cannot be read
finding-intact-seal-time-stamp-unproven = There is a time stamp on the electronic seal’s signature, and nothing in it contradicts; how makers make theirs was never verified, so that it proves no time
finding-time-stamp-seal-time-stamp-unproven = There is a time stamp on the electronic seal’s signature, and nothing in it contradicts; how makers make theirs was never verified, so that it proves no time

## Statements in QR codes

finding-intact-statement-intact = The statement in the QR code is unchanged
finding-intact-statement-changed = The statement in the QR code was changed, or its key does not belong to it
finding-intact-statement-unreadable = What follows the # is no statement of a QR code; scan it again
finding-intact-statement-form-unknown = The statement is signed, but in a form that this program does not know; use a newer one
finding-intact-not-our-code = This is not a QR code of a copy of this platform: scan the one on the copy
finding-intact-statement-absent = The QR code holds an address only: nothing can be checked without a network
finding-intact-statement-key-unknown = The statement could not be checked: its key is not at hand
finding-seal-owner-statement-signed-by = The statement was signed by “{ $name }”
finding-seal-trusted-statement-key-unknown = No certificate of the key { $key_id } lies in the folder statement beside the roots; get the platform’s newest ones
finding-seal-valid-at-signing-statement-key-valid = The key of the statement is valid
finding-seal-valid-at-signing-statement-key-out-of-time = The certificate of the statement’s key had expired, or was not yet valid
finding-seal-valid-at-signing-statement-key-revoked = The certificate of the statement’s key was revoked on { $revoked_at }
finding-endorsement-stated-in-force = By the statement the endorsement is valid until { $valid_until }; a later withdrawal is known to the register alone
finding-register-statement-not-of-copy = The register has another statement for this copy: the code was put together from two
finding-register-code-says-enough = The register was not asked: the code itself is not genuine
finding-register-token-absent = The register was not asked: only what follows the # was given, without the address
finding-certificate-codes-unknown = The statement has codes that the catalogue at hand does not know; it may be older than the copy

## OFD packages

finding-intact-not-ofd = It is not an OFD file
finding-intact-ofd-encrypted = The OFD file is encrypted and cannot be read
finding-intact-ofd-limit-exceeded = The OFD file exceeds a limit
finding-intact-ofd-unsupported = The OFD file uses features of archives that no OFD needs
finding-intact-ofd-malformed = The OFD file is damaged: its archive is malformed
finding-intact-hidden-bytes = The package holds bytes that belong to no part
finding-intact-overlapping-entries = Parts of the package overlap
finding-intact-duplicate-entry = A part is in the package twice
finding-intact-case-duplicate = Two parts have names that differ only in case
finding-intact-unsafe-name = A part has a name that is not safe
finding-intact-local-mismatch = The package’s directory and a part’s header disagree
finding-intact-sum-mismatch = A part is damaged: its check sum differs
finding-intact-unreadable-part = A part cannot be unpacked
finding-intact-xml-malformed = A part is not well-formed XML
finding-intact-xml-doctype = A part holds a document type declaration, which is not allowed
finding-intact-repeated-element = Something that may stand once stands several times
finding-intact-part-missing = A part that the document needs is missing
finding-intact-many-documents = The package holds more than one document
finding-intact-digest-method-unknown = The signature’s way of digesting parts is not supported
finding-intact-reference-missing = A part that was sealed is missing
finding-intact-reference-malformed = The digest of a sealed part cannot be read
finding-intact-referenced-twice = The signature lists a part twice
finding-intact-part-not-covered = A part is not covered by the signature
finding-intact-part-not-covered-by-all = A part is not covered by every signature
finding-intact-signatures-unprotected = The list of signatures is not covered: signatures could be added or removed
finding-intact-second-signature = The package has a second signature
finding-intact-too-many-signatures = It has too many signatures to judge each
finding-intact-unlisted-signature = The package holds signature files that no list names
finding-intact-signed-value-missing = The signature’s value is missing
finding-intact-stamp-missing = The signature shows no seal
finding-intact-stamp-page-missing = The seal stands on a page that does not exist
finding-intact-stamp-misplaced = The place of the seal cannot be read
finding-intact-package-not-canonical = The package is laid out otherwise than ours are: it may have been changed
finding-intact-bad-seal-signature = The electronic seal is not as its maker made it: it or its picture was changed
finding-intact-signer-not-listed = The electronic seal does not name the signer
finding-intact-seal-name-differs = The electronic seal bears a name that the signer is not certified by
finding-intact-maker-is-holder = Whoever made the electronic seal may use it himself: nobody vouches for it
finding-seal-trusted-maker-out-of-time = The certificate of the electronic seal’s maker was not valid when it was made
finding-seal-trusted-maker-revoked = The certificate of the electronic seal’s maker had been revoked when it was made
finding-seal-trusted-maker-compromised = The certificate of the electronic seal’s maker was revoked because a key was compromised, and nothing proves that the seal was made before
finding-seal-trusted-maker-revoked-unproven = The certificate of the electronic seal’s maker was revoked for a reason that does not rule out a stolen key, and nothing proves that the seal was made before
finding-seal-trusted-maker-revoked-later = The certificate of the electronic seal’s maker was revoked after it had made the seal

## Steps of a verification

step-archive = The package is laid out unambiguously
step-references = Every part that the signature lists is there and unchanged
step-coverage = No part is left out of the signature
step-signature-list = The list of signatures is covered, and there is one signature
step-stamp = The seal has its place on a page
step-content = Nothing in the package does more than to be looked at
step-version = Signature and electronic seal are of one version
step-seal-signature = The electronic seal is as its maker made it
step-extensions = There is no critical extension that is not known
step-signer-signature = The signature is the signer’s
step-signature-form = The signature is written as the standard says
step-signer-listed = The electronic seal names the signer
step-seal-name = The electronic seal bears the name that the signer is certified by
step-maker-apart = Whoever made the electronic seal may not use it
step-seal-validity = The electronic seal was valid at the time of signing
step-data-hash = What was signed is this document’s list of parts
step-path = The signature was made for this place
step-seal-file = The electronic seal in the signature is the one beside it
step-time-stamp = The time stamp
step-signer-path = The signer’s certificate is trusted and was valid when it signed
step-maker-path = The maker’s certificate is trusted and was valid when it made the seal
