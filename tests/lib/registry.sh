#!/bin/bash
# Sourced by the scripts that need both programs: ctest gives them the built `alluvia` and the built
# `alluvia-registry`. The registry lies in $HOME/ministry and is served on a free port of loopback.
# shellcheck source=tests/lib/shell.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/shell.sh"
REGISTRY=$2
export ALLUVIA_REGISTRY=$HOME/ministry
server=
serve_with=(--no-review) # further options of serve: what rules find at their own time would be in the way
trap 'stop_serving; leave_place; rm -rf "$HOME"' EXIT

# Where a registry's tables lie: beside its key, or in a place of their own on the server that ctest started.
place=()
if [[ -n ${ALLUVIA_TEST_STORE-} ]]; then
    psql -q "$ALLUVIA_TEST_STORE" -c "CREATE SCHEMA flow$$"
    place=(--store "$ALLUVIA_TEST_STORE&options=-csearch_path%3Dflow$$")
fi

leave_place() {
    [[ ${#place[@]} -eq 0 ]] ||
        PGOPTIONS='-c client_min_messages=error' psql -q "$ALLUVIA_TEST_STORE" -c "DROP SCHEMA flow$$ CASCADE"
}

# Runs alluvia-registry; leaves $code, $out and $err.
office() {
    capture "$REGISTRY" "$@"
}

# office_ok STDOUT ARGUMENTS…: succeeds, says STDOUT and nothing on stderr.
office_ok() {
    local expected=$1
    shift
    office "$@"
    is 0 "$expected" ''
}

# Serves the registry until stop_serving; leaves $url, and $log with a line for every request. The next time it has
# the same address.
serve() {
    log=$HOME/serve.log
    : >"$log"
    "$REGISTRY" serve --listen "127.0.0.1:${port-0}" "${serve_with[@]}" >"$HOME/serve.out" 2>"$log" </dev/null &
    server=$!
    for _ in {1..300}; do
        url=$(sed -n 's/.*listening on //p' "$log")
        [[ -n $url ]] && port=${url##*:} && return
        sleep 0.02
    done
    command_line=serve code=- out='' err=$(cat "$log")
    fail 'the registry does not listen'
}

# Ends the server as a service manager would; what it said to the end is in $log.
stop_serving() {
    [[ -n $server ]] || return 0
    kill "$server" 2>/dev/null
    wait "$server"
    served=$?
    server=
}

# How many requests the server has answered.
requests() {
    grep -cE '(GET|POST) ' "$log"
}

# A code for a laptop of Kono.
invitation() {
    "$REGISTRY" invite --name 'Kono 1' --district SL-E-KONO
}

# Makes the registry, serves it, and enrols the laptop of make_world.
make_ministry() {
    office_ok 'registry ?????? "Ministry of Mines" is ready in *' init "${place[@]}" --country SL \
        --name 'Ministry of Mines'
    serve
    make_world
    ok 'enrolled with Ministry of Mines' enrol "$url" "$(invitation)"
    device=${licence%%-*}
}

# nil N: a nil return of N days ago, which no other return stands in the way of.
nil() {
    "$ALLUVIA" "${YIELD[@]}" --date_from "$(day "-$1")" --outcome nil >>"$HOME/.saved" ||
        { command_line="nil $1" code=$? out='' err=''; fail 'a return was not saved'; }
}

# Both journals are the same byte for byte, and both sides find everything right.
agree() {
    same "$("$ALLUVIA" journal --chain)" "$("$REGISTRY" journal "$device" --chain)"
    ok '* agree' verify
    office_ok '*every chain, signature and record is right' verify
}

# What the registry holds, to the byte: a line that changes when anything is written.
office_state() {
    cat "$ALLUVIA_REGISTRY"/registry.{db,db-wal,key} 2>/dev/null | cksum
}
