#!/bin/bash
# kill -9 while the laptop imports rows: there are whole rows only, and the next run goes on
# behind them.
# shellcheck source=tests/lib/shell.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
RANDOM=20261124
make_world
{
    echo 'name,kind,district,village,chair,status,note'
    for i in {1..3000}; do
        echo "Group $i,group,SL-E-KONO,Koidu,Chair $i,active,\"row $i, whole\""
    done
} >rows.csv

saved() {
    "$ALLUVIA" export cooperative | grep -c ', whole"'
}

had=0
for kills in {1..25}; do # ever later, so that a slow machine gets on too
    [[ $had -lt 3000 ]] || break
    "$ALLUVIA" import cooperative rows.csv >.killed 2>&1 </dev/null &
    pid=$!
    sleep "0.$(printf %03d $((RANDOM % 80 + 20 * kills)))"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null && had=3000 && break
    now=$(saved)
    ((now >= had)) || { command_line=import out=$now err=$had code=-; fail 'rows went away'; }
    had=$now
    ok '* agree' verify
done
[[ ! -e rows.csv.import && $had -gt 0 ]] || { run import cooperative rows.csv; is 0 '*rows saved*' '*'; }
[[ ! -e rows.csv.import && ! -e rows.csv.rejected.csv ]] || fail 'something is left beside the file'
ok '* agree' verify
same "$(saved)" 3000
same "$("$ALLUVIA" export cooperative | cut -d, -f2 | sort | uniq -d | head -n 3)" ''
finish
