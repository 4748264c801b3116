/*
 * The screens as one program: a stack of screens over one terminal and one database, and the loop that draws
 * the top one and hands it the keys. A screen is a constant struct of functions with its state in one struct.
 */
#ifndef ALLUVIA_TUI_UI_H
#define ALLUVIA_TUI_UI_H

#include "app/field/app.h"
#include "app/field/store/officers.h"
#include "app/field/tui/field.h"
#include "app/field/tui/keys.h"
#include "app/field/tui/sync_child.h"
#include "app/field/tui/term.h"

struct ui;

/* What a screen's key function answers; a press that it does not handle may mean something everywhere. */
enum key_flags {
    KEY_IGNORED = 0,
    KEY_HANDLED = 1,
    KEY_LEAVE = 2, /* close this screen */
};

struct screen {
    const char *title; /* N_() */
    size_t state_size;
    struct key_contexts keys;
    /* STATE is zeroed. What fails here is shown, and the screen is not opened. */
    enum err (*open)(struct ui *ui, void *state, const void *arg, struct errctx *e);
    void (*draw)(struct ui *ui, void *state);
    unsigned (*key)(struct ui *ui, void *state, enum action action, int32_t press);
    /* What lay over it was closed: read again what may have changed. May be NULL. */
    void (*again)(struct ui *ui, void *state);
    /* A sync beside the work has ended: show what it brought. May be NULL, where somebody types. */
    void (*synced)(struct ui *ui, void *state);
    /* What takes time, done after the screen was shown for the first time. May be NULL. */
    void (*later)(struct ui *ui, void *state);
    /* Appends what stands in the title; NULL: TITLE. */
    void (*name)(const void *state, struct buf *out);
    /* The contexts as they are now, where they change; NULL: KEYS. */
    const struct key_contexts *(*contexts)(const void *state);
    /* With ui->leaving set nobody can be asked: what was typed is kept as a draft. */
    void (*close)(struct ui *ui, void *state);
};

enum {
    UI_MAX_DEPTH = 12,
    UI_BODY = 1, /* first row below the title */
};

struct ui {
    struct app *app;
    struct store *store;
    struct term *term;
    struct field_world world;
    struct {
        const struct screen *screen;
        void *state;
        bool shown;
    } stack[UI_MAX_DEPTH];
    int depth;
    struct sync_child sync; /* runs beside everything */
    bool synced;            /* it has ended, and no screen was told yet */
    int wake_fd;            /* something else that gives PRESS_WAKE when it can be read; -1 */
    bool leaving;           /* the program ends, by key or by signal, or another person signs in */
    bool switching;         /* the latter: the screens open anew for NEXT */
    struct officer next;
    int64_t idle_ms;    /* without a key until the screens lock; 0: never */
    int64_t pressed_ms; /* when the last key came, by the machine's start */
    struct {
        const char *title; /* NULL: nothing covers the screens */
        void (*draw)(struct ui *ui, void *state);
        const struct key_contexts *keys;
        void *state;
    } cover;
    char said[640]; /* a line of a lower layer, and what stands before it */
    enum meaning said_as;
};

/* Opens the screens on this terminal and returns when they are left. ERR_CONFIG: no terminal. The store is
 * open for writing; without one the first screen makes it. */
MUST_CHECK enum err ui_run(struct app *app, struct errctx *e);

/* Puts a screen over the others; ARG is what its open function takes. */
void ui_open(struct ui *ui, const struct screen *screen, const void *arg);
/* The line above the keys: what has just happened. Gone with the next key. */
void ui_say(struct ui *ui, enum meaning as, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same: BEFORE, a colon, and a line of a lower layer in the reader's language. */
void ui_say_line(struct ui *ui, enum meaning as, const char *before, const char *line);
/* Shows an error in a box, with what can be done about it, and waits until it was read. */
void ui_tell_error(struct ui *ui, const struct errctx *e);

/* What can be done about an error of this kind, to be translated; NULL where its words say it. */
const char *ui_advice(enum err kind);

/* Rows that a screen may draw from UI_BODY on. */
int ui_body_rows(const struct ui *ui);
/* Draws the screen on top, without showing it yet: what boxes lie over. */
void ui_draw(struct ui *ui);
/* What stands instead of the screens until ui_uncover, boxes over it included. */
void ui_cover(struct ui *ui, const char *title, void (*draw)(struct ui *ui, void *state),
              const struct key_contexts *keys, void *state);
void ui_uncover(struct ui *ui);
/* Takes settings of this laptop that have changed. */
void ui_take_settings(struct ui *ui);
/* As ui_press, without locking; PRESS_NONE when TIMEOUT_MS are over. */
int32_t ui_press_within(struct ui *ui, int timeout_ms);
/* The next press; PRESS_HANG_UP also when the program is being left. PRESS_RESIZE and PRESS_WAKE: draw anew.
 */
int32_t ui_press(struct ui *ui);
/* Draws the bottom line of a box: KEYS, and going back; what else works everywhere does not work there. */
void ui_draw_bar(struct ui *ui, const struct key_contexts *keys);

/* Reads the clock; days and entries that follow are of now. */
void ui_tick(struct ui *ui);
int32_t ui_today(const struct ui *ui);

#endif
