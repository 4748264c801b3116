#!/bin/bash
# import: what a file may look like, what is refused before anything, what is refused row by row.
# shellcheck source=tests/lib/shell.sh disable=SC2154
. "${BASH_SOURCE%/*}/../lib/shell.sh"
make_world
d1=$(day -40)
d2=$(day -39)
d3=$(day -38)
d4=$(day -37)
columns=licence,date_from,outcome,activity,diggers,declared_by
nil="washing,12,Bob"

# Wrong files are refused before a row is read.
run import yield none.csv
is 66 '' 'alluvia: *none.csv*'
run import gold x.csv
is 64 '' 'alluvia: "gold" is no kind of record'
: >empty.csv
refuses '"empty.csv": *' import yield empty.csv
printf '%s\n' "$columns,colour" "AML 17/2026,$d1,nil,$nil,blue" >wrong.csv
refuses '"wrong.csv": column "colour": a yield has no such field' import yield wrong.csv
printf '%s\n' 'licence,outcome' 'AML 17/2026,nil' >short.csv
refuses '"short.csv": column "date_from" is missing: every yield needs it' import yield short.csv
printf '%s\n' "$columns,outcome" >twice.csv
refuses '"twice.csv": *like another' import yield twice.csv
printf '\377\376l\0i\0' >utf16.csv
refuses '"utf16.csv": *' import yield utf16.csv
same "$(ls -- *.rejected.csv* *.import 2>/dev/null)" ''

# A byte order mark, semicolons, decimal commas, quoted line breaks and quotes, CRLF, columns in any order.
printf '\xef\xbb\xbfdeclared_by;licence;date_from;outcome;activity;diggers;stones;diamond_ct;weighed_by;note\r\n"Bob ""B"" K";AML 17/2026;%s;yield;washing;12;3;0,35;own_scale;"two\nlines; one"\r\n' \
    "$d1" >excel.csv
ok '1 rows saved' import yield excel.csv
ok '*"diamond_mct":350,*"declared_by":"Bob \\"B\\" K","note":"two\\nlines; one"}}' yield show "${licence%%-*}-5" --json

# A dry run says what would happen and does nothing.
printf '%s\n' "$columns" "AML 17/2026,$d2,nil,$nil" "AML 17/2026,$d2,nil,$nil" "AML 99,$d3,nil,$nil" >three.csv
before=$(head_of_journal)
run import yield three.csv --dry-run
is 65 '1 rows would be saved, 2 refused' 'alluvia: line 3: *alluvia: line 4: licence "AML 99": *2 rows of "three.csv" would be refused'
same "$before" "$(head_of_journal)"
same "$(ls -- three.*)" three.csv

# Good rows go in, the others to the rejects with their reasons; put right, those go in too.
run import yield three.csv --json
is 65 '{"alluvia":"import/1","entity":"yield","rows":3,"saved":1,"refused":2,"rejects":"three.rejected.csv"}' \
    'alluvia: 2 rows of "three.csv" were refused: see "three.rejected.csv"'
same "$(head -n 1 three.rejected.csv | tr -d '\r')" "$columns,rejected_line,rejected_because"
same "$(grep -c 'licence ""AML 99""' three.rejected.csv)" 1
same "$(ls -- three.*)" $'three.csv\nthree.rejected.csv'
sed -e "2s/$d2/$d4/" -e 's/^AML 99,/AML 17\/2026,/' three.rejected.csv >again.csv
ok '2 rows saved' import yield again.csv

# Rows that are broken as CSV spoil themselves only.
printf '%s\n' "$columns" "AML 17/2026,$(day -30),nil" "AML 17/2026,$(day -29),nil,$nil" \
    "AML 17/2026,$(day -28),nil,washing,12,\"never closed" "AML 17/2026,$(day -27),nil,$nil" >broken.csv
run import yield broken.csv
is 65 '2 rows saved, 2 refused' 'alluvia: *'
printf '%s\nAML 17/2026,%s,nil,washing,12,B\xffb\nAML 17/2026,%s,nil,washing,12,B\x07b\n' "$columns" "$(day -26)" "$(day -26)" >bytes.csv
run import yield bytes.csv
is 65 '0 rows saved, 2 refused' 'alluvia: *'

# Licence numbers that occur twice in one file.
printf '%s\n' licence_no,kind,holder,minerals,district,area_text,issued_by,issued_on,valid_from,valid_to,status >licences.csv
for no in A A B; do
    printf '%s\n' "$no,aml,$holder,\"diamond,gold\",SL-E-KONO,x,NMA,$d1,$d1,$(day 90),granted" >>licences.csv
done
run import licence licences.csv
is 65 '2 rows saved, 1 refused' 'alluvia: *'

# Rules that ask are answered for the whole file.
printf '%s\n' "$columns,stones,diamond_ct,weighed_by" "AML 17/2026,$(day -20),yield,$nil,30,30,own_scale" >rich.csv
run import yield rich.csv
is 65 '0 rows saved, 1 refused' 'alluvia: *'
answers=()
for rule in $("$ALLUVIA" "${YIELD[@]}" --date_from "$(day -20)" --outcome yield --stones 30 --diamond_ct 30 \
    --weighed_by own_scale 2>&1 | sed -n 's/.*--confirm "\([^:]*\):.*/\1/p'); do
    answers+=(--confirm "$rule: weighed twice")
done
run import yield rich.csv "${answers[@]}"
is 0 '1 rows saved' '*'

# What a spreadsheet would run is made harmless on the way out and comes back as it was.
ok '??????-*-?' "${YIELD[@]}" --date_from "$(day -10)" --outcome nil --note '=cmd|x!A1'
run yield list --csv --from "$(day -10)"
is 0 "*'=cmd|x!A1*" ''

# Many rows over many transactions, every tenth of them wrong.
awk -v rows=4000 -v start="$(date -u -d "$(day -2400)" +%s)" 'BEGIN {
    print "licence,date_from,outcome,activity,diggers,declared_by"
    for (i = 0; i < rows; i++)
        printf "%s,%s,nil,washing,%s,Bob\n", i % 2 ? "A" : "B", strftime("%Y-%m-%d", start + int(i / 2) * 86400, 1),
            i % 10 == 9 ? "twelve" : "12"
}' >many.csv
run import yield many.csv
is 65 '3600 rows saved, 400 refused' 'alluvia: 400 rows of "many.csv" were refused: see "many.rejected.csv"'
same "$(grep -c 'diggers ""twelve"": is not a number' many.rejected.csv)" 400
ok '* agree' verify

# Killed anywhere, the same command goes on, and every row counts once.
awk -F, 'NR == 1 || ($1 == "A" && $5 == 12) { sub(/^A,/, "AML 17/2026,"); print }' many.csv >killed.csv
rows=$(($(wc -l <killed.csv) - 1))
entries=$(head_of_journal | cut -d' ' -f1)
kills=0
for pause in 0.05 0.1 0.15 0.2 0.25 0.3 0.4 0.6 60; do
    { timeout -s KILL "$pause" "$ALLUVIA" import yield killed.csv >/dev/null; } 2>/dev/null
    [[ $? -eq 137 ]] || break
    kills=$((kills + 1))
    # Killed when all was done, and not yet said.
    [[ $(head_of_journal | cut -d' ' -f1) -eq $((entries + rows)) ]] && break
done
saved=$(($(head_of_journal | cut -d' ' -f1) - entries))
refused=0
[[ ! -e killed.rejected.csv ]] || refused=$(($(wc -l <killed.rejected.csv) - 1))
same "$rows" "$((saved + refused))"
same "$((kills > 0))" 1
same "$(ls -- killed.*import killed.*part 2>/dev/null)" ''
ok '* agree' verify

# A file that changed after it was interrupted is not gone on with.
printf '{"alluvia":"import/1"}' >three.csv.import
refuses '"three.csv" is not what it was when its import was interrupted*' import yield three.csv
# The same file again, under whatever name, is most often a mistake.
printf 'name,kind,district,village,chair,status\nTortiya,group,SL-E-KONO,Koidu,Sia,active\n' >coops.csv
ok '1 rows saved' import cooperative coops.csv
cp coops.csv other.csv
refuses '"other.csv" was imported already, 20??-*Z (1 rows); --again saves its rows once more' import cooperative other.csv
ok '1 rows would be saved' import cooperative other.csv --dry-run
ok '1 rows saved' import cooperative other.csv --again
echo 'Bafi,group,SL-E-KONO,Koidu,Sia,active' >>other.csv
ok '2 rows saved' import cooperative other.csv
same "$(ls -- *.import 2>/dev/null)" "$(ls -- three*.import 2>/dev/null)"
finish
