#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/output_record.h"
#include "app/common/version.h"
#include "app/registry/app.h"
#include "app/registry/report/datapackage.h"
#include "app/registry/report/geojson.h"
#include "schema/base/date.h"
#include "schema/base/file.h"

static enum err put_row(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    output_record(arg, row);
    return ERR_OK;
}

struct map {
    FILE *to;
    struct buf text; /* of the feature at hand */
    bool begun;
};

static enum err flush_map(struct map *map, struct errctx *e)
{
    bool good = fwrite(map->text.data, 1, map->text.len, map->to) == map->text.len;
    buf_clear(&map->text);
    return good ? ERR_OK : err_errno(e, ERR_IO, errno, "write");
}

static enum err put_feature(void *arg, const struct row *row, struct errctx *e)
{
    struct map *map = arg;
    geojson_feature(row, !map->begun, &map->text);
    map->begun = true;
    return flush_map(map, e);
}

static enum err export_map(struct app *app, FILE *to, struct errctx *e)
{
    struct map map = {.to = to};
    geojson_begin(&map.text);
    enum err result = registry_store_records(app->store, ENTITY_SITE, false, put_feature, &map, e);
    geojson_end(&map.text);
    if (result == ERR_OK)
        result = flush_map(&map, e);
    buf_done(&map.text);
    return result;
}

static enum err export_to(struct app *app, FILE *to, const char *format, enum entity_id of, struct errctx *e)
{
    struct record_list list;
    if (strcmp(format, "geojson") == 0)
        return export_map(app, to, e);
    enum output_form form = strcmp(format, "csv") == 0 ? OUTPUT_CSV : OUTPUT_JSON;
    /* Files are for programs: always a point. */
    struct output *out = output_new(to, form, '.');
    output_records(&list, out, &ENTITIES[of], registry_store_codes(app->store), '.');
    enum err result = registry_store_records(app->store, of, form == OUTPUT_JSON, put_row, &list, e);
    if (result == ERR_OK)
        result = output_records_end(&list, e);
    output_free(out);
    return result;
}

static enum err export_file(struct app *app, const char *folder, const char *format, enum entity_id of,
                            struct errctx *e)
{
    struct buf path = {0};
    char name[64];
    (void)snprintf(name, sizeof name, "%s.%s", ENTITIES[of].name, format);
    file_join(&path, folder, name);
    /* The files name people: they are their owner's alone until somebody decides otherwise. */
    int fd = open(buf_str(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
    enum err result = to ? ERR_OK : err_errno(e, ERR_IO, errno, "create \"%s\"", buf_str(&path));
    if (!to && fd >= 0)
        close(fd);
    if (to) {
        result = export_to(app, to, format, of, e);
        if (fclose(to) != 0 && result == ERR_OK)
            result = err_errno(e, ERR_IO, errno, "write \"%s\"", buf_str(&path));
    }
    buf_done(&path);
    return result;
}

static enum err write_datapackage(struct app *app, const char *folder, const char *format,
                                  const enum entity_id *entities, int count, struct errctx *e)
{
    struct registry_source source;
    char cut_off[INSTANT_BYTES];
    if (registry_store_source(app->store, &source, e) != ERR_OK)
        return e->kind;
    const struct datapackage package = {
        .name = registry_store_identity(app->store)->name,
        .program = "alluvia-registry " ALLUVIA_VERSION,
        .hash = source.hash,
        .cut_off = instant_format(source.newest_batch_at, cut_off),
        .format = format,
        .entities = entities,
        .entity_count = count,
    };
    struct buf json = {0};
    struct buf path = {0};
    datapackage_write(&package, &json);
    file_join(&path, folder, "datapackage.json");
    enum err result = file_write(buf_str(&path), json.data, json.len, 0600, e);
    buf_done(&json);
    buf_done(&path);
    return result;
}

static enum err choose_entities(const char *what, enum entity_id *out, int *count, struct errctx *e)
{
    *count = 0;
    for (int i = 0; i < ENTITY_COUNT; i++) {
        if (strcmp(what, "all") == 0 || strcmp(what, ENTITIES[i].name) == 0)
            out[(*count)++] = (enum entity_id)i;
    }
    return *count ? ERR_OK : err_fail(e, ERR_USAGE, _("export \"%s\": is not an entity, nor all"), what);
}

static enum err cmd_export(struct app *app, const struct options *o, struct errctx *e)
{
    enum entity_id entities[ENTITY_COUNT];
    int count = 0;
    const char *folder = options_text(o, "out");
    const char *format = options_text(o, "format");
    if (!format)
        format = "csv";
    if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0 && strcmp(format, "geojson") != 0)
        return err_fail(e, ERR_USAGE, _("format \"%s\": is not one of: csv, json, geojson"), format);
    if (choose_entities(o->operands[0], entities, &count, e) != ERR_OK)
        return e->kind;
    if (strcmp(format, "geojson") == 0 && (count != 1 || entities[0] != ENTITY_SITE))
        return err_fail(e, ERR_USAGE, _("format \"geojson\": is of sites alone"));
    if (!folder && count > 1)
        return err_fail(e, ERR_USAGE, _("export all needs --out, a folder for its files"));
    if (!folder)
        return export_to(app, stdout, format, entities[0], e);
    if (file_make_dirs(folder, e) != ERR_OK)
        return e->kind;
    for (int i = 0; i < count; i++) {
        if (export_file(app, folder, format, entities[i], e) != ERR_OK)
            return e->kind;
    }
    return write_datapackage(app, folder, format, entities, count, e);
}

static const struct option_spec EXPORT_OPTIONS[] = {
    {"format", "FORMAT", N_("csv, json or, of sites, geojson (csv)"), false},
    {"out", "DIR", N_("folder for the files; without it one entity goes to standard output"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_EXPORT = {
    .words = "export",
    .operands = "ENTITY|all",
    .summary = N_("records as CSV or JSON, sites as GeoJSON, with datapackage.json"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .options = EXPORT_OPTIONS,
    .run = cmd_export,
};
