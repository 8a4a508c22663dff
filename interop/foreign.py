"""Signed PDFs of strangers for the corpus `crates/seal/tests/foreign`: each made by pyHanko or OpenSSL with keys of its own that
nobody keeps. `foreign.py DIR`, by hand where one is to be made anew, for neither keys nor times repeat.
"""

import io
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGITS = 6000
NOW = datetime.now(timezone.utc).replace(microsecond=0)
END = NOW + timedelta(days=3650)


class Party:
    """A key with its certificate, by `issuer` or by itself."""

    def __init__(self, name, issuer=None, stamps=False):
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        by = issuer or self
        builder = (
            x509.CertificateBuilder(by.name, self.name, self.key.public_key(), x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=2))
            .not_valid_after(END)
            .add_extension(x509.BasicConstraints(issuer is None, None), True)
            .add_extension(usage(issuer is None), True)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        self.certificate = builder.sign(by.key, hashes.SHA256())

    def pyhanko(self):
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        plain = serialization.NoEncryption()
        key = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        return asn1_x509.Certificate.load(der), asn1_keys.PrivateKeyInfo.load(key)

    def pem(self, place):
        plain = serialization.NoEncryption()
        key = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        place.write_bytes(key + self.certificate.public_bytes(serialization.Encoding.PEM))
        return place


def usage(authority):
    names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    names += ["key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    on = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "content_commitment"}
    return x509.KeyUsage(**{name: name in on for name in names})


def nobody_revoked(root):
    builder = x509.CertificateRevocationListBuilder(root.name, NOW - timedelta(days=1), END)
    builder = builder.add_extension(x509.CRLNumber(1), False)
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def one_page(extra=()):
    """A PDF of one page that says PASSED, with a table; `extra` objects follow, the first being the form."""
    text = b"BT /F1 12 Tf 20 60 Td (PASSED) Tj ET"
    form = b"/AcroForm 6 0 R" if extra else b""
    annots = b"/Annots[7 0 R]" if extra else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % form,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 120]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R%s>>" % annots,
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *extra,
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe4\xbd\xa0\xe5\xa5\xbd\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def by_openssl(party, scratch):
    """The older way of signing: adbe.pkcs7.detached, with what OpenSSL makes by itself."""
    place = b"[0 " + b"0" * 32 + b"]"
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange %s/Contents<%s>>>"
    file = one_page(
        [
            b"<</Fields[7 0 R]/SigFlags 3>>",
            b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/Rect[0 0 0 0]/F 132/P 3 0 R/V 8 0 R>>",
            signature % (place, b"0" * DIGITS),
        ]
    )
    first = file.index(b"/Contents<") + len(b"/Contents")
    second = first + DIGITS + 2
    ranges = b"[0 %d %d %d]" % (first, second, len(file) - second)
    file = file.replace(place, ranges.ljust(len(place)))
    (scratch / "signed").write_bytes(file[:first] + file[second:])
    done = subprocess.run(
        ["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", scratch / "signed",
         "-signer", party.pem(scratch / "signer.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    value = done.stdout.hex().encode().ljust(DIGITS, b"0")
    assert len(value) == DIGITS
    return file[: first + 1] + value + file[second - 1 :]


def main():
    folder = Path(sys.argv[1])
    root = Party("外来测试根 Foreign test root")
    signer_party = Party("外来测试专用章", root)
    second_party = Party("外来第二人", root)
    tsa_party = Party("外来测试时间戳", root, stamps=True)
    root_certificate, _ = root.pyhanko()
    store = SimpleCertificateStore.from_certs([root_certificate])

    def signer(party):
        certificate, key = party.pyhanko()
        return signers.SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store)

    stamper = DummyTimeStamper(*tsa_party.pyhanko(), certs_to_embed=store)
    lists = [asn1_crl.CertificateList.load(nobody_revoked(root))]
    context = lambda: ValidationContext(  # noqa: E731
        trust_roots=[root_certificate], crls=lists, allow_fetching=False, revocation_mode="require",
        other_certs=[tsa_party.pyhanko()[0]],
    )  # fmt: skip

    def sign(file, party, field, **more):
        about = signers.PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **more
        )
        out = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(file)), about, signer=signer(party),
            timestamper=stamper if more else None,
        )  # fmt: skip
        return out.getvalue()

    basic = sign(one_page(), signer_party, "First")
    archive = sign(
        one_page(), signer_party, "First",
        embed_validation_info=True, use_pades_lta=True, validation_context=context(),
    )  # fmt: skip
    updated = io.BytesIO()
    PdfTimeStamper(stamper).update_archival_timestamp_chain(
        PdfFileReader(io.BytesIO(archive)), context(), in_place=False, output=updated
    )
    files = {
        "pyhanko-basic.pdf": basic,
        "pyhanko-archive-updated.pdf": updated.getvalue(),
        "pyhanko-two-signatures.pdf": sign(basic, second_party, "Second"),
    }
    with tempfile.TemporaryDirectory() as scratch:
        files["openssl-detached.pdf"] = by_openssl(signer_party, Path(scratch))
    for name, file in files.items():
        (folder / name).write_bytes(file)


if __name__ == "__main__":
    main()
