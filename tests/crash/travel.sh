#!/bin/bash
# kill -9 of laptop and registry while entries travel: the next run goes on, both journals are the same byte for
# byte, and nothing counts twice. The instants come from a fixed seed, so a failure can be repeated, though never exactly.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
RANDOM=20261124
make_ministry
ok '4 records sent' sync
rows=0

# more N: N new records.
more() {
    echo 'name,kind,district,village,chair,status' >more.csv
    for ((i = 0; i < $1; i++)); do
        echo "Group $((rows++)),group,SL-E-KONO,Koidu,Sia,active" >>more.csv
    done
    ok "$1 rows saved" import cooperative more.csv
}

# wait_up_to MS: some part of it.
wait_up_to() {
    local us=$((RANDOM * $1 * 1000 / 32768))
    sleep "$((us / 1000000)).$(printf %06d $((us % 1000000)))"
}

# killed MS COMMAND…: kill -9 at some instant of the first MS.
killed() {
    "${@:2}" >>"$HOME/.killed" 2>&1 </dev/null &
    local pid=$!
    wait_up_to "$1"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}

all_there() {
    agree
    same "$("$REGISTRY" export cooperative | wc -l)" $((rows + 1))
}

# How long it takes on this machine undisturbed: the instants are spread over that.
more 300
began=$(date +%s%N)
run sync
is 0 '*' '*'
whole=$((($(date +%s%N) - began) / 1000000))

# The laptop's process while it sends.
for _ in {1..10}; do
    more 300
    killed "$whole" "$ALLUVIA" sync
    killed $((2 * whole)) "$ALLUVIA" sync
done
run sync
is 0 '*' '*'
all_there

# The registry's process while it takes in, and the laptop's with it.
for _ in {1..8}; do
    more 300
    "$ALLUVIA" sync >>"$HOME/.killed" 2>&1 </dev/null &
    laptop=$!
    wait_up_to "$whole"
    kill -9 "$server"
    wait "$server" 2>/dev/null
    kill -9 "$laptop" 2>/dev/null
    wait "$laptop" 2>/dev/null
    serve
done
run sync
is 0 '*' '*'
all_there

# The registry alone: the laptop that sends to it waits, and goes on by itself when it is back.
more 500
"$ALLUVIA" sync >"$HOME/.stdout" 2>"$HOME/.stderr" </dev/null &
laptop=$!
wait_up_to "$whole"
kill -9 "$server"
wait "$server" 2>/dev/null
serve
wait "$laptop"
code=$? out=$(cat .stdout) err=$(cat .stderr) command_line='alluvia sync'
is 0 '*' '*'
all_there
stop_serving

# Import of a stick; receipts beside the files are whole or not there.
for n in {1..6}; do
    more 300
    mkdir "stick$n"
    run carry "stick$n"
    is 0 "*$device*" ''
    killed "$whole" "$REGISTRY" import "stick$n"
    killed "$whole" "$REGISTRY" import "stick$n"
    for receipt in "stick$n"/*.receipt.alv; do
        [[ ! -e $receipt ]] || { run receive "$receipt"; is 0 '*' '*'; }
    done
done
office import stick6
is 0 '*' ''
run receive stick6/*.receipt.alv
is 0 '*' '*'
all_there
ok '*"unsent":0,*' status --json
finish
