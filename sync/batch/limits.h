/* What a stranger may make us read (design: the batch). */
#ifndef ALLUVIA_BATCH_LIMITS_H
#define ALLUVIA_BATCH_LIMITS_H

enum {
    BATCH_MAX_ENTRIES = 5000, /* more only makes a cut cost more */
    BATCH_MAX_COMPRESSED = 8 * 1024 * 1024,
    BATCH_MAX_PLAIN = 64 * 1024 * 1024,
    BATCH_MAX_RATIO = 200,         /* plain bytes per compressed byte; a day of records stays below 60 */
    BATCH_RATIO_FREE = 256 * 1024, /* plain bytes that no ratio is asked of: small frames are all ratio */
    BATCH_MAX_HEADER = 4096,
    BATCH_PREFIX_BYTES = 128 * 1024, /* journal bytes before `first` that HTTP frames may use */
    BATCH_START_ENTRIES = 500,
};

#endif
