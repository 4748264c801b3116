#!/bin/bash
# What a stolen laptop still sends is kept apart, looked at, and released or dropped by a named person; each entry
# counts once, whatever else comes.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
ok '4 records sent' sync
office_ok '' staff add fatou --name 'Fatou Jalloh'
office_ok '' device revoke "$device" --reason 'stolen in Koidu'

# Three days of work reach the ministry as files that each hold all that is unsent, and over the network.
nil 1
run sync
is 77 '' '*revoked*'
nil 2
mkdir stick
ok '*entries 5 to 6*' carry stick
office import stick
is 65 '*revoked*' '*1 of 1 files were not taken in*'
nil 3
run sync
is 77 '' '*revoked*'
office_ok '*3 *'"$device"'*revoked *held*2 *1 *'"$device"'*' quarantine list
same "$("$REGISTRY" export yield | grep -c nil)" 0

# Somebody looks: who wrote it, and what it says; the sealed file too.
office_ok "*$device*revoked*entries 5 to 5; signed by the laptop's key*5 *add *yield *nil*" quarantine show 1
office_ok '*entries 5 to 6; signed*' quarantine show 2
office_ok '{"alluvia":"quarantined/1",*"first":5,"last":7,"signed":true,"entries":\[{"number":5,"entry":{"at":*},*\],"unreadable":0}' \
    quarantine show 3 --json
office quarantine show 9
is 66 '' '*the quarantine has no batch 9*'
office quarantine show x
is 64 '' '*is not a number in the quarantine*'

# A decision has a name and a reason.
before=$(office_state)
office quarantine release 1
is 64 '' '*needs --reason*'
office quarantine release 1 --reason 'it is his own work'
is 77 '' '*--as*'
office quarantine drop 1 --reason x --as nobody
is 77 '' '*"nobody"*'
office quarantine release 1 1 --reason x --as fatou
is 64 '' '*named twice*'
[[ ${#place[@]} -gt 0 ]] || same "$(office_state)" "$before"

# The widest first, then what it held already: each entry once.
office_ok '{"alluvia":"released/1","batches":\[{"id":3,*"first":5,"last":7,"new":3,"flagged":*},{"id":1,*"new":0,*}\]}' \
    quarantine release 3 1 --reason 'written before it was stolen' --as fatou --json
same "$("$REGISTRY" journal "$device" --chain)" "$("$ALLUVIA" journal --chain)"
same "$("$REGISTRY" export yield | grep -c nil)" 3
office quarantine release 3 --reason again --as fatou
is 65 '*was released already*' '*1 of 1 batches stay in quarantine*'
office_ok '' quarantine drop 2 --reason 'released with another' --as fatou
office quarantine drop 2 --reason again --as fatou
is 65 '' '*was dropped already*'
office_ok '{"alluvia":"quarantine/1","quarantine":\[\]}' quarantine list --json
office_ok '*"state":"released",*"state":"dropped",*"state":"released",*' quarantine list --all --json
office_ok '*every chain, signature and record is right' verify

# The decisions stand in the registry's own journal, and a rebuild changes nothing.
own=$("$REGISTRY" quarantine list --all --json | sed 's/.*"decision":"\(......\)-.*/\1/')
same "$("$REGISTRY" journal "$own" | grep -c '"op":"quarantine","device":"'"$device"'","hash":"[0-9a-f]*","refused":"revoked","is":"\(released\|dropped\)","why":')" 3
before=$("$REGISTRY" export all --format json --out one >/dev/null; cat one/* | cksum)
office_ok '' rebuild --quiet
same "$("$REGISTRY" export all --format json --out two >/dev/null; cat two/* | cksum)" "$before"

# It is still revoked: the same entries are not kept again, new ones are; a gap waits for what comes before.
run sync
is 77 '' '*revoked*'
office_ok '{"alluvia":"quarantine/1","quarantine":\[\]}' quarantine list --json
nil 4
run sync
is 77 '' '*revoked*'
office_ok '*"id":4,*' quarantine list --json
office_ok '*"new":1,*' quarantine release 4 --reason 'seen on paper' --as fatou --json
same "$("$REGISTRY" export yield | grep -c nil)" 4
office_ok '*every chain, signature and record is right' verify
finish
