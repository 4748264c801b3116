/*
 * season_take --data DIR --season DIR
 *
 * Does what the lines of its standard input say (office.h), and says what that was.
 */
#include <stdio.h>
#include <string.h>

#include "tests/season/office.h"

int main(int argc, char **argv)
{
    static struct office o;
    char line[OFFICE_LINE_BYTES];
    if (argc != 5 || strcmp(argv[1], "--data") != 0 || strcmp(argv[3], "--season") != 0) {
        (void)fprintf(stderr, "usage: season_take --data DIR --season DIR\n");
        return 64;
    }
    office_open(&o, argv[2], argv[4]);
    while (fgets(line, sizeof line, stdin))
        office_obey(&o, line);
    office_close(&o);
    printf("%lld entries in %lld batches, %lld of them late behind a gap, %lld repeated, %lld decisions\n",
           (long long)o.entries, (long long)o.batches, (long long)o.gaps, (long long)o.repeated,
           (long long)o.decisions);
    return 0;
}
