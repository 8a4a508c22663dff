#!/bin/sh
# Runs the crates of interop/oracles as judges: `oracles.sh TRUST FILE…`. Their opinions come as JSON lines. Built once,
# into target/interop-oracles; exits 77 where cargo cannot fetch them.
set -u

here=$(cd "$(dirname "$0")" && pwd)
target=${INTEROP_ORACLES:-$here/../target/interop-oracles}
mkdir -p "$target"
exec 9>"$target.lock"
command -v flock >/dev/null 2>&1 && flock 9
CARGO_TARGET_DIR=$target cargo build --quiet --locked --manifest-path "$here/oracles/Cargo.toml" >"$target/build.log" 2>&1 || {
    grep -q '^error\[' "$target/build.log" && { cat "$target/build.log" >&2; exit 1; }
    echo "the crates could not be fetched: $(grep -m 1 error "$target/build.log")" >&2
    exit 77
}
exec 9>&-
exec "$target/debug/yinxin-oracles" "$@"
