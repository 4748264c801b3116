/* Code lists, profile, thresholds and prices that the ministry replaced. */
#include "app/registry/store/feed.h"

static enum err keep(struct registry_store *s, const char *name, const char *text, int64_t now,
                     struct errctx *e)
{
    static const char sql[] = "INSERT INTO code_file (name, text, at) VALUES (:name, :text, :at) "
                              "ON CONFLICT (name) DO UPDATE SET text = excluded.text, at = excluded.at";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":name", name);
    stmt_bind_text(stmt, ":text", text);
    stmt_bind_int(stmt, ":at", now);
    return stmt_run(stmt, e);
}

enum err registry_store_replace_file(struct registry_store *s, const char *name, const char *text,
                                     int64_t now, struct errctx *e)
{
    if (codes_check_file(name, text, e) != ERR_OK || db_begin(s->db, e) != ERR_OK)
        return e->kind;
    feed_forget_place(s);
    enum err result = keep(s, name, text, now, e);
    if (result == ERR_OK)
        result = feed_tell_file(s, name, now, e);
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

enum err registry_store_code_files(struct registry_store *s,
                                   enum err (*each)(void *, const struct registry_code_file *,
                                                    struct errctx *),
                                   void *arg, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, "SELECT name, text, at FROM code_file ORDER BY name", &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct registry_code_file file = {
            .name = stmt_text(stmt, 0), .text = stmt_text(stmt, 1), .at = stmt_int(stmt, 2)};
        result = each(arg, &file, e);
    }
    stmt_done(stmt);
    return result;
}
