#!/bin/bash
# Makes the pseudo-language's catalogue of the source as it stands.
#
#   tests/screen/pseudo.sh SOURCE_DIR PSEUDO OUT.mo
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1/app/po/extract" "$folder/alluvia.pot"
msgen --no-wrap "$folder/alluvia.pot" -o "$folder/en.po" 2>/dev/null
# As app/po/compile.cmake does it.
long=ld
[ "$(getconf LONG_BIT)" = 64 ] || long=lld
sed -i -e "s/<PRId64>/$long/g" -e 's/charset=CHARSET/charset=UTF-8/' "$folder/en.po"
msgfmt --endianness=little --no-hash "$folder/en.po" -o "$folder/en.mo"
"$2" "$folder/en.mo" "$3"
