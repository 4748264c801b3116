/*
 * Tries the files of a corpus again, and random changes of them: the fuzz program without a fuzzer, for every
 * run of the tests. The changes follow from a seed, so that what failed fails again:
 *
 *   replay FOLDER [CHANGES [SEED]]      CHANGES of each file (default 40)
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/demo/chance.h"
#include "schema/base/file.h"
#include "tests/fuzz/fuzz.h"

enum {
    MOST_FILES = 4096,
    MOST_BYTES = 1 << 20
};

struct corpus {
    struct buf files[MOST_FILES];
    int count;
};

static void read_file(struct corpus *c, const char *folder, const char *name)
{
    struct buf path = {0};
    struct errctx e;
    file_join(&path, folder, name);
    if (c->count == MOST_FILES || file_read(buf_str(&path), MOST_BYTES, &c->files[c->count], &e) != ERR_OK) {
        (void)fprintf(stderr, "replay: %s cannot be read\n", buf_str(&path));
        exit(74);
    }
    c->count++;
    buf_done(&path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_corpus(struct corpus *c, const char *folder)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.')
            read_file(c, folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

static size_t place(struct chance *c, size_t len)
{
    return len ? (size_t)chance_below(c, (int)len) : 0;
}

/* One of what transmission, editors and attackers do to bytes. */
static void change(struct buf *bytes, struct chance *c, const struct buf *other)
{
    size_t at = place(c, bytes->len);
    size_t end = at + place(c, bytes->len - at);
    struct buf out = {0};
    buf_put(&out, bytes->data, at);
    switch (chance_below(c, 6)) {
    case 0: /* a bit turns */
        if (at < bytes->len)
            buf_putc(&out, (char)(bytes->data[at] ^ (1 << chance_below(c, 8))));
        end = at + 1;
        break;
    case 1: /* a piece is lost */
        break;
    case 2: /* a piece comes twice */
        buf_put(&out, bytes->data + at, end - at);
        end = at;
        break;
    case 3: /* a strange byte comes in */
        buf_putc(&out, (char)chance_below(c, 256));
        end = at;
        break;
    case 4: /* a piece of another file */
        if (other->len) {
            size_t from = place(c, other->len);
            buf_put(&out, other->data + from, place(c, other->len - from));
        }
        end = at;
        break;
    default: /* cut off */
        end = bytes->len;
        break;
    }
    if (end < bytes->len)
        buf_put(&out, bytes->data + end, bytes->len - end);
    buf_done(bytes);
    *bytes = out;
}

static void try(const struct buf *bytes)
{
    /* Exactly as long as it is, so that reading behind the end is seen. */
    uint8_t *copy = malloc(bytes->len ? bytes->len : 1);
    if (!copy)
        abort();
    if (bytes->len)
        memcpy(copy, bytes->data, bytes->len);
    (void)LLVMFuzzerTestOneInput(copy, bytes->len);
    free(copy);
}

int main(int argc, char **argv)
{
    static struct corpus corpus;
    long changes = argc > 2 ? strtol(argv[2], NULL, 10) : 40;
    struct chance chance = {argc > 3 ? strtoull(argv[3], NULL, 10) : 1};
    if (argc < 2) {
        (void)fprintf(stderr, "usage: replay FOLDER [CHANGES [SEED]]\n");
        return 64;
    }
    read_corpus(&corpus, argv[1]);
    if (corpus.count == 0) {
        (void)fprintf(stderr, "replay: %s holds no file\n", argv[1]);
        return 66;
    }
    for (int i = 0; i < corpus.count; i++) {
        try(&corpus.files[i]);
        for (long k = 0; k < changes; k++) {
            struct buf changed = {0};
            buf_put(&changed, corpus.files[i].data, corpus.files[i].len);
            for (int times = 1 + chance_below(&chance, 4); times > 0; times--)
                change(&changed, &chance, &corpus.files[chance_below(&chance, corpus.count)]);
            try(&changed);
            buf_done(&changed);
        }
    }
    printf("%d files, each as it is and changed %ld times\n", corpus.count, changes);
    for (int i = 0; i < corpus.count; i++)
        buf_done(&corpus.files[i]);
    return 0;
}
