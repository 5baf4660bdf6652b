/* SPDX-License-Identifier: Apache-2.0
 * Conformance scripts, second half: commands, transactions, expectations, and the loop over statements.
 * Not here: setup (vector_setup.c), the vectors (vector_rows.h), memory (vector_memory.c). Proof: model.vectors. */
#include "vector_script_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- statements: commands ---- */

static void push_command(struct run *r, const uint64_t *qword)
{
	const uint64_t at = CMDQ_ADDRESS + 16 * (r->cmdq_prod & ((1u << CMDQ_LOG2) - 1));

	start(r);
	vector_memory_write(r->device->memory, at, qword[0]);
	vector_memory_write(r->device->memory, at + 8, qword[1]);
	r->cmdq_prod = (r->cmdq_prod + 1) & ((2u << CMDQ_LOG2) - 1);
	write32(r, SMMU_CMDQ_PROD, r->cmdq_prod);
	settle(r);
}

static void do_cmd(struct run *r)
{
	const struct smmu_entry_name *layout = find_entry(smmu_command_names, COUNT(smmu_command_names), r->words[1]);
	uint64_t qword[2] = { 0, 0 };

	if (layout == NULL) {
		qword[0] = number(r, r->words[1]); /* a raw opcode */
	} else {
		qword[0] = layout->number;
	}
	for (unsigned i = 2; i < r->word_count && !r->failed; i++) {
		char *value;
		const struct smmu_field_name *f;

		if (!split_assignment(r->words[i], &value) || layout == NULL || (f = find_field(layout, r->words[i])) == NULL) {
			fail(r, "%s has no field '%s'", r->words[1], r->words[i]);
			return;
		}
		put_field(qword, f, number(r, value));
	}
	push_command(r, qword);
}

static void do_sync(struct run *r)
{
	const uint64_t qword[2] = { SMMU_CMD_SYNC, 0 };

	push_command(r, qword);
	if ((read32(r, SMMU_CMDQ_CONS) & SMMU_CMDQ_CONS_RD_MASK) != r->cmdq_prod)
		fail(r, "CMD_SYNC did not complete: CONS 0x%x, PROD 0x%x", read32(r, SMMU_CMDQ_CONS), r->cmdq_prod);
}

/* ---- events ---- */

static bool take_event(struct run *r, struct smmu_event *event)
{
	const uint32_t mask = (2u << r->eventq_log2) - 1;
	const uint32_t prod = read32(r, SMMU_EVENTQ_PROD);

	if (((prod ^ r->eventq_cons) & mask) == 0)
		return false;
	for (unsigned i = 0; i < 4; i++)
		event->qword[i] = vector_memory_read(r->device->memory,
						     EVENTQ_ADDRESS + 32 * (r->eventq_cons & (mask >> 1)) + 8 * i);
	r->eventq_cons = (r->eventq_cons + 1) & mask;
	if (!r->keep_events)
		write32(r, SMMU_EVENTQ_CONS, r->eventq_cons | (prod & SMMU_EVENTQ_PROD_OVFLG_MASK));
	return true;
}

/* What the record must be: the fields its type has, from the transaction, then the ones the script names. */
static void expected_event(struct run *r, const struct smmu_entry_name *type, unsigned *next, struct smmu_event *e)
{
	const bool write = (r->txn.flags & SMMU_TXN_WRITE) != 0, ssv = (r->txn.flags & SMMU_TXN_SSV) != 0;
	const struct { const char *name; uint64_t value; } defaults[] = {
		{ "SSV", ssv }, { "SubstreamID", ssv ? r->txn.ssid : 0 }, { "RnW", !write },
		{ "InD", !write && (r->txn.flags & SMMU_TXN_INSTRUCTION) != 0 }, { "PnU", (r->txn.flags & SMMU_TXN_PRIVILEGED) != 0 },
		{ "InputAddr", r->txn.iova },
	};

	*e = (struct smmu_event){ { type->number | (uint64_t)r->txn.sid << 32 } };
	for (size_t i = 0; i < COUNT(defaults); i++) {
		const struct smmu_field_name *f = find_field(type, defaults[i].name);

		if (f != NULL)
			put_field(e->qword, f, defaults[i].value);
	}
	while (*next < r->word_count && strchr(r->words[*next], '=') != NULL && r->words[*next][0] != '=') {
		char *value;
		const struct smmu_field_name *f;

		split_assignment(r->words[*next], &value);
		f = find_field(type, r->words[*next]);
		if (f == NULL)
			fail(r, "%s has no field '%s'", type->name, r->words[*next]);
		else
			put_field(e->qword, f, number(r, value));
		++*next;
	}
}

static void expect_event(struct run *r, unsigned *next)
{
	const struct smmu_entry_name *type = find_entry(smmu_event_names, COUNT(smmu_event_names), r->words[*next]);
	struct smmu_event want;

	++*next;
	if (type == NULL) {
		fail(r, "no event '%s'", r->words[*next - 1]);
		return;
	}
	expected_event(r, type, next, &want);
	if (!r->event_seen) {
		fail(r, "no event, expected %s", type->name);
		return;
	}
	r->event_seen = false;
	if (smmu_event_f_translation_get_Stall(&want)) {
		r->stag = (uint16_t)smmu_event_f_translation_get_STAG(&r->event);
		smmu_event_f_translation_set_STAG(&want, r->stag);
	}
	if (memcmp(&want, &r->event, sizeof want) != 0)
		fail(r, "event %016llx %016llx %016llx %016llx, expected %016llx %016llx %016llx %016llx",
		     (unsigned long long)r->event.qword[0], (unsigned long long)r->event.qword[1],
		     (unsigned long long)r->event.qword[2], (unsigned long long)r->event.qword[3],
		     (unsigned long long)want.qword[0], (unsigned long long)want.qword[1],
		     (unsigned long long)want.qword[2], (unsigned long long)want.qword[3]);
}

/* ---- expectations of an outcome ---- */

static void expect_status(struct run *r, enum vector_status want, const char *name)
{
	static const char *const names[] = { "ok", "abort", "RAZ/WI", "stalled", "ATS completion" };

	if (r->outcome.status != want)
		fail(r, "answer is %s, expected %s", names[r->outcome.status], name);
}

static void expect_ats(struct run *r, unsigned status, const char *name)
{
	expect_status(r, VECTOR_ATS, "an ATS completion");
	if (r->outcome.ats_status != status)
		fail(r, "ATS status %u, expected %s", r->outcome.ats_status, name);
}

/* pa A B ...: any of them. */
static void expect_pa(struct run *r, unsigned *next)
{
	bool matched = false;

	if (r->outcome.status != VECTOR_ATS)
		expect_status(r, VECTOR_OK, "ok");
	while (*next < r->word_count && r->words[*next][0] == '0')
		matched |= number(r, r->words[(*next)++]) == r->outcome.pa;
	if (!matched)
		fail(r, "PA 0x%llx", (unsigned long long)r->outcome.pa);
}

static void expect_word(struct run *r, unsigned *next)
{
	const char *word = r->words[(*next)++];
	struct smmu_event spare;

	if (strcmp(word, "pa") == 0)
		expect_pa(r, next);
	else if (strcmp(word, "event") == 0)
		expect_event(r, next);
	else if (strcmp(word, "abort") == 0)
		expect_status(r, VECTOR_ABORT, "abort");
	else if (strcmp(word, "razwi") == 0)
		expect_status(r, VECTOR_RAZ_WI, "RAZ/WI");
	else if (strcmp(word, "stall") == 0)
		expect_status(r, VECTOR_STALLED, "stalled");
	else if (strcmp(word, "ur") == 0)
		expect_ats(r, SMMU_ATS_UR, "UR");
	else if (strcmp(word, "ca") == 0)
		expect_ats(r, SMMU_ATS_CA, "CA");
	else if (strcmp(word, "success") == 0)
		expect_ats(r, SMMU_ATS_SUCCESS, "success");
	else if (strcmp(word, "rights") == 0 && number(r, r->words[(*next)++]) != r->outcome.ats_rights)
		fail(r, "rights %u", r->outcome.ats_rights);
	else if (strcmp(word, "size") == 0 && number(r, r->words[(*next)++]) != r->outcome.size_log2)
		fail(r, "size 2^%u", r->outcome.size_log2);
	else if (strcmp(word, "reads") == 0 && number(r, r->words[(*next)++]) != r->reads)
		fail(r, "%u table accesses", r->reads);
	else if (strcmp(word, "attr") == 0 && number(r, r->words[(*next)++]) != r->outcome.attr)
		fail(r, "memory type 0x%x", r->outcome.attr);
	else if (strcmp(word, "sh") == 0 && number(r, r->words[(*next)++]) != r->outcome.sh)
		fail(r, "shareability %u", r->outcome.sh);
	else if (strcmp(word, "any") == 0)
		while (r->event_seen)
			r->event_seen = take_event(r, &spare);
	else if (strcmp(word, "rights") != 0 && strcmp(word, "size") != 0 && strcmp(word, "reads") != 0 && strcmp(word, "attr") != 0 &&
		 strcmp(word, "sh") != 0)
		fail(r, "unknown expectation '%s'", word);
}

static void expect_outcome(struct run *r, unsigned next)
{
	while (next < r->word_count && !r->failed)
		expect_word(r, &next);
	if (r->event_seen && !r->keep_events)
		fail(r, "event 0x%02x was recorded", (unsigned)(r->event.qword[0] & 0xff));
}

/* ---- statements: transactions ---- */

static void do_txn(struct run *r)
{
	const char *verb = r->words[0];
	unsigned next = 3;

	start(r);
	r->txn = (struct smmu_txn){ .sid = (uint32_t)number(r, r->words[1]), .iova = number(r, r->words[2]) };
	if (strcmp(verb, "write") == 0)
		r->txn.flags |= SMMU_TXN_WRITE;
	if (strcmp(verb, "treq") == 0)
		r->txn.ats = SMMU_ATS_REQUEST;
	if (strcmp(verb, "translated") == 0)
		r->txn.ats = SMMU_ATS_TRANSLATED;
	for (; next < r->word_count && strcmp(r->words[next], "=>") != 0; next++) {
		if (strcmp(r->words[next], "ssid") == 0) {
			r->txn.ssid = (uint32_t)number(r, r->words[++next]);
			r->txn.flags |= SMMU_TXN_SSV;
		} else if (strcmp(r->words[next], "ind") == 0) {
			r->txn.flags |= SMMU_TXN_INSTRUCTION;
		} else if (strcmp(r->words[next], "pnu") == 0) {
			r->txn.flags |= SMMU_TXN_PRIVILEGED;
		} else if (strcmp(r->words[next], "nw") == 0) {
			r->txn.flags |= SMMU_TXN_ATS_NO_WRITE;
		} else {
			fail(r, "unknown word '%s'", r->words[next]);
		}
	}
	r->device->memory->table_accesses = 0;
	r->tickets[r->ticket_count++ % COUNT(r->tickets)] = r->device->submit(r->device->ctx, &r->txn, &r->outcome);
	settle(r);
	r->reads = r->device->memory->table_accesses;
	r->event_seen = !r->keep_events && take_event(r, &r->event);
	expect_outcome(r, next + 1);
}

/* poll N => ...: the outcome of the N-th transaction of the script, and the event that came meanwhile. */
static void do_poll(struct run *r)
{
	settle(r);
	r->device->poll(r->device->ctx, r->tickets[number(r, r->words[1])], &r->outcome);
	r->event_seen = !r->keep_events && take_event(r, &r->event);
	expect_outcome(r, 3);
}

/* ---- statements: expectations ---- */

static void expect_register(struct run *r, char *name, uint64_t want)
{
	char *field = strchr(name, '.');
	const struct smmu_entry_name *reg;
	uint32_t seen;

	if (field != NULL)
		*field++ = '\0';
	reg = find_entry(smmu_register_names, COUNT(smmu_register_names), name);
	if (reg == NULL) {
		fail(r, "no register '%s'", name);
		return;
	}
	seen = read32(r, register_offset(reg));
	if (field != NULL) {
		const struct smmu_field_name *f = find_field(reg, field);

		if (f == NULL) {
			fail(r, "no field '%s.%s'", name, field);
			return;
		}
		seen = (uint32_t)((seen & field_mask(f)) >> f->shift);
	}
	if (seen != want)
		fail(r, "%s.%s is 0x%x", name, field != NULL ? field : "", seen);
}

static void do_expect(struct run *r)
{
	for (unsigned i = 1; i < r->word_count; i++) {
		char *value, *name = r->words[i];

		if (!split_assignment(name, &value))
			fail(r, "expect wants NAME=VALUE");
		else if (strcmp(name, "irqs") == 0) {
			const unsigned irqs = r->device->take_irqs(r->device->ctx);

			if (irqs != number(r, value))
				fail(r, "interrupts 0x%x", irqs);
		} else if (name[0] == '0') {
			const uint64_t seen = vector_memory_read(r->device->memory, number(r, name));

			if (seen != number(r, value))
				fail(r, "[%s] is 0x%llx", name, (unsigned long long)seen);
		} else {
			expect_register(r, name, number(r, value));
		}
	}
}

/* peek OFFSET=VALUE, poke OFFSET=VALUE: 32-bit accesses by number, for counters. */
static void do_peek_poke(struct run *r, bool poke)
{
	start(r);
	for (unsigned i = 1; i < r->word_count; i++) {
		char *value;
		uint32_t offset;

		if (!split_assignment(r->words[i], &value)) {
			fail(r, "wants OFFSET=VALUE");
			return;
		}
		offset = (uint32_t)number(r, r->words[i]);
		if (poke)
			write32(r, offset, (uint32_t)number(r, value));
		else if (read32(r, offset) != number(r, value))
			fail(r, "register 0x%x is 0x%x", offset, read32(r, offset));
	}
}

static void execute(struct run *r)
{
	const char *verb = r->words[0];

	if (strcmp(verb, "hw") == 0)
		for (unsigned i = 1; i < r->word_count; i++)
			set_hardware(r, r->words[i]);
	else if (strcmp(verb, "reg") == 0)
		do_reg(r);
	else if (strcmp(verb, "ste") == 0)
		do_structure(r, "STE");
	else if (strcmp(verb, "cd") == 0)
		do_structure(r, "CD");
	else if (strcmp(verb, "mem") == 0)
		do_mem(r);
	else if (strcmp(verb, "busabort") == 0)
		do_busabort(r);
	else if (strcmp(verb, "cmd") == 0)
		do_cmd(r);
	else if (strcmp(verb, "sync") == 0)
		do_sync(r);
	else if (strcmp(verb, "start") == 0)
		start(r);
	else if (strcmp(verb, "expect") == 0)
		do_expect(r);
	else if (strcmp(verb, "poll") == 0)
		do_poll(r);
	else if (strcmp(verb, "peek") == 0 || strcmp(verb, "poke") == 0)
		do_peek_poke(r, verb[1] == 'o');
	else if (strcmp(verb, "eventq_log2") == 0)
		r->eventq_log2 = (uint32_t)number(r, r->words[1]);
	else if (strcmp(verb, "keep_events") == 0)
		r->keep_events = true;
	else if (!do_endpoint_statement(r))
		do_txn(r);
}

static void run_statements(struct run *r, bool hardware_only)
{
	char script[2048], *next = script;

	snprintf(script, sizeof script, "%s", r->v->script);
	while (next != NULL && !r->failed) {
		char *statement = next, *save = NULL, shown[200];

		next = strchr(statement, ';');
		if (next != NULL)
			*next++ = '\0';
		snprintf(shown, sizeof shown, "%.199s", statement);
		r->word_count = 0;
		for (char *w = strtok_r(statement, " \n\t", &save); w != NULL && r->word_count < COUNT(r->words);
		     w = strtok_r(NULL, " \n\t", &save))
			r->words[r->word_count++] = w;
		for (unsigned i = r->word_count; i < COUNT(r->words); i++)
			r->words[i] = (char *)"";
		if (r->word_count == 0 || (hardware_only && strcmp(r->words[0], "hw") != 0))
			continue;
		execute(r);
		if (r->failed) {
			char text[600];

			snprintf(text, sizeof text, "%s: '%s': %s", r->v->id, shown, r->why);
			snprintf(r->why, r->why_size, "%s", text);
		}
	}
}

void vector_hardware_of(const char *script, struct vector_hardware *out)
{
	const struct vector v = { "", script };
	char why[256];
	struct run r = { .v = &v, .why = why, .why_size = sizeof why };

	baseline_hardware(&r.hardware);
	run_statements(&r, true);
	*out = r.hardware;
}

bool vector_run(const struct vector *v, const struct vector_device *device, char *why, size_t why_size)
{
	struct run r = { .v = v, .device = device, .why = why, .why_size = why_size };

	why[0] = '\0';
	baseline_hardware(&r.hardware);
	baseline(&r);
	run_statements(&r, false);
	return !r.failed;
}
