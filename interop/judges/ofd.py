"""Judges of OFD packages: OFDRW in Java verifies and draws; pdftotext looks at what it drew; OpenSSL checks the SM2
signatures of seal and stamp, ofd.js that of the stamp and the digests.
"""

import zipfile
from xml.etree import ElementTree

from .opinion import Unavailable, ask, ask_java, ask_script, need
from .pdf import each, expect_fields


def ofdrw(samples, court):
    """Leaves of each file a picture and a PDF beside its rendering, for the other judges."""
    return ask_java("ofd", "Ofdrw", court.pictures.folder, *[sample.path for sample in samples])


def drawn_text(samples, court):
    need("pdftotext")

    def look(sample, opinion):
        pdf = court.pictures.folder / f"{sample.name}.pdf"
        if not pdf.exists():
            raise Unavailable("OFDRW drew nothing")
        _, said, _ = ask("pdftotext", "-enc", "UTF-8", pdf, "-")
        expect_fields(opinion, sample.fields, said)

    return each("OFDRW text", samples, look)


def ofdjs(samples, _court):
    """The first sample of each template, for it takes seconds over each; and what was spoilt."""
    seen, few = set(), []
    for sample in samples:
        if sample.attack or sample.template not in seen:
            few.append(sample)
        seen.add(sample.template)
    return ask_script("node.sh", *[sample.path for sample in few])


def openssl(samples, court):
    """GB/T 38540 with OpenSSL's SM2 and SM3: digests of all parts, of Signature.xml, and SM2 over the very octets, the
    maker's over the seal, the signer's over what is signed. It does not ask for parts that no signature names.
    """
    need("openssl")
    try:
        from . import ses
    except ImportError as error:
        raise Unavailable(f"asn1crypto: {error}") from error

    def look(sample, opinion):
        with zipfile.ZipFile(sample.path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        signatures = [name for name in parts if name.endswith("/SignedValue.dat")]
        opinion.expect(len(signatures) == 1, f"{len(signatures)} signatures")
        for name in signatures:
            try:
                ses.check(opinion, parts, name, court.scratch / sample.name)
            except (ValueError, KeyError, TypeError, ElementTree.ParseError) as error:
                opinion.expect(False, f"{name}: {error}")

    return each("OpenSSL SM2", samples, look)
