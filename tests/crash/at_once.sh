#!/bin/bash
# Two programs at the same work at once: one of them waits or gives way, and everything is there once.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
ok '4 records sent' sync
{
    echo 'name,kind,district,village,chair,status'
    for i in {1..2000}; do
        echo "Group $i,group,SL-E-KONO,Koidu,Sia,active"
    done
} >rows.csv
ok '2000 rows saved' import cooperative rows.csv

# --- two syncs of one database: the second gives way at once
kill -STOP "$server" # so that the first is surely at it
"$ALLUVIA" sync >first.out 2>&1 </dev/null &
first=$!
for _ in {1..500}; do
    grep -qs "^process $first since" "$HOME/.local/share/alluvia/alluvia.db.sync" && break # a start locks other files too
    sleep 0.02
done
before=$(date +%s%N)
run sync
is 75 '' 'alluvia: another sync of this database is running (process * since *)'
(($(date +%s%N) - before < 2000000000)) || fail 'it waited'
ok '*"unsent":2000,*' status --json
nil 1 # recording goes on meanwhile
mkdir stick
ok '*' carry stick
kill -CONT "$server"
wait "$first"
same $? 0

# --- the same entries from a stick and over HTTP at once
for n in 2 3 4; do
    nil "$n"
    run sync
    is 0 '*' '*'
    sed "s/Group/Gang $n/" rows.csv >"rows$n.csv"
    ok '2000 rows saved' import cooperative "rows$n.csv"
    mkdir "stick$n"
    ok '*' carry "stick$n"
    "$REGISTRY" import "stick$n" >import.out 2>&1 </dev/null &
    import=$!
    run sync
    is 0 '*' '*'
    wait "$import"
    code=$? out=$(cat import.out) err='' command_line='alluvia-registry import'
    is 0 '*' ''
    run receive "stick$n"/*.receipt.alv
    is 0 '*' '*'
done

# --- reading while it is written to
nil 5
sed "s/Group/Band/" rows.csv >more.csv
ok '2000 rows saved' import cooperative more.csv
"$ALLUVIA" sync >first.out 2>&1 </dev/null &
first=$!
for _ in {1..5}; do
    office_ok '*' report production --period "$(day 0 | cut -c1-4)"
    office_ok '*' inbox
done
wait "$first"
same $? 0
agree
same "$("$REGISTRY" export cooperative | tail -n +2 | wc -l)" 10000
same "$("$REGISTRY" export cooperative | cut -d, -f2 | sort | uniq -d | head -n 3)" ''
finish
