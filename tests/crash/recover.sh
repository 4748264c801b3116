#!/bin/bash
# A damaged laptop is recovered, with kill -9 at any instant of the recovery, and goes on with the ministry: nothing that
# was acknowledged is lost, and nothing counts twice.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
RANDOM=20261126
make_ministry
ok '4 records sent' sync
home=$HOME/.local/share/alluvia
db=$home/alluvia.db
{
    echo 'name,kind,district,village,chair,status'
    for i in {1..400}; do
        echo "Group $i,group,SL-E-KONO,Koidu,Sia,active"
    done
} >rows.csv
ok '400 rows saved' import cooperative rows.csv
ok '*"copy_at":*' status --json
same "$(stat -c %a "$home"/backups/*.db | sort -u)" 600
same "$(stat -c %a "$home/backups")" 700
grep -q "$(sed -n 2p "$home/alluvia.key")" -a "$home"/backups/*.db && fail 'the key is in a copy'
nil 1
nil 2


# wait_up_to MS: some part of it.
wait_up_to() {
    local us=$((RANDOM * $1 * 1000 / 32768))
    sleep "$((us / 1000000)).$(printf %06d $((us % 1000000)))"
}

run recover
is 0 'nothing is damaged; nothing was done' ''

# The beginning of the file and a page in its middle are gone.
dd if=/dev/zero of="$db" bs=4096 count=1 conv=notrunc status=none
dd if=/dev/zero of="$db" bs=4096 count=1 seek=20 conv=notrunc status=none
run status
is 74 '' 'alluvia: *damaged*alluvia: "alluvia recover" makes the database again*'
cp -r "$home" undamaged.copy
began=$(date +%s%N)
run recover
whole=$((($(date +%s%N) - began) / 1000000))
is 0 '*entries recovered*new device*damaged file is kept*' ''
[[ -f $db.damaged-1 ]] || fail 'the damaged file is gone'

for _ in {1..8}; do
    rm -rf "$home"
    cp -r undamaged.copy "$home"
    "$ALLUVIA" recover >/dev/null 2>&1 </dev/null &
    pid=$!
    wait_up_to "$whole"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    run recover
    is 0 '*' ''
    ok '* agree' verify
    same "$("$ALLUVIA" cooperative list --csv --limit 1000 | wc -l)" 401
    same "$("$ALLUVIA" yield list --csv | grep -c ',nil,')" 2
done

# The new device needs no invitation, and each return counts once.
run sync
is 0 '*' '*'
device=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
agree
same "$("$REGISTRY" export cooperative | wc -l)" 401
same "$("$REGISTRY" export yield --format csv | grep -c ',nil,')" 2

# Damage that leaves the journal whole keeps the device; the tables are made again.
nil 3
before=$(head_of_journal)
# shellcheck disable=SC2016
python3 - "$db" <<'P'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE cooperative SET village = 'Elsewhere' WHERE id % 7 = 0")
db.commit()
P
run verify
is 74 '' 'alluvia: *damaged: table cooperative differs*recover*'
run recover
is 0 "*entries recovered
the journal is whole: the work goes on as device $device*" ''
same "$(head_of_journal)" "$before"
run sync
is 0 '1 record sent*' ''
agree
finish
