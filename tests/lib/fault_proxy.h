/*
 * A bad link on loopback: a TCP proxy, in a thread of its own, that delays, slows, cuts and repeats. Tests
 * and benches put it between laptop and registry.
 */
#ifndef ALLUVIA_TESTS_FAULT_PROXY_H
#define ALLUVIA_TESTS_FAULT_PROXY_H

#include <stdbool.h>
#include <stdint.h>

/* {0} is a perfect link but for CUTS. */
struct fault_plan {
    int port;               /* leads to 127.0.0.1:PORT instead; 0: where the proxy was started for */
    int delay_ms;           /* each way: half of the added round trip */
    int64_t up_bytes_per_s; /* of the link, which all connections share; 0: no limit */
    int64_t down_bytes_per_s;
    int cuts;               /* so many connections are cut at one of the counts below; then none is */
    int64_t cut_up_after;   /* bytes that still reach the registry; -1: not there */
    int64_t cut_down_after; /* bytes that still reach the laptop: 0 loses the answer; -1: not there */
    bool silent;            /* a cut says nothing: bytes vanish, nobody gets a reset */
    int cut_every_ms;       /* all connections end at once, so often; 0: never */
    int cut_first_ms;       /* the first time after this; 0: after cut_every_ms */
    bool duplicate;         /* what went up arrives once more, over another connection */
};

struct fault_counts {
    int connections; /* that laptops made */
    int cuts;
    int64_t up; /* bytes taken from laptops */
    int64_t down;
};

struct fault_proxy;

/* In front of 127.0.0.1:PORT. Ends the test program when there is no socket or thread to be had. */
struct fault_proxy *fault_proxy_start(int port, const struct fault_plan *plan);
int fault_proxy_port(const struct fault_proxy *p);
/* From now on, also for connections that are open; counts begin anew. */
void fault_proxy_change(struct fault_proxy *p, const struct fault_plan *plan);
struct fault_counts fault_proxy_counts(struct fault_proxy *p);
void fault_proxy_stop(struct fault_proxy *p);

#endif
