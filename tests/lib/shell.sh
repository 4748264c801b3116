#!/bin/bash
# Sourced by every script of tests/cli, tests/flow and tests/crash, which ctest starts with the built `alluvia` as
# argument. Each script has a home of its own; every check looks at exit code, stdout and stderr together.
set -u
ALLUVIA=$1
HOME=$(mktemp -d)
export HOME
unset ALLUVIA_DB ALLUVIA_CA XDG_DATA_HOME LC_ALL LC_MESSAGES LANGUAGE
export LANG=C.UTF-8 TZ=UTC
trap 'rm -rf "$HOME"' EXIT
cd "$HOME" || exit 1
failed=0
checks=0

# day N: the date N days from today. Rules look at how long ago a day was, so no test names a fixed one.
day() {
    date -u -d "$1 days" +%F
}

# capture COMMAND…: runs it; leaves $code, $out and $err.
capture() {
    command_line="${1##*/} ${*:2}"
    "$@" >"$HOME/.stdout" 2>"$HOME/.stderr" </dev/null
    code=$?
    out=$(cat "$HOME/.stdout")
    err=$(cat "$HOME/.stderr")
}

# Runs alluvia; leaves $code, $out and $err.
run() {
    capture "$ALLUVIA" "$@"
}

fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n  %s\n  exit %s\n  stdout: %s\n  stderr: %s\n' "$command_line" "$1" "$code" "$out" "$err"
}

# is CODE STDOUT STDERR: what the last run did; the texts are shell patterns.
is() {
    checks=$((checks + 1))
    # shellcheck disable=SC2053
    [[ $code -eq $1 ]] || { fail "expected exit $1"; return; }
    # shellcheck disable=SC2053
    [[ $out == $2 ]] || { fail "expected stdout: $2"; return; }
    # shellcheck disable=SC2053
    [[ $err == $3 ]] || fail "expected stderr: $3"
}

# ok STDOUT ARGUMENTS…: succeeds, says STDOUT and nothing on stderr.
ok() {
    local expected=$1
    shift
    run "$@"
    is 0 "$expected" ''
}

head_of_journal() {
    "$ALLUVIA" status --json 2>/dev/null | sed 's/.*"entries":\([0-9]*\),"head":"\([0-9a-f]*\)".*/\1 \2/'
}

# refuses STDERR ARGUMENTS…: exit 65, nothing on stdout, one line on stderr, nothing written.
refuses() {
    local expected=$1 before after
    shift
    before=$(head_of_journal)
    run "$@"
    is 65 '' "alluvia: $expected"
    [[ $(wc -l <"$HOME/.stderr") -eq 1 ]] || fail 'expected one line on stderr'
    after=$(head_of_journal)
    [[ $before == "$after" ]] || fail "the journal changed: $before, $after"
}

# same A B: two texts that must be equal.
same() {
    checks=$((checks + 1))
    [[ $1 == "$2" ]] || { command_line="compare"; code=-; out=$1; err=$2; fail 'the two differ'; }
}

# A laptop with a holder ($holder), a licence ("AML 17/2026", $licence) and a site ($site).
make_world() {
    ok 'device ??????, country SL, in *' init --country SL --name 'Kono 1'
    holder=$("$ALLUVIA" digger add --full_name 'Aïssata Kéïta' --sex F --birth 1985 --nationality SL \
        --residence national --district SL-E-KONO --village Koidu --id_type none --role licence_holder \
        --legal_basis law)
    licence=$("$ALLUVIA" licence add --licence_no 'AML 17/2026' --kind aml --holder "$holder" \
        --minerals diamond,gold --district SL-E-KONO --area_text 'left bank' --area_ha 0.4 --issued_by NMA \
        --issued_on "$(day -300)" --valid_from "$(day -300)" --valid_to "$(day +60)" --status granted)
    site=$("$ALLUVIA" site add --name 'Bafi 3' --licence "$licence" --district SL-E-KONO --village Koidu \
        --state washing --zone_status compliant)
    [[ -n $holder && -n $licence && -n $site ]] || { command_line=make_world; code=-; out=; err=; fail 'no world'; }
}

# A return that is right; arguments come behind and so add to it.
# shellcheck disable=SC2034
YIELD=(yield add --licence 'AML 17/2026' --activity washing --diggers 12 --declared_by Bob)

finish() {
    echo "$checks checks, $failed failed"
    [[ $failed -eq 0 ]]
    exit
}
