#!/bin/bash
# What is refused: one line naming field, value and rule, exit 65, and not a byte written.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world
day=(--date_from "$(day -40)")
found=("${YIELD[@]}" "${day[@]}" --outcome yield --weighed_by own_scale)
nothing=("${YIELD[@]}" --outcome nil)

# Numbers.
refuses 'diamond_ct "-0.35": *' "${found[@]}" --stones 3 --diamond_ct -0.35
refuses 'diamond_ct "0,3555": is too precise: at most 3 decimals' "${found[@]}" --stones 3 --diamond_ct 0,3555
refuses 'diamond_ct "99999999999999999999": is too large a number' "${found[@]}" --stones 3 --diamond_ct 99999999999999999999
refuses 'diamond_ct "many": is not a number' "${found[@]}" --stones 3 --diamond_ct many
refuses 'diamond_ct "1,2.3": is not a number' "${found[@]}" --stones 3 --diamond_ct 1,2.3
refuses 'stones "3.5": is not a whole number' "${found[@]}" --stones 3.5 --diamond_ct 0.35
refuses 'stones "-3": *' "${found[@]}" --stones -3 --diamond_ct 0.35
refuses 'stones "0x10": is not a number' "${found[@]}" --stones 0x10 --diamond_ct 0.35
refuses 'stones "1e3": is not a number' "${found[@]}" --stones 1e3 --diamond_ct 0.35
refuses 'hours "99999": *' "${nothing[@]}" "${day[@]}" --hours 99999

# Dates and periods.
refuses 'date_from "2026-02-29": is a day that does not exist' "${nothing[@]}" --date_from 2026-02-29
refuses 'date_from "31/4/2026": *' "${nothing[@]}" --date_from 31/4/2026
refuses 'date_from "2026-13-01": *' "${nothing[@]}" --date_from 2026-13-01
refuses 'date_from "soon": *' "${nothing[@]}" --date_from soon
refuses '*date_to*' "${nothing[@]}" --date_from "$(day -40)" --date_to "$(day -41)"
refuses '*31*' "${nothing[@]}" --date_from "$(day -40)" --date_to "$(day -9)"
refuses 'birth "85": *' digger add --full_name X --birth 85

# Codes, references, check characters.
refuses 'outcome "plenty": is not one of: yield, nil, not_worked' "${YIELD[@]}" "${day[@]}" --outcome plenty
refuses 'minerals "diamond,cheese": *' licence edit "$licence" --minerals diamond,cheese
refuses 'licence "AML 99/2026": *' yield add --licence 'AML 99/2026' "${day[@]}" --outcome nil --activity washing --diggers 1 --declared_by B
refuses 'site "'"${site%-*}"'-?": was mistyped: its check character does not fit' "${nothing[@]}" "${day[@]}" \
    --site "${site%-*}-$([[ ${site##*-} == A ]] && echo B || echo A)"
refuses 'site "'"$licence"'": *' "${nothing[@]}" "${day[@]}" --site "$licence"
refuses 'site "'"${site%%-*}"'-77": *' "${nothing[@]}" "${day[@]}" --site "${site%%-*}-77"
refuses 'announced "perhaps": must be yes or no' inspection add --announced perhaps

# Missing, over-long, broken text.
refuses '*date_from*' "${nothing[@]}"
refuses '*reason*' "${YIELD[@]}" "${day[@]}" --outcome not_worked
refuses '*licence*' yield add "${day[@]}" --outcome nil --activity washing --diggers 1 --declared_by B
refuses '*weighed_by*' "${YIELD[@]}" "${day[@]}" --outcome yield --stones 3 --diamond_ct 0.35
refuses '*id_no*' digger add --full_name X --sex F --nationality SL --residence national --district SL-E-KONO \
    --village Koidu --id_type national --role digger --legal_basis law
refuses '*holder*' licence add --licence_no N --kind aml --minerals gold --district SL-E-KONO --area_text x \
    --issued_by NMA --issued_on "$(day -300)" --valid_from "$(day -300)" --valid_to "$(day 60)" --status granted
refuses 'declared_by "xxx*' yield add --licence "$licence" --declared_by "$(printf 'x%.0s' {1..200})"
refuses 'note "xxx*' "${nothing[@]}" "${day[@]}" --note "$(printf 'x%.0s' {1..2001})"
refuses 'declared_by *: is not valid UTF-8*' yield add --licence "$licence" --declared_by $'B\xffb'
refuses 'declared_by *: *control*' yield add --licence "$licence" --declared_by $'B\x07b'
refuses 'declared_by *' yield add --licence "$licence" --declared_by $'two\nlines'
refuses 'declared_by *' yield add --licence "$licence" --declared_by $'turned \u202e round'

# Nothing of what was typed reaches the terminal as it is.
run yield add --licence "$licence" --declared_by $'\e]0;title\a\x9b31m'
[[ $err != *$'\e'* && $err != *$'\a'* && $err != *$'\x9b'* ]] || fail 'a control character came through'

# What is there already.
refuses 'licence.number_twice: licence_no "aml 17/2026" *stands in *' licence add --licence_no 'aml 17/2026' --kind aml --holder "$holder" --minerals gold \
    --district SL-E-KONO --area_text x --issued_by NMA --issued_on "$(day -300)" --valid_from "$(day -300)" \
    --valid_to "$(day 60)" --status granted
refuses '*valid_to*' licence add --licence_no New --kind aml --holder "$holder" --minerals gold \
    --district SL-E-KONO --area_text x --issued_by NMA --issued_on "$(day -300)" --valid_from "$(day -300)" \
    --valid_to "$(day -301)" --status granted
ok '??????-*-?' "${nothing[@]}" --date_from "$(day -30)" --date_to "$(day -20)"
refuses '*' "${nothing[@]}" --date_from "$(day -20)"

# Comma and point are both right, and so are spaces between thousands.
ok '??????-*-?' "${found[@]}" --stones 3 --diamond_ct 0,35
ok '??????-*-?' "${YIELD[@]}" --date_from "$(day -39)" --outcome yield --weighed_by own_scale --stones 3 --diamond_ct 0.35
ok '*"diamond_mct":350*"diamond_mct":350*' yield list --json --where outcome=yield
ok "$licence" licence edit "$licence" --currency SLE --fee_due '12 500,50'
ok '*"fee_due_minor":1250050*' licence show "$licence" --json
ok '* agree' verify
finish
