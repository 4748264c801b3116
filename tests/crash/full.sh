#!/bin/bash
# Disk full and read-only, on a file system of a few megabytes: a clear message and the right exit code, nothing half
# written, reading goes on; once there is room so does everything else. Who may not mount does it in a name space of
# the user's own; where that is forbidden too, tests/crash/test_crash_store has what can be tested without.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
if [[ $(id -u) -ne 0 ]] && unshare -rm true 2>/dev/null; then
    exec unshare -rm bash "$0" "$@"
fi
. "${BASH_SOURCE%/*}/../lib/registry.sh"
serve_with=(--keep-free 0)
mkdir small
if ! mount -t tmpfs -o size=6m none small 2>/dev/null; then
    echo 'no right to mount: skipped'
    exit 77
fi
trap 'stop_serving; umount "$HOME/small"; rm -rf "$HOME"' EXIT
export ALLUVIA_DB=$HOME/small/alluvia.db ALLUVIA_REGISTRY=$HOME/small/ministry

fill() {
    dd if=/dev/zero of=small/filler bs=4k status=none 2>/dev/null
}
make_room() {
    rm -f small/filler
}

# fails STDERR ARGUMENTS…: a full disk is said in one line, exit 74.
fails() {
    local expected=$1
    shift
    capture "$@"
    is 74 '*' "$expected"
}

make_ministry
ok '4 records sent' sync

# --- the laptop
fill
before=$(head_of_journal)
fails 'alluvia: *' "$ALLUVIA" "${YIELD[@]}" --date_from "$(day -1)" --outcome nil
same "$(head_of_journal)" "$before"
ok '*AML 17/2026*' licence list
ok '*Unsent *' status
ok '* agree' verify
fails 'alluvia: *' "$ALLUVIA" backup small/copy.db
[[ ! -e small/copy.db ]] || fail 'half a copy was left'
fails 'alluvia: *' "$ALLUVIA" export all --out small/out --format csv
same "$(find small -name '*.part' -o -name '*.tmp' | wc -l)" 0
make_room
nil 1

{
    echo 'name,kind,district,village,chair,status,note'
    for i in {1..4000}; do
        echo "Group $i,group,SL-E-KONO,Koidu,Chair $i,active,\"row $i, whole\""
    done
} >rows.csv
run import cooperative rows.csv
if [[ $code -eq 74 ]]; then # there was room for a part
    is 74 '*' 'alluvia: *run it again to go on*'
    ok '* agree' verify
    mount -o remount,size=16m small
    run import cooperative rows.csv
fi
is 0 '*4000 rows saved' '*'
same "$("$ALLUVIA" export cooperative | grep -c ', whole"')" 4000

# --- the registry: over HTTP it asks to come later, from a stick it says why
mkdir stick stick2
ok '*' carry stick
mount -o remount,size=16m small
before=$("$REGISTRY" inbox --csv)
fill
timeout 60 "$ALLUVIA" sync >.stdout 2>.stderr
code=$? out=$(cat .stdout) err=$(cat .stderr) command_line='alluvia sync'
[[ $code -eq 75 || $code -eq 74 ]] || fail 'a registry without room'
office import stick
is 74 '*' 'alluvia-registry: *'
same "$("$REGISTRY" inbox --csv)" "$before"
office_ok '*' device list
office_ok '*is right' verify
fails 'alluvia-registry: *' "$REGISTRY" --data small/second init --country SL --name Second
[[ ! -e small/second/registry.db && ! -e small/second/registry.key ]] || fail 'half a registry was left'
# The log may have room of its own for some of them.
for _ in {1..100}; do
    office invite --name X --district SL-E-KONO
    [[ $code -eq 0 ]] || break
done
is 74 '' 'alluvia-registry: *'
make_room
mount -o remount,size=40m small
run sync
is 0 '*' '*'
agree
stop_serving
nil 3
ok '*' carry stick2

# --- a reader that has gone away, a device without room
for program in "$ALLUVIA" "$REGISTRY"; do
    journal=(journal --from 1)
    [[ $program == "$REGISTRY" ]] && journal+=("$device")
    command_line="${program##*/} journal >/dev/full" out=''
    "$program" "${journal[@]}" >/dev/full 2>.stderr
    code=$? err=$(cat .stderr)
    [[ $code -eq 74 && $(wc -l <.stderr) -eq 1 ]] || fail 'nobody was told'
done
command_line='alluvia-registry export >/dev/full'
"$REGISTRY" export cooperative >/dev/full 2>.stderr
code=$? err=$(cat .stderr)
[[ $code -eq 74 && $(wc -l <.stderr) -eq 1 ]] || fail 'nobody was told'

# --- read-only
mount -o remount,ro small
ok '*AML 17/2026*' licence list
ok '* agree' verify
run "${YIELD[@]}" --date_from "$(day -2)" --outcome nil
is 77 '' 'alluvia: "*alluvia.db": can only be read here'
run sync
is 77 '' 'alluvia: "*alluvia.db": can only be read here'
office_ok '*' inbox
office_ok '*' report production --period 2026
for command in 'import stick2' 'serve --listen 127.0.0.1:0' 'invite --name X --district SL-E-KONO'; do
    # shellcheck disable=SC2086
    office $command
    is 77 '' 'alluvia-registry: "*registry.db": can only be read here'
done
mount -o remount,rw small
office_ok '*' import stick2
agree
finish
