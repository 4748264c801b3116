/* A code list, profile or table that a registry sends: the first line is its name, the rest the file. What is
 * taken can be asked as the program's own can. */
#include <stdlib.h>
#include <string.h>

#include "schema/codes/codes.h"
#include "tests/fuzz/fuzz.h"

static void ask(const char *name, const char *text)
{
    struct codes *codes = NULL;
    const struct code_list *list = NULL;
    const char *source = NULL;
    int64_t price = 0;
    struct errctx e;
    FUZZ_EXPECT(codes_new("SL", &codes, &e) == ERR_OK);
    codes_replace(codes, name, text);
    if (codes_list(codes, name, &list, &e) == ERR_OK) {
        for (size_t i = 0; i < code_list_count(list); i++) {
            const struct code *code = code_list_at(list, i);
            FUZZ_EXPECT(code->code && code_list_find(list, code->code) != NULL);
            (void)code_is_valid_on(code, "2026-11-23");
        }
    }
    (void)codes_profile(codes, "currency");
    (void)codes_threshold(codes, "stone_least");
    (void)codes_price(codes, "SL-E-KONO", "2026-11-23", &price, &source);
    codes_free(codes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *name = str_dup_len((const char *)data, len);
    char *text = strchr(name, '\n');
    struct errctx e;
    if (text) {
        *text++ = '\0';
        enum err result = codes_check_file(name, text, &e);
        FUZZ_EXPECT(result == ERR_OK || result == ERR_INVALID);
        if (result == ERR_OK)
            ask(name, text);
    }
    free(name);
    return 0;
}
