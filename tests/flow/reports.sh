#!/bin/bash
# What the ministry asks of a season: every report and the map, in every form, and what it refuses to answer.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry

saves() {
    run "$@"
    is 0 '??????-*-?' '*'
    id=$out
}
# Both days of the season lie in one year.
first=-3 second=-2
[[ $(day -3) == "$(day -2 | cut -c 1-4)"-* ]] || first=-13 second=-12
year=$(day $first)
year=${year%%-*}
ok '*' site edit "$site" --lat 8.640001 --lon -10.97
saves "${YIELD[@]}" --site "$site" --date_from "$(day $first)" --outcome yield --weighed_by own_scale --stones 2 --diamond_ct 0.5
find=$id
saves stone add --yield "$find" --kind single --stones 1 --diamond_ct 0.3 --class gem --sieve dtc_9
saves stone add --yield "$find" --kind single --stones 1 --diamond_ct 0.2 --class industrial --sieve dtc_7
saves "${YIELD[@]}" --site "$site" --date_from "$(day $second)" --outcome nil
saves sale add --slip_no 1 --date "$(day $second)" --licence "$licence" --seller A --buyer B --buyer_licence_no D-1 \
    --stones 1 --diamond_ct 0.3 --currency USD --price 60 --price_usd 60 --payment cash --origin Bafi
ok '* records sent' sync

# report ROWS ARGUMENTS…: the report's JSON has these rows.
report() {
    local rows=$1
    shift
    office_ok "{\"alluvia\":\"report/1\",\"report\":\"$1\",*\"rows\":\[$rows\]*\"method\":*\"hash\":\"*\"}}" report "$@" --json
    office_ok '?*' report "$@"
    office_ok '?*,?*' report "$@" --csv
}

report "{\"buyer_licence_no\":\"D-1\",\"currency\":\"USD\",\"sales\":1,\"stones\":1,\"diamond_mct\":300,\"price_minor\":6000,\"value_usd_cents\":6000,\"usd_per_ct_cents\":20000,\"unvalued_mct\":0,\"gold_mg\":0}" \
    trade --period "$year" --by buyer
report "{\"licence\":\"${licence%-*}\",\"licence_no\":\"AML 17/2026\",\"district\":\"SL-E-KONO\",\"expected\":*,\"made\":2,\"nil\":1,\"not_worked\":0,*}" \
    returns --period "$year"
report "{\"licence\":\"${licence%-*}\",\"name\":\"AML 17/2026\",\"opening_mct\":0,\"produced_mct\":500,\"sold_mct\":300,\"stock_mct\":200,*}" balance
report "{\"licence\":\"${licence%-*}\",\"licence_no\":\"AML 17/2026\",*\"standing\":\"valid\",\"days_left\":60}" licences
report "{*\"standing\":\"expired\"}" licences --on "$(day 61)"
report '{"district":"SL-E-KONO","sex":"F","role":"licence_holder","status":"active","people":1}' diggers
report "{\"table\":\"production\",\"period\":\"$year-H1\",*{\"table\":\"first_sale\",\"period\":\"$year-Q4\",\"country\":\"SL\",\"hs\":\"7102.31\",*}" annex-iii --period "$year"
report '{"variable":"size","class":"0.00-0.25 ct","stones":1,"share_bp":5000,"diamond_mct":200},*' footprint --site "$site"
report '*"verdict":"too_few"*' footprint --district SL-E --against others --size sieve
report '*' footprint --device "$device" --against "$site"
[[ $("$REGISTRY" report diggers) != *Aïssata* ]] || fail 'a name in the figures'

# --- as of a day gone by
office_ok '*"rows":\[\],*"devices":0,"batches":0,"entries":0,"as_of":"*T23:59:59Z",*' report production --period "$year" --as-of "$(day -1)" --json
same "$("$REGISTRY" report balance --csv --as-of "$(day 0)")" "$("$REGISTRY" report balance --csv)"

# --- what cannot be answered
# usage STDERR ARGUMENTS…
usage() {
    local expected=$1
    shift
    office "$@"
    is 64 '' "alluvia-registry: $expected"
}
usage 'the report needs --period*' report trade
usage 'by "mineral": is not one of: district, buyer, licence, month, currency' report trade --period "$year" --by mineral
usage 'report footprint needs one of*' report footprint
usage 'report footprint needs one of*' report footprint --site "$site" --device "$device"
usage 'district "SL-Q": *' report footprint --district SL-Q
office report footprint --site "$licence"
is 66 '' "alluvia-registry: site \"$licence\": *"
office report balance --as-of 2026-02-30
is 65 '' 'alluvia-registry: as-of "2026-02-30": *'
office report annex-iii --period "$year-07"
is 65 '' 'alluvia-registry: period *is no year, half-year or quarter'

# --- the map
office_ok '{"type":"FeatureCollection","features":\[*"geometry":{"type":"Point","coordinates":\[-10.97,8.640001\]},"properties":{"name":"Bafi 3",*}}*\]}' \
    export site --format geojson
office_ok '' export site --format geojson --out map
same "$(cat map/site.geojson)" "$("$REGISTRY" export site --format geojson)"
[[ $(cat map/datapackage.json) == *'"path":"site.geojson"'*'"mediatype":"application/geo+json"'* ]] || fail 'the map is not described'
usage 'format "geojson": is of sites alone' export yield --format geojson
stop_serving
finish
