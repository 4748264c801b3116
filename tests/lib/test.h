/* cmocka with the headers that it needs in front, and the assertions that our tests share. */
#ifndef ALLUVIA_TESTS_TEST_H
#define ALLUVIA_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema/base/err.h"

/* Fails with the error's own words when CALL, which ends in `&e`, did not succeed. Needs a `struct errctx e`.
 */
#define assert_ok(call)                                                                                      \
    do {                                                                                                     \
        if ((call) != ERR_OK)                                                                                \
            fail_msg("%s: %s", #call, e.text);                                                               \
    } while (0)

/* CALL fails with KIND and its words contain TEXT. */
#define assert_err(call, expected, words)                                                                    \
    do {                                                                                                     \
        assert_int_equal((call), (expected));                                                                \
        if (!strstr(e.text, (words)))                                                                        \
            fail_msg("\"%s\" does not say \"%s\"", e.text, (words));                                         \
    } while (0)

#endif
