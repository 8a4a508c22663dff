#!/bin/sh
# Makes a demo copy in DIR by the way that `make run` shows, and lets outside judges look at it: good as it is,
# tampered with a byte changed at the beginning, in the middle and near the end.
# Usage: PYTHON=venv/bin/python judge.sh DIR
set -eu

dir=$1
python=${PYTHON:-python3}
export YINXIN="${YINXIN:-target/debug/yinxin}" DATA="$dir/data" COPY="$dir/copy.pdf"

[ -x "$YINXIN" ] || cargo build --quiet --locked --package yinxin-cli
sh scripts/show-the-way.sh >"$dir/way.log" 2>&1 || { cat "$dir/way.log"; exit 1; }

failed=0
judge() { "$python" interop/judge_copy.py "$@" --trust "$DATA/trust/root.pem" || failed=1; }

# The first row of the sample roster: management number, name.
number=$(sed -n '2s/,.*//p' samples/roster.csv)
name=$(sed -n '2s/^[^,]*,\([^,]*\),.*/\1/p' samples/roster.csv)
judge "$COPY" --field "$number" --field "$name" --field 本人调用 --field 人力资源和社会保障部

size=$(wc -c <"$COPY")
for at in $((size / 10)) $((size / 3)) $((size - 40)); do
    cp "$COPY" "$dir/tampered.pdf"
    byte=$(od -An -tu1 -j "$at" -N 1 "$COPY" | tr -d ' ')
    printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$dir/tampered.pdf" bs=1 seek="$at" conv=notrunc 2>/dev/null
    judge "$dir/tampered.pdf" --expect-tampered
done
exit "$failed"
