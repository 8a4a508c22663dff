#!/bin/sh
# What other programs need for what a copy needs of ours, in one run with `yinxin bench`: `bench-peers.sh [SECONDS]`, for
# each figure, 3 unless it is said. Prints the table of docs/PERFORMANCE.md.
#
# YINXIN names the program that is measured (target/release/yinxin), SAMPLES a folder that `yinxin samples` made; without
# it one is made. A peer that this machine cannot have is skipped, with a line `SKIPPED peer …`.
set -u

seconds=${1:-3}
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..
out=$root/target/bench-peers
yinxin=${YINXIN:-$root/target/release/yinxin}
samples=${SAMPLES:-$out/samples}
python=${PYTHON:-$root/target/venv/bin/python}
[ -x "$python" ] || python=python3
[ -x "$yinxin" ] || { echo "$yinxin is not built: make build"; exit 1; }

skipped() { echo "SKIPPED peer $*"; }

mkdir -p "$out"
if [ ! -e "$samples/manifest.json" ]; then
    "$yinxin" --data "$out/data" demo --holders 20 >/dev/null || exit 1
    "$yinxin" --data "$out/data" samples --out "$samples" >/dev/null || exit 1
fi

# Keys of the peers' own: what is compared is the work, not whose seal it is.
key() { # algorithm, name, its option, what the certificate is signed with
    openssl genpkey -algorithm "$1" ${3:+-pkeyopt "$3"} -out "$out/$2.key" &&
        openssl req -x509 -new -key "$out/$2.key" -subj '/CN=bench' -days 30 ${4:+"$4" -sigopt "$5"} -out "$out/$2.pem"
}
key EC p256 ec_paramgen_curve:P-256 && key SM2 sm2 '' -sm3 distid:1234567812345678 || exit 1
openssl pkcs12 -export -name bench -inkey "$out/p256.key" -in "$out/p256.pem" -passout pass:bench -out "$out/p256.p12" || exit 1

# Compiled apart from the judges, and run without their flags: here the Java programs are to be as quick as they can be.
java_peer() { # group class name
    sh "$here/java.sh" "$1" 2>"$out/$1.log" || { skipped "$3: $(tail -n 1 "$out/$1.log")"; return 1; }
    mkdir -p "$out/$1"
    javac -encoding UTF-8 -cp "$root/target/interop-java/$1/lib/*" -d "$out/$1" "$here/bench/Meter.java" "$here/bench/$2.java" ||
        exit 1
}
peers=
java_peer pdf DssSigning 'EU DSS' && peers="$peers dss"
java_peer ofd OfdrwSealing OFDRW && peers="$peers ofdrw"
"$python" -c 'import pyhanko' 2>/dev/null && peers="$peers pyhanko" || skipped 'pyHanko: not installed (interop/requirements.txt)'
[ -e "$out/typst/typst" ] || "$python" -m pip install --quiet --disable-pip-version-check --target "$out/typst" typst==0.15.0 2>/dev/null
[ -e "$out/typst/typst" ] && peers="$peers typst" || skipped 'typst: PyPI cannot be reached'

# shellcheck disable=SC2086 # a list of words
exec "$python" "$here/bench/peers.py" --yinxin "$yinxin" --samples "$samples" --out "$out" --seconds "$seconds" \
    --libraries "$root/target/interop-java" $peers
