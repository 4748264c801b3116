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
mkdir lost
ok '*entries 5 to 7' carry lost

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

# --- the key is lost too, as when a laptop falls into the river: the ministry says who may go on
office_ok '' staff add fatou --name 'Fatou Jalloh'
as second
run restore ~/stick.db
is 0 "*2 entries that may not have arrived*the old key is not at hand: ask the ministry for an invitation*" ''
run sync
is 77 '' '*does not know this laptop*'
office invite --after "$old" --name 'Kono 1'
is 64 '' '*--after takes name and districts from that device*'
ok 'enrolled with Ministry of Mines' enrol "$url" "$("$REGISTRY" invite --after "$old")"
ok '3 records sent*' sync
agree_as
# Both lives wrote the same two returns again: the office counts them once.
same "$(returns)" 2
office device show "$device"
is 0 "*Goes on for    $old, from entry 6 on; invited for it" ''

# --- a stick of the old laptop turns up: what was written again is there already, what was not comes to those who go on
office_ok '*' import lost
same "$(returns)" 3
as first
ok '* sent*' sync
same "$("$ALLUVIA" yield list --csv | grep -c ',nil,')" 3
ok '* agree' verify
office_ok '*every chain, signature and record is right' verify

# --- what the ministry returns of the old one's work comes to those who go on with it, in a third life too
as first
office_ok '*' --as fatou review return "$licence" --reason 'which river?'
ok '*' sync
ok "*$licence*which river?*" inbox
ok '*' backup inbox.db
ok '*' restore inbox.db --key first.key --db third.db
ok "*$licence*which river?*" inbox --db third.db

# --- revoking the one that was stolen covers what its key made, and not whom the ministry invited
office_ok '' device revoke "$old" --reason stolen
run sync
is 77 '' '*revoked*'
run sync --db third.db
is 77 '' '*revoked*'
as second
ok '*' sync
office quarantine list
is 0 '*revoked*' ''
as first
"$REGISTRY" device show "$(new_code)" | grep -q stolen || fail 'the heir by key is not revoked'
as second

# What the backup holds of the old one is edited as before, and counts once.
run licence edit 'AML 17/2026' --area_ha 0.5
is 0 '*' '*'
ok '1 record sent*' sync
agree_as
finish
