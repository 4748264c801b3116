/* What things look like: meanings, never colours, are what drawing code names. A theme without colours says
 * everything by bold, underline and reverse; colour never carries meaning alone. */
#ifndef ALLUVIA_TUI_THEME_H
#define ALLUVIA_TUI_THEME_H

#include <stdbool.h>

enum meaning {
    MEAN_PLAIN,
    MEAN_TITLE,    /* the line at the top */
    MEAN_HEADING,  /* over a part of the screen, over columns */
    MEAN_BAR,      /* what keys do, in the bottom line */
    MEAN_BAR_KEY,  /* the keys themselves */
    MEAN_LABEL,    /* name of a field */
    MEAN_VALUE,    /* what can be changed but is not in focus */
    MEAN_FOCUS,    /* where typing goes */
    MEAN_SELECTED, /* the marked line */
    MEAN_ERROR,
    MEAN_WARNING,
    MEAN_GOOD,
    MEAN_FAINT, /* hints, what counts less */
    MEAN_BORDER,
    MEAN_CHART,
    MEAN_COUNT,
};

enum {
    LOOK_BOLD = 1,
    LOOK_UNDERLINE = 2,
    LOOK_REVERSE = 4,
    LOOK_DIM = 8
};

enum colour {
    COLOUR_NONE = -1, /* the terminal's own */
    COLOUR_BLACK,
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_BLUE,
    COLOUR_MAGENTA,
    COLOUR_CYAN,
    COLOUR_WHITE,
};

struct look {
    enum colour front;
    enum colour back;
    unsigned attributes; /* LOOK_… */
};

enum theme {
    THEME_COLOUR,
    THEME_MONOCHROME,
    THEME_COUNT
};

const struct look *theme_look(enum theme theme, enum meaning meaning);
/* Monochrome when the terminal has no colours, or NO_COLOR is set to anything (no-color.org). */
enum theme theme_choose(int colours, const char *no_color);

#endif
