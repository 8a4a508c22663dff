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

finding-seal-trusted-unknown-issuer = The seal was certified by “{ $issuer }”, which this platform does not trust
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
finding-intact-xref-wrong-object = A cross-reference points to another object
finding-intact-xref-loop = The cross-reference goes in a circle
finding-intact-xref-unreadable = A cross-reference cannot be read
finding-intact-unreadable-object = An object cannot be read
finding-intact-stream-length = The length of a stream is wrong
finding-intact-tree-loop = The tree of pages or fields goes in a circle
finding-intact-active-content = It holds active or embedded content

## Not laid out as ours

finding-intact-header-differs = The file does not begin as ours do
finding-intact-not-one-revision = The file has not exactly one revision
finding-intact-not-one-signature = The file has not exactly one signature
finding-intact-signature-dictionary-differs = The signature dictionary is not laid out as ours
finding-intact-contents-not-lower-hex = The value of the signature is not written in lower-case hexadecimal
finding-intact-contents-not-der = The value of the signature is not one DER value
finding-intact-contents-padding-not-zero = The padding behind the signature is not zero
finding-intact-trailer-differs = The end of the file is not laid out as ours

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
finding-intact-no-signature = The file is not signed
finding-intact-signature-kind-unsupported = This kind of signature is not supported
finding-intact-signature-unreadable = The signature cannot be read
finding-intact-signature-not-canonical = The signature is not written as ours are
finding-intact-certificate-unused = The signature carries a certificate that is not part of its chain
finding-intact-not-pdf = It is not a PDF file
finding-intact-pdf-encrypted = The PDF file is encrypted and cannot be checked
finding-intact-pdf-limit-exceeded = The PDF file exceeds a limit and cannot be checked
finding-intact-pdf-no-cross-reference = The PDF file is damaged: it has no readable cross-reference
finding-intact-pdf-no-catalog = The PDF file is damaged: it has no readable catalog
finding-intact-pdf-malformed = The PDF file is damaged: it is malformed

## The seal

finding-seal-owner-sealed-by = Sealed by “{ $seal }”
finding-seal-owner-claimed-by = It claims to be sealed by “{ $seal }”; nobody here vouches for that
finding-seal-trusted-trusted-root = The seal was certified by an authority that this platform trusts
finding-seal-trusted-revocation-not-checked = The seal is trusted; there is no revocation list, so that revocation was not checked
finding-seal-trusted-revocation-list-stale = The seal is trusted; the revocation list was due by { $due }
finding-seal-valid-at-signing-valid-when-used = The seal was valid when it was used
finding-seal-valid-at-signing-no-signing-time = The file does not say when it was sealed
finding-seal-valid-at-signing-signing-time-in-future = The time of sealing that the file states lies in the future
finding-seal-valid-at-signing-seal-revoked = The seal had been revoked when it was used ({ $revoked_at })
finding-seal-valid-at-signing-seal-revoked-later = The seal was valid when it was used and was revoked later ({ $revoked_at })
finding-time-stamp-no-time-stamp = There is no time stamp; the time of sealing is the file’s own statement
finding-time-stamp-time-stamp-not-judged = There is a time stamp, which this version does not judge
finding-seal-owner-not-reached = Not checked, since an earlier check failed
finding-seal-trusted-not-reached = Not checked, since an earlier check failed
finding-seal-valid-at-signing-not-reached = Not checked, since an earlier check failed
finding-time-stamp-not-reached = Not checked, since an earlier check failed
