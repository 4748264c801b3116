#include "sync/client/link.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum err link_open(const struct link_kind *kind, const struct link_options *o, struct link **out,
                   struct errctx *e)
{
    *out = NULL;
    if (kind->open(kind->arg, o, out, e) != ERR_OK)
        return e->kind;
    (*out)->kind = kind;
    return ERR_OK;
}

void link_close(struct link *l)
{
    if (l)
        l->kind->close(l);
}

enum err link_exchange(struct link *l, const struct link_request *request, struct link_answer *answer,
                       struct errctx *e)
{
    *answer = (struct link_answer){0};
    return l->kind->exchange(l, request, answer, e);
}

void link_answer_done(struct link_answer *a)
{
    buf_done(&a->body);
}

/* --- addresses */

/* Only the exact forms: "127.example.org" is somebody else's machine. */
static bool is_loopback(const char *host, size_t len)
{
    if (len == strlen("localhost") && strncasecmp(host, "localhost", len) == 0)
        return true;
    if (len == strlen("[::1]") && memcmp(host, "[::1]", len) == 0)
        return true;
    return len > 4 && memcmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") >= len;
}

static bool is_plain(const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c <= 0x20 || c >= 0x7F || strchr("@?#\"\\<>", c))
            return false;
    }
    return true;
}

/* Nothing, ":8440", or either with a path behind. */
static bool is_port(const char *text)
{
    size_t digits = *text == ':' ? strspn(text + 1, "0123456789") : 0;
    const char *after = *text == ':' ? text + 1 + digits : text;
    return (*text != ':' || digits > 0) && (*after == '\0' || *after == '/') && !strstr(after, "//");
}

enum err link_normal_url(const char *text, struct buf *out, struct errctx *e)
{
    size_t lead = strspn(text, " \t");
    size_t len = strlen(text + lead);
    while (len > 0 && strchr(" \t/", text[lead + len - 1]))
        len--;
    char *url = str_dup_len(text + lead, len);
    bool secure = strncasecmp(url, "https://", 8) == 0;
    bool open = strncasecmp(url, "http://", 7) == 0;
    const char *host = url + (secure ? 8 : open ? 7 : 0);
    size_t host_len = host[0] == '[' && strchr(host, ']') ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    enum err result = ERR_OK;
    if (!is_plain(url) || host_len == 0 || !is_port(host + host_len))
        result = err_fail(e, ERR_CONFIG, "\"%s\" is not an address like https://registry.example", url);
    else if (open && !is_loopback(host, host_len))
        result =
            err_fail(e, ERR_CONFIG, "\"%s\" is not protected: only https:// is used over a network", url);
    if (result == ERR_OK)
        buf_printf(out, "%s%s", open ? "http://" : "https://", host);
    free(url);
    return result;
}
