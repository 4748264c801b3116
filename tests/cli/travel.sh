#!/bin/bash
# enrol, sync, carry, receive: what can be said without a registry. What happens with one is tested in tests/flow.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world

run sync
is 78 '' 'alluvia: *'
run sync --quiet
is 78 '' 'alluvia: *'
run carry stick
is 78 '' 'alluvia: *'
ok '* records, *B, about * s on 2G' sync --dry-run
ok '{"alluvia":"sync-cost/1","records":4,"bytes":*,"requests":*,"seconds_2g":*}' sync --dry-run --json
run enrol
is 64 '' 'alluvia: something is missing*'
run enrol http://example.org ABCD-EFGH-JKMN-PQRS
is 78 '' 'alluvia: *https*'
run enrol https://127.0.0.1:1 nonsense
[[ $code -eq 65 || $code -eq 64 ]] || fail 'a code that is none was taken'
run enrol missing.alv
is 66 '' 'alluvia: *missing.alv*'
echo 'not a batch' >junk.alv
run enrol junk.alv
is 76 '' 'alluvia: "junk.alv": *'
run receive junk.alv
is 76 '' 'alluvia: "junk.alv": *'
run receive missing.alv junk.alv
is 66 '' 'alluvia: *junk.alv*alluvia: *missing.alv*'
ok '*Unsent *4*Registry *none yet*' status
finish
