#include "schema/db/postgres/parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The number of the parameter NAME, which gets the next one when it is new. */
static int number_of(struct pg_stmt *s, const char *name, size_t len)
{
    for (int i = 0; i < s->count; i++) {
        if (s->names[i] && strncmp(s->names[i], name, len) == 0 && s->names[i][len] == '\0')
            return i + 1;
    }
    s->names = mem_resize(s->names, (size_t)s->count + 1, sizeof *s->names);
    s->names[s->count++] = str_dup_len(name, len);
    return s->count;
}

static void count_to(struct pg_stmt *s, int number)
{
    if (number <= s->count)
        return;
    s->names = mem_resize(s->names, (size_t)number, sizeof *s->names);
    while (s->count < number)
        s->names[s->count++] = NULL;
}

/* What stands between quotes is left alone. A statement uses names or numbers, not both. */
void pg_translate(struct pg_stmt *s, const char *sql)
{
    struct buf out = {0};
    bool quoted = false;
    while (*sql) {
        size_t len = 1;
        while ((*sql == ':' || *sql == '?') && is_word(sql[len]))
            len++;
        if (quoted || len == 1) {
            quoted ^= *sql == '\'';
            buf_putc(&out, *sql++);
            continue;
        }
        int number = *sql == ':' ? number_of(s, sql, len) : (int)strtol(sql + 1, NULL, 10);
        count_to(s, number);
        buf_printf(&out, "$%d", number);
        sql += len;
    }
    s->text = buf_steal(&out);
    s->values = mem_zero((size_t)s->count + 1, sizeof *s->values);
}
