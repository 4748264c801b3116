# What was planted and what the rules found: how many of each kind were found, how many findings nothing explains, and
# whether somebody honest was accused.
#
#   awk -f findings.awk rules.csv returns.csv sales.csv sites.csv plants.csv findings
#
# rules.csv is what `review rules --csv` says, findings a line "record,rule,other records…" each. Ends with 1 when
# something planted was missed or somebody honest was accused; every rule over the whole registry is told of, found or not,
# and so is one that nothing was planted for.
BEGIN { FS = "," }
FNR == 1 { file++ }
file == 1 { if (FNR > 1) rules[$1] = 1; next }
file < 5 { if (FNR > 1) licence_of[$1] = $2; next }

# want,kind,rule,one,other
file == 5 {
    plant++
    want[plant] = $1
    kind[plant] = $2
    rule[plant] = $3
    one[plant] = $4
    other[plant] = $5
    by_id[$4] = by_id[$4] " " plant
    if ($5 != "")
        by_id[$5] = by_id[$5] " " plant
    next
}

# The records of a finding, and the licences of those that are returns, sales or sites.
{
    split("", about)
    split("", near)
    for (i = 1; i <= NF; i++) {
        if (i == 2 || $i == "")
            continue
        about[$i] = 1
        if ($i in licence_of)
            about[licence_of[$i]] = 1
    }
    explained = 0
    for (id in about) {
        count = split(by_id[id], plants, " ")
        for (i = 1; i <= count; i++)
            near[plants[i]] = 1
    }
    for (p in near) {
        if (want[p] == "never") {
            accused++
            print "accused: " one[p] " (" kind[p] ") by " $2
        }
        if (rule[p] != $2)
            continue
        explained = 1
        if ((one[p] in about) && (other[p] == "" || (other[p] in about)))
            met[p] = 1
    }
    findings[$2]++
    if (!explained)
        alarms[$2]++
}

END {
    for (p = 1; p <= plant; p++) {
        if (want[p] != "must")
            continue
        key = kind[p] SUBSEP rule[p]
        if (!(key in planted))
            order[++kinds] = key
        planted[key]++
        found[key] += met[p]
        if (!met[p] && missed_of[key]++ < 3)
            missed_ids[key] = missed_ids[key] " " one[p] (other[p] == "" ? "" : "+" other[p])
    }
    printf "%-34s %-26s %8s %8s\n", "planted", "rule", "planted", "found"
    for (i = 1; i <= kinds; i++) {
        split(order[i], part, SUBSEP)
        printf "%-34s %-26s %8d %8d%s\n", part[1], part[2], planted[order[i]], found[order[i]], \
            missed_of[order[i]] ? "   missed:" missed_ids[order[i]] : ""
        missed += missed_of[order[i]]
    }
    printf "\n%-34s %8s %8s %12s\n", "rule", "findings", "planted", "false alarms"
    for (name in rules)
        if (!(name in findings))
            findings[name] = 0
    for (p = 1; p <= plant; p++)
        if (want[p] == "must")
            asked[rule[p]] = 1
    for (name in findings)
        printf "%-34s %8d %8d %12d%s\n", name, findings[name], findings[name] - alarms[name], alarms[name], \
            (name in rules) && !(name in asked) ? "   nothing planted" : "" | "sort"
    close("sort")
    printf "\n%d planted and missed, %d honest accused\n", missed, accused
    exit missed + accused > 0
}
