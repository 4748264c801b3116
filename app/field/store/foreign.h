/* What came through the feed, for the files of the store. */
#ifndef ALLUVIA_FIELD_STORE_FOREIGN_H
#define ALLUVIA_FIELD_STORE_FOREIGN_H

#include "app/field/store/inside.h"

struct foreign {
    int64_t address;
    int64_t record;
    int64_t behind;   /* this laptop's newest entry when it came */
    int64_t known_at; /* the registry's instant of hearing of it */
    int64_t turn;     /* its place among the entries of others */
};

/* What a told entry does to rows, index and decisions. */
MUST_CHECK enum err foreign_project(struct db *db, const struct foreign *told, const struct entry *entry,
                                    struct errctx *e);

/* A walk through the told entries beside one through the journal: _to projects those that came before entry
 * NUMBER was written into the database of MOMENT, which it moves on. TWINS are of that moment. One walk at a
 * time; _end also after a failure. */
struct foreign_walk {
    struct db *from;
    struct stmt *stmt;
    bool row;
};
MUST_CHECK enum err foreign_walk_begin(struct foreign_walk *w, struct db *from, struct errctx *e);
MUST_CHECK enum err foreign_walk_to(struct foreign_walk *w, int64_t number, struct moment *moment,
                                    struct twins *twins, struct errctx *e);
void foreign_walk_end(struct foreign_walk *w);

/* Puts the files that the registry replaced over the program's own; OUT_HASH is theirs. CODES NULL: the hash
 * alone. */
MUST_CHECK enum err foreign_load_files(struct db *db, struct codes *codes, uint8_t out_hash[CHAIN_BYTES],
                                       struct errctx *e);

#endif
