#!/bin/sh
# The portal in a real browser (e2e/): fetches what the tests need from the npm registry, at the versions of
# e2e/package-lock.json, and runs them against YINXIN (target/debug/yinxin). Pictures of every page lie in
# target/e2e/screenshots. Its last line counts the tests.
#
# What a machine lacks (Node.js, a browser, the registry) is skipped, loudly.
set -u

cd "$(dirname "$0")/.." || exit 1
export YINXIN="${YINXIN:-target/debug/yinxin}"
case $YINXIN in /*) ;; *) YINXIN=$PWD/$YINXIN ;; esac

unavailable() {
    echo "SKIPPED: the portal was not tried in a browser: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || unavailable "no Node.js"
(cd e2e && npm ci --ignore-scripts --silent >/dev/null 2>&1) || unavailable "its tools could not be fetched from the npm registry"
# Without it the tests of e-mail say that they are skipped.
{ [ -x target/venv/bin/pip ] || python3 -m venv target/venv; } >/dev/null 2>&1 &&
    target/venv/bin/pip install --quiet --requirement e2e/requirements.txt >/dev/null 2>&1
rm -rf target/e2e && mkdir -p target/e2e

node --test --test-reporter=tap e2e/tests/*.test.mjs >target/e2e/tap.log 2>&1
ended=$?
grep -E '^ *(not )?ok ' target/e2e/tap.log
[ "$ended" -eq 0 ] || grep -vE '^ *ok ' target/e2e/tap.log | head -n 400
awk '/^# pass /{p=$3} /^# fail /{f=$3} /^# cancelled /{f+=$3} /^# skipped /{s=$3}
    END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' target/e2e/tap.log
exit "$ended"
