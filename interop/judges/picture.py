"""The page of a sample as a picture, as a print scanned at home gives it, and what the QR code on it says. Each is made
once, for all judges who want it.
"""

import threading

from .opinion import Opinion, Unavailable, ask, need

DPI = 150
# How alike two renderers draw one page. They smooth edges each in its own way; seen from 0.7 mm on that is gone. Measured
# over all samples: of the squares of 4 points at most 0.24 % differ by more than a fifth, nearly all in the seal, since
# OFDRW lets what lies under a stamp shine through; and no square of 16 points (2.7 mm) differs by more than 0.08 from
# black to white in green, in which red and black are alike. A letter of the holder's name that is missing makes 0.25.
SHARE = 0.005
SQUARE = 0.12


class Pictures:
    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self._drawn, self._read = {}, {}
        self._at_work = threading.Lock()

    def of(self, sample):
        """The picture, and of what the program that drew it complained. PDF by poppler; OFD by OFDRW, before."""
        with self._at_work:
            return self._draw(sample)

    def text(self, sample):
        """What the QR code says, and complaints."""
        need("zbarimg")
        with self._at_work:
            picture, complaint = self._draw(sample)
            if sample.name not in self._read:
                code, said, unread = ask("zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", picture)
                self._read[sample.name] = said.strip(), unread if code else ""
            said, unread = self._read[sample.name]
            return said, (complaint + unread).strip()

    def _draw(self, sample):
        picture = self.folder / f"{sample.name}.png"
        if sample.name not in self._drawn:
            complaint = ""
            if sample.format == "pdf":
                need("pdftoppm")
                to = picture.with_suffix("")
                code, _, complaint = ask("pdftoppm", "-r", DPI, "-png", "-singlefile", sample.path, to)
                complaint = complaint or (f"pdftoppm ended with {code}" if code else "")
            elif not picture.exists():
                raise Unavailable("OFDRW drew nothing")
            self._drawn[sample.name] = complaint
        return picture, self._drawn[sample.name]


def judge_of(name):
    """A judge who reads the QR code on the picture."""

    def judge(samples, court):
        for sample in samples:
            opinion = Opinion(name, sample.name)
            said, complaint = court.pictures.text(sample)
            opinion.expect(not complaint, complaint)
            opinion.expect(said == sample.qr, f"reads “{said}”, not “{sample.qr}”")
            yield opinion

    return judge


def same_look(_, court):
    """Whether the OFD looks as the PDF of the same draw: everywhere alike, and nowhere much else."""
    need("convert", "identify")
    for pdf, ofd in court.pairs:
        opinion = Opinion("same look", ofd.name)
        ours = [court.pictures.of(sample)[0] for sample in (pdf, ofd)]
        # Points lie at the same places; that one renderer rounds the page's sides up is cut off.
        sides = [ask("identify", "-format", "%w %h", picture)[1].split() for picture in ours]
        (width, height), (other_width, other_height) = ([int(side) for side in size] for size in sides)
        alike = abs(width - other_width) <= 1 and abs(height - other_height) <= 1
        opinion.expect(alike, f"{width}×{height} and {other_width}×{other_height} points")
        frame = f"{min(width, other_width)}x{min(height, other_height)}+0+0"
        both = [part for picture in ours for part in flat(picture, frame)]
        share = measure(both, "-scale", "25%", "-compose", "difference", "-composite", "-colorspace", "gray",
                        "-threshold", "20%", "-format", "%[fx:mean]")  # fmt: skip
        square = measure(both, "-channel", "G", "-separate", "+channel", "-scale", "6.25%", "-compose", "difference",
                         "-composite", "-format", "%[fx:maxima]")  # fmt: skip
        opinion.facts.update(share=f"{share:.5f}", square=f"{square:.3f}")
        opinion.expect(share < SHARE, f"{share:.2%} of the page look different")
        opinion.expect(square < SQUARE, f"a square of 2.7 mm differs by {square:.0%}")
        yield opinion


def flat(picture, frame):
    return "(", picture, "-background", "white", "-flatten", "-crop", frame, "+repage", ")"


def measure(pictures, *steps):
    return float(ask("convert", *pictures, *steps, "info:")[1])
