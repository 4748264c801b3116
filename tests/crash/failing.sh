#!/bin/bash
# Every command of both programs with one call after the other failing: malloc, and what reads, writes or changes files
# and sockets (tests/crash/failing_drive.c says what must hold). SHARED: "-" when nobody shares the work.
#
#   failing.sh ALLUVIA REGISTRY DRIVE LIBRARY SHARED RULE SEED [NAME…]
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
drive=$3 library=$4 shared=$5 rule=$6 seed=$7
names=("${@:8}")

# In memory where that can be: a sync that fails is as good there.
home=$(mktemp -d "$([[ -w /dev/shm ]] && echo /dev/shm || echo /tmp)/alluvia-failing-XXXXXX")
trap 'stop_serving; rm -rf "$HOME" "$home"' EXIT
world=$home/world
mkdir "$world" "$world/stick" "$world/out"
[[ $shared != - ]] || shared=$home/shared
cd "$world" || exit 1
export ALLUVIA_DB=alluvia.db ALLUVIA_REGISTRY=$home/served

# A registry that goes on serving, whose copy is worked on; a laptop that is enrolled and has work to send. Those with a
# port of their own are served by the commands that are tried.
export TERM=linux
make_ministry
main=$port
yield=$("$ALLUVIA" "${YIELD[@]}" --date_from "$(day -1)" --outcome nil)
person=(digger add --sex M --nationality SL --residence national --district SL-E-KONO --village Koidu --id_type none
    --role digger --legal_basis law)
one=$("$ALLUVIA" "${person[@]}" --full_name 'Sahr Kamara' --birth 1985)
other=$("$ALLUVIA" "${person[@]}" --full_name 'Saa Camara' --birth 1990)
third=$("$ALLUVIA" "${person[@]}" --full_name 'Tamba Sesay' --birth 1991)
ok '*' crew add --licence "$licence" --digger "$one" --role digger --from_on "$(day -90)"
ok '* sent' sync

# A second laptop, which meets the first one's change of a licence with its own.
on_other_port() {
    stop_serving
    port=${client_port-0}
    serve
    client_port=$port
}
on_main_port() {
    stop_serving
    port=$main
    serve
}
mkdir client stolen
on_other_port
ok '*' --db client/alluvia.db init --country SL --name 'Kono 2'
ok 'enrolled with *' --db client/alluvia.db enrol "$url" "$(invitation)"
ok '*' --db client/alluvia.db sync
ok '*' --db client/alluvia.db licence edit "$licence" --area_text 'by the bridge'
on_main_port
ok '*' licence edit "$licence" --area_text 'at the ford'
ok '* sent*' sync
on_other_port
run --db client/alluvia.db sync
on_main_port

# A third one, which was stolen and still sends.
ok '*' --db stolen/alluvia.db init --country SL --name 'Kono 3'
ok 'enrolled with *' --db stolen/alluvia.db enrol "$url" "$(invitation)"
ok '*' --db stolen/alluvia.db cooperative add --name Sewa --kind group --district SL-E-KONO --village Koidu --chair Sia \
    --status active
mkdir stolen/stick
ok '*' --db stolen/alluvia.db carry stolen/stick
stolen=$(basename stolen/stick/*.alv)
office_ok '*' device revoke "${stolen%%-*}" --reason stolen
office import stolen/stick

office_ok '*' staff add fatou --name 'Fatou Jalloh'
office_ok '*' --as fatou review return "$yield" --reason 'weigh it again'
office_ok '*' --as fatou review merge "$third" "$one" --reason 'seen together'
office_ok '*' feed "$device" --out stick
nil 2
nil 3
ok '*' --db client/alluvia.db cooperative add --name Bafi --kind group --district SL-E-KONO --village Koidu --chair Sia \
    --status active
cp -r "$ALLUVIA_REGISTRY" ministry
rm -f ministry/*-wal ministry/*-shm
"$REGISTRY" backup --data "$ALLUVIA_REGISTRY" ministry.db >/dev/null
rm -f ministry/registry.db
mkdir empty && cp ministry/registry.key empty
"$REGISTRY" restore --data ministry ministry.db >/dev/null
"$ALLUVIA" backup laptop.db >/dev/null
mkdir carried
"$ALLUVIA" carry carried >/dev/null
"$REGISTRY" invite --data "$ALLUVIA_REGISTRY" --name 'Kono 4' --district SL-E --out invitation.alv >/dev/null
code_of_invitation=$(invitation)
printf 'name,kind,district,village,chair,status\nBafi,group,SL-E-KONO,Koidu,Sia,active\n' >good.csv
printf 'key,value,unit,source\ndiggers_most,50,,test\n' >threshold.csv
printf 'certificate_no,issued_on,diamond_ct,price_usd\nSL 1,%s,12.50,4000\n' "$(day -30)" >exports.csv
printf '2580\n' >pin
chmod 600 pin
mkdir new broken pins
ok '*' --db pins/alluvia.db init --country SL --name 'Kono 5'
ok '*' --db pins/alluvia.db officer add --login amina --full_name 'Amina Kono' --role admin
# A recovered entry that names what is gone.
python3 - <<'END'
import sqlite3
with sqlite3.connect('alluvia.db') as db:
    line = '{"at":1,"by":"amina","op":"amend","of":"digger","id":"000001-3","base":"000001-3","v":{"village":"Koidu"}}'
    db.execute('INSERT INTO waiting (entry, bytes, again, needs) VALUES (?, ?, ?, ?)', ((1 << 32) + 7, line, line, (1 << 32) + 3))
END
"$ALLUVIA" --db new/alluvia.db init --country SL --name Two >/dev/null
cp alluvia.db alluvia.key broken
dd if=/dev/urandom of=broken/alluvia.db bs=4096 seek=20 count=6 conv=notrunc status=none
rm -rf backups stolen client/backups
year=$(day 0 | cut -c1-4)

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
waiting-list~|alluvia|waiting|list
waiting-set-aside|alluvia|waiting|set-aside|000001-7|--reason|written anew
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
export-csv|alluvia|export|yield|--csv
list-json|alluvia|yield|list|--json
enrol-code|alluvia|--db|new/alluvia.db|enrol|$url|$code_of_invitation
sync-copies~|alluvia|sync|--copies|--steps
sync-watch~|alluvia|sync|--watch|@waits=3
carry-all|alluvia|carry|--all|out
carry-copies|alluvia|carry|--copies|out
inbox-conflict|alluvia|--db|client/alluvia.db|inbox
report-day|alluvia|report|day|--date|$(day -1)
report-returns|alluvia|report|returns
report-licences|alluvia|report|licences
journal-chain|alluvia|journal|--chain
backup-automatic|alluvia|backup|--automatic
recover-damaged~|alluvia|--db|broken/alluvia.db|recover|--country|SL
officer-pin~|alluvia|--db|pins/alluvia.db|--as|amina|officer|pin|amina|--new-pin|pin
settings-show|alluvia|settings
help|alluvia|--help
help-fields|alluvia|yield|add|--help
manual|alluvia|--manual
completion|alluvia|--completion
screens-tour~|alluvia|@keys=d^[s^[i^[r^[c^[?^[^L^Q
screens-sheet~|alluvia|@keys=dn^[^Q
screens-lists~|alluvia|@keys=^[[B^[[B^[[B^[[B^[[B^[[B^[[B^[[B^M^M^[^T^[^O^N^[y^[^[^Q
screens-first~|alluvia|--db|new/again.db|@keys=^Qy
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
r-report-production|alluvia-registry|--data|ministry|report|production|--period|$year
r-report-returns|alluvia-registry|--data|ministry|report|returns|--period|$year
r-report-annex|alluvia-registry|--data|ministry|report|annex-iii|--period|$year|--csv
r-export|alluvia-registry|--data|ministry|export|all|--out|out
r-verify|alluvia-registry|--data|ministry|verify
r-journal|alluvia-registry|--data|ministry|journal|$device
r-backup|alluvia-registry|--data|ministry|backup|out/copy.db
r-restore|alluvia-registry|--data|empty|restore|ministry.db
r-rebuild|alluvia-registry|--data|ministry|rebuild
r-serve~|alluvia-registry|--data|ministry|serve|--listen|127.0.0.1:$client_port|--no-review|@waits=1|@client=$ALLUVIA --db client/alluvia.db sync|@client=$ALLUVIA --db client/alluvia.db sync
r-serve-inbox~|alluvia-registry|--data|ministry|serve|--listen|127.0.0.1:$client_port|--inbox|carried|@waits=3|@client=$ALLUVIA --db client/alluvia.db sync|@client=$ALLUVIA --db client/alluvia.db sync
r-invite-file|alluvia-registry|--data|ministry|invite|--name|Kono 3|--district|SL-E|--out|out/invitation.alv
r-codes-replace|alluvia-registry|--data|ministry|codes|replace|threshold|threshold.csv
r-import-watch~|alluvia-registry|--data|ministry|import|--watch|carried|@waits=3
r-quarantine-show|alluvia-registry|--data|ministry|quarantine|show|1
r-quarantine-release|alluvia-registry|--data|ministry|--as|fatou|quarantine|release|1|--reason|written before
r-quarantine-drop|alluvia-registry|--data|ministry|--as|fatou|quarantine|drop|1|--reason|invented
r-review-return|alluvia-registry|--data|ministry|--as|fatou|review|return|$yield|--reason|once more
r-review-reject|alluvia-registry|--data|ministry|--as|fatou|review|reject|$yield|--reason|invented
r-review-merge|alluvia-registry|--data|ministry|--as|fatou|review|merge|$other|$one|--reason|one card
r-review-unmerge|alluvia-registry|--data|ministry|--as|fatou|review|unmerge|$third|--reason|two cards
r-review-resolve|alluvia-registry|--data|ministry|--as|fatou|review|resolve|$licence|--take|other|--reason|seen on paper
r-review-conflict|alluvia-registry|--data|ministry|review|resolve|$licence
r-review-rules|alluvia-registry|--data|ministry|review|rules
r-exports-import|alluvia-registry|--data|ministry|exports|import|exports.csv
r-exports-list|alluvia-registry|--data|ministry|exports|list
r-staff-close|alluvia-registry|--data|ministry|staff|close|fatou
r-report-trade|alluvia-registry|--data|ministry|report|trade|--period|$year
r-report-balance|alluvia-registry|--data|ministry|report|balance
r-report-licences|alluvia-registry|--data|ministry|report|licences
r-report-diggers|alluvia-registry|--data|ministry|report|diggers
r-report-footprint|alluvia-registry|--data|ministry|report|footprint|--district|SL-E
r-export-map|alluvia-registry|--data|ministry|export|site|--format|geojson
r-help|alluvia-registry|--help
r-manual|alluvia-registry|--manual
r-completion|alluvia-registry|--completion
END

# commands PROGRAM: a line for each, out of its help: "licence check", "ENTITY add", "report day".
commands() {
    "$1" --help | sed -n '/^Everywhere:/q; s/^  \([a-zE]\)/\1/p' | while read -r line; do
        line=${line%%  *}
        words=
        for word in $line; do
            [[ $word == ENTITY || $word =~ ^[a-z|-]+$ && $word != -* ]] || break
            words="$words $word"
        done
        last=${words##* }
        for kind in ${last//|/ }; do
            echo "${words% *} $kind"
        done
    done
}

# Every command of both programs has a case.
all_have_a_case() {
    local program words
    for program in "$ALLUVIA" "$REGISTRY"; do
        while read -r -a words; do
            local word pattern="^[^|]*\\|${program##*/}(\\|--[a-z]+\\|[^|]*)*"
            for word in "${words[@]}"; do
                [[ $word == ENTITY ]] && word='[a-z]+'
                pattern+="\\|$word"
            done
            checks=$((checks + 1))
            grep -qE "$pattern(\\||\$)" "$home/cases" ||
                { command_line="${program##*/} ${words[*]}" code=- out='' err=''; fail 'no case lets calls of it fail'; }
        done < <(commands "$program")
    done
}
all_have_a_case
[[ $failed -eq 0 ]] || finish
"$drive" "$library" "$ALLUVIA" "$REGISTRY" "$world" "$home/cases" "$shared" "$rule" "$seed" "${names[@]}"
