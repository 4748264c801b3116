#!/bin/bash
# Entries in the middle of a laptop's journal are destroyed. What stands behind them comes back in the next life: at once,
# or, when it names what is gone, as soon as the ministry has told of that; each counts once, whatever had arrived before and
# whatever turns up later.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
home=$HOME/.local/share/alluvia
db=$home/alluvia.db

# destroy TEXT…: everything that is written so, in the database and its log; there is no copy.
destroy() {
    rm -rf "$home/backups"
    # shellcheck disable=SC2016
    python3 - "$@" "$db" <<'P'
import os, sys
for path in (sys.argv[-1], sys.argv[-1] + '-wal'):
    if os.path.exists(path):
        whole = open(path, 'rb').read()
        for text in sys.argv[1:-1]:
            whole = whole.replace(text.encode(), b'?' * len(text.encode()))
        open(path, 'r+b').write(whole)
P
}
permit() {
    "$ALLUVIA" licence add --licence_no "$1" --kind aml --holder "$2" --minerals diamond --district SL-E-KONO \
        --area_text 'right bank' --area_ha 0.25 --issued_by NMA --issued_on "$(day -300)" --valid_from "$(day -300)" \
        --valid_to "$(day +60)" --status granted >"$HOME/.id" 2>"$HOME/.err" || { command_line="permit $1" code=-; fail 'no licence'; }
    sed 's/-[0-9A-Z]$//' "$HOME/.id"
}
wash() {
    ok '*' yield add --licence "$1" --activity washing --diggers 3 --declared_by Bob --date_from "$(day "-$2")" --outcome nil
}
returns() {
    "$REGISTRY" export yield --format csv | grep -c ',nil,'
}
returns_here() {
    "$ALLUVIA" yield list --csv | grep -c ',nil,'
}

# The ministry has these: a licence, and behind it a return and a change of it.
permit 'AML 30/2026' "$holder" >/dev/null
nil 1
run licence edit 'AML 30/2026' --area_ha 0.3
is 0 '*' '*'
ok '* records sent' sync
old=$device
told=$("$ALLUVIA" status --json | sed 's/.*"entries":\([0-9]*\).*/\1/')
# And these it has not: more of that licence, somebody new with a licence, and what has nothing to do with any of it.
wash 'AML 30/2026' 1
run licence edit 'AML 30/2026' --area_text 'left bank'
is 0 '*' '*'
ok '*' digger add --full_name 'Lost Forever' --sex M --nationality SL --residence national --district SL-E-KONO \
    --village Tombodu --id_type none --role tributor --legal_basis law
lost=$("$ALLUVIA" digger list --search 'Lost Forever' --csv | grep -o '[0-9A-Z]\{6\}-[0-9]*' | head -1)
permit 'AML 31/2026' "$lost" >/dev/null
nil 2
nil 3
# A stick with all that is under way.
mkdir stick
ok '*' carry stick

# --- two entries are gone
destroy '"licence_no":"AML 30/2026"' '"full_name":"Lost Forever"'
run verify
is 74 '' '*damaged*'
run recover
is 0 "*entries recovered*new device*
the ministry holds entries up to $told*
gone from the old journal: $((told - 2)), $((told + 3))
3 entries behind the gap came back*
4 entries wait for others that are gone*" ''
ok '* agree' verify
ok '*Waiting*4 recovered entries*' status
ok '*"waiting":4*' status --json
same "$(returns_here)" 3
run recover
is 0 'nothing is damaged; nothing was done' ''

# --- the ministry tells of the licence: what names it comes back, and is sent in the same sync
run sync
is 0 '*' '*'
device=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
[[ $device != "$old" ]] || fail 'the device is the same'
ok '*"unsent":0,*"waiting":1*' status --json
same "$(returns)" 4
same "$(returns_here)" 4
agree
# A person sees what waits, and for what; what is set aside is kept, and waits no more.
ok "*added*licence*licence_no AML 31/2026*$lost*" waiting list --csv
waits=$("$ALLUVIA" waiting list --csv | sed -n 's/^\([0-9A-Z]*-[0-9]*-[0-9A-Z]\),.*/\1/p')
run waiting set-aside "$waits"
is 64 '' '*--reason TEXT*'
run waiting set-aside "$waits" --reason ' '
is 65 '' '*reason " ": must be given*'
run waiting set-aside "$lost" --reason 'written anew'
is 66 '' "*entry \"$lost\": no such entry waits*"
ok "$waits" waiting set-aside "$waits" --reason 'written anew'
ok 'nothing waits' waiting list
ok '*written anew*' waiting list --all
ok '*"aside_by":"*","why":"written anew",*' waiting list --all --json
run waiting set-aside "$waits" --reason 'twice'
is 66 '' '*no such entry waits*'
ok '*' status
[[ $out != *Waiting* ]] || fail 'what was set aside is counted'
"$REGISTRY" export licence --format csv | grep 'AML 30/2026' | grep -q 'left bank' || fail 'the unsent change is not there'
"$REGISTRY" export licence --format csv | grep 'AML 30/2026' | grep -q '0\.3' || fail 'the change that was sent is not there'
"$ALLUVIA" licence list --csv | grep 'AML 30/2026' | grep 'left bank' | grep -q '0\.3' || fail 'the laptop shows another licence'
same "$("$REGISTRY" export licence --format csv | grep -c 'AML 30/2026')" 1
same "$("$ALLUVIA" licence list --csv | grep -c 'AML 3[01]/2026')" 1

# --- the stick arrives after all: nothing counts twice, and what was gone for ever is here again
office_ok '*' import stick
same "$(returns)" 4
same "$("$REGISTRY" export licence --format csv | grep -c 'AML 3[01]/2026')" 2
run sync
is 0 '*' '*'
ok 'nothing waits' waiting list --all
same "$(returns)" 4
same "$(returns_here)" 4
same "$("$ALLUVIA" licence list --csv | grep -c 'AML 3[01]/2026')" 2
agree
run sync
is 0 '0 records sent*' ''
finish
