#!/bin/sh
# Brings what shows PDF files inside the portal (pdf.js) to target/viewer, at the version of viewer/package-lock.json; the
# next build takes it into the program (crates/web/build.rs). What is there already is left alone.
#
# Without Node.js or the npm registry the portal shows the picture of a page instead, and this says so.
set -u

cd "$(dirname "$0")/.." || exit 1
kept=target/viewer
now=$(cat viewer/package-lock.json viewer/pack.mjs | cksum)
mkdir -p "$kept"
[ "$(cat "$kept/made-of" 2>/dev/null)" != "$now" ] || exit 0

unavailable() {
    echo "SKIPPED: the portal is built without its viewer of PDF files and shows pictures instead: $*"
    exit 0
}

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || unavailable "no Node.js"
(cd viewer && npm ci --ignore-scripts --silent >/dev/null 2>&1) || unavailable "it could not be fetched from the npm registry"
node viewer/pack.mjs "$kept" || exit 1
# Last: what was left half-done is done again.
echo "$now" >"$kept/made-of"
