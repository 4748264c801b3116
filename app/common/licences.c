#include "app/common/licences.h"

#include "app/common/standing.h"
#include "schema/base/date.h"
#include "schema/base/words.h"

static const struct report_column COLUMNS[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL}, /* of the registry alone */
    {"licence_no", "licence_no", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    {"kind", "kind", N_("Kind"), NULL, REPORT_CODE, 0, false, "licence_kind"},
    {"holder", "holder", N_("Holder"), NULL, REPORT_TEXT, 0, false, NULL},
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"},
    {"valid_from", "valid_from", N_("Valid from"), NULL, REPORT_DATE, 0, false, NULL},
    {"valid_to", "valid_to", N_("Valid to"), NULL, REPORT_DATE, 0, false, NULL},
    {"status", "status", N_("Status"), NULL, REPORT_CODE, 0, false, "licence_status"},
    {"standing", "standing", N_("Stands"), NULL, REPORT_WORD, 0, false, NULL},
    {"days_left", "days_left", N_("Days left"), NULL, REPORT_NUMBER, 0, false, NULL},
};

void licences_init(struct report *out, int32_t day, enum licences_of of)
{
    char text[DATE_BYTES];
    int first = of == LICENCES_OF_REGISTRY ? 0 : 1;
    report_init(out, "licences", date_format_days(day, text), COLUMNS + first,
                (int)(sizeof COLUMNS / sizeof COLUMNS[0]) - first);
}

void licences_add(struct report *out, const struct record *licence, int32_t day)
{
    static const char *const same[] = {"licence_no", "kind", "district", "valid_from", "valid_to", "status"};
    enum standing standing = standing_of(licence, day);
    const char *to = record_text(licence, "valid_to");
    struct date d;
    struct errctx unread;
    report_add_row(out);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        report_set_text(out, same[i], record_text(licence, same[i]));
    report_set_text(out, "standing", standing_name(standing));
    bool valid = standing == STANDING_VALID || standing == STANDING_ENDS_SOON;
    if (valid && to && date_parse(to, &d, &unread) == ERR_OK)
        report_set_number(out, "days_left", date_to_days(d) - day);
}
