#include <string.h>

#include "schema/base/json.h"
#include "schema/record/describe.h"

/* Members that decisions of a registry share. */
#define ABOUT "\"of\":{\"$ref\":\"#/$defs/entity\"},\"id\":{\"$ref\":\"#/$defs/address\"}"
#define WHY   "\"why\":{\"type\":\"string\",\"minLength\":1}"

/* The members of each operation besides at, clk, by and op: what they are and which must be there. */
static const struct {
    const char *op;
    const char *members; /* JSON members of "properties" */
    const char *required;
} OPS[] = {
    {"add",
     "\"of\":{\"$ref\":\"#/$defs/entity\"},\"was\":{\"$ref\":\"#/$defs/address\"},"
     "\"v\":{\"type\":\"object\"},\"ok\":{\"$ref\":\"#/$defs/ok\"}",
     "\"of\",\"v\""},
    {"amend",
     "\"of\":{\"$ref\":\"#/$defs/entity\"},\"id\":{\"$ref\":\"#/$defs/address\"},"
     "\"base\":{\"$ref\":\"#/$defs/address\"},\"was\":{\"$ref\":\"#/$defs/address\"},"
     "\"v\":{\"type\":\"object\"},\"ok\":{\"$ref\":\"#/$defs/ok\"}",
     "\"of\",\"id\",\"base\",\"v\""},
    {"void",
     "\"of\":{\"$ref\":\"#/$defs/entity\"},\"id\":{\"$ref\":\"#/$defs/address\"},"
     "\"base\":{\"$ref\":\"#/$defs/address\"},\"was\":{\"$ref\":\"#/$defs/address\"},"
     "\"why\":{\"type\":\"string\",\"minLength\":1}",
     "\"of\",\"id\",\"base\",\"why\""},
    {"device",
     "\"key\":{\"$ref\":\"#/$defs/hash\"},\"program\":{\"type\":\"string\",\"minLength\":1},"
     "\"schema\":{\"type\":\"integer\",\"minimum\":1},\"after\":{\"$ref\":\"#/$defs/after\"},"
     "\"training\":{\"const\":true}",
     "\"key\",\"program\",\"schema\""},
    {"clock", "\"offset_s\":{\"type\":\"integer\"},\"source\":{\"type\":\"string\",\"minLength\":1}",
     "\"offset_s\",\"source\""},
    {"backup", "\"medium\":{\"type\":\"string\",\"minLength\":1}", "\"medium\""},
    {"pin",
     "\"of\":{\"const\":\"officer\"},\"id\":{\"$ref\":\"#/$defs/address\"},"
     "\"was\":{\"$ref\":\"#/$defs/address\"},\"is\":{\"enum\":[\"set\",\"cleared\"]},"
     "\"source\":{\"type\":\"string\",\"minLength\":1}",
     "\"of\",\"id\",\"is\""},
    {"decide",
     ABOUT ",\"base\":{\"$ref\":\"#/$defs/address\"},"
           "\"is\":{\"enum\":[\"accepted\",\"returned\",\"rejected\"]}," WHY,
     "\"of\",\"id\",\"base\",\"is\""},
    {"settle", ABOUT ",\"entry\":{\"$ref\":\"#/$defs/address\"},\"is\":{\"enum\":[\"kept\",\"taken\"]}," WHY,
     "\"of\",\"id\",\"entry\",\"is\""},
    {"merge", ABOUT ",\"into\":{\"$ref\":\"#/$defs/address\"}," WHY, "\"of\",\"id\",\"into\""},
    {"unmerge", ABOUT "," WHY, "\"of\",\"id\""},
    {"staff",
     "\"login\":{\"type\":\"string\",\"minLength\":1},\"name\":{\"type\":\"string\",\"minLength\":1},"
     "\"active\":{\"type\":\"boolean\"}",
     "\"login\",\"name\",\"active\""},
    {"quarantine",
     "\"device\":{\"type\":\"string\",\"pattern\":\"^[0-9A-HJKMNP-TV-Z]{6}$\"},"
     "\"hash\":{\"$ref\":\"#/$defs/hash\"},\"refused\":{\"type\":\"string\",\"minLength\":1},"
     "\"is\":{\"enum\":[\"released\",\"dropped\"]}," WHY,
     "\"device\",\"hash\",\"refused\",\"is\",\"why\""},
};

static const char ADDRESS[] = "{\"type\":\"string\",\"pattern\":\"^[0-9A-HJKMNP-TV-Z]{6}-[1-9][0-9]{0,9}$\"}";
static const char HASH[] = "{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\"}";
static const char CONFIRMED[] =
    "{\"description\":\"Rules that asked, and the reasons given.\",\"type\":\"array\",\"minItems\":1,"
    "\"items\":{\"type\":\"object\",\"properties\":{\"rule\":{\"type\":\"string\"},\"why\":{\"type\":"
    "\"string\"}},"
    "\"required\":[\"rule\",\"why\"],\"additionalProperties\":false}}";
static const char AFTER[] =
    "{\"description\":\"The device that this one goes on for; number 0: they have no entry in common.\","
    "\"type\":\"object\","
    "\"properties\":{\"device\":{\"type\":\"string\",\"pattern\":\"^[0-9A-HJKMNP-TV-Z]{6}$\"},"
    "\"number\":{\"type\":\"integer\",\"minimum\":0},\"chain\":{\"$ref\":\"#/$defs/hash\"},"
    "\"sig\":{\"type\":\"string\"}},\"required\":[\"device\",\"number\",\"chain\"],"
    "\"additionalProperties\":false}";

static void open_at(struct json_out *j, const char *key, char bracket)
{
    json_key(j, key);
    json_open(j, bracket);
}

static void put_raw(struct json_out *j, const char *text)
{
    json_raw(j, text, strlen(text));
}

/* `"of":"yield"` says which schema "v" follows. */
static void put_values(struct json_out *j, const char *part)
{
    open_at(j, "allOf", '[');
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        struct buf rule = {0};
        buf_printf(&rule,
                   "{\"if\":{\"properties\":{\"of\":{\"const\":\"%s\"}}},"
                   "\"then\":{\"properties\":{\"v\":{\"$ref\":\"%s.schema.json%s\"}}}}",
                   ENTITIES[i].name, ENTITIES[i].name, part);
        put_raw(j, buf_str(&rule));
        buf_done(&rule);
    }
    json_close(j, ']');
}

static void put_op(struct json_out *j, size_t i)
{
    json_open(j, '{');
    json_put_str(j, "title", OPS[i].op);
    json_put_str(j, "type", "object");
    open_at(j, "properties", '{');
    json_key(j, "at");
    put_raw(j, "{\"description\":\"UTC seconds by this laptop's clock.\",\"type\":\"integer\"}");
    json_key(j, "clk");
    put_raw(j, "{\"description\":\"The clock is suspect.\",\"const\":1}");
    json_key(j, "by");
    put_raw(j, "{\"description\":\"Login of the author, - for the program itself.\",\"type\":\"string\"}");
    open_at(j, "op", '{');
    json_put_str(j, "const", OPS[i].op);
    json_close(j, '}');
    put_raw(j, OPS[i].members);
    json_close(j, '}');
    open_at(j, "required", '[');
    put_raw(j, "\"at\",\"by\",\"op\"");
    put_raw(j, OPS[i].required);
    json_close(j, ']');
    json_put_bool(j, "additionalProperties", false);
    if (strcmp(OPS[i].op, "add") == 0)
        put_values(j, "");
    if (strcmp(OPS[i].op, "amend") == 0)
        put_values(j, "#/$defs/change");
    json_close(j, '}');
}

static void put_definitions(struct json_out *j)
{
    open_at(j, "$defs", '{');
    json_key(j, "address");
    put_raw(j, ADDRESS);
    json_key(j, "hash");
    put_raw(j, HASH);
    json_key(j, "ok");
    put_raw(j, CONFIRMED);
    json_key(j, "after");
    put_raw(j, AFTER);
    open_at(j, "entity", '{');
    open_at(j, "enum", '[');
    for (size_t i = 0; i < ENTITY_COUNT; i++)
        json_str(j, ENTITIES[i].name);
    json_close(j, ']');
    json_close(j, '}');
    json_close(j, '}');
}

void describe_put_entry_schema(struct buf *out)
{
    struct buf compact = {0};
    struct json_out j = {.to = &compact};
    json_open(&j, '{');
    json_put_str(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_str(&j, "$id", "entry.schema.json");
    json_put_str(&j, "title", "Entry");
    json_put_str(&j, "description",
                 "One line of a device's journal. Its canonical form has no spaces and its members in the "
                 "order given here.");
    open_at(&j, "oneOf", '[');
    for (size_t i = 0; i < sizeof OPS / sizeof OPS[0]; i++)
        put_op(&j, i);
    json_close(&j, ']');
    put_definitions(&j);
    json_close(&j, '}');
    describe_put_indented(out, buf_str(&compact));
    buf_done(&compact);
}
