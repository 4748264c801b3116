/* Sticks: they are carried about, copied, damaged, lost, and some arrive. */
#include "tests/sim/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stick_free(struct stick *stick)
{
    for (int i = 0; i < stick->count; i++)
        buf_done(&stick->files[i].bytes);
    free(stick);
}

static void drop(struct sim *s, int place)
{
    stick_free(s->sticks[place]);
    s->sticks[place] = s->sticks[--s->stick_count];
}

void sticks_free(struct sim *s)
{
    while (s->stick_count > 0)
        drop(s, 0);
}

struct stick *stick_new(struct sim *s)
{
    if (s->stick_count == SIM_MOST_STICKS) {
        sim_trace(s, "a stick is lost");
        drop(s, 0);
    }
    struct stick *stick = mem_zero(1, sizeof *stick);
    s->sticks[s->stick_count++] = stick;
    return stick;
}

void stick_put(struct stick *stick, const char *name, const void *bytes, size_t len)
{
    if (stick->count == SIM_MOST_FILES)
        return;
    struct stick_file *file = &stick->files[stick->count++];
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    buf_put(&file->bytes, bytes, len);
}

static void copy(struct sim *s, const struct stick *from)
{
    struct stick kept = *from; /* a place for the new one may be made by losing FROM */
    struct stick *to = mem_zero(1, sizeof *to);
    for (int i = 0; i < kept.count; i++)
        stick_put(to, kept.files[i].name, buf_str(&kept.files[i].bytes), kept.files[i].bytes.len);
    if (s->stick_count == SIM_MOST_STICKS)
        drop(s, 0);
    s->sticks[s->stick_count++] = to;
}

static void damage(struct sim *s, struct stick *stick)
{
    struct stick_file *file = &stick->files[sim_below(s, stick->count)];
    if (sim_chance(s, 500))
        buf_truncate(&file->bytes, (size_t)sim_below(s, (int)file->bytes.len + 1));
    else if (file->bytes.len > 0)
        file->bytes.data[sim_below(s, (int)file->bytes.len)] ^= (char)(1 << sim_below(s, 8));
}

void sticks_move(struct sim *s)
{
    if (s->stick_count == 0)
        return;
    int place = sim_below(s, s->stick_count);
    struct stick *stick = s->sticks[place];
    int choice = sim_below(s, 100);
    if (stick->count == 0 || choice < 8) {
        sim_trace(s, "a stick of %d files is lost", stick->count);
        drop(s, place);
    } else if (choice < 16) {
        sim_trace(s, "a stick of %d files is copied", stick->count);
        copy(s, stick);
    } else if (choice < 24) {
        sim_trace(s, "a stick of %d files is damaged", stick->count);
        damage(s, stick);
    } else if (choice < 60) {
        office_import(s, stick);
    } else {
        laptop_receive(&s->laptops[sim_below(s, s->laptop_count)], stick);
    }
}

void sticks_deliver(struct sim *s)
{
    for (int i = 0; i < s->stick_count && !sim_failed(s); i++)
        office_import(s, s->sticks[i]);
}
