#!/bin/bash
# Without any network: an invitation file, sealed batches on a stick, receipts back; nothing twice, nothing astray.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
office_ok 'registry *' init "${place[@]}" --country SL --name 'Ministry of Mines'
make_world
device=${licence%%-*}
office_ok 'invitation.alv' invite --name 'Kono 1' --district SL-E-KONO --out invitation.alv
same "$(stat -c %a invitation.alv)" 600
ok 'invited by Ministry of Mines; the first batch to arrive enrols' enrol invitation.alv
ok 'invited by Ministry of Mines;*' enrol invitation.alv
run sync
is 78 '' 'alluvia: the invitation names no address*'

# Three days, a file each: every file holds all that is unsent, so the later ones hold the earlier ones too.
for n in 1 2 3; do
    nil "$n"
    mkdir "stick$n"
    ok "stick$n/$device-1-*.alv: entries 1 to $((4 + n))" carry "stick$n"
done
ok '*"unsent":7,*' status --json
# A stick that is not there must not fill this laptop's own disk.
run carry /mnt/nowhere/stick
is 66 '' 'alluvia: folder "/mnt/nowhere/stick" (is the stick there?): No such file or directory'
run carry .bashrc-is-none
is 66 '' 'alluvia: folder ".bashrc-is-none" (is the stick there?)*'
[[ ! -e .bashrc-is-none ]] || fail 'a folder was made'
run carry invitation.alv
is 73 '' 'alluvia: "invitation.alv" is no folder'
mkdir stick
cp stick?/*.alv stick
grep -qa 'Kéïta\|diggers' stick/*.alv && { command_line=carry out='' err=''; fail 'a file can be read by whoever finds it'; }

# In any order, a folder, twice; receipts lie beside the files.
office_ok "*$device-1-6.alv *6 *6 *$device-1-7.alv *7 *1 *" import "stick3/$device-1-7.alv" "stick2/$device-1-6.alv"
office_ok '{"alluvia":"import/1","files":\[{*"new":0,*},{*"new":0,*},{*"new":0,*}\]}' import stick --json
office_ok '{"alluvia":"import/1","files":\[{*"new":0,*},{*"new":0,*},{*"new":0,*}\]}' import stick --json
same "$(find stick -name '*.receipt.alv' | wc -l)" 3
agree
office_ok "{\"alluvia\":\"batches/1\",\"batches\":\[{\"id\":2,*\"first\":1,\"last\":7,*\"via\":\"file\",*}\]}" batch list --json

# What is unsent stays so until a receipt says otherwise; receipts too come in any order and twice.
ok '*"unsent":7,*' status --json
ok '*: a receipt, 7 records acknowledged*' receive stick/*-7.receipt.alv
ok '*nothing new*' receive stick/*-5.receipt.alv
ok '*nothing new*' receive stick/*-7.receipt.alv
ok '*"unsent":0,*' status --json
ok '*Unsent *0*Registry *Ministry of Mines*' status
mkdir stick9 late later second
ok 'nothing is unsent' carry stick9

# Files that follow each other, given in the wrong order.
nil 4
ok '*entries 8 to 8' carry late
nil 5
ok '*entries 8 to 9' carry later
office_ok '*' import later late
agree

# Somebody else's: another registry, another country, a batch where a receipt belongs, the reverse.
ALLUVIA_REGISTRY=$HOME/other office_ok 'registry *' init --country LR --name 'Other Ministry'
before=$(ALLUVIA_REGISTRY=$HOME/other office_state)
ALLUVIA_REGISTRY=$HOME/other office import "later/$device-8-9.alv"
is 65 "*$device-8-9.alv*sealed for another registry*" 'alluvia-registry: 1 of 1 files were not taken in'
same "$(ALLUVIA_REGISTRY=$HOME/other office_state)" "$before"
ALLUVIA_REGISTRY=$HOME/other office_ok 'other.alv' invite --name 'Elsewhere' --district LR-GB --out other.alv
before=$(head_of_journal)
run enrol other.alv
is 77 '' 'alluvia: "other.alv": *LR*'
ok '*what tells nothing new' receive "later/$device-8-9.alv" # its own work, on the way to the registry
same "$(head_of_journal)" "$before"
run --db stranger.db init --country SL
run --db stranger.db enrol other.alv
is 77 '' "alluvia: \"other.alv\": \"Other Ministry\" is a registry of country LR, this laptop's records are of SL*"
office import stick/*-7.receipt.alv
is 65 '*receipt*' 'alluvia-registry: 1 of 1 files were not taken in'
office import invitation.alv
is 65 '*' 'alluvia-registry: 1 of 1 files were not taken in'
run receive later/*.receipt.alv
ok '*"unsent":0,*' status --json
agree

# An invitation works once, and not for ever.
run --db second.db init --country SL
run --db second.db enrol invitation.alv
run --db second.db carry second
office import second
is 65 '*invitation*' 'alluvia-registry: 1 of 1 files were not taken in'
office invite --name 'Kono 2' --district SL-E-KONO --expires 0
is 64 '' 'alluvia-registry: *expires*'
agree
finish
