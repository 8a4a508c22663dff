#!/bin/sh
# One certificate's whole way by command line, for `make way`: the sample roster is imported, published and endorsed; the sealed
# copy is written and verified; one byte of it is changed, and verification must find that.
#
# Runs again without harm: an import of the same bytes yields the earlier batch, and the endorsement's
# idempotency key changes only every 90 days, so that what it yields is always in force.
set -eu

yinxin=${YINXIN:-target/release/yinxin}
data=${DATA:-yinxin-data}
roster=samples/roster.csv
copy=${COPY:-demo-copy.pdf}
tampered=${copy%.pdf}-tampered.pdf
ofd=${copy%.pdf}.ofd

y() { "$yinxin" --data "$data" "$@"; }
say() { printf '\n== %s\n' "$*"; }
die() { echo "show-the-way: $*" >&2; exit 1; }
# field NAME: the first string value of that name in the JSON on standard input.
field() { grep -o "\"$1\" *: *\"[^\"]*\"" | head -n 1 | sed 's/.*: *"\(.*\)"/\1/'; }

say "a demo country: keys, demo trust (测试专用章), catalogue, synthetic holders"
if [ -d "$data" ]; then
    echo "$data is there already and is kept"
else
    y demo
fi

number=$(sed -n '2s/,.*//p' "$roster")
say "import $roster (first management number: $number)"
batch=$(y --json import "$roster" --organisation mohrss | field batch)
[ -n "$batch" ] || die "the sample roster was not accepted"
state=$(y --json batch show "$batch" | field state)
echo "batch $batch: $state"

say "clerk submits, approver approves, clerk publishes: nobody approves what he made"
[ "$state" != checked ] || { y --as clerk batch submit "$batch"; state=submitted; }
[ "$state" != submitted ] || { y --as approver batch approve "$batch"; state=approved; }
[ "$state" != approved ] || { y --as clerk batch publish "$batch"; state=published; }
[ "$state" = published ] || die "batch $batch is $state and cannot be published"

say "endorse $number: purpose 本人调用, 90 days"
key=show-the-way-$(($(date +%s) / 86400 / 90))
endorsement=$(y --json endorse "$number" --scenario self --days 90 --idempotency-key "$key" | field endorsement)
[ -n "$endorsement" ] || die "no endorsement was granted"
y endorsement show "$endorsement"

say "the sealed copy: $copy"
rm -f "$copy"
y copy "$endorsement" --format pdf --out "$copy"

say "the same copy as OFD, with an electronic seal on SM2: $ofd"
rm -f "$ofd"
y copy "$endorsement" --format ofd --out "$ofd"

say "verify both"
y verify "$copy"
y verify "$ofd"

say "what the QR code on the page says without a network"
if command -v pdftoppm >/dev/null && command -v zbarimg >/dev/null; then
    y verify --offline --qr "$(pdftoppm -r 150 -png "$copy" | zbarimg -q --raw - 2>/dev/null)"
else
    echo "SKIPPED: no pdftoppm (poppler-utils) or zbarimg (zbar-tools) to scan it with"
fi

say "change one byte of it, and verify again"
cp "$copy" "$tampered"
at=$(($(wc -c <"$copy") / 3))
byte=$(od -An -tu1 -j "$at" -N 1 "$copy" | tr -d ' ')
printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$tampered" bs=1 seek="$at" conv=notrunc 2>/dev/null
if verdict=$(y --json verify "$tampered"); then
    die "a changed byte was not found"
fi
verdict=$(printf '%s' "$verdict" | field verdict)
[ "$verdict" = tampered ] || die "a changed byte was called $verdict"
y verify "$tampered" || true

say "done: $copy and $ofd verify; the copy with byte $at changed is $verdict"
