#!/bin/bash
# A folder beside the server that files from sticks are copied into; and the same with a command of its own.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
serve_with=(--inbox "$HOME/inbox")
make_ministry

# holds N: waits until the registry holds N entries of this laptop.
holds() {
    for _ in {1..200}; do
        [[ $("$REGISTRY" journal "$device" 2>/dev/null | wc -l) -eq $1 ]] && break
        sleep 0.05
    done
    same "$("$REGISTRY" journal "$device" | wc -l)" "$1"
}

mkdir first second third
ok '*entries 1 to 4' carry first
nil 1
ok '*entries 1 to 5' carry second
mkdir inbox
holds 0
cp second/*.alv inbox
holds 5
cp first/*.alv inbox
for _ in {1..100}; do [[ -e inbox/taken/$device-1-4.alv ]] && break; sleep 0.05; done
same "$(cd inbox && ls | tr '\n' ' ')" "$device-1-4.receipt.alv $device-1-5.receipt.alv taken "
ok '*5 records acknowledged*' receive inbox/*.receipt.alv
grep -q "inbox: $device-1-5.alv: entries 1 to 5, 5 new, 0 flagged" "$log" || fail 'no line for the file'
agree
stop_serving

# Without a server; what lay there while nobody watched is taken first.
nil 2
ok '*entries 6 to 6' carry third
mkdir drop
cp third/*.alv drop
"$REGISTRY" import --watch drop >watched 2>watched.err </dev/null &
watcher=$!
holds 6
kill "$watcher"
wait "$watcher"
same "$?" 0
grep -q "inbox: $device-6-6.alv: entries 6 to 6, 1 new" watched || fail 'no line for the file'
agree
office import --watch drop third
is 64 '' '*not both*'
office import
is 64 '' '*import needs a file*'

# Named by hand, nothing that is no plain file holds it up; a folder's links are not followed.
mkdir odd
mkfifo odd/pipe.alv
ln -s /dev/zero odd/link.alv
mkdir odd/folder.alv
cp third/*.alv odd
office import odd
is 65 '*no plain file*' '*3 of 4 files were not taken in*'
ln -s "$HOME/third" by_name
office_ok "*$device-6-6.alv*" import by_name
finish
