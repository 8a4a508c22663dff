"""What a QR code states without a network, read and checked apart from our own code: base32 (RFC 4648), CBOR by cbor2,
COSE_Sign1 (RFC 9052) by the book, ES256 and certificates by cryptography. docs/QR.md is the form.
"""

import base64
import datetime
import hashlib

from .opinion import Opinion, Unavailable

try:
    import cbor2
    from cryptography import exceptions, x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, utils
except ImportError as missing:
    cbor2, MISSING = None, str(missing)

# RFC 9053 §2.1.
ES256 = -7
PURPOSE = "2.25.168792564681203289189849442634213479902.1"
LONGEST = 150
NAMES = {
    1: "holder",
    2: "management_number",
    3: "qualification",
    4: "level",
    5: "scenario",
    6: "valid_until",
    7: "copy_number",
    8: "issuer",
}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    """Why a statement is not believed."""


def check(text, trust):
    """The statement behind the `#` of what a scanner read, by a key published below `trust`."""
    if cbor2 is None:
        raise Unavailable(f"{MISSING} (interop/requirements.txt)")
    signed = _letters(text.rpartition("#")[2])
    if len(signed) > LONGEST:
        raise Refused(f"{len(signed)} bytes")
    protected, unprotected, payload, signature = _deterministic(signed)
    header = _deterministic(protected)
    if set(header) != {1, 4} or header[1] != ES256 or unprotected:
        raise Refused(f"header {header} {unprotected}")
    covered = cbor2.dumps(["Signature1", protected, b"", payload])
    key = _key(trust, header[4], covered, signature)
    stated = _deterministic(payload)
    said = {NAMES.get(field, str(field)): value for field, value in stated.items()}
    if "valid_until" in said:
        day = datetime.date(1970, 1, 1) + datetime.timedelta(days=said["valid_until"])
        said["valid_until"] = day.isoformat()
    if isinstance(said["copy_number"], bytes):
        said["copy_number"] = _crockford(said["copy_number"])
    return said, key


def judge(samples, court):
    """The code on the picture of the page states what stands on the page."""

    def look(sample, opinion):
        text, _ = court.pictures.text(sample)
        opinion.expect(text == sample.qr, "the picture holds another text")
        try:
            said, key = check(text, court.trust)
        except (Refused, ValueError, KeyError, TypeError) as why:
            opinion.expect(False, f"{type(why).__name__}: {why}")
            return
        opinion.facts.update(said, key=key)
        # A direct copy has no strip with its number.
        for field in ("management_number", "copy_number") if "valid_until" in said else ("management_number",):
            opinion.expect(str(said[field]) in sample.fields, f"{field} {said[field]} is not on the page")
        name = sample.fields[0]
        opinion.expect(said["holder"].startswith(name[0]) and said["holder"] != name, f"holder {said['holder']}")

    for sample in samples:
        opinion = Opinion("statement", sample.name)
        look(sample, opinion)
        yield opinion


def _letters(text):
    padded = text.upper() + "=" * (-len(text) % 8)
    return base64.b32decode(padded)


def _deterministic(encoded):
    """Read, and refused where its canonical form is another."""
    try:
        value = cbor2.loads(encoded)
    except cbor2.CBORDecodeError as why:
        raise Refused(f"no CBOR: {why}") from why
    if cbor2.dumps(value, canonical=True) != encoded:
        raise Refused("CBOR that is not deterministic")
    return value


def _key(trust, key_id, covered, signature):
    """The name of the published key that signed, below a root of `trust`."""
    parts = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
    for path in sorted((trust / "statement").glob("*.pem")):
        leaf, *chain = x509.load_pem_x509_certificates(path.read_bytes())
        spki = leaf.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        if hashlib.sha256(spki).digest()[:4] != key_id:
            continue
        try:
            leaf.public_key().verify(utils.encode_dss_signature(*parts), covered, ec.ECDSA(hashes.SHA256()))
            _below_a_root(leaf, chain, trust)
        except exceptions.InvalidSignature as why:
            raise Refused("signature") from why
        return leaf.subject.rfc4514_string()
    raise Refused(f"no key {key_id.hex()}")


def _below_a_root(leaf, chain, trust):
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if [purpose.dotted_string for purpose in purposes] != [PURPOSE]:
        raise Refused("a certificate for another purpose")
    below = leaf
    roots = [x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(trust.glob("*.pem"))]
    for above in chain:
        below.verify_directly_issued_by(above)
        below = above
    for root in roots:
        if root.subject == below.issuer:
            below.verify_directly_issued_by(root)
            return
    raise Refused("no root")


def _crockford(octets):
    bits = int.from_bytes(octets, "big")
    count = len(octets) * 8 // 5
    return "".join(CROCKFORD[bits >> 5 * (count - 1 - at) & 31] for at in range(count))
