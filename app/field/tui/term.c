#include "app/field/tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>
#include <wchar.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "app/common/i18n.h"
#include "app/common/plain.h"
#include "schema/base/buf.h"

enum {
    ESC_DELAY_MS = 25, /* between Esc and the rest of an arrow key; longer makes Esc feel slow */
    RESTORE_BYTES = 256,
};

static const int LEAVING[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
static const int CRASHES[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum {
    LEAVING_COUNT = sizeof LEAVING / sizeof LEAVING[0],
    CRASH_COUNT = sizeof CRASHES / sizeof CRASHES[0]
};

struct term {
    SCREEN *screen;
    enum theme theme;
    bool utf8;
    bool lines; /* draw borders with box characters */
    bool gone;
    int empty;         /* times in a row that it had something to read and gave nothing */
    mbstate_t partial; /* of a character whose bytes have not all come */
    int cursor_row;
    int cursor_column;
    short pairs; /* that are made */
    short pair_of[MEAN_COUNT];
    struct sigaction old_leaving[LEAVING_COUNT];
    struct sigaction old_crash[CRASH_COUNT];
};

/*
 * What a signal handler needs to give the terminal back, with calls that a handler may make: the modes as
 * they were, and the bytes that leave the screen. There is one terminal a process, so this is its one global.
 */
static struct {
    volatile sig_atomic_t active;
    pid_t process;           /* that has the screens; 0: none */
    void (*no_memory)(void); /* what ends the program where there are none */
    struct termios modes;
    char bytes[RESTORE_BYTES];
    size_t len;
    int pipe[2]; /* handlers write, term_press reads */
} given_back;

static void give_back(void)
{
    if (!given_back.active)
        return;
    given_back.active = 0;
    ssize_t written = write(STDOUT_FILENO, given_back.bytes, given_back.len);
    (void)written;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &given_back.modes);
}

static void on_leave(int number)
{
    int kept = errno;
    char byte = (char)number;
    ssize_t written = write(given_back.pipe[1], &byte, 1);
    (void)written;
    errno = kept;
}

static void on_crash(int number)
{
    give_back();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void out_of_memory(void)
{
    give_back();
    given_back.no_memory();
}

/* Only curses ends a program that has screens: when it has no memory. */
static void on_exit_of_curses(void)
{
    if (given_back.process == getpid())
        out_of_memory();
}

static void own(void)
{
    static bool listens;
    if (!listens)
        listens = atexit(on_exit_of_curses) == 0;
    given_back.len = 0;
    given_back.active = 1;
    given_back.process = getpid();
    given_back.no_memory = buf_out_of_memory;
    buf_out_of_memory = out_of_memory;
}

static void disown(void)
{
    given_back.active = 0;
    given_back.process = 0;
    buf_out_of_memory = given_back.no_memory;
}

/* --- start and end */

static void keep_bytes(const char *capability)
{
    const char *bytes = tigetstr(capability);
    if (!bytes || bytes == (const char *)-1)
        return;
    /* Padding ("$<5>") is for terminals slower than any that is left. */
    for (; *bytes && given_back.len < RESTORE_BYTES - 1; bytes++) {
        if (bytes[0] == '$' && bytes[1] == '<' && strchr(bytes, '>'))
            bytes = strchr(bytes, '>');
        else
            given_back.bytes[given_back.len++] = *bytes;
    }
}

static void prepare_way_back(void)
{
    keep_bytes("sgr0");
    keep_bytes("rmkx");
    keep_bytes("cnorm");
    keep_bytes("rmcup");
    if (given_back.len < RESTORE_BYTES - 2) {
        given_back.bytes[given_back.len++] = '\r';
        given_back.bytes[given_back.len++] = '\n';
    }
}

static void catch_signals(struct term *t)
{
    struct sigaction leave = {.sa_handler = on_leave};
    struct sigaction crash = {.sa_handler = on_crash};
    (void)sigemptyset(&leave.sa_mask);
    (void)sigemptyset(&crash.sa_mask);
    for (int i = 0; i < LEAVING_COUNT; i++)
        (void)sigaction(LEAVING[i], &leave, &t->old_leaving[i]);
    for (int i = 0; i < CRASH_COUNT; i++)
        (void)sigaction(CRASHES[i], &crash, &t->old_crash[i]);
}

static void leave_signals(const struct term *t)
{
    for (int i = 0; i < LEAVING_COUNT; i++)
        (void)sigaction(LEAVING[i], &t->old_leaving[i], NULL);
    for (int i = 0; i < CRASH_COUNT; i++)
        (void)sigaction(CRASHES[i], &t->old_crash[i], NULL);
}

static attr_t attributes(unsigned look)
{
    attr_t attributes = A_NORMAL;
    if (look & LOOK_BOLD)
        attributes |= A_BOLD;
    if (look & LOOK_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (look & LOOK_REVERSE)
        attributes |= A_REVERSE;
    if (look & LOOK_DIM)
        attributes |= A_DIM;
    return attributes;
}

static void make_colours(struct term *t, bool monochrome)
{
    const char *no_color = getenv("NO_COLOR");
    /* Once started, curses paints even what has no colour: white on black, on whatever ground. */
    bool wanted = !monochrome && !(no_color && *no_color) && has_colors();
    t->theme = theme_choose(wanted && start_color() == OK ? COLORS : 0, no_color);
    if (t->theme == THEME_MONOCHROME)
        return;
    bool own = use_default_colors() == OK;
    for (int i = 0; i < MEAN_COUNT; i++) {
        const struct look *look = theme_look(t->theme, (enum meaning)i);
        if (look->front == COLOUR_NONE && look->back == COLOUR_NONE)
            continue;
        short front = (short)(look->front == COLOUR_NONE && !own ? COLOUR_WHITE : look->front);
        short back = (short)(look->back == COLOUR_NONE && !own ? COLOUR_BLACK : look->back);
        if (init_pair(++t->pairs, front, back) == OK)
            t->pair_of[i] = t->pairs;
    }
}

static bool open_pipe(void)
{
    if (pipe(given_back.pipe) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(given_back.pipe[i], F_SETFL, O_NONBLOCK);
        (void)fcntl(given_back.pipe[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

enum err term_start(const struct term_options *o, struct term **out, struct errctx *e)
{
    const char *name = getenv("TERM");
    if (tcgetattr(STDIN_FILENO, &given_back.modes) != 0)
        return err_errno(e, ERR_CONFIG, errno, "%s", _("the screens need a terminal"));
    if (!open_pipe())
        return err_errno(e, ERR_IO, errno, "%s", _("open the terminal"));
    struct term *t = mem_zero(1, sizeof *t);
    own();
    catch_signals(t);
    t->screen = newterm(NULL, stdout, stdin);
    if (!t->screen) {
        leave_signals(t);
        disown();
        free(t);
        (void)close(given_back.pipe[0]);
        (void)close(given_back.pipe[1]);
        return err_fail(e, ERR_CONFIG, _("terminal \"%s\": is not known; set TERM, for example to vt100"),
                        name ? name : "");
    }
    t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    t->lines = t->utf8 && !o->ascii;
    prepare_way_back();
    (void)set_escdelay(ESC_DELAY_MS);
    (void)raw();
    (void)noecho();
    (void)nonl();
    (void)keypad(stdscr, TRUE);
    (void)meta(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    make_colours(t, o->monochrome);
    *out = t;
    return ERR_OK;
}

void term_end(struct term *t)
{
    if (!t)
        return;
    if (given_back.active)
        (void)endwin();
    give_back();
    leave_signals(t);
    (void)close(given_back.pipe[0]);
    (void)close(given_back.pipe[1]);
    delscreen(t->screen);
    disown();
    free(t);
}

int term_rows(const struct term *t)
{
    (void)t;
    return getmaxy(stdscr);
}

int term_columns(const struct term *t)
{
    (void)t;
    return getmaxx(stdscr);
}

/* --- keys */

static const struct {
    int curses;
    int32_t press;
} SPECIAL[] = {
    {KEY_UP, PRESS_UP},         {KEY_DOWN, PRESS_DOWN},
    {KEY_LEFT, PRESS_LEFT},     {KEY_RIGHT, PRESS_RIGHT},
    {KEY_HOME, PRESS_HOME},     {KEY_END, PRESS_END},
    {KEY_PPAGE, PRESS_PAGE_UP}, {KEY_NPAGE, PRESS_PAGE_DOWN},
    {KEY_DC, PRESS_DELETE},     {KEY_BTAB, PRESS_BACK_TAB},
    {KEY_ENTER, PRESS_ENTER},   {KEY_BACKSPACE, PRESS_BACKSPACE},
    {KEY_RESIZE, PRESS_RESIZE}, {KEY_SUSPEND, 26}, /* the Linux console says so of Ctrl-Z */
};

static int32_t special(int got)
{
    for (size_t i = 0; i < sizeof SPECIAL / sizeof SPECIAL[0]; i++) {
        if (SPECIAL[i].curses == got)
            return SPECIAL[i].press;
    }
    if (got >= KEY_F(1) && got <= KEY_F(12))
        return PRESS_F1 + (got - KEY_F(1));
    return PRESS_NONE;
}

/* Bytes are put together here: get_wch forgets the beginning of a character whose end is late, which on a
 * slow line it is. */
static int32_t translate(struct term *t, int got)
{
    wchar_t wide = 0;
    if (got > 0xFF)
        return special(got);
    char byte = (char)got;
    size_t used = mbrtowc(&wide, &byte, 1, &t->partial);
    if (used == (size_t)-1)
        t->partial = (mbstate_t){0};
    if (used == (size_t)-1 || used == (size_t)-2)
        return PRESS_NONE;
    if (wide == L'\n')
        return PRESS_ENTER;
    return wide == 8 ? PRESS_BACKSPACE : (int32_t)wide;
}

enum {
    MOST_EMPTY = 100 /* times in a row that a terminal has something and gives nothing: it cannot be read */
};

/* Waits for the keyboard, a signal or WAKE_FD. PRESS_NONE: there is something to read, or time is over. */
static int32_t wait_for_input(struct term *t, int timeout_ms, int wake_fd, bool *over)
{
    struct pollfd on[3] = {{STDIN_FILENO, POLLIN, 0}, {given_back.pipe[0], POLLIN, 0}, {wake_fd, POLLIN, 0}};
    int ready = poll(on, wake_fd < 0 ? 2 : 3, timeout_ms);
    *over = ready == 0;
    if (ready < 0) {
        /* A resize; curses has noted it and tells it with the next key. */
        if (errno != EINTR)
            t->gone = true;
        return PRESS_NONE;
    }
    if (on[1].revents || (on[0].revents & (POLLHUP | POLLERR | POLLNVAL)))
        t->gone = true;
    t->empty = on[0].revents & POLLIN ? t->empty + 1 : 0;
    if (t->empty > MOST_EMPTY)
        t->gone = true;
    if (t->gone)
        return PRESS_HANG_UP;
    return on[2].revents && !on[0].revents ? PRESS_WAKE : PRESS_NONE;
}

int32_t term_press(struct term *t, int timeout_ms, int wake_fd)
{
    bool over = false;
    while (!t->gone) {
        int got = getch();
        t->empty = got == ERR ? t->empty : 0;
        int32_t press = got == ERR ? PRESS_NONE : translate(t, got);
        if (press == PRESS_NONE && got == ERR && over)
            return PRESS_NONE;
        if (press == PRESS_NONE && got == ERR)
            press = wait_for_input(t, timeout_ms, wake_fd, &over);
        if (press != PRESS_NONE)
            return press;
    }
    return PRESS_HANG_UP;
}

/* --- drawing */

void term_clear(struct term *t)
{
    (void)t;
    (void)attrset(A_NORMAL);
    (void)erase();
}

void term_redraw(struct term *t)
{
    (void)t;
    (void)clearok(curscr, TRUE);
}

static void set_look(const struct term *t, enum meaning as)
{
    const struct look *look = theme_look(t->theme, as);
    (void)attr_set(attributes(look->attributes), t->pair_of[as], NULL);
}

static int point_width(utf8proc_int32_t point)
{
    int width = wcwidth((wchar_t)point);
    return width < 0 ? 1 : width;
}

/* Appends TEXT as this terminal can show it. */
static void put_showable(const struct term *t, struct buf *out, const char *text)
{
    if (t->utf8) {
        plain_put(out, text);
        return;
    }
    struct buf plain = {0};
    utf8proc_uint8_t *bare = NULL;
    plain_put(&plain, text);
    (void)utf8proc_map((const utf8proc_uint8_t *)buf_str(&plain), 0, &bare,
                       UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                           UTF8PROC_STRIPMARK);
    for (const utf8proc_uint8_t *at = bare; at && *at;) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &point);
        buf_putc(out, point >= 0x20 && point < 0x7F ? (char)point : '?');
        at += used > 0 ? used : 1;
    }
    free(bare);
    buf_done(&plain);
}

int term_width(const struct term *t, const char *text, size_t len)
{
    if (plain_ascii(text, len) == len)
        return (int)len;
    struct buf piece = {0};
    struct buf shown = {0};
    buf_put(&piece, text, len);
    put_showable(t, &shown, buf_str(&piece));
    int width = 0;
    for (const char *at = buf_str(&shown); *at;) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &point);
        width += used > 0 ? point_width(point) : 1;
        at += used > 0 ? used : 1;
    }
    buf_done(&piece);
    buf_done(&shown);
    return width;
}

enum {
    LINE_WIDE = 1024 /* wide characters of a drawn line, marks among them; more are cut */
};

/* Turns TEXT into wide characters of at most WIDTH columns; returns the columns. */
static int lay_out(const struct term *t, const char *text, int width, wchar_t out[LINE_WIDE])
{
    struct buf shown = {0};
    put_showable(t, &shown, text);
    bool cut = term_width(t, text, strlen(text)) > width;
    int room = cut ? width - 1 : width;
    int columns = 0;
    size_t count = 0;
    for (const char *at = buf_str(&shown); *at && count < LINE_WIDE - 2;) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &point);
        if (used <= 0 || columns + point_width(point) > room)
            break;
        columns += point_width(point);
        out[count++] = (wchar_t)point;
        at += used;
    }
    if (cut && width > 0) {
        out[count++] = t->utf8 ? L'…' : L'>';
        columns++;
    }
    out[count] = L'\0';
    buf_done(&shown);
    return columns;
}

static void put_blanks(int row, int column, int count)
{
    (void)mvhline(row, column, ' ', count);
}

static void put(struct term *t, int row, int column, int width, enum meaning as, const char *text, bool right)
{
    wchar_t wide[LINE_WIDE];
    if (width > term_columns(t) - column)
        width = term_columns(t) - column;
    if (row < 0 || row >= term_rows(t) || column < 0 || width <= 0)
        return;
    int used = lay_out(t, text, width, wide);
    set_look(t, as);
    put_blanks(row, column, width);
    (void)mvaddwstr(row, right ? column + width - used : column, wide);
    (void)attrset(A_NORMAL);
}

void term_put(struct term *t, int row, int column, int width, enum meaning as, const char *text)
{
    put(t, row, column, width, as, text, false);
}

void term_put_right(struct term *t, int row, int column, int width, enum meaning as, const char *text)
{
    put(t, row, column, width, as, text, true);
}

static void repeat(struct term *t, int row, int column, int count, enum meaning as, const char *text)
{
    for (int i = 0; i < count; i++)
        term_put(t, row, column + i, 1, as, text);
}

void term_rule(struct term *t, int row, int column, int width)
{
    repeat(t, row, column, width, MEAN_BORDER, t->lines ? "─" : "-");
}

void term_box(struct term *t, int row, int column, int rows, int columns)
{
    for (int i = 1; i < rows - 1; i++) {
        term_put(t, row + i, column, columns, MEAN_PLAIN, "");
        term_put(t, row + i, column, 1, MEAN_BORDER, t->lines ? "│" : "|");
        term_put(t, row + i, column + columns - 1, 1, MEAN_BORDER, t->lines ? "│" : "|");
    }
    term_rule(t, row, column + 1, columns - 2);
    term_rule(t, row + rows - 1, column + 1, columns - 2);
    term_put(t, row, column, 1, MEAN_BORDER, t->lines ? "┌" : "+");
    term_put(t, row, column + columns - 1, 1, MEAN_BORDER, t->lines ? "┐" : "+");
    term_put(t, row + rows - 1, column, 1, MEAN_BORDER, t->lines ? "└" : "+");
    term_put(t, row + rows - 1, column + columns - 1, 1, MEAN_BORDER, t->lines ? "┘" : "+");
}

void term_bar(struct term *t, int row, int column, int width, int64_t part, int64_t whole)
{
    int64_t full = whole > 0 ? part * width / whole : 0;
    /* Something is never shown as nothing. */
    if (full == 0 && part > 0)
        full = 1;
    repeat(t, row, column, (int)(full < width ? full : width), MEAN_CHART, t->lines ? "█" : "#");
}

void term_cursor(struct term *t, int row, int column)
{
    t->cursor_row = row;
    t->cursor_column = column;
}

void term_show(struct term *t)
{
    (void)move(t->cursor_row, t->cursor_column);
    (void)refresh();
}
