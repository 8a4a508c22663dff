#!/bin/sh
# Asks veraPDF whether files are PDF/A-2a and PDF/UA-1: `verapdf.sh FILE…`, one broken rule a line.
# Exits 1 if any is not, 77 where veraPDF cannot be had.
set -u

said=$(sh "$(dirname "$0")/java.sh" pdf VeraPdf "$@") || exit $?
printf '%s\n' "$said" | python3 -c '
import json, sys
good = True
for line in sys.stdin:
    said = json.loads(line)
    good = good and said["accepted"]
    print(said["judge"], "accepts" if said["accepted"] else "REFUSES", said["file"])
    for why in said["objections"]:
        print("   ", why)
sys.exit(not good)'
