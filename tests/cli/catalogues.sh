#!/bin/bash
# The catalogues of app/po against the source: every text is translated, nothing is fuzzy or left over, conversions agree,
# the words of narrow places are short, and the plural rules are those that app/common/language.c knows.
#
#   tests/cli/catalogues.sh SOURCE_DIR
set -euo pipefail
po=$1/app/po
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0
failed=0

fail() {
    echo "FAILED: $1"
    shift
    printf '    %s\n' "$@"
    failed=$((failed + 1))
}

"$po/extract" "$folder/alluvia.pot"

# The texts of a catalogue, a line each, in order.
texts() {
    msgattrib --no-obsolete --no-location --no-wrap "$@" 2>/dev/null |
        awk '/^msgctxt "/ { context = substr($0, 10, length($0) - 10) ": " }
             /^msgid "./ { print context substr($0, 8, length($0) - 8); context = "" }' | grep -v '^"*$' | LC_ALL=C sort -u
}

# Where room is narrow on 80 columns: the most characters, a tab, the English (app/field/tui/sheet_view.c, keys.def,
# screen_today.c, screen_care.c, blank.c, settings.def).
{
    printf '%s\tsheet: %s\n' 4 Men 5 Hours 6 m3 6 Stones 7 Carats 6 'Gold g' 8 Note 5 yield 5 nil 5 none
    sed -n 's/^KEY([A-Z]*, [A-Z_]*, "[^"]*", "[^"]*", N_("\([^"]*\)").*/16\t\1/p' "$1/app/field/tui/keys.def" | sort -u
    sed -n 's/^    {ACTION_.*N_("\([^"]*\)")},$/22\t\1/p' "$1/app/field/tui/screen_today.c"
    sed -n 's/^    {N_("\([^"]*\)"), N_("\([^"]*\)"), [a-z_]*},$/26\t\1\n51\t\2/p' "$1/app/field/tui/screen_care.c"
    sed -n 's/.*blank_add(&[^,]*, N_("\([^"]*\)").*/24\t\1/p' "$1"/app/field/tui/*.c
    sed -n 's/^SETTING([A-Z_]*, "[^"]*", N_("\([^"]*\)").*/24\t\1/p' "$1/app/field/store/settings.def"
} >"$folder/narrow"

too_long() {
    local most english text
    while IFS=$'\t' read -r most english; do
        text=$(sed -n "s/^$english\t//p" "$2")
        [ "${#text}" -le "$most" ] || echo "$english -> $text (${#text} characters, at most $most)"
    done <"$1"
}

texts "$folder/alluvia.pot" >"$folder/source"
for language in fr pt; do
    file=$po/$language.po
    texts "$file" >"$folder/known"
    texts --translated --no-fuzzy "$file" >"$folder/translated"
    checks=$((checks + 4))
    mapfile -t new < <(LC_ALL=C comm -23 "$folder/source" "$folder/known")
    mapfile -t empty < <(LC_ALL=C comm -23 "$folder/known" "$folder/translated")
    mapfile -t gone < <(LC_ALL=C comm -13 "$folder/source" "$folder/known")
    if [ ${#new[@]} -gt 0 ] || [ ${#gone[@]} -gt 0 ] || [ ${#empty[@]} -gt 0 ]; then
        fail "app/po/$language.po is not what the source says. Run:  app/po/update" \
            "then edit app/po/$language.po: write what stands in msgstr \"\" (words: app/po/GLOSSARY.md), and build." \
            "${new[@]/#/new: }" "${empty[@]/#/not translated: }" "${gone[@]/#/no longer in the source: }"
    fi
    msgfmt --check-format --check-domain -o /dev/null "$file" 2>"$folder/complaints" ||
        fail "app/po/$language.po: conversions differ; edit what msgfmt names" "$(cat "$folder/complaints")"
    # English, a tab, the translation; a context stands before the English with a colon.
    msgattrib --no-wrap --no-location "$file" |
        awk '/^msgctxt "/ { context = substr($0, 10, length($0) - 10) ": " }
             /^msgid "/ { english = context substr($0, 8, length($0) - 8); context = "" }
             /^msgstr "/ { print english "\t" substr($0, 9, length($0) - 9) }' >"$folder/pairs"
    long=$(too_long "$folder/narrow" "$folder/pairs")
    [ -z "$long" ] || fail "app/po/$language.po: too long for its place; use a shorter word" "$long"
    case $language in
    fr) rule='nplurals=2; plural=(n > 1);' ;;
    *) rule='nplurals=2; plural=(n != 1);' ;;
    esac
    grep -qF "Plural-Forms: $rule" "$file" || fail "app/po/$language.po: Plural-Forms is not \"$rule\""
done
echo "$checks checks, $failed failed"
[ "$failed" = 0 ]
