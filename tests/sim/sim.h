/*
 * A country in one process: laptops, a registry, sticks and the link between them, all from one seed. The
 * code is the real one, from a save on the laptop to the registry's projection; simulated are the disks
 * (tests/lib/cutvfs.h), the link (a struct link_kind of our own that calls the server's routes), the clocks
 * and libsodium's randomness. So a world of months costs milliseconds, and the same seed gives the same
 * world.
 *
 * In a world people save, amend and void records, some with a newer program whose fields nobody else knows;
 * laptops are invited by a code or a stick, and now and then another one has their six characters; they sync
 * over a link that cuts, delays, repeats, re-orders and lies, and by sticks that are lost, copied, damaged
 * and passed on; machines are killed and lose power at any write, their clocks jump; databases are brought up
 * to date from what an older program left, and some registries have an older program; staff decides; the
 * registry is put back to a backup; laptops are revoked, stolen, restored out of a backup, copied with their
 * key, or never come back. Then the world comes to rest: good links, sticks delivered, everybody syncs.
 *
 * The oracle keeps its own list of what people were told is saved, by device, number and the bytes' hash, and
 * asks during the world and at its end:
 *
 * - after a kill or power cut every entry that was there or acknowledged is there, byte for byte;
 * - what a receipt promised the registry holds as long as it is not put back;
 * - at rest every entry is in the registry, as it was first written or written again, or visibly waits on its
 *   laptop, or its laptop was revoked; of a laptop that is gone the registry holds what it held;
 * - each record is there once, however often it was written again;
 * - all chains and signatures verify, all tables are what their journals make of them, and what rules found
 *   comes out of a rebuild again;
 * - a change that met another's is known as such to whom it is of;
 * - a record that laptops share stands on each of them as it stands in the registry;
 * - no machine answers that its database is damaged, or with a fault of ours.
 *
 * What it does not ask, because it does not hold: what several later lives of one laptop wrote again, of
 * which nobody vouches for one, is two records in the registry, and one on laptops, which believe what they
 * are told. And of a registry that was put back:
 *
 * - a laptop that was told a change which the registry then lost for good, or which met another's when it
 * came again, keeps it in that record; so does one whose own change came before the record did ("orphan");
 * - where a disk was copied, and the registry lost the one branch and was brought the other, numbers mean two
 *   things: what that device wrote, and what names it, may stand otherwise on who was told of the first;
 * - a reference to what came again in a later life, and came itself after the reference, stays as it was
 *   written;
 * - what the registry had lost, and a laptop restored after that believes to be there by the receipts in its
 *   backup, nobody sends again while nobody vouches for that laptop.
 */
#ifndef ALLUVIA_TESTS_SIM_H
#define ALLUVIA_TESTS_SIM_H

#include <stdbool.h>
#include <stdint.h>

/* A fault that is put into the world on purpose, to see that the oracle notices. */
enum sim_fault {
    SIM_SOUND,
    SIM_LYING_DISK,  /* laptops' disks say "synced" and keep nothing */
    SIM_EARLY_ACK,   /* a save counts as acknowledged although the machine died in it */
    SIM_LOST_ENTRY,  /* a laptop's newest entry vanishes */
    SIM_FORGED_SENT, /* a laptop believes that everything was sent */
    SIM_SPOILT_ROW,  /* a record of the registry changes behind its entries' back */
    SIM_FORGOTTEN,   /* the registry forgets a batch that it gave a receipt for */
    SIM_FAULT_COUNT
};
extern const char *const SIM_FAULTS[SIM_FAULT_COUNT];

struct sim_options {
    uint64_t seed;
    int64_t steps; /* stops so early; 0: as many as the seed says */
    bool trace;    /* tells on stdout what happens */
    enum sim_fault fault;
};

struct sim_report {
    bool failed;
    char words[600]; /* what the oracle says, with the step */
    int64_t steps;
    uint64_t print; /* of everything that happened: the same for the same seed */
    int64_t acknowledged;
    int64_t held; /* entries in the registry at the end */
    int64_t cuts; /* kills and power cuts */
    int64_t requests;
    int64_t syncs; /* that got through */
    int64_t restores;
    int64_t lives; /* laptops restored */
    int64_t clones;
    int64_t became; /* copies that went on as another device */
};

void sim_run(const struct sim_options *o, struct sim_report *out);

#endif
