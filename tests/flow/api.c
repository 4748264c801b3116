#include "tests/flow/api.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/test.h"

void api_open(struct api *a, const char *path)
{
    yaml_parser_t parser;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &a->document))
        fail_msg("%s:%zu: %s", path, parser.problem_mark.line + 1, parser.problem);
    yaml_parser_delete(&parser);
    fclose(file);
}

void api_close(struct api *a)
{
    yaml_document_delete(&a->document);
}

const char *api_text(const yaml_node_t *scalar)
{
    assert_non_null(scalar);
    assert_int_equal(scalar->type, YAML_SCALAR_NODE);
    return (const char *)scalar->data.scalar.value;
}

static yaml_node_t *find(struct api *a, yaml_node_t *map, const char *key, size_t len)
{
    if (!map || map->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const char *text = api_text(yaml_document_get_node(&a->document, p->key));
        if (strlen(text) == len && memcmp(text, key, len) == 0)
            return yaml_document_get_node(&a->document, p->value);
    }
    return NULL;
}

/* "#/components/responses/Busy" */
static yaml_node_t *follow(struct api *a, yaml_node_t *node)
{
    yaml_node_t *ref = find(a, node, "$ref", 4);
    if (!ref)
        return node;
    const char *at = api_text(ref);
    node = yaml_document_get_root_node(&a->document);
    assert_int_equal(*at++, '#');
    while (*at == '/') {
        size_t len = strcspn(++at, "/");
        node = find(a, node, at, len);
        if (!node)
            fail_msg("nothing at %s", api_text(ref));
        at += len;
    }
    return node;
}

yaml_node_t *api_get(struct api *a, yaml_node_t *map, const char *key)
{
    return follow(a, find(a, map, key, strlen(key)));
}

yaml_node_t *api_at(struct api *a, const char *const *keys)
{
    yaml_node_t *node = yaml_document_get_root_node(&a->document);
    for (; *keys; keys++) {
        node = api_get(a, node, *keys);
        if (!node)
            fail_msg("openapi.yaml has no %s", *keys);
    }
    return node;
}

bool api_pair(struct api *a, yaml_node_t *map, int *i, const char **key, yaml_node_t **value)
{
    yaml_node_pair_t *p = map && map->type == YAML_MAPPING_NODE ? map->data.mapping.pairs.start + *i : NULL;
    if (!p || p >= map->data.mapping.pairs.top)
        return false;
    *key = api_text(yaml_document_get_node(&a->document, p->key));
    *value = follow(a, yaml_document_get_node(&a->document, p->value));
    (*i)++;
    return true;
}

bool api_item(struct api *a, yaml_node_t *sequence, int *i, const char **text)
{
    if (!sequence || sequence->type != YAML_SEQUENCE_NODE)
        return false;
    yaml_node_item_t *item = sequence->data.sequence.items.start + *i;
    if (item >= sequence->data.sequence.items.top)
        return false;
    *text = api_text(yaml_document_get_node(&a->document, *item));
    (*i)++;
    return true;
}

bool api_lists(struct api *a, yaml_node_t *sequence, const char *text)
{
    const char *item = NULL;
    for (int i = 0; api_item(a, sequence, &i, &item);) {
        if (strcmp(item, text) == 0)
            return true;
    }
    return false;
}

void api_check_members(struct api *a, yaml_node_t *schema, const struct cJSON *json)
{
    const char *name = NULL;
    for (int i = 0; api_item(a, api_get(a, schema, "required"), &i, &name);) {
        if (!cJSON_HasObjectItem(json, name))
            fail_msg("the answer has no \"%s\"", name);
    }
    for (const struct cJSON *member = json->child; member; member = member->next) {
        if (!api_get(a, api_get(a, schema, "properties"), member->string))
            fail_msg("\"%s\" is not documented", member->string);
    }
}
