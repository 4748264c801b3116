#!/bin/bash
# A disk that was copied: the registry finds it out, the copy goes on as a new device, and every return of every copy
# counts once.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
home=$HOME/.local/share/alluvia
first=$device
ok '4 records sent' sync
nil 1
mv "$home"/alluvia.db a.db
mv "$home"/alluvia.key a.key

# copy FROM TO: what a copied disk holds.
copy() {
    for file in "$1".db "$1".db-wal "$1".key; do
        [[ ! -e $file ]] || cp "$file" "$2${file#"$1"}"
    done
}

# as NAME: from now on the laptop is that database; $device is its code.
as() {
    export ALLUVIA_DB=$HOME/$1.db
    device=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
}

# What the office counts.
returns() {
    "$REGISTRY" export yield --format csv | grep -c ',nil,'
}

copy a b
copy a c

# --- two copies, both with work of their own behind what they share
as a
nil 2
ok '2 records sent*' sync
agree
as b
nil 3
yield=$(tail -1 "$HOME/.saved")
run yield edit "$yield" --diggers 11
is 0 '*' '*'
run sync
is 0 '* records sent*' "*another copy of this database has sent under device $first: this laptop goes on as device ??????*2 entries are sent again*"
as b
[[ $device != "$first" ]] || fail 'the copy is the same device'
agree
same "$(returns)" 3
ok '*"unsent":0,*' status --json
ok "*\"was\":\"$first-6\"*\"of\":\"yield\",\"id\":\"$device-2\",\"base\":\"$device-2\",\"was\":\"$first-7\"*" journal
office device show "$device"
is 0 "*Goes on for    $first, from entry 5 on; signed with its key" ''
office device show "$first"
is 0 "*Followed by    $device, from entry 5 on; signed with its key" ''
second=$device

# --- both go on
nil 4
ok '* sent*' sync
agree
as a
nil 5
ok '* sent*' sync
agree
same "$(returns)" 5

# --- the third copy, on a stick: the receipt beside its file tells
as c
nil 6
mkdir stick
ok '*' carry stick
office import stick
is 65 '*forked*' '*'
run receive stick/*.receipt.alv
is 0 '*goes on as another device' "*sent under device $first: this laptop goes on as device *1 entry is sent again*"
as c
ok '* agree' verify
rm stick/*
ok '*' carry stick
office_ok '*' import stick
ok '*a receipt*' receive stick/*.receipt.alv
agree
same "$(returns)" 6
ok '*"unsent":0,*' status --json

# --- a copy of a copy
copy b d
as b
nil 7
ok '* sent*' sync
as d
nil 8
run sync
is 0 '* sent*' "*sent under device $second: this laptop goes on as device*"
as d
agree
same "$(returns)" 8
office_ok '*' rebuild
office_ok '*every chain, signature and record is right' verify
same "$(returns)" 8
for copy in a b c d; do
    as "$copy"
    run sync
    is 0 '*' ''
    ok '* agree' verify
done

# --- edits that meet: both copies changed a record that they share
shared=$licence
office_ok '' staff add fatou --name 'Fatou Jalloh'
as a
run licence edit "$shared" --area_text 'at the ford'
is 0 '*' '*'
ok '1 record sent*' sync
as b
run licence edit "$shared" --area_text 'by the bridge'
is 0 '*' '*'
run sync
is 0 '1 record sent, 1 flagged*' '*'
ok '*another change came first and stands*' inbox
ok '*at the ford*' licence show "$shared"
office_ok '' --as fatou review resolve "$shared" --take other --reason 'seen on paper'
for copy in a b c d; do
    as "$copy"
    ok '*' sync
    ok '*by the bridge*' licence show "$shared"
    ok '* agree' verify
done
office_ok '*every chain, signature and record is right' verify
finish
