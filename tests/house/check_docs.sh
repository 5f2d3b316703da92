#!/bin/sh
# check_docs.sh TREE - pictures and files that the documents name exist; tests that SECURITY.md names exist; no conflict was left in any
# file.
set -eu
cd "$1"
status=0
for document in README.md CONTRIBUTING.md CODE-MAP.md; do
    # shellcheck disable=SC2013 # file names without blanks
    for name in $(grep -o '](\([^)]*\))' "$document" | sed 's/^](//; s/)$//; s/#.*//'); do
        case $name in
        '' | http://* | https://*) continue ;;
        esac
        if [ ! -e "$name" ]; then
            echo "$document: $name does not exist"
            status=1
        fi
    done
done
# shellcheck disable=SC2016 # the quotes of Markdown
for name in $(grep -o '[`]tests/[^`]*[`]' SECURITY.md | tr -d '`'); do
    if [ ! -e "$name" ]; then
        echo "SECURITY.md: $name does not exist"
        status=1
    fi
done
if grep -rnE '^(<<<<<<<|>>>>>>>)' core tui tests docs ./*.md 2>/dev/null; then
    echo "a conflict was left"
    status=1
fi
exit $status
