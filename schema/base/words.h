/* N_() marks English words that people read, for xgettext (app/po). The layers below app/ only mark them; the
 * programs translate them where they show them. */
#ifndef ALLUVIA_BASE_WORDS_H
#define ALLUVIA_BASE_WORDS_H

#define N_(text) text
/* The same for words that read otherwise in one place: NC_("sheet", "Men") is what fits over a narrow column.
 */
#define NC_(context, text) context "\004" text

#endif
