#!/bin/sh
# Coverage-guided fuzzing: scripts/fuzz.sh SECONDS [TARGET…] runs each target for so long, all of them when none is named.
# `roster` is built only when it is named, for it takes long. Seeds are the tampered corpus; what was learnt is kept in
# target/fuzz/TARGET, an input that crashes is target/fuzz/TARGET-crash-… and makes the script fail.
#
# libFuzzer without cargo-fuzz: the compiler's own coverage, on the stable toolchain. No sanitizer: the workspace has no
# unsafe code, and debug assertions and overflow checks are on.
set -eu

seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET…]}
shift
[ $# -gt 0 ] || set -- pdf_read pdf_verify ofd_read ofd_verify cms ses qr
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/target/fuzz
corpus=$root/crates/seal/tests/tampered
host=$(rustc -vV | sed -n 's/^host: //p')
pass="-Cpasses=sancov-module -Ccodegen-units=1"
for option in level=4 inline-8bit-counters pc-table trace-compares; do
    pass="$pass -Cllvm-args=-sanitizer-coverage-$option"
done

mkdir -p "$out"
bins= features=
for target in "$@"; do
    bins="$bins --bin $target"
    [ "$target" = roster ] && features="--features roster"
done
# shellcheck disable=SC2086 # words are wanted
(cd "$root/fuzz" && RUSTFLAGS="--cfg fuzzing $pass" CARGO_TARGET_DIR="$out/build" \
    cargo build --quiet --release --target "$host" $bins $features)

failed=0
for target in "$@"; do
    case $target in
        pdf_*) seeds=$(ls "$corpus"/*.pdf) ;;
        ofd_*) seeds=$(ls "$corpus"/*.ofd 2>/dev/null || true) ;;
        cms) seeds=$(ls "$corpus"/trust/*) ;;
        ses) seeds=$(ls "$corpus"/values/*) ;;
        roster) seeds=$(ls "$root"/samples/* 2>/dev/null || true) ;;
        *) seeds= ;;
    esac
    mkdir -p "$out/$target"
    # shellcheck disable=SC2086
    [ -z "$seeds" ] || cp -n $seeds "$out/$target/" 2>/dev/null || true
    if "$out/build/$host/release/$target" "$out/$target" -max_total_time="$seconds" -max_len=60000 -timeout=20 \
        -rss_limit_mb=1500 -artifact_prefix="$out/$target-" -print_final_stats=1 >"$out/$target.log" 2>&1; then
        echo "$target: $(sed -n 's/^Done \([0-9]* runs.*\)/\1/p' "$out/$target.log")"
    else
        echo "$target: FAILED, see $out/$target.log"
        failed=1
    fi
done
exit $failed
