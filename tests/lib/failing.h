/*
 * Calls that fail: what is agreed between the library that stands in front of a program's others
 * (tests/lib/failing.c) and the driver that gives the orders (tests/crash/failing_run.c).
 *
 * The program stops where main would begin and waits for orders: for each it makes a child that runs, so that
 * loading it is paid once. Both sides see struct failing_told, a file in memory whose descriptor
 * FAILING_TOLD names; FAILING_ORDERS is a socket of messages, one byte from the driver for each run, struct
 * failing_message back.
 */
#ifndef ALLUVIA_TESTS_FAILING_H
#define ALLUVIA_TESTS_FAILING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    FAILING_MOST = 1 << 20 /* calls of one run that are recorded */
};

enum failing_kind {
    FAILING_NOTHING,
    FAILING_MEMORY, /* malloc, calloc, realloc, reallocarray */
    FAILING_CALLS   /* what reads, writes or changes files, sockets, the terminal, and what starts others */
};

struct failing_order {
    enum failing_kind kind;
    long at;       /* the number of the call, counted from 1 from where main begins; 0: none, only counted */
    bool on;       /* every call from then on */
    int number;    /* what failing calls leave in errno */
    char only[64]; /* ",flock,unlink,", of memory ",libcjson,": no others count; "": all do */
    bool record;   /* write down the place of each call */
    bool deep;     /* places are told apart by all callers */
    int waits;     /* the program tells the driver of its wait of this number; 0: of none */
    char keys[1024]; /* what is typed when it asks the terminal; "" when nobody sits there */
};

/* A place is where a call comes from: the functions of the program that are at work up to main, where the
 * last of them went into a library, and the three innermost functions. DEEP: all return addresses up to main.
 */
struct failing_told {
    struct failing_order order;
    atomic_long calls;                   /* of the kind that was asked for */
    uint64_t place;                      /* of the one that failed; 0: it never came to that */
    char name[56];                       /* of that call */
    atomic_bool of_curses;               /* memory that failed was asked for within curses */
    uint64_t recorded[FAILING_MOST + 1]; /* by number */
};

enum failing_word {
    FAILING_BEGUN, /* value: the process */
    FAILING_WAITS, /* it waits, for a client, a signal, or more keys than there are */
    FAILING_ENDED  /* value: its status, as waitpid has it */
};

struct failing_message {
    enum failing_word word;
    int value;
};

#endif
