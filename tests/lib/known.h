/*
 * A laptop's journal in a folder of its own, and the two devices of fixed seeds with which everything under
 * tests/data was made. That data was written by another program, from the documents alone: it holds the
 * formats still.
 */
#ifndef ALLUVIA_TESTS_KNOWN_H
#define ALLUVIA_TESTS_KNOWN_H

#include "schema/base/buf.h"
#include "schema/db/db.h"
#include "sync/journal/device.h"
#include "sync/journal/journal.h"

struct known {
    char folder[64];
    struct db *db;
    struct device me;       /* KMJE5V: seed 00 01 … 1f */
    struct device registry; /* 4P23PE: seed 20 21 … 3f */
    struct journal_head head;
};

enum {
    KNOWN_ENTRIES = 10 /* in tests/data/journal/entries.jsonl */
};

/* With an empty journal. */
void known_open(struct known *l);
/* Appends the entries of tests/data/journal/entries.jsonl as if they were written now. */
void known_fill(struct known *l);
/* Appends COUNT yields that differ, for what needs many. */
void known_add_yields(struct known *l, int count);
/* Removes the folder. */
void known_close(struct known *l);

void known_devices(struct device *me, struct device *registry);
/* Appends the file tests/data/NAME. */
void test_data(const char *name, struct buf *out);
/* The next line of TEXT at *AT (0 to begin with), as a string that the caller frees; NULL at the end. */
char *test_line(const struct buf *text, size_t *at);

#endif
