#include "schema/base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Reads exactly COUNT digits. Returns -1 when they are not there. */
static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static enum err check_date(int year, int month, int day, struct date *out, struct errctx *e)
{
    if (year < 1 || year > 9999)
        return err_fail(e, ERR_INVALID, "has no such year");
    if (month < 1 || month > 12)
        return err_fail(e, ERR_INVALID, "has no month %d", month);
    if (day < 1 || day > days_in_month(year, month))
        return err_fail(e, ERR_INVALID, "is a day that does not exist");
    *out = (struct date){year, month, day};
    return ERR_OK;
}

enum err date_parse(const char *text, struct date *out, struct errctx *e)
{
    bool shaped = strlen(text) == DATE_BYTES - 1 && text[4] == '-' && text[7] == '-';
    int year = shaped ? digits(text, 4) : -1;
    int month = shaped ? digits(text + 5, 2) : -1;
    int day = shaped ? digits(text + 8, 2) : -1;
    if (year < 0 || month < 0 || day < 0)
        return err_fail(e, ERR_INVALID, "is not a date (year-month-day, for example 2026-11-23)");
    return check_date(year, month, day, out, e);
}

bool is_date(const char *text)
{
    struct date d;
    struct errctx e;
    return date_parse(text, &d, &e) == ERR_OK;
}

/* Reads one to MOST digits at *AT and moves on; -1 when there are none. */
static int number_at(const char **at, int most)
{
    int count = 0;
    while (count < most && isdigit((unsigned char)(*at)[count]))
        count++;
    int value = count ? digits(*at, count) : -1;
    *at += count;
    return value;
}

/* "3/1/2026" with one or two digits for day and month and one of "/.-" between, the same twice. */
static bool read_day_first(const char *text, int out[3])
{
    const char *at = text;
    out[0] = number_at(&at, 2);
    char mark = *at;
    if (out[0] < 0 || !mark || !strchr("/.-", mark))
        return false;
    at++;
    out[1] = number_at(&at, 2);
    if (out[1] < 0 || *at != mark)
        return false;
    at++;
    out[2] = number_at(&at, 4);
    return out[2] >= 1000 && *at == '\0';
}

/* What people call today and yesterday in the languages of ours; -1 for anything else. */
static int days_back(const char *text)
{
    static const struct {
        const char *word; /* folded: without case and accents */
        int days;
    } words[] = {{"today", 0}, {"yesterday", 1}, {"aujourd hui", 0}, {"aujourdhui", 0},
                 {"hier", 1},  {"hoje", 0},      {"ontem", 1}};
    struct buf folded = {0};
    int found = -1;
    text_fold(&folded, text);
    for (size_t i = 0; i < sizeof words / sizeof words[0] && found < 0; i++) {
        if (strcmp(buf_str(&folded), words[i].word) == 0)
            found = words[i].days;
    }
    buf_done(&folded);
    return found;
}

enum err date_parse_typed(const char *text, int32_t today, struct date *out, struct errctx *e)
{
    int parts[3];
    int back = days_back(text);
    if (back >= 0) {
        *out = date_from_days(today - back);
        return ERR_OK;
    }
    if ((text[0] == '-' || text[0] == '+') && text[1] && strspn(text + 1, "0123456789") == strlen(text + 1) &&
        strlen(text) <= 4) {
        *out = date_from_days(today + (int32_t)strtol(text, NULL, 10));
        return ERR_OK;
    }
    if (read_day_first(text, parts))
        return check_date(parts[2], parts[1], parts[0], out, e);
    return date_parse(text, out, e);
}

char *date_format(struct date d, char *out)
{
    (void)snprintf(out, DATE_BYTES, "%04u-%02u-%02u", (unsigned)d.year % 10000U, (unsigned)d.month % 100U,
                   (unsigned)d.day % 100U);
    return out;
}

/* Days and civil dates after the era arithmetic in common use (years from 1 March, 400-year eras). */
int32_t date_to_days(struct date d)
{
    int year = d.month <= 2 ? d.year - 1 : d.year;
    int era = year / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (d.month > 2 ? d.month - 3 : d.month + 9) + 2) / 5 + d.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int32_t days)
{
    int64_t shifted = (int64_t)days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int day_of_era = (int)(shifted - era * 146097);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    struct date d = {.day = day_of_year - (153 * march_month + 2) / 5 + 1};
    d.month = march_month < 10 ? march_month + 3 : march_month - 9;
    d.year = year_of_era + (int)(era * 400) + (d.month <= 2 ? 1 : 0);
    return d;
}

char *date_format_days(int32_t days, char *out)
{
    return date_format(date_from_days(days), out);
}

int32_t date_of_instant(int64_t at)
{
    int64_t day = at / 86400;
    return (int32_t)(at % 86400 < 0 ? day - 1 : day);
}

char *instant_format(int64_t at, char *out)
{
    int32_t day = date_of_instant(at);
    unsigned second = (unsigned)(at - (int64_t)day * 86400);
    char date[DATE_BYTES];
    (void)snprintf(out, INSTANT_BYTES, "%sT%02u:%02u:%02uZ", date_format_days(day, date), second / 3600 % 24,
                   second / 60 % 60, second % 60);
    return out;
}

bool instant_parse(const char *text, int64_t *out)
{
    char day[DATE_BYTES];
    struct date d;
    struct errctx ignored;
    bool shaped = strlen(text) == INSTANT_BYTES - 1 && text[10] == 'T' && text[13] == ':' &&
                  text[16] == ':' && text[19] == 'Z';
    if (!shaped)
        return false;
    (void)snprintf(day, sizeof day, "%.10s", text);
    int hour = digits(text + 11, 2);
    int minute = digits(text + 14, 2);
    int second = digits(text + 17, 2);
    if (date_parse(day, &d, &ignored) != ERR_OK || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59)
        return false;
    *out = (int64_t)date_to_days(d) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

enum err date_parse_birth(const char *text, int *out_year, struct errctx *e)
{
    char date[DATE_BYTES] = "2000-01-01";
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '~')
        len--;
    if (len != 4 && len != 7 && len != 10)
        return err_fail(e, ERR_INVALID,
                        "is not a birth (1985, 1985-06 or 1985-06-12, with ~ behind it for about)");
    memcpy(date, text, len);
    struct date d;
    if (date_parse(date, &d, e) != ERR_OK)
        return e->kind;
    *out_year = d.year;
    return ERR_OK;
}

int date_age_most(const char *birth, int32_t day)
{
    char born[DATE_BYTES] = "2000-01-01";
    size_t len = strcspn(birth, "~");
    memcpy(born, birth, len < DATE_BYTES - 1 ? len : DATE_BYTES - 1);
    char now[DATE_BYTES];
    date_format_days(day, now);
    int years = digits(now, 4) - digits(born, 4);
    return strcmp(born + 4, now + 4) > 0 ? years - 1 : years;
}

enum err date_parse_period(const char *text, int32_t *out_first, int32_t *out_last, struct errctx *e)
{
    size_t len = strlen(text);
    int year = len >= 4 ? digits(text, 4) : -1;
    int month = 0;
    int months = 0;
    if (len == 4) {
        month = 1;
        months = 12;
    } else if (len == 7 && text[4] == '-' && text[5] == 'H' && (text[6] == '1' || text[6] == '2')) {
        month = (text[6] - '1') * 6 + 1;
        months = 6;
    } else if (len == 7 && text[4] == '-' && text[5] == 'Q' && text[6] >= '1' && text[6] <= '4') {
        month = (text[6] - '1') * 3 + 1;
        months = 3;
    } else if (len == 7 && text[4] == '-') {
        month = digits(text + 5, 2);
        months = 1;
    }
    if (year < 1 || month < 1 || month > 12)
        return err_fail(e, ERR_INVALID, "is not a period (2026, 2026-H1, 2026-Q3 or 2026-11)");
    int last = month + months - 1;
    *out_first = date_to_days((struct date){year, month, 1});
    *out_last = date_to_days((struct date){year, last, days_in_month(year, last)});
    return ERR_OK;
}
