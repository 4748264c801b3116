/* Who may run which command: one table of all of them. What a signed-in officer then sees and changes, the
 * store decides (app/field/store/officers.h). */
#ifndef ALLUVIA_FIELD_PERMISSION_H
#define ALLUVIA_FIELD_PERMISSION_H

#include "app/common/options.h"

enum permission {
    MAY_ANYBODY,     /* shows and changes nothing of people: runs unattended too */
    MAY_COOPERATIVE, /* who has signed in, with what the store lets them see */
    MAY_OFFICER,
    MAY_ADMIN,
};

/* Of the command with these words ("ENTITY add"), run with O; MAY_ADMIN for one that the table does not know.
 */
enum permission permission_of(const char *words, const struct options *o);

#endif
