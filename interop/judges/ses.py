"""One signature of an OFD package by GB/T 38540-2020, with OpenSSL for SM2 and SM3."""

import base64
import hashlib
from xml.etree import ElementTree

from asn1crypto import core, x509

from .opinion import ask

OFD = "{http://www.ofdspec.org/2016}"
SM2_ID = "distid:1234567812345678"


def check(opinion, parts, name, scratch):
    """`parts`: all of the package by name; `name`: the signature's SignedValue.dat."""
    to_sign, certificate, _, signature = first(4, core.Sequence.load(parts[name]))
    _, seal, _, digest = first(4, to_sign)
    info, maker, _, made = first(4, seal)
    description = parts[name.rsplit("/", 1)[0] + "/Signature.xml"]
    opinion.expect(octets(digest) == sm3(description), "dataHash is not that of Signature.xml")
    for reference in ElementTree.fromstring(description).iter(f"{OFD}Reference"):
        part = parts.get(reference.get("FileRef").lstrip("/"))
        value = base64.b64decode(reference.find(f"{OFD}CheckValue").text)
        opinion.expect(part is not None and sm3(part) == value, f"{reference.get('FileRef')} is not what was signed")
    verify(opinion, "seal", info, maker, made, scratch)
    verify(opinion, "stamp", to_sign, certificate, signature, scratch)


def verify(opinion, what, content, certificate, signature, scratch):
    content_file, signature_file, key_file = (scratch.with_suffix(f".{what}.{end}") for end in ("tbs", "sig", "pem"))
    content_file.write_bytes(content.dump())
    signature_file.write_bytes(octets(signature))
    key = base64.encodebytes(x509.Certificate.load(certificate.native).public_key.dump()).decode()
    key_file.write_text(f"-----BEGIN PUBLIC KEY-----\n{key}-----END PUBLIC KEY-----\n")
    code, said, complaint = ask(
        "openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", key_file,
        "-pkeyopt", SM2_ID, "-sigfile", signature_file, "-in", content_file,
    )  # fmt: skip
    opinion.expect(code == 0, f"{what}: {said}{complaint}")


def first(count, sequence):
    return [sequence[i] for i in range(count)]


def octets(bits):
    """A BIT STRING that holds whole octets."""
    return bytes(bits.contents[1:])


def sm3(data):
    return hashlib.new("sm3", data).digest()
