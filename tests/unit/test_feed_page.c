/* Pages of the feed as bytes. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "sync/batch/feed.h"
#include "tests/lib/known.h"

struct seen {
    struct buf text;
    int events;
};

static enum err note(void *arg, const struct feed_event *event, struct errctx *e)
{
    (void)e;
    struct seen *seen = arg;
    seen->events++;
    if (event->what == FEED_ENTRY)
        buf_put(&seen->text, event->bytes, event->len);
    else if (event->what == FEED_FILE)
        buf_puts(&seen->text, event->text);
    return ERR_OK;
}

/* Reads the lines as the registry's page of events 41 to 97. */
static enum err read_lines(const char *lines, struct seen *seen, struct feed_header *header, struct errctx *e)
{
    struct device me;
    struct device registry;
    struct buf plain = {0};
    struct container c = {0};
    known_devices(&me, &registry);
    struct feed_header h = {.registry = registry.number,
                            .device = me.number,
                            .after = 40,
                            .next = 97,
                            .more = true,
                            .at = 1795454245};
    (void)snprintf(h.incarnation, sizeof h.incarnation, "00112233445566778899aabbccddeeff");
    *seen = (struct seen){0};
    feed_write_header(&h, &plain);
    buf_puts(&plain, lines);
    container_sign(&plain, &registry);
    enum err result = container_split(&plain, &c, e);
    if (result == ERR_OK)
        result = container_verify(&c, registry.key, e);
    if (result == ERR_OK)
        result = feed_read(&c, header, note, seen, e);
    container_done(&c);
    buf_done(&plain);
    return result;
}

static void an_entry_arrives_byte_for_byte(void **state)
{
    (void)state;
    static const char bytes[] =
        "{\"at\":1,\"by\":\"a\",\"op\":\"void\",\"of\":\"site\",\"id\":\"7K4QXM-3\",\"base\":"
        "\"7K4QXM-3\",\"why\":\",\\\"entry\\\":} \\u0001\"}";
    const struct feed_event event = {
        .seq = 41, .at = 5, .entry = ident_make(1, 412), .bytes = bytes, .len = sizeof bytes - 1};
    struct buf line = {0};
    struct seen seen;
    struct feed_header header;
    struct errctx e;
    feed_write_event(&event, &line);
    assert_ok(read_lines(buf_str(&line), &seen, &header, &e));
    assert_int_equal(seen.events, 1);
    assert_string_equal(buf_str(&seen.text), bytes);
    assert_int_equal(header.after, 40);
    assert_int_equal(header.next, 97);
    assert_true(header.more);
    buf_done(&seen.text);
    buf_done(&line);
}

static void a_file_arrives_as_it_was(void **state)
{
    (void)state;
    static const char text[] = "key,value\ndiggers_most,\"5\"\n";
    const struct feed_event event = {.seq = 97, .what = FEED_FILE, .file = "threshold", .text = text};
    struct buf line = {0};
    struct seen seen;
    struct feed_header header;
    struct errctx e;
    feed_write_event(&event, &line);
    assert_ok(read_lines(buf_str(&line), &seen, &header, &e));
    assert_string_equal(buf_str(&seen.text), text);
    buf_done(&seen.text);
    buf_done(&line);
}

static void what_a_newer_registry_tells_is_passed_over(void **state)
{
    (void)state;
    struct seen seen;
    struct feed_header header;
    struct errctx e;
    assert_ok(
        read_lines("{\"n\":41,\"at\":1,\"weather\":\"rain\"}\n{\"n\":42,\"at\":1,\"revoked\":\"7K4QXM\"}\n",
                   &seen, &header, &e));
    assert_int_equal(seen.events, 1);
}

/* Signed by the registry, yet of a form that it never writes: a place in the feed of which nothing is made.
 */
static void events_of_another_form_are_passed_over(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"n\":41,\"at\":1,\"id\":\"7K4QXM\",\"entry\":{}}\n",
        "{\"n\":41,\"at\":1,\"id\":\"7K4QXM-1\"}\n",
        "{\"n\":41,\"at\":1,\"entry\":{}}\n",
        "{\"n\":41,\"at\":1,\"id\":\"7K4QXM-1\", \"entry\":{}}\n",
        "{\"n\":41,\"at\":1,\"id\":\"7K4QXM-1\",\"entry\":{}} \n",
        "{\"n\":41,\"at\":1,\"file\":\"threshold\"}\n",
        "{\"n\":41,\"at\":1,\"text\":\"x\"}\n",
        "{\"n\":41,\"at\":1,\"revoked\":\"7k4qxm\"}\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen;
        struct feed_header header;
        struct errctx e;
        assert_ok(read_lines(cases[i], &seen, &header, &e));
        assert_int_equal(seen.events, 0);
        buf_done(&seen.text);
    }
}

static enum err enough(void *arg, const struct feed_event *event, struct errctx *e)
{
    ++*(int *)arg;
    return err_fail(e, ERR_BUSY, "enough at %lld", (long long)event->seq);
}

static void a_page_is_read_until_the_reader_fails_and_without_one_for_its_form(void **state)
{
    (void)state;
    struct device me;
    struct device registry;
    struct container c;
    struct feed_header header;
    struct errctx e;
    struct buf plain = {0};
    int events = 0;
    known_devices(&me, &registry);
    struct feed_header h = {.registry = registry.number, .device = me.number, .after = 40, .next = 97};
    (void)snprintf(h.incarnation, sizeof h.incarnation, "00112233445566778899aabbccddeeff");
    feed_write_header(&h, &plain);
    for (int64_t seq = 41; seq <= 43; seq++) {
        const struct feed_event event = {.seq = seq, .what = FEED_REVOKED, .device = me.number};
        feed_write_event(&event, &plain);
    }
    container_sign(&plain, &registry);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(feed_read(&c, &header, NULL, NULL, &e));
    assert_false(header.more);
    assert_err(feed_read(&c, &header, enough, &events, &e), ERR_BUSY, "enough at 41");
    assert_int_equal(events, 1);
    container_done(&c);
}

static void a_batch_is_no_page(void **state)
{
    (void)state;
    struct container c;
    struct feed_header header;
    struct errctx e;
    struct buf plain = {0};
    test_data("batch/next.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_err(feed_read(&c, &header, NULL, NULL, &e), ERR_PROTOCOL, "is a batch/1, not a page of the feed");
    container_done(&c);
}

static void lines_that_are_out_of_place_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"n\":40,\"at\":1,\"revoked\":\"7K4QXM\"}\n",
        "{\"n\":98,\"at\":1,\"revoked\":\"7K4QXM\"}\n",
        "{\"n\":50,\"at\":1,\"revoked\":\"7K4QXM\"}\n{\"n\":50,\"at\":1,\"revoked\":\"7K4QXM\"}\n",
        "{\"n\":50,\"revoked\":\"7K4QXM\"}\n",
        "{\"at\":1,\"revoked\":\"7K4QXM\"}\n",
        "revoked\n",
        "[]\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen;
        struct feed_header header;
        struct errctx e;
        assert_err(read_lines(cases[i], &seen, &header, &e), ERR_PROTOCOL, "bad-form");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_arrives_byte_for_byte),
        cmocka_unit_test(a_file_arrives_as_it_was),
        cmocka_unit_test(what_a_newer_registry_tells_is_passed_over),
        cmocka_unit_test(events_of_another_form_are_passed_over),
        cmocka_unit_test(a_page_is_read_until_the_reader_fails_and_without_one_for_its_form),
        cmocka_unit_test(a_batch_is_no_page),
        cmocka_unit_test(lines_that_are_out_of_place_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
