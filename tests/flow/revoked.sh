#!/bin/bash
# A revoked laptop: it is told, what it sends is kept apart and once, and it loses nothing.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
ok '4 records sent' sync
office_ok '' device revoke "$device" --reason 'stolen in Koidu'
office_ok '*Revoked *Reason *stolen in Koidu*' device show "$device"
nil 1
before=$("$REGISTRY" verify --json)
mine=$(head_of_journal)
for _ in 1 2; do
    run sync
    is 77 '' 'alluvia: the ministry has revoked this laptop*'
    sleep 1.1
done
mkdir stick
ok "*/$device-5-5.alv: entries 5 to 5" carry stick
office import stick
is 65 '*revoked*' 'alluvia-registry: 1 of 1 files were not taken in'
office_ok '{"alluvia":"quarantine/1","quarantine":\[{"id":1,*"via":"http",*"reason":"revoked","state":"held"}\]}' quarantine list --json
same "$("$REGISTRY" verify --json)" "$before"
same "$(head_of_journal)" "$mine"
ok '*"unsent":1,*' status --json
ok '* agree' verify
same "$("$ALLUVIA" journal --to 4 --chain)" "$("$REGISTRY" journal "$device" --chain)"

# An idle sync is told too; the laptop goes on recording.
nil 2
ok '*"entries":6,*"unsent":2,*' status --json
office device revoke ZZZZZZ --reason x
is 66 '' 'alluvia-registry: *ZZZZZZ*'
office device revoke "$device"
is 64 '' 'alluvia-registry: device revoke needs --reason'
finish
