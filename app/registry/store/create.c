/* Making a registry. */
#include "app/registry/store/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/base/text.h"
#include "schema/db/postgres/postgres.h"
#include "schema/registry/postgres/registry_postgres.h"
#include "schema/registry/registry_schema.h"

/* What is to be made, and where it takes its name last. */
struct making {
    struct places places;
    const char *url; /* NULL: SQLite */
    const char *unfinished;
    const char *finished;
    const char *country;
    const char *name;
    bool training;
    bool written; /* the identity stands in the database */
};

static bool is_there(const struct buf *path)
{
    struct stat st;
    return lstat(buf_str(path), &st) == 0;
}

static void remove_new(const struct places *p)
{
    db_remove(buf_str(&p->new_db));
    (void)unlink(buf_str(&p->new_store));
}

/* What is unfinished is there before the key, and takes its name last: a key beside it is of an attempt that
 * was cut off, a key without anything may be all that is left of a registry. */
static enum err clear_the_way(const struct places *p, struct errctx *e)
{
    const struct buf *const finished[] = {&p->db, &p->store};
    for (size_t i = 0; i < sizeof finished / sizeof finished[0]; i++) {
        if (is_there(finished[i]))
            return err_fail(e, ERR_EXISTS, "\"%s\" exists already", buf_str(finished[i]));
    }
    if (is_there(&p->key) && !is_there(&p->new_db) && !is_there(&p->new_store))
        return err_fail(e, ERR_EXISTS, "\"%s\" exists already: it is the key of another registry",
                        buf_str(&p->key));
    remove_new(p);
    return ERR_OK;
}

/* --- the identity */

/* A server may hold a registry that this folder knows nothing of; one that has our key is of an attempt that
 * was cut off. */
static enum err clear_identity(struct db *db, const struct device *device, struct errctx *e)
{
    struct stmt *stmt = NULL;
    uint8_t key[KEY_BYTES];
    bool row = false;
    if (db_prepare(db, "SELECT key FROM identity", &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        column_bytes(stmt, 0, key, sizeof key);
    stmt_done(stmt);
    if (!row)
        return ERR_OK;
    if (memcmp(key, device->key, KEY_BYTES) != 0)
        return err_fail(e, ERR_EXISTS, "the database holds a registry already");
    return db_exec(db, "DELETE FROM identity", e);
}

static enum err insert_identity(struct db *db, const struct device *device, const struct making *m,
                                struct errctx *e)
{
    static const char sql[] = "INSERT INTO identity (one, name, country, key, incarnation, training) "
                              "VALUES (1, :name, :country, :key, :incarnation, :training)";
    struct stmt *stmt = NULL;
    uint8_t random[(INCARNATION_BYTES - 1) / 2];
    char incarnation[INCARNATION_BYTES];
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    randombytes_buf(random, sizeof random);
    hex_put(random, sizeof random, incarnation);
    stmt_bind_text(stmt, ":name", m->name);
    stmt_bind_text(stmt, ":country", m->country);
    stmt_bind_blob(stmt, ":key", device->key, KEY_BYTES);
    stmt_bind_text(stmt, ":incarnation", incarnation);
    stmt_bind_int(stmt, ":training", m->training);
    return stmt_run(stmt, e);
}

static enum err write_identity(struct db *db, const struct device *device, struct making *m, struct errctx *e)
{
    if (db_begin(db, e) != ERR_OK)
        return e->kind;
    enum err result = clear_identity(db, device, e);
    if (result == ERR_OK)
        result = insert_identity(db, device, m, e);
    if (result == ERR_OK)
        result = db_commit(db, e);
    db_rollback(db);
    m->written = result == ERR_OK;
    return result;
}

/* --- the files */

static enum err open_new(const struct making *m, struct db **out, struct errctx *e)
{
    if (!m->url)
        return db_open(m->unfinished, DB_CREATE, &REGISTRY_DB, out, e);
    struct buf line = {0};
    buf_printf(&line, "%s\n", m->url);
    enum err result = file_write(m->unfinished, line.data, line.len, 0600, e);
    buf_done(&line);
    return result == ERR_OK ? postgres_open(m->url, DB_CREATE, &REGISTRY_POSTGRES, out, e) : result;
}

static enum err make_key(const struct places *p, struct device *out, struct errctx *e)
{
    return is_there(&p->key) ? device_load(buf_str(&p->key), out, e)
                             : device_create(buf_str(&p->key), out, e);
}

/* The disk may refuse to make sure of a name that stands there already: without its key nobody could use
 * that, nor make another. */
static void take_back(struct making *m)
{
    remove_new(&m->places);
    if (unlink(m->finished) == 0 || errno == ENOENT)
        (void)unlink(buf_str(&m->places.key));
}

static enum err make(struct making *m, struct errctx *e)
{
    struct db *db = NULL;
    struct device device = {0};
    enum err result = open_new(m, &db, e);
    if (result == ERR_OK)
        result = make_key(&m->places, &device, e);
    if (result == ERR_OK)
        result = write_identity(db, &device, m, e);
    if (result == ERR_OK)
        result = db_settle(db, e);
    db_close(db);
    device_done(&device);
    if (result == ERR_OK)
        result = file_put_in_place(m->unfinished, m->finished, e);
    /* What the server took stays with its key: the next attempt goes on from there. */
    if (result != ERR_OK && !(m->written && m->url))
        take_back(m);
    return result;
}

static enum err create_in(const char *folder, struct making *m, struct errctx *e)
{
    struct places *p = &m->places;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, errno, "open \"%s\"", folder);
    places_init(p, folder);
    m->unfinished = buf_str(m->url ? &p->new_store : &p->new_db);
    m->finished = buf_str(m->url ? &p->store : &p->db);
    enum err result = ERR_OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        result = err_fail(e, ERR_BUSY, "another program makes a registry in \"%s\"", folder);
    if (result == ERR_OK)
        result = clear_the_way(p, e);
    if (result == ERR_OK)
        result = make(m, e);
    places_done(p);
    close(fd);
    return result;
}

enum err registry_store_create(const char *folder, const char *url, const char *country, const char *name,
                               bool training, struct errctx *e)
{
    struct codes *codes = NULL;
    struct buf clean = {0};
    if (url && !postgres_is_url(url))
        return err_fail(e, ERR_INVALID, "store \"%s\": is no address that begins with postgresql://", url);
    if (device_module_init(e) != ERR_OK || codes_new(country, &codes, e) != ERR_OK)
        return e->kind;
    enum err result = text_clean(&clean, name, false, REGISTRY_NAME_BYTES / 2, e);
    if (result == ERR_OK && (clean.len == 0 || clean.len >= REGISTRY_NAME_BYTES))
        result = err_fail(e, ERR_INVALID, "must have 1 to %d bytes", REGISTRY_NAME_BYTES - 1);
    if (result != ERR_OK)
        (void)err_wrap(e, "name");
    if (result == ERR_OK)
        result = file_make_dirs(folder, e);
    struct making m = {
        .url = url, .country = codes_country(codes), .name = buf_str(&clean), .training = training};
    if (result == ERR_OK)
        result = create_in(folder, &m, e);
    buf_done(&clean);
    codes_free(codes);
    return result;
}
