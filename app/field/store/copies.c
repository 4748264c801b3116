#include "app/field/store/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/field/store/inside.h"
#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"

enum {
    MB = 1000 * 1000,
    DAY_S = 24 * 60 * 60,
    NUMBER_DIGITS = 10 /* of the largest number of an entry */
};

/* --- where */

struct place {
    char *folder; /* …/backups */
    char *prefix; /* "alluvia-7K4QXM-" */
};

static void place_init(struct place *p, const char *db_path, const char *code)
{
    char *real = realpath(db_path, NULL);
    char *for_folder = str_dup(real ? real : db_path);
    char *for_name = str_dup(real ? real : db_path);
    struct buf folder = {0};
    struct buf prefix = {0};
    file_join(&folder, dirname(for_folder), "backups");
    const char *name = basename(for_name);
    const char *dot = strrchr(name, '.');
    buf_put(&prefix, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
    buf_printf(&prefix, "-%s-", code);
    p->folder = buf_steal(&folder);
    p->prefix = buf_steal(&prefix);
    free(for_folder);
    free(for_name);
    free(real);
}

static void place_done(struct place *p)
{
    free(p->folder);
    free(p->prefix);
}

static char *path_of(const struct place *p, int64_t number)
{
    struct buf out = {0};
    buf_printf(&out, "%s/%s%0*" PRId64 ".db", p->folder, p->prefix, NUMBER_DIGITS, number);
    return buf_steal(&out);
}

/* --- which there are */

/* False for a file that is none of ours. */
static bool read_name(const struct place *p, const char *name, int64_t *out)
{
    size_t lead = strlen(p->prefix);
    if (strncmp(name, p->prefix, lead) != 0 || strlen(name) != lead + NUMBER_DIGITS + 3 ||
        strspn(name + lead, "0123456789") != NUMBER_DIGITS || strcmp(name + lead + NUMBER_DIGITS, ".db") != 0)
        return false;
    *out = strtoll(name + lead, NULL, 10);
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct copy *x = a;
    const struct copy *y = b;
    return (x->number < y->number) - (x->number > y->number);
}

static void add(struct copies *c, const struct place *p, int64_t number)
{
    struct stat st;
    struct copy copy = {.path = path_of(p, number), .number = number};
    if (stat(copy.path, &st) != 0 || !S_ISREG(st.st_mode)) {
        free(copy.path);
        return;
    }
    copy.at = st.st_mtim.tv_sec;
    c->rows = mem_resize(c->rows, c->count + 1, sizeof *c->rows);
    c->rows[c->count++] = copy;
}

static void list_in(const struct place *p, struct copies *out)
{
    *out = (struct copies){0};
    DIR *folder = opendir(p->folder);
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        int64_t number = 0;
        if (read_name(p, entry->d_name, &number))
            add(out, p, number);
    }
    (void)closedir(folder);
    if (out->count > 0)
        qsort(out->rows, out->count, sizeof *out->rows, newest_first);
}

void copies_list(const char *db_path, const char *code, struct copies *out)
{
    struct place p;
    place_init(&p, db_path, code);
    list_in(&p, out);
    place_done(&p);
}

void copies_done(struct copies *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->rows[i].path);
    free(c->rows);
    *c = (struct copies){0};
}

/* --- when */

static bool has_room(const char *db_path, int64_t size)
{
    struct statvfs disk;
    if (statvfs(db_path, &disk) != 0)
        return false;
    return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize >= size + (int64_t)COPIES_SPARE_MB * MB;
}

enum copy_due copies_due(struct store *s, int64_t now)
{
    struct copies c;
    struct stat st;
    copies_list(db_path(s->db), s->device.code, &c);
    const struct copy *newest = c.count > 0 ? &c.rows[0] : NULL;
    int64_t fresh = s->head.number - (newest ? newest->number : 0);
    /* Another day, not a later one: clocks go back. */
    bool due = fresh > 0 && (!newest || newest->at / DAY_S != now / DAY_S || fresh >= COPIES_DUE_ENTRIES);
    copies_done(&c);
    if (!due || stat(db_path(s->db), &st) != 0)
        return COPY_NOT_DUE;
    if (!has_room(db_path(s->db), st.st_size))
        return COPY_NO_ROOM;
    return st.st_size <= (int64_t)COPIES_QUICK_MB * MB ? COPY_DUE_QUICK : COPY_DUE_LONG;
}

/* --- making one */

static enum err check_copy(const char *path, struct errctx *e)
{
    struct db *copy = NULL;
    enum err result = db_open(path, DB_READ, &FIELD_DB, &copy, e);
    if (result == ERR_OK)
        result = db_check(copy, false, e);
    db_close(copy);
    return result;
}

static void remove_old(const struct place *p)
{
    struct copies c;
    list_in(p, &c);
    for (size_t i = COPIES_KEPT; i < c.count; i++)
        (void)unlink(c.rows[i].path);
    copies_done(&c);
}

/* Only what was read back and found sound gets the name of a copy. */
static enum err make_in(struct store *s, const struct place *p, struct errctx *e)
{
    char *path = path_of(p, s->head.number);
    struct buf fresh = {0};
    buf_printf(&fresh, "%s.new", path);
    (void)unlink(buf_str(&fresh));
    enum err result = db_backup(s->db, buf_str(&fresh), NULL, NULL, e);
    if (result == ERR_OK && check_copy(buf_str(&fresh), e) != ERR_OK)
        result = err_wrap(e, "automatic copy");
    if (result == ERR_OK && rename(buf_str(&fresh), path) != 0)
        result = err_errno(e, ERR_IO, errno, "rename \"%s\"", buf_str(&fresh));
    if (result == ERR_OK)
        remove_old(p);
    else
        (void)unlink(buf_str(&fresh));
    buf_done(&fresh);
    free(path);
    return result;
}

enum err copies_make(struct store *s, struct errctx *e)
{
    struct place p;
    int folder = -1;
    place_init(&p, db_path(s->db), s->device.code);
    enum err result = file_make_dirs(p.folder, e);
    if (result == ERR_OK && (folder = open(p.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        result = err_errno(e, ERR_IO, errno, "open \"%s\"", p.folder);
    if (result == ERR_OK && flock(folder, LOCK_EX | LOCK_NB) != 0)
        result = err_fail(e, ERR_BUSY, "somebody else makes a copy");
    if (result == ERR_OK)
        result = make_in(s, &p, e);
    if (folder >= 0)
        (void)close(folder);
    place_done(&p);
    return result;
}
