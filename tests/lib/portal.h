/* Something that is no registry: a thread on loopback that gives every request the same answer and closes. */
#ifndef ALLUVIA_TESTS_PORTAL_H
#define ALLUVIA_TESTS_PORTAL_H

#include <stddef.h>

struct portal;

/* HEAD is the status line and headers, each with its line break, without Content-Length; BODY may be NULL. */
struct portal *portal_start(const char *head, const void *body, size_t len);
int portal_port(const struct portal *p);
void portal_stop(struct portal *p);

#endif
