#include "app/field/tui/theme.h"

#include <stddef.h>

static const struct look LOOKS[THEME_COUNT][MEAN_COUNT] =
    {
        [THEME_COLOUR] =
            {
                [MEAN_PLAIN] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_TITLE] = {COLOUR_WHITE, COLOUR_BLUE, LOOK_BOLD},
                [MEAN_HEADING] = {COLOUR_CYAN, COLOUR_NONE, LOOK_BOLD},
                [MEAN_BAR] = {COLOUR_BLACK, COLOUR_CYAN, 0},
                [MEAN_BAR_KEY] = {COLOUR_WHITE, COLOUR_NONE, LOOK_BOLD},
                [MEAN_LABEL] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_VALUE] = {COLOUR_NONE, COLOUR_NONE, LOOK_UNDERLINE},
                [MEAN_FOCUS] = {COLOUR_BLACK, COLOUR_YELLOW, 0},
                [MEAN_SELECTED] = {COLOUR_BLACK, COLOUR_CYAN, 0},
                [MEAN_ERROR] = {COLOUR_RED, COLOUR_NONE, LOOK_BOLD},
                [MEAN_WARNING] = {COLOUR_YELLOW, COLOUR_NONE, LOOK_BOLD},
                [MEAN_GOOD] = {COLOUR_GREEN, COLOUR_NONE, LOOK_BOLD},
                [MEAN_FAINT] = {COLOUR_CYAN, COLOUR_NONE, 0},
                [MEAN_BORDER] = {COLOUR_BLUE, COLOUR_NONE, 0},
                [MEAN_CHART] = {COLOUR_GREEN, COLOUR_NONE, 0},
            },
        [THEME_MONOCHROME] =
            {
                [MEAN_PLAIN] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_TITLE] = {COLOUR_NONE, COLOUR_NONE, LOOK_REVERSE | LOOK_BOLD},
                [MEAN_HEADING] = {COLOUR_NONE, COLOUR_NONE, LOOK_BOLD},
                [MEAN_BAR] = {COLOUR_NONE, COLOUR_NONE, LOOK_REVERSE},
                [MEAN_BAR_KEY] = {COLOUR_NONE, COLOUR_NONE, LOOK_BOLD},
                [MEAN_LABEL] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_VALUE] = {COLOUR_NONE, COLOUR_NONE, LOOK_UNDERLINE},
                [MEAN_FOCUS] = {COLOUR_NONE, COLOUR_NONE, LOOK_REVERSE},
                [MEAN_SELECTED] = {COLOUR_NONE, COLOUR_NONE, LOOK_REVERSE},
                [MEAN_ERROR] = {COLOUR_NONE, COLOUR_NONE, LOOK_BOLD},
                [MEAN_WARNING] = {COLOUR_NONE, COLOUR_NONE, LOOK_BOLD},
                [MEAN_GOOD] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_FAINT] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_BORDER] = {COLOUR_NONE, COLOUR_NONE, 0},
                [MEAN_CHART] = {COLOUR_NONE, COLOUR_NONE, 0},
            },
};

const struct look *theme_look(enum theme theme, enum meaning meaning)
{
    return &LOOKS[theme][meaning];
}

enum theme theme_choose(int colours, const char *no_color)
{
    return colours < 8 || (no_color && *no_color) ? THEME_MONOCHROME : THEME_COLOUR;
}
