#include "schema/record/entity.h"

#include <string.h>

#include "schema/base/words.h"

/* xgettext takes labels and help from NAMED and FLAGGED.
 * Parts of a row: who the field is, then what it holds, then when it must be given. */
#define NAMED(n, l, h)      .name = n, .flag = n, .label = l, .help = h
#define FLAGGED(n, f, l, h) .name = n, .flag = f, .label = l, .help = h

#define TEXT(chars)      .type = FIELD_TEXT, .max = (chars)
#define NOTE             .type = FIELD_NOTE, .max = 1000
#define INT(least, most) .type = FIELD_INT, .min = (least), .max = (most)
#define DECIMAL(u, digits, least, most)                                                                      \
    .type = FIELD_DECIMAL, .unit = u, .scale = (digits), .min = (least), .max = (most)
#define MONEY(in, least) .type = FIELD_MONEY, .currency = in, .min = (least), .max = MOST_MONEY
#define DATE             .type = FIELD_DATE
#define BIRTH            .type = FIELD_BIRTH
#define CODE(of)         .type = FIELD_CODE, .list = of
#define SET(of)          .type = FIELD_SET, .list = of
#define REF(to)          .type = FIELD_REF, .target = to
#define BOOL             .type = FIELD_BOOL, .max = 1

#define UNIT(u)                      .unit = u
#define REQUIRED                     .need = NEED_REQUIRED
#define WHEN(cond, other)            .need = cond, .if_field = other
#define WHEN_VALUE(cond, other, val) .need = cond, .if_field = other, .if_value = val
#define ELSE(human)                  .fallback = human

/*
 * Bounds catch what cannot be meant, such as a weight in the wrong unit; what is merely unlikely is a rule's
 * business (rules.c). They are in the smallest unit and wide enough for the largest wash period of a
 * semi-industrial licence.
 */
#define MOST_MCT    INT64_C(100000000)   /* 100,000 ct: more than any country's artisanal month */
#define MOST_MG     INT64_C(1000000000)  /* 1,000 kg of gold */
#define MOST_LITRES INT64_C(100000000)   /* 100,000 m3 of gravel */
#define MOST_M2     INT64_C(10000000000) /* 10,000 km2: fifty times Angola's largest cooperative area */
#define MOST_MONEY  INT64_C(1000000000000000)
#define MOST_STONES 1000000
#define MOST_PEOPLE 10000
#define MOST_HOURS  7440  /* tenths in 31 days of 24 hours */
#define WHOLE_BP    10000 /* 100 percent */
#define WEIGHTS     "diamond_mct,gem_mct,near_gem_mct,industrial_mct,gold_mg"

/* A field a line. */
/* clang-format off */

static const struct field DIGGER[] = {
    {NAMED("card_no", "Card number", "number on the ministry's card, when there is one"), TEXT(40)},
    {NAMED("full_name", "Full name", "as on paper or as spoken"), TEXT(120), REQUIRED},
    {NAMED("other_names", "Other names", "nicknames, earlier names, other spellings"), TEXT(120)},
    {NAMED("parent_name", "Father or mother", "name of the father or mother, tells people of one name apart"), TEXT(120)},
    {NAMED("sex", "Sex", "as stated by the person"), CODE("sex"), REQUIRED},
    {NAMED("birth", "Birth", "year, month or day of birth as far as known: 1985, 1985-06, 1985-06-12; ~ behind it for about"), BIRTH},
    {NAMED("nationality", "Nationality", "country of nationality, two letters"), CODE("country"), REQUIRED},
    {NAMED("residence", "Residence", "standing in the country: national, resident, refugee and so on"), CODE("residence"), REQUIRED},
    {NAMED("district", "District", "where the person lives"), CODE("district"), REQUIRED},
    {NAMED("village", "Village", "where the person lives"), TEXT(80), REQUIRED},
    {NAMED("address", "Address", "further words that find the house"), TEXT(200)},
    {NAMED("phone", "Phone", "number with its country code when known"), TEXT(40)},
    {NAMED("id_type", "Identity paper", "which paper was seen, none when there was none"), CODE("id_type"), REQUIRED},
    {NAMED("id_no", "Paper number", "number on the identity paper"), TEXT(40), WHEN_VALUE(NEED_WHEN_NOT_EQUAL, "id_type", "none")},
    {NAMED("role", "Role", "main work at the pit"), CODE("person_role"), REQUIRED},
    {NAMED("cooperative", "Cooperative", "cooperative that the person belongs to"), REF(ENTITY_COOPERATIVE)},
    {NAMED("legal_basis", "Legal basis", "why these personal data may be kept"), CODE("legal_basis"), REQUIRED},
    {NAMED("status", "Status", "whether the person still works here"), CODE("person_status"), REQUIRED, ELSE("active")},
    {NAMED("duplicate_of", "Duplicate of", "the record that stays when a person was registered twice"), REF(ENTITY_DIGGER)},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field COOPERATIVE[] = {
    {NAMED("name", "Name", "as in the approval"), TEXT(120), REQUIRED},
    {NAMED("acronym", "Acronym", "short name"), TEXT(40)},
    {NAMED("kind", "Kind", "legal form of the group"), CODE("coop_kind"), REQUIRED},
    {NAMED("approval_no", "Approval number", "number of the approval or registration"), TEXT(60)},
    {NAMED("approved_on", "Approved on", "date of the approval"), DATE},
    {NAMED("valid_to", "Valid to", "last day of the approval"), DATE},
    {NAMED("district", "District", "seat of the cooperative"), CODE("district"), REQUIRED},
    {NAMED("village", "Village", "seat of the cooperative"), TEXT(80), REQUIRED},
    {NAMED("chair", "Chair", "name of the person who leads it"), TEXT(120), REQUIRED},
    {NAMED("phone", "Phone", "number with its country code when known"), TEXT(40)},
    {FLAGGED("levy_bp", "levy_pct", "Levy", "part of sales that the cooperative keeps"), DECIMAL("%", 2, 0, WHOLE_BP)},
    {NAMED("status", "Status", "whether the cooperative may work"), CODE("coop_status"), REQUIRED},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field LICENCE[] = {
    {NAMED("licence_no", "Licence number", "as printed on the licence"), TEXT(60), REQUIRED},
    {NAMED("kind", "Kind", "kind of licence in this country"), CODE("licence_kind"), REQUIRED},
    {NAMED("holder", "Holder (person)", "person who holds it; a licence has a person or a cooperative"), REF(ENTITY_DIGGER), WHEN(NEED_WHEN_NONE, "holder_coop")},
    {NAMED("holder_coop", "Holder (cooperative)", "cooperative that holds it; a licence has a person or a cooperative"), REF(ENTITY_COOPERATIVE), WHEN(NEED_WHEN_NONE, "holder")},
    {NAMED("minerals", "Minerals", "what may be dug or traded under it"), SET("mineral"), REQUIRED},
    {NAMED("district", "District", "where the area lies"), CODE("district"), REQUIRED},
    {NAMED("area_text", "Area in words", "where the area lies and what bounds it"), TEXT(400), REQUIRED},
    {FLAGGED("area_m2", "area_ha", "Area", "size of the area"), DECIMAL("ha", 4, 0, MOST_M2)},
    {NAMED("issued_by", "Issued by", "office that issued it"), TEXT(120), REQUIRED},
    {NAMED("issued_on", "Issued on", "date of issue"), DATE, REQUIRED},
    {NAMED("valid_from", "Valid from", "first day of validity"), DATE, REQUIRED},
    {NAMED("valid_to", "Valid to", "last day of validity"), DATE, REQUIRED},
    {NAMED("status", "Status", "granted, suspended, revoked and so on"), CODE("licence_status"), REQUIRED},
    {NAMED("status_on", "Status since", "date of the latest change of status"), DATE},
    {NAMED("status_reason", "Reason of status", "why the status changed"), TEXT(200)},
    {NAMED("max_workers", "Workers allowed", "most workers that the licence allows"), INT(0, MOST_PEOPLE)},
    {NAMED("currency", "Currency", "currency of the fees, three letters"), CODE("currency"), WHEN(NEED_WHEN_ANY, "fee_due_minor,fee_paid_minor")},
    {FLAGGED("fee_due_minor", "fee_due", "Fee due", "fee that the law asks"), MONEY("currency", 0)},
    {FLAGGED("fee_paid_minor", "fee_paid", "Fee paid", "fee that was really paid"), MONEY("currency", 0)},
    {NAMED("receipt_no", "Receipt number", "receipt of the fee"), TEXT(60)},
    {NAMED("supporter", "Supporter", "person who finances the work"), REF(ENTITY_DIGGER)},
    {NAMED("renews", "Renews", "the licence that this one follows"), REF(ENTITY_LICENCE)},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field SITE[] = {
    {NAMED("name", "Name", "name of the site in documents"), TEXT(120), REQUIRED},
    {NAMED("local_name", "Local name", "what people there call it"), TEXT(120)},
    {NAMED("licence", "Licence", "licence that covers it; none for an informal site that was seen"), REF(ENTITY_LICENCE)},
    {NAMED("district", "District", "where the site lies"), CODE("district"), REQUIRED},
    {NAMED("village", "Village", "nearest village"), TEXT(80), REQUIRED},
    {NAMED("river", "River", "river or stream whose gravel is worked"), TEXT(80)},
    {FLAGGED("lat_udeg", "lat", "Latitude", "WGS 84, south is negative"), DECIMAL("deg", 6, -90000000, 90000000)},
    {FLAGGED("lon_udeg", "lon", "Longitude", "WGS 84, west is negative"), DECIMAL("deg", 6, -180000000, 180000000)},
    {NAMED("accuracy_m", "Accuracy", "how far off the position may be"), INT(0, 100000), UNIT("m")},
    {NAMED("located_by", "Located by", "how the position was found"), CODE("located_by")},
    {NAMED("state", "State", "what goes on at the site"), CODE("site_state"), REQUIRED},
    {NAMED("zone_status", "Zone status", "Kimberley Process standing of the zone"), CODE("zone_status"), REQUIRED},
    {NAMED("deposit", "Deposit", "what kind of ground is worked"), CODE("deposit")},
    {NAMED("opened_on", "Opened on", "when work began"), DATE},
    {NAMED("closed_on", "Closed on", "when work ended"), DATE},
    {FLAGGED("length_dm", "length_m", "Length", "length of the pit"), DECIMAL("m", 1, 0, 1000000)},
    {FLAGGED("width_dm", "width_m", "Width", "width of the pit"), DECIMAL("m", 1, 0, 1000000)},
    {FLAGGED("depth_dm", "depth_m", "Depth", "depth of the pit"), DECIMAL("m", 1, 0, 10000)},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field CREW[] = {
    {NAMED("licence", "Licence", "licence that the person works on"), REF(ENTITY_LICENCE), REQUIRED},
    {NAMED("digger", "Person", "who works"), REF(ENTITY_DIGGER), REQUIRED},
    {NAMED("role", "Role", "the person's work in this team"), CODE("person_role"), REQUIRED},
    {FLAGGED("share_bp", "share_pct", "Share", "part of the winnings, agreed before"), DECIMAL("%", 2, 0, WHOLE_BP)},
    {NAMED("from_on", "From", "first day in the team"), DATE, REQUIRED},
    {NAMED("to_on", "To", "last day in the team"), DATE},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field YIELD[] = {
    {NAMED("licence", "Licence", "licence whose team reports"), REF(ENTITY_LICENCE), REQUIRED},
    {NAMED("site", "Site", "where the team worked"), REF(ENTITY_SITE)},
    {NAMED("date_from", "Date", "day of the return, or first day of a wash period"), DATE, REQUIRED},
    {NAMED("date_to", "To", "last day of a wash period of at most 31 days; the same day when not given"), DATE, REQUIRED, ELSE("=date_from")},
    {NAMED("outcome", "Outcome", "yield, nil (worked and found nothing) or not_worked"), CODE("outcome"), REQUIRED},
    {NAMED("reason", "Reason", "why the team did not work"), CODE("no_work_reason"), WHEN_VALUE(NEED_WHEN_EQUAL, "outcome", "not_worked")},
    {NAMED("activity", "Activity", "what the team mainly did"), CODE("activity"), REQUIRED},
    {NAMED("diggers", "Diggers", "people at work, women included"), INT(0, MOST_PEOPLE), REQUIRED},
    {NAMED("women", "Women", "women among them"), INT(0, MOST_PEOPLE)},
    {FLAGGED("hours_dh", "hours", "Hours", "hours that the team worked in the period"), DECIMAL("h", 1, 0, MOST_HOURS)},
    {FLAGGED("gravel_l", "gravel_m3", "Gravel", "gravel washed"), DECIMAL("m3", 3, 0, MOST_LITRES)},
    {NAMED("stones", "Stones", "number of diamonds"), INT(0, MOST_STONES)},
    {FLAGGED("diamond_mct", "diamond_ct", "Diamonds", "weight of all diamonds"), DECIMAL("ct", 3, 0, MOST_MCT)},
    {FLAGGED("gem_mct", "gem_ct", "Gem", "gem quality in that weight"), DECIMAL("ct", 3, 0, MOST_MCT)},
    {FLAGGED("near_gem_mct", "near_gem_ct", "Near gem", "near-gem quality in that weight"), DECIMAL("ct", 3, 0, MOST_MCT)},
    {FLAGGED("industrial_mct", "industrial_ct", "Industrial", "industrial quality in that weight"), DECIMAL("ct", 3, 0, MOST_MCT)},
    {FLAGGED("gold_mg", "gold_g", "Gold", "weight of gold"), DECIMAL("g", 3, 0, MOST_MG)},
    {NAMED("fineness", "Fineness", "gold in a thousand parts"), INT(1, 1000), UNIT("per mille")},
    {NAMED("weighed_by", "Weighed by", "whose scale, or an estimate; needed with a weight"), CODE("weighed_by"), WHEN(NEED_WHEN_ANY, WEIGHTS)},
    {NAMED("declared_by", "Declared by", "who stated this return"), TEXT(120), REQUIRED},
    {NAMED("witness", "Witness", "who saw it"), TEXT(120)},
    {NAMED("book_no", "Book", "number of the paper book"), TEXT(40)},
    {NAMED("sheet_no", "Sheet", "number of the sheet in it"), TEXT(40)},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field STONE[] = {
    {NAMED("yield", "Yield", "return that it was found in"), REF(ENTITY_YIELD), REQUIRED},
    {NAMED("parcel_no", "Parcel number", "number on the parcel"), TEXT(40)},
    {NAMED("seal_no", "Seal number", "number of the bag or seal"), TEXT(40)},
    {NAMED("kind", "Kind", "a single stone or a parcel"), CODE("stone_kind"), REQUIRED},
    {NAMED("stones", "Stones", "number of diamonds, 1 for a single stone"), INT(1, MOST_STONES), REQUIRED},
    {FLAGGED("diamond_mct", "diamond_ct", "Weight", "weight of the stone or parcel"), DECIMAL("ct", 3, 1, MOST_MCT), REQUIRED},
    {NAMED("class", "Class", "quality class"), CODE("stone_class"), REQUIRED},
    {NAMED("sieve", "Sieve", "sieve class that holds it"), CODE("sieve")},
    {NAMED("colour", "Colour", "main colour"), CODE("colour")},
    {NAMED("clarity", "Clarity", "how clear it is"), CODE("clarity")},
    {NAMED("shape", "Shape", "crystal shape"), CODE("shape")},
    {NAMED("surface", "Surface", "what the surface looks like"), CODE("surface")},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field SALE[] = {
    {NAMED("slip_no", "Slip number", "number of the purchase slip"), TEXT(40), REQUIRED},
    {NAMED("book_no", "Book", "number of the buyer's book"), TEXT(40)},
    {NAMED("date", "Date", "day of the sale"), DATE, REQUIRED},
    {NAMED("licence", "Licence", "licence that the goods come from"), REF(ENTITY_LICENCE), REQUIRED},
    {NAMED("seller", "Seller", "who sold"), TEXT(120), REQUIRED},
    {NAMED("buyer", "Buyer", "who bought"), TEXT(120), REQUIRED},
    {NAMED("buyer_licence_no", "Buyer's licence", "number of the buyer's licence as printed"), TEXT(60), REQUIRED},
    {NAMED("stones", "Stones", "number of diamonds"), INT(0, MOST_STONES)},
    {FLAGGED("diamond_mct", "diamond_ct", "Diamonds", "weight of diamonds sold"), DECIMAL("ct", 3, 0, MOST_MCT)},
    {FLAGGED("gold_mg", "gold_g", "Gold", "weight of gold sold"), DECIMAL("g", 3, 0, MOST_MG)},
    {NAMED("currency", "Currency", "currency of the price, three letters"), CODE("currency"), REQUIRED},
    {FLAGGED("price_minor", "price", "Price", "price of everything on the slip"), MONEY("currency", 1), REQUIRED},
    {FLAGGED("price_usd_cents", "price_usd", "Price in US dollars", "the price at the day's rate; statistics need it"), DECIMAL("USD", 2, 1, MOST_MONEY)},
    {NAMED("payment", "Payment", "how it was paid"), CODE("payment"), REQUIRED},
    {NAMED("payment_ref", "Payment reference", "number of the transfer or receipt"), TEXT(60)},
    {NAMED("origin", "Origin", "where the goods come from, in the seller's words"), TEXT(200), REQUIRED},
    {FLAGGED("levy_minor", "levy", "Levy", "levies and royalties taken off"), MONEY("currency", 0)},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field INSPECTION[] = {
    {NAMED("date", "Date", "day of the visit"), DATE, REQUIRED},
    {NAMED("site", "Site", "site that was visited"), REF(ENTITY_SITE), REQUIRED},
    {NAMED("licence", "Licence", "licence that covers it"), REF(ENTITY_LICENCE)},
    {NAMED("inspectors", "Inspectors", "names of those who inspected, better two than one"), TEXT(200), REQUIRED},
    {NAMED("announced", "Announced", "whether the visit was known before"), BOOL, REQUIRED},
    {NAMED("licence_shown", "Licence shown", "whether the licence was shown"), BOOL, REQUIRED},
    {NAMED("cards_checked", "Cards checked", "digger cards looked at"), INT(0, MOST_PEOPLE)},
    {NAMED("cards_missing", "Cards missing", "diggers without a card"), INT(0, MOST_PEOPLE)},
    {NAMED("men", "Men", "men present"), INT(0, MOST_PEOPLE), REQUIRED},
    {NAMED("women", "Women", "women present"), INT(0, MOST_PEOPLE), REQUIRED},
    {NAMED("under_15", "Under 15", "children under 15 present"), INT(0, MOST_PEOPLE), REQUIRED},
    {NAMED("aged_15_17", "Aged 15 to 17", "young people of 15 to 17 present"), INT(0, MOST_PEOPLE), REQUIRED},
    {NAMED("notebook", "Notebook", "whether the production notebook is there and up to date"), CODE("notebook"), REQUIRED},
    {NAMED("stones_agree", "Stones agree", "whether stones on site agree with the notebook"), BOOL},
    {NAMED("incidents", "Incidents", "what happened or was seen"), SET("incident")},
    {NAMED("finding", "Finding", "what the inspection led to"), CODE("inspection_finding"), REQUIRED},
    {NAMED("action", "Action", "what has to be done"), TEXT(400)},
    {NAMED("deadline", "Deadline", "until when"), DATE},
    {NAMED("note", "Note", "anything else worth keeping"), NOTE},
};

static const struct field OFFICER[] = {
    {NAMED("login", "Login", "short name that stands in every entry the person makes"), TEXT(15), REQUIRED},
    {NAMED("full_name", "Full name", "as on paper or as spoken"), TEXT(120), REQUIRED},
    {NAMED("role", "Role", "officer, cooperative leader or admin"), CODE("officer_role"), REQUIRED},
    {NAMED("cooperative", "Cooperative", "the leader's cooperative"), REF(ENTITY_COOPERATIVE), WHEN_VALUE(NEED_WHEN_EQUAL, "role", "cooperative")},
    {NAMED("phone", "Phone", "number with its country code when known"), TEXT(40)},
    {NAMED("active", "Active", "whether the person may sign in"), BOOL, REQUIRED, ELSE("yes")},
};

/* clang-format on */

#define FIELDS(table) .fields = table, .field_count = (int)(sizeof table / sizeof table[0])

const struct entity ENTITIES[ENTITY_COUNT] = {
    [ENTITY_DIGGER] = {.id = ENTITY_DIGGER,
                       .name = "digger",
                       .label = N_("Digger"),
                       .plural = N_("Diggers"),
                       FIELDS(DIGGER),
                       .title = "full_name",
                       .search = "card_no,full_name,other_names,parent_name,village,phone,id_no",
                       .columns = "full_name,sex,birth,village,role,cooperative,status",
                       .belongs = "cooperative"},
    [ENTITY_COOPERATIVE] = {.id = ENTITY_COOPERATIVE,
                            .name = "cooperative",
                            .label = N_("Cooperative"),
                            .plural = N_("Cooperatives"),
                            FIELDS(COOPERATIVE),
                            .title = "name",
                            .search = "name,acronym,approval_no,village,chair",
                            .columns = "name,acronym,kind,district,village,status",
                            .belongs = ""},
    [ENTITY_LICENCE] = {.id = ENTITY_LICENCE,
                        .name = "licence",
                        .label = N_("Licence"),
                        .plural = N_("Licences"),
                        FIELDS(LICENCE),
                        .title = "licence_no",
                        .search = "licence_no,area_text,receipt_no",
                        .via = "holder,holder_coop",
                        .columns = "licence_no,kind,holder,holder_coop,minerals,valid_to,status",
                        .belongs = "holder_coop"},
    [ENTITY_SITE] = {.id = ENTITY_SITE,
                     .name = "site",
                     .label = N_("Site"),
                     .plural = N_("Sites"),
                     FIELDS(SITE),
                     .title = "name",
                     .search = "name,local_name,village,river",
                     .via = "licence",
                     .columns = "name,licence,district,village,river,state,zone_status",
                     .belongs = "licence"},
    [ENTITY_CREW] = {.id = ENTITY_CREW,
                     .name = "crew",
                     .label = N_("Crew member"),
                     .plural = N_("Crews"),
                     FIELDS(CREW),
                     .title = "licence,digger,role",
                     .search = "note",
                     .via = "licence,digger",
                     .columns = "licence,digger,role,share_pct,from_on,to_on",
                     .belongs = "licence"},
    [ENTITY_YIELD] = {.id = ENTITY_YIELD,
                      .name = "yield",
                      .label = N_("Yield"),
                      .plural = N_("Yields"),
                      FIELDS(YIELD),
                      .title = "date_from,licence,outcome",
                      .search = "declared_by,witness,book_no,sheet_no,note",
                      .via = "licence,site",
                      .columns = "date_from,licence,outcome,diggers,stones,diamond_ct,gold_g",
                      .belongs = "licence"},
    [ENTITY_STONE] = {.id = ENTITY_STONE,
                      .name = "stone",
                      .label = N_("Stone"),
                      .plural = N_("Stones"),
                      FIELDS(STONE),
                      .title = "parcel_no,kind,diamond_mct",
                      .search = "parcel_no,seal_no,note",
                      .columns = "yield,parcel_no,kind,stones,diamond_ct,class,colour",
                      .belongs = "yield"},
    [ENTITY_SALE] = {.id = ENTITY_SALE,
                     .name = "sale",
                     .label = N_("Sale"),
                     .plural = N_("Sales"),
                     FIELDS(SALE),
                     .title = "slip_no,date",
                     .search = "slip_no,book_no,seller,buyer,buyer_licence_no,payment_ref",
                     .via = "licence",
                     .columns = "date,slip_no,licence,buyer,diamond_ct,gold_g,currency,price",
                     .belongs = "licence"},
    [ENTITY_INSPECTION] = {.id = ENTITY_INSPECTION,
                           .name = "inspection",
                           .label = N_("Inspection"),
                           .plural = N_("Inspections"),
                           FIELDS(INSPECTION),
                           .title = "date,site",
                           .search = "inspectors,action,note",
                           .via = "site,licence",
                           .columns = "date,site,licence,men,women,under_15,finding",
                           .belongs = "licence,site"},
    [ENTITY_OFFICER] = {.id = ENTITY_OFFICER,
                        .name = "officer",
                        .label = N_("Officer"),
                        .plural = N_("Officers"),
                        FIELDS(OFFICER),
                        .title = "full_name",
                        .search = "login,full_name,phone",
                        .columns = "login,full_name,role,cooperative,active",
                        .belongs = "cooperative"},
};

const struct entity *entity_find(const char *name)
{
    for (size_t i = 0; i < ENTITY_COUNT; i++)
        if (strcmp(ENTITIES[i].name, name) == 0)
            return &ENTITIES[i];
    return NULL;
}

int entity_field(const struct entity *of, const char *name)
{
    /* Rules name fields by literals, which an optimised program holds once: the same text at the same place.
     */
    for (int i = 0; i < of->field_count; i++)
        if (of->fields[i].name == name)
            return i;
    for (int i = 0; i < of->field_count; i++)
        if (strcmp(of->fields[i].name, name) == 0)
            return i;
    return -1;
}

int entity_field_by_flag(const struct entity *of, const char *flag)
{
    for (int i = 0; i < of->field_count; i++)
        if (strcmp(of->fields[i].flag, flag) == 0)
            return i;
    return -1;
}

bool field_is_number(enum field_type type)
{
    switch (type) {
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_REF:
    case FIELD_BOOL:
        return true;
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
    case FIELD_SET:
        return false;
    }
    return false;
}

const char *names_next(const char *at, size_t *out_len)
{
    if (*at == ',')
        at++;
    if (*at == '\0')
        return NULL;
    *out_len = strcspn(at, ",");
    return at;
}

bool names_hold(const char *list, const char *name)
{
    size_t len = 0;
    for (const char *at = names_next(list, &len); at; at = names_next(at + len, &len)) {
        if (strlen(name) == len && strncmp(at, name, len) == 0)
            return true;
    }
    return false;
}
