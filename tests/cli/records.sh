#!/bin/bash
# add, list, show, edit, void, history.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world
device=${holder%%-*}
d1=$(day -40)
d2=$(day -39)
d3=$(day -35)

run "${YIELD[@]}" --date_from "$d1" --outcome yield --stones 3 --diamond_ct 0,35 --weighed_by own_scale --json
is 0 '{"alluvia":"added/1","id":"'"$device"'-5"}' ''
ok "$device-6-?" "${YIELD[@]}" --date-from "$(date -d "$d2" +%d/%m/%Y)" --outcome nil
ok '{"alluvia":"record/1","entity":"yield","record":{"id":"'"$device"'-5","version":"'"$device"'-5","at":*,"by":"*","licence":"'"$device"'-3","date_from":"'"$d1"'","date_to":"'"$d1"'","outcome":"yield","activity":"washing","diggers":12,"stones":3,"diamond_mct":350,"weighed_by":"own_scale","declared_by":"Bob"}}' \
    yield show "$device-5" --json
ok '*Diamonds *0.35 ct*' yield show "$device-5"
ok '*Diamants *0,35 ct*' yield show "$device-5" --lang fr
ok '{"alluvia":"list/1","entity":"yield","records":\[{"id":"'"$device"'-6",*},{"id":"'"$device"'-5",*}]}' yield list --json
ok '{"alluvia":"list/1","entity":"yield","records":\[]}' yield list --json --where outcome=not_worked
ok "*$d2*nil*" yield list --where outcome=nil --where 'licence=AML 17/2026' --from "$d2" --to "$(date -d "$d3" +%d.%m.%Y)"
ok "*$d1*" yield list --limit 1 --to "$d1"
ok '*Aïssata Kéïta*' digger list --search keita
ok '*Aïssata Kéïta*' digger list --search KEITA --where sex=f
ok '' sale list
run yield list --where colour=blue
is 64 '' 'alluvia: --where "colour=blue": a yield has no such field'
run yield list --from 31.2.2026
is 64 '' 'alluvia: --from "31.2.2026"*'
run yield list --limit 0
is 64 '' 'alluvia: --limit "0"*'

# An edit writes the changed fields alone; an equal value writes nothing.
ok "$holder" digger edit "$holder" --village Yengema --phone '+232 77'
entries=$(head_of_journal)
ok "$holder" digger edit "$holder" --village Yengema
same "$entries" "$(head_of_journal)"
ok "$holder" digger edit "$holder" --phone ''
ok '{"alluvia":"history/1","id":"'"$device"'-2","entries":\[{"id":"'"$device"'-2","entry":{"at":*"op":"add"*}},{"id":"'"$device"'-7","entry":{*"op":"amend","of":"digger","id":"'"$device"'-2","base":"'"$device"'-2","v":{"village":"Yengema","phone":"+232 77"}}},{"id":"'"$device"'-8","entry":{*"v":{"phone":null}}}]}' \
    digger history "$holder" --json
ok '*added*changed*village Yengema, phone +232 77*phone (cleared)*' digger history "$holder"

# Money follows its currency, whatever the order of the flags.
ok "$licence" licence edit 'AML 17/2026' --fee_due 250,50 --currency USD
ok '*"currency":"USD","fee_due_minor":25050*' licence show "$licence" --json
ok "$licence" licence edit "$licence" --fee_paid 10
ok '*"fee_due_minor":25050,"fee_paid_minor":1000*' licence show "$licence" --json

# A void record stays, marked, and is no longer listed or changed.
run yield void "$device-6"
is 64 '' 'alluvia: why? *'
ok "$device-6-?" yield void "$device-6" --reason 'entered twice'
ok '*"void":true*' yield show "$device-6" --json
run yield list --csv
is 0 "*$d1*" ''
[[ $out != *"$d2"* ]] || fail 'a void record is listed'
ok "*$d2*" yield list --with-void
run yield edit "$device-6" --note late
is 65 '' 'alluvia: *void*'

# Ids: with the check character, without it, mistyped, of another kind, unknown.
ok "*$d1*" yield show "${device,,}-5"
run yield show "$device-5-Z"
[[ $code -eq 65 ]] || run yield show "$device-5-A"
is 65 '' 'alluvia: *'
run digger show "$device-5"
is 66 '' 'alluvia: *'
run digger show "$device-999"
is 66 '' 'alluvia: *'
run licence show 'AML 99'
is 66 '' 'alluvia: *'

# A rule that asks is answered by name, and the answer travels with the record.
before=$(head_of_journal)
run "${YIELD[@]}" --date_from "$d3" --outcome yield --stones 30 --diamond_ct 30 --weighed_by own_scale
is 65 '' 'alluvia: yield.*; if it is right, add --confirm "yield.*: reason"'
same "$before" "$(head_of_journal)"
rule=${err##*--confirm \"}
rule=${rule%%:*}
run "${YIELD[@]}" --date_from "$d3" --outcome nil --confirm 'no reason'
is 64 '' 'alluvia: --confirm "no reason": write it as "RULE: reason"'
run "${YIELD[@]}" --date_from "$d3" --outcome nil --confirm "$rule:"
is 64 '' 'alluvia: --confirm *gives no reason'
run "${YIELD[@]}" --date_from "$d3" --outcome nil --confirm 'no.such: reason'
is 64 '' 'alluvia: --confirm "no.such": there is no such rule'
answers=()
for _ in 1 2 3 4 5 6; do
    run "${YIELD[@]}" --date_from "$d3" --outcome yield --stones 30 --diamond_ct 30 --weighed_by own_scale \
        "${answers[@]}"
    [[ $code -eq 65 ]] || break
    rule=${err##*--confirm \"}
    answers+=(--confirm "${rule%%:*}: weighed twice")
done
is 0 "$device-*" '*'
id=$out
ok '*"ok":\[{"rule":"'"${rule%%:*}"'","why":"weighed twice"}*' yield history "$id" --json

# One name, village and birth twice is asked about, however it is written; a reason says that they are two, and what was
# void or told apart by another birth is not in the way.
person=(digger add --sex M --nationality SL --residence national --district SL-E-KONO --id_type none --role tributor
    --legal_basis law --village Tombodu)
ok "$device-*" "${person[@]}" --full_name 'Ngũgĩ Kamara' --birth 1985~
first=$out
refuses "digger.person_twice: full_name \"NGUGI kamara\", with the same village and birth, stands in $first already; *" \
    "${person[@]}" --full_name 'NGUGI kamara' --birth 1985~
refuses 'digger.person_twice: *' "${person[@]}" --full_name 'ngũgĩ  kamara' --birth 1985~
ok "$device-*" "${person[@]}" --full_name 'Ngũgĩ Kamara' --birth 1986
ok "$device-*" "${person[@]}" --full_name 'Ngũgĩ Kamara'
ok "$device-*" "${person[@]}" --full_name 'Ngũgĩ Kamara' --birth 1985~ --confirm 'digger.person_twice: his cousin'
second=$out
ok "$second" digger edit "$second" --phone 123
ok "$first" digger edit "$first" --birth 1984
ok "$second" digger void "$second" --reason 'was the same'
ok "$device-*" "${person[@]}" --full_name 'Ngũgĩ Kamara' --birth 1985~

ok '* entries; the chain, the records and the database agree' verify
same "$("$ALLUVIA" journal | wc -l)" "$(head_of_journal | cut -d' ' -f1)"
ok "3 ???????????????????????????????????????????????????????????????? {*\"of\":\"licence\"*}" journal --from 3 --to 3 --chain

# Every kind of record explains its own fields.
for entity in digger cooperative licence site crew yield stone sale inspection officer; do
    ok "usage: alluvia $entity add*Fields of a $entity:*" "$entity" add --help
    ok '{"alluvia":"list/1","entity":"'$entity'","records":*' "$entity" list --json
done
# An edit that names no field is a slip of the hand.
run digger edit "$holder"
is 64 '' 'alluvia: what changes? *'
finish
