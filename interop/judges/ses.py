"""One signature of an OFD package by GB/T 38540-2020, with the time stamp on it where there is one, with OpenSSL for SM2 and SM3."""

import base64
import hashlib
from xml.etree import ElementTree

from asn1crypto import cms, core, parser, tsp, x509

from .opinion import ask

OFD = "{http://www.ofdspec.org/2016}"
SM2_ID = "distid:1234567812345678"
SM3 = "1.2.156.10197.1.401"
# Of what asn1crypto.parser makes of an element.
CONTENT = 4


def check(opinion, parts, name, scratch):
    """`parts`: all of the package by name; `name`: the signature's SignedValue.dat."""
    fields = list(elements(parts[name]))
    to_sign, certificate = core.Sequence.load(fields[0]), core.OctetString.load(fields[1])
    signature = core.BitString.load(fields[3])
    _, seal, _, digest = first(4, to_sign)
    info, maker, _, made = first(4, seal)
    description = parts[name.rsplit("/", 1)[0] + "/Signature.xml"]
    opinion.expect(octets(digest) == sm3(description), "dataHash is not that of Signature.xml")
    for reference in ElementTree.fromstring(description).iter(f"{OFD}Reference"):
        part = parts.get(reference.get("FileRef").lstrip("/"))
        value = base64.b64decode(reference.find(f"{OFD}CheckValue").text)
        opinion.expect(part is not None and sm3(part) == value, f"{reference.get('FileRef')} is not what was signed")
    verify(opinion, "seal", info.dump(), maker.native, octets(made), scratch)
    verify(opinion, "stamp", to_sign.dump(), certificate.native, octets(signature), scratch)
    if len(fields) > 4:
        token = core.BitString.load(parser.parse(fields[4])[CONTENT])
        check_time(opinion, octets(token), octets(signature), scratch)


def check_time(opinion, token, value, scratch):
    """RFC 3161 under the identifiers of SM2 and SM3: over the signature's value, by the certificate within."""
    data = cms.ContentInfo.load(token)["content"]
    content = data["encap_content_info"]["content"].contents
    imprint = tsp.TSTInfo.load(content)["message_imprint"]
    opinion.expect(imprint["hash_algorithm"]["algorithm"].dotted == SM3, "time stamp: imprint not by SM3")
    opinion.expect(imprint["hashed_message"].native == sm3(value), "time stamp: not over the signature's value")
    signer = data["signer_infos"][0]
    attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    opinion.expect(attributes["message_digest"].native == sm3(content), "time stamp: changed")
    serial = signer["sid"].chosen["serial_number"].native
    certificates = [one.chosen for one in data["certificates"] if one.chosen.serial_number == serial]
    opinion.expect(len(certificates) == 1, "time stamp: its authority's certificate is missing")
    for certificate in certificates:
        signed = signer["signed_attrs"].untag().dump()
        verify(opinion, "time", signed, certificate.dump(), signer["signature"].native, scratch)


def verify(opinion, what, content, certificate, signature, scratch):
    content_file, signature_file, key_file = (scratch.with_suffix(f".{what}.{end}") for end in ("tbs", "sig", "pem"))
    content_file.write_bytes(content)
    signature_file.write_bytes(signature)
    key = base64.encodebytes(x509.Certificate.load(certificate).public_key.dump()).decode()
    key_file.write_text(f"-----BEGIN PUBLIC KEY-----\n{key}-----END PUBLIC KEY-----\n")
    code, said, complaint = ask(
        "openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", key_file,
        "-pkeyopt", SM2_ID, "-sigfile", signature_file, "-in", content_file,
    )  # fmt: skip
    opinion.expect(code == 0, f"{what}: {said}{complaint}")


def elements(sequence):
    """Each element of a SEQUENCE, whatever its tag."""
    rest = parser.parse(sequence)[CONTENT]
    while rest:
        size = parser.peek(rest)
        yield rest[:size]
        rest = rest[size:]


def first(count, sequence):
    return [sequence[i] for i in range(count)]


def octets(bits):
    """A BIT STRING that holds whole octets."""
    return bytes(bits.contents[1:])


def sm3(data):
    return hashlib.new("sm3", data).digest()
