/* A file that the build put into the program (packaging/cmake/AlluviaEmbed.cmake). The bytes are followed by
 * a zero byte that SIZE does not count, so that text can be read as a string. */
#ifndef ALLUVIA_BASE_EMBED_H
#define ALLUVIA_BASE_EMBED_H

#include <stddef.h>

struct embedded {
    const char *name; /* path relative to the folder that embeds it */
    const unsigned char *bytes;
    size_t size;
};

#endif
