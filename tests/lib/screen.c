#include "tests/lib/screen.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "schema/base/file.h"
#include "tests/lib/test.h"

enum {
    PATIENCE_MS = 10000, /* for a text to appear; a busy machine under sanitizers takes one of them */
    STEP_MS = 20,
    SETTLE_MS = 30,
};

enum {
    MOST_ARGUMENTS = 16
};

static void be_program(const char *db, const struct screen_options *o, const char *const *arguments)
{
    char term[64];
    char locale[64];
    (void)snprintf(term, sizeof term, "TERM=%s", o->term ? o->term : "xterm-256color");
    (void)snprintf(locale, sizeof locale, "LC_ALL=%s", o->locale ? o->locale : "C.UTF-8");
    char program[] = ALLUVIA_BIN;
    char db_option[] = "--db";
    char lang_option[] = "--lang";
    char *path = str_dup(db);
    char *lang = str_dup(o->lang ? o->lang : "en");
    char tz[] = "TZ=UTC";
    char home[] = "HOME=/nonexistent";
    char catalogue[512];
    (void)snprintf(catalogue, sizeof catalogue, "ALLUVIA_CATALOGUE=%s", o->catalogue ? o->catalogue : "");
    char asan[] = "ASAN_OPTIONS=detect_leaks=1:log_path=stderr";
    char *argv[MOST_ARGUMENTS + 6] = {program, db_option, path, lang_option, lang};
    for (int i = 0; arguments && arguments[i] && i < MOST_ARGUMENTS; i++)
        argv[5 + i] = str_dup(arguments[i]);
    char no_color[] = "NO_COLOR=1";
    char *envp[] = {term, locale, tz, home, catalogue, asan, o->no_color ? no_color : NULL, NULL};
    (void)execve(program, argv, envp);
    _exit(127);
}

static void start(struct screen_test *s, const char *db, const struct screen_options *o,
                  const char *const *arguments)
{
    *s = (struct screen_test){.rows = o->rows ? o->rows : 24, .columns = o->columns ? o->columns : 80};
    struct winsize size = {.ws_row = (unsigned short)s->rows, .ws_col = (unsigned short)s->columns};
    s->pid = forkpty(&s->fd, NULL, NULL, &size);
    assert_true(s->pid >= 0);
    if (s->pid == 0)
        be_program(db, o, arguments);
    s->vt = vterm_new(s->rows, s->columns);
    vterm_set_utf8(s->vt, 1);
    s->cells = vterm_obtain_screen(s->vt);
    vterm_screen_reset(s->cells, 1);
}

void screen_start(struct screen_test *s, const char *db, const struct screen_options *o)
{
    start(s, db, o, NULL);
}

void screen_run(struct screen_test *s, const char *db, const char *const *arguments)
{
    const struct screen_options plain = {0};
    start(s, db, &plain, arguments);
}

static void send_bytes(struct screen_test *s, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(s->fd, bytes, len);
        if (written <= 0)
            return; /* it has ended; the next wait tells */
        bytes += written;
        len -= (size_t)written;
    }
}

/* What the emulated terminal wants to say: keys, and answers to questions. */
static void pass_output(struct screen_test *s)
{
    char bytes[256];
    size_t len = 0;
    while ((len = vterm_output_read(s->vt, bytes, sizeof bytes)) > 0)
        send_bytes(s, bytes, len);
}

/* Reads what the program wrote within STEP_MS; false when it has ended. */
static bool take_input(struct screen_test *s)
{
    char bytes[4096];
    struct pollfd on = {s->fd, POLLIN, 0};
    if (poll(&on, 1, STEP_MS) <= 0)
        return true;
    ssize_t len = read(s->fd, bytes, sizeof bytes);
    if (len <= 0)
        return false;
    (void)vterm_input_write(s->vt, bytes, (size_t)len);
    pass_output(s);
    return true;
}

char *screen_text(struct screen_test *s)
{
    struct buf all = {0};
    for (int row = 0; row < s->rows; row++) {
        size_t line = all.len;
        for (int column = 0; column < s->columns; column++) {
            VTermScreenCell cell;
            VTermPos at = {row, column};
            (void)vterm_screen_get_cell(s->cells, at, &cell);
            if (cell.chars[0] == (uint32_t)-1)
                continue;
            if (cell.chars[0] == 0)
                buf_putc(&all, ' ');
            for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
                char utf8[8] = {0};
                mbstate_t state = {0};
                size_t len = wcrtomb(utf8, (wchar_t)cell.chars[i], &state);
                assert_true(len != (size_t)-1);
                buf_put(&all, utf8, len);
            }
        }
        while (all.len > line && all.data[all.len - 1] == ' ')
            buf_truncate(&all, all.len - 1);
        buf_putc(&all, '\n');
    }
    return buf_steal(&all);
}

bool screen_holds(struct screen_test *s, const char *text)
{
    char *all = screen_text(s);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

/* What is drawn reversed has the two in each other's place. */
static bool is_default(const struct screen_test *s, const VTermColor *colour)
{
    VTermColor front;
    VTermColor back;
    vterm_state_get_default_colors(vterm_obtain_state(s->vt), &front, &back);
    return VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour) ||
           vterm_color_is_equal(colour, &front) || vterm_color_is_equal(colour, &back);
}

bool screen_has_colour(struct screen_test *s)
{
    bool found = false;
    for (int at = 0; at < s->rows * s->columns && !found; at++) {
        VTermScreenCell cell;
        VTermPos pos = {at / s->columns, at % s->columns};
        (void)vterm_screen_get_cell(s->cells, pos, &cell);
        found = !is_default(s, &cell.fg) || !is_default(s, &cell.bg);
    }
    return found;
}

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_for(struct screen_test *s, const char *text, bool there)
{
    int64_t until = now_ms() + PATIENCE_MS;
    bool alive = true;
    while (screen_holds(s, text) != there) {
        if (!alive || now_ms() > until) {
            char *all = screen_text(s);
            fail_msg("\"%s\" %s; the program %s; the screen is\n%s", text,
                     there ? "never came" : "never went", alive ? "waits" : "has ended", all);
        }
        alive = take_input(s);
    }
}

void screen_settle(struct screen_test *s)
{
    struct pollfd on = {s->fd, POLLIN, 0};
    while (poll(&on, 1, SETTLE_MS) > 0 && take_input(s))
        ;
}

void screen_wait(struct screen_test *s, const char *text)
{
    wait_for(s, text, true);
}

void screen_wait_gone(struct screen_test *s, const char *text)
{
    wait_for(s, text, false);
}

static const struct {
    const char *name;
    VTermKey key;
} KEYS_BY_NAME[] = {
    {"Enter", VTERM_KEY_ENTER}, {"Esc", VTERM_KEY_ESCAPE},          {"Down", VTERM_KEY_DOWN},
    {"Up", VTERM_KEY_UP},       {"Left", VTERM_KEY_LEFT},           {"Right", VTERM_KEY_RIGHT},
    {"Tab", VTERM_KEY_TAB},     {"Backspace", VTERM_KEY_BACKSPACE},
};

static void press_named(struct screen_test *s, const char *name, size_t len)
{
    if (len == 3 && name[0] == 'C') {
        char control = (char)(name[2] & 0x1F);
        send_bytes(s, &control, 1);
        return;
    }
    if (len == 2 && strncmp(name, "lt", 2) == 0) {
        send_bytes(s, "<", 1);
        return;
    }
    if (name[0] == 'F' && isdigit((unsigned char)name[1])) {
        vterm_keyboard_key(s->vt, (VTermKey)VTERM_KEY_FUNCTION(atol(name + 1)), VTERM_MOD_NONE);
        return;
    }
    for (size_t i = 0; i < sizeof KEYS_BY_NAME / sizeof KEYS_BY_NAME[0]; i++) {
        if (strlen(KEYS_BY_NAME[i].name) == len && strncmp(name, KEYS_BY_NAME[i].name, len) == 0) {
            vterm_keyboard_key(s->vt, KEYS_BY_NAME[i].key, VTERM_MOD_NONE);
            return;
        }
    }
    fail_msg("there is no key \"%.*s\"", (int)len, name);
}

void screen_type(struct screen_test *s, const char *keys)
{
    while (*keys) {
        const char *end = *keys == '<' ? strchr(keys, '>') : NULL;
        bool escape = end && strncmp(keys, "<Esc>", 5) == 0;
        if (end) {
            press_named(s, keys + 1, (size_t)(end - keys) - 1);
            pass_output(s);
            keys = end + 1;
        } else {
            send_bytes(s, keys, 1);
            keys++;
        }
        /* The bytes of one letter are one key. */
        if ((*keys & 0xC0) != 0x80)
            s->keys++;
        /* Esc followed at once by more would be read as the beginning of another key. */
        for (int64_t until = now_ms() + 60; escape && now_ms() < until;)
            (void)take_input(s);
    }
}

void screen_cursor(struct screen_test *s, int *row, int *column)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(s->vt), &at);
    *row = at.row;
    *column = at.col;
}

void screen_resize(struct screen_test *s, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    s->rows = rows;
    s->columns = columns;
    vterm_set_size(s->vt, rows, columns);
    assert_int_equal(ioctl(s->fd, TIOCSWINSZ, &size), 0);
}

/* --- golden files */

static size_t count_while(const char *at, int (*is)(int), size_t most)
{
    size_t n = 0;
    while (n < most && at[n] && is((unsigned char)at[n]))
        n++;
    return n;
}

static size_t date_length(const char *at)
{
    bool is = count_while(at, isdigit, 4) == 4 && at[4] == '-' && count_while(at + 5, isdigit, 2) == 2 &&
              at[7] == '-' && count_while(at + 8, isdigit, 2) == 2;
    return is ? 10 : 0;
}

static int is_code(int c)
{
    return isupper(c) || isdigit(c);
}

/* 7K4QXM-412-T: the code and the check character differ from run to run. */
static size_t id_length(const char *at)
{
    if (count_while(at, is_code, 7) != 6 || at[6] != '-')
        return 0;
    size_t digits = count_while(at + 7, isdigit, 10);
    return digits && at[7 + digits] == '-' && is_code((unsigned char)at[8 + digits]) ? 9 + digits : 0;
}

/* alluvia-test-oYxzwe: a folder of this run. */
static size_t folder_length(const char *at)
{
    static const char name[] = "alluvia-test-";
    return strncmp(at, name, sizeof name - 1) == 0
               ? sizeof name - 1 + count_while(at + sizeof name - 1, isalnum, 6)
               : 0;
}

static void mask(char *text)
{
    for (char *at = text; *at; at++) {
        size_t date = date_length(at);
        size_t id = date ? 0 : id_length(at);
        size_t folder = date + id ? 0 : folder_length(at);
        size_t all = date + id + folder;
        for (size_t i = 0; i < all; i++)
            at[i] = at[i] == '-' ? '-' : '#';
        at += all > 0 ? all - 1 : 0;
    }
}

static char *masked(struct screen_test *s)
{
    char *shown = screen_text(s);
    mask(shown);
    return shown;
}

static void write_golden(struct screen_test *s, const char *path)
{
    struct errctx e = {0};
    /* The one place that waits for a time: somebody looks at what is written. */
    for (int64_t until = now_ms() + 500; now_ms() < until;)
        (void)take_input(s);
    char *shown = masked(s);
    assert_ok(file_write(path, shown, strlen(shown), 0644, &e));
    free(shown);
}

static void compare_golden(struct screen_test *s, const char *path)
{
    struct buf golden = {0};
    struct errctx e = {0};
    int64_t until = now_ms() + PATIENCE_MS;
    assert_ok(file_read(path, 65536, &golden, &e));
    char *shown = masked(s);
    while (strcmp(buf_str(&golden), shown) != 0) {
        if (now_ms() > until || !take_input(s))
            fail_msg("%s should be\n%s\nand is\n%s", path, buf_str(&golden), shown);
        free(shown);
        shown = masked(s);
    }
    free(shown);
    buf_done(&golden);
}

void screen_golden(struct screen_test *s, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", ALLUVIA_GOLDEN, name);
    if (getenv("ALLUVIA_GOLDEN_WRITE"))
        write_golden(s, buf_str(&path));
    else
        compare_golden(s, buf_str(&path));
    buf_done(&path);
}

/* --- the end */

void screen_wait_end(struct screen_test *s)
{
    int64_t until = now_ms() + PATIENCE_MS;
    while (!s->ended && now_ms() < until) {
        (void)take_input(s);
        s->ended = waitpid(s->pid, &s->status, WNOHANG) == s->pid;
    }
    /* What it wrote last. */
    for (int i = 0; i < 5; i++)
        (void)take_input(s);
    if (!s->ended) {
        char *all = screen_text(s);
        fail_msg("the program does not end; the screen is\n%s", all);
    }
}

void screen_kill(struct screen_test *s, int number)
{
    assert_int_equal(kill(s->pid, number), 0);
    screen_wait_end(s);
}

bool screen_is_sane(struct screen_test *s)
{
    struct termios modes;
    if (tcgetattr(s->fd, &modes) != 0)
        return false;
    tcflag_t wanted = ICANON | ECHO | ISIG;
    return (modes.c_lflag & wanted) == wanted && (modes.c_iflag & ICRNL) != 0;
}

void screen_close(struct screen_test *s)
{
    if (!s->ended) {
        (void)kill(s->pid, SIGKILL);
        (void)waitpid(s->pid, &s->status, 0);
    }
    (void)close(s->fd);
    vterm_free(s->vt);
}
