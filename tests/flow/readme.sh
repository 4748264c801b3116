#!/bin/bash
# The README's commands do what it says when they are pasted one after the other.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
readme=${BASH_SOURCE%/*}/../../README.md
unset ALLUVIA_REGISTRY
PATH=${ALLUVIA%/*}:${REGISTRY%/*}:$PATH

# Every indented line of the first five minutes, but with a free port and a directory of a day that has passed. What stands
# between fences is shown, not pasted.
sed '/^```/,/^```/d' "$readme" | sed -n '/^## The first five minutes/,/^## Where things are/s/^    //p' |
    sed -e 's/127\.0\.0\.1:8440 &/127.0.0.1:0 2>serve.log \& server=$!; for i in {1..300}; do grep -q listening serve.log \&\& break; sleep 0.02; done; url=$(sed -n "s,.*listening on ,,p" serve.log)/' \
        -e 's,http://127\.0\.0\.1:8440,"$url",' >pasted.sh
[[ $(wc -l <pasted.sh) -gt 20 ]] || fail 'the README has no commands'
for year in $(grep -oE '20[0-9]{2}-H2' pasted.sh | sort -u); do
    [[ $(day 0) == ${year%-*}-* ]] || sed -i "s/$year/$(day 0 | cut -c1-4)/" pasted.sh
done
echo 'alluvia status' >>pasted.sh
# The server ends with the script, whichever line it ends at.
sed -i '1i trap '\''kill "$server"; wait "$server"'\'' EXIT; server=' pasted.sh
capture bash -eu pasted.sh
is 0 '*Unsent  *0*' '*'
[[ $err != *alluvia:* && $err != *'alluvia-registry: '* ]] || fail 'something was refused'
[[ $out == *0.140* && $out == *'every chain, signature and record is right'* ]] || fail 'the report lacks the yield'
[[ $(stat -c %a figures/digger.csv figures/datapackage.json) == $'600\n600' ]] || fail 'others can read the export'
finish
