#!/bin/bash
# Reports, the training season, verify, journal and backup.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world
d1=$(day -3)
month=${d1%-*}
ok '??????-*-?' "${YIELD[@]}" --site "$site" --date_from "$d1" --outcome yield --stones 3 --diamond_ct 0.35 --weighed_by own_scale

ok "*AML 17/2026*Bafi 3*$d1*0.35*-----*0.35*" report day --date "$d1"
ok '{"alluvia":"report/1","report":"day","period":"'"$d1"'","rows":\[{*"diamond_mct":350*}],"total":{*"diamond_mct":350*}*}' \
    report day --date "$d1" --json
ok "*licence*diamond_ct*AML 17/2026*0.35*" report day --date "$d1" --csv
ok '*nothing to report' report day --date "$(day -300)"
ok '{"alluvia":"report/1","report":"month","period":"'"$month"'","rows":\[*"diamond_mct":350*' report month --period "$month" --json
ok '*AML 17/2026*0.35*' report month --period "$month" --by licence
ok '*AML 17/2026*0,35*' report balance --lang fr
ok '{"alluvia":"report/1","report":"balance","period":"'"$(day 0)"'","rows":\[{"licence_no":"AML 17/2026","produced_mct":350,"sold_mct":0,"stock_mct":350*' \
    report balance --json
ok '*AML 17/2026*granted*valid*' report licences --csv
ok '{"alluvia":"report/1","report":"returns",*"rows":\[{"licence_no":"AML 17/2026",*"missing":*' report returns --period "$month" --json
run report gold
is 64 '' 'alluvia: report "gold": is not one of: day, month, returns, balance, licences'
run report day --date 31.2.2026
is 64 '' 'alluvia: --date "31.2.2026": *'
run report month --period soon
is 64 '' 'alluvia: --period "soon": *'
run report month --by moon
is 64 '' 'alluvia: --by "moon": is not one of: day, licence'

# A backup holds everything but the key, and is never written over.
ok '*copy.db holds every entry*same disk*' backup copy.db
ok '*"backup_old":false*' status --json
run backup copy.db
is 73 '' 'alluvia: *copy.db*'
run backup no/copy.db
is 66 '' 'alluvia: folder "no" (is the stick there?)*'
[[ ! -e no ]] || fail 'a folder was made'
run backup
is 64 '' 'alluvia: which file?*'
# Only what lies on another medium counts.
if [[ $(stat -c %d .) != $(stat -c %d /dev/shm) ]]; then
    ok "*holds every entry; the signing key is not in it" backup "/dev/shm/alluvia-$$.db"
    rm -f "/dev/shm/alluvia-$$.db"
    ok '*Backup *20??-*' status
    ok '*"backup_at":*' status --json
fi
[[ ! -e copy.key ]] || fail 'the key was copied'
same "$("$ALLUVIA" --db copy.db journal --to 5)" "$("$ALLUVIA" journal --to 5)"
ok '{"alluvia":"verify/1","entries":*,"head":"*"}' verify --json

# A damaged record is found.
cp .local/share/alluvia/alluvia.db damaged.db
if command -v python3 >/dev/null; then
    python3 - <<'P'
data = bytearray(open("damaged.db", "rb").read())
at = data.find(b"left bank")
while at >= 0:
    data[at] = ord("L")
    at = data.find(b"left bank", at + 1)
open("damaged.db", "wb").write(data)
P
    run --db damaged.db verify
    is 74 '' 'alluvia: *'
fi

# The training season: the same from the same seed, marked for ever, never over something else.
ok 'a training season of 20 days, * entries, device ??????, in *season.db' --db season.db demo --days 20 --diggers 30
ok '*Training*' --db season.db status
ok '*"training":true*' --db season.db status --json
ok '* agree' --db season.db verify
run --db season.db demo
is 73 '' 'alluvia: *season.db*'
run demo
is 73 '' 'alluvia: *alluvia.db*'
run demo --db x.db --days 0
is 64 '' 'alluvia: --days "0": *'
run demo --db x.db --country ZZ
is 65 '' 'alluvia: country "ZZ": *'
run --db season.db digger list --limit 1
is 0 '*' ''
ok 'a training season*' --db again.db demo --days 20 --diggers 30 --seed 2
[[ $("$ALLUVIA" --db season.db yield list --csv | cut -d, -f4- | sort | cksum) != \
    $("$ALLUVIA" --db again.db yield list --csv | cut -d, -f4- | sort | cksum) ]] || fail 'two seeds give one season'
finish
