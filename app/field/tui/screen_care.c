/* Sticks and copies: what leaves and enters by other roads than the network, and looking after the database.
 * Each line is one of the program's own commands with what it needs asked for. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/picker.h"
#include "app/field/tui/screens.h"
#include "app/field/tui/table.h"
#include "app/field/tui/task.h"
#include "app/field/tui/volumes.h"
#include "schema/base/date.h"
#include "schema/base/file.h"

enum {
    PATH_CHARS = 200
};

struct care {
    struct table table;
};

/* --- what each needs before it can run */

static bool ask_folder(struct ui *ui, const char *title, struct buf *out)
{
    return volumes_choose(ui, title, _("Which folder? A stick is mostly found under /media."), out);
}

static void carry(struct ui *ui, const char *title)
{
    struct buf folder = {0};
    if (ask_folder(ui, title, &folder)) {
        const char *const words[] = {"carry", buf_str(&folder), NULL};
        (void)task_run(ui, title, words);
    }
    buf_done(&folder);
}

static void carry_all(struct ui *ui, const char *title)
{
    struct buf folder = {0};
    if (ask_folder(ui, title, &folder)) {
        const char *const words[] = {"carry", "--all", buf_str(&folder), NULL};
        (void)task_run(ui, title, words);
    }
    buf_done(&folder);
}

/* Every file of ours in the folder, as many as a command takes. */
static void receive(struct ui *ui, const char *title)
{
    struct buf folder = {0};
    const char *words[TASK_MOST_WORDS] = {"receive"};
    glob_t found = {0};
    size_t count = 1;
    if (ask_folder(ui, title, &folder)) {
        buf_puts(&folder, "/*.alv");
        if (glob(buf_str(&folder), 0, NULL, &found) != 0)
            dialog_tell(ui, title,
                        _("There is no file of a registry or a laptop in that folder (they end in .alv)."));
        for (; count <= found.gl_pathc && count < TASK_MOST_WORDS - 1; count++)
            words[count] = found.gl_pathv[count - 1];
        if (count > 1)
            (void)task_run(ui, title, words);
        globfree(&found);
    }
    buf_done(&folder);
}

/* "FOLDER/alluvia-7K4QXM-2026-11-23ENDING" */
static void put_file(struct ui *ui, struct buf *path, const char *ending)
{
    char day[DATE_BYTES];
    buf_printf(path, "/alluvia-%s-%s%s", store_device(ui->store)->code, date_format_days(ui_today(ui), day),
               ending);
}

static void backup(struct ui *ui, const char *title)
{
    struct buf path = {0};
    if (ask_folder(ui, title, &path)) {
        put_file(ui, &path, ".db");
        const char *const words[] = {"backup", buf_str(&path), NULL};
        (void)task_run(ui, title, words);
    }
    buf_done(&path);
}

static void export_all(struct ui *ui, const char *title)
{
    struct buf path = {0};
    if (ask_folder(ui, title, &path)) {
        put_file(ui, &path, "");
        const char *const words[] = {"export", "all", "--format", "csv", "--out", buf_str(&path), NULL};
        (void)task_run(ui, title, words);
    }
    buf_done(&path);
}

static void import(struct ui *ui, const char *title)
{
    const char *labels[ENTITY_COUNT];
    struct lineedit path = {.max_chars = PATH_CHARS};
    int of = 0;
    for (int i = 0; i < ENTITY_COUNT; i++)
        labels[i] = _(ENTITIES[i].plural);
    if (picker_word(ui, title, labels, ENTITY_COUNT, &of) &&
        dialog_line(ui, title,
                    _("Which CSV file? Rows that a rule refuses go to a file beside it, with the reason."),
                    &path)) {
        const char *const words[] = {"import", ENTITIES[of].name, lineedit_text(&path), NULL};
        (void)task_run(ui, title, words);
    }
    lineedit_done(&path);
}

static void verify(struct ui *ui, const char *title)
{
    static const char *const words[] = {"verify", NULL};
    (void)task_run(ui, title, words);
}

static const struct {
    const char *label;
    const char *help;
    void (*run)(struct ui *ui, const char *title);
} JOBS[] = {
    {N_("Carry what is unsent"), N_("write it to a stick, sealed for the registry alone"), carry},
    {N_("Take in from a stick"), N_("receipts, news, batches of colleagues to deliver"), receive},
    {N_("Backup to a stick"), N_("a copy of everything but the key: do it every week"), backup},
    {N_("Copy for a colleague"), N_("the whole journal, sealed for the registry"), carry_all},
    {N_("Export as CSV"), N_("all records, for a spreadsheet"), export_all},
    {N_("Import a CSV file"), N_("rows of a list that was kept elsewhere"), import},
    {N_("Check everything"), N_("the chain, every record and the database"), verify},
};
enum {
    JOB_COUNT = sizeof JOBS / sizeof JOBS[0],
    LABEL_WIDTH = 26, /* at least */
    MOST_LABEL_WIDTH = 36
};

/* --- the screen */

static enum err care_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    (void)ui;
    (void)arg;
    (void)e;
    ((struct care *)state)->table.count = JOB_COUNT;
    return ERR_OK;
}

static int label_width(const struct ui *ui)
{
    int widest = LABEL_WIDTH;
    for (int i = 0; i < JOB_COUNT; i++) {
        int width = term_width(ui->term, _(JOBS[i].label), strlen(_(JOBS[i].label)));
        widest = width > widest ? width : widest;
    }
    return widest < MOST_LABEL_WIDTH ? widest : MOST_LABEL_WIDTH;
}

/* What a line does stands beside it, on two lines where the language needs them. */
static void care_draw(struct ui *ui, void *state)
{
    const struct care *s = state;
    int labels = label_width(ui);
    for (int i = 0; i < JOB_COUNT; i++) {
        int row = UI_BODY + 1 + 2 * i;
        bool marked = i == s->table.marked;
        term_put(ui->term, row, 1, labels, marked ? MEAN_SELECTED : MEAN_PLAIN, _(JOBS[i].label));
        (void)dialog_put(ui, row, labels + 2, term_columns(ui->term) - labels - 3, MEAN_FAINT,
                         _(JOBS[i].help));
        if (marked)
            term_cursor(ui->term, row, 1);
    }
}

static unsigned care_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    (void)press;
    struct care *s = state;
    if (action == ACTION_OPEN)
        JOBS[s->table.marked].run(ui, _(JOBS[s->table.marked].label));
    else if (!table_do(&s->table, action, JOB_COUNT))
        return KEY_IGNORED;
    return KEY_HANDLED;
}

const struct screen SCREEN_CARE = {
    .title = N_("Sticks and copies"),
    .state_size = sizeof(struct care),
    .keys = {{KEYS_MOVE}},
    .open = care_open,
    .draw = care_draw,
    .key = care_key,
};
