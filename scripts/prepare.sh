#!/bin/sh
# Sees that what yinxin needs on this machine is there: `prepare.sh run` what building and making copies need
# (a C compiler, fonts), `prepare.sh test` the outside judges of the tests too.
#
# What is missing is installed through apt-get where that is allowed (as root, or by sudo without a password);
# elsewhere it is named, with the Debian packages that bring it. Exits 1 only when something is missing
# without which nothing can be built.
set -u

purpose=${1:-run}
missing=
needed=

# want PACKAGE TEST…: PACKAGE is missing unless TEST succeeds.
want() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
file_there() { for file in "$@"; do [ -e "$file" ] && return 0; done; return 1; }

look() {
    missing=
    want gcc command -v cc
    want libc6-dev file_there /usr/include/stdio.h
    needed=$missing
    want fonts-noto-cjk file_there /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc
    want fonts-hanazono file_there /usr/share/fonts/truetype/hanazono/HanaMinB.ttf
    if [ "$purpose" = test ]; then
        want openssl command -v openssl
        want qpdf command -v qpdf
        want mupdf-tools command -v mutool
        want poppler-utils command -v pdfsig
        want zbar-tools command -v zbarimg
        want imagemagick command -v compare
        want default-jdk-headless command -v javac
        want maven command -v mvn
        want softhsm2 command -v softhsm2-util
        want chromium file_there /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome
        want postgresql-15 file_there /usr/lib/postgresql/15/bin/initdb
        want python3-venv sh -c 'python3 -m venv --help && python3 -c "import ensurepip"'
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }
}

look
if [ -n "$missing" ] && may_install; then
    echo "prepare: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    as_root apt-get -qq update >"$log" 2>&1
    # One by one: a package that this release does not have must not keep the others away.
    for package in $missing; do
        as_root apt-get -qq install -y --no-install-recommends "$package" >>"$log" 2>&1 ||
            { echo "prepare: $package could not be installed:"; tail -n 3 "$log"; }
    done
    rm -f "$log"
    look
fi

if ! command -v cargo >/dev/null 2>&1; then
    echo "prepare: Rust is missing: install it with rustup (https://rustup.rs); the version stands in Cargo.toml"
    exit 1
fi
if [ -n "$needed" ]; then
    echo "prepare: cannot build without (Debian packages):$needed"
    exit 1
fi
if [ -n "$missing" ]; then
    echo "prepare: SKIPPED: not on this machine (Debian packages):$missing"
    echo "prepare: without fonts no copy can be made; without judges their tests are skipped"
fi
sh scripts/viewer.sh
