"""Lets every judge that this machine has look at every file of a folder that `yinxin samples` made.

    judges.py DIR [--judge NAME]…

Good files must be accepted, at the level claimed; files spoilt here must be refused by every judge who checks
signatures.
A disagreement that docs/standards/judges.md lists is told and allowed; any other fails. A judge that cannot be had is
skipped, loudly. The last line counts: passed, failed, skipped.
"""

import argparse
import fnmatch
import json
import os
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judges import ofd, oracles, pdf, picture, statement, tamper
from judges.opinion import HERE, Sample, Unavailable, ask

# Judge → function, formats, whether it checks signatures and so has to refuse what was spoilt.
JUDGES = {
    "yinxin": ("own", {"pdf", "ofd"}, True),
    "pyHanko": (pdf.pyhanko, {"pdf"}, True),
    "pdfsig": (pdf.pdfsig, {"pdf"}, True),
    "OpenSSL": (pdf.openssl, {"pdf"}, True),
    "EU DSS": (pdf.dss, {"pdf"}, True),
    "PDFBox": (pdf.pdfbox, {"pdf"}, True),
    "veraPDF": (pdf.verapdf, {"pdf"}, False),
    "qpdf": (pdf.qpdf, {"pdf"}, False),
    "mutool": (pdf.mutool, {"pdf"}, False),
    "pdftotext": (pdf.pdftotext, {"pdf"}, False),
    "zbar": (picture.judge_of("zbar"), {"pdf"}, False),
    "OFDRW": (ofd.ofdrw, {"ofd"}, True),
    "OpenSSL SM2": (ofd.openssl, {"ofd"}, True),
    "ofd.js": (ofd.ofdjs, {"ofd"}, True),
    "underskrift": (oracles.judge, {"pdf"}, True),
    "ofdrw crate": (oracles.judge, {"ofd"}, True),
    "OFDRW text": (ofd.drawn_text, {"ofd"}, False),
    "OFDRW zbar": (picture.judge_of("OFDRW zbar"), {"ofd"}, False),
    "statement": (statement.judge, {"pdf", "ofd"}, False),
    "same look": (picture.same_look, {"ofd"}, False),
}
LISTED = HERE.parent / "docs" / "standards" / "judges.md"
# Judges who look at what OFDRW drew.
AFTERWARDS = ("OFDRW text", "OFDRW zbar", "statement", "same look")
MARKS = {"accepts": "+", "refuses": "x", "listed": "~", "wrong": "!"}


class Court:
    """Where judges find what they need beside the files."""

    def __init__(self, folder, scratch, pairs):
        # PDF and OFD of the same copy.
        self.pairs = pairs
        self.trust = folder / "trust"
        self.pictures = picture.Pictures(folder / "rendered")
        self.scratch = scratch
        self._bundle = scratch / "trust.pem"
        roots = [path.read_text() for path in sorted(self.trust.glob("*.pem"))]
        lists = [ask("openssl", "crl", "-in", path)[1] for path in sorted(self.trust.glob("*.crl"))]
        self._bundle.write_text("\n".join(roots + lists))

    def trust_in_one_file(self):
        return self._bundle


def own(samples, court):
    """Our own verifier, offline, with the same roots."""
    program = os.environ.get("YINXIN", "target/debug/yinxin")
    if shutil.which(program) is None:
        raise Unavailable(f"{program} is not built")

    def look(sample, opinion):
        _, said, complaint = ask(
            program, "--json", "verify", "--offline", "--trust", court.trust, sample.path
        )
        verdict = json.loads(said or "{}").get("verdict", complaint)
        opinion.facts["verdict"] = verdict
        opinion.expect(verdict == "valid", verdict)

    return pdf.each("yinxin", samples, look)


def hear(name, samples, court):
    """All opinions of one judge, or why there are none."""
    function, formats, signatures = JUDGES[name]
    function = own if function == "own" else function
    shown = [s for s in samples if s.format in formats and (signatures or not s.attack)]
    if not shown:
        return name, [], ""
    try:
        return name, list(function(shown, court)), ""
    except Unavailable as why:
        return name, [], str(why)


class Listed:
    """The disagreements that docs/standards/judges.md admits: judge, files, what he does, words of his objection."""

    ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| (accepts|refuses) \| (?:`([^`]*)`)? *\| .* \|$")

    def __init__(self, page):
        text = page.read_text("utf-8") if page.exists() else ""
        self.rows = [match.groups() for match in map(self.ROW.match, text.splitlines()) if match]
        self.seen = set()

    def covers(self, opinion, due):
        if not opinion.accepted and due:
            return all(self._find(opinion, "refuses", why) for why in opinion.objections)
        return self._find(opinion, "accepts", "")

    def _find(self, opinion, does, said):
        for row in self.rows:
            judge, files, verdict, words = row
            fits = judge == opinion.judge and verdict == does and fnmatch.fnmatch(opinion.file, files)
            if fits and (words or "") in said:
                self.seen.add(row)
                return True
        return False

    def stale(self, opinions):
        """Rows about files that were judged and that did not happen."""
        for row in self.rows:
            judged = any(o.judge == row[0] and fnmatch.fnmatch(o.file, row[1]) for o in opinions)
            if judged and row not in self.seen:
                yield row


def read_manifest(folder):
    """All samples; and those of one draw, PDF beside OFD: their names differ in what follows the point."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    samples, draws = [], defaultdict(dict)
    for entry in manifest["samples"]:
        about = [entry[key] for key in ("format", "level", "fields", "qr", "template")]
        sample = Sample(folder / entry["file"], *about)
        samples.append(sample)
        draws[sample.path.stem][sample.format] = sample
    pairs = [(draw["pdf"], draw["ofd"]) for draw in draws.values() if {"pdf", "ofd"} <= draw.keys()]
    return samples, pairs


def sit(names, samples, court):
    """Hears the judges, two at a time; opinions, and who was not there."""
    opinions, absent = [], {}
    first = [name for name in names if name not in AFTERWARDS]
    then = [name for name in names if name in AFTERWARDS]
    with ThreadPoolExecutor(2) as pool:
        for round_of in (first, then):
            for name, said, why in pool.map(lambda name: hear(name, samples, court), round_of):
                opinions += said
                if why:
                    absent[name] = why
    return opinions, absent


def decide(opinions, samples, listed):
    """Whether each opinion is the one that is due."""
    attacks = {sample.name: sample.attack for sample in samples}
    for opinion in opinions:
        due = not attacks[opinion.file]
        said = "accepts" if opinion.accepted else "refuses"
        if opinion.accepted == due:
            yield opinion, said
        else:
            yield opinion, "listed" if listed.covers(opinion, due) else "wrong"


def show(decided, samples):
    """Files × judges."""
    judges = list(dict.fromkeys(opinion.judge for opinion, _ in decided))
    marks = {(opinion.file, opinion.judge): MARKS[what] for opinion, what in decided}
    print("+ accepted, x refused, ~ disagreement that judges.md lists, ! wrong, . not asked")
    for number, judge in enumerate(judges):
        print(f"{'  ' * number}{judge}")
    for sample in samples:
        row = " ".join(marks.get((sample.name, judge), ".") for judge in judges)
        print(f"{row}  {sample.name}")


def faults(wrong):
    """What judges said, each once, with the files of which they said it."""
    told = defaultdict(list)
    for opinion in wrong:
        for objection in opinion.objections or ["accepted, but must be refused"]:
            told[f"{opinion.judge}: {objection[:400]}"].append(opinion.file)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", action="append", choices=sorted(JUDGES), help="only this one; repeatable")
    asked = parser.parse_args()

    samples, pairs = read_manifest(asked.folder)
    samples += tamper.spoilt(samples, asked.folder / "spoilt")
    listed = Listed(LISTED)
    names = asked.judge or list(JUDGES)
    with tempfile.TemporaryDirectory() as scratch:
        court = Court(asked.folder, Path(scratch), pairs)
        opinions, absent = sit(names, samples, court)
    decided = list(decide(opinions, samples, listed))
    show(decided, samples)
    wrong = [opinion for opinion, what in decided if what == "wrong"]
    for fault, files in faults(wrong).items():
        print(f"FAILED: {fault}\n    in {len(files)} files, e.g. {files[0]}")
    for row in listed.stale(opinions):
        print(f"judges.md lists what no longer happens: {' | '.join(part or '' for part in row)}")
    for judge, why in absent.items():
        print(f"SKIPPED judge {judge}: {why}")
    print(f"{len(decided) - len(wrong)} passed, {len(wrong)} failed, {len(absent)} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
