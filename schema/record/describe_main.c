/* alluvia-describe FOLDER: writes the documents that follow from the field tables (describe.h). Run as
 * `alluvia-describe schema` after a change to a table. */
#include <stdio.h>
#include <sysexits.h>

#include "schema/base/file.h"
#include "schema/record/describe.h"

static enum err write_document(const char *folder, size_t i, struct errctx *e)
{
    struct buf name = {0};
    struct buf path = {0};
    struct buf text = {0};
    describe_put_path(&name, i);
    file_join(&path, folder, buf_str(&name));
    describe_put(&text, i);
    enum err result = file_write(buf_str(&path), buf_str(&text), text.len, 0644, e);
    buf_done(&text);
    buf_done(&path);
    buf_done(&name);
    return result;
}

int main(int argc, char **argv)
{
    struct errctx e;
    if (argc != 2) {
        (void)fprintf(stderr, "usage: alluvia-describe FOLDER\n");
        return EX_USAGE;
    }
    for (size_t i = 0; i < DESCRIBE_COUNT; i++) {
        if (write_document(argv[1], i, &e) != ERR_OK) {
            (void)fprintf(stderr, "alluvia-describe: %s\n", e.text);
            return err_exit_code(e.kind);
        }
    }
    return EX_OK;
}
