/* libcurl's functions, found at run time: nothing of ours links it. */
#ifndef ALLUVIA_CLIENT_CURL_API_H
#define ALLUVIA_CLIENT_CURL_API_H

#include <curl/curl.h>

#include "schema/base/err.h"

struct curl_api {
    void *library;
    CURLcode (*global_init)(long flags);
    void (*global_cleanup)(void);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *handle);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
};

/* ERR_CONFIG: libcurl is not installed, or older than 7.85. */
MUST_CHECK enum err curl_api_load(struct curl_api *out, struct errctx *e);
void curl_api_unload(struct curl_api *api);

#endif
