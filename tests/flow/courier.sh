#!/bin/bash
# Work of laptops without a network travels on sticks and other people's laptops: it arrives once, its receipts come
# home, and a colleague's copy of a journal stands in for a laptop that is lost.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
home=$HOME/.local/share/alluvia
first=$device
ok '4 records sent' sync

# as NAME: from now on that laptop works; it is made and enrolled when it is new.
as() {
    export ALLUVIA_DB=$HOME/$1.db
    [[ $1 == alluvia ]] && ALLUVIA_DB=$home/alluvia.db
    [[ -e $ALLUVIA_DB ]] && return
    ok '*' init --country SL --name "$1"
    ok 'enrolled with *' enrol "$url" "$(invitation)"
    ok '* sent*' sync
}

returns() {
    "$REGISTRY" export yield --format csv | grep -c ',nil,'
}

# --- a stick that passes through three laptops arrives once
mkdir stick second third
nil 1
nil 2
ok '*entries 5 to 6' carry stick
as b
run receive stick/*.alv
is 0 '*work of another laptop: kept, and delivered with the next sync' ''
ok '*tells nothing new' receive stick/*.alv
ok '*Others*1 files to deliver, 0 copies, 0 receipts*' status
ok '*of another laptop' carry second
as c
ok '*kept, and delivered*' receive second/*.alv
ok '*1 file of other laptops delivered' sync
same "$(returns)" 2
as b
ok '*1 file of other laptops delivered' sync
same "$(returns)" 2
office_ok '*carried by ??????*' batch list
ok '0 records sent*' sync

# --- the receipt comes home by way of a third laptop
ok '*"others_waiting":0,"others_copies":0,"others_receipts":1*' status --json
rm second/*
ok '*' carry second
ok '*a receipt for another laptop: kept for the way home' receive second/*.receipt.alv --db c.db
ok '*' carry third --db c.db
as alluvia
ok '*"unsent":2,*' status --json
ok '*a receipt, 2 records acknowledged' receive third/"$first"-5-6.receipt.alv
ok '*"unsent":0,*' status --json
agree

# --- another registry's file, and one that is no batch's, are not kept
as b
echo nonsense >stick/nonsense.alv
run receive stick/nonsense.alv
is 76 '' '*'
cp "stick/$first-5-6.alv" stick/our_work.alv
run receive stick/our_work.alv
is 65 '' '*its name is not that of a batch*'

# --- a colleague keeps a copy; the laptop is lost, and what it had not sent is there all the same
as alluvia
nil 3
nil 4
mkdir buddy
ok '*entries 1 to 8' carry --all buddy
as b
ok "*a copy of another laptop's journal: kept" receive buddy/*.copy.alv
ok '0 records sent*' sync
same "$(returns)" 2
rm -r "$home"
run sync --copies
is 0 '*1 file of other laptops delivered' ''
same "$(returns)" 4
run sync --copies
is 0 '0 records sent*' ''
same "$(returns)" 4
office_ok '*every chain, signature and record is right' verify

# --- what a revoked laptop gave along is refused, kept aside, and told
as c
nil=$("$ALLUVIA" digger add --full_name 'Sia Koroma' --sex F --birth 1990 --nationality SL --residence national \
    --district SL-E-KONO --village Koidu --id_type none --role digger --legal_basis law)
mkdir last
ok '*' carry last
office_ok '' device revoke "${nil%%-*}" --reason stolen
as b
ok '*kept, and delivered*' receive last/*.alv
run sync
is 0 '*1 file of other laptops refused' ''
office quarantine list
is 0 "*${nil%%-*}*revoked*" ''

# --- a copied disk that travels with others alone learns of it from what the courier brings home
as d
copied=$("$ALLUVIA" status --json | sed 's/.*"device":"\([^"]*\)".*/\1/')
for file in d.db d.db-wal d.key; do
    [[ ! -e $file ]] || cp "$file" "e${file#d}"
done
nil 5
ok '* sent*' sync
before=$(returns)
as e
nil 6
mkdir fork
ok '*' carry fork
as b
ok '*kept, and delivered with the next sync' receive fork/*.alv
run sync
is 0 '*' '*'
rm fork/*
ok '*receipt*' carry fork
as e
# Two that receive it at the same instant make one new device.
"$ALLUVIA" receive fork/"$copied"-*.receipt.alv >one.out 2>&1 &
"$ALLUVIA" receive fork/"$copied"-*.receipt.alv >two.out 2>&1
wait $!
[[ $(cat one.out two.out) == *'another copy of this database has sent'* ]] || fail "nobody learned: $(cat one.out two.out)"
ok "*\"before\":\"$copied\"*" status --json
ok '* sent*' sync
same "$(returns)" $((before + 1))
finish
