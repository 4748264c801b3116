#!/bin/bash
# The way back: what the ministry decides and what other laptops register reaches a laptop, by HTTP and by stick.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
office_ok '' staff add fatou --name 'Fatou Jalloh'

# --- returned, corrected, accepted
run "${YIELD[@]}" --date_from "$(day -3)" --outcome yield --weighed_by own_scale --stones 4 --diamond_ct 1.5
wrong=$out
ok '* sent*' sync
ok 'nothing was returned' inbox
office_ok '' --as fatou review return "$wrong" --reason 'weigh it again'
ok '0 records sent, 1 item of news' sync
ok "yield $wrong *returned: *weigh it again*, fatou" inbox
run inbox --json
is 0 '{"alluvia":"inbox/1","records":\[{"entity":"yield","id":"*","is":"returned",*"why":"weigh it again","by":"fatou","at":*}\]}' ''
run status --json
is 0 '*"returned":1,*' ''
ok '*Returned *1: alluvia inbox*' status
before=$(requests)
ok '0 records sent' sync
same "$(($(requests) - before))" 1
run yield edit "$wrong" --diamond_ct 1.25
ok 'nothing was returned' inbox
ok '1 record sent*' sync
office_ok '' --as fatou review accept "$wrong"
ok '0 records sent, 1 item of news' sync
ok 'nothing was returned' inbox
ok '*agree' verify

# --- a second laptop learns of the first one's licences
export ALLUVIA_DB=$HOME/second.db
ok '*' init --country SL --name 'Kono 2'
ok 'enrolled with Ministry of Mines' enrol "$url" "$(invitation)"
ok '* items of news' sync
run licence check "$licence"
is 0 '*Standing *valid to*Known since *Asked last *Written by *laptop '"$device"'*' ''
run licence check "$licence" --json
is 0 '*"device":"'"$device"'","told_at":*' ''
ok '*agree' verify

ok 'nothing to report' report returns

# --- two changes of one field: the first stands, the second waits for a person
on_second=$ALLUVIA_DB
unset ALLUVIA_DB
run licence edit "$licence" --area_text 'at the ford'
is 0 '*' ''
ok '1 record sent*' sync
export ALLUVIA_DB=$on_second
run licence edit "$licence" --area_text 'by the bridge'
is 0 '*' ''
run sync
is 0 '1 record sent, 1 flagged, 1 item of news' '*'
ok "licence $licence *another change came first and stands: *" inbox
ok '*at the ford*' licence show "$licence"
ok '*by the bridge*at the ford*' licence history "$licence"
office_ok '' --as fatou review resolve "$licence" --take other --reason 'seen on paper'
ok '0 records sent, * of news' sync
ok 'nothing was returned' inbox
ok '*by the bridge*' licence show "$licence"
ok '*agree' verify

# --- a third one, without any network
export ALLUVIA_DB=$HOME/third.db
ok '*' init --country SL --name 'Kono 3'
office_ok invitation.alv invite --name 'Kono 3' --district SL-E --out invitation.alv
ok '*' enrol invitation.alv
mkdir stick
ok '*' carry stick
office import stick
is 0 '*' '*'
third=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
office_ok "stick/feed-$third-0-*.alv" feed "$third" --out stick
ok '*: news from the registry, * items' receive stick/feed-*.alv
ok '*: what tells nothing new' receive stick/feed-*.alv
run licence check "$licence"
is 0 '*Standing *valid to*' ''
office feed "$third" --out stick --after 999999
is 0 'there is nothing to tell' ''
run receive "stick/feed-$third-0-1.alv"
is 66 '' '*'

# --- a revoked laptop's record is still known, and known as such
office_ok '*' device revoke "$device" --reason stolen
export ALLUVIA_DB=$HOME/second.db
ok '0 records sent, 1 item of news' sync
run licence check "$licence"
is 0 '*which the ministry has revoked since*' ''

# --- other thresholds, here and there
printf 'key,value,unit,source\ndiggers_most,5,,test\n' >threshold.csv
run yield add --licence "$licence" --date_from "$(day -3)" --outcome nil --activity washing --diggers 6 \
    --declared_by 'Sahr Kamara'
is 0 '*' ''
early=$out
office codes replace nosuch threshold.csv
is 65 '' '*there is no code list*'
printf 'key;word\n' >broken.csv
office codes replace threshold broken.csv
is 65 '' '*has no column*'
office_ok '' codes replace threshold threshold.csv
office_ok 'threshold *' codes list
# The server that runs all along judges by them at once.
run sync
is 0 '1 record sent, 1 flagged*1 item of news*' '*'
office_ok "*$early*diggers*" review list --csv
run yield add --licence "$licence" --date_from "$(day -2)" --outcome nil --activity washing --diggers 6 \
    --declared_by 'Sahr Kamara'
is 65 '' '*diggers*'
run yield add --licence "$licence" --date_from "$(day -2)" --outcome nil --activity washing --diggers 5 \
    --declared_by 'Sahr Kamara'
is 0 '*' ''
finish
