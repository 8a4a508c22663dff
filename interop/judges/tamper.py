"""Spoils good samples, so that judges who check signatures can show that they do."""

import zipfile

from .opinion import Sample


def spoilt(samples, folder):
    """Of the first sample of each format and level, one file an attack."""
    folder.mkdir(exist_ok=True)
    seen = set()
    for sample in samples:
        kind = (sample.format, sample.level)
        if kind in seen:
            continue
        seen.add(kind)
        attacks = of_ofd if sample.format == "ofd" else of_pdf
        for attack, spoil in attacks().items():
            path = folder / f"{sample.path.stem}-{attack}.{sample.format}"
            spoil(sample.path, path)
            yield Sample(path, sample.format, sample.level, attack=attack)


def of_pdf():
    return {
        "byte-early": lambda good, bad: flip(good, bad, 10),
        "byte-late": lambda good, bad: flip(good, bad, 3),
        "byte-in-trailer": lambda good, bad: flip_before_end(good, bad),
        "appended": append_revision,
    }


def of_ofd():
    return {
        "page-changed": lambda good, bad: rewrite(good, bad, change="/Content.xml"),
        "part-missing": lambda good, bad: rewrite(good, bad, leave_out="/Content.xml"),
        "part-added": lambda good, bad: rewrite(good, bad, add="Doc_0/Pages/Page_0/extra.xml"),
        "signature-changed": lambda good, bad: rewrite(good, bad, change="/SignedValue.dat"),
        "stamp-moved": lambda good, bad: rewrite(good, bad, change="/Signature.xml"),
    }


def flip(good, bad, part):
    data = bytearray(good.read_bytes())
    data[len(data) // part] ^= 1
    bad.write_bytes(data)


def flip_before_end(good, bad):
    data = bytearray(good.read_bytes())
    data[-40] ^= 1
    bad.write_bytes(data)


def append_revision(good, bad):
    """A later revision that replaces nothing but shows that the file went on after its last signature."""
    data = good.read_bytes()
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    size = int(data.rsplit(b"/Size", 1)[1].split()[0].split(b"/")[0])
    root = data.rsplit(b"/Root", 1)[1].split(b"R", 1)[0].strip()
    at = len(data)
    added = b"%d 0 obj\n(added later)\nendobj\n" % size
    xref = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %s R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, at, size + 1, root, start, at + len(added),
    )  # fmt: skip
    bad.write_bytes(data + added + xref)


def rewrite(good, bad, change="", leave_out="", add=""):
    """The package with one part altered, left out or added; right checksums, so that only signatures can tell."""
    with zipfile.ZipFile(good) as package, zipfile.ZipFile(bad, "w") as out:
        done = False
        for entry in package.infolist():
            data = package.read(entry)
            wanted = change or leave_out
            hit = bool(wanted) and not done and entry.filename.endswith(wanted)
            done = done or hit
            if hit and leave_out:
                continue
            out.writestr(entry.filename, alter(data) if hit else data)
        if add:
            out.writestr(add, b"<added/>")


def alter(data):
    """Changes the last digit of XML, so that it stays XML; elsewhere a byte near the end, in the middle of the last value
    there: of a signature that is its number, where a changed tag is passed over by lenient readers."""
    data = bytearray(data)
    at = len(data) - 5
    if data.startswith(b"<?xml"):
        at = max(i for i, byte in enumerate(data) if 0x30 <= byte <= 0x39)
    data[at] ^= 1
    return bytes(data)
