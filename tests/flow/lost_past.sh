#!/bin/bash
# The registry is put back to an older copy and the laptop restored from a backup without its old key: what only the
# restored laptop still has of its earlier life reaches the registry again, once, whatever turns up before or after it.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
old=$device
ok '4 records sent' sync
stop_serving
office_ok '*' backup last_week.db
serve
# What last week's copy will lack, but receipts cover: a licence, work under it, a correction, a void.
"$ALLUVIA" licence add --licence_no 'AML 18/2026' --kind aml --holder "$holder" --minerals diamond --district SL-E-KONO \
    --area_text 'right bank' --area_ha 0.25 --issued_by NMA --issued_on "$(day -300)" --valid_from "$(day -300)" \
    --valid_to "$(day +60)" --status granted >"$HOME/.saved" || { command_line='licence add' code=-; fail 'no licence'; }
nil 1
nil 2
run licence edit 'AML 18/2026' --area_ha 0.3
is 0 '*' '*'
mkdir before
ok '*' carry before
ok '4 records sent' sync
ok '*' backup ~/stick.db

returns() {
    "$REGISTRY" export yield --format csv | grep -c ',nil,'
}
put_back() {
    stop_serving
    rm -f ministry/registry.db*
    office_ok '*' restore last_week.db
    same "$("$REGISTRY" journal "$old" | wc -l)" 4
    serve
}
as() {
    export ALLUVIA_DB=$HOME/$1.db
}
agree_as() {
    device=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
    agree
}

# --- work goes on at the restored laptop before it meets the registry: of what was lost, too
as first
ok '*the old key is not at hand*' restore ~/stick.db
put_back
nil 3
ok '*' yield add --licence 'AML 18/2026' --activity washing --diggers 3 --declared_by Bob --date_from "$(day -1)" --outcome nil
run licence edit 'AML 18/2026' --area_ha 0.5
is 0 '*' '*'
ok 'enrolled*' enrol "$url" "$("$REGISTRY" invite --after "$old")"
run sync
is 0 '* sent*' '*the registry lost records that this laptop wrote in an earlier life: device ?????? goes on as device ??????*'
same "$(returns)" 4
"$REGISTRY" export licence --format csv | grep 'AML 18/2026' | grep -q '0\.5' || fail 'the later change does not stand'
# The return names the licence under the id by which the registry has it now.
id=$("$REGISTRY" export licence --format csv | grep 'AML 18/2026' | grep -oE '[0-9A-Z]{6}-[0-9]+' | head -1)
"$REGISTRY" export yield --format csv | grep -q ",$id" || fail "no return is under $id"
agree_as
same "$("$ALLUVIA" yield list --csv | grep -c ',nil,')" 4
run sync
is 0 '0 records sent*' ''
office_ok '*every chain, signature and record is right' verify

# --- then a stick of the old laptop turns up: it counts once
office_ok '*' import before
same "$(returns)" 4
same "$("$REGISTRY" export licence --format csv | grep -c 'AML 18/2026')" 1
office_ok '*every chain, signature and record is right' verify
ok '*' sync
agree_as

# --- put back again: what was written again is this laptop's own now, and is sent like everything of its own
put_back
ok 'enrolled*' enrol "$url" "$("$REGISTRY" invite --after "$old")"
run sync
is 0 '*' '*'
same "$(returns)" 4
agree_as

# --- the other way round: the stick first, part of it known, then the laptop
put_back
office_ok '*' import before
as second
ok '*' restore ~/stick.db
ok 'enrolled*' enrol "$url" "$("$REGISTRY" invite --after "$old")"
run sync
is 0 '*' ''
same "$(returns)" 2
agree_as

# --- by stick alone, the whole way
put_back
as third
ok '*' restore ~/stick.db
nil 3
"$REGISTRY" invite --after "$old" --out invitation.alv >.saved 2>&1
ok '*' receive invitation.alv
mkdir away
ok '*' carry away
office_ok '*' import away
run receive away/*.receipt.alv
is 0 '*the registry lost records of this laptop*' '*goes on as device*'
rm away/*
ok '*' carry away
office_ok '*' import away
ok '*' receive away/*.receipt.alv
same "$(returns)" 3
agree_as

# --- by stick alone, with work on what was lost: it arrives before what it is about
put_back
as fourth
ok '*' restore ~/stick.db
wash() {
    ok '*' yield add --licence 'AML 18/2026' --activity washing --diggers 3 --declared_by Bob --date_from "$(day "-$1")" --outcome nil
}
by_stick() {
    rm -f away/*
    ok '*' carry away
    office_ok '*' import away
    run receive away/*.receipt.alv
    is 0 "$1" '*'
}
wash 3
for area in 0.6 0.7; do
    run licence edit 'AML 18/2026' --area_ha "$area"
    is 0 '*' '*'
done
rm invitation.alv
"$REGISTRY" invite --after "$old" --out invitation.alv >.saved 2>&1
ok '*' receive invitation.alv
by_stick '*the registry lost records of this laptop*'
ok '* agree' verify
wash 4
run licence edit 'AML 18/2026' --area_text 'left bank'
is 0 '*' '*'
by_stick '*'
same "$(returns)" 4
same "$("$ALLUVIA" yield list --csv | grep -c ',nil,')" 4
same "$("$REGISTRY" export licence --format csv | grep -c 'AML 18/2026')" 1
"$REGISTRY" export licence --format csv | grep 'AML 18/2026' | grep 'left bank' | grep -q '0\.7' || fail 'the changes do not stand'
"$ALLUVIA" licence list --csv | grep 'AML 18/2026' | grep 'left bank' | grep -q '0\.7' || fail 'the laptop has another licence'
id=$("$REGISTRY" export licence --format csv | grep 'AML 18/2026' | grep -oE '[0-9A-Z]{6}-[0-9]+' | head -1)
same "$("$REGISTRY" export yield --format csv | grep -c ",$id")" 2
agree_as
office_ok '*' rebuild
office_ok '*every chain, signature and record is right' verify
finish
