#!/bin/bash
# Review at the ministry, the registry's side: named people decide about what laptops sent, and figures follow.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry

weighed=(--outcome yield --weighed_by own_scale)
month=$(date -u -d 'today -100 days' +%Y-%m)
run "${YIELD[@]}" --date_from "$month-03" "${weighed[@]}" --stones 4 --diamond_ct 1.5
first=$out
run "${YIELD[@]}" --date_from "$month-04" "${weighed[@]}" --stones 2 --diamond_ct 0.25
second=$out
run "${YIELD[@]}" --date_from "$month-05" "${weighed[@]}" --stones 1 --diamond_ct 0.125
third=$out
run sync
is 0 '7 records sent, 3 flagged' '*the ministry will look at it*'

produced() {
    office report production --period "$month" --json
    sed 's/.*"total":{[^}]*"diamond_mct":\([0-9]*\).*/\1/' <<<"$out"
}
same "$(produced)" 1875

# --- nobody decides without a name
office review accept "$first"
is 77 '' 'alluvia-registry: decisions are taken under a name: --as LOGIN'
office --as fatou review accept "$first"
is 77 '' 'alluvia-registry: account "fatou": there is none; staff add makes one'
office_ok '' staff add fatou --name 'Fatou Jalloh'
office staff add fatou --name 'Fatou Jalloh'
is 73 '' 'alluvia-registry: account "fatou": exists already'
office staff add Fatou --name 'Fatou Jalloh'
is 65 '' '*login "Fatou"*'
office_ok '*fatou *Fatou Jalloh *active*' staff list
office --as fatou review return "$first"
is 64 '' '*needs --reason*'

# --- what there is to review
office_ok "*$first*yield*yield.late*" review list
office review list --rule yield.late --json
same "$(grep -o '"rule":"yield.late"' <<<"$out" | wc -l)" 3
office_ok '*"items":\[\]*' review list --rule yield.late --district SL-S-BO --json
office_ok '*"rule":"yield.late"*' review list --district SL-E-KONO --json

# --- accept, return, reject
office_ok '' --as fatou review accept "$third"
office_ok '' --as fatou review return "$first" --reason 'weigh it again'
office_ok '' --as fatou review reject "$second" --reason 'invented'
same "$(produced)" 125
office_ok "*$first*" review list --state returned
office_ok "*$second*" review list --state rejected
office_ok "*$third*" review list --state accepted
office_ok '*"items":\[\]*' review list --json
office review show "$first"
is 0 '*State *returned*weigh it again*fatou*returned*weigh it again*' ''
office_ok '*every chain, signature and record is right' verify

# --- the registry's own journal
registry=$(sed '1s/.* //;q' "$ALLUVIA_REGISTRY/registry.key")
office_ok '*"op":"device"*"op":"staff"*"is":"accepted"*"is":"returned","why":"weigh it again"*"is":"rejected"*' \
    journal "$registry"
office device list
[[ $out != *"$registry"* ]] || fail 'the registry is no laptop'

# --- the laptop corrects what was returned: it is to be reviewed again, and counts again
run yield edit "$first" --diamond_ct 1.25
ok '1 record sent*' sync
same "$(produced)" 1375
office_ok "*$first*" review list
office_ok '' --as fatou review accept "$first"
office_ok '*"items":\[\]*' review list --json

# --- a closed account decides no more
office_ok '' --as fatou staff close fatou
office --as fatou review accept "$second"
is 77 '' '*account "fatou": was closed'
office_ok '' staff add fatou --name 'Fatou Jalloh'

# --- two records of one person
person=(digger add --sex M --nationality SL --residence national --district SL-E-KONO --id_type none --role digger
    --legal_basis law)
run "${person[@]}" --full_name 'Sahr Kamara' --birth 1985 --village Koidu
twin=$out
run "${person[@]}" --full_name 'Saa Camara' --birth 1990 --village Yengema
other=$out
ok '*' sync
office --as fatou review merge "$other" "$first"
is 65 '' '*is a yield; persons are merged'
office_ok '' --as fatou review merge "$other" "$twin" --reason 'same card'
office_ok "*$other*" review list --state merged
office_ok "*State *merged*Merged into *$twin*merge*same card*" review show "$other"
office --as fatou review merge "$other" "$twin"
is 65 '' '*is merged into*'
office_ok '' --as fatou review unmerge "$other"
office_ok '*"items":\[\]*' review list --state merged --json

# --- rebuilt, it is the same; restored, it is another incarnation
office_ok '' rebuild
office_ok '*every chain, signature and record is right' verify
same "$(produced)" 1375
office_ok "*$second*" review list --state rejected
office_ok '' backup "$HOME/copy.db"
office restore "$HOME/copy.db"
is 73 '' '*exists already'
incarnation=$("$ALLUVIA" status --json | sed 's/.*"incarnation":"\([0-9a-f]*\)".*/\1/')
stop_serving
mkdir "$HOME/other"
office --data "$HOME/other" restore "$HOME/copy.db"
is 78 '' '*put the registry*key back first*'
cp -p "$ALLUVIA_REGISTRY/registry.key" "$HOME/other/"
office --data "$HOME/other" restore "$HOME/copy.db" --json
is 0 "{\"alluvia\":\"registry/1\",\"registry\":\"$registry\",\"incarnation\":\"*\"}" ''
[[ -n $incarnation && $out != *"$incarnation"* ]] || fail 'another incarnation'
office_ok '*every chain, signature and record is right' --data "$HOME/other" verify
finish
