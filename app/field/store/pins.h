/*
 * PINs of officers. They protect a laptop that several people share from each other, and little more: who has
 * the disk reads the records without any PIN.
 *
 * A PIN has four to twelve digits, so no hash alone would keep it from somebody who can try all of them. It
 * is therefore keyed with a secret that lies in a file of its own beside the database (PATH with ".pin" for
 * its ending, mode 0600), before Argon2id makes each try dear: a database or a backup on a stick tells
 * nothing about PINs that people use elsewhere too. Nothing about a PIN but that it was set or cleared ever
 * leaves the laptop.
 *
 * Wrong tries are counted in the database before they are judged, so that neither ending the program nor
 * several programs at once give more of them. From the third on the next has to wait: 5 s, doubling, at most
 * 15 min. The wait is measured by the time since the machine was started, which nobody can set; after another
 * start it begins anew.
 */
#ifndef ALLUVIA_FIELD_PINS_H
#define ALLUVIA_FIELD_PINS_H

#include "app/field/store/officers.h"

enum {
    PIN_LEAST_DIGITS = 4,
    PIN_MOST_DIGITS = 12,
    OFFICER_PIN_BYTES = PIN_MOST_DIGITS + 1,
    /* Argon2id with 32 MiB in 4 passes: a fourteenth of a second on a machine of today, about one on the
     * oldest laptops, and memory that one of 1 GB can spare beside a desktop. libsodium's own choices (64 and
     * 256 MiB) may not fit there, and a sign-in that fails for want of memory locks people out. */
    PIN_MEMORY_BYTES = 32 * 1024 * 1024,
    PIN_PASSES = 4,
    PIN_FREE_TRIES = 2,
    PIN_FIRST_WAIT_S = 5,
    PIN_MOST_WAIT_S = 15 * 60,
    PIN_PASS_S = 60,
    PIN_UNCOUNTED_PAUSE_S = 3, /* each try, where a full or read-only disk takes no count */
};

/* Now, by the machine's start. */
struct pin_clock {
    char boot[40]; /* names the start; "" when the system does not */
    int64_t up_s;
};
struct pin_clock pin_clock_now(void);
/* What the next try has to wait after so many wrong ones, the last of them at THEN. */
int64_t pin_wait_s(int64_t wrong, const struct pin_clock *then, const struct pin_clock *now);

/* Digits, enough of them, and none of those that everybody tries: all alike, in a row (1234, 9876), or a pair
 * again and again (1212). ERR_INVALID, never with the PIN in its words. */
MUST_CHECK enum err pin_check(const char *pin, struct errctx *e);

/* Has any active officer a PIN? Then people sign in. */
MUST_CHECK enum err pins_guarded(struct store *s, bool *out, struct errctx *e);

/*
 * Is it this officer's PIN? ERR_DENIED: no, and *WAIT_S is what the next try has to wait; ERR_BUSY: not
 * judged, *WAIT_S are still to be waited; ERR_CONFIG: it was set on another laptop, from which this database
 * was restored. An officer without a PIN passes.
 */
MUST_CHECK enum err pins_try(struct store *s, const struct officer *officer, const char *pin,
                             const struct pin_clock *now, int64_t *out_wait_s, struct errctx *e);
/* What has to be waited before the next try. */
MUST_CHECK enum err pins_wait(struct store *s, int64_t officer, const struct pin_clock *now, int64_t *out_s,
                              struct errctx *e);

/*
 * Sets an officer's PIN, or with NULL clears it, and writes the entry that says so. One's own, or an admin
 * anybody's: ERR_DENIED. ACCOUNT, when not NULL, takes the way back of a forgotten PIN: the operating
 * system's account, which the caller has checked, stands in the entry instead of an officer. ERR_INVALID:
 * pin_check.
 */
MUST_CHECK enum err pins_set(struct store *s, int64_t officer, const char *pin, const struct author *by,
                             const char *account, struct errctx *e);

/*
 * A pass: the word of this process that LOGIN has signed in here, for a command that it starts. It holds for
 * PIN_PASS_S seconds, in children of this process alone, and is made with the secret beside the database: who
 * can read that needs no pass. Appends it.
 */
#define PIN_PASS_NAME "ALLUVIA_PASS" /* where it stands in the environment of the command */
MUST_CHECK enum err pins_pass(struct store *s, const char *login, struct buf *out, struct errctx *e);
bool pins_pass_holds(struct store *s, const char *login, const char *pass);

#endif
