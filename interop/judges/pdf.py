"""Judges of PDF files: pyHanko, pdfsig, OpenSSL, qpdf, mutool, pdftotext; and veraPDF, EU DSS, PDFBox in Java.

Each function takes samples and yields opinions. Whether an opinion is the one that is due, `verdicts` says.
"""

import re
import unicodedata

from .opinion import Opinion, Unavailable, ask, ask_java, need

# Debian builds mutool without colour management and has it say so of every file.
MUTOOL_ON_ITSELF = "warning: ICC support is not available"
DSS_LEVELS = {
    "b-b": "PAdES-BASELINE-B",
    "b-t": "PAdES-BASELINE-T",
    "b-lt": "PAdES-BASELINE-LT",
    "b-lta": "PAdES-BASELINE-LTA",
}
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def each(judge, samples, look):
    """One opinion a file; a judge that breaks down over it has refused it."""
    for sample in samples:
        opinion = Opinion(judge, sample.name)
        look(sample, opinion)
        yield opinion


def qpdf(samples, _court):
    need("qpdf")

    def look(sample, opinion):
        code, said, complaint = ask("qpdf", "--check", sample.path)
        opinion.expect(code == 0 and "WARNING" not in said + complaint, said + complaint)

    return each("qpdf", samples, look)


def mutool(samples, court):
    need("mutool")

    def look(sample, opinion):
        page = court.scratch / f"{sample.name}.pnm"
        code, said, complaint = ask("mutool", "draw", "-q", "-r", 72, "-o", page, sample.path)
        complaints = [line for line in complaint.splitlines() if line.strip() not in ("", MUTOOL_ON_ITSELF)]
        page.unlink(missing_ok=True)
        opinion.expect(code == 0 and not complaints, complaint or said)

    return each("mutool", samples, look)


def pdftotext(samples, _court):
    need("pdftotext")

    def look(sample, opinion):
        code, said, complaint = ask("pdftotext", "-enc", "UTF-8", sample.path, "-")
        opinion.expect(code == 0 and not complaint.strip(), complaint)
        expect_fields(opinion, sample.fields, said)

    return each("pdftotext", samples, look)


def pdfsig(samples, _court):
    need("pdfsig")

    def look(sample, opinion):
        _, said, _ = ask("pdfsig", "-nocert", sample.path)
        # Document time stamps it does not judge, and says so.
        stamps = said.count("Signature Type: unknown")
        sealed = said.count("Signature #") - stamps
        opinion.expect(sealed > 0, "no signature")
        opinion.expect(said.count("Signature is Valid.") == sealed, "a signature is not valid")
        # It does not ask what an update behind the signature is; B-LT has one.
        whole = "Total document signed" in said
        opinion.expect(whole or sample.level == "b-lt", "not the whole document is signed")

    return each("pdfsig", samples, look)


def openssl(samples, court):
    """The CMS over the bytes that it names, with the path to a root that must have been revoked by nobody."""
    need("openssl")

    def look(sample, opinion):
        file = sample.path.read_bytes()
        found = BYTE_RANGE.search(file)
        if not found:
            opinion.expect(False, "no ByteRange")
            return
        start, first, second, rest = (int(number) for number in found.groups())
        between = file[start + first : second].strip(b"<>\0 ")
        try:
            cms = bytes.fromhex(between.decode("ascii"))
        except ValueError as error:
            opinion.expect(False, f"Contents: {error}")
            return
        place = court.scratch / sample.name
        place.with_suffix(".cms").write_bytes(cms)
        place.with_suffix(".signed").write_bytes(file[start : start + first] + file[second : second + rest])
        code, _, complaint = ask(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", place.with_suffix(".cms"),
            "-content", place.with_suffix(".signed"), "-CAfile", court.trust_in_one_file(), "-crl_check_all",
            "-purpose", "any", "-out", "/dev/null",
        )  # fmt: skip
        opinion.expect(code == 0, complaint)

    return each("OpenSSL", samples, look)


def verapdf(samples, _court):
    return ask_java("pdf", "VeraPdf", *[sample.path for sample in samples])


def pdfbox(samples, _court):
    by_name = {sample.name: sample for sample in samples}
    for opinion in ask_java("pdf", "PdfBox", *[sample.path for sample in samples]):
        expect_fields(opinion, by_name[opinion.file].fields, opinion.facts.pop("text", ""))
        yield opinion


def dss(samples, court):
    by_name = {sample.name: sample for sample in samples}
    for opinion in ask_java("pdf", "Dss", court.trust, *[sample.path for sample in samples]):
        claimed = by_name[opinion.file].level
        level = opinion.facts.get("level", "none")
        opinion.expect(level == DSS_LEVELS.get(claimed), f"{level}, not {claimed}")
        yield opinion


def pyhanko(samples, court):
    try:
        from . import hanko
    except ImportError as error:
        raise Unavailable(f"pyHanko: {error}") from error
    return each("pyHanko", samples, hanko.looker(court.trust))


def expect_fields(opinion, fields, text):
    for wanted in fields:
        opinion.expect(squeezed(wanted) in squeezed(text), f"“{wanted}” is not in the text")


def squeezed(text):
    """Without white space, which layout puts in; composed, as the fields are."""
    return "".join(unicodedata.normalize("NFC", text).split())
