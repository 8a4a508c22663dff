"""Copies of ours without their seals: what the peers get to sign. The page stays as it is."""

import io
import re
import zipfile

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

SEAL_DRAWING = {"/Type", "/Subtype", "/Rect", "/AP", "/F", "/P", "/StructParent"}


def unsigned_pdf(data):
    """Without signature, form and security store; the seal's drawing stays, as a stamp."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(data)))
    for key in ("/AcroForm", "/Perms", "/DSS"):
        if key in writer.root:
            del writer.root[key]
    page = writer.root["/Pages"]["/Kids"][0]
    drawn = [entry for entry in page.raw_get("/Annots") if "/AP" in entry.get_object()]
    for annotation in (entry.get_object() for entry in drawn):
        for key in set(annotation) - SEAL_DRAWING:
            del annotation[key]
        annotation["/Subtype"] = pdf_name("/Stamp")
    page["/Annots"] = generic.ArrayObject(drawn)
    # What nothing leads to any more is left behind by a second copy.
    return written(copy_into_new_writer(PdfFileReader(io.BytesIO(written(writer)))))


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def unsigned_ofd(data):
    """The package without its signatures, and the first one's value."""
    source = zipfile.ZipFile(io.BytesIO(data))
    value = next(name for name in source.namelist() if name.endswith("SignedValue.dat"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            part = source.read(name)
            if name == "OFD.xml":
                part = re.sub(rb"<ofd:Signatures>.*?</ofd:Signatures>", b"", part)
            if "/Signs/" not in name:
                package.writestr(name, part)
    return out.getvalue(), source.read(value)
