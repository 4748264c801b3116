#include "app/field/tui/keys.h"

#include <string.h>

#include "app/common/i18n.h"

const struct key_row KEYS[] = {
#define KEY(context, action, first, second, label, help)                                                     \
    {KEYS_##context, ACTION_##action, first, second, label, help},
#include "app/field/tui/keys.def"
#undef KEY
};
const size_t KEY_COUNT = sizeof KEYS / sizeof KEYS[0];

/* The table of keys names them in English; LABEL is what is engraved on them where the language is spoken. */
static const struct {
    const char *name;
    const char *label;
    int32_t press;
} NAMED[] = {
    {"Enter", NC_("key", "Enter"), PRESS_ENTER}, {"Tab", NC_("key", "Tab"), PRESS_TAB},
    {"Esc", NC_("key", "Esc"), PRESS_ESC},       {"Backspace", NC_("key", "Backspace"), PRESS_BACKSPACE},
    {"Up", NC_("key", "Up"), PRESS_UP},          {"Down", NC_("key", "Down"), PRESS_DOWN},
    {"Left", NC_("key", "Left"), PRESS_LEFT},    {"Right", NC_("key", "Right"), PRESS_RIGHT},
    {"Home", NC_("key", "Home"), PRESS_HOME},    {"End", NC_("key", "End"), PRESS_END},
    {"PgUp", NC_("key", "PgUp"), PRESS_PAGE_UP}, {"PgDn", NC_("key", "PgDn"), PRESS_PAGE_DOWN},
    {"Del", NC_("key", "Del"), PRESS_DELETE},    {"BackTab", NC_("key", "BackTab"), PRESS_BACK_TAB},
};

int32_t keys_press(const char *name)
{
    if (strncmp(name, "Ctrl-", 5) == 0)
        return name[5] - 'A' + 1;
    if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
        return PRESS_F1 + (name[2] ? 10 + name[2] - '0' : name[1] - '0') - 1;
    for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
        if (strcmp(name, NAMED[i].name) == 0)
            return NAMED[i].press;
    }
    return name[0] && !name[1] ? (unsigned char)name[0] : PRESS_NONE;
}

bool keys_is_text(int32_t press)
{
    return press >= 0x20 && press < PRESS_UP && press != PRESS_BACKSPACE && !(press >= 0x80 && press < 0xA0);
}

/* Answers are letters that begin a word, which begins with another letter where another language is spoken.
 */
static const struct {
    enum action action;
    const char *letter;
} ANSWERS[] = {
    {ACTION_YES, NC_("answer", "y")},
    {ACTION_NO, NC_("answer", "n")},
};

const char *keys_first(const struct key_row *row)
{
    for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
        if (ANSWERS[i].action == row->action)
            return i18n_in_context(ANSWERS[i].letter);
    }
    return row->first;
}

/* The letter of the key table answers in every language: who is used to it meets it everywhere. */
static bool row_takes(const struct key_row *row, int32_t press)
{
    return press != PRESS_NONE && (keys_press(row->first) == press || keys_press(row->second) == press ||
                                   keys_press(keys_first(row)) == press);
}

static const struct key_row *find(enum key_context context, int32_t press)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (KEYS[i].context == context && row_takes(&KEYS[i], press))
            return &KEYS[i];
    }
    return NULL;
}

/* The row that PRESS means there. */
static const struct key_row *bound(const struct key_contexts *in, int32_t press)
{
    const struct key_row *row = NULL;
    for (int i = 0; !row && i < KEYS_MAX_CONTEXTS && in->at[i] != KEYS_ANY; i++)
        row = find(in->at[i], press);
    return row ? row : find(KEYS_ANY, press);
}

enum action keys_action(const struct key_contexts *in, int32_t press)
{
    const struct key_row *row = bound(in, press);
    return row ? row->action : ACTION_NONE;
}

static const char *label_of(const char *name)
{
    for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
        if (strcmp(NAMED[i].name, name) == 0)
            return i18n_in_context(NAMED[i].label);
    }
    return name;
}

void keys_put_name(struct buf *out, const char *name)
{
    if (strncmp(name, "Ctrl-", 5) == 0)
        buf_printf(out, "^%s", name + 5);
    else
        buf_puts(out, label_of(name));
}

static bool is_in(const struct key_contexts *in, enum key_context context)
{
    for (int i = 0; i < KEYS_MAX_CONTEXTS && in->at[i] != KEYS_ANY; i++) {
        if (in->at[i] == context)
            return true;
    }
    return context == KEYS_ANY;
}

const struct key_row *keys_next(const struct key_contexts *in, size_t *at)
{
    for (; *at < KEY_COUNT; (*at)++) {
        const struct key_row *row = &KEYS[*at];
        if (!is_in(in, row->context))
            continue;
        if (bound(in, keys_press(row->first)) == row || bound(in, keys_press(row->second)) == row)
            return row;
    }
    return NULL;
}
