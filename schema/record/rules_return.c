#include <inttypes.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/record/ident.h"
#include "schema/record/rules_parts.h"

/* Two returns of one team for one day would count its stones twice. */
enum err ask_yield_overlap(const struct rule *rule, const struct rule_input *in, struct findings *out,
                           struct errctx *e)
{
    const struct record *r = in->record;
    int32_t first = 0;
    int32_t last = 0;
    int64_t other = 0;
    if (!in->world->overlap || !rules_day(r, "date_from", &first) || !rules_day(r, "date_to", &last))
        return ERR_OK;
    if (in->world->overlap(in->world->arg, record_number(r, "licence"), record_number(r, "site"), first, last,
                           in->id, &other, e) != ERR_OK)
        return e->kind;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    if (other != 0)
        rules_say(out, rule, "%s to %s: this licence and site have %s for these days already",
                  rules_words(in, "date_from", words), record_text(r, "date_to"),
                  ident_format_checked(other, id));
    return ERR_OK;
}

enum err ask_yield_workers(const struct rule *rule, const struct rule_input *in, struct findings *out,
                           struct errctx *e)
{
    struct record licence;
    enum err result = rules_load(in, "licence", &licence, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    char words[RULE_WORDS_BYTES];
    int64_t allowed = record_number(&licence, "max_workers");
    if (allowed > 0 && record_number(in->record, "diggers") > allowed)
        rules_say(out, rule, "%s is above the %" PRId64 " that the licence allows",
                  rules_words(in, "diggers", words), allowed);
    record_done(&licence);
    return ERR_OK;
}

/* What was found in a closed zone may not be exported, and it is for the ministry to know. A day without a
 * find breaks no ban. */
enum err ask_yield_zone(const struct rule *rule, const struct rule_input *in, struct findings *out,
                        struct errctx *e)
{
    struct record site;
    if (record_number(in->record, "diamond_mct") == 0)
        return ERR_OK;
    enum err result = rules_load(in, "site", &site, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (rules_is(&site, "zone_status", "not_compliant"))
        rules_say(out, rule, "the site lies in a zone that does not comply with the Kimberley Process");
    record_done(&site);
    return ERR_OK;
}

enum err ask_yield_site_licence(const struct rule *rule, const struct rule_input *in, struct findings *out,
                                struct errctx *e)
{
    struct record site;
    enum err result = rules_load(in, "site", &site, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    char words[RULE_WORDS_BYTES];
    char id[IDENT_BYTES];
    int64_t licence = record_number(&site, "licence");
    if (licence != 0 && licence != record_number(in->record, "licence"))
        rules_say(out, rule, "%s is a site of another licence, %s", rules_words(in, "site", words),
                  ident_format_checked(licence, id));
    record_done(&site);
    return ERR_OK;
}

/* A dealer's or a digger's own paper is no right to dig: most likely the wrong one was picked. */
static enum err judge_kind(const struct rule *rule, const struct rule_input *in, const struct record *licence,
                           struct findings *out, struct errctx *e)
{
    const struct code_list *kinds = NULL;
    const char *kind = record_text(licence, "kind");
    if (!kind)
        return ERR_OK;
    if (codes_list(in->codes, "licence_kind", &kinds, e) != ERR_OK)
        return e->kind;
    const struct code *code = code_list_find(kinds, kind);
    const char *is = code ? code_extra(kinds, code, "class") : NULL;
    char words[RULE_WORDS_BYTES];
    if (is && strcmp(is, "mining") != 0)
        rules_say(out, rule, "%s is of kind %s, which is no right to dig", rules_words(in, "licence", words),
                  kind);
    return ERR_OK;
}

enum err ask_yield_licence_kind(const struct rule *rule, const struct rule_input *in, struct findings *out,
                                struct errctx *e)
{
    struct record licence;
    enum err result = rules_load(in, "licence", &licence, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    result = judge_kind(rule, in, &licence, out, e);
    record_done(&licence);
    return result;
}
