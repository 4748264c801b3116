/* Joining a registry: its address and the code of an invitation, or an invitation's file from a stick. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/said.h"
#include "app/field/tui/blank.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/enrol_job.h"
#include "app/field/tui/screens.h"
#include "sync/client/sync.h"

enum {
    LINE_WHERE,
    LINE_CODE
};

struct enrolling {
    struct blank blank;
    struct enrol_job job;
    struct link_state link;
    bool over;       /* a try has ended */
    enum err result; /* how */
    char words[ERR_TEXT_BYTES];
};

static enum err enrol_open(struct ui *ui, void *state, const void *arg, struct errctx *e)
{
    struct enrolling *s = state;
    (void)arg;
    if (store_may(ui->store, ROLE_ADMIN, e) != ERR_OK ||
        link_load(store_db(ui->store), &s->link, e) != ERR_OK)
        return e->kind;
    if (sync_child_runs(&ui->sync))
        return err_fail(e, ERR_BUSY, "%s", _("a sync runs: wait until it is over"));
    blank_add(&s->blank, N_("Address, or file"),
              N_("As the ministry wrote it down: https://… With an invitation on a stick the path of the "
                 "file instead, for "
                 "example /media/usb/invitation.alv"));
    blank_add(&s->blank, N_("Code"),
              N_("Of the invitation, four groups of four. Capitals, spaces and hyphens do not matter. Not "
                 "for a file."));
    return ERR_OK;
}

static bool is_address(const char *where)
{
    return strncmp(where, "http://", 7) == 0 || strncmp(where, "https://", 8) == 0;
}

/* --- drawing */

/* What to do, where it differs from what is done elsewhere. */
static const char *what_to_do(enum err kind)
{
    if (kind == ERR_PROTOCOL)
        return N_("What answered is not the registry, or the file is damaged. Look at the address again; a "
                  "network that "
                  "wants a log-in first answers everything by itself; copy the file again.");
    if (kind == ERR_DENIED)
        return N_("Ask the ministry for a new invitation: each works once, and not for ever.");
    if (kind == ERR_NETWORK)
        return N_("Nothing was changed. Try again when there is a connection, or ask for an invitation on a "
                  "stick.");
    return ui_advice(kind);
}

static void draw_outcome(struct ui *ui, const struct enrolling *s, int row)
{
    struct buf words = {0};
    if (s->job.runs) {
        buf_puts(&words, _("Asking the registry … Esc breaks it off."));
        row = blank_words(ui, row, MEAN_HEADING, buf_str(&words));
        buf_clear(&words);
        if (s->job.said[0])
            (void)blank_words(ui, row + 1, MEAN_WARNING, said_in(&words, s->job.said));
    } else if (s->over && s->result == ERR_OK) {
        buf_printf(
            &words,
            s->link.enrolled
                ? _("This laptop has joined %s. Esc goes back; Sync sends what is recorded.")
                : _("This laptop is invited by %s. Esc goes back; the first batch that arrives enrols it."),
            s->link.registry.name);
        (void)blank_words(ui, row, MEAN_GOOD, buf_str(&words));
    } else if (s->over) {
        const char *advice = what_to_do(s->result);
        row = blank_words(ui, row, MEAN_ERROR, said_in(&words, s->words));
        if (advice)
            (void)blank_words(ui, row + 1, MEAN_PLAIN, _(advice));
    }
    buf_done(&words);
}

static void take_end(struct ui *ui, struct enrolling *s)
{
    struct errctx e;
    if (!enrol_job_over(&s->job))
        return;
    ui->wake_fd = -1;
    s->over = true;
    s->result = s->job.result;
    (void)snprintf(s->words, sizeof s->words, "%s", s->job.e.text);
    if (link_load(store_db(ui->store), &s->link, &e) != ERR_OK && s->result == ERR_OK) {
        s->result = e.kind;
        (void)snprintf(s->words, sizeof s->words, "%s", e.text);
    }
}

static void enrol_draw(struct ui *ui, void *state)
{
    struct enrolling *s = state;
    struct buf line = {0};
    take_end(ui, s);
    if (s->link.known) {
        buf_printf(&line, _("Registry now: %s"), s->link.registry.name);
        (void)blank_words(ui, UI_BODY + 1, MEAN_PLAIN, buf_str(&line));
    } else {
        (void)blank_words(ui, UI_BODY + 1, MEAN_HEADING, _("Join the registry that invited this laptop."));
    }
    buf_done(&line);
    draw_outcome(ui, s, blank_draw(ui, &s->blank, UI_BODY + 3) + 1);
}

/* --- keys */

static unsigned send(struct ui *ui, struct enrolling *s)
{
    struct errctx e = {0};
    const char *where = lineedit_text(&s->blank.fields[LINE_WHERE].line);
    const char *code = lineedit_text(&s->blank.fields[LINE_CODE].line);
    char clean[INVITATION_CODE_BYTES];
    blank_forgive(&s->blank);
    s->over = false;
    if (!*where)
        blank_blame(&s->blank, LINE_WHERE, _("must be given"));
    else if (is_address(where) && invitation_code_parse(code, clean, &e) != ERR_OK)
        blank_blame(&s->blank, LINE_CODE, e.text);
    else if (!is_address(where) && access(where, R_OK) != 0)
        blank_blame(&s->blank, LINE_WHERE,
                    _("is neither an address, https://…, nor a file that can be read"));
    else if (enrol_job_start(&s->job, ui->app->db_path, where, is_address(where) ? code : NULL, &e) != ERR_OK)
        ui_tell_error(ui, &e);
    else
        ui->wake_fd = enrol_job_fd(&s->job);
    return KEY_HANDLED;
}

static unsigned enrol_key(struct ui *ui, void *state, enum action action, int32_t press)
{
    struct enrolling *s = state;
    if (s->job.runs) {
        if (action == ACTION_BACK)
            enrol_job_cancel(&s->job);
        return action == ACTION_QUIT ? KEY_IGNORED : KEY_HANDLED;
    }
    if (action == ACTION_SAVE || (action == ACTION_NEXT_FIELD && s->blank.focus == s->blank.count - 1))
        return send(ui, s);
    return blank_key(&s->blank, action, press) ? KEY_HANDLED : KEY_IGNORED;
}

static void enrol_close(struct ui *ui, void *state)
{
    struct enrolling *s = state;
    enrol_job_stop(&s->job);
    ui->wake_fd = -1;
    blank_done(&s->blank);
}

const struct screen SCREEN_ENROL = {
    .title = N_("Enrol"),
    .state_size = sizeof(struct enrolling),
    .keys = {{KEYS_FORM, KEYS_FIELDS, KEYS_TEXT}},
    .open = enrol_open,
    .draw = enrol_draw,
    .key = enrol_key,
    .close = enrol_close,
};
