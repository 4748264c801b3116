#!/bin/bash
# Help, version, manual page and completion of alluvia-registry.
# shellcheck source=tests/lib/registry.sh disable=SC2034,SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"

office_ok 'alluvia-registry [0-9]*.[0-9]*.[0-9]*' --version
office_ok 'usage: alluvia-registry COMMAND *' --help
help=$out
office
is 64 '' 'usage: alluvia-registry COMMAND *'
for command in init serve invite 'device list' 'device show' 'device revoke' import inbox 'batch list' 'batch show' \
    'quarantine list' 'report production' export verify journal backup; do
    [[ $help == *"  $command"* ]] || fail "--help does not name $command"
    # shellcheck disable=SC2086
    office_ok "usage: alluvia-registry $command*--data DIR*" $command --help
done
for language in fr pt; do
    office_ok '*' --help --lang "$language"
done
office inbox --lang de
is 64 '' 'alluvia-registry: *"de"*'
[[ ! -e ministry ]] || fail 'help made a registry'

# Every command stands in the manual page and in the completion script.
"$REGISTRY" --manual >page.1
"$REGISTRY" --completion >completion.bash
"$ALLUVIA" --manual >laptop.1
"$ALLUVIA" --completion >laptop.bash
for page in page.1 laptop.1; do
    same "$(grep -c '^\.TH' "$page")" 1
    if command -v man >/dev/null && command -v groff >/dev/null; then
        same "$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)" ''
    fi
done
for script in completion.bash laptop.bash; do
    same "$(bash -n "$script" 2>&1)" ''
done
for word in serve invite quarantine production backup; do
    grep -q "$word" page.1 && grep -q "$word" completion.bash || { command_line=$word; fail 'not in manual or completion'; }
done

# completes LINE WORDS: what the script offers behind LINE has every one of WORDS.
completes() {
    local offered
    offered=$(
        # shellcheck disable=SC1091
        . ./completion.bash
        read -r -a COMP_WORDS <<<"$1"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$1 COMP_POINT=${#1}
        "$(complete -p alluvia-registry | sed 's/.*-F \([^ ]*\).*/\1/')" alluvia-registry "${COMP_WORDS[COMP_CWORD]}" ''
        echo "${COMPREPLY[*]}"
    )
    for word in $2; do
        [[ " $offered " == *" $word "* ]] || { command_line=$1 out=$offered err=''; fail "does not offer $word"; }
    done
}
completes 'alluvia-registry ' 'serve import device'
completes 'alluvia-registry dev' 'device'
completes 'alluvia-registry device ' 'list show revoke'
completes 'alluvia-registry serve --' '--listen --tls-cert'
finish
