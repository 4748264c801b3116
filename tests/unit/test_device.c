#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "sync/journal/device.h"
#include "tests/lib/known.h"

struct place {
    char folder[64];
    char path[96];
};

static int enter(void **state)
{
    struct errctx e;
    struct place *p = mem_zero(1, sizeof *p);
    *p = (struct place){.folder = "/tmp/alluvia-test-XXXXXX"};
    assert_ok(device_module_init(&e));
    assert_non_null(mkdtemp(p->folder));
    (void)snprintf(p->path, sizeof p->path, "%s/alluvia.key", p->folder);
    *state = p;
    return 0;
}

static int leave(void **state)
{
    struct place *p = *state;
    (void)unlink(p->path);
    (void)rmdir(p->folder);
    free(p);
    return 0;
}

static void a_created_key_loads_again_as_the_same_device(void **state)
{
    const struct place *p = *state;
    struct errctx e;
    struct device made;
    struct device loaded;
    assert_ok(device_create(p->path, &made, &e));
    assert_ok(device_load(p->path, &loaded, &e));
    assert_string_equal(made.code, loaded.code);
    assert_memory_equal(made.secret, loaded.secret, SECRET_BYTES);
    assert_int_equal(made.number, device_number_of(made.key));
    device_done(&made);
    device_done(&loaded);
}

static void the_key_file_is_for_its_owner_alone(void **state)
{
    const struct place *p = *state;
    struct errctx e;
    struct device made;
    struct stat about;
    assert_ok(device_create(p->path, &made, &e));
    assert_int_equal(stat(p->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(chmod(p->path, 0640), 0);
    assert_err(device_load(p->path, &made, &e), ERR_CONFIG, "other people can read the key file");
}

static void an_existing_key_file_is_never_overwritten(void **state)
{
    const struct place *p = *state;
    struct errctx e;
    struct device first;
    struct device second;
    assert_ok(device_create(p->path, &first, &e));
    assert_err(device_create(p->path, &second, &e), ERR_EXISTS, "key file");
    assert_ok(device_load(p->path, &second, &e));
    assert_memory_equal(first.secret, second.secret, SECRET_BYTES);
}

static void a_missing_key_file_is_not_found(void **state)
{
    const struct place *p = *state;
    struct errctx e;
    struct device d;
    assert_int_equal(device_load(p->path, &d, &e), ERR_NOT_FOUND);
}

static void a_key_file_with_any_byte_changed_is_refused(void **state)
{
    const struct place *p = *state;
    struct errctx e;
    struct device d;
    struct buf file = {0};
    assert_ok(device_create(p->path, &d, &e));
    assert_ok(file_read(p->path, 4096, &file, &e));
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 1;
        assert_ok(file_write(p->path, file.data, file.len, 0600, &e));
        assert_err(device_load(p->path, &d, &e), ERR_CONFIG, "is not a key file");
        file.data[i] ^= 1;
    }
    for (size_t len = 0; len < file.len; len++) {
        assert_ok(file_write(p->path, file.data, len, 0600, &e));
        assert_err(device_load(p->path, &d, &e), ERR_CONFIG, "is not a key file");
    }
    buf_putc(&file, '\n');
    assert_ok(file_write(p->path, file.data, file.len, 0600, &e));
    assert_err(device_load(p->path, &d, &e), ERR_CONFIG, "is not a key file");
    buf_done(&file);
}

static void the_devices_of_the_test_data_have_their_known_codes(void **state)
{
    (void)state;
    struct device me;
    struct device registry;
    known_devices(&me, &registry);
    assert_string_equal(me.code, "KMJE5V");
    assert_string_equal(registry.code, "4P23PE");
}

static void a_signature_fits_its_key_and_bytes_alone(void **state)
{
    (void)state;
    struct device me;
    struct device other;
    uint8_t plain[SIGNATURE_BYTES];
    uint8_t hashed[SIGNATURE_BYTES];
    known_devices(&me, &other);
    device_sign(&me, "abc", 3, plain);
    device_sign_hashed(&me, "abc", 3, hashed);
    assert_true(key_verify(me.key, "abc", 3, plain));
    assert_true(key_verify_hashed(me.key, "abc", 3, hashed));
    assert_false(key_verify(me.key, "abc", 3, hashed));
    assert_false(key_verify(me.key, "abd", 3, plain));
    assert_false(key_verify(other.key, "abc", 3, plain));
    plain[0] ^= 1;
    assert_false(key_verify(me.key, "abc", 3, plain));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_created_key_loads_again_as_the_same_device, enter, leave),
        cmocka_unit_test_setup_teardown(the_key_file_is_for_its_owner_alone, enter, leave),
        cmocka_unit_test_setup_teardown(an_existing_key_file_is_never_overwritten, enter, leave),
        cmocka_unit_test_setup_teardown(a_missing_key_file_is_not_found, enter, leave),
        cmocka_unit_test_setup_teardown(a_key_file_with_any_byte_changed_is_refused, enter, leave),
        cmocka_unit_test(the_devices_of_the_test_data_have_their_known_codes),
        cmocka_unit_test(a_signature_fits_its_key_and_bytes_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
