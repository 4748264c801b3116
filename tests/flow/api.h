/* schema/api/openapi.yaml, as far as the test asks of it. */
#ifndef ALLUVIA_TESTS_API_H
#define ALLUVIA_TESTS_API_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <yaml.h>

struct api {
    yaml_document_t document;
};
void api_open(struct api *a, const char *path);
void api_close(struct api *a);

/* The value under KEY, through a $ref; NULL when MAP has none. */
yaml_node_t *api_get(struct api *a, yaml_node_t *map, const char *key);
/* By keys from the root, NULL at the end; fails the test when one is missing. */
yaml_node_t *api_at(struct api *a, const char *const *keys);
/* The text of a scalar. */
const char *api_text(const yaml_node_t *scalar);
/* Walks a mapping's pairs or a sequence's items (VALUE alone): false behind the last. *I starts at 0. */
bool api_pair(struct api *a, yaml_node_t *map, int *i, const char **key, yaml_node_t **value);
bool api_item(struct api *a, yaml_node_t *sequence, int *i, const char **text);
bool api_lists(struct api *a, yaml_node_t *sequence, const char *text);
/* The object has every member that SCHEMA requires, and none that it does not describe; or the test fails. */
void api_check_members(struct api *a, yaml_node_t *schema, const struct cJSON *json);

#endif
