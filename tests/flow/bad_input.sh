#!/bin/bash
# What alluvia-registry refuses: the exit code, one line that says why, and nothing changed.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
office_ok 'registry *' init --country SL --name 'Ministry of Mines'
make_world
device=${licence%%-*}
office_ok 'invitation.alv' invite --name 'Kono 1' --district SL-E-KONO --out invitation.alv
ok 'invited *' enrol invitation.alv
mkdir first second
ok '*' carry first
office_ok '*' import first

# refuses_office CODE STDERR ARGUMENTS…: exit CODE, nothing on stdout, one line on stderr, nothing changed.
refuses_office() {
    local wanted=$1 expected=$2 before
    shift 2
    before=$(office_state)
    office "$@"
    is "$wanted" '' "alluvia-registry: $expected"
    [[ $(wc -l <"$HOME/.stderr") -eq 1 ]] || fail 'expected one line on stderr'
    same "$(office_state)" "$before"
}

# --- the command line
refuses_office 64 '*"fly"*' fly
refuses_office 64 '*--fly*' inbox --fly
refuses_office 64 '*' inbox more
refuses_office 64 '*' import
refuses_office 64 '*--listen*' serve --listen
refuses_office 64 '*--period*' report production
refuses_office 64 'by "moon": is not one of: *' report production --period 2026 --by moon
refuses_office 64 'batch "one": *' batch show one
refuses_office 64 '*--name*' invite --district SL-E-KONO
refuses_office 64 '*--district*' invite --name X
refuses_office 64 '*gold*' export gold
refuses_office 64 '*xml*' export yield --format xml
refuses_office 64 '*json and --csv*' inbox --json --csv
refuses_office 65 'period "2026-H3": is not a period *' report production --period 2026-H3
refuses_office 65 'period "soon": *' report production --period soon
refuses_office 65 'period "2026-13": *' report production --period 2026-13
refuses_office 65 'district "LR-GB": *' invite --name X --district LR-GB
refuses_office 65 'name: *control*' invite --name $'a\e[31mb' --district SL-E-KONO
refuses_office 65 'name: *UTF-8*' invite --name $'a\xff' --district SL-E-KONO
refuses_office 65 '*name*' invite --name "$(printf 'x%.0s' {1..300})" --district SL-E-KONO
refuses_office 65 'reason: *' device revoke "$device" --reason $'two\nlines'
refuses_office 65 'device "7K4QX": *' device show 7K4QX
refuses_office 64 '--from "x": *' journal "$device" --from x
refuses_office 66 'device "ZZZZZZ": *' device show ZZZZZZ
refuses_office 66 'device "ZZZZZZ": *' device revoke ZZZZZZ --reason x
refuses_office 66 'device "ZZZZZZ": *' journal ZZZZZZ
refuses_office 66 'device "ZZZZZZ": *' verify --device ZZZZZZ
refuses_office 66 '*batch 77*' batch show 77
refuses_office 66 '*missing.alv*' import missing.alv
refuses_office 73 '*exists already*' init --country SL --name X
refuses_office 78 '*not a loopback address*' serve --listen 0.0.0.0:0
refuses_office 78 '*not a loopback address*' serve --listen '[::]:0'
refuses_office 78 '*certificate and key*' serve --listen 127.0.0.1:0 --tls-cert first
refuses_office 78 '*is not an address*' serve --listen localhost:0
refuses_office 78 '*is not an address*' serve --listen nonsense
refuses_office 78 '*cannot be read*' serve --listen 127.0.0.1:0 --tls-cert no.pem --tls-key no.pem
for command in inbox verify serve 'device list' 'import first'; do
    # shellcheck disable=SC2086
    office --data nowhere $command
    is 66 '' 'alluvia-registry: *nowhere*'
done
[[ ! -e nowhere ]] || fail 'a directory was made'
office --data new init --country ZZ --name X
is 65 '' 'alluvia-registry: country "ZZ": is not one of: AO, *SL, *'
office --data new init --country SL
is 64 '' 'alluvia-registry: *--name*'
office --data new init --country SL --name $'a\nb'
is 65 '' 'alluvia-registry: name: *'
office --data /proc/new init --country SL --name X
[[ $code -eq 73 || $code -eq 74 || $code -eq 77 || $code -eq 66 ]] || fail 'a registry where none can be'
[[ ! -e new ]] || fail 'a directory was left behind'

# --- files
# refuses_file FILE WORDS: import takes nothing of it. What a known laptop is said to have sent may be kept apart.
refuses_file() {
    office import "$1"
    is 65 "*$2*" 'alluvia-registry: 1 of 1 files were not taken in'
    same "$("$REGISTRY" inbox --csv)" "$held"
    [[ ! -e ${1%.alv}.receipt.alv ]] || fail 'a receipt was written'
}
held=$("$REGISTRY" inbox --csv)
mkdir bad
: >bad/empty.alv
echo 'not a batch' >bad/text.alv
head -c 5000 /dev/urandom >bad/random.alv
head -c 9000000 /dev/zero >bad/large.alv
for name in empty text random large; do
    refuses_file "bad/$name.alv" ''
done
refuses_file invitation.alv ''
mkdir bad/folder.alv
office_ok '*' import bad/folder.alv

nil 1
ok '*' carry second
whole=$(find second -name '*.alv')
size=$(stat -c %s "$whole")

# Cut short, longer than it is, and with one byte changed, all over the file.
for len in 1 7 40 100 $((size / 2)) $((size - 1)); do
    head -c "$len" "$whole" >bad/cut.alv
    refuses_file bad/cut.alv ''
done
{ cat "$whole" && printf x; } >bad/long.alv
refuses_file bad/long.alv ''
for ((at = 0; at < size; at += size / 24)); do
    cp "$whole" bad/changed.alv
    byte=$(od -An -tu1 -j "$at" -N 1 "$whole")
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 0x41)))" | dd of=bad/changed.alv bs=1 seek="$at" conv=notrunc status=none
    refuses_file bad/changed.alv ''
done

# Frames that hold what they must not. frame SIZE: their beginning; SIZE in eight bytes.
frame() {
    # shellcheck disable=SC2059
    printf "\\x28\\xb5\\x2f\\xfd\\xc4\\x68$1"
}
line='{"alluvia":"batch/2","from":"7K4QXM"}'
{
    frame "\\x$(printf %02x $((${#line} + 1)))\\0\\0\\0\\0\\0\\0\\0"
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((((${#line} + 1) << 3 | 1) & 255)))\\x$(printf %02x $(((${#line} + 1) >> 5)))\\0%s\n" "$line"
} >bad/version.alv
refuses_file bad/version.alv version
printf '\x02\x00\x10\x00' >block # 128 KiB of zeros
for _ in {1..14}; do
    cat block block >twice && mv twice block
done
ten_gb='\0\0\0\x80\x02\0\0\0'
{ frame "$ten_gb" && cat block block block block block && printf '\x01\0\0'; } >bad/bomb.alv
refuses_file bad/bomb.alv too-large
{ frame '\0\0\x10\0\0\0\0\0' && cat block block block block block && printf '\x01\0\0'; } >bad/liar.alv
refuses_file bad/liar.alv bad-form
run receive bad/bomb.alv
is 76 "*" 'alluvia: "bad/bomb.alv": *too-large*'

# The good file among them is taken all the same.
cp "$whole" bad/z.alv
office import bad --json
is 65 '{"alluvia":"import/1",*"new":1,*}' 'alluvia-registry: * files were not taken in'
agree
finish
