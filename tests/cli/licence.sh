#!/bin/bash
# licence check: how a licence stands today, and the exit codes that scripts rely on.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world

ok '*Licence *AML 17/2026*Standing *valid to*Holder *Aïssata Kéïta*Known since *0 days ago' licence check 'aml 17/2026'
ok '{"alluvia":"licence-check/1","id":"*-3","licence_no":"AML 17/2026","standing":"valid","holder":"Aïssata Kéïta",*"known_at":*}' \
    licence check "$licence" --json
run licence check 'AML 18/2026'
is 66 '' 'alluvia: licence "AML 18/2026": *'

ok "$licence" licence edit "$licence" --status suspended --status_on "$(day -3)" --status_reason 'no returns'
run licence check 'AML 17/2026'
is 77 '*suspended since*' "alluvia: licence \"AML 17/2026\": suspended since $(day -3)"
run licence check 'AML 17/2026' --json
is 77 '*"standing":"suspended"*' 'alluvia: *'

ok "$licence" licence edit "$licence" --status granted --valid_to "$(day -1)"
run licence check 'AML 17/2026'
is 77 '*expired*' "alluvia: licence \"AML 17/2026\": expired: it was valid to $(day -1)"
ok "$licence" licence edit "$licence" --valid_from "$(day +1)" --valid_to "$(day +90)"
run licence check 'AML 17/2026'
is 77 '*not yet valid*' 'alluvia: *not yet valid*'

# Work under it is written down all the same, and the ministry sees it.
run "${YIELD[@]}" --date_from today --outcome nil
is 0 '??????-*' 'alluvia: saved; the ministry will look at it: *'
finish
