"""Shows the tampered corpus (crates/seal/tests/tampered) to the judges who check signatures, and holds each to what
interop/corpus.toml says that he accepts: `corpus.py SCRATCH`.

Copies that nobody changed all must accept. Of the others the table names those judges who accept; whoever is not named
must refuse. `--update` writes the table anew from what the judges of this machine say, to be read before it is
committed; a judge that is not there keeps what stands. The last line counts.
"""

import argparse
import logging
import shutil
import sys
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from judges import ofd, pdf
from judges.opinion import HERE, Opinion, Sample, Unavailable, ask

CORPUS = HERE.parent / "crates" / "seal" / "tests" / "tampered"
TABLE = HERE / "corpus.toml"
LEVELS = {"basic": "b-b", "time": "b-t", "long": "b-lt", "archive": "b-lta"}
# Java reads all files in one start.
JUDGES = {
    "pyHanko": (pdf.pyhanko, "pdf", False),
    "pdfsig": (pdf.pdfsig, "pdf", False),
    "OpenSSL": (pdf.openssl, "pdf", False),
    "EU DSS": (pdf.dss, "pdf", True),
    "PDFBox": (pdf.pdfbox, "pdf", True),
    "OFDRW": (ofd.ofdrw, "ofd", True),
    "OpenSSL SM2": (ofd.openssl, "ofd", False),
}
# What a judge may break down with over a file that is none; it has refused it then.
BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, NotImplementedError, OSError,
          RuntimeError, OverflowError, AssertionError, zipfile.BadZipFile)  # fmt: skip


def read_corpus():
    index = tomllib.loads((CORPUS / "index.toml").read_text("utf-8"))["file"]
    for entry in index:
        name = entry["file"]
        copy = entry["base"] if entry["base"] != "none" else name.split(".")[0].removeprefix("good-")
        level = LEVELS.get(copy, "b-lt" if name.endswith(".ofd") else "b-b")
        attack = "" if entry["verdict"] == "valid" and entry["base"] == "none" else entry["story"]
        yield Sample(CORPUS / name, name[-3:], level, attack=attack)


def court(scratch, kind):
    """Roots and lists of one kind of copies: not every judge reads certificates on SM2."""
    trust = scratch / f"trust-{kind}"
    trust.mkdir(exist_ok=True)
    for path in (CORPUS / "trust").glob("*.*"):
        if path.name.startswith("national") == (kind == "ofd"):
            shutil.copy(path, trust / path.name)
    bundle = scratch / f"trust-{kind}.pem"
    lists = [ask("openssl", "crl", "-in", path)[1] for path in sorted(trust.glob("*.crl"))]
    bundle.write_text("\n".join([path.read_text() for path in sorted(trust.glob("*.pem"))] + lists))
    pictures = SimpleNamespace(folder=scratch / "rendered")
    pictures.folder.mkdir(exist_ok=True)
    return SimpleNamespace(trust=trust, scratch=scratch, pictures=pictures, trust_in_one_file=lambda: bundle)


def hear(name, samples, courts):
    """Whether the judge accepts each file of his kind; or why he could not be asked."""
    look, kind, at_once = JUDGES[name]
    shown = [sample for sample in samples if sample.format == kind]
    before = courts[kind]
    try:
        if at_once:
            return name, {opinion.file: opinion for opinion in look(shown, before)}, ""
        return name, {sample.name: alone(name, look, sample, before) for sample in shown}, ""
    except Unavailable as why:
        return name, {}, str(why)


def alone(name, look, sample, before):
    try:
        return next(iter(look([sample], before)))
    except BROKEN as broken:
        return Opinion(name, sample.name, [f"{type(broken).__name__}: {broken}"])


def update(samples, heard, listed):
    """Writes who accepts what was tampered with; the words above the table stay."""
    rows = [TABLE.read_text("utf-8").split("[accepted]\n")[0], "[accepted]\n"]
    for sample in samples:
        if not sample.attack:
            continue
        by = []
        for name, (_, kind, _) in JUDGES.items():
            if name in heard:
                opinion = heard[name].get(sample.name)
                accepts = opinion is not None and opinion.accepted
            else:
                accepts = name in listed.get(sample.name, [])
            if kind == sample.format and accepts:
                by.append(f'"{name}"')
        rows.append(f'"{sample.name}" = [{", ".join(by)}]\n')
    TABLE.write_text("".join(rows), "utf-8")


def faults(samples, heard, listed):
    for name, opinions in heard.items():
        for sample in samples:
            opinion = opinions.get(sample.name)
            if opinion is None:
                continue
            if sample.attack and sample.name not in listed:
                yield f"{sample.name} is not in interop/corpus.toml: interop/corpus.py SCRATCH --update"
            elif opinion.accepted != (not sample.attack or name in listed[sample.name]):
                said = "; ".join(opinion.objections)[:300] or "accepts"
                yield f"{name} of {sample.name}: {said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--update", action="store_true")
    asked = parser.parse_args()
    # pyHanko logs what it objects to as well as saying it.
    logging.disable(logging.CRITICAL)
    asked.scratch.mkdir(parents=True, exist_ok=True)
    samples = list(read_corpus())
    listed = tomllib.loads(TABLE.read_text("utf-8"))["accepted"]
    # Before anybody is heard: a judge must not read roots while they are written for the next one.
    courts = {kind: court(asked.scratch, kind) for kind in ("pdf", "ofd")}
    with ThreadPoolExecutor(2) as pool:
        all_heard = list(pool.map(lambda name: hear(name, samples, courts), JUDGES))
    heard = {name: opinions for name, opinions, why in all_heard if not why}
    if asked.update:
        update(samples, heard, listed)
        listed = tomllib.loads(TABLE.read_text("utf-8"))["accepted"]
    wrong = sorted(set(faults(samples, heard, listed)))
    for fault in wrong:
        print(f"FAILED: {fault}")
    absent = [(name, why) for name, _, why in all_heard if why]
    for name, why in absent:
        print(f"SKIPPED judge {name} over the tampered corpus: {why}")
    asked_for = sum(len(opinions) for opinions in heard.values())
    print(f"the tampered corpus before {len(heard)} judges")
    print(f"{asked_for - len(wrong)} passed, {len(wrong)} failed, {len(absent)} skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
