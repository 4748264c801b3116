#!/bin/bash
# A registry put back to an older copy: laptops notice, send again what it lacks, and nothing counts twice.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
ok '4 records sent' sync
stop_serving
cp -r ministry last_week
serve
for n in 1 2 3; do nil "$n"; done
ok '3 records sent' sync
ok '*"unsent":0,*' status --json
whole=$("$ALLUVIA" journal --chain)

# Put back while nothing new waits: the first sync, which would otherwise only ask, sends what is missing.
put_back() {
    stop_serving
    rm -rf ministry
    cp -r last_week ministry
    same "$("$REGISTRY" journal "$device" | wc -l)" 4
    serve
}
put_back
run sync
is 0 '3 records sent' 'alluvia: the registry holds less than it said before; sending again what it lacks'
same "$("$REGISTRY" journal "$device" --chain)" "$whole"
agree
same "$("$REGISTRY" export yield | grep -c nil)" 3
ok '0 records sent' sync

# Put back while something new waits.
nil 4
put_back
run sync
is 0 '* record* sent' '*alluvia: the registry holds less than it said before; sending again what it lacks'
agree
ok '*"unsent":0,*' status --json
ok '0 records sent' sync
finish
