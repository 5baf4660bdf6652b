/* SPDX-License-Identifier: Apache-2.0
 * Page requests: a group whose last record software took from the PRI queue gets one CMD_PRI_RESP, and nobody gets one who has not
 * asked. What the SMMU answers by itself (a full queue, one that is off) never is a record.
 * Not here: which answer is the right one. Proof: tb/check/test/test_pages.c. */
#include "internal.h"

#define SEEN_BY (SMMU_CR0_SMMUEN_MASK | SMMU_CR0_PRIQEN_MASK)

/* A PASID is given up: nobody waits for an answer. */
static bool is_stop_marker(uint64_t word0)
{
	return (word0 & SMMU_PRI_SSV_MASK) && !(word0 & (SMMU_PRI_R_MASK | SMMU_PRI_W_MASK));
}

static bool is_group(const struct page_group *p, const struct page_group *of)
{
	return p->smmu == of->smmu && p->sid == of->sid && p->index == of->index && p->ssv == of->ssv && (!p->ssv || p->ssid == of->ssid);
}

static struct page_group *find(struct check *c, const struct page_group *of)
{
	for (size_t i = 0; i < c->page_count; i++)
		if (is_group(&c->page[i], of))
			return &c->page[i];
	return NULL;
}

/* A record was written. */
void check_i_page_asked(struct check *c, unsigned smmu)
{
	const uint64_t word0 = c->now.data[0];
	struct page_group group = { .sid = (uint32_t)word0, .ssid = (uint32_t)(word0 >> 32) & 0xfffff, .smmu = (uint16_t)smmu,
		.index = (uint16_t)(c->now.data[1] & SMMU_PRI_PRGIndex_MASK), .ssv = (word0 & SMMU_PRI_SSV_MASK) != 0,
		.position = (uint32_t)c->now.addr, .record = c->count };
	if (!(word0 & SMMU_PRI_Last_MASK) || is_stop_marker(word0))
		return;
	struct page_group *const known = find(c, &group);       /* the device did not wait: one answer will do */
	if (known)
		*known = group;
	else if (check_i_room(c, (void **)&c->page, &c->page_room, c->page_count, sizeof *c->page))
		c->page[c->page_count++] = group;
}

void check_i_page_answered(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	const struct page_group of = { .sid = (uint32_t)(cmd[0] >> 32), .ssid = (uint32_t)(cmd[0] >> 12) & 0xfffff, .smmu = (uint16_t)smmu,
		.index = (uint16_t)(cmd[1] & SMMU_CMD_PRI_RESP_PRGIndex_MASK), .ssv = (cmd[0] & SMMU_CMD_PRI_RESP_SSV_MASK) != 0 };
	if ((cmd[0] & 0xff) != SMMU_CMD_PRI_RESP)
		return;
	struct page_group *const group = find(c, &of);
	if (group)
		*group = c->page[--c->page_count];
	else if (c->depth > 0 && !c->excused_calls)
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.page",
			     "smmu%u consumed CMD_PRI_RESP for group %u of StreamID 0x%x, which waits for no answer: its last request was not recorded, or "
			     "it was answered before", smmu, of.index, of.sid);
}

static void forget(struct check *c, unsigned smmu)
{
	for (size_t i = 0; i < c->page_count;)
		if (c->page[i].smmu == smmu)
			c->page[i] = c->page[--c->page_count];
		else
			i++;
}

void check_i_page_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	const uint32_t entries = UINT32_C(1) << s->priq_log2;
	if (offset == SMMU_PRIQ_BASE)
		s->priq_log2 = (uint8_t)(value & SMMU_PRIQ_BASE_LOG2SIZE_MASK);
	if (offset == SMMU_CR0 && (value & SEEN_BY) != SEEN_BY)
		forget(c, smmu);        /* who asks then is told that it failed, and what was asked before is answered no more */
	for (size_t i = 0; i < c->page_count && offset == SMMU_PRIQ_CONS; i++)
		if (c->page[i].smmu == smmu && (((uint32_t)value - c->page[i].position - 1) & (2 * entries - 1)) < entries)
			c->page[i].taken = true;
}

void check_i_pages_end(struct check *c)
{
	for (size_t i = 0; i < c->page_count; i++)
		if (c->page[i].taken)
			check_i_fail(c, CHECK_LIFE, c->page[i].smmu, "life.page",
				     "group %u of page requests of StreamID 0x%x behind smmu%u, complete since record %llu, was taken from the PRI queue "
				     "and got no CMD_PRI_RESP", c->page[i].index, c->page[i].sid, c->page[i].smmu,
				     (unsigned long long)c->page[i].record);
}
