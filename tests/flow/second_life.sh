#!/bin/bash
# A laptop out of a backup goes on as a new device: nothing is lost, nothing counts twice, and the registry knows whose
# work it is.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
old=$device
ok '4 records sent' sync
nil 1
nil 2
ok '*' backup stick.db
nil 3

# What the office counts: returns, whatever device they are of.
returns() {
    "$REGISTRY" export yield --format csv | grep -c ',nil,'
}

# as NAME: from now on the laptop is that database.
as() {
    export ALLUVIA_DB=$HOME/$1.db
}
home=$HOME/.local/share/alluvia

# new_code: the code of the database in use.
new_code() {
    "$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/'
}

# Both sides hold the same journal of the new device.
agree_as() {
    device=$(new_code)
    agree
}

# --- the disk is lost, the key is not; the old laptop had sent less than the backup holds
as first
run restore stick.db --key "$home/alluvia.key"
is 0 "device ?????? goes on with the work of $old: 6 entries
2 entries that may not have arrived are sent again; each counts once
the next sync tells the registry; no invitation is needed" ''
ok '*"signed":true*' restore stick.db --key "$home/alluvia.key" --db other.db --json
run restore stick.db --key "$home/alluvia.key"
is 73 '' '*first.db" exists already'
ok '* agree' verify
same "$("$ALLUVIA" yield list --csv | grep -c ',nil,')" 2
ok "*yield*was*${old}-5*" journal
ok '*add*' licence history "$licence"
ok '3 records sent*' sync
agree_as
same "$(returns)" 2
office device show "$device"
is 0 "*Kono 1*SL-E-KONO*Goes on for    $old, from entry 6 on; signed with its key" ''

# What the backup holds of the old one is edited as before, and counts once.
run licence edit 'AML 17/2026' --area_ha 0.5
is 0 '*' '*'
ok '1 record sent*' sync
agree_as
finish
