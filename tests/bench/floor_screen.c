/* The floor of the screens: the least program that shows a full screen by ncursesw and echoes a key. */
#define NCURSES_NOMACROS
#include <curses.h>
#include <locale.h>

int main(void)
{
    (void)setlocale(LC_ALL, "");
    if (!initscr())
        return 1;
    (void)raw();
    (void)noecho();
    (void)keypad(stdscr, TRUE);
    for (int row = 0; row < getmaxy(stdscr); row++)
        (void)mvprintw(row, 1, "line %d of a screen that holds nothing but lines", row);
    (void)mvaddstr(getmaxy(stdscr) - 1, 60, "READY");
    for (int key = getch(); key != 'q'; key = getch())
        (void)mvaddch(1, 1, (chtype)key);
    return endwin() == OK ? 0 : 1;
}
