#!/bin/sh
# Everything that CI runs, in the order in which a fault is cheapest to find. Prints each step's time, the test
# runners' closing lines, what failed and what was skipped; whole logs lie in target/test-logs.
#
# A step that fails does not keep the others from running, but the script then exits 1. Its last line counts
# the tests of all runners.
set -u

logs=target/test-logs
venv=target/venv
mkdir -p "$logs"
failed=0
began=$(date +%s)

# A registry that does not answer once is asked again.
export CARGO_NET_RETRY="${CARGO_NET_RETRY:-10}"
# In CI the same cases for the same tree: what chance finds is found by those who can look at it.
[ -z "${CI:-}" ] || export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20211217}"

# step NAME COMMAND…: runs it into its log; a failure shows the log's end.
step() {
    name=$1
    shift
    from=$(date +%s)
    if "$@" >"$logs/$name.log" 2>&1; then
        echo "$name: ok ($(($(date +%s) - from)) s)"
    else
        echo "$name: FAILED ($(($(date +%s) - from)) s); the end of $logs/$name.log:"
        tail -n 60 "$logs/$name.log"
        failed=$((failed + 1))
        return 1
    fi
}

# What judges and the browser's tests take from PyPI. Without a network that is a failure in CI, and elsewhere skips, which
# those who miss something tell.
packages() {
    { [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"; } &&
        "$venv/bin/pip" install --quiet --retries 10 --requirement interop/requirements.txt --requirement e2e/requirements.txt ||
        [ -z "${CI:-}" ]
}
# One copy's whole way as `make way` shows it, then all judges over samples of every kind. Begins with an empty
# directory, so that nothing of an earlier run is looked at.
interop() {
    rm -rf target/interop && mkdir -p target/interop || return 1
    YINXIN=target/debug/yinxin DATA=target/interop/data COPY=target/interop/copy.pdf sh scripts/show-the-way.sh || return 1
    PYTHON="$venv/bin/python" sh interop/judges.sh target/interop
}

sh scripts/prepare.sh test || exit 1
step fmt cargo fmt --all --check
# Before clippy: it builds one small crate and reads the tree.
step tidy cargo xtask tidy
step clippy cargo clippy --quiet --workspace --all-targets --locked -- -D warnings
step cargo-test cargo test --workspace --locked --no-fail-fast
step packages packages
# A browser waits more than it works: it runs beside the fuzzing and the judges, which take one core each. All of them find
# what the tests before them built.
step e2e sh scripts/e2e.sh &
browser=$!
# A few seconds a target, from the seeds: what a change breaks at once. `make fuzz` goes on for as long as is wanted.
step fuzz env FRESH=1 SEED=1 sh scripts/fuzz.sh 4
step interop interop
wait "$browser" || failed=$((failed + 1))
if command -v cargo-deny >/dev/null 2>&1; then
    step deny cargo deny --locked check licenses bans sources
else
    echo "SKIPPED: cargo-deny is not installed (make deny installs it)" | tee "$logs/deny.log"
fi

echo
grep -h '^test result' "$logs/cargo-test.log" 2>/dev/null
grep -h ' --- FAILED$\|^test .* \.\.\. FAILED' "$logs/cargo-test.log" 2>/dev/null
grep -h '^ *not ok ' "$logs/e2e.log" 2>/dev/null
grep -h 'SKIPPED' "$logs"/*.log 2>/dev/null | sort | uniq -c
awk -v took="$(($(date +%s) - began))" -v steps="$failed" '
    /^test result: / { for (i = 1; i < NF; i++) {
        if ($(i + 1) ~ /^passed/) passed += $i
        if ($(i + 1) ~ /^failed/) failed += $i
        if ($(i + 1) ~ /^ignored/) skipped += $i } }
    /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += $5 }
    # The judges count what they skip themselves.
    /SKIPPED/ && FILENAME !~ /interop|e2e/ { skipped++ }
    # A step that failed without a failing test (formatting, a build) counts as one.
    END { if (failed < steps) failed = steps
        printf "took %d s\n%d passed, %d failed, %d skipped\n", took, passed, failed, skipped }
' "$logs/cargo-test.log" "$logs/fuzz.log" "$logs/interop.log" "$logs/e2e.log" "$logs/deny.log" 2>/dev/null
[ "$failed" -eq 0 ]
