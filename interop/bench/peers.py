"""Runs `yinxin bench copies` and every peer that is named, one after the other, and prints one table.

Each figure stands beside the bare signatures of the same library, timed in turn with it, so that what is compared is
what a program adds to its signature. Java warms up for five seconds first.
"""

import argparse
import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import equal
import hanko

SLICES = 9
HERE = Path(__file__).parent
# Figures of `yinxin bench`, and what they are.
OURS = {
    "copies_no_photo": "PDF drawn and signed, B-B",
    "copies_b_lt": "PDF drawn, signed and stamped, B-LT",
    "copies_ofd": "OFD drawn and sealed",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--yinxin", required=True)
    for name in ("samples", "out", "libraries"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("peers", nargs="*")
    asked = arguments.parse_args()
    # That taking the seals off ends them is what is wanted.
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    rows = yinxin(asked)
    for peer in asked.peers:
        try:
            rows.append(PEERS[peer](asked))
        except LookupError as nothing:
            print(f"SKIPPED peer {peer}: {nothing}")
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            sys.exit(f"{peer}: {getattr(error, 'stderr', None) or error}")
    (asked.out / "result.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    print("| program | does | a second | bare signatures a second, same library | ratio | KB |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(told(value) for value in row.values()) + " |")


def told(value):
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{float(f'{value:.3g}'):,g}"


def row(program, does, rate, bare=None, ratio=None, size=None):
    kilobytes = None if size is None else size / 1000
    return {"program": program, "does": does, "rate": rate, "bare": bare, "ratio": ratio, "kb": kilobytes}


def yinxin(asked):
    said = run([asked.yinxin, "--json", "bench", "copies", "--seconds", str(asked.seconds)])
    figures = {figure["figure"]: figure for figure in json.loads(said)["figures"]}
    sizes = {"copies_no_photo": "copy_size_no_photo", "copies_ofd": "copy_size_ofd"}
    rows = []
    for name, does in OURS.items():
        if name in figures:
            figure, size = figures[name], figures.get(sizes.get(name))
            size = size and size["measured"] * 1000
            rows.append(row("yinxin", does, figure["measured"], figure["reference_measured"], figure["ratio"], size))
    return rows


def sample(asked, form, level=None):
    """A copy of ours, of the plainest case that there is."""
    listed = json.loads((asked.samples / "manifest.json").read_text())["samples"]
    fit = [one for one in listed if one["format"] == form and level in (None, one["level"])]
    if not fit:
        raise LookupError(f"no sample of {form} {level or ''}")
    fit.sort(key=lambda one: (one["case"] != "plain", one["file"]))
    return fit[0], (asked.samples / fit[0]["file"]).read_bytes()


def equal_pdf(asked):
    path = asked.out / "unsigned.pdf"
    path.write_bytes(equal.unsigned_pdf(sample(asked, "pdf", "b-b")[1]))
    return path


def pyhanko(asked):
    pdf = equal_pdf(asked).read_bytes()
    one, bare = hanko.signing(pdf, asked.out / "p256.key", asked.out / "p256.pem")
    (asked.out / "pyhanko.pdf").write_bytes(one())
    pairs = in_turn(asked.seconds, one, bare)
    return row(f"pyHanko {version('pyhanko')}", "equal PDF signed, B-B", *pairs, len(one()))


def dss(asked):
    out = asked.out / "dss.pdf"
    said = java(asked, "pdf", "DssSigning", equal_pdf(asked), asked.out / "p256.p12", asked.seconds, out)
    return row("EU DSS 6.4", "equal PDF signed, B-B", said["rate"], said["bare"], said["ratio"], said["bytes"])


def ofdrw(asked):
    plain, value = asked.out / "unsigned.ofd", asked.out / "signed-value.dat"
    for path, data in zip((plain, value), equal.unsigned_ofd(sample(asked, "ofd")[1])):
        path.write_bytes(data)
    keys = (asked.out / "sm2.key", asked.out / "sm2.pem")
    said = java(asked, "ofd", "OfdrwSealing", plain, value, *keys, asked.seconds, asked.out / "ofdrw.ofd")
    return row("OFDRW 2.3.1", "equal OFD sealed", said["rate"], said["bare"], said["ratio"], said["bytes"])


def typst(asked):
    sys.path.insert(0, str(asked.out / "typst"))
    import typst as library

    fields = sample(asked, "pdf")[0]["fields"]
    compiler = library.Compiler(str(HERE / "page.typ"))
    made = 0

    def one():
        nonlocal made
        made += 1
        # Another page each time: typst remembers what it has drawn.
        inputs = {"fields": json.dumps([*fields, f"{made:08}"])}
        return compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2a"])

    size = len(one())
    rate = median(speed(asked.seconds / SLICES, one) for _ in range(SLICES))
    return row("typst 0.15.0", "the words alone drawn, PDF/A-2a, unsigned", rate, size=size)


def in_turn(seconds, one, bare):
    pairs = [(speed(seconds / (2 * SLICES), one), speed(seconds / (2 * SLICES), bare)) for _ in range(SLICES)]
    return median(rate for rate, _ in pairs), median(rate for _, rate in pairs), median(a / b for a, b in pairs)


def speed(seconds, work):
    start, done = time.perf_counter(), 0
    while True:
        work()
        done += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return done / elapsed


def java(asked, group, program, *arguments):
    path = f"{asked.out / group}:{asked.libraries / group / 'lib'}/*"
    said = run(["java", "-Djava.awt.headless=true", "-cp", path, program, *map(str, arguments)])
    return json.loads(said.splitlines()[-1])


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def version(package):
    from importlib.metadata import version as of

    return of(package)


PEERS = {"pyhanko": pyhanko, "dss": dss, "ofdrw": ofdrw, "typst": typst}

if __name__ == "__main__":
    main()
