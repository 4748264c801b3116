/* The first screen: what is due, what is unsent, the month so far, and the way to everything else. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/standing.h"
#include "app/field/report/field_report.h"
#include "app/field/report/health.h"
#include "app/field/store/figures.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "sync/client/sync.h"

enum {
    MENU_WIDTH = 22, /* at least */
    MOST_MENU_WIDTH = 30,
    DAYS = 31,
};

struct today {
    struct table menu;
    int64_t missing; /* licences without a return for today */
    int64_t expected;
    int64_t ending;
    int64_t returned; /* by the ministry, still to be corrected */
    int64_t unsent;
    struct sync_carried others; /* what waits here of other laptops */
    struct link_state link;
    struct health health;
    bool nobody;       /* no officer is registered */
    int64_t mct[DAYS]; /* by day of this month */
    int64_t mct_sum;
    int64_t mct_most;
    bool read; /* the figures above are there */
};

/* --- the menu */

struct place {
    enum action key; /* ACTION_NONE: reached by the list alone */
    const struct screen *screen;
    int entity; /* -1: not a list */
    const char *label;
};

static const struct place PLACES[] = {
    {ACTION_GO_SHEET, &SCREEN_SHEET, -1, N_("Day sheet")},
    {ACTION_GO_SYNC, &SCREEN_SYNC, -1, N_("Sync")},
    {ACTION_GO_INBOX, &SCREEN_INBOX, -1, N_("Inbox")},
    {ACTION_GO_REPORTS, &SCREEN_REPORT, -1, N_("Reports")},
    {ACTION_GO_CARE, &SCREEN_CARE, -1, N_("Sticks and copies")},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_YIELD, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_STONE, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_SALE, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_DIGGER, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_LICENCE, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_CREW, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_SITE, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_COOPERATIVE, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_INSPECTION, NULL},
    {ACTION_NONE, &SCREEN_LIST, ENTITY_OFFICER, NULL},
    {ACTION_NONE, &SCREEN_SETTINGS, -1, N_("Settings")},
};
enum {
    PLACE_COUNT = sizeof PLACES / sizeof PLACES[0]
};

static void go(struct ui *ui, const struct place *to)
{
    ui_open(ui, to->screen, to->entity >= 0 ? &ENTITIES[to->entity] : NULL);
}

static const char *label_at(int place)
{
    return _(PLACES[place].label ? PLACES[place].label : ENTITIES[PLACES[place].entity].plural);
}

static int menu_width(const struct ui *ui)
{
    int widest = MENU_WIDTH;
    for (int i = 0; i < PLACE_COUNT; i++) {
        int width = term_width(ui->term, label_at(i), strlen(label_at(i)));
        widest = width > widest ? width : widest;
    }
    return widest < MOST_MENU_WIDTH ? widest : MOST_MENU_WIDTH;
}

/* Where what is due begins, beside the menu. */
static int facts_column(const struct ui *ui)
{
    return menu_width(ui) + 3;
}

/* --- reading */

static enum err add_day(void *arg, const struct figures *line, struct errctx *e)
{
    struct today *t = arg;
    struct date day;
    if (!line->date_from || date_parse(line->date_from, &day, e) != ERR_OK)
        return ERR_OK;
    t->mct[day.day - 1] = line->diamond_mct;
    t->mct_sum += line->diamond_mct;
    if (line->diamond_mct > t->mct_most)
        t->mct_most = line->diamond_mct;
    return ERR_OK;
}

static enum err read_returns(struct ui *ui, struct today *t, struct errctx *e)
{
    struct report report = {0};
    int32_t today = ui_today(ui);
    enum err result = report_returns(ui->store, "", today, today, today, &report, e);
    for (size_t i = 0; result == ERR_OK && i < report.row_count; i++) {
        t->expected += report_cell(&report, i, 1)->number;
        t->missing += report_cell(&report, i, 4)->number;
    }
    report_done(&report);
    return result;
}

struct counting {
    int32_t day;
    int64_t ending;
};

static enum err see_licence(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct counting *c = arg;
    if (standing_of(&row->record, c->day) == STANDING_ENDS_SOON)
        c->ending++;
    return ERR_OK;
}

static enum err read_month(struct ui *ui, struct today *t, struct errctx *e)
{
    struct date first = date_from_days(ui_today(ui));
    first.day = 1;
    return figures_each(ui->store, FIGURES_BY_DAY, date_to_days(first), ui_today(ui), add_day, t, e);
}

static enum err read_link(struct ui *ui, struct today *t, struct errctx *e)
{
    const struct journal_head *head = store_head(ui->store);
    if (store_follow(ui->store, e) != ERR_OK || link_load(store_db(ui->store), &t->link, e) != ERR_OK ||
        sync_carried(store_db(ui->store), &t->others, e) != ERR_OK ||
        health_read(ui->store, ui->app->now, &t->health, e) != ERR_OK)
        return e->kind;
    t->unsent = head->number > t->link.upto ? head->number - t->link.upto : 0;
    bool any = true;
    enum err result = officers_any(ui->store, &any, e);
    t->nobody = !any;
    return result;
}

static enum err read_all(struct ui *ui, struct today *t, struct errctx *e)
{
    struct counting counting = {.day = ui_today(ui)};
    *t = (struct today){.menu = t->menu};
    t->menu.count = PLACE_COUNT;
    if (read_returns(ui, t, e) != ERR_OK ||
        store_list(ui->store, ENTITY_LICENCE, NULL, see_licence, &counting, e) != ERR_OK ||
        store_inbox_count(ui->store, &t->returned, e) != ERR_OK || read_month(ui, t, e) != ERR_OK)
        return e->kind;
    t->ending = counting.ending;
    return read_link(ui, t, e);
}

static enum err today_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)ui;
    (void)arg;
    (void)e;
    ((struct today *)state)->menu.count = PLACE_COUNT;
    return ERR_OK;
}

static void today_again(struct ui *ui, void *state)
{
    struct errctx e = {0};
    struct today *t = state;
    if (read_all(ui, t, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    t->read = true;
}

/* --- drawing */

static void draw_menu(struct ui *ui, const struct today *t)
{
    int width = menu_width(ui);
    for (int i = 0; i < PLACE_COUNT; i++)
        term_put(ui->term, UI_BODY + 1 + i, 1, width, i == t->menu.marked ? MEAN_SELECTED : MEAN_PLAIN,
                 label_at(i));
    term_cursor(ui->term, UI_BODY + 1 + t->menu.marked, 1);
}

static int put_fact(struct ui *ui, int row, enum meaning as, struct buf *text)
{
    int column = facts_column(ui);
    int next = dialog_put(ui, row, column, term_columns(ui->term) - column - 1, as, buf_str(text));
    buf_clear(text);
    return next;
}

static int draw_due(struct ui *ui, const struct today *t, int row)
{
    struct buf text = {0};
    buf_puts(&text, _("Due"));
    row = put_fact(ui, row, MEAN_HEADING, &text);
    if (t->missing)
        buf_printf(&text,
                   ngettext("%" PRId64 " of %" PRId64 " teams has no return for today",
                            "%" PRId64 " of %" PRId64 " teams have no return for today",
                            (unsigned long)t->missing),
                   t->missing, t->expected);
    else
        buf_puts(&text,
                 t->expected ? _("every team has its return for today") : _("no team has to report today"));
    row = put_fact(ui, row, t->missing ? MEAN_WARNING : MEAN_GOOD, &text);
    if (t->returned) {
        buf_printf(&text,
                   ngettext("%" PRId64 " record waits in the inbox: the ministry returned it",
                            "%" PRId64 " records wait in the inbox: the ministry returned them",
                            (unsigned long)t->returned),
                   t->returned);
        row = put_fact(ui, row, MEAN_WARNING, &text);
    }
    if (t->ending) {
        buf_printf(&text,
                   ngettext("%" PRId64 " licence ends within 30 days",
                            "%" PRId64 " licences end within 30 days", (unsigned long)t->ending),
                   t->ending);
        row = put_fact(ui, row, MEAN_WARNING, &text);
    }
    if (t->nobody) {
        buf_puts(&text, _("no officer is registered: o makes the first, the admin"));
        row = put_fact(ui, row, MEAN_PLAIN, &text);
    }
    buf_done(&text);
    return row + 1;
}

struct warnings {
    struct ui *ui;
    int row;
};

static void draw_warning(void *arg, enum health_matter matter, const char *text)
{
    struct warnings *w = arg;
    struct buf line = {0};
    buf_puts(&line, text);
    w->row = put_fact(w->ui, w->row, matter == HEALTH_CLOCK ? MEAN_ERROR : MEAN_WARNING, &line);
    buf_done(&line);
}

static int draw_sending(struct ui *ui, const struct today *t, int row)
{
    struct buf text = {0};
    char at[LANGUAGE_INSTANT_BYTES];
    buf_puts(&text, _("Sending"));
    row = put_fact(ui, row, MEAN_HEADING, &text);
    buf_printf(&text,
               ngettext("%" PRId64 " entry is not sent yet", "%" PRId64 " entries are not sent yet",
                        (unsigned long)t->unsent),
               t->unsent);
    row = put_fact(ui, row, t->unsent ? MEAN_PLAIN : MEAN_GOOD, &text);
    if (t->link.receipt_at)
        buf_printf(&text, _("last receipt: %s, up to entry %" PRId64),
                   language_instant(t->link.receipt_at, at), t->link.upto);
    else
        buf_puts(&text,
                 t->link.known ? _("no receipt yet") : _("this laptop is not enrolled yet: s, then e"));
    row = put_fact(ui, row, MEAN_PLAIN, &text);
    if (t->others.waiting > 0) {
        buf_printf(&text,
                   ngettext("%" PRId64 " file of other laptops to deliver",
                            "%" PRId64 " files of other laptops to deliver",
                            (unsigned long)t->others.waiting),
                   t->others.waiting);
        row = put_fact(ui, row, MEAN_PLAIN, &text);
    }
    buf_done(&text);
    struct warnings w = {.ui = ui, .row = row};
    health_warn(&t->health, ui->app->now, draw_warning, &w);
    return w.row + 1;
}

/* A bar a day, lying; the days of the month that fit, the newest last. */
static void draw_month(struct ui *ui, const struct today *t, int row)
{
    struct buf text = {0};
    int last = date_from_days(ui_today(ui)).day;
    int rows = UI_BODY + ui_body_rows(ui) - row - 1;
    int column = facts_column(ui);
    int width = term_columns(ui->term) - column - 18;
    buf_puts(&text, _("Diamonds this month: "));
    decimal_format(&text, t->mct_sum, 3, 2, ui->world.mark);
    buf_puts(&text, " ct");
    row = put_fact(ui, row, MEAN_HEADING, &text);
    for (int day = last > rows ? last - rows + 1 : 1; day <= last && t->mct_most > 0; day++, row++) {
        buf_printf(&text, "%2d", day);
        term_put(ui->term, row, column, 3, MEAN_LABEL, buf_str(&text));
        buf_clear(&text);
        decimal_format(&text, t->mct[day - 1], 3, 2, ui->world.mark);
        term_put_right(ui->term, row, column + 3, 9, MEAN_PLAIN, t->mct[day - 1] ? buf_str(&text) : "-");
        term_bar(ui->term, row, column + 13, width, t->mct[day - 1], t->mct_most);
        buf_clear(&text);
    }
    buf_done(&text);
}

static void today_draw(struct ui *ui, void *state)
{
    const struct today *t = state;
    if (t->read) {
        int row = draw_due(ui, t, UI_BODY + 1);
        row = draw_sending(ui, t, row);
        draw_month(ui, t, row);
    }
    draw_menu(ui, t);
}

static unsigned today_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct today *t = state;
    if (action == ACTION_GO_FIRST_OFFICER) {
        ui_open(ui, &SCREEN_FIRST_OFFICER, NULL);
        return KEY_HANDLED;
    }
    if (action == ACTION_OPEN) {
        go(ui, &PLACES[t->menu.marked]);
        return KEY_HANDLED;
    }
    for (int i = 0; i < PLACE_COUNT; i++) {
        if (action != ACTION_NONE && PLACES[i].key == action) {
            go(ui, &PLACES[i]);
            return KEY_HANDLED;
        }
    }
    return table_do(&t->menu, action, PLACE_COUNT) ? KEY_HANDLED : KEY_IGNORED;
}

static const struct key_contexts *today_contexts(const void *state)
{
    static const struct key_contexts nobody = {{KEYS_NOBODY, KEYS_TODAY, KEYS_MOVE}};
    const struct today *t = state;
    return t->nobody ? &nobody : &SCREEN_TODAY.keys;
}

const struct screen SCREEN_TODAY = {
    .title = N_("Today"),
    .state_size = sizeof(struct today),
    .keys = {{KEYS_TODAY, KEYS_MOVE}},
    .contexts = today_contexts,
    .open = today_open,
    .draw = today_draw,
    .key = today_key,
    .again = today_again,
    .synced = today_again,
    .later = today_again,
};
