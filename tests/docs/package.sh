#!/bin/sh
# package.sh BUILD VERSION - makes the package of a build, looks into it and runs the program out of it.
set -eu
build=$1
version=$2
for tool in dpkg-deb dpkg-shlibdeps cpack file; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool here"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() {
    echo "$*"
    exit 1
}

cd "$build"
cpack -G DEB -B "$scratch" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "no package"; }
package=$(ls "$scratch"/querytop_"$version"*.deb)
dpkg-deb --info "$package" >"$scratch/info"
for library in libc6 libncursesw6 libcurl4 libjson-c5 libmicrohttpd12 libsqlite3-0 libinih1 ca-certificates; do
    grep -q "^ Depends:.*$library" "$scratch/info" || fail "it does not depend on $library"
done
dpkg-deb --extract "$package" "$scratch/root"
for path in bin/querytop share/man/man1/querytop.1 share/man/man5/querytop-config.5 \
    share/bash-completion/completions/querytop share/zsh/site-functions/_querytop \
    share/fish/vendor_completions.d/querytop.fish \
    share/doc/querytop/copyright share/doc/querytop/config.ini.example; do
    [ -s "$scratch/root/usr/$path" ] || fail "it lacks $path"
done
[ "$(find "$scratch/root" -perm /022 ! -type l)" = "" ] || fail "others may write to some of it"
said=$("$scratch/root/usr/bin/querytop" --version)
[ "$said" = "querytop $version" ] || fail "it says: $said"
