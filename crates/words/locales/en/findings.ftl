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

finding-seal-trusted-unknown-issuer = No trusted authority is found
finding-seal-trusted-bad-chain-signature = A signature in the certificate chain is bad
finding-seal-trusted-unsupported-chain-algorithm = The certificate chain uses an algorithm that is not supported
finding-seal-valid-at-signing-not-yet-valid = The certificate was not yet valid
finding-seal-valid-at-signing-expired = The certificate had expired
finding-seal-trusted-not-an-authority = A certificate in the chain may not issue others
finding-seal-trusted-path-too-long = The certificate chain is too long
finding-seal-valid-at-signing-wrong-key-usage = The key usage of the certificate does not allow sealing
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
