"""What a judge says of a file, and how programs are asked."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# The slowest needs seconds; a machine with other work may let it wait.
WITHIN_SECONDS = 600
# What interop/*.sh exit with where a judge cannot be had.
UNAVAILABLE = 77
HERE = Path(__file__).resolve().parent.parent


class Unavailable(Exception):
    """A judge is not on this machine; the text says why."""


@dataclass
class Opinion:
    """Accepted as long as nothing was objected to."""

    judge: str
    file: str
    objections: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    @property
    def accepted(self):
        return not self.objections

    def expect(self, good, objection):
        if not good:
            self.objections.append(" ".join(str(objection).split()))


@dataclass
class Sample:
    """A file of the manifest, or a spoilt one made of it."""

    path: Path
    format: str
    level: str = ""
    fields: list = field(default_factory=list)
    qr: str = ""
    template: str = ""
    # What was done to it; empty for a good file.
    attack: str = ""

    @property
    def name(self):
        return self.path.name


def ask(*command):
    """Runs a program; exit code and both streams, in English."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=WITHIN_SECONDS,
        env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
    )
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def need(*programs):
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        raise Unavailable(f"{', '.join(missing)} not installed")


def ask_java(group, program, *arguments):
    """Opinions of a judge written in Java, which is started once for all files."""
    return ask_script("java.sh", group, program, *arguments)


def ask_script(script, *arguments):
    """Opinions, a line of JSON each, of a judge that a script of this folder starts."""
    done = subprocess.run(
        ["sh", str(HERE / script), *[str(argument) for argument in arguments]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode == UNAVAILABLE:
        raise Unavailable(done.stderr.strip().splitlines()[-1])
    if done.returncode != 0:
        raise RuntimeError(f"{script} {arguments[:2]} ended with {done.returncode}: {done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        said = json.loads(line)
        yield Opinion(said["judge"], Path(said["file"]).name, said["objections"], said["facts"])
