### What a verification found: finding-<code> tells why a check came out as it did

## The signature

finding-good = The signature is good
finding-digest-mismatch = The content is not what was signed (the digest differs)
finding-bad-signature = The signature is bad
finding-signing-certificate-mismatch = The certificate that the signature names is not the one enclosed
finding-no-signer-certificate = The signer’s certificate is not enclosed
finding-bad-attributes = The signed attributes are missing or wrong
finding-unsupported-algorithm = The signature algorithm is not supported

## The chain

finding-unknown-issuer = No trusted authority is found
finding-bad-chain-signature = A signature in the certificate chain is bad
finding-unsupported-chain-algorithm = The certificate chain uses an algorithm that is not supported
finding-not-yet-valid = The certificate was not yet valid
finding-expired = The certificate had expired
finding-not-an-authority = A certificate in the chain may not issue others
finding-path-too-long = The certificate chain is too long
finding-wrong-key-usage = The key usage of the certificate does not allow sealing
finding-unknown-critical-extension = The certificate has a critical extension that is not known

## What the signature covers

finding-byte-range-missing = The signature does not say what it covers
finding-byte-range-malformed = The range that the signature covers is malformed
finding-byte-range-not-at-start = The signature does not cover the beginning of the file
finding-byte-range-overlap = The ranges that the signature covers overlap
finding-byte-range-beyond-file = The range that the signature covers goes beyond the file
finding-byte-range-many-gaps = The signature leaves out more than one part
finding-byte-range-short = Something follows what the signature covers
finding-contents-not-the-gap = What is left out is not only the signature itself
finding-contents-missing = The signature has no value
finding-contents-empty = The value of the signature is empty
finding-contents-not-direct-hex = The value of the signature is stored in a way that is not allowed
finding-coverage-not-a-revision = What is covered ends in the middle of a revision
finding-changed-after-signing = The file was revised after it was signed
finding-object-in-gap = Something hides in the part that the signature leaves out
finding-unbound-signature = A signature belongs to no form field
finding-signature-removed = An earlier signature was removed

## The structure of the file

finding-leading-bytes = There is something before the beginning of the file
finding-trailing-bytes = There is something after the end of the file
finding-duplicate-key = A key occurs twice
finding-duplicate-object = An object occurs twice
finding-unlisted-object = An object is not listed
finding-xref-wrong-object = A cross-reference points to another object
finding-xref-loop = The cross-reference goes in a circle
finding-xref-unreadable = A cross-reference cannot be read
finding-unreadable-object = An object cannot be read
finding-stream-length = The length of a stream is wrong
finding-tree-loop = The tree of pages or fields goes in a circle
finding-active-content = It holds active or embedded content
