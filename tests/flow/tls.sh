#!/bin/bash
# A registry with a certificate of its own: the laptop keeps trusting what it was enrolled with.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
# Names are looked up in a thread of libcurl's, which may be about to end when the program does: the leak sanitizer, which
# stops all threads to look at them, has crashed on that. Every other script works by numbers, without that thread.
export ASAN_OPTIONS=detect_leaks=0
office_ok 'registry *' init "${place[@]}" --country SL --name 'Ministry of Mines'
for listen in 127.0.0.1:99999 127.0.0.1:65536 127.0.0.1:-1 127.0.0.1: 0.0.0.0:0; do
    capture timeout -k 1 5 "$REGISTRY" serve --listen "$listen"
    is 78 '' 'alluvia-registry: *'
done
printf '%s\n' 'cn = localhost' 'dns_name = localhost' 'ip_address = 127.0.0.1' 'expiration_days = 2' \
    tls_www_server signing_key ca >tls.template
certtool --generate-privkey --key-type ed25519 --outfile tls.key 2>/dev/null
certtool --generate-self-signed --load-privkey tls.key --template tls.template --outfile tls.crt 2>/dev/null
log=$HOME/serve.log
"$REGISTRY" serve --listen 127.0.0.1:0 --tls-cert tls.crt --tls-key tls.key 2>"$log" </dev/null &
server=$!
for _ in {1..300}; do
    url=$(sed -n 's/.*listening on //p' "$log")
    [[ -n $url ]] && break
    sleep 0.02
done
make_world
run enrol "$url" "$(invitation)"
is 76 '' 'alluvia: the certificate of *is not trusted*'
run enrol "$url" ABC --ca tls.crt
is 65 '' 'alluvia: the invitation code is too short*'
ok 'enrolled with Ministry of Mines' enrol "$url" "$(invitation)" --ca tls.crt
ok '4 records sent' sync
ok '0 records sent' sync

# A pinned key stands for itself: a certificate that no clock of this laptop finds valid is no reason to wait.
kill "$server" && wait "$server"
printf '%s\n' 'cn = elsewhere' 'activation_date = "2001-01-01"' 'expiration_date = "2002-01-01"' tls_www_server \
    signing_key ca >old.template
for name in old other; do
    certtool --generate-privkey --key-type ed25519 --outfile $name.key 2>/dev/null
    certtool --generate-self-signed --load-privkey $name.key --template old.template --outfile $name.crt 2>/dev/null
done
port=${url##*:}
"$REGISTRY" serve --listen "127.0.0.1:$port" --tls-cert old.crt --tls-key old.key 2>"$log" </dev/null &
server=$!
for _ in {1..300}; do
    grep -q 'listening on' "$log" && break
    sleep 0.02
done
ok '*' "${YIELD[@]}" --date_from "$(day -1)" --outcome nil
run sync
is 76 '' 'alluvia: the certificate of *is not trusted*'
invite=(invite --name 'Kono 2' --district SL-E-KONO --url "$url")
office "${invite[@]}" --tls-cert old.crt
is 64 '' '*--tls-cert goes into a file: it needs --out FILE'
office "${invite[@]}" --out none.alv --tls-cert old.key
is 65 '' '*tls-cert "old.key": holds no certificate in PEM form'
[[ ! -e none.alv ]] || fail 'an invitation was written'
office_ok 'pinned.alv' "${invite[@]}" --out pinned.alv --tls-cert old.crt
office_ok 'other.alv' "${invite[@]}" --out other.alv --tls-cert other.crt
export ALLUVIA_DB=$HOME/second.db
ok 'device ??????, country SL, in *' init --country SL --name 'Kono 2'
ok '*' enrol pinned.alv
ok '1 record sent*' sync
export ALLUVIA_DB=$HOME/third.db
ok 'device ??????, country SL, in *' init --country SL --name 'Kono 3'
ok '*' enrol other.alv
run sync
is 76 '' 'alluvia: *has another key than the invitation names: this is not the registry'
finish
