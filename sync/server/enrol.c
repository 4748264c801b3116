#include "sync/server/enrol.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/words.h"

static enum err refuse(struct problem *problem, enum problem_type type, enum err kind, const char *detail,
                       struct errctx *e)
{
    problem->type = type;
    (void)snprintf(problem->detail, sizeof problem->detail, "%s", detail);
    return err_fail(e, kind, "%s: %s", problem_word(type), problem->detail);
}

static enum err bad_form(struct problem *problem, const char *detail, struct errctx *e)
{
    return refuse(problem, PROBLEM_BAD_FORM, ERR_PROTOCOL, detail, e);
}

static enum err read_members(const struct cJSON *json, struct enrolment *out, struct problem *problem,
                             struct errctx *e)
{
    const char *kind = json_get_str(json, "alluvia");
    const char *device = json_get_str(json, "device");
    const char *key = json_get_str(json, "key");
    const char *code = json_get_str(json, "code");
    if (!kind || strncmp(kind, "enrolment/", strlen("enrolment/")) != 0)
        return bad_form(problem, "is not an enrolment", e);
    if (strcmp(kind, "enrolment/1") != 0)
        return refuse(problem, PROBLEM_UNKNOWN_VERSION, ERR_PROTOCOL, "this registry speaks enrolment/1", e);
    if (!key || strlen(key) != 2 * (size_t)KEY_BYTES || !hex_get(key, out->key, KEY_BYTES))
        return bad_form(problem, "\"key\" is not a public key in hexadecimal", e);
    if (!device || !device_code_parse(device, &out->device))
        return bad_form(problem, "\"device\" is not a device code", e);
    if (device_number_of(out->key) != out->device)
        return bad_form(problem, "\"key\" does not give the device code", e);
    if (!code || invitation_code_parse(code, out->code, e) != ERR_OK)
        return bad_form(problem, "\"code\" is not an invitation code", e);
    const char *country = json_get_str(json, "country");
    if (country && strlen(country) >= sizeof out->country)
        return bad_form(problem, "\"country\" is not a country's code", e);
    (void)snprintf(out->country, sizeof out->country, "%s", country ? country : "");
    out->training = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "training"));
    return ERR_OK;
}

enum err enrol_read(const void *body, size_t len, struct enrolment *out, struct problem *problem,
                    struct errctx *e)
{
    struct cJSON *json = NULL;
    *out = (struct enrolment){0};
    if (json_read(body, len, &json, e) != ERR_OK)
        return bad_form(problem, "the body is not JSON", e);
    enum err result = read_members(json, out, problem, e);
    json_free(json);
    return result;
}

/* Inside a transaction. */
static enum err add_device(struct ledger *ledger, const struct enrolment *enrolment, int64_t now,
                           struct ledger_device *device, struct problem *problem, struct errctx *e)
{
    struct ledger_device there;
    enum err found = ledger->device(ledger->arg, enrolment->device, &there, e);
    if (found != ERR_OK && found != ERR_NOT_FOUND)
        return found;
    if (found == ERR_OK && memcmp(there.key, enrolment->key, KEY_BYTES) != 0)
        return refuse(problem, PROBLEM_CODE_TAKEN, ERR_CONFLICT,
                      "make this laptop anew: its device code is in use", e);
    if (found == ERR_OK && there.revoked_at)
        return refuse(problem, PROBLEM_REVOKED, ERR_DENIED, "this laptop was revoked", e);
    enum err used = ledger->use_invitation(ledger->arg, enrolment->code, enrolment->key, now, device, e);
    if (used == ERR_NOT_FOUND || used == ERR_DENIED) {
        char words[sizeof problem->detail];
        (void)snprintf(words, sizeof words, "%.*s", (int)sizeof words - 1, e->text);
        return refuse(problem, PROBLEM_INVITATION, ERR_DENIED, words, e);
    }
    if (used != ERR_OK)
        return used;
    if (found == ERR_OK) {
        *device = there;
        return ERR_OK;
    }
    device->number = enrolment->device;
    memcpy(device->key, enrolment->key, KEY_BYTES);
    device->enrolled_at = device->seen_at = now;
    chain_start(device->key, &device->chain);
    return ledger->add_device(ledger->arg, device, e);
}

static enum err write_answer(const struct ledger_identity *identity, const struct device *registry,
                             const struct ledger_device *device, int64_t now, struct buf *answer,
                             struct errctx *e)
{
    struct invitation invitation = {.registry = registry->number, .at = now, .training = identity->training};
    memcpy(invitation.key, registry->key, KEY_BYTES);
    memcpy(invitation.name, identity->name, sizeof invitation.name);
    memcpy(invitation.country, identity->country, sizeof invitation.country);
    memcpy(invitation.incarnation, identity->incarnation, sizeof invitation.incarnation);
    memcpy(invitation.districts, device->districts, sizeof invitation.districts);
    invitation.district_count = device->district_count;
    struct buf plain = {0};
    invitation_write(&invitation, &plain);
    container_sign(&plain, registry);
    enum err result = container_pack(&plain, NULL, 0, answer, e);
    buf_done(&plain);
    return result;
}

enum err enrol_device(struct ledger *ledger, const struct device *registry, const struct enrolment *enrolment,
                      int64_t now, struct buf *answer, struct problem *problem, struct errctx *e)
{
    struct ledger_identity identity;
    struct ledger_device device = {0};
    if (ledger->identity(ledger->arg, &identity, e) != ERR_OK)
        return e->kind;
    if (enrolment->training != identity.training)
        return refuse(problem, PROBLEM_TRAINING, ERR_DENIED,
                      identity.training ? "this is a training registry and a real laptop"
                                        : "this is a training laptop and a real registry",
                      e);
    /* Before the invitation is used up: a laptop of another country would never take this registry. */
    if (!identity.training && enrolment->country[0] && strcmp(enrolment->country, identity.country) != 0) {
        char words[sizeof problem->detail];
        (void)snprintf(words, sizeof words,
                       N_("this registry is of country %s, the laptop's records are of %s"), identity.country,
                       enrolment->country);
        return refuse(problem, PROBLEM_INVITATION, ERR_DENIED, words, e);
    }
    if (ledger->begin(ledger->arg, e) != ERR_OK)
        return e->kind;
    if (add_device(ledger, enrolment, now, &device, problem, e) != ERR_OK) {
        ledger->rollback(ledger->arg);
        return e->kind;
    }
    if (ledger->commit(ledger->arg, e) != ERR_OK)
        return e->kind;
    return write_answer(&identity, registry, &device, now, answer, e);
}
