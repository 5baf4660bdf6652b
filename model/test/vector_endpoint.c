/* SPDX-License-Identifier: Apache-2.0
 * Conformance scripts: what an endpoint does (page requests), what it hears (invalidations, answers to its page requests),
 * and broadcasts of a PE.
 * Not here: the other statements (vector_script.c). Proof: model.vectors. */
#include "vector_script_internal.h"

#include <string.h>

/* [ssid N] r w x priv last, from word `i` on. */
static void request_words(struct run *r, unsigned i, struct smmu_page_request *q)
{
	for (; i < r->word_count; i++) {
		const char *word = r->words[i];

		if (strcmp(word, "ssid") == 0) {
			q->ssv = true;
			q->ssid = (uint32_t)number(r, r->words[++i]);
		} else if (strcmp(word, "r") == 0) {
			q->read = true;
		} else if (strcmp(word, "w") == 0) {
			q->write = true;
		} else if (strcmp(word, "x") == 0) {
			q->execute = true;
		} else if (strcmp(word, "priv") == 0) {
			q->privileged = true;
		} else if (strcmp(word, "last") == 0) {
			q->last = true;
		} else {
			fail(r, "unknown word '%s'", word);
		}
	}
}

static struct smmu_page_request request_of(struct run *r)
{
	struct smmu_page_request q = { .sid = (uint32_t)number(r, r->words[1]), .address = number(r, r->words[2]),
				       .prg_index = (uint16_t)number(r, r->words[3]) };

	request_words(r, 4, &q);
	return q;
}

static void do_ppr(struct run *r)
{
	const struct smmu_page_request q = request_of(r);

	start(r);
	if (!r->device->page_request(r->device->ctx, &q))
		fail(r, "the page request was not taken");
	settle(r);
}

/* The next record of the PRI queue; the queue stays as it is. */
static void do_record(struct run *r)
{
	const struct smmu_page_request q = request_of(r);
	const uint64_t at = PRIQ_ADDRESS + 16 * (r->priq_cons & ((1u << PRIQ_LOG2) - 1));
	const uint64_t seen[2] = { vector_memory_read(r->device->memory, at), vector_memory_read(r->device->memory, at + 8) };
	const uint64_t want[2] = {
		q.sid | (uint64_t)q.ssid << 32 | (uint64_t)q.privileged << 58 | (uint64_t)q.execute << 59 | (uint64_t)q.read << 60 |
			(uint64_t)q.write << 61 | (uint64_t)q.last << 62 | (uint64_t)q.ssv << 63,
		q.address | q.prg_index };

	if (((read32(r, SMMU_PRIQ_PROD) ^ r->priq_cons) & ((2u << PRIQ_LOG2) - 1)) == 0)
		fail(r, "the PRI queue has no record");
	r->priq_cons = (r->priq_cons + 1) & ((2u << PRIQ_LOG2) - 1);
	if (memcmp(seen, want, sizeof want) != 0)
		fail(r, "record %016llx %016llx, expected %016llx %016llx", (unsigned long long)seen[0], (unsigned long long)seen[1],
		     (unsigned long long)want[0], (unsigned long long)want[1]);
}

static void compare_message(struct run *r, const struct smmu_message *want)
{
	struct smmu_message seen = { 0 };

	if (!r->device->take_message(r->device->ctx, &seen)) {
		fail(r, "the endpoint heard nothing");
		return;
	}
	if (seen.kind != want->kind || seen.sid != want->sid || seen.ssv != want->ssv || seen.ssid != want->ssid ||
	    seen.address != want->address || seen.size_log2 != want->size_log2 || seen.global != want->global ||
	    seen.prg_index != want->prg_index || seen.code != want->code)
		fail(r, "the endpoint heard kind %u sid 0x%x ssv %u ssid 0x%x address 0x%llx size 2^%u global %u group %u code %u", seen.kind,
		     seen.sid, seen.ssv, seen.ssid, (unsigned long long)seen.address, seen.size_log2, seen.global, seen.prg_index, seen.code);
}

/* [ssid N] [global], from word `i` on. */
static void message_words(struct run *r, unsigned i, struct smmu_message *m)
{
	for (; i < r->word_count; i++) {
		if (strcmp(r->words[i], "ssid") == 0) {
			m->ssv = 1;
			m->ssid = (uint32_t)number(r, r->words[++i]);
		} else if (strcmp(r->words[i], "global") == 0) {
			m->global = 1;
		} else {
			fail(r, "unknown word '%s'", r->words[i]);
		}
	}
}

static void do_invalidated(struct run *r)
{
	struct smmu_message want = { .kind = SMMU_MESSAGE_ATC_INVALIDATE, .sid = (uint32_t)number(r, r->words[1]),
				     .address = number(r, r->words[2]), .size_log2 = (uint8_t)number(r, r->words[3]) };

	message_words(r, 4, &want);
	compare_message(r, &want);
}

static void do_response(struct run *r)
{
	struct smmu_message want = { .kind = SMMU_MESSAGE_PRG_RESPONSE, .sid = (uint32_t)number(r, r->words[1]),
				     .prg_index = (uint16_t)number(r, r->words[2]), .code = (uint8_t)number(r, r->words[3]) };

	message_words(r, 4, &want);
	compare_message(r, &want);
}

static void do_quiet(struct run *r)
{
	struct smmu_message seen;

	if (r->device->take_message(r->device->ctx, &seen))
		fail(r, "the endpoint heard something: kind %u group %u code %u", seen.kind, seen.prg_index, seen.code);
}

/* dvm KIND [vmid N] [asid N] [va N] [leaf] */
static void do_dvm(struct run *r)
{
	static const char *const kinds[] = { "va", "asid", "vaa", "vmall", "ipas2", "vmalls12", "all", "el2va", "el2asid", "el2all" };
	struct smmu_dvm dvm = { .kind = COUNT(kinds) };

	for (unsigned i = 0; i < COUNT(kinds); i++)
		if (strcmp(r->words[1], kinds[i]) == 0)
			dvm.kind = (uint8_t)i;
	for (unsigned i = 2; i < r->word_count; i++) {
		if (strcmp(r->words[i], "vmid") == 0)
			dvm.vmid = (uint16_t)number(r, r->words[++i]);
		else if (strcmp(r->words[i], "asid") == 0)
			dvm.asid = (uint16_t)number(r, r->words[++i]);
		else if (strcmp(r->words[i], "va") == 0)
			dvm.address = number(r, r->words[++i]);
		else if (strcmp(r->words[i], "leaf") == 0)
			dvm.leaf = true;
		else
			fail(r, "unknown word '%s'", r->words[i]);
	}
	if (dvm.kind == COUNT(kinds))
		fail(r, "no broadcast '%s'", r->words[1]);
	else
		r->device->broadcast(r->device->ctx, &dvm);
}

static void be_silent(struct run *r)
{
	start(r);
	r->device->endpoint_answers(r->device->ctx, false);
}

static void enter_service_failure(struct run *r)
{
	start(r);
	r->device->service_failure(r->device->ctx);
	settle(r);
}

bool do_endpoint_statement(struct run *r)
{
	const char *verb = r->words[0];

	if (strcmp(verb, "ppr") == 0)
		do_ppr(r);
	else if (strcmp(verb, "record") == 0)
		do_record(r);
	else if (strcmp(verb, "invalidated") == 0)
		do_invalidated(r);
	else if (strcmp(verb, "response") == 0)
		do_response(r);
	else if (strcmp(verb, "quiet") == 0)
		do_quiet(r);
	else if (strcmp(verb, "silent") == 0)
		be_silent(r);
	else if (strcmp(verb, "dvm") == 0)
		do_dvm(r);
	else if (strcmp(verb, "service_failure") == 0)
		enter_service_failure(r);
	else
		return false;
	return true;
}
