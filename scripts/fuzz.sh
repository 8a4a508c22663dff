#!/bin/sh
# Coverage-guided fuzzing: scripts/fuzz.sh SECONDS [TARGET…] runs each target for so long, all of them when none is named,
# two at a time. `roster` is built only when it is named, for it takes long. Seeds are the tampered corpus, the packages of
# strangers and the QR code of docs/QR.md; what was learnt is kept in target/fuzz/TARGET (FRESH=1 leaves it out), an input that
# crashes is target/fuzz/TARGET-crash-… and makes the script fail. SEED=1 begins as the last run with SEED=1 did; without it each
# run tries something else. The last line counts targets.
#
# libFuzzer without cargo-fuzz: the compiler's own coverage, on the stable toolchain. No sanitizer: those are for nightly
# compilers (RUSTC_BOOTSTRAP=1 makes the stable one link the address sanitizer, and what was planted for it stayed unseen); the
# workspace has no unsafe code, and debug assertions and overflow checks are on.
set -eu

seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET…]}
shift
[ $# -gt 0 ] || set -- pdf_read pdf_verify ofd_read ofd_verify cms ses qr
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/target/fuzz
corpus=$root/crates/seal/tests/tampered
strangers=$root/crates/seal/tests/foreign
host=$(rustc -vV | sed -n 's/^host: //p')
pass="-Cpasses=sancov-module -Ccodegen-units=1"
for option in level=4 inline-8bit-counters pc-table trace-compares; do
    pass="$pass -Cllvm-args=-sanitizer-coverage-$option"
done
build=$out/build
if ! command -v c++ >/dev/null 2>&1; then
    echo "SKIPPED: no C++ compiler for libFuzzer, nothing was fuzzed"
    exit 0
fi
mkdir -p "$out"
bins='' features=''
for target in "$@"; do
    bins="$bins --bin $target"
    [ "$target" != roster ] || features="--features roster"
done
cd "$root/fuzz"
cargo metadata --locked --format-version 1 >/dev/null 2>"$out/lock.log" || {
    cat "$out/lock.log"
    echo "fuzz/Cargo.lock is older than a crate's dependencies: cargo update --workspace --manifest-path fuzz/Cargo.toml"
    exit 1
}
# shellcheck disable=SC2086 # words are wanted
RUSTFLAGS="--cfg fuzzing $pass" CARGO_TARGET_DIR=$build \
    cargo build --quiet --locked --release --target "$host" $bins $features
cd "$root"

seed() {
    case $1 in
        pdf_*) cp -n "$corpus"/*.pdf "$strangers"/*.pdf "$2/" ;;
        ofd_*) cp -n "$corpus"/*.ofd "$strangers"/*.ofd "$2/" ;;
        cms) cp -n "$corpus"/trust/* "$2/" ;;
        ses) cp -n "$corpus"/values/* "$2/" ;;
        qr) sed -n '/^http/,/^```/p' docs/QR.md | tr -d '\n`' >"$2/documented" ;;
        roster) cp -n samples/* "$2/" ;;
    esac 2>/dev/null || true
}

# One target; what it says is one line.
run() {
    learnt=$out/$1
    if [ -n "${FRESH:-}" ]; then
        learnt=$out/fresh/$1
        rm -rf "$learnt"
    fi
    mkdir -p "$learnt"
    seed "$1" "$learnt"
    if "$build/$host/release/$1" "$learnt" -seed="${SEED:-0}" -max_total_time="$seconds" -max_len=60000 \
        -timeout=120 -rss_limit_mb=1500 -artifact_prefix="$out/$1-" -print_final_stats=1 >"$out/$1.log" 2>&1; then
        echo "$1: $(sed -n 's/^Done \([0-9]* runs.*\)/\1/p' "$out/$1.log")"
    else
        echo "$1: FAILED, see $out/$1.log"
    fi
}

said=$out/said.log
: >"$said"
while [ $# -gt 0 ]; do
    run "$1" >>"$said" &
    shift
    if [ $# -gt 0 ]; then
        run "$1" >>"$said" &
        shift
    fi
    wait
done
cat "$said"
failed=$(grep -c ': FAILED' "$said") || true
echo "$(($(wc -l <"$said") - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
