# A report of alluvia-registry in the form in which oracle.awk writes its own: the columns that COLUMNS names (as in
# JSON), joined by commas, in units of storage; from CSV or, with -v json=1, from JSON, which has the total too.
#
#   alluvia-registry report production --period 2026-H1 --csv | awk -f figures.awk -v columns='district returns …'
BEGIN {
    count = split(columns, name, " ")
    for (i = 1; i <= count; i++) {
        flag[i] = name[i]
        scale[i] = 0
        if (sub(/_mct$/, "_ct", flag[i]) || sub(/_mg$/, "_g", flag[i]))
            scale[i] = 3
        if (sub(/_cents$/, "", flag[i]) || sub(/^price_minor$/, "price", flag[i]))
            scale[i] = 2
    }
}

# 1825.59 of three decimals is 1825590.
function unscaled(text, decimals,    dot, behind) {
    if (decimals == 0 || text == "")
        return text
    dot = index(text, ".")
    behind = dot ? substr(text, dot + 1) : ""
    text = dot ? substr(text, 1, dot - 1) : text
    while (length(behind) < decimals)
        behind = behind "0"
    text = text behind
    sub(/^-0*/, "-", text)
    sub(/^0+/, "", text)
    return text == "" || text == "-" ? "0" : text
}

# One column of a JSON object; strings without escapes.
function member(object, key,    at, rest) {
    at = index(object, "\"" key "\":")
    if (!at)
        return ""
    rest = substr(object, at + length(key) + 3)
    if (substr(rest, 1, 1) == "\"") {
        rest = substr(rest, 2)
        return substr(rest, 1, index(rest, "\"") - 1)
    }
    match(rest, /^[-0-9]+/)
    return RLENGTH > 0 ? substr(rest, 1, RLENGTH) : ""
}

function put_object(object, first,    i, line) {
    line = first
    for (i = first == "" ? 1 : 2; i <= count; i++)
        line = line (i > 1 ? "," : "") member(object, name[i])
    print line
}

json {
    at = index($0, "\"" (rows == "" ? "rows" : rows) "\":[")
    rest = substr($0, at + length(rows == "" ? "rows" : rows) + 4)
    while (substr(rest, 1, 1) == "{" || substr(rest, 1, 2) == ",{") {
        stop = index(rest, "}")
        put_object(substr(rest, 1, stop), "")
        rest = substr(rest, stop + 1)
    }
    at = index(rest, "\"total\":{")
    if (at)
        put_object(substr(rest, at, index(substr(rest, at), "}")), "total")
    next
}

function split_csv(line, out,    n, held) {
    n = 0
    while (line != "") {
        if (substr(line, 1, 1) == "\"") {
            match(line, /^"([^"]|"")*"/)
            held = substr(line, 2, RLENGTH - 2)
            line = substr(line, RLENGTH + 2)
        } else {
            match(line, /^[^,]*/)
            held = substr(line, 1, RLENGTH)
            line = substr(line, RLENGTH + 2)
        }
        out[++n] = held
    }
    return n
}

{ sub(/\r$/, "") }

NR == 1 {
    n = split_csv($0, head)
    for (i = 1; i <= n; i++)
        column[head[i]] = i
    next
}

{
    split("", cell)
    split_csv($0, cell)
    line = ""
    for (i = 1; i <= count; i++) {
        text = cell[column[flag[i]]]
        if (name[i] == "licence" || name[i] == "cooperative")
            sub(/-[0-9A-Z]$/, "", text)
        line = line (i > 1 ? "," : "") unscaled(text, scale[i])
    }
    print line
}
