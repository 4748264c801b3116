/* A laptop that loses power: with three diggers, and what must hold of it whatever was cut. */
#ifndef ALLUVIA_TESTS_POWER_LAPTOP_H
#define ALLUVIA_TESTS_POWER_LAPTOP_H

#include "app/field/store/store.h"
#include "tests/lib/power.h"

#define POWER_MORNING INT64_C(1795426200) /* 2026-11-23, 09:30 UTC */

enum {
    POWER_BEFORE = 4, /* entries before each work: the device's, and three diggers */
};

/* The laptop's database in FOLDER, and a file beside it. */
struct power_place {
    char db[128];
    char other[128];
};
struct power_place power_place(const char *folder, const char *other);

enum err power_add_digger(struct store *s, int number, struct errctx *e);
enum err power_check_sound(struct store *s, struct errctx *e);
/* Sound, and LEAST … MOST entries behind those from before. */
enum err power_check_entries(const char *path, int64_t least, int64_t most, struct errctx *e);

/* Of a struct power_case: a laptop with its diggers; the journal to the byte, whose chain says all of it. */
void power_make_laptop(const char *folder, void *arg);
enum err power_end_chain(const char *folder, void *arg, char out[POWER_END_BYTES], struct errctx *e);

#endif
