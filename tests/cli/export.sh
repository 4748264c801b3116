#!/bin/bash
# export: CSV that can be imported again, JSON in storage units, files that are whole or not there.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world
d1=$(day -40)
run "${YIELD[@]}" --date_from "$d1" --outcome yield --stones 3 --diamond_ct 0.35 --weighed_by own_scale \
    --note $'=1+1; "quoted"\nsecond line'
is 0 '??????-5-?' ''
ok '??????-*-?' "${YIELD[@]}" --date_from "$(day -39)" --outcome nil
ok '??????-*-?' yield void "${licence%%-*}-6" --reason 'entered twice'
ok '??????-*-?' sale add --slip_no 7 --date "$(day -38)" --licence "$licence" --seller A --buyer B --buyer_licence_no D-1 \
    --stones 1 --diamond_ct 0.1 --currency SLE --price '12 500,50' --price_usd 15 --payment cash --origin 'Bafi'

run export yield
is 0 'id,licence,*,diamond_ct,*'"'=1+1; \"\"quoted\"\"*second line\"*" ''
same "$(grep -c "$d1" <<<"$out")" 1
[[ $out != *nil* ]] || fail 'CSV has a void record'
ok '{"alluvia":"list/1","entity":"yield","records":\[*"void":true*"diamond_mct":350*"note":"=1+1; \\"quoted\\"\\nsecond line"}]}' \
    export yield --format json
run export gold
is 64 '' 'alluvia: "gold" is neither*'
run export yield --format xml
is 64 '' 'alluvia: --format "xml": is not one of: csv, json'
run export all
is 64 '' 'alluvia: where to? *'
run export all --out out --format csv
is 0 $'out/digger.csv\n*out/officer.csv' ''
same "$(find out -type f | wc -l)" 10
run export all --out out --format json
is 0 '*out/yield.json*' ''
same "$(find out -type f -name '*.part' | wc -l)" 0
run export yield --out /proc/nowhere
[[ $code -ne 0 && -n $err ]] || fail 'an impossible folder is taken'

# What was exported goes into another laptop, where it gives the same records. (References are to records that
# the other laptop has: here the same licence, under its own id.)
other=$HOME/other.db
printed() {
    "$ALLUVIA" --db "$1" "$2" list --json | sed 's/"id":"[^"]*","version":"[^"]*","at":[0-9]*,"by":"[^"]*",//g; s/"\(licence\|holder\)":"[^"]*"/"\1":-/g'
}
run init --country SL --db "$other"
run --db "$other" import digger out/digger.csv
is 0 '1 rows saved' ''
their_holder=$("$ALLUVIA" --db "$other" digger list --csv | sed -n '2s/,.*//p')
sed "s/$holder/$their_holder/" out/licence.csv >licence.csv
run --db "$other" import licence licence.csv
is 0 '1 rows saved' ''
their_licence=$("$ALLUVIA" --db "$other" licence list --csv | sed -n '2s/,.*//p')
for entity in yield sale; do
    sed "s/$licence/$their_licence/" "out/$entity.csv" >"$entity.csv"
    run --db "$other" import "$entity" "$entity.csv"
    is 0 '1 rows saved' ''
    same "$(printed "$HOME/.local/share/alluvia/alluvia.db" "$entity")" "$(printed "$other" "$entity")"
done
finish
