# Adds up the truth of a season as the reports say they add it up, in a program that shares nothing with them.
#
#   awk -f oracle.awk -v report=production -v by=district -v first=2026-01-01 -v last=2026-06-30 -v known=2026-09-05 \
#       -v price=28900 licences.csv returns.csv sales.csv
#
# A line for each row, its columns joined by commas in units of storage: carats in thousandths, dollars in cents. A
# total comes last, with the key "total".
BEGIN {
    FS = ","
    OFS = ","
    SILENCE = 30 # days after the last return from which another is owed
}

# Days since 1970-01-01 of an ISO date.
function days(text,    y, m, era, year, day) {
    y = substr(text, 1, 4) + 0
    m = substr(text, 6, 2) + 0
    if (m <= 2)
        y--
    era = whole(y, 400)
    year = y - era * 400
    day = whole(153 * (m + (m > 2 ? -3 : 9)) + 2, 5) + substr(text, 9, 2) - 1
    return era * 146097 + year * 365 + whole(year, 4) - whole(year, 100) + day - 719468
}

function date(n,    era, doe, yoe, doy, mp, d, m) {
    n += 719468
    era = whole(n, 146097)
    doe = n - era * 146097
    yoe = whole(doe - whole(doe, 1460) + whole(doe, 36524) - whole(doe, 146096), 365)
    doy = doe - (365 * yoe + whole(yoe, 4) - whole(yoe, 100))
    mp = whole(5 * doy + 2, 153)
    d = doy - whole(153 * mp + 2, 5) + 1
    m = mp < 10 ? mp + 3 : mp - 9
    return sprintf("%04d-%02d-%02d", yoe + era * 400 + (m <= 2), m, d)
}

function whole(a, b) { return (a - a % b) / b }

# a * b / c, halves up; all of them positive and their product below 2^52.
function part(a, b, c) { return c > 0 ? whole(2 * a * b + c, 2 * c) : 0 }

function key_of(licence, coop, district, month, buyer) {
    return by == "district" ? district : by == "cooperative" ? coop : by == "licence" ? licence : \
           by == "month" ? month : by == "buyer" ? buyer : ""
}

# add(KEY, COLUMN, NUMBER) to its row and to the total.
function add(key, column, number) {
    seen[key] = 1
    sum[key, column] += number
    sum["total", column] += number
}

FNR == 1 { file++; next }

# licence,licence_no,coop,district,valid_from,valid_to,washing
file == 1 {
    valid_from[$1] = days($5)
    valid_to[$1] = days($6)
    washing[$1] = $7
    licences[++licence_count] = $1
}

# id,licence,coop,district,from,to,outcome,stones,mct,mg
file == 2 {
    if (report == "balance" && $6 <= last) {
        add($2, "found", $9)
        add($2, $6 < first ? "opening" : "produced", $9)
        add($2, $6 < first ? "gold_opening" : "gold_produced", $10)
    }
    if (report == "returns")
        cover($2, days($5), days($6), $7)
    if (report == "production" && $6 >= first && $6 <= last) {
        key = key_of($2, $3, $4, substr($6, 1, 7), "")
        add(key, "returns", 1)
        add(key, "nil", $7 == "n")
        add(key, "stones", $8)
        add(key, "mct", $9)
        add(key, "gold", $10)
        place = $4 SUBSEP substr($6, 1, 7)
        if (!(($2, place) in share))
            shares[$2] = shares[$2] (shares[$2] == "" ? "" : "\n") place
        share[$2, place] += $9
        coop_of[$2] = $3
    }
}

# id,licence,district,date,buyer,currency,stones,mct,mg,price_minor,usd_cents
file == 3 {
    if (report == "balance" && $4 <= last) {
        add($2, "gone", $8)
        add($2, $4 < first ? "opening" : "sold", $4 < first ? -$8 : $8)
        add($2, $4 < first ? "gold_opening" : "gold_sold", $4 < first ? -$9 : $9)
    }
    if (report == "production" && $4 >= first && $4 <= last && $8 > 0 && $9 == 0) {
        sold_mct[$2] += $8
        sold_cents[$2] += $11
    }
    if (report == "trade" && $4 >= first && $4 <= last) {
        key = key_of($2, "", $3, substr($4, 1, 7), $5) OFS $6
        add(key, "sales", 1)
        add(key, "stones", $7)
        add(key, "mct", $8)
        add(key, "price", $10)
        if ($9 == 0 && $8 > 0) {
            add(key, "valued", $8)
            add(key, "cents", $11)
        }
        add(key, "gold", $9)
    }
}

# --- production

# The shares of one licence in order of district and month.
function sort_lines(text, out,    count, i, j, held) {
    count = split(text, out, "\n")
    for (i = 2; i <= count; i++) {
        held = out[i]
        for (j = i - 1; j > 0 && out[j] > held; j--)
            out[j + 1] = out[j]
        out[j + 1] = held
    }
    return count
}

# What was sold is worth its price, as far as it was found; the rest what the price table says.
function value_licence(licence,    lines, count, i, all, covered, value, done, done_covered, mine, worth, key, two) {
    count = sort_lines(shares[licence], lines)
    for (i = 1; i <= count; i++)
        all += share[licence, lines[i]]
    covered = sold_mct[licence] < all ? sold_mct[licence] + 0 : all
    value = covered > 0 ? part(sold_cents[licence], covered, sold_mct[licence]) : 0
    for (i = 1; i <= count; i++) {
        split(lines[i], two, SUBSEP)
        key = key_of(licence, coop_of[licence], two[1], two[2], "")
        mine = all > 0 ? part(covered, done + share[licence, lines[i]], all) - part(covered, done, all) : 0
        worth = covered > 0 ? part(value, done_covered + mine, covered) - part(value, done_covered, covered) : 0
        done += share[licence, lines[i]]
        done_covered += mine
        add(key, "by_sale", mine)
        add(key, "cents", worth + part(share[licence, lines[i]] - mine, price, 1000))
    }
}

function put_production(key) {
    print key, sum[key, "returns"] + 0, sum[key, "nil"] + 0, sum[key, "stones"] + 0, number(key, "mct"), number(key, "cents"), \
        int(part(sum[key, "cents"], 1000, sum[key, "mct"])), number(key, "by_sale"), 0, number(key, "gold")
}

# --- trade

function put_trade(key) {
    print key == "total" ? key OFS : key, number(key, "sales"), number(key, "stones"), number(key, "mct"), key == "total" ? "" : number(key, "price"), \
        number(key, "cents"), int(part(sum[key, "cents"], 1000, sum[key, "valued"])), \
        sprintf("%.0f", sum[key, "mct"] - sum[key, "valued"]), number(key, "gold")
}

# --- balance

function put_balance(key,    allowed) {
    allowed = part(sum[key, "found"] + 0, 100, 10000)
    allowed = allowed > 20 ? allowed : 20
    print key, number(key, "opening"), number(key, "produced"), number(key, "sold"), \
        sprintf("%.0f", sum[key, "found"] - sum[key, "gone"]), key == "total" ? "" : allowed, \
        (key != "total" && sum[key, "gone"] > sum[key, "found"] + allowed ? "over" : ""), number(key, "gold_opening"), \
        number(key, "gold_produced"), number(key, "gold_sold"), \
        sprintf("%.0f", sum[key, "gold_opening"] + sum[key, "gold_produced"] - sum[key, "gold_sold"])
}

# --- returns

function cover(licence, from, to, outcome,    day) {
    if (from < days(first) && (!(licence in before) || before[licence] < (to < days(first) ? to : days(first) - 1)))
        before[licence] = to < days(first) ? to : days(first) - 1
    for (day = from < days(first) ? days(first) : from; day <= to && day <= end_of_known(); day++) {
        made[licence, day] = 1
        if (outcome != "w")
            worked[licence, day] = 1
        if (outcome == "y")
            found[licence, day] = 1
    }
}

function end_of_known() { return days(known < last ? known : last) }

function put_returns(licence,    day, covered, expected, counts, owed, nothing, idle, missing, first_missing, last_made) {
    covered = licence in before && before[licence] > valid_from[licence] - 1 ? before[licence] : valid_from[licence] - 1
    for (day = days(first); day <= end_of_known(); day++) {
        if ((licence, day) in made) {
            counts++
            covered = day
            last_made = date(day)
            nothing += ((licence, day) in worked) && !((licence, day) in found)
            idle += !((licence, day) in worked)
        }
        owed = day >= valid_from[licence] && day <= valid_to[licence] && (washing[licence] == 1 || day - covered > SILENCE)
        expected += owed
        if (owed && !((licence, day) in made)) {
            missing++
            first_missing = first_missing == "" ? date(day) : first_missing
        }
    }
    totals["expected"] += expected
    totals["made"] += counts
    totals["nil"] += nothing
    totals["not_worked"] += idle
    totals["missing"] += missing
    if (expected + counts > 0)
        print licence, expected + 0, counts + 0, nothing + 0, idle + 0, missing + 0, first_missing, last_made
}

# --- the end

function number(key, column) { return sprintf("%.0f", sum[key, column]) }

END {
    if (report == "production")
        for (licence in shares)
            value_licence(licence)
    for (key in seen) {
        if (report == "production")
            put_production(key)
        if (report == "trade")
            put_trade(key)
        if (report == "balance")
            put_balance(key)
    }
    if (report == "production")
        put_production("total")
    if (report == "trade")
        put_trade("total")
    if (report == "balance")
        put_balance("total")
    if (report == "returns") {
        for (i = 1; i <= licence_count; i++)
            put_returns(licences[i])
        print "total", totals["expected"] + 0, totals["made"] + 0, totals["nil"] + 0, totals["not_worked"] + 0, \
            totals["missing"] + 0, "", ""
    }
}
