#include "sync/client/curl_api.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* The flavour of Debian's own tools first; both speak the same interface. */
static const char *const libraries[] = {"libcurl-gnutls.so.4", "libcurl.so.4"};

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    {"curl_global_init", offsetof(struct curl_api, global_init)},
    {"curl_global_cleanup", offsetof(struct curl_api, global_cleanup)},
    {"curl_easy_init", offsetof(struct curl_api, easy_init)},
    {"curl_easy_cleanup", offsetof(struct curl_api, easy_cleanup)},
    {"curl_easy_setopt", offsetof(struct curl_api, easy_setopt)},
    {"curl_easy_getinfo", offsetof(struct curl_api, easy_getinfo)},
    {"curl_easy_perform", offsetof(struct curl_api, easy_perform)},
    {"curl_easy_strerror", offsetof(struct curl_api, easy_strerror)},
    {"curl_slist_append", offsetof(struct curl_api, slist_append)},
    {"curl_slist_free_all", offsetof(struct curl_api, slist_free_all)},
};

static enum err find_functions(struct curl_api *api, struct errctx *e)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *symbol = dlsym(api->library, functions[i].name);
        if (!symbol)
            return err_fail(e, ERR_CONFIG, "libcurl has no \"%s\"", functions[i].name);
        memcpy((char *)api + functions[i].offset, &symbol, sizeof symbol);
    }
    return ERR_OK;
}

enum err curl_api_load(struct curl_api *out, struct errctx *e)
{
    *out = (struct curl_api){0};
    /* RTLD_NODELETE: TLS libraries leave handlers behind that must not lose their code. */
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0] && !out->library; i++)
        out->library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!out->library)
        return err_fail(e, ERR_CONFIG,
                        "libcurl is not installed: install the package libcurl3-gnutls, or carry files");
    enum err result = find_functions(out, e);
    if (result == ERR_OK && out->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        result = err_fail(e, ERR_INTERNAL, "libcurl does not start");
    if (result != ERR_OK) {
        dlclose(out->library);
        *out = (struct curl_api){0};
    }
    return result;
}

void curl_api_unload(struct curl_api *api)
{
    if (!api->library)
        return;
    api->global_cleanup();
    dlclose(api->library);
    *api = (struct curl_api){0};
}
