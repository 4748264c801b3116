#!/bin/bash
# sync --watch: it sends what is unsent, there is one of it, it ends when it is told to and can always begin again.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry

# watch: begins one; leaves $watch.
watch() {
    "$ALLUVIA" sync --watch "$@" >watch.out 2>watch.err </dev/null &
    watch=$!
}

# ended SIGNAL: sends it; leaves how the watch ended in $code.
ended() {
    kill "-$1" "$watch"
    wait "$watch" 2>/dev/null
    code=$? out=$(cat watch.out) err=$(cat watch.err) command_line='alluvia sync --watch'
}

# sent: waits until nothing is unsent.
sent() {
    for _ in {1..400}; do
        [[ $("$ALLUVIA" status --json) == *'"unsent":0,'* ]] && return
        sleep 0.05
    done
    command_line=watch code=- out=$(cat watch.out) err=$(cat watch.err)
    fail 'it does not send'
}

watch
sent
run sync --watch
is 75 '' 'alluvia: another watch of this database is running (process * since *)'
nil 1 # people work and sync beside it
run sync
is 0 '1 record sent' ''
ended TERM
is 0 '4 records sent' ''

# Neither a kill nor a registry that is away stands in the way of the next.
nil 2
watch --quiet
sent
kill -9 "$watch"
wait "$watch" 2>/dev/null
stop_serving
nil 3
watch
for _ in {1..400}; do
    [[ -s watch.err ]] && break
    sleep 0.05
done
ended TERM
is 0 '' 'alluvia: *'
serve
watch --quiet
sent
ended INT
is 0 '' ''
agree
run sync --watch --dry-run
is 64 '' 'alluvia: --watch and --dry-run exclude each other'
finish
