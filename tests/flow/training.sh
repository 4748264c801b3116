#!/bin/bash
# Training laptops and real registries are kept apart, by every road; so are the laptops of another country.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
export ALLUVIA_DB=$HOME/season.db
ok 'a training season *' demo --days 3 --diggers 10 --country SL
before=$("$REGISTRY" verify --json)
run enrol "$url" "$(invitation)"
is 77 '' 'alluvia: *training*'
office_ok '*' invite --name T --district SL-E-KONO --out real.alv
run enrol real.alv
is 77 '' 'alluvia: *this database is for training*'
run sync
is 78 '' 'alluvia: *'
mkdir stick
run carry stick
is 78 '' 'alluvia: *'
same "$("$REGISTRY" verify --json)" "$before"

# A laptop of another country is refused before the invitation is used up.
code_of_sl=$(invitation)
run --db lr.db init --country LR
run --db lr.db enrol "$url" "$code_of_sl"
is 77 '' 'alluvia: *this registry is of country SL, the laptop*LR*'
run --db sl.db init --country SL
run --db sl.db enrol "$url" "$code_of_sl"
is 0 'enrolled with Ministry of Mines' ''
stop_serving
unset port

# The reverse: a training registry takes the season, and no real laptop.
export ALLUVIA_REGISTRY=$HOME/school
office_ok 'registry *' init --country SL --name School --training
serve
ok 'enrolled with School' enrol "$url" "$(invitation)"
run sync
is 0 '* records sent*' '*'
device=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
agree
unset ALLUVIA_DB
run --db real.db init --country SL
before=$("$REGISTRY" verify --json)
run --db real.db enrol "$url" "$(invitation)"
is 77 '' 'alluvia: *training*'
office_ok '*' invite --name T --district SL-E-KONO --out school.alv
run --db real.db enrol school.alv
is 77 '' 'alluvia: "school.alv": "School" is a registry for training: real records must not be sent there'
same "$("$REGISTRY" verify --json)" "$before"
finish
