#!/bin/sh
# package_check.sh PACKAGES - installs the .deb among PACKAGES on a system that has nothing but what is essential, uses it,
# purges it, and then runs the archive with no more than its libraries installed. As root; `./run package --check`.
set -eu
packages=$1
root=$(mktemp -d)
service=
cleanup() {
    [ -z "$service" ] || kill "$service" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

step() {
    echo "package: $*"
}
fail() {
    echo "package: $*" >&2
    exit 1
}
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
        DEBIAN_FRONTEND=noninteractive "$@"
}
installed() {
    # shellcheck disable=SC2016 # of dpkg-query
    inside dpkg-query -W -f '${Package}\n' | sort
}
quietly() {
    "$@" >"$root/tmp/log" 2>&1 || { tail -n 20 "$root/tmp/log" >&2; fail "this failed: $*"; }
}

# What a newcomer does first, by the program at $1: its version, its service, the demo without a screen.
use() {
    inside "$1" --version | grep -q '^querytop [0-9]' || fail "$1 does not tell its version"
    chroot "$root" "$1" sandbox --port 0 --tasks 5 >"$root/tmp/service" &
    service=$!
    for _ in $(seq 100); do
        grep -q '"looker"' "$root/tmp/service" && break
        sleep 0.1
    done
    url=$(sed -n 's/.*"looker":"\([^"]*\)".*/\1/p' "$root/tmp/service")
    [ -n "$url" ] || fail "the embedded service does not start"
    printf '[here]\nprovider = looker\nbase_url = %s\nclient_id = demo\nclient_secret = demo-secret\n' "$url" \
        >"$root/root/config.ini"
    chmod 600 "$root/root/config.ini"
    inside "$1" list --config /root/config.ini --format csv | grep -q '^profile,id,state,' || fail "no list"
    inside "$1" doctor --config /root/config.ini >/dev/null || fail "the doctor complains"
    kill "$service"
    wait "$service" || fail "the embedded service does not end well"
    service=
    (sleep 5; echo quit) | inside timeout 60 "$1" demo --linear | grep -q 'running' || fail "the demo shows nothing"
}

package=$(echo "$packages"/querytop_*.deb)
archive=$(echo "$packages"/querytop-*.tar.gz)
for file in "$package" "$archive"; do
    [ -f "$file" ] || fail "no $file"
done
# shellcheck disable=SC1091 # of the distribution
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

step "a minimal $suite in $root"
mkdir "$root/tmp"
debootstrap --variant=minbase "$suite" "$root" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; fail "no minimal system"; }
rm -f "$root.log"
quietly inside apt-get update -q
installed >"$root/before"

step "install $(basename "$package")"
cp "$package" "$root/tmp/querytop.deb"
quietly inside apt-get install -y -q --no-install-recommends man-db
quietly inside apt-get install -y -q --no-install-recommends /tmp/querytop.deb
inside dpkg --verify querytop || fail "its files are not those of the package"
inside man -w querytop querytop-config >/dev/null || fail "no manual"
inside man querytop | grep -q 'top for query tasks' || fail "the manual can not be read"
use /usr/bin/querytop

step "purge it"
inside dpkg -L querytop >"$root/files"
quietly inside apt-get purge -y -q querytop
while read -r file; do
    [ ! -f "$root$file" ] || fail "$file is left"
done <"$root/files"

step "the archive, with its libraries alone"
mkdir "$root/opt/querytop"
tar -xzf "$archive" -C "$root/opt/querytop" --strip-components=1
use "$(cd "$root" && find opt -name querytop -type f -perm /111 | sed 's|^|/|')"
echo "package: good; it brought $(installed | comm -13 "$root/before" - | wc -l) packages"
