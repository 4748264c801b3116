#include "app/field/store/salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "schema/record/ident.h"

/* The numbers are of SQLite's file format (sqlite.org/fileformat2.html). */
enum {
    USUAL_PAGE = 4096,
    LEAST_PAGE = 512,
    MOST_PAGE = 65536,
    HEADER_OF_FILE = 100, /* in front of page 1 */
    HEADER_OF_LEAF = 8,
    LOG_HEADER = 32,
    FRAME_HEADER = 24,
    CHAIN_SERIAL = 2 * CHAIN_BYTES + 12 /* serial type of a blob of that length */
};

struct loaded {
    uint8_t *bytes; /* NULL: no such file, or an empty one; owned */
    size_t len;
};

/* Where a page stands in the log. */
struct frame {
    uint32_t number;
    size_t at; /* of the page itself */
};

struct scan {
    struct loaded db;
    struct loaded wal;
    size_t page;          /* bytes of a page */
    struct frame *frames; /* by number, and the newest of each number last; owned */
    size_t frame_count;
    struct buf payload;
    enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e);
    void *arg;
};

/* A block that the disk cannot give any more counts as zeros. */
static void read_blocks(int fd, uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t block = len - at < USUAL_PAGE ? len - at : USUAL_PAGE;
        ssize_t n = pread(fd, bytes + at, block, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < (ssize_t)block)
            memset(bytes + at + (n > 0 ? n : 0), 0, block - (size_t)(n > 0 ? n : 0));
        at += block;
    }
}

static enum err load_file(const char *path, struct loaded *out, struct errctx *e)
{
    struct stat st;
    *out = (struct loaded){0};
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return !path || errno == ENOENT ? ERR_OK : err_errno(e, ERR_IO, errno, "read \"%s\"", path);
    enum err result = ERR_OK;
    if (fstat(fd, &st) != 0) {
        result = err_errno(e, ERR_IO, errno, "read \"%s\"", path);
    } else if (st.st_size > 0) {
        *out = (struct loaded){.bytes = mem_alloc((size_t)st.st_size), .len = (size_t)st.st_size};
        read_blocks(fd, out->bytes, out->len);
    }
    (void)close(fd);
    return result;
}

static void unload(struct loaded *m)
{
    free(m->bytes);
    *m = (struct loaded){0};
}

static uint32_t big(const uint8_t *p, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | p[i];
    return value;
}

static bool is_page_size(size_t size)
{
    return size >= LEAST_PAGE && size <= MOST_PAGE && (size & (size - 1)) == 0;
}

/* From the file's header, else the log's, else what SQLite takes by itself. */
static size_t find_page_size(const struct scan *s)
{
    size_t size = 0;
    if (s->db.len >= HEADER_OF_FILE && memcmp(s->db.bytes, "SQLite format 3", 16) == 0) {
        size = big(s->db.bytes + 16, 2);
        size = size == 1 ? MOST_PAGE : size;
    }
    if (!is_page_size(size) && s->wal.len >= LOG_HEADER)
        size = big(s->wal.bytes + 8, 4);
    return is_page_size(size) ? size : USUAL_PAGE;
}

/* --- one cell */

/* Bytes that it took; 0: it goes beyond END. */
static size_t varint(const uint8_t *p, const uint8_t *end, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < 9; i++) {
        if (p + i >= end)
            return 0;
        if (i == 8) {
            *out = *out << 8 | p[i];
            return 9;
        }
        *out = *out << 7 | (p[i] & 0x7F);
        if (!(p[i] & 0x80))
            return i + 1;
    }
    return 0;
}

/* What of a payload lies in the cell itself. */
static size_t local_bytes(size_t page, size_t payload)
{
    size_t most = page - 35;
    size_t least = (page - 12) * 32 / 255 - 23;
    size_t kept = least + (payload - least) % (page - 4);
    if (payload <= most)
        return payload;
    return kept <= most ? kept : least;
}

static int by_number(const void *a, const void *b)
{
    const struct frame *x = a;
    const struct frame *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Entries with overflow pages look for many of them in a log that may be large. */
static void index_log(struct scan *s)
{
    size_t step = FRAME_HEADER + s->page;
    size_t room = s->wal.len > LOG_HEADER ? (s->wal.len - LOG_HEADER) / step : 0;
    if (room == 0)
        return;
    s->frames = mem_alloc(room * sizeof *s->frames);
    for (size_t at = LOG_HEADER; s->frame_count < room; at += step)
        s->frames[s->frame_count++] = (struct frame){big(s->wal.bytes + at, 4), at + FRAME_HEADER};
    qsort(s->frames, s->frame_count, sizeof *s->frames, by_number);
}

/* The newest copy of a page that the log holds; NULL without one. */
static const uint8_t *page_of_log(const struct scan *s, uint32_t number)
{
    size_t low = 0;
    size_t high = s->frame_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->frames[middle].number <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && s->frames[low - 1].number == number ? s->wal.bytes + s->frames[low - 1].at : NULL;
}

static const uint8_t *page_of_db(const struct scan *s, uint32_t number)
{
    size_t at = ((size_t)number - 1) * s->page;
    return number > 0 && at + s->page <= s->db.len ? s->db.bytes + at : NULL;
}

/* Follows the chain of overflow pages from NEXT on. */
static bool take_overflow(struct scan *s, uint32_t next, size_t all, bool from_log)
{
    while (s->payload.len < all) {
        const uint8_t *page = from_log ? page_of_log(s, next) : NULL;
        if (!page)
            page = page_of_db(s, next);
        if (!page)
            return false;
        size_t left = all - s->payload.len;
        buf_put(&s->payload, page + 4, left < s->page - 4 ? left : s->page - 4);
        next = big(page, 4);
    }
    return true;
}

/* A row of `journal`: NULL for the number, which is the row's own, a text, and a chain value. */
static enum err take_payload(struct scan *s, uint64_t rowid, struct errctx *e)
{
    const uint8_t *p = (const uint8_t *)s->payload.data;
    const uint8_t *end = p + s->payload.len;
    uint64_t header = 0;
    uint64_t types[3] = {0};
    size_t at = varint(p, end, &header);
    size_t n = at;
    for (int i = 0; i < 3 && n > 0; i++) {
        n = varint(p + at, end, &types[i]);
        at += n;
    }
    if (n == 0 || header != at || types[0] != 0 || types[1] < 13 || types[1] % 2 == 0 ||
        types[2] != CHAIN_SERIAL)
        return ERR_OK;
    size_t len = (size_t)(types[1] - 13) / 2;
    if (len > ENTRY_MAX_BYTES || at + len + CHAIN_BYTES != s->payload.len)
        return ERR_OK;
    struct chain chain;
    memcpy(chain.value, p + at + len, CHAIN_BYTES);
    char *bytes = str_dup_len((const char *)p + at, len);
    const struct journal_line line = {.number = (int64_t)rowid, .bytes = bytes, .len = len, .chain = &chain};
    enum err result = strncmp(bytes, "{\"at\":", 6) == 0 ? s->each(s->arg, &line, e) : ERR_OK;
    free(bytes);
    return result;
}

static enum err try_cell(struct scan *s, const uint8_t *cell, const uint8_t *end, struct errctx *e)
{
    uint64_t size = 0;
    uint64_t rowid = 0;
    size_t n = varint(cell, end, &size);
    if (n == 0 || size < CHAIN_BYTES + 4 || size > ENTRY_MAX_BYTES + 64)
        return ERR_OK;
    cell += n;
    n = varint(cell, end, &rowid);
    if (n == 0 || rowid == 0 || rowid > IDENT_MAX_NUMBER)
        return ERR_OK;
    cell += n;
    size_t local = local_bytes(s->page, (size_t)size);
    bool spills = local < size;
    if (cell + local + (spills ? 4 : 0) > end)
        return ERR_OK;
    /* Both ways when there are two: the chain tells which is right. */
    for (int from_log = 0; from_log <= (spills && s->wal.len > 0 ? 1 : 0); from_log++) {
        buf_clear(&s->payload);
        buf_put(&s->payload, cell, local);
        if (spills && !take_overflow(s, big(cell + local, 4), (size_t)size, from_log))
            continue;
        if (take_payload(s, rowid, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* --- pages */

/* The count of cells and the kind of page are not asked: they may be what was damaged. */
static enum err scan_page(struct scan *s, const uint8_t *page, size_t len, struct errctx *e)
{
    for (size_t at = HEADER_OF_LEAF; at + 2 <= len; at += 2) {
        size_t cell = big(page + at, 2);
        if (cell >= HEADER_OF_LEAF && cell < len && try_cell(s, page + cell, page + len, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err scan_all(struct scan *s, struct errctx *e)
{
    /* Page 1 holds the schema. A file that was cut off has a last page that is not whole. */
    for (size_t at = 0; at < s->db.len; at += s->page) {
        size_t left = s->db.len - at;
        if (scan_page(s, s->db.bytes + at, left < s->page ? left : s->page, e) != ERR_OK)
            return e->kind;
    }
    for (size_t at = LOG_HEADER; at + FRAME_HEADER < s->wal.len; at += FRAME_HEADER + s->page) {
        size_t left = s->wal.len - at - FRAME_HEADER;
        if (scan_page(s, s->wal.bytes + at + FRAME_HEADER, left < s->page ? left : s->page, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err salvage_entries(const char *db_path, const char *wal_path,
                         enum err (*each)(void *arg, const struct journal_line *line, struct errctx *e),
                         void *arg, struct errctx *e)
{
    struct scan s = {.each = each, .arg = arg};
    enum err result = load_file(db_path, &s.db, e);
    if (result == ERR_OK)
        result = load_file(wal_path, &s.wal, e);
    s.page = find_page_size(&s);
    if (result == ERR_OK) {
        index_log(&s);
        result = scan_all(&s, e);
    }
    free(s.frames);
    unload(&s.db);
    unload(&s.wal);
    buf_done(&s.payload);
    return result;
}

/* --- the log */

/* SQLite's checksum over words of the byte order that the log's magic number names. */
static void add_checksum(const uint8_t *p, size_t len, bool big_endian, uint32_t sum[2])
{
    for (size_t i = 0; i + 8 <= len; i += 8) {
        uint32_t words[2];
        for (int w = 0; w < 2; w++) {
            const uint8_t *b = p + i + 4 * w;
            words[w] = big_endian ? big(b, 4)
                                  : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
        }
        sum[0] += words[0] + sum[1];
        sum[1] += words[1] + sum[0];
    }
}

static bool is_of_round(const struct loaded *m, const uint8_t *frame)
{
    return memcmp(frame + 8, m->bytes + 16, 8) == 0;
}

/* SUM is that of everything before FRAME, and becomes that of FRAME too; false: FRAME says another one. */
static bool continues(const uint8_t *frame, size_t page, bool big_endian, uint32_t sum[2])
{
    add_checksum(frame, 8, big_endian, sum);
    add_checksum(frame + FRAME_HEADER, page, big_endian, sum);
    return sum[0] == big(frame + 16, 4) && sum[1] == big(frame + 20, 4);
}

/* Whether FRAME, of this round, goes on from the frame before it as that one was written. */
static bool follows(const struct loaded *m, const uint8_t *before, const uint8_t *frame, size_t page,
                    bool big_endian)
{
    uint32_t sum[2] = {big(before + 16, 4), big(before + 20, 4)};
    return is_of_round(m, frame) && continues(frame, page, big_endian, sum);
}

static bool is_repeated(const uint8_t *commit, const uint8_t *frame, size_t page)
{
    return memcmp(frame, commit, 8) == 0 && memcmp(frame + FRAME_HEADER, commit + FRAME_HEADER, page) == 0;
}

/*
 * What stands behind the valid part, from AT on. A commit of this round that another frame follows was safe
 * before that one was written. Without such a frame it may be of a transaction that never was safe: of the
 * last one, or of one that a power cut before took only the beginning of, and that lies there since. In such
 * a one the mark of a commit may be a sector of an older round: then frames of older rounds lie before it,
 * and it does not follow the frame in front of it. SQLite may repeat the last frame of a transaction to the
 * end of a sector.
 */
static enum salvage_log judge_rest(const struct loaded *m, size_t at, size_t page, bool big_endian)
{
    const uint8_t *before = NULL;
    bool whole = true;    /* nothing of an older round so far */
    bool commits = false; /* BEFORE does */
    for (; at + FRAME_HEADER + page <= m->len; at += FRAME_HEADER + page) {
        const uint8_t *frame = m->bytes + at;
        bool next = before && follows(m, before, frame, page, big_endian);
        if (commits && next && !is_repeated(before, frame, page))
            return LOG_DAMAGED;
        whole = whole && is_of_round(m, frame);
        commits = is_of_round(m, frame) && big(frame + 4, 4) != 0 && (next || whole);
        before = is_of_round(m, frame) ? frame : NULL;
    }
    return LOG_TORN;
}

static enum salvage_log judge_frames(const struct loaded *m, size_t page, bool big_endian, uint32_t sum[2])
{
    bool committed = true;
    for (size_t at = LOG_HEADER; at < m->len; at += FRAME_HEADER + page) {
        const uint8_t *frame = m->bytes + at;
        if (at + FRAME_HEADER + page > m->len)
            return LOG_TORN;
        bool same_round = is_of_round(m, frame);
        if (!continues(frame, page, big_endian, sum) || !same_round) {
            enum salvage_log rest = judge_rest(m, at, page, big_endian);
            /* Frames of an old round are what a log often ends with. */
            return rest == LOG_DAMAGED || same_round ? rest : committed ? LOG_WHOLE : LOG_TORN;
        }
        committed = big(frame + 4, 4) != 0;
    }
    return committed ? LOG_WHOLE : LOG_TORN;
}

static enum salvage_log judge_log(const struct loaded *m)
{
    uint32_t magic = m->len >= LOG_HEADER ? big(m->bytes, 4) : 0;
    size_t page = magic ? big(m->bytes + 8, 4) : 0;
    bool big_endian = magic & 1;
    uint32_t sum[2] = {0};
    if ((magic & ~1U) != 0x377F0682 || !is_page_size(page))
        return m->len > LOG_HEADER + 2 * (FRAME_HEADER + USUAL_PAGE) ? LOG_DAMAGED : LOG_TORN;
    add_checksum(m->bytes, 24, big_endian, sum);
    if (sum[0] != big(m->bytes + 24, 4) || sum[1] != big(m->bytes + 28, 4))
        return judge_rest(m, LOG_HEADER, page, big_endian);
    return judge_frames(m, page, big_endian, sum);
}

enum salvage_log salvage_log_state(const char *wal_path)
{
    struct loaded m;
    struct errctx e;
    if (load_file(wal_path, &m, &e) != ERR_OK)
        return LOG_DAMAGED;
    enum salvage_log state = m.len == 0 ? LOG_WHOLE : judge_log(&m);
    unload(&m);
    return state;
}
