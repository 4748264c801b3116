#!/bin/bash
# A registry with a certificate of its own: the laptop keeps trusting what it was enrolled with.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
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
finish
