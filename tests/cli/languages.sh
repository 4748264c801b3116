#!/bin/bash
# Which language speaks, on a machine that has no locale of it; and what is said in French and Portuguese.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world

speaks() { # EXPECTED ENVIRONMENT… [-- ARGUMENTS…]
    local expected=$1
    local -a with=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do with+=("$1"); shift; done
    [ $# -gt 0 ] && shift
    capture env "${with[@]}" "$ALLUVIA" "$@" report nonsense
    is 64 '' "alluvia: $expected \"nonsense\"*"
}
speaks report LANG=C.UTF-8
speaks rapport LANG=fr_FR.UTF-8
speaks relatório LANG=pt_AO.UTF-8
speaks report LANG=de_DE.UTF-8
speaks rapport LANG=en_US.UTF-8 LANGUAGE=de:fr
speaks relatório LANG=fr_FR.UTF-8 LC_ALL=pt_BR.UTF-8
speaks report LANG=fr_FR.UTF-8 LC_ALL=C.UTF-8
speaks report LANG=fr_FR.UTF-8 -- --lang en
speaks relatório LC_ALL=C -- --lang pt
speaks rapport -- --lang=fr
run --lang de status
is 64 '' 'alluvia: lang "de": is not one of: en, fr, pt'
LANG=fr_FR.UTF-8 run nonsense
is 64 '' 'alluvia: pas de commande "nonsense" ; *'

# What this laptop keeps comes before LANG, which is the machine's, and behind what a person says for this run.
capture "$ALLUVIA" settings --language pt
speaks relatório LANG=en_US.UTF-8
speaks rapport LANG=en_US.UTF-8 LC_MESSAGES=fr_FR.UTF-8
speaks rapport -- --lang fr
capture "$ALLUVIA" settings --language auto

# Errors name field, value and rule.
found=("${YIELD[@]}" --date_from hier --outcome yield --weighed_by own_scale)
run --lang fr "${found[@]}" --stones 3 --diamond_ct 0,3555
is 65 '' 'alluvia: diamond_ct "0,3555" : est trop précis : au plus 3 décimales'
run --lang pt "${found[@]}" --stones 3 --diamond_ct muitos
is 65 '' 'alluvia: diamond_ct "muitos": não é um número'
run --lang fr "${found[@]}" --outcome rien
is 64 '' 'alluvia: l'\''option "--outcome" est donnée deux fois'
run --lang pt yield add --outcome nil
is 65 '' 'alluvia: *tem de ser dad*'
run --lang fr "${found[@]}" --stones 3 --diamond_ct 90
is 65 '' 'alluvia: yield.mean : diamond_ct 90 en 3 pierres fait 30 ct par pierre, hors de 0,02 à 5 ; si c'\''est juste, *'

# Days are typed and written day first; commas are decimal marks; machines read the same as ever.
ok '*-*' --lang fr "${found[@]}" --stones 3 --diamond_ct 0,35
ok '*-*' --lang pt "${YIELD[@]}" --date_from ontem --outcome nil --site "$site"
ok '*-*' --lang fr "${YIELD[@]}" --date_from "$(date -u -d '-3 days' +%d/%m/%Y)" --outcome nil
ok "*$(date -u -d yesterday +%d/%m/%Y)*0,35*" --lang fr yield list
ok "*$(date -u -d yesterday +%F)*0.35*" --lang en yield list
for form in --json --csv; do
    capture "$ALLUVIA" --lang en yield list $form
    english=$out
    ok "${english//\[/\\[}" --lang fr yield list $form
    ok "${english//\[/\\[}" --lang pt yield list $form
done

# Help and reports.
ok "usage : alluvia yield add*Champs d'une fiche yield*" --lang fr yield add --help
ok 'uso: alluvia COMANDO*Em todo o lado:*' --lang pt --help
ok '*Déclarations*Néant*Chômé*Creuseurs*Diamants (ct)*' --lang fr report month
ok '*Declarações*Nulo*Parado*Garimpeiros*Diamantes (ct)*' --lang pt report month
ok '*Résultat*nil (Néant*Activité*' --lang fr yield show "$("$ALLUVIA" yield list --where outcome=nil --limit 1 --csv | tail -n 1 | cut -d , -f 1)"
finish
