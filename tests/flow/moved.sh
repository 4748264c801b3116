#!/bin/bash
# A registry moved to another machine, or put back after a disaster: backup, restore, rebuild. Laptops notice, send again
# what the backup lacks, and everything counts once; reports of the same content are the same bytes.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
office_ok '' staff add fatou --name 'Fatou Jalloh'
nil 1
ok '5 records sent' sync
yield=$device-5
office_ok '' --as fatou review accept "$yield"
office_ok '' backup --quiet week.db
same "$(stat -c %a week.db)" 600
figures=$("$REGISTRY" report returns --period "$(day 0 | cut -c1-4)" --csv)
before=$("$REGISTRY" verify --json)

# After the backup: a return, a decision about it, and another device.
nil 2
ok '1 record sent*' sync
office_ok '' --as fatou review return "$device-6" --reason 'which team?'
ok '*1 item of news*' sync
ok '*which team?*' inbox
stop_serving

# Another place. Its key comes first, and must be the right one.
new=$HOME/moved
to=()
if [[ ${#place[@]} -gt 0 ]]; then
    psql -q "$ALLUVIA_TEST_STORE" -c "CREATE SCHEMA moved$$"
    to=(--store "$ALLUVIA_TEST_STORE&options=-csearch_path%3Dmoved$$")
fi
mkdir "$new"
office --data "$new" restore week.db "${to[@]}"
is 78 '' '*put the registry*key back first*'
ALLUVIA_REGISTRY=$HOME/other "$REGISTRY" init --country SL --name Other >/dev/null
cp other/registry.key moved/
office --data "$new" restore week.db "${to[@]}"
is 78 '' '*belongs to another registry*'
cp ministry/registry.key moved/
office --data "$new" restore nothing.db "${to[@]}"
is 66 '' '*nothing.db*'
office --data "$new" restore week.db --store mysql://x
is 65 '' '*postgresql://*'
office_ok "registry ?????? is restored in $new;*" --data "$new" restore week.db "${to[@]}"
office --data "$new" restore week.db "${to[@]}"
is 73 '' '*exists already*'
if [[ ${#place[@]} -gt 0 ]]; then
    mkdir third
    cp ministry/registry.key third/
    office --data "$HOME/third" restore week.db "${to[@]}"
    is 73 '' '*holds a registry already*'
    [[ -e third/store ]] && fail 'a refused restore leaves an address'
fi
old=$ALLUVIA_REGISTRY
export ALLUVIA_REGISTRY=$new

# What was there is there, to the byte, and goes on.
office_ok '*every chain, signature and record is right' verify
same "$("$REGISTRY" verify --json)" "$before"
same "$("$REGISTRY" report returns --period "$(day 0 | cut -c1-4)" --csv)" "$figures"
office_ok '' rebuild --quiet
same "$("$REGISTRY" verify --json)" "$before"
serve
run sync
is 0 '1 record sent*' 'alluvia: the registry holds less than it said before; sending again what it lacks'
agree
same "$("$REGISTRY" export yield | grep -c nil)" 2
ok '*"unsent":0,*' status --json
ok 'nothing was returned' inbox
office_ok '' --as fatou review return "$device-6" --reason 'which river?'
ok '*1 item of news*' sync
ok '*which river?*' inbox
ok '0 records sent' sync
agree

# And back into a file again, whatever it was in.
office_ok '' backup --quiet again.db
mkdir file
cp ministry/registry.key file/
office_ok '*is restored in *' --data "$HOME/file" restore again.db
same "$("$REGISTRY" --data "$HOME/file" verify --json)" "$("$REGISTRY" verify --json)"
stop_serving
if [[ ${#place[@]} -gt 0 ]]; then
    PGOPTIONS='-c client_min_messages=error' psql -q "$ALLUVIA_TEST_STORE" -c "DROP SCHEMA moved$$ CASCADE"
fi
export ALLUVIA_REGISTRY=$old
finish
