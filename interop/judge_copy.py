"""Lets programs by other hands judge a sealed copy.

    judge_copy.py COPY --trust ROOT.pem [--field TEXT]… [--qr-prefix TEXT]
    judge_copy.py COPY --trust ROOT.pem --expect-tampered

pyHanko must call the signature intact, trusted and covering the whole file, pdfsig must call it valid, qpdf,
mutool and poppler must open the file without complaint, pdftotext must give every field, and the QR code of a
150 dpi rendering must be readable. With --expect-tampered, pyHanko and pdfsig must both find that the file was
changed.

A judge that is not installed is skipped, loudly. Exit code 0 when no judge objects.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

WITHIN_SECONDS = 120
DPI = 150

# Debian builds mutool without colour management and has it say so of every file.
MUTOOL_ON_ITSELF = "warning: ICC support is not available"


class Tally:
    """Counts what was asked and what came out."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def expect(self, what, good, why=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}: {why}")

    def skip(self, what):
        self.skipped += 1
        print(f"SKIPPED: {what}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def ask(*command):
    """Runs a judge; exit code and both streams, in English."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WITHIN_SECONDS,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
    )
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def there(tally, *programs):
    missing = [program for program in programs if shutil.which(program) is None]
    for program in missing:
        tally.skip(f"{program} is not installed")
    return not missing


def hanko_statuses(copy, trust):
    """pyHanko's opinion of every signature in the file."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = list(load_certs_from_pemder([str(trust)]))
    with open(copy, "rb") as file:
        reader = PdfFileReader(file)
        return [
            validate_pdf_signature(
                signature, ValidationContext(trust_roots=roots, allow_fetching=False)
            )
            for signature in reader.embedded_regular_signatures
        ]


def judge_by_pyhanko(tally, copy, trust):
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    statuses = hanko_statuses(copy, trust)
    tally.expect("pyHanko finds exactly one signature", len(statuses) == 1, f"it finds {len(statuses)}")
    for status in statuses:
        said = status.pretty_print_details()
        tally.expect("pyHanko: intact", status.intact, said)
        tally.expect("pyHanko: the signature is valid", status.valid, said)
        tally.expect("pyHanko: trusted", status.trusted, said)
        tally.expect(
            "pyHanko: the whole file is covered",
            status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            str(status.coverage),
        )
        tally.expect("pyHanko: DocMDP is kept", status.docmdp_ok is not False, said)
        tally.expect("pyHanko: bottom line", status.bottom_line, said)


def judge_by_pdfsig(tally, copy):
    if there(tally, "pdfsig"):
        _, said, complaint = ask("pdfsig", "-nocert", copy)
        tally.expect("pdfsig: signature is valid", "Signature is Valid." in said, said + complaint)
        tally.expect("pdfsig: total document signed", "Total document signed" in said, said + complaint)


def judge_structure(tally, copy, scratch):
    if there(tally, "qpdf"):
        code, said, complaint = ask("qpdf", "--check", copy)
        tally.expect("qpdf: clean", code == 0 and "WARNING" not in said + complaint, said + complaint)
    if there(tally, "mutool"):
        for arguments in (["info", copy], ["draw", "-q", "-r", 72, "-o", scratch / "page.png", copy]):
            code, said, complaint = ask("mutool", *arguments)
            complaints = [line for line in complaint.splitlines() if line.strip() not in ("", MUTOOL_ON_ITSELF)]
            tally.expect(f"mutool {arguments[0]}: clean", code == 0 and not complaints, complaint or said)


def squeezed(text):
    """Without white space, which layout puts in; composed, as the fields are."""
    return "".join(unicodedata.normalize("NFC", text).split())


def judge_text(tally, copy, fields):
    if fields and there(tally, "pdftotext"):
        code, said, complaint = ask("pdftotext", "-enc", "UTF-8", copy, "-")
        tally.expect("pdftotext: clean", code == 0 and not complaint.strip(), complaint)
        for field in fields:
            tally.expect(f"pdftotext gives {field}", squeezed(field) in squeezed(said), said)


def judge_qr(tally, copy, prefix, scratch):
    if there(tally, "pdftoppm", "zbarimg"):
        page = scratch / "scan"
        code, _, complaint = ask("pdftoppm", "-r", DPI, "-png", "-singlefile", copy, page)
        tally.expect("pdftoppm: clean", code == 0 and not complaint.strip(), complaint)
        code, said, complaint = ask("zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", f"{page}.png")
        good = code == 0 and bool(said.strip()) and said.startswith(prefix)
        tally.expect(f"zbar reads a QR code that begins with “{prefix}”", good, said + complaint)


def judge_tampered(tally, copy, trust):
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        statuses = hanko_statuses(copy, trust)
        good = [status for status in statuses if status.bottom_line]
        tally.expect("pyHanko finds the change", not good, "it calls the file good")
    except (PdfError, SignatureValidationError, ValueError) as error:
        # A file too damaged to be read is a find as well.
        tally.expect(f"pyHanko finds the change ({error})", True)
    if there(tally, "pdfsig"):
        _, said, complaint = ask("pdfsig", "-nocert", copy)
        tally.expect("pdfsig finds the change", "Signature is Valid." not in said, said + complaint)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("copy", type=Path)
    parser.add_argument("--trust", type=Path, required=True, help="PEM of the trusted root")
    parser.add_argument("--field", action="append", default=[], help="text that the page must give; repeatable")
    parser.add_argument("--qr-prefix", default="", help="how the QR code's text begins")
    parser.add_argument("--expect-tampered", action="store_true")
    asked = parser.parse_args()

    for path in (asked.copy, asked.trust):
        if not path.is_file():
            parser.error(f"{path} is not there")
    tally = Tally()
    if asked.expect_tampered:
        judge_tampered(tally, asked.copy, asked.trust)
        return tally.close()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        judge_by_pyhanko(tally, asked.copy, asked.trust)
        judge_by_pdfsig(tally, asked.copy)
        judge_structure(tally, asked.copy, scratch)
        judge_text(tally, asked.copy, asked.field)
        judge_qr(tally, asked.copy, asked.qr_prefix, scratch)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
