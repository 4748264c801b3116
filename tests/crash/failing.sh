#!/bin/bash
# Every command of both programs with one call after the other failing: malloc, and what reads, writes or changes files
# and sockets (tests/crash/failing_drive.c says what must hold).
#
#   failing.sh ALLUVIA REGISTRY DRIVE LIBRARY SAMPLE SEED [NAME…]
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
drive=$3 library=$4 sample=$5 seed=$6
names=("${@:7}")

# In memory where that can be: a sync that fails is as good there.
home=$(mktemp -d "$([[ -w /dev/shm ]] && echo /dev/shm || echo /tmp)/alluvia-failing-XXXXXX")
trap 'stop_serving; rm -rf "$HOME" "$home"' EXIT
world=$home/world
mkdir "$world" "$world/stick" "$world/out"
cd "$world" || exit 1
export ALLUVIA_DB=alluvia.db ALLUVIA_REGISTRY=$home/served

# A registry that goes on serving, whose copy is worked on; a laptop that is enrolled and has work to send.
make_ministry
yield=$("$ALLUVIA" "${YIELD[@]}" --date_from "$(day -1)" --outcome nil)
ok '* sent' sync
office_ok '*' staff add fatou --name 'Fatou Jalloh'
office_ok '*' --as fatou review return "$yield" --reason 'weigh it again'
office_ok '*' feed "$device" --out stick
nil 2
nil 3
cp -r "$ALLUVIA_REGISTRY" ministry
rm -f ministry/*-wal ministry/*-shm
"$REGISTRY" backup --data "$ALLUVIA_REGISTRY" ministry.db >/dev/null
rm -f ministry/registry.db
mkdir empty && cp ministry/registry.key empty
"$REGISTRY" restore --data ministry ministry.db >/dev/null
"$ALLUVIA" backup laptop.db >/dev/null
mkdir carried
"$ALLUVIA" carry carried >/dev/null
"$REGISTRY" invite --data "$ALLUVIA_REGISTRY" --name 'Kono 2' --district SL-E --out invitation.alv >/dev/null
printf 'name,kind,district,village,chair,status\nBafi,group,SL-E-KONO,Koidu,Sia,active\nSewa,wrong,SL-E,Koidu,Sia,active\n' \
    >bad.csv
printf 'name,kind,district,village,chair,status\nBafi,group,SL-E-KONO,Koidu,Sia,active\n' >good.csv
mkdir new
"$ALLUVIA" --db new/alluvia.db init --country SL --name Two >/dev/null
rm -rf backups

# "~": a record is named by its id alone where its number cannot be looked up; a database that cannot be read to the end
# is made again, although nothing is damaged.
cat >"$home/cases" <<END
init|alluvia|--db|new/again.db|init|--country|SL|--name|Two
add|alluvia|cooperative|add|--name|Bafi|--kind|group|--district|SL-E-KONO|--village|Koidu|--chair|Sia|--status|active
edit|alluvia|yield|edit|$yield|--note|weighed twice
void|alluvia|yield|void|$yield|--reason|entered twice
list|alluvia|digger|list
search|alluvia|digger|list|--search|keita
show~|alluvia|yield|show|$yield
history|alluvia|yield|history|$yield
licence-check|alluvia|licence|check|AML 17/2026
import|alluvia|import|cooperative|good.csv
export|alluvia|export|all|--out|out
export-json|alluvia|export|digger|--json
enrol|alluvia|--db|new/alluvia.db|enrol|invitation.alv
sync|alluvia|sync
sync-dry~|alluvia|sync|--dry-run
carry|alluvia|carry|out
receive|alluvia|receive|$(echo stick/feed-*.alv | tr ' ' '|')
inbox|alluvia|inbox
status~|alluvia|status
report-month|alluvia|report|month
report-balance|alluvia|report|balance
verify|alluvia|verify
journal|alluvia|journal
backup|alluvia|backup|out/copy.db
recover~|alluvia|recover
restore|alluvia|--db|new/again.db|restore|laptop.db
officer|alluvia|officer|add|--login|amina|--full_name|Amina Sesay|--role|admin
settings|alluvia|settings|--language|fr
demo|alluvia|--db|new/demo.db|demo|--days|2
r-init|alluvia-registry|--data|new/ministry|init|--country|SL|--name|Mines
r-invite|alluvia-registry|--data|ministry|invite|--name|Kono 3|--district|SL-E
r-device-list|alluvia-registry|--data|ministry|device|list
r-device-show|alluvia-registry|--data|ministry|device|show|$device
r-device-revoke|alluvia-registry|--data|ministry|device|revoke|$device|--reason|stolen
r-feed|alluvia-registry|--data|ministry|feed|$device|--out|out
r-codes-list|alluvia-registry|--data|ministry|codes|list
r-import|alluvia-registry|--data|ministry|import|carried
r-inbox|alluvia-registry|--data|ministry|inbox
r-batch-list|alluvia-registry|--data|ministry|batch|list
r-batch-show|alluvia-registry|--data|ministry|batch|show|1
r-quarantine-list|alluvia-registry|--data|ministry|quarantine|list
r-review-run|alluvia-registry|--data|ministry|review|run
r-review-list|alluvia-registry|--data|ministry|review|list
r-review-show|alluvia-registry|--data|ministry|review|show|$yield
r-review-accept|alluvia-registry|--data|ministry|--as|fatou|review|accept|$yield
r-staff-add|alluvia-registry|--data|ministry|staff|add|sia|--name|Sia Kono
r-staff-list|alluvia-registry|--data|ministry|staff|list
r-report-production|alluvia-registry|--data|ministry|report|production|--period|$(day 0 | cut -c1-4)
r-report-returns|alluvia-registry|--data|ministry|report|returns|--period|$(day 0 | cut -c1-4)
r-report-annex|alluvia-registry|--data|ministry|report|annex-iii|--period|$(day 0 | cut -c1-4)|--csv
r-export|alluvia-registry|--data|ministry|export|all|--out|out
r-verify|alluvia-registry|--data|ministry|verify
r-journal|alluvia-registry|--data|ministry|journal|$device
r-backup|alluvia-registry|--data|ministry|backup|out/copy.db
r-restore|alluvia-registry|--data|empty|restore|ministry.db
r-rebuild|alluvia-registry|--data|ministry|rebuild
END
[[ $failed -eq 0 ]] || finish
"$drive" "$library" "$ALLUVIA" "$REGISTRY" "$world" "$home/cases" "$sample" "$seed" "${names[@]}"
