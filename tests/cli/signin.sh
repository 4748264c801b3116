#!/bin/bash
# Officers, PINs, settings: who may run what, and what a cooperative leader sees of it.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"

# A file that holds a PIN, for the next commands.
pin_file() {
    printf '%s\n' "$2" >"$1.pin"
    chmod 600 "$1.pin"
}
pin_file amina 2580
pin_file bob 904117
pin_file leader 73519
pin_file wrong 11223344
pin_file trivial 1234

# by WHO ARGUMENTS…: runs alluvia as that officer, with the PIN at hand.
by() {
    ALLUVIA_PIN_FILE=$1.pin capture "$ALLUVIA" --as "$@"
}

# --- the first officer is made by init, and becomes the admin
run init --country SL --officer_name 'Amina Sesay'
is 64 '' 'alluvia: --officer_name and --new-pin are of the officer that --officer names'
run init --country SL --officer amina
is 65 '' 'alluvia: full_name: must be given'
run init --country SL --officer amina --officer_name 'Amina Sesay' --new-pin trivial.pin
is 65 '' 'alluvia: PIN: is one that everybody tries first; choose another'
[[ ! -e $HOME/.local ]] || fail 'a refused init left something behind'
ok 'device ??????, country SL, in *' init --country SL --name 'Kono 1' --officer amina \
    --officer_name 'Amina Sesay' --new-pin amina.pin
same "$(stat -c %a .local/share/alluvia/alluvia.pin)" 600

# --- now people sign in; what tells nothing of them goes on without
ok 'Device *Entries  *3*' status
ok '*agree' verify
run sync
is 78 '' 'alluvia: *enrol*'
account=$(id -un)
run officer list
is 77 '' "alluvia: \"$account\" is no officer's login; say who you are with --as LOGIN"
run officer list --as amina
is 77 '' 'alluvia: officer "amina" has a PIN: no terminal is there to ask for it, and ALLUVIA_PIN_FILE names no file'
by wrong officer list
is 77 '' 'alluvia: "wrong" is no officer*'
chmod 644 amina.pin
by amina officer list
is 78 '' 'alluvia: ALLUVIA_PIN_FILE: "amina.pin": others can read it; chmod 600 it'
chmod 600 amina.pin
by amina officer list
is 0 '*amina*Amina Sesay*admin*' ''
command_line='a pipe'
ALLUVIA_PIN_FILE=/dev/stdin "$ALLUVIA" --as amina officer list <amina.pin >.stdout 2>.stderr
code=$? out=$(cat .stdout) err=$(cat .stderr)
is 0 '*amina*' ''

# Nothing of the PIN but that it was set is told anywhere.
by amina officer show amina --json
is 0 '{"alluvia":"record/1"*' ''
[[ $out != *argon* && $out != *pin* ]] || fail 'the record tells of the PIN'
by amina journal
is 0 '*"op":"pin","of":"officer","id":"??????-2","is":"set"}' ''
[[ $out != *argon* && $out != *2580* ]] || fail 'the journal tells the PIN'
by amina officer history amina
is 0 '*added*PIN*set*' ''

# --- wrong PINs wait, in the next process too
for word in 'is not the PIN' 'is not the PIN' 'is not the PIN; the next try has to wait 5 s'; do
    ALLUVIA_PIN_FILE=wrong.pin run officer list --as amina
    is 77 '' "alluvia: officer \"amina\": that $word"
done
by amina officer list
is 75 '' 'alluvia: officer "amina": too many wrong PINs; wait ? s'
sleep 5.1
by amina officer list
is 0 '*amina*' ''

# --- other people
coop() {
    ALLUVIA_PIN_FILE=amina.pin "$ALLUVIA" --as amina cooperative add --name "$1" --kind cooperative \
        --district SL-E-KONO --village Koidu --chair Sia --status active
}
ours=$(coop 'Gbense 1')
theirs=$(coop 'Gbense 2')
by amina officer add --login bob --full_name 'Bob Kamara' --role officer
is 0 '??????-*-?' ''
by amina officer add --login leader --full_name 'Sia Leader' --role cooperative --cooperative "$ours"
is 0 '??????-*-?' ''
by amina officer add --login nobody --full_name 'No Cooperative' --role cooperative
is 65 '' 'alluvia: *cooperative*'
licence() {
    ALLUVIA_PIN_FILE=amina.pin "$ALLUVIA" --as amina licence add --licence_no "$1" --kind aml --holder_coop "$2" \
        --minerals diamond --district SL-E-KONO --area_text x --issued_by NMA --issued_on "$(day -90)" \
        --valid_from "$(day -90)" --valid_to "$(day +90)" --status granted
}
mine=$(licence 'COOP 1' "$ours")
other=$(licence 'COOP 2' "$theirs")
nil() {
    "$ALLUVIA" --as "$1" yield add --licence "$2" --date_from "$(day -1)" --outcome nil --activity washing --diggers 5 \
        --declared_by "of $2"
}
ALLUVIA_PIN_FILE=amina.pin nil amina 'COOP 2' >/dev/null

# One's own PIN: the old one first. An admin resets anybody's.
by bob officer pin bob --new-pin bob.pin
is 0 'officer bob has a new PIN' ''
ALLUVIA_PIN_FILE=wrong.pin run officer pin bob --new-pin leader.pin
is 77 '' 'alluvia: officer "bob": that is not the PIN'
by bob officer pin bob --new-pin trivial.pin
is 65 '' 'alluvia: PIN: is one that everybody tries first*'
by bob officer pin leader --new-pin leader.pin
is 77 '' 'alluvia: officer "bob": this takes an admin'
by bob officer edit leader --phone 1
is 77 '' 'alluvia: officer: officer "bob": this takes an admin'
by amina officer pin leader --new-pin leader.pin --json
is 0 '{"alluvia":"pin/1","officer":"leader","is":"set"}' ''
by amina officer history leader
is 0 '*amina*PIN*set*' ''
by bob officer pin bob --clear
is 0 'officer bob has no PIN any more' ''
by bob officer pin bob --new-pin bob.pin
is 0 'officer bob has a new PIN' ''

# The way back when the only admin forgot, for the account that owns the database; the journal tells.
run officer pin leader --recover --new-pin wrong.pin
is 77 '' 'alluvia: officer "leader": is no admin; an admin of this laptop sets the PIN anew'
pin_file amina 8051
ok 'officer amina has a new PIN' officer pin amina --recover --new-pin amina.pin
by amina journal
is 0 "*\"by\":\"-\",\"op\":\"pin\",\"of\":\"officer\",\"id\":\"??????-2\",\"is\":\"set\",\"source\":\"$account\"}*" ''
by amina officer edit amina --active no
is 77 '' 'alluvia: officer "amina": is the last admin of this laptop'

# --- a leader, every command. A row: its words, the arguments, what comes of it.
printf 'licence,date_from,outcome,activity,diggers,declared_by\nCOOP 2,%s,nil,washing,5,x\nCOOP 1,%s,nil,washing,5,x\n' \
    "$(day -5)" "$(day -5)" >returns.csv
tried=
# leads CODE STDOUT STDERR WORDS ARGUMENTS…
leads() {
    local expected=("$1" "$2" "$3")
    tried+="$4|"
    # shellcheck disable=SC2086
    ALLUVIA_PIN_FILE=leader.pin capture "$ALLUVIA" --as leader ${4/ENTITY/$5} "${@:6}"
    is "${expected[@]}"
    [[ $out$err != *'Gbense 2'* && $out != *'of COOP 2'* ]] || fail "another cooperative's record shows"
}
leads 0 '??????-*-?' '' 'ENTITY add' yield --licence 'COOP 1' --date_from "$(day -1)" --outcome nil --activity washing \
    --diggers 5 --declared_by 'of COOP 1'
return=$out
leads 77 '' '*does not belong to the cooperative*' 'ENTITY add' yield --licence 'COOP 2' --date_from "$(day -2)" --outcome nil \
    --activity washing --diggers 5 --declared_by x
leads 77 '' '*this takes a field officer' 'ENTITY add' site --name x --licence 'COOP 1' --district SL-E-KONO --village x \
    --state washing --zone_status compliant
for entity in digger cooperative licence site crew yield stone sale inspection officer; do
    leads 0 '*' '' 'ENTITY list' $entity
done
leads 0 '*COOP 1*' '' 'ENTITY list' licence
leads 0 '*Gbense 1*' '' 'ENTITY list' cooperative --search gbense
leads 0 '*COOP 1*' '' 'ENTITY show' licence "$mine"
leads 77 '' '*does not belong to the cooperative "leader" leads' 'ENTITY show' licence "$other"
leads 77 '' '*does not belong*' 'ENTITY show' licence 'COOP 2'
leads 0 '*added*' '' 'ENTITY history' yield "$return"
leads 77 '' '*does not belong*' 'ENTITY history' licence "$other"
leads 0 "$return" '' 'ENTITY edit' yield "$return" --diggers 6
leads 77 '' '*does not belong*' 'ENTITY edit' licence "$other" --note x
leads 77 '' '*does not belong*' 'ENTITY void' licence "$other" --reason x
leads 0 '*valid*' '' 'licence check' '' 'COOP 1'
leads 77 '' '*does not belong*' 'licence check' '' 'COOP 2'
leads 65 '{*"saved":1,"refused":1*' '*1 rows of "returns.csv" were refused*' import '' yield returns.csv --json
same "$(sed -n 2p returns.rejected.csv | cut -d, -f1)" 'COOP 2'
leads 77 '' '*this takes a field officer' import '' licence returns.csv
leads 0 'id,*COOP 1*' '' export '' licence
[[ $out != *'COOP 2'* ]] || fail "another cooperative's licence is exported"
leads 0 '*' '' export '' all --out everything
! grep -qr 'COOP 2\|Gbense 2' everything || fail "another cooperative's records are exported"
leads 0 'nothing was returned' '' inbox ''
for report in day month returns balance licences; do
    leads 0 '*' '' report '' $report
    [[ $out != *'COOP 2'* ]] || fail "another cooperative's licence is reported"
done
leads 0 '*"of":"yield"*' '' journal ''
[[ $out != *'COOP 2'* && $out != *'"op":"device"'* ]] || fail 'entries of others show'
leads 0 '*idle_minutes   10*' '' settings ''
leads 77 '' '*idle_minutes: officer "leader": this takes an admin' settings '' --idle_minutes 60
leads 77 '' '*this takes a field officer' backup '' copy.db
leads 0 '*' '' backup '' --automatic
leads 77 '' '*this takes a field officer*' 'waiting list' ''
leads 77 '' '*this takes a field officer*' 'waiting set-aside' '' 4K7M2P-2 --reason x
leads 77 '' '*this takes an admin' enrol '' http://127.0.0.1:9 ABCD-EFGH-JKMN-4P23
leads 77 '' '*this takes an admin' 'officer pin' '' bob --clear
leads 0 'Device *' '' status ''
leads 0 '*agree' '' verify ''
leads 78 '' '*enrol*' sync ''
leads 78 '' '*' carry '' .
leads 66 '' '*' receive '' nowhere.alv
leads 73 '' '*exists*' init '' --country SL
leads 73 '' '*exists*' demo ''
leads 73 '' '*exists*' restore '' copy.db
leads 0 'nothing is damaged; nothing was done' '' recover ''
# Every command of the program was among them.
"$ALLUVIA" --completion >completion
"$ALLUVIA" --help | sed -n '/^  [a-zE]/p' | sed -E 's/^  ((ENTITY |licence |officer |waiting )?[a-z-]+).*/\1/' >commands
[[ $(wc -l <commands) -gt 15 ]] || fail 'the commands are not listed'
while read -r words; do
    [[ $tried == *"$words|"* ]] || fail "no case for: $words"
done <commands

# --- settings
by amina settings --language fr --idle_minutes 5 --borders ascii --json
is 0 '{"alluvia":"settings/1","language":"fr","idle_minutes":"5","theme":"colour","borders":"ascii"}' ''
# Commands speak the language that is kept, unless --lang or the environment says another.
by amina yield add --licence 'COOP 2' --date_from "$(day -3)" --outcome yield --activity washing --diggers 5 --stones 3 \
    --diamond_ct 0.41 --gravel_m3 5 --weighed_by own_scale --declared_by x
is 0 '??????-*-?' '*'
by amina yield list
is 0 '*0,41*' ''
by amina yield list --lang en
is 0 '*0.41*' ''
export LANGUAGE=en
by amina yield list
is 0 '*0.41*' ''
unset LANGUAGE
by amina settings --theme pink --lang en
is 65 '' 'alluvia: theme "pink": is not one of: colour,monochrome'
finish
