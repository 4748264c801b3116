/* An officer at a laptop on one day, in one language: what is typed, and what must be read then. */
#ifndef ALLUVIA_TESTS_DAY_H
#define ALLUVIA_TESTS_DAY_H

#include "app/common/language.h"
#include "tests/lib/laptop.h"
#include "tests/lib/office.h"
#include "tests/lib/screen.h"

struct day {
    struct office office;
    char folder[64];
    char db[96];
    char pin_file[96];
    const char *code; /* "fr" */
    enum lang lang;
    char mark;
    int32_t today; /* when it began */
    struct codes *codes;
    struct screen_test screen;
};

void day_wait_part(struct day *d, const char *before, const char *words);
/* What stands before the conversion in FORMAT. */
void day_wait_beginning(struct day *d, const char *format);
void day_wait_title(struct day *d, const char *words);
/* The day DAYS from today as it is typed here. */
const char *day_words(const struct day *d, int days, char out[LANGUAGE_DAY_BYTES]);
/* A number with the mark of the language. */
const char *day_number(const struct day *d, const char *plain, char out[32]);
const char *day_label_of(const struct day *d, const char *list, const char *code);
void day_wait_sheet(struct day *d, int reported, int all);
void day_go_list(struct day *d, enum entity_id of);
void day_back_to_today(struct day *d);
void day_wait_field(struct day *d, const struct entity *of, int field);
/* Pairs of field and value in the order of the form, NULL at the end; the focus stands on the first field. */
void day_fill(struct day *d, enum entity_id id, const char *const *values);
void day_begin_new(struct day *d, enum entity_id id);
void day_add(struct day *d, enum entity_id id, const char *const *values);
/* Every question of a rule gets the same answer. */
void day_answer_questions(struct day *d, const char *why, const char *done);

#endif
