#!/bin/bash
# The main job, end to end: a laptop records offline and sends over HTTP, and the ministry reports the half-year.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry

# --- a season: two licences in two districts, one of a cooperative, in two months of the last whole half-year
year=$(date -u +%Y)
half=H1 m1=03 m2=04
if ((10#$(date -u +%m) <= 6)); then
    year=$((year - 1)) half=H2 m1=09 m2=10
fi
d1=$year-$m1 d2=$year-$m2
coop=$("$ALLUVIA" cooperative add --name 'Gbense Diggers' --kind cooperative --district SL-S-BO --village Bo \
    --chair 'Sia Bona' --status active)
other=$("$ALLUVIA" licence add --licence_no 'AML 18/2026' --kind aml --holder_coop "$coop" --minerals diamond \
    --district SL-S-BO --area_text 'right bank' --issued_by NMA --issued_on "$(day -300)" \
    --valid_from "$(day -300)" --valid_to "$(day +60)" --status granted)
THEIRS=(yield add --licence "$other" --activity washing --diggers 8 --declared_by Sia)
weighed=(--outcome yield --weighed_by own_scale)
# saves ARGUMENTS…: is saved, though so late that the ministry will ask.
saves() {
    run "$@"
    is 0 '??????-*-?' 'alluvia: saved; the ministry will look at it: *.late: *'
    id=$out
}
saves "${YIELD[@]}" --site "$site" --date_from "$d1-02" "${weighed[@]}" --stones 3 --diamond_ct 1.5 --gold_g 2.125
saves "${YIELD[@]}" --date_from "$d1-03" --outcome nil
saves "${YIELD[@]}" --date_from "$d1-04" --outcome not_worked --reason rain
saves "${YIELD[@]}" --date_from "$d2-05" "${weighed[@]}" --stones 1 --diamond_ct 0.333
saves "${THEIRS[@]}" --date_from "$d1-06" "${weighed[@]}" --stones 2 --diamond_ct 0.111
saves "${THEIRS[@]}" --date_from "$d2-07" "${weighed[@]}" --stones 2 --diamond_ct 0.222
saves "${THEIRS[@]}" --date_from "$d2-08" "${weighed[@]}" --stones 9 --diamond_ct 3
ok "$id" yield void "$id" --reason 'entered twice'
saves "${THEIRS[@]}" --date_from "$d2-09" "${weighed[@]}" --stones 5 --diamond_ct 4.5
mended=$id
run yield edit "$mended" --diamond_ct 0.55
is 0 "$mended" '*'
saves sale add --slip_no 1 --date "$d2-10" --licence "$licence" --seller A --buyer B --buyer_licence_no D-1 \
    --stones 2 --diamond_ct 1 --currency USD --price 310.07 --price_usd 310.07 --payment cash --origin Bafi
ok '??????-*-?' "${YIELD[@]}" --date_from "$(day -3)" "${weighed[@]}" --stones 1 --diamond_ct 7

# --- sync
entries=$("$ALLUVIA" status --json | sed 's/.*"entries":\([0-9]*\).*/\1/')
ok "$entries records, * KB, about * s on 2G" sync --dry-run
same "$(requests)" 1
run sync --json
is 0 "{\"alluvia\":\"sync/1\",\"sent\":$entries,*}" '*'
same "$(requests)" 2
ok '0 records sent' sync
same "$(requests)" 3
[[ $(tail -n 1 "$log") == *'GET /v1/devices/{code}/receipt 200'* ]] ||
    { command_line='serve' out='' err=$(cat "$log"); fail 'an idle sync asks for the receipt'; }
ok '*"unsent":0,*' status --json
agree
stop_serving
same "$served" 0

# --- the figures, from the inputs alone: weights in thousandths of a carat, values in cents
table=28900
muldiv() { # half away from zero
    echo $((($1 * $2 + $3 / 2) / $3))
}
ours=$((1500 + 333)) sold=1000 price=31007
sold1=$(muldiv $sold 1500 $ours)
sold2=$((sold - sold1))
value1=$(muldiv $price "$sold1" $sold)
value2=$((price - value1))
ours1=$((value1 + $(muldiv $((1500 - sold1)) $table 1000)))
ours2=$((value2 + $(muldiv $((333 - sold2)) $table 1000)))
theirs1=$(muldiv 111 $table 1000)
theirs2=$(muldiv $((222 + 550)) $table 1000)
value=$((ours1 + ours2 + theirs1 + theirs2))

# sums VALUE RETURNS NIL STONES MCT SALE_VALUED GOLD: the members of a row or total, in their order
sums() {
    printf '"returns":%d,"nil":%d,"stones":%d,"diamond_mct":%d,"value_usd_cents":%d,"usd_per_ct_cents":%d,"sale_valued_mct":%d,"unvalued_mct":0,"gold_mg":%d}' \
        "$2" "$3" "$4" "$5" "$1" "$(muldiv "$1" 1000 "$5")" "$6" "$7"
}
our_sums=$(sums $((ours1 + ours2)) 4 1 4 $ours $sold 2125)
their_sums=$(sums $((theirs1 + theirs2)) 3 0 9 883 0 0)
total=$(sums $value 7 1 13 $((ours + 883)) $sold 2125)
report() {
    office_ok "{\"alluvia\":\"report/1\",\"report\":\"production\",\"period\":\"$year-$half\",\"rows\":\[$2\],\"total\":{$total,*\"method\":*\"hash\":\"*\"*}" \
        report production --period "$year-$half" --by "$1" --json
}
report district "{\"district\":\"SL-E-KONO\",$our_sums,{\"district\":\"SL-S-BO\",$their_sums"
report cooperative "{\"name\":\"(held by persons)\",$our_sums,{\"cooperative\":\"${coop%-*}\",\"name\":\"Gbense Diggers\",$their_sums"
report licence "{\"licence\":\"${licence%-*}\",\"name\":\"AML 17/2026\",$our_sums,{\"licence\":\"${other%-*}\",\"name\":\"AML 18/2026\",$their_sums"
report month "{\"month\":\"$d1\",$(sums $((ours1 + theirs1)) 4 1 5 1611 "$sold1" 2125),{\"month\":\"$d2\",$(sums $((ours2 + theirs2)) 3 0 8 1105 "$sold2" 0)"
office_ok '{*"rows":\[\],"total":{"returns":0,*}*' report production --period 2001 --json

# CSV and tables say the same in human units.
cents() {
    printf '%d.%02d' $(($1 / 100)) $(($1 % 100))
}
office_ok "district,returns,nil,stones,diamond_ct,value_usd,usd_per_ct,sale_valued_ct,unvalued_ct,gold_g*SL-E-KONO,4,1,4,1.833,$(cents $((ours1 + ours2))),*,1,0,2.125*SL-S-BO,3,0,9,0.883,$(cents $((theirs1 + theirs2))),*" \
    report production --period "$year-$half" --csv
office_ok "*Kono*1.833*Bo*0.883*2.716*$(cents $value)*" report production --period "$year-$half"
office_ok "*AML 17/2026*1,833*$(cents $value | tr . ,)*" report production --period "$year-$half" --by licence --lang fr

# --- what else the ministry asks
office_ok "*$device*Kono 1*$entries*1*" inbox
office_ok "{\"alluvia\":\"inbox/1\",\"devices\":\[{\"device\":\"$device\",\"name\":\"Kono 1\",\"entries\":$entries,\"batches\":1,*}\]}" inbox --json
office_ok "{\"alluvia\":\"batches/1\",\"batches\":\[{\"id\":1,\"device\":\"$device\",\"first\":1,\"last\":$entries,*}\]}" batch list --json
office_ok "*1*$device*$entries*" batch list
office_ok "{\"alluvia\":\"batch/1\",*\"header\":{\"alluvia\":\"batch/1\",\"from\":\"$device\",*\"first\":1,\"last\":$entries,*" batch show 1 --json
office_ok "{\"alluvia\":\"devices/1\",\"devices\":\[{\"device\":\"$device\",\"name\":\"Kono 1\",\"districts\":\"SL-E-KONO\",\"upto\":$entries,*}\]}" device list --json
office_ok "*$device*Kono 1*SL-E-KONO*" device list
office_ok "*$device*Kono 1*SL-E-KONO*Public key*Entries*$entries*" device show "$device"
office_ok "{\"alluvia\":\"device/1\",\"device\":\"$device\",*" device show "${device,,}" --json
[[ $out == *"\"upto\":$entries,"* ]] || fail 'a number is a number'
office_ok '{"alluvia":"quarantine/1","quarantine":\[\]}' quarantine list --json
same "$("$REGISTRY" journal "$device" --from 2 --to 3)" "$("$ALLUVIA" journal --from 2 --to 3)"

# --- the export describes itself
office_ok '*' export all --out out --format csv
same "$(find out -name '*.csv' | wc -l)" 10
same "$(grep -c ",$d1-" out/yield.csv)" 4
[[ $(grep "^$mended," out/yield.csv) == *,0.55,* ]] ||
    { command_line=export out=$(cat out/yield.csv) err=''; fail 'the amended weight is not there'; }
if command -v python3 >/dev/null; then
    python3 - <<'P' || { command_line=datapackage out=$(cat out/datapackage.json) err=''; fail 'datapackage.json does not fit its files'; }
import csv, hashlib, json
package = json.load(open("out/datapackage.json"))
assert len(package["resources"]) == 10, len(package["resources"])
for resource in package["resources"]:
    data = open("out/" + resource["path"], "rb").read()
    if "bytes" in resource:
        assert resource["bytes"] == len(data), resource["path"]
    if "hash" in resource:
        kind, _, value = resource["hash"].rpartition(":")
        assert hashlib.new(kind or "md5", data).hexdigest() == value, resource["path"]
    header = next(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert header == [field["name"] for field in resource["schema"]["fields"]], resource["path"]
P
fi
office_ok '*' export yield --out one --format json
office_ok '{"alluvia":"list/1","entity":"yield","records":\[*' export yield --format json

# --- a copy for the night; it is never written over
office_ok '*' backup night.db
office backup night.db
is 73 '' 'alluvia-registry: *night.db*'
office_ok "{\"alluvia\":\"verify/1\",\"devices\":1,\"batches\":1,\"entries\":$entries,\"hash\":\"*\"}" verify --json
finish
