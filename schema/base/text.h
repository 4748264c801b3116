/*
 * Text of many scripts: UTF-8 in Unicode normal form C. Names are stored as people write them and found
 * without accents, case and spelling variants.
 */
#ifndef ALLUVIA_BASE_TEXT_H
#define ALLUVIA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

/* True when the LEN bytes are well-formed UTF-8 without U+0000. */
bool text_is_utf8(const char *text, size_t len);

/*
 * Appends TEXT as it is kept: normal form C, white space at the ends taken off. ERR_INVALID, with the rule
 * alone as its words: not UTF-8, a control or bidirectional override character, a line break unless
 * MULTILINE, not assigned (noncharacter, private use are kept out too), more than MAX_CHARS code points.
 */
MUST_CHECK enum err text_clean(struct buf *out, const char *text, bool multiline, size_t max_chars,
                               struct errctx *e);

/* Number of code points of valid UTF-8. */
size_t text_chars(const char *text);

/* Appends TEXT folded for comparing: no case, no accents, ligatures taken apart; runs of anything that is
 * neither letter nor digit become one space. "Kéïta, Aïssata" is "keita aissata". */
void text_fold(struct buf *out, const char *text);

/*
 * Appends the spelling key of one folded word: spellings of one West or Central African name in English,
 * French and Portuguese ears give one key (Diallo and Jalloh, Konteh and Conté, Tshibangu and Chibangu). The
 * families that sound rules do not reach (Mohamed, Mamadou) come from a short table. Never empty for a word
 * that has a letter.
 */
void text_sound_key(struct buf *out, const char *folded_word);

#endif
