/* SPDX-License-Identifier: Apache-2.0
 * What endpoints with a translation cache are told: a CMD_SYNC waits until they have forgotten what a CMD_ATC_INV in front of it names,
 * spans are aligned, and each group of page requests has one answer, after its last request.
 * Not here: which invalidations a driver owes (pending.c), a driver that hides a silent endpoint (command_oracle.c).
 * Proof: tb/check/test/test_endpoints.c. */
#include "internal.h"

#define EVERYTHING_LOG2 64u
#define ERROR_ATC_INV_SYNC 3u
#define PCIE_RESPONSE_FAILURE 0xfu

static uint64_t aligned(uint64_t address, unsigned size_log2)
{
	return size_log2 >= EVERYTHING_LOG2 ? 0 : address >> size_log2 << size_log2;
}

/* Does the message make the endpoint forget all that the command names? */
static bool covers(const struct smmu_trace_record *message, const struct atc_owed *owed)
{
	const unsigned size_log2 = (unsigned)message->data[1];
	const bool ssv = message->flags & SMMU_TRACE_FLAG_SSV;
	return message->sid == owed->sid && (!ssv || (owed->ssv && owed->ssid == message->ssid)) && size_log2 >= owed->size_log2 &&
	       aligned(owed->address, size_log2) == aligned(message->addr, size_log2);
}

static void invalidation(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	const unsigned size_log2 = (unsigned)c->now.data[1];
	s->has_endpoints = true;
	if (aligned(c->now.addr, size_log2) != c->now.addr) {
		check_i_fail(c, CHECK_LIFE, smmu, "endpoint.span",
			     "smmu%u tells the endpoint of StreamID 0x%x to forget 2^%u bytes at 0x%llx, which are not aligned to their size", smmu,
			     c->now.sid, size_log2, (unsigned long long)c->now.addr);
		return;
	}
	for (size_t i = 0; i < s->atc_count; i++)
		if (!s->atc[i].told && covers(&c->now, &s->atc[i])) {
			s->atc[i].told = true;
			s->atc[i].tag = c->now.data[2];
			return;
		}
}

static void completed(struct smmu *s, uint64_t tag)
{
	for (size_t i = 0; i < s->atc_count; i++)
		if (s->atc[i].told && s->atc[i].tag == tag) {
			s->atc[i] = s->atc[--s->atc_count];
			return;
		}
}

static struct asked_group *group_of(struct smmu *s, uint32_t sid, uint64_t number)
{
	for (size_t i = 0; i < s->group_count; i++)
		if (s->group[i].sid == sid && s->group[i].number == number)
			return &s->group[i];
	return NULL;
}

static void asked(struct check *c, struct smmu *s)
{
	struct asked_group *g = group_of(s, c->now.sid, c->now.data[2]);
	if (!g && !check_i_room(c, (void **)&s->group, &s->group_room, s->group_count, sizeof *s->group))
		return;
	if (!g) {
		g = &s->group[s->group_count++];
		*g = (struct asked_group){ .sid = c->now.sid, .number = c->now.data[2] };
	}
	g->complete = g->complete || c->now.data[1];
}

/* An SMMU that takes no page requests says so to every single one. */
static void answered(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	struct asked_group *const g = group_of(s, c->now.sid, c->now.data[2]);
	if ((!g || !g->complete) && c->now.data[1] != PCIE_RESPONSE_FAILURE)
		check_i_fail(c, CHECK_LIFE, smmu, "endpoint.answer", "the endpoint of StreamID 0x%x behind smmu%u gets an answer to page request group %u, %s",
			     c->now.sid, smmu, (unsigned)c->now.data[2], g ? "of which it has not sent the last request" : "which is not open");
	if (g)
		*g = s->group[--s->group_count];
}

void check_i_message(struct check *c)
{
	const unsigned smmu = c->now.detail;
	if (smmu >= CHECK_SMMUS)
		return;
	switch (c->now.data[0]) {
	case SMMU_TRACE_ATC_INVALIDATE: invalidation(c, smmu); break;
	case SMMU_TRACE_ATC_COMPLETED: completed(&c->smmu[smmu], c->now.data[2]); break;
	case SMMU_TRACE_PAGE_REQUEST: asked(c, &c->smmu[smmu]); break;
	case SMMU_TRACE_PAGE_RESPONSE: answered(c, smmu); break;
	default: break;
	}
}

static void owe(struct check *c, struct smmu *s, const uint64_t cmd[2])
{
	const unsigned size_log2 = 12u + (unsigned)(cmd[1] & 0x3f);
	if (size_log2 > EVERYTHING_LOG2)        /* illegal or of an unknown span */
		return;
	if (!check_i_room(c, (void **)&s->atc, &s->atc_room, s->atc_count, sizeof *s->atc))
		return;
	s->atc[s->atc_count++] = (struct atc_owed){ .record = c->count, .address = cmd[1] & ~UINT64_C(0xfff), .sid = (uint32_t)(cmd[0] >> 32),
		.ssid = (uint32_t)(cmd[0] >> 12 & 0xfffff), .ssv = cmd[0] >> 11 & 1,
		.size_log2 = (uint8_t)size_log2 };
}

/* Where nobody tells what endpoints get, there is nothing to hold a CMD_SYNC against. */
void check_i_endpoint_command(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	struct smmu *const s = &c->smmu[smmu];
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	if (opcode == SMMU_CMD_ATC_INV && check_i_enabled(c, smmu))
		owe(c, s, cmd);
	if (opcode != SMMU_CMD_SYNC)
		return;
	if (s->has_endpoints && s->atc_count > 0)
		check_i_fail(c, CHECK_LIFE, smmu, "endpoint.sync",
			     "smmu%u consumed a CMD_SYNC, but the endpoint of StreamID 0x%x %s the invalidation of 2^%u bytes at 0x%llx of the CMD_ATC_INV in record %llu", smmu,
			     s->atc->sid, s->atc->told ? "has not completed" : "has not been told of", s->atc->size_log2,
			     (unsigned long long)aligned(s->atc->address, s->atc->size_log2), (unsigned long long)s->atc->record);
	s->atc_count = 0;
}

/* The CMD_SYNC that stopped has told software of every endpoint that did not answer. */
void check_i_endpoint_error(struct check *c, unsigned smmu)
{
	if (c->now.data[0] == ERROR_ATC_INV_SYNC)
		c->smmu[smmu].atc_count = 0;
}

void check_i_endpoint_register(struct check *c, unsigned smmu, uint64_t offset)
{
	if (offset == SMMU_CMDQ_BASE)   /* the queue begins anew: nobody waits for what was before */
		c->smmu[smmu].atc_count = 0;
}
