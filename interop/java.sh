#!/bin/sh
# Runs a judge that is written in Java: `java.sh pdf VeraPdf FILE…`, `java.sh ofd Ofdrw FILE…`. Its opinions come
# as JSON lines.
#
# Libraries are fetched once, from Maven Central, at the versions that interop/java/*/pom.xml pins, into
# target/interop-java; sources are compiled once. Exits 77 where the judge cannot be had on this machine (no JDK,
# no Maven, no network), and says why.
set -u

here=$(cd "$(dirname "$0")" && pwd)
group=$1
shift
target=${INTEROP_JAVA:-$here/../target/interop-java}/$group
pom=$here/java/$group/pom.xml

unavailable() { echo "$*" >&2; exit 77; }
fetch() {
    timeout "${MAVEN_SECONDS:-100}" mvn --quiet --batch-mode --file "$pom" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$target/lib" >"$target/maven.log" 2>&1
}

command -v javac >/dev/null 2>&1 || unavailable "no Java development kit"
# Several judges of one group may be started at once: one fetches, the others wait for it.
mkdir -p "$(dirname "$target")"
exec 9>"$target.lock"
command -v flock >/dev/null 2>&1 && flock 9
# What lies there was made of the very same sources, or is made anew.
sources=$(cat "$pom" "$here"/java/*.java "$here/java/$group"/*.java | cksum)
if [ "$(cat "$target/made-of" 2>/dev/null)" != "$sources" ]; then
    command -v mvn >/dev/null 2>&1 || unavailable "no Maven"
    rm -rf "$target"
    mkdir -p "$target/classes"
    failed=$target.failed
    # Those who wait for the same libraries, and the next run, need not try what has just failed.
    [ -z "$(find "$failed" -mmin -5 2>/dev/null)" ] || unavailable "$(cat "$failed")"
    # Once more where the network only stumbled.
    fetch || fetch || {
        echo "Maven could not fetch the libraries: $(grep -m 1 ERROR "$target/maven.log" | cut -c 1-200)" >"$failed"
        unavailable "$(cat "$failed")"
    }
    rm -f "$failed"
    javac -Xlint:all,-processing,-classfile,-path -encoding UTF-8 -cp "$target/lib/*" -d "$target/classes" \
        "$here"/java/*.java "$here/java/$group"/*.java >&2 || exit 1
    echo "$sources" >"$target/made-of"
fi
exec 9>&-
[ $# -gt 0 ] || exit 0
# Short-lived: compiling less and collecting serially costs less than it saves.
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
    -cp "$target/classes:$target/lib/*" "$@"
