"""The crates underskrift and ofdrw, which interop/oracles builds into one program. Only where ORACLES is set: they take
several minutes to build.
"""

import os

from .opinion import Unavailable, ask_script
from .pdf import expect_fields


def judge(samples, court):
    if not os.environ.get("ORACLES"):
        raise Unavailable("takes minutes to build: make judges ORACLES=1")
    by_name = {sample.name: sample for sample in samples}
    for opinion in ask_script("oracles.sh", court.trust, *[sample.path for sample in samples]):
        sample = by_name[opinion.file]
        if sample.format == "pdf":
            level = opinion.facts.get("level", "none")
            opinion.expect(level == sample.level, f"{level}, not {sample.level}")
        elif not sample.attack:
            expect_fields(opinion, sample.fields, opinion.facts.pop("text", ""))
        yield opinion
