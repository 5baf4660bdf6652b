/* SPDX-License-Identifier: Apache-2.0
 * Live table checker: every store to a table an SMMU may read, and every read of it. An entry is torn when an SMMU that reads its words
 * in any order, and some of them before the last invalidation, could see what the driver never meant.
 * Not here: what a single entry or descriptor may hold (illegal_oracle.c), contents of tables the driver did not write. Proof: tb/check/test/test_tables.c. */
#include "internal.h"

typedef uint64_t words[8];

/* ---- torn ---- */

/* Bits of an STE an SMMU looks at when it is as given. MEV and EATS may change at any time. */
static void used_of_ste(const uint64_t *e, uint64_t *used)
{
	const unsigned config = (unsigned)CHECK_GET(e, STE, Config);
	for (unsigned i = 0; i < 8; i++)
		used[i] = 0;
	used[0] = SMMU_STE_V_MASK;
	if (!CHECK_GET(e, STE, V))
		return;
	used[0] |= SMMU_STE_Config_MASK;
	if (config < 4)
		return;
	used[1] = SMMU_STE_MTCFG_MASK | SMMU_STE_MemAttr_MASK | SMMU_STE_ALLOCCFG_MASK | SMMU_STE_PRIVCFG_MASK | SMMU_STE_INSTCFG_MASK;
	if (config != 5 || (CHECK_GET(e, STE, S1CDMax) && CHECK_GET(e, STE, S1DSS) == SMMU_STE_S1DSS_BYPASS))
		used[1] |= SMMU_STE_SHCFG_MASK;
	if (config & 1) {
		used[0] |= SMMU_STE_S1ContextPtr_MASK | SMMU_STE_S1CDMax_MASK;
		if (CHECK_GET(e, STE, S1CDMax)) {
			used[0] |= SMMU_STE_S1Fmt_MASK;
			used[1] |= SMMU_STE_S1DSS_MASK;
		}
		used[1] |= SMMU_STE_S1CIR_MASK | SMMU_STE_S1COR_MASK | SMMU_STE_S1CSH_MASK | SMMU_STE_S1STALLD_MASK | SMMU_STE_STRW_MASK;
		used[2] |= SMMU_STE_S2VMID_MASK;
	}
	if (config & 2) {
		used[1] |= SMMU_STE_S2FWB_MASK;
		used[2] |= SMMU_STE_S2VMID_MASK | SMMU_STE_S2T0SZ_MASK | SMMU_STE_S2SL0_MASK | SMMU_STE_S2IR0_MASK | SMMU_STE_S2OR0_MASK |
			   SMMU_STE_S2SH0_MASK | SMMU_STE_S2TG_MASK | SMMU_STE_S2PS_MASK | SMMU_STE_S2AA64_MASK | SMMU_STE_S2ENDI_MASK |
			   SMMU_STE_S2AFFD_MASK | SMMU_STE_S2PTW_MASK | SMMU_STE_S2HD_MASK | SMMU_STE_S2HA_MASK | SMMU_STE_S2S_MASK |
			   SMMU_STE_S2R_MASK;
		used[3] |= SMMU_STE_S2TTB_MASK;
	}
}

static void used_of_cd(const uint64_t *e, uint64_t *used)
{
	const bool valid = CHECK_GET(e, CD, V) != 0;
	for (unsigned i = 0; i < 8; i++)
		used[i] = valid ? UINT64_MAX : 0;
	used[0] |= SMMU_CD_V_MASK;
	if (valid && CHECK_GET(e, CD, EPD0)) {
		used[0] &= ~(SMMU_CD_T0SZ_MASK | SMMU_CD_TG0_MASK | SMMU_CD_IR0_MASK | SMMU_CD_OR0_MASK | SMMU_CD_SH0_MASK);
		used[1] &= ~SMMU_CD_TTB0_MASK;
	}
}

static bool means_the_same(const uint64_t *used, const uint64_t *a, const uint64_t *b)
{
	for (unsigned i = 0; i < 8; i++)
		if ((a[i] ^ b[i]) & used[i])
			return false;
	return true;
}

static bool is_torn(const struct entry *e)
{
	unsigned changed[8], count = 0;
	for (unsigned i = 0; i < 8; i++)
		if (e->word[i] != e->settled[i])
			changed[count++] = i;
	for (unsigned pick = 0; pick < 1u << count; pick++) {
		words mix, used;
		for (unsigned i = 0; i < 8; i++)
			mix[i] = e->settled[i];
		for (unsigned i = 0; i < count; i++)
			if (pick & 1u << i)
				mix[changed[i]] = e->word[changed[i]];
		if (e->cd)
			used_of_cd(mix, used);
		else
			used_of_ste(mix, used);
		if (!means_the_same(used, mix, e->settled) && !means_the_same(used, mix, e->word))
			return true;
	}
	return false;
}

/* ---- shared ---- */

/* ASET = 0 lets a CPU's broadcasts reach the translations: right for its own tables, wrong for those the driver writes. */
static void judge_shared(struct check *c, const struct entry *cd)
{
	const bool open = CHECK_GET(cd->word, CD, V) && !CHECK_GET(cd->word, CD, EPD0) && !CHECK_GET(cd->word, CD, ASET);
	const struct region *const root = open ? check_i_region(c, cd->word[1] & SMMU_CD_TTB0_MASK) : NULL;
	if (root && root->kind == REGION_PTE && root->stored)
		check_i_fail(c, CHECK_TABLES, UINT16_MAX, "table.shared",
			     "the CD at 0x%llx has ASET = 0, as if its ASID were a CPU's, but the driver writes its tables at 0x%llx", (unsigned long long)cd->pa,
			     (unsigned long long)root->base);
}

void check_i_root_stored(struct check *c, uint64_t root)
{
	for (size_t i = 0; i < c->entry_count; i++)
		if (c->entry[i].cd && !c->entry[i].dead && (c->entry[i].word[1] & SMMU_CD_TTB0_MASK) == root && check_i_reachable(c, &c->entry[i]))
			judge_shared(c, &c->entry[i]);
}

void check_i_entry_stored(struct check *c, struct entry *e)
{
	if (!check_i_reachable(c, e))
		return;
	if (is_torn(e))
		check_i_fail(c, CHECK_TABLES, e->cd ? UINT16_MAX : e->smmu, "table.torn",
			     "the %s 0x%x at 0x%llx can be read half old and half new: words that are in use changed without an invalidation and "
			     "CMD_SYNC between them", e->cd ? "CD of SubstreamID" : "STE of StreamID", e->number, (unsigned long long)e->pa);
	check_i_judge_entry(c, e);
	if (e->cd)
		judge_shared(c, e);
}

/* ---- streams beyond the stream table ---- */

/* A level-1 descriptor that has just gone is announced by a StreamID that has no entry any more. */
static bool level_1_owed(const struct check *c, unsigned smmu, uint32_t sid)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (p->kind == OWED_L1STD && p->smmu == smmu && p->sid >> p->shift == sid >> p->shift)
			return true;
	}
	return false;
}

void check_i_announced(struct check *c, unsigned smmu, uint32_t sid)
{
	const struct smmu *const s = &c->smmu[smmu];
	const unsigned split = SMMU_FIELD_GET(STRTAB_BASE_CFG, SPLIT, s->strtab_cfg), log2size = SMMU_FIELD_GET(STRTAB_BASE_CFG, LOG2SIZE, s->strtab_cfg);
	if (!check_i_enabled(c, smmu) || check_i_ste_address(c, smmu, sid) || level_1_owed(c, smmu, sid))
		return;
	if ((uint64_t)sid >> log2size) {
		check_i_fail(c, CHECK_TABLES, smmu, "table.span", "smmu%u is told of entries of StreamID 0x%x, but its stream table of 2^%u entries has none for it",
			     smmu, sid, log2size);
		return;
	}
	const uint64_t at = (s->strtab_base & SMMU_STRTAB_BASE_ADDR_MASK) + 8 * (uint64_t)(sid >> split), l1 = check_i_read(c, at);
	check_i_fail(c, CHECK_TABLES, smmu, "table.span",
		     "smmu%u is told of entries of StreamID 0x%x, which the level-1 descriptor at 0x%llx does not reach: Span is %u", smmu, sid,
		     (unsigned long long)at, (unsigned)(l1 & SMMU_L1STD_Span_MASK));
}

/* ---- tags ---- */

void check_i_tag_joined(struct check *c, const struct tag *tag)
{
	static const char *const names[] = { "ASID", "EL2 ASID", "VMID" };
	for (size_t i = 0; i < c->tag_count; i++) {
		const struct tag *const other = &c->tag[i];
		if (other->users > 0 && other->smmu == tag->smmu && other->type == tag->type && other->id == tag->id && other->vmid == tag->vmid &&
		    other->root != tag->root && other->root && tag->root)
			check_i_fail(c, CHECK_TABLES, tag->smmu, "table.tag", "%s %u of smmu%u stands for two tables at once, 0x%llx and 0x%llx",
				     names[tag->type], tag->id, tag->smmu, (unsigned long long)other->root, (unsigned long long)tag->root);
	}
}

/* ---- descriptors ---- */

static bool block_may_become_table(const struct check *c, uint64_t root)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].users > 0 && c->tag[i].root == root && c->smmu[c->tag[i].smmu].known[3] &&
		    SMMU_FIELD_GET(IDR3, BBML, c->smmu[c->tag[i].smmu].idr[3]) < 2)
			return false;
	return true;
}

static bool is_owed_below(const struct check *c, const struct region *r, uint64_t iova)
{
	const uint64_t end = iova + (UINT64_C(1) << r->shift);
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (!p->done && !p->excused && p->kind == OWED_RANGE && p->root == r->root && p->level >= r->level && p->iova < end &&
		    iova < p->end && check_i_enabled(c, p->smmu))
			return true;
	}
	return false;
}

void check_i_descriptor_stored(struct check *c, const struct region *r, uint64_t iova, uint64_t old, uint64_t value)
{
	const bool was_table = check_i_is_table(old, r->level), is_table = check_i_is_table(value, r->level);
	const char *why = NULL;
	bool live = false;
	for (unsigned smmu = 0; smmu < CHECK_SMMUS && !live; smmu++)
		live = check_i_enabled(c, smmu) && check_i_is_live(c, smmu, r->root);
	if (!live || !check_i_is_valid(value))
		return;
	check_i_judge_descriptor(c, r, iova, value);
	if (check_i_is_valid(old)) {
		if (was_table != is_table && !block_may_become_table(c, r->root))
			why = "a block and a table took turns";
		else if (was_table == is_table && ((old ^ value) & CHECK_ADDRESS_MASK))
			why = "the output address changed";
	} else if (!is_table && is_owed_below(c, r, iova)) {
		why = "the TLBI and CMD_SYNC for what was there are still owed";
	}
	if (why)
		check_i_fail(c, CHECK_TABLES, UINT16_MAX, "table.bbm",
			     "the level %u descriptor of 0x%llx in table 0x%llx became 0x%llx without break-before-make: %s", r->level,
			     (unsigned long long)iova, (unsigned long long)r->root, (unsigned long long)value, why);
}

void check_i_reused(struct check *c, const struct region *before, const struct region *after)
{
	if (before->kind != REGION_PTE || !before->unlinked || !check_i_unlink_owed(c, before))
		return;
	check_i_fail(c, CHECK_TABLES, UINT16_MAX, "table.free",
		     "the table at 0x%llx, which translated 0x%llx, got a new use at 0x%llx before every SMMU confirmed that it forgot the old one",
		     (unsigned long long)before->base, (unsigned long long)before->iova, (unsigned long long)after->base);
}

/* ---- fetches ---- */

static bool config_or_tag_owed(const struct check *c, unsigned smmu)
{
	for (size_t i = 0; i < c->pending_count; i++)
		if (c->pending[i].smmu == smmu && !c->pending[i].done && c->pending[i].kind != OWED_RANGE && c->pending[i].kind != OWED_ATC)
			return true;
	return false;
}

static void fail_unreachable(struct check *c, const char *what)
{
	check_i_fail(c, CHECK_TABLES, c->now.source, "table.unreachable", "smmu%u fetched %s at 0x%llx for StreamID 0x%x, which none of its valid "
		     "entries leads to any more", c->now.source, what, (unsigned long long)c->now.addr, c->now.sid);
}

static void judge_walk(struct check *c, const struct region *r)
{
	const unsigned smmu = c->now.source;
	if (r->unlinked && !check_i_unlink_owed(c, r) && !config_or_tag_owed(c, smmu))
		check_i_fail(c, CHECK_TABLES, smmu, "table.free",
			     "smmu%u fetched a descriptor at 0x%llx from a table that was taken out, which every SMMU had confirmed to forget", smmu,
			     (unsigned long long)c->now.addr);
	if (!check_i_is_live(c, smmu, r->root) && !config_or_tag_owed(c, smmu))
		fail_unreachable(c, "a descriptor");
}

static void judge_entry_fetch(struct check *c, const struct region *r)
{
	const unsigned smmu = c->now.source;
	bool reached = config_or_tag_owed(c, smmu);
	if (r->kind == REGION_STE && r->smmu != smmu)
		fail_unreachable(c, "an STE");
	for (size_t i = 0; r->kind == REGION_CD && !reached && i < c->entry_count; i++)
		reached = !c->entry[i].cd && !c->entry[i].dead && c->entry[i].smmu == smmu && check_i_is_s1(&c->entry[i]) &&
			  (c->entry[i].word[0] & SMMU_STE_S1ContextPtr_MASK) == r->root;
	if (r->kind == REGION_CD && !reached)
		fail_unreachable(c, "a CD");
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const e = &c->entry[i];
		if (e->pa != (c->now.addr & ~UINT64_C(63)) || e->dead || e->changed || c->now.data[0] == e->word[0] ||
		    check_i_read(c, e->pa) != e->word[0])
			continue;
		check_i_fail(c, CHECK_TABLES, smmu, "table.torn",
			     "smmu%u read 0x%llx as word 0 of the entry at 0x%llx, which the driver never stored since its last invalidation", smmu,
			     (unsigned long long)c->now.data[0], (unsigned long long)e->pa);
	}
}

void check_i_fetch(struct check *c)
{
	const struct region *const r = check_i_region(c, c->now.addr);
	if (!r || c->now.data[1])
		return;
	if (c->now.kind == SMMU_TRACE_WALK_STEP && r->kind == REGION_PTE)
		judge_walk(c, r);
	if (c->now.kind == SMMU_TRACE_CONFIG_FETCH && (r->kind == REGION_STE || r->kind == REGION_CD))
		judge_entry_fetch(c, r);
}
