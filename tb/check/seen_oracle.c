/* SPDX-License-Identifier: Apache-2.0
 * What an SMMU that looks into no cache sees: when a call returns with success, every word it stored to tables such an SMMU uses is in memory.
 * Not here: the order in which words get there. Proof: tb/check/test/test_seen.c. */
#include "internal.h"

/* Bits of descriptors that belong to software, and those an SMMU writes. */
#define OF_TABLES UINT64_C(0x07f8000000000ffc)
#define OF_LEAVES (UINT64_C(0x0780000000000000) | 1u << 10 | 1u << 7)

static bool looks_into_no_cache(const struct check *c, unsigned smmu)
{
	return check_i_enabled(c, smmu) && c->smmu[smmu].known[0] && !SMMU_FIELD_GET(IDR0, COHACC, c->smmu[smmu].idr[0]);
}

/* The first SMMU that reads the region from memory; CHECK_SMMUS: none. */
static unsigned reader_of(const struct check *c, const struct region *r)
{
	if (r->kind == REGION_STE || r->kind == REGION_L1STD)
		return looks_into_no_cache(c, r->smmu) ? r->smmu : CHECK_SMMUS;
	for (unsigned smmu = 0; smmu < CHECK_SMMUS && r->kind == REGION_PTE; smmu++)
		if (!r->unlinked && looks_into_no_cache(c, smmu) && check_i_is_live(c, smmu, r->root))
			return smmu;
	for (size_t i = 0; i < c->entry_count && r->kind != REGION_PTE; i++) {
		const struct entry *const ste = &c->entry[i];
		if (!ste->cd && !ste->dead && check_i_is_s1(ste) && (ste->word[0] & SMMU_STE_S1ContextPtr_MASK) == r->root &&
		    looks_into_no_cache(c, ste->smmu))
			return ste->smmu;
	}
	return CHECK_SMMUS;
}

static bool means_the_same(const struct region *r, uint64_t stored, uint64_t memory)
{
	if (r->kind != REGION_PTE)
		return stored == memory;
	if (!check_i_is_valid(stored))
		return !check_i_is_valid(memory);
	return ((stored ^ memory) & ~(check_i_is_table(stored, r->level) ? OF_TABLES : OF_LEAVES)) == 0;
}

static bool is_overwritten(const struct check *c, size_t at)
{
	for (size_t i = at + 1; i < c->written_count; i++)
		if (c->written[i].pa == c->written[at].pa)
			return true;
	return false;
}

void check_i_word_stored(struct check *c, uint64_t pa, uint64_t value)
{
	bool wanted = false;
	for (unsigned smmu = 0; smmu < CHECK_SMMUS && c->depth > 0 && !wanted; smmu++)
		wanted = looks_into_no_cache(c, smmu);
	if (wanted && check_i_room(c, (void **)&c->written, &c->written_room, c->written_count, sizeof *c->written)) {
		c->written[c->written_count].pa = pa;
		c->written[c->written_count++].value = value;
	}
}

void check_i_seen_end(struct check *c, const char *call, bool failed)
{
	for (size_t i = 0; i < c->written_count && !failed; i++) {
		const uint64_t pa = c->written[i].pa, value = c->written[i].value, memory = check_i_read(c, pa);
		const struct region *const r = memory != value ? check_i_region(c, pa) : NULL;
		const unsigned smmu = r && !means_the_same(r, value, memory) && !is_overwritten(c, i) ? reader_of(c, r) : CHECK_SMMUS;
		if (smmu < CHECK_SMMUS)
			check_i_fail(c, CHECK_TABLES, smmu, "table.unseen",
				     "%s returns, and smmu%u, which looks into no cache, finds 0x%llx at 0x%llx where 0x%llx was stored", call, smmu,
				     (unsigned long long)memory, (unsigned long long)pa, (unsigned long long)value);
	}
	c->written_count = 0;
}
