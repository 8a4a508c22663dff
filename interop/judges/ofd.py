"""Judges of OFD packages: OFDRW in Java verifies and draws; pdftotext and zbar look at what it drew; OpenSSL checks the
SM2 signatures of seal and stamp.
"""

import zipfile
from xml.etree import ElementTree

from .opinion import Opinion, Unavailable, ask, ask_java, need
from .pdf import SCAN_DPI, each, expect_fields, scan

def ofdrw(samples, court):
    """Leaves of each file a picture and a PDF beside its rendering, for the other judges."""
    court.drawn.mkdir(exist_ok=True)
    return ask_java("ofd", "Ofdrw", court.drawn, *[sample.path for sample in samples])


def drawn_text(samples, court):
    need("pdftotext")

    def look(sample, opinion):
        pdf = court.drawn / f"{sample.name}.pdf"
        if not pdf.exists():
            raise Unavailable("OFDRW drew nothing")
        _, said, _ = ask("pdftotext", "-enc", "UTF-8", pdf, "-")
        expect_fields(opinion, sample.fields, said)

    return each("OFDRW text", samples, look)


def drawn_qr(samples, court):
    need("zbarimg")

    def look(sample, opinion):
        page = court.rendering(sample)
        if not page.exists():
            raise Unavailable("OFDRW drew nothing")
        scan(opinion, sample, page)

    return each("OFDRW zbar", samples, look)


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


def same_look(_, court):
    """Whether the OFD looks as the PDF of the same sample: the share of pixels that differ by more than a shade."""
    need("pdftoppm", "compare", "convert", "identify")
    for pdf, ofd in court.pairs:
        opinion = Opinion("same look", ofd.name)
        pictures = [court.rendering(pdf), court.rendering(ofd)]
        ask("pdftoppm", "-r", SCAN_DPI, "-png", "-singlefile", pdf.path, pictures[0].with_suffix(""))
        if not all(picture.exists() for picture in pictures):
            raise Unavailable("no renderings to compare")
        _, size, _ = ask("identify", "-format", "%wx%h", pictures[0])
        width, height = (int(side) for side in size.split("x"))
        # Blurred, since two renderers never smooth an edge alike; of one size, since they round a page's sides apart.
        blurred = [court.scratch / f"look-{number}.png" for number in range(2)]
        for picture, to in zip(pictures, blurred, strict=True):
            ask("convert", picture, "-background", "white", "-alpha", "remove", "-alpha", "off",
                "-resize", f"{size}!", "-blur", "0x1.5", to)  # fmt: skip
        _, _, differing = ask("compare", "-metric", "AE", "-fuzz", "20%", *blurred, "null:")
        share = float(differing.split()[0]) / (width * height)
        opinion.facts["differing"] = f"{share:.4f}"
        opinion.expect(share < court.LOOK_TOLERANCE, f"{share:.2%} of the page looks different")
        yield opinion
