#!/bin/bash
# Help, versions, global options, init, status.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"

run
is 64 '' '*usage: alluvia COMMAND*the screens need a terminal*'
ok 'alluvia [0-9]*' --version
ok 'usage: alluvia COMMAND*ENTITY add*Everywhere:*' --help
ok 'usage: alluvia yield add*--diamond_ct ct*at most*--weighed_by CODE*diamond_ct, gem_ct*' \
    yield add --help
ok '*in the*currency of --currency*' sale add -h
ok '*XX-N (North)*' site add --help
ok '*.TH alluvia 1*' --manual
run nonsense
is 64 '' 'alluvia: no command "nonsense"*'
run yield
is 64 '' 'alluvia: "yield" needs a further word*'
run yield eat
is 64 '' 'alluvia: no command "yield eat"*'
run status --colour red
is 64 '' 'alluvia: no option "--colour"*'
run status --db
is 64 '' 'alluvia: option "--db" needs a value'
run status extra
is 64 '' 'alluvia: "extra" is one too many*'
run status --lang xx
is 64 '' 'alluvia: lang "xx": is not one of: en, fr, pt'
run status --json --csv
is 64 '' 'alluvia: --json and --csv exclude each other'
run digger show
is 64 '' 'alluvia: something is missing*'

# Nothing is there yet.
run status
is 66 '' 'alluvia: there is no database "*/.local/share/alluvia/alluvia.db" (alluvia init makes one)'
run init
is 64 '' 'alluvia: which country? *'
run init --country ZZ
is 65 '' 'alluvia: country "ZZ": is not one of: AO, *XX'
[[ ! -e $HOME/.local ]] || fail 'a refused init left something behind'

# The database under HOME, XDG_DATA_HOME, ALLUVIA_DB, --db: the last one named wins.
ok "device ??????, country SL, in $HOME/.local/share/alluvia/alluvia.db" init --country SL
run init --country SL
is 73 '' 'alluvia: *'
XDG_DATA_HOME=$HOME/xdg ok "device ??????, country XX, in $HOME/xdg/alluvia/alluvia.db" init --country XX
ALLUVIA_DB=$HOME/three/a.db ok "*in $HOME/three/a.db" init --country GY --name 'Bartica 2'
ALLUVIA_DB=$HOME/three/a.db ok '{"alluvia":"init/1","device":"??????","country":"CI","db":"four.db"}' \
    init --country CI --db four.db --json
same "$(stat -c %a .local/share/alluvia/alluvia.db .local/share/alluvia/alluvia.key four.key | tr '\n' ' ')" '600 600 600 '

ok 'Device *(SL)*Entries  *1*Unsent  *1*Backup  *never*' status
ok '{"alluvia":"status/1","device":"??????","name":"","country":"SL","entries":1,"head":"*","unsent":1,"returned":0,"feed":0,"clock_suspect":false,"free_bytes":*}' \
    status --json

# Officers: without any the account's name, with some only theirs.
account=$(id -un)
run officer add --as amina --login amina --full_name 'Amina Sesay' --role officer
is 77 '' 'alluvia: --as "amina": no officer is registered yet*'
ok '??????-*-?' officer add --login amina --full_name 'Amina Sesay' --role officer
ok '*"by":"'"$account"'"*' officer show amina --json
run officer add --login bob --full_name 'Bob Kamara' --role officer
is 77 '' "alluvia: \"$account\" is no officer's login*"
ok '??????-*-?' officer add --as amina --login bob --full_name 'Bob Kamara' --role officer --active no
run officer edit bob --phone 1 --as bob
is 77 '' 'alluvia: officer "bob" is not active'
ok '*"by":"amina"*' officer show bob --json

# Output that cannot be written is not a success.
command_line='status >/dev/full'
"$ALLUVIA" status >/dev/full 2>.stderr
code=$? out='' err=$(cat .stderr)
is 74 '' 'alluvia: write output*'
finish
