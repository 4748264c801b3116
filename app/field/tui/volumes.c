#include "app/field/tui/volumes.h"

#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "app/field/tui/picker.h"

enum {
    MOST_VOLUMES = 16,
    PATH_CHARS = 200
};

/* Where desktops (/run/media/NAME, /media/NAME) and people (/mnt) mount what is plugged in and can be
 * written. */
static bool is_medium(const struct mntent *m)
{
    static const char *const places[] = {"/media/", "/run/media/", "/mnt/"};
    if (strncmp(m->mnt_fsname, "/dev/", 5) != 0 || hasmntopt(m, MNTOPT_RO))
        return false;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strncmp(m->mnt_dir, places[i], strlen(places[i])) == 0)
            return true;
    }
    return strcmp(m->mnt_dir, "/mnt") == 0;
}

static int read_volumes(char *folders[MOST_VOLUMES])
{
    int count = 0;
    FILE *mounts = setmntent("/proc/self/mounts", "r");
    for (const struct mntent *m; mounts && count < MOST_VOLUMES && (m = getmntent(mounts));) {
        if (is_medium(m))
            folders[count++] = str_dup(m->mnt_dir);
    }
    if (mounts)
        (void)endmntent(mounts);
    return count;
}

static bool type_folder(struct ui *ui, const char *title, const char *text, struct buf *out)
{
    struct lineedit answer = {.max_chars = PATH_CHARS};
    bool given = dialog_line(ui, title, text, &answer);
    if (given)
        buf_puts(out, lineedit_text(&answer));
    lineedit_done(&answer);
    return given;
}

bool volumes_choose(struct ui *ui, const char *title, const char *text, struct buf *out)
{
    char *folders[MOST_VOLUMES + 1];
    int count = read_volumes(folders);
    int at = 0;
    folders[count] = str_dup(_("Another folder …"));
    bool chosen = count == 0 || picker_word(ui, title, (const char *const *)folders, count + 1, &at);
    if (chosen && at < count)
        buf_puts(out, folders[at]);
    else if (chosen)
        chosen = type_folder(ui, title, text, out);
    for (int i = 0; i <= count; i++)
        free(folders[i]);
    return chosen;
}
