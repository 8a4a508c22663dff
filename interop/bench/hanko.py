"""pyHanko: PAdES B-B over a PDF in memory, with a P-256 key in software."""

import io

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

# What a copy's signature is over: its signed attributes.
MESSAGE = bytes(171)


def signing(pdf, key, certificate):
    """What makes one signed file, and what makes one bare signature by the same library."""
    signer = SimpleSigner.load(str(key), str(certificate))
    wanted = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    private = serialization.load_pem_private_key(key.read_bytes(), None)

    def one():
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        return sign_pdf(writer, wanted, signer=signer).getvalue()

    return one, lambda: private.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
