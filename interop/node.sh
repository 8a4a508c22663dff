#!/bin/sh
# Runs ofd.js over OFD packages: `node.sh FILE…`. Its opinions come as JSON lines.
#
# The library is fetched once from the npm registry, at the version and of the digest that stand here, into
# target/interop-node. Exits 77 where it cannot be had (no Node.js, no network), and says why.
set -u

# The last version with its sources open; from 1.0 on it wants a licence key and refuses without one.
version=0.2.6
bundle_sha256=9b47d64947c94839a6cb24ef3e291ffb8047d2d372ca92836a14bef3a130eda0
here=$(cd "$(dirname "$0")" && pwd)
target=${INTEROP_NODE:-$here/../target/interop-node}
bundle=$target/ofd.js-$version.js

unavailable() { echo "$*" >&2; exit 77; }

command -v node >/dev/null 2>&1 || unavailable "no Node.js"
if [ ! -e "$bundle" ]; then
    command -v npm >/dev/null 2>&1 || unavailable "no npm"
    mkdir -p "$target"
    (cd "$target" && timeout 120 npm pack --silent "ofd.js@$version") >/dev/null 2>&1 ||
        unavailable "ofd.js $version could not be fetched from the npm registry"
    tar -xzf "$target/ofd.js-$version.tgz" -O package/lib/ofd.umd.min.js >"$bundle.new"
    rm -f "$target/ofd.js-$version.tgz"
    echo "$bundle_sha256  $bundle.new" | sha256sum --check --quiet >&2 || exit 1
    mv "$bundle.new" "$bundle"
fi
[ $# -gt 0 ] || exit 0
exec node "$here/node/ofdjs.cjs" "$bundle" "$@"
