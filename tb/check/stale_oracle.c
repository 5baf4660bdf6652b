/* SPDX-License-Identifier: Apache-2.0
 * Stale-translation checker: a data phase goes where the tables say now, or where they said before a change whose invalidation no
 * CMD_SYNC has confirmed yet. CMD_SYNC waits for transactions in flight, so it does not matter when the transaction began.
 * Not here: both stages at once, streams with ATS (a record does not tell a translated access), tables the driver did not write,
 * permissions. Proof: tb/check/test/test_stale.c. */
#include "internal.h"

enum where { UNKNOWN, NOWHERE, THERE };

/* What the tables behind root say about iova. */
static enum where walk(struct check *c, uint64_t root, uint64_t iova, uint64_t *pa)
{
	const struct region *const top = check_i_region(c, root);
	if (!top || top->kind != REGION_PTE || top->base != root || !top->stored)
		return UNKNOWN;
	const unsigned granule_log2 = top->granule_log2;
	uint64_t table = root, bits = top->bytes / 8;
	unsigned shift = top->shift;
	if (iova >> shift >= bits)
		return UNKNOWN;         /* above the range, or a tagged address */
	for (unsigned level = top->level; level <= 3; level++, shift -= granule_log2 - 3) {
		const uint64_t word = check_i_read(c, table + 8 * (iova >> shift & (bits - 1)));
		const uint64_t address = word & CHECK_ADDRESS_MASK;
		if (!check_i_is_valid(word) || (level == 3 && (word & 3) != 3))
			return NOWHERE;
		if (!check_i_is_table(word, level)) {
			const uint64_t inside = (UINT64_C(1) << shift) - 1;
			*pa = (address & ~inside) | (iova & inside);
			return THERE;
		}
		table = address & ~((UINT64_C(1) << granule_log2) - 1);
		bits = UINT64_C(1) << (granule_log2 - 3);
	}
	return UNKNOWN;
}

/* The driver wrote it last, not somebody whose stores are not told. */
static bool is_known(const struct check *c, const struct entry *e)
{
	for (unsigned i = 0; i < 4; i++)
		if (check_i_read(c, e->pa + 8 * i) != e->word[i])
			return false;
	return e->stored || e->cd;      /* a CD table behind such an STE is the driver's */
}

/* The CD of the transaction; null with *bypass when stage 1 is skipped, null alone when there is none. */
static const struct entry *cd_of(struct check *c, const struct entry *ste, bool *bypass)
{
	const bool ssv = (c->now.flags & SMMU_TRACE_FLAG_SSV) != 0;
	*bypass = !ssv && CHECK_GET(ste->word, STE, S1CDMax) != 0 && CHECK_GET(ste->word, STE, S1DSS) == SMMU_STE_S1DSS_BYPASS;
	return *bypass ? NULL : check_i_cd(c, ste, ssv ? c->now.ssid : 0);
}

static enum where translate(struct check *c, const struct entry *ste, uint64_t iova, uint64_t *pa, uint64_t *root)
{
	*pa = iova;
	if (!CHECK_GET(ste->word, STE, V))
		return NOWHERE;
	switch (CHECK_GET(ste->word, STE, Config)) {
	case SMMU_STE_CONFIG_BYPASS: return THERE;
	case SMMU_STE_CONFIG_S1: {
		bool bypass;
		const struct entry *const cd = cd_of(c, ste, &bypass);
		if (bypass)
			return THERE;
		if (!cd || !is_known(c, cd))
			return UNKNOWN;
		if (!CHECK_GET(cd->word, CD, V) || CHECK_GET(cd->word, CD, EPD0))
			return NOWHERE;
		*root = cd->word[1] & SMMU_CD_TTB0_MASK;
		return walk(c, *root, iova, pa);
	}
	case 6: *root = ste->word[3] & SMMU_STE_S2TTB_MASK; return walk(c, *root, iova, pa);
	case 7: return UNKNOWN;
	default: return NOWHERE;
	}
}

/* Is there a change that the SMMU need not know yet? */
static bool may_be_old(const struct check *c, unsigned smmu, uint64_t root, uint64_t iova)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (p->done || p->smmu != smmu || p->kind == OWED_ATC)
			continue;
		if (p->kind != OWED_RANGE || (p->root == root && p->iova <= iova && iova < p->end))
			return true;
	}
	return false;
}

void check_i_data_phase(struct check *c)
{
	const unsigned smmu = c->now.source;
	uint64_t expected = 0, root = 0;
	if (c->now.detail != SMMU_TRACE_TXN_OK || !check_i_enabled(c, smmu))
		return;
	const struct entry *const ste = check_i_ste(c, smmu, c->now.sid);
	if (!ste || !is_known(c, ste) || CHECK_GET(ste->word, STE, EATS))
		return;
	const enum where where = translate(c, ste, c->now.addr, &expected, &root);
	if (where == THERE && !root && c->now.data[0] == 0)
		return;                 /* an address that was not translated need not be told */
	if (where == UNKNOWN || (where == THERE && expected == c->now.data[0]) || may_be_old(c, smmu, root, c->now.addr))
		return;
	if (where == NOWHERE)
		check_i_fail(c, CHECK_STALE, smmu, "stale.translation",
			     "StreamID 0x%x of smmu%u reached 0x%llx through 0x%llx, which its tables do not map and whose invalidation was confirmed",
			     c->now.sid, smmu, (unsigned long long)c->now.data[0], (unsigned long long)c->now.addr);
	else
		check_i_fail(c, CHECK_STALE, smmu, "stale.translation",
			     "StreamID 0x%x of smmu%u reached 0x%llx through 0x%llx, but its tables say 0x%llx and nothing is owed for an older state",
			     c->now.sid, smmu, (unsigned long long)c->now.data[0], (unsigned long long)c->now.addr, (unsigned long long)expected);
}
