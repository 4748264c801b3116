#!/bin/bash
# Keys, databases and copies are their owner's alone, whatever the account's umask says; and the log names nobody.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
umask 000
export ALLUVIA_DB=$HOME/laptop/alluvia.db
serve_with=(--inbox "$HOME/inbox")
make_ministry
ok '4 records sent' sync
nil 1
ok '1 record sent' sync

# Both databases are open or were just written: their logs and indexes lie beside them.
office_ok '' backup --quiet registry-copy.db
ok '*' backup laptop-copy.db
office_ok '*' export all --out figures
ok '*' export all --format json --out mine
office_ok 'stick.alv' invite --name 'Kono 2' --district SL-E-KONO --out stick.alv
# closed TO: nobody but the owner may do anything with it.
closed() {
    same "$(stat -c %a "$1")" "$2"
}
closed laptop 700
closed ministry 700
for file in laptop/* ministry/* registry-copy.db laptop-copy.db stick.alv figures/* mine/*; do
    [[ -f $file ]] || continue
    same "$file $(stat -c %a "$file")" "$file 600"
done
[[ ${#place[@]} -gt 0 || -e ministry/registry.db-wal ]] || fail 'the test sees no log of the registry'

# The server's log of all that, and of a file that a person named after somebody.
mkdir -p inbox
cp laptop-copy.db "inbox/Aïssata Kéïta.alv"
for _ in {1..100}; do grep -q 'inbox: ' "$log" && break; sleep 0.05; done
stop_serving
grep -q 'POST /v1/batches 200, device ' "$log" || fail 'the log has no line for a batch'
for word in Aïssata Kéïta Bafi 'AML 17' Koidu Bob; do
    ! grep -q "$word" "$log" || fail "the log says $word"
done
finish
