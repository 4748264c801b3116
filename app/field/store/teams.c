#include "app/field/store/teams.h"

#include "app/common/standing.h"
#include "app/field/store/inside.h"
#include "schema/base/date.h"

enum {
    MOST_MADE = 32 /* returns of one licence for one day */
};

struct walk {
    struct store *store;
    int32_t day;
    int64_t site_licence; /* of the scope's site; 0: any */
    enum err (*each)(void *arg, const struct team_line *line, struct errctx *e);
    void *arg;
};

static const char MADE[] =
    "SELECT id FROM seen_yield WHERE licence = :licence AND void = 0 AND date_from <= :day "
    "AND date_to >= :day ORDER BY id";
static const char LAST[] =
    "SELECT id FROM seen_yield WHERE licence = :licence AND void = 0 AND date_from < :day "
    "ORDER BY date_from DESC, id DESC LIMIT 1";

/* Returns' ids by one of the statements above. */
static enum err find(struct walk *w, const char *sql, int64_t licence, int64_t ids[MOST_MADE], int *count,
                     struct errctx *e)
{
    struct stmt *stmt = NULL;
    char day[DATE_BYTES];
    bool row = false;
    *count = 0;
    if (seen_prepare(w->store, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":licence", licence);
    stmt_bind_text(stmt, ":day", date_format_days(w->day, day));
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row && *count < MOST_MADE) {
        ids[(*count)++] = stmt_int(stmt, 0);
        result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err put_holder(struct walk *w, const struct record *licence, struct buf *out, struct errctx *e)
{
    int64_t person = record_number(licence, "holder");
    int64_t group = record_number(licence, "holder_coop");
    struct row row = {0};
    if (!person && !group)
        return ERR_OK;
    enum err result =
        store_load(w->store, person ? ENTITY_DIGGER : ENTITY_COOPERATIVE, person ? person : group, &row, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND || result == ERR_DENIED ? ERR_OK : result;
    record_put_title(out, &row.record);
    row_done(&row);
    return ERR_OK;
}

/* One line, with return MADE (0: none). */
static enum err give(struct walk *w, const struct team_line *line, int64_t made, struct errctx *e)
{
    struct row row = {0};
    if (made == 0)
        return w->each(w->arg, line, e);
    if (store_load(w->store, ENTITY_YIELD, made, &row, e) != ERR_OK)
        return e->kind;
    const struct team_line whole = {line->licence, line->holder, &row, line->last};
    enum err result = w->each(w->arg, &whole, e);
    row_done(&row);
    return result;
}

static enum err give_all(struct walk *w, const struct team_line *team, const int64_t *made, int count,
                         struct errctx *e)
{
    struct row last = {0};
    int64_t before[MOST_MADE];
    int befores = 0;
    if (find(w, LAST, team->licence->id, before, &befores, e) != ERR_OK)
        return e->kind;
    if (befores && store_load(w->store, ENTITY_YIELD, before[0], &last, e) != ERR_OK)
        return e->kind;
    const struct team_line line = {team->licence, team->holder, NULL, befores ? &last : NULL};
    enum err result = count == 0 ? give(w, &line, 0, e) : ERR_OK;
    for (int i = 0; result == ERR_OK && i < count; i++)
        result = give(w, &line, made[i], e);
    if (befores)
        row_done(&last);
    return result;
}

static enum err see_licence(void *arg, const struct row *licence, struct errctx *e)
{
    struct walk *w = arg;
    int64_t made[MOST_MADE];
    int count = 0;
    struct buf holder = {0};
    if (w->site_licence && w->site_licence != licence->id)
        return ERR_OK;
    if (find(w, MADE, licence->id, made, &count, e) != ERR_OK)
        return e->kind;
    enum standing standing = standing_of(&licence->record, w->day);
    bool due = (standing == STANDING_VALID || standing == STANDING_ENDS_SOON) &&
               standing_is_of_mining(store_codes(w->store), &licence->record);
    if (!due && count == 0)
        return ERR_OK;
    enum err result = put_holder(w, &licence->record, &holder, e);
    const struct team_line line = {.licence = licence, .holder = buf_str(&holder)};
    if (result == ERR_OK)
        result = give_all(w, &line, made, count, e);
    buf_done(&holder);
    return result;
}

enum err teams_each(struct store *s, int32_t day, const struct team_scope *scope,
                    enum err (*each)(void *arg, const struct team_line *line, struct errctx *e), void *arg,
                    struct errctx *e)
{
    struct walk w = {.store = s, .day = day, .each = each, .arg = arg};
    struct store_filter filter = {0};
    struct row site = {0};
    if (scope->cooperative) {
        filter.where[0].field = entity_field(&ENTITIES[ENTITY_LICENCE], "holder_coop");
        filter.where[0].number = scope->cooperative;
        filter.where_count = 1;
    }
    if (scope->site) {
        if (store_load(s, ENTITY_SITE, scope->site, &site, e) != ERR_OK)
            return e->kind;
        /* A site without licence has no team that must report: no licence has the id -1. */
        w.site_licence = record_has(&site.record, "licence") ? record_number(&site.record, "licence") : -1;
        row_done(&site);
    }
    return store_list(s, ENTITY_LICENCE, &filter, see_licence, &w, e);
}
