#!/bin/bash
# The registry is put back to an older copy, and a colleague's return for a licence that it lost arrives before the
# laptop that wrote the licence does: the ministry is asked about it until that one comes.
# shellcheck source=tests/lib/registry.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/registry.sh"
make_ministry
ok '4 records sent' sync
ok '*' --db other.db init --country SL --name 'Kono 2'
ok 'enrolled with *' --db other.db enrol "$url" "$(invitation)"
stop_serving
office_ok '*' backup last_week.db
serve
lost=$("$ALLUVIA" licence add --licence_no 'AML 18/2026' --kind aml --holder "$holder" --minerals diamond \
    --district SL-E-KONO --area_text 'right bank' --area_ha 0.25 --issued_by NMA --issued_on "$(day -300)" \
    --valid_from "$(day -300)" --valid_to "$(day +60)" --status granted)
ok '1 record sent' sync
ok '* of news' --db other.db sync

stop_serving
rm -f ministry/registry.db*
office_ok '*' restore last_week.db
serve
ok '*' --db other.db yield add --licence 'AML 18/2026' --activity washing --diggers 3 --declared_by Bob \
    --date_from "$(day -1)" --outcome nil
run --db other.db sync
is 0 '1 record sent*' '*'
office_ok '*' review run
office_ok "*yield.reference*names \"${lost%-?}\", which has not*" review list --rule yield.reference

# --- its laptop comes: nobody has to answer
run sync
is 0 '1 record sent*' '*'
office_ok '*' review run
office_ok '' review list --rule yield.reference
office_ok '*every chain, signature and record is right' verify
finish
