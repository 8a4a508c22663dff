#!/bin/sh
# Makes samples of a demo and of OFDRW in DIR, and lets every judge of this machine look at them: `judges.sh DIR`.
# Exits 1 where a judge says what docs/standards/judges.md does not list.
#
# A folder that has a manifest already is only judged: `judges.sh DIR` after `yinxin samples --out DIR`.
set -u

dir=$1
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$here/../target/venv/bin/python}
[ -x "$python" ] || python=python3
export YINXIN="${YINXIN:-target/debug/yinxin}"

mkdir -p "$dir"
if [ ! -e "$dir/manifest.json" ]; then
    [ -x "$YINXIN" ] || cargo build --quiet --locked --package yinxin-cli || exit 1
    [ -e "$dir/data" ] || "$YINXIN" --data "$dir/data" demo --holders 20 >/dev/null || exit 1
    "$YINXIN" --data "$dir/data" samples --out "$dir" >/dev/null || exit 1
fi
failed=0
"$python" "$here/judges.py" "$dir" || failed=1
"$python" "$here/corpus.py" "$dir/corpus" || failed=1

# What others made: OFDRW and OpenSSL stand by it, and our verifier is held to it.
if sh "$here/java.sh" ofd OfdrwSamples "$dir/ofdrw" 2>"$dir/ofdrw.log"; then
    "$python" "$here/judges.py" "$dir/ofdrw" --judge OFDRW --judge 'OpenSSL SM2' || failed=1
    "$python" "$here/others.py" "$dir/ofdrw" "$dir/trust" || failed=1
else
    [ $? -eq 77 ] || failed=1
    echo "SKIPPED judge OFDRW's own packages: $(tail -n 1 "$dir/ofdrw.log")"
fi
exit $failed
