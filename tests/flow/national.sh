#!/bin/bash
# Rules over the whole registry: what two laptops recorded that neither of them could see alone.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
weighed=(--outcome yield --weighed_by own_scale)

# The same count and weight on three days, and a sale of more than was found.
for n in 12 11 10; do
    run "${YIELD[@]}" --date_from "$(day -$n)" "${weighed[@]}" --stones 2 --diamond_ct 0.25
    copied=$out
    first=${first-$out}
done
run sale add --slip_no 1 --date "$(day -9)" --licence "$licence" --seller A --buyer B --buyer_licence_no D-1 \
    --stones 9 --diamond_ct 3 --currency USD --price 900 --price_usd 900 --payment cash --origin Bafi \
    --confirm 'sale.balance: sold for a friend'
is 0 '??????-*-?' '*'
person=(digger add --sex M --nationality SL --residence national --district SL-E-KONO --id_type none --role digger
    --legal_basis law)
one=$("$ALLUVIA" "${person[@]}" --full_name 'Mamadou Diallo' --birth 1985 --village Koidu)
same_name=$("$ALLUVIA" "${person[@]}" --full_name 'Mamadou Diallo' --birth 1950 --village Yengema)
run sync
is 0 '* records sent*' '*'

# Another laptop meets the same person and the same licence.
export ALLUVIA_DB=$HOME/two.db
ok '*' init --country SL --name 'Kono 2'
ok 'enrolled with *' enrol "$url" "$(invitation)"
other=$("$ALLUVIA" "${person[@]}" --full_name 'Jalloh, Mamadu' --birth 1986 --village KOIDU)
ok '*' licence add --licence_no 'aml 17-2026' --kind aml --holder "$other" --minerals diamond \
    --district SL-E-KONO --area_text 'left bank' --issued_by NMA --issued_on "$(day -300)" \
    --valid_from "$(day -300)" --valid_to "$(day +60)" --status granted
ok '*' sync
unset ALLUVIA_DB

# found RULE: how many findings are open.
found() {
    "$REGISTRY" review list --rule "$1" --json | grep -o "\"rule\":\"$1\"" | wc -l
}
same "$(found digger.same_person)" 0
office_ok '* records looked at, 6 new findings*' review run
same "$(found digger.same_person)" 1
same "$(found licence.same_number)" 1
same "$(found licence.balance)" 1
same "$(found yield.identical)" 1
same "$(found licence.silence)" 2
office_ok '*the name sounds the same, born at most a year apart, the same village*' \
    review list --rule digger.same_person --csv
[[ $out == *"$one"* || $out == *"$other"* ]] || fail 'the pair is named'
[[ $out != *"$same_name"* ]] || fail 'a name alone is no question'
office_ok "*${first}*2 stones and 0.250 ct in 3 returns running*${copied%-*}*" review list --rule yield.identical --csv
office_ok '*sold 3.000 ct, found 0.750 ct*' review list --rule licence.balance --csv
office_ok '*no return since *and a site of it is washing*' review list --rule licence.silence --csv

# --- silence is judged as of a day
office_ok '0 records looked at, * new findings' review run --on "$(day -9)"
same "$(found licence.silence)" 1
office_ok '0 records looked at, 1 new findings' review run
same "$(found licence.silence)" 2
office review run --on 2026-02-30
is 65 '' 'alluvia-registry: on "2026-02-30": *'

# --- only what is new is looked at, and nothing is asked twice
office_ok '0 records looked at, 0 new findings' review run
office_ok '* records looked at, 0 new findings*' review run --again
same "$(found digger.same_person)" 1

# --- an answer holds; figures that no longer count are no balance
office_ok '' staff add fatou --name 'Fatou Jalloh'
office_ok '' --as fatou review merge "$other" "$one" --reason 'seen together'
same "$(found digger.same_person)" 0
office_ok '' --as fatou review accept "$licence"
same "$(found licence.balance)" 0
office_ok '* records looked at, 0 new findings*' review run --again
office_ok '' --as fatou review reject "$copied" --reason 'invented'
office_ok '1 records looked at, 1 new findings*' review run
same "$(found licence.balance)" 0
same "$(found yield.identical)" 0
office_ok '*yield.identical*gone 20*' review show "$first"
run sale add --slip_no 2 --date "$(day -8)" --licence "$licence" --seller A --buyer B --buyer_licence_no D-1 \
    --stones 9 --diamond_ct 3 --currency USD --price 900 --price_usd 900 --payment cash --origin Bafi \
    --confirm 'sale.balance: sold for a friend'
run sync
office_ok '1 records looked at, 1 new findings*' review run
office_ok '*sold 6.000 ct, found 0.500 ct*' review list --rule licence.balance --csv
office_ok '' rebuild
office_ok '*sold 6.000 ct, found 0.500 ct*' review list --rule licence.balance --csv
office_ok '*every chain, signature and record is right' verify

# --- a person of two teams, changed after both were asked about
for role in digger washer; do
    run crew add --licence "$licence" --digger "$one" --role "$role" --from_on "$(day -9)"
done
run sync
office_ok '2 records looked at, *' review run
run digger edit "$one" --phone '076 111 222'
run sync
office_ok '1 records looked at, *' review run
finish
