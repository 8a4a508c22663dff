#!/bin/sh
# The portal's main pages before Lighthouse (e2e/lighthouse), in this machine's Chromium, over YINXIN
# (target/release/yinxin). Timed: its figures are this machine's at this hour, and it is no part of `make test`.
set -eu

cd "$(dirname "$0")/.."
export YINXIN="${YINXIN:-target/release/yinxin}"
case $YINXIN in /*) ;; *) YINXIN=$PWD/$YINXIN ;; esac

for folder in e2e e2e/lighthouse; do
    (cd $folder && npm ci --ignore-scripts --silent >/dev/null 2>&1) || {
        echo "SKIPPED: no Lighthouse: Node.js or the npm registry is missing"
        exit 0
    }
done
mkdir -p target/e2e
exec node e2e/lighthouse/run.mjs "$@"
