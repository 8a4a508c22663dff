"""Our verifier over packages that others made and sealed: `others.py DIR TRUST`, DIR as interop/java/ofd/OfdrwSamples
leaves it, TRUST a demo's folder, which has never heard of their makers.

Each file, good and spoilt, must get the very verdict that stands here, by the very code. The last line counts.
"""

import json
import os
import sys
from pathlib import Path

from judges import tamper
from judges.opinion import Sample, ask

STRANGER = ("unknown_issuer", "intact")
# A plain signature (GB/T 35275): its value is not judged, every digest is.
UNREAD = ("cannot_check", "signature_kind_unsupported")
SPOILT = {
    "page-changed": ("tampered", "digest_mismatch"),
    "part-missing": ("tampered", "reference_missing"),
    "part-added": ("tampered", "part_not_covered"),
    "signature-changed": ("tampered", "bad_signer_signature"),
    "stamp-moved": ("tampered", "digest_mismatch"),
}


def main():
    folder, trust = (Path(argument) for argument in sys.argv[1:])
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["samples"]
    samples = [Sample(folder / one["file"], "ofd", one["level"]) for one in listed]
    samples += tamper.spoilt(samples, folder / "spoilt")
    failed = 0
    for sample in samples:
        verdict, codes = verify(sample, trust)
        due, by = due_of(sample)
        if verdict != due or by not in codes:
            failed += 1
            print(f"FAILED: yinxin on others: {sample.name}: {verdict} by {codes}, not {due} by {by}")
    print(f"yinxin on packages of others\n{len(samples) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


def verify(sample, trust):
    program = os.environ.get("YINXIN", "target/debug/yinxin")
    _, said, complaint = ask(program, "--json", "verify", "--offline", "--trust", trust, sample.path)
    report = json.loads(said or "{}")
    # Of the file itself; what only the register knows is not asked.
    codes = [finding["code"] for finding in report.get("findings", []) if finding["check"] == "intact"]
    return report.get("verdict", complaint), codes


def due_of(sample):
    if sample.name.startswith("signed") and sample.attack in ("", "signature-changed"):
        return UNREAD
    return SPOILT[sample.attack] if sample.attack else STRANGER


if __name__ == "__main__":
    sys.exit(main())
