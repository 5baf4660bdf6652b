/* SPDX-License-Identifier: Apache-2.0
 * The tables of every SMMU: which memory holds what, which entries are live, which tags they give to which table base. Learnt
 * from register writes, stores of the driver, and memory behind a pointer the moment that pointer turns valid.
 * Not here: stage 1 of a guest (its tables are its own), TTB1. Proof: tb/check/test. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

bool check_i_room(struct check *c, void **at, size_t *room, size_t count, size_t bytes)
{
	if (count < *room)
		return true;
	const size_t wanted = *room ? *room * 2 : 64;
	void *const larger = wanted > SIZE_MAX / bytes ? NULL : realloc(*at, wanted * bytes);
	if (!larger) {
		c->blind = true;
		return false;
	}
	*at = larger;
	*room = wanted;
	return true;
}

uint64_t check_i_read(const struct check *c, uint64_t pa)
{
	return c->config.read64(c->config.ctx, pa & ~UINT64_C(7));
}

bool check_i_enabled(const struct check *c, unsigned smmu)
{
	return (c->smmu[smmu].cr0 & SMMU_CR0_SMMUEN_MASK) != 0;
}

/* ---- regions ---- */

static uint32_t *bucket_of(struct check *c, uint64_t page)
{
	return &c->bucket[(page * UINT64_C(0x9e3779b97f4a7c15)) >> 50 & (CHECK_BUCKETS - 1)];
}

struct region *check_i_region(struct check *c, uint64_t pa)
{
	for (uint32_t n = *bucket_of(c, pa >> 12); n != CHECK_NONE; n = c->node[n].next) {
		struct region *const r = &c->region[c->node[n].region];
		if (c->node[n].page == pa >> 12 && !r->dead && pa - r->base < r->bytes)
			return r;
	}
	return NULL;
}

static bool same_use(const struct region *a, const struct region *b)
{
	return a->base == b->base && a->bytes == b->bytes && a->root == b->root && a->iova == b->iova && a->kind == b->kind &&
	       a->first == b->first && a->smmu == b->smmu && a->level == b->level && a->granule_log2 == b->granule_log2;
}

static void bury(struct check *c, struct region *r)
{
	r->dead = true;
	for (size_t i = 0; i < c->entry_count; i++)
		if (c->entry[i].pa - r->base < r->bytes)
			c->entry[i].dead = true;
}

void check_i_add_region(struct check *c, const struct region *region)
{
	for (uint64_t pa = region->base & ~UINT64_C(4095); pa < region->base + region->bytes; pa += 4096) {
		for (uint32_t n = *bucket_of(c, pa >> 12); n != CHECK_NONE; n = c->node[n].next) {
			struct region *const old = &c->region[c->node[n].region];
			if (c->node[n].page != pa >> 12 || old->dead || old->base >= region->base + region->bytes ||
			    region->base >= old->base + old->bytes)
				continue;
			if (same_use(old, region)) {
				old->unlinked = 0;
				return;
			}
			check_i_reused(c, old, region);
			bury(c, old);
		}
	}
	if (!check_i_room(c, (void **)&c->region, &c->region_room, c->region_count, sizeof *c->region))
		return;
	const uint32_t number = (uint32_t)c->region_count;
	c->region[c->region_count++] = *region;
	for (uint64_t page = region->base >> 12; page << 12 < region->base + region->bytes; page++) {
		if (!check_i_room(c, (void **)&c->node, &c->node_room, c->node_count, sizeof *c->node))
			return;
		uint32_t *const head = bucket_of(c, page);
		c->node[c->node_count] = (struct page_node){ page, number, *head };
		*head = (uint32_t)c->node_count++;
	}
	for (uint64_t i = 0; region->kind == REGION_PTE && region->level < 3 && i < region->bytes / 8 && !c->blind; i++)
		check_i_show_table(c, region, region->iova + (i << region->shift), check_i_read(c, region->base + 8 * i));
}

void check_i_show_table(struct check *c, const struct region *r, uint64_t iova, uint64_t descriptor)
{
	if (!check_i_is_table(descriptor, r->level))
		return;
	struct region below = *r;
	below.base = descriptor & CHECK_ADDRESS_MASK & ~((UINT64_C(1) << r->granule_log2) - 1);
	below.bytes = UINT64_C(1) << r->granule_log2;
	below.iova = iova;
	below.level = (uint8_t)(r->level + 1);
	below.shift = (uint8_t)(r->shift - (r->granule_log2 - 3));
	below.unlinked = 0;
	below.dead = false;
	check_i_add_region(c, &below);
}

static unsigned granule_of(uint64_t tg)
{
	return tg == 1 ? 16 : tg == 2 ? 14 : 12;
}

/* Whether an SMMU could reach it before the store that is looked at. */
static bool was_in_use(const struct check *c, uint64_t root)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].root == root && (c->tag[i].touched ? c->tag[i].before : c->tag[i].users) > 0)
			return true;
	return false;
}

/* A base that nobody used until now: what hung below it then is forgotten, its memory may be anything by now. What was taken out of
 * it stays, as long as SMMUs may remember it. True: the driver has written to it. */
static bool forget_tree(struct check *c, uint64_t root)
{
	bool written = false;
	for (size_t i = 0; i < c->region_count; i++) {
		struct region *const r = &c->region[i];
		if (r->dead || r->kind != REGION_PTE || r->root != root || r->unlinked)
			continue;
		written = written || r->stored;
		r->dead = true;
	}
	return written;
}

static void show_tables(struct check *c, uint64_t root, unsigned granule_log2, unsigned size_bits, unsigned level, bool stage2)
{
	const unsigned shift = granule_log2 + (3 - level) * (granule_log2 - 3);
	if (size_bits <= shift || size_bits > 52)
		return;
	check_i_add_region(c, &(struct region){ .base = root, .bytes = UINT64_C(8) << (size_bits - shift), .root = root,
		.kind = REGION_PTE, .level = (uint8_t)level, .granule_log2 = (uint8_t)granule_log2, .shift = (uint8_t)shift,
		.stage2 = stage2, .stored = !was_in_use(c, root) && forget_tree(c, root) });
}

static uint64_t ttb0_of(const struct entry *cd) { return cd->word[1] & SMMU_CD_TTB0_MASK; }
static uint64_t s2ttb_of(const struct entry *ste) { return ste->word[3] & SMMU_STE_S2TTB_MASK; }

static void show_cd(struct check *c, const struct entry *cd)
{
	if (!CHECK_GET(cd->word, CD, V) || CHECK_GET(cd->word, CD, EPD0) || CHECK_GET(cd->word, CD, TG0) == 3)
		return;
	const unsigned g = granule_of(CHECK_GET(cd->word, CD, TG0)), bits = 64 - (unsigned)CHECK_GET(cd->word, CD, T0SZ);
	if (bits <= g || bits > 52)
		return;
	const unsigned levels = (bits - g + g - 4) / (g - 3);
	show_tables(c, ttb0_of(cd), g, bits, levels > 4 ? 0 : 4 - levels, false);
}

static void show_ste(struct check *c, const struct entry *ste)
{
	const uint64_t *const w = ste->word;
	if (check_i_is_s2(ste) && CHECK_GET(w, STE, S2TG) != 3) {
		const unsigned g = granule_of(CHECK_GET(w, STE, S2TG)), sl0 = (unsigned)CHECK_GET(w, STE, S2SL0);
		if (sl0 < 3)
			show_tables(c, s2ttb_of(ste), g, 64 - (unsigned)CHECK_GET(w, STE, S2T0SZ), g == 12 ? 2 - sl0 : 3 - sl0, true);
	}
	if (!check_i_is_s1(ste))
		return;
	const unsigned bits = (unsigned)CHECK_GET(w, STE, S1CDMax), format = bits ? (unsigned)CHECK_GET(w, STE, S1Fmt) : 0;
	const unsigned leaf = format == 1 ? 6 : 10;
	const uint64_t base = w[0] & SMMU_STE_S1ContextPtr_MASK;
	struct region r = { .base = base, .root = base, .kind = REGION_CD, .bytes = UINT64_C(64) << bits };
	if (format == 1 || format == 2) {
		r.kind = REGION_L1CD;
		r.bytes = UINT64_C(8) << (bits > leaf ? bits - leaf : 0);
		r.shift = (uint8_t)leaf;
	}
	check_i_add_region(c, &r);
	for (uint64_t i = 0; r.kind == REGION_L1CD && i < r.bytes / 8; i++) {
		const uint64_t l1 = check_i_read(c, base + 8 * i);
		if (l1 & SMMU_L1CD_V_MASK)
			check_i_add_region(c, &(struct region){ .base = l1 & SMMU_L1CD_L2Ptr_MASK, .root = base, .kind = REGION_CD,
				.bytes = UINT64_C(64) << leaf, .first = (uint32_t)(i << leaf) });
	}
	/* CDs that were written before the STE showed them. */
	for (size_t n = 0; n < c->region_count && !c->blind; n++) {
		const struct region leaf_region = c->region[n];
		if (leaf_region.dead || leaf_region.kind != REGION_CD || leaf_region.root != base)
			continue;
		for (uint64_t at = 0; at < leaf_region.bytes && !c->blind; at += 64)
			if (check_i_read(c, leaf_region.base + at) & SMMU_CD_V_MASK) {
				const struct entry *const cd = check_i_entry(c, check_i_region(c, leaf_region.base), leaf_region.base + at);
				if (cd)
					show_cd(c, &(struct entry){ .word = { cd->word[0], cd->word[1] } });
			}
	}
}

void check_i_show_entry(struct check *c, const struct entry *e)
{
	const struct entry copy = *e;   /* the array may move */
	if (copy.cd)
		show_cd(c, &copy);
	else
		show_ste(c, &copy);
}

/* ---- entries ---- */

struct entry *check_i_entry(struct check *c, struct region *region, uint64_t pa)
{
	pa &= ~UINT64_C(63);
	for (size_t i = c->entry_count; i-- > 0;)
		if (c->entry[i].pa == pa && !c->entry[i].dead)
			return &c->entry[i];
	if (!region || !check_i_room(c, (void **)&c->entry, &c->entry_room, c->entry_count, sizeof *c->entry))
		return NULL;
	struct entry *const e = &c->entry[c->entry_count++];
	*e = (struct entry){ .pa = pa, .cd = region->kind == REGION_CD, .smmu = region->smmu,
		.number = region->first + (uint32_t)((pa - region->base) / 64) };
	if (e->cd)
		e->table = region->root;
	for (unsigned i = 0; i < 8; i++)
		e->word[i] = e->settled[i] = check_i_read(c, pa + 8 * i);
	check_i_count_users(c, e, 1);
	return e;
}

uint64_t check_i_ste_address(const struct check *c, unsigned smmu, uint32_t sid)
{
	const struct smmu *const s = &c->smmu[smmu];
	const unsigned log2size = SMMU_FIELD_GET(STRTAB_BASE_CFG, LOG2SIZE, s->strtab_cfg);
	const unsigned split = SMMU_FIELD_GET(STRTAB_BASE_CFG, SPLIT, s->strtab_cfg);
	const uint64_t base = s->strtab_base & SMMU_STRTAB_BASE_ADDR_MASK;
	if (!base || (uint64_t)sid >> log2size)
		return 0;
	if (SMMU_FIELD_GET(STRTAB_BASE_CFG, FMT, s->strtab_cfg) != SMMU_STRTAB_BASE_CFG_FMT_TWO_LEVEL)
		return base + 64 * (uint64_t)sid;
	const uint64_t l1 = check_i_read(c, base + 8 * (uint64_t)(sid >> split));
	const uint64_t span = l1 & SMMU_L1STD_Span_MASK;
	const uint32_t index = sid & ((UINT32_C(1) << split) - 1);
	return span == 0 || span > 11 || index >> (span - 1) ? 0 : (l1 & SMMU_L1STD_L2Ptr_MASK) + 64 * (uint64_t)index;
}

struct entry *check_i_ste(struct check *c, unsigned smmu, uint32_t sid)
{
	const uint64_t pa = check_i_ste_address(c, smmu, sid);
	struct region *const r = pa ? check_i_region(c, pa) : NULL;
	return r && r->kind == REGION_STE ? check_i_entry(c, r, pa) : NULL;
}

struct entry *check_i_cd(struct check *c, const struct entry *ste, uint32_t ssid)
{
	for (size_t i = 0; i < c->entry_count; i++)
		if (c->entry[i].cd && !c->entry[i].dead && c->entry[i].number == ssid && check_i_reaches(ste, &c->entry[i]))
			return &c->entry[i];
	return NULL;
}

static unsigned config_of(const struct entry *ste)
{
	return CHECK_GET(ste->word, STE, V) ? (unsigned)CHECK_GET(ste->word, STE, Config) : 0;
}

bool check_i_is_s1(const struct entry *ste) { return config_of(ste) == SMMU_STE_CONFIG_S1; }
bool check_i_is_s2(const struct entry *ste) { return config_of(ste) >= 6; }

bool check_i_reaches(const struct entry *ste, const struct entry *cd)
{
	return check_i_is_s1(ste) && (ste->word[0] & SMMU_STE_S1ContextPtr_MASK) == cd->table;
}

bool check_i_reachable(const struct check *c, const struct entry *e)
{
	if (!e->cd)
		return check_i_enabled(c, e->smmu);
	for (size_t i = 0; i < c->entry_count; i++)
		if (!c->entry[i].cd && !c->entry[i].dead && check_i_reaches(&c->entry[i], e) && check_i_enabled(c, c->entry[i].smmu))
			return true;
	return false;
}

/* ---- tags ---- */

static void count_tag(struct check *c, struct tag wanted, int sign)
{
	struct tag *tag = NULL;
	for (size_t i = 0; i < c->tag_count && !tag; i++) {
		struct tag *const t = &c->tag[i];
		if (t->smmu == wanted.smmu && t->type == wanted.type && t->id == wanted.id && t->vmid == wanted.vmid && t->root == wanted.root)
			tag = t;
	}
	if (!tag) {
		if (!check_i_room(c, (void **)&c->tag, &c->tag_room, c->tag_count, sizeof *c->tag))
			return;
		tag = &c->tag[c->tag_count++];
		*tag = wanted;
	}
	if (!tag->touched)
		tag->before = tag->users;
	tag->touched = true;
	tag->users += sign;
}

static void count_cd(struct check *c, const struct entry *ste, const struct entry *cd, int sign)
{
	if (!CHECK_GET(cd->word, CD, V))
		return;
	count_tag(c, (struct tag){ .root = CHECK_GET(cd->word, CD, EPD0) ? 0 : ttb0_of(cd), .id = (uint32_t)CHECK_GET(cd->word, CD, ASID), .smmu = ste->smmu,
		.vmid = CHECK_GET(ste->word, STE, STRW) ? 0 : (uint32_t)CHECK_GET(ste->word, STE, S2VMID),
		.type = CHECK_GET(ste->word, STE, STRW) ? TAG_ASID_EL2 : TAG_ASID }, sign);
}

void check_i_count_users(struct check *c, const struct entry *e, int sign)
{
	if (!e->cd && check_i_is_s2(e))
		count_tag(c, (struct tag){ .root = s2ttb_of(e), .id = (uint32_t)CHECK_GET(e->word, STE, S2VMID), .smmu = e->smmu,
			.type = TAG_VMID }, sign);
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const other = &c->entry[i];
		if (other->dead || other->cd == e->cd)
			continue;
		if (e->cd ? check_i_reaches(other, e) : check_i_reaches(e, other))
			count_cd(c, e->cd ? other : e, e->cd ? e : other, sign);
	}
}

bool check_i_is_live(const struct check *c, unsigned smmu, uint64_t root)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].smmu == smmu && c->tag[i].root == root && c->tag[i].users > 0)
			return true;
	return false;
}

/* ---- registers ---- */

/* Of an SMMU that is switched on only what its registers and level-1 descriptors show now is a stream table; what was one before
 * is memory for anybody. */
static void leave_stream_table(struct check *c, unsigned smmu)
{
	for (size_t n = 0; n < c->region_count; n++) {
		struct region *const r = &c->region[n];
		if (r->dead || (r->kind != REGION_STE && r->kind != REGION_L1STD) || r->smmu != smmu)
			continue;
		for (size_t i = 0; i < c->entry_count; i++)
			if (!c->entry[i].dead && c->entry[i].pa - r->base < r->bytes)
				check_i_count_users(c, &c->entry[i], -1);
		bury(c, r);
	}
}

static void learn_stream_table(struct check *c, unsigned smmu)
{
	const struct smmu *const s = &c->smmu[smmu];
	const uint64_t base = s->strtab_base & SMMU_STRTAB_BASE_ADDR_MASK;
	const unsigned log2size = SMMU_FIELD_GET(STRTAB_BASE_CFG, LOG2SIZE, s->strtab_cfg);
	const unsigned split = SMMU_FIELD_GET(STRTAB_BASE_CFG, SPLIT, s->strtab_cfg);
	if (!base || log2size > 24)
		return;
	struct region r = { .base = base, .bytes = UINT64_C(64) << log2size, .kind = REGION_STE, .smmu = (uint16_t)smmu };
	if (SMMU_FIELD_GET(STRTAB_BASE_CFG, FMT, s->strtab_cfg) == SMMU_STRTAB_BASE_CFG_FMT_TWO_LEVEL) {
		r.kind = REGION_L1STD;
		r.shift = (uint8_t)split;
		r.bytes = UINT64_C(8) << (log2size > split ? log2size - split : 0);
	}
	check_i_add_region(c, &r);
	for (uint64_t i = 0; r.kind == REGION_L1STD && i < r.bytes / 8 && !c->blind; i++) {
		const uint64_t l1 = check_i_read(c, base + 8 * i), span = l1 & SMMU_L1STD_Span_MASK;
		if (span > 0 && span < 12)
			check_i_add_region(c, &(struct region){ .base = l1 & SMMU_L1STD_L2Ptr_MASK, .bytes = UINT64_C(64) << (span - 1),
				.kind = REGION_STE, .smmu = (uint16_t)smmu, .first = (uint32_t)(i << split) });
	}
	/* Streams that were attached before the SMMU was switched on. */
	for (size_t n = 0; n < c->region_count && !c->blind; n++) {
		const struct region table = c->region[n];
		if (table.dead || table.kind != REGION_STE || table.smmu != smmu)
			continue;
		for (uint64_t at = 0; at < table.bytes && !c->blind; at += 64) {
			const uint64_t word = check_i_read(c, table.base + at);
			if (!(word & SMMU_STE_V_MASK) || !(word & UINT64_C(6)) || (word >> 1 & 7) < 5)
				continue;
			const size_t before = c->entry_count;
			struct entry *const e = check_i_entry(c, &c->region[n], table.base + at);
			if (!e || c->entry_count == before)
				continue;
			check_i_show_entry(c, e);
		}
	}
	for (size_t i = 0; i < c->tag_count; i++)
		c->tag[i].touched = false;
}

static uint64_t merged(uint64_t was, uint64_t value, unsigned bytes, bool high)
{
	if (bytes == 8)
		return value;
	return high ? (was & UINT32_MAX) | value << 32 : (was & ~(uint64_t)UINT32_MAX) | (value & UINT32_MAX);
}

void check_i_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value, unsigned bytes)
{
	struct smmu *const s = &c->smmu[smmu];
	const bool was = check_i_enabled(c, smmu);
	if (offset == SMMU_STRTAB_BASE || offset == SMMU_STRTAB_BASE + 4)
		s->strtab_base = merged(s->strtab_base, value, bytes, offset != SMMU_STRTAB_BASE);
	else if (offset == SMMU_STRTAB_BASE_CFG)
		s->strtab_cfg = (uint32_t)value;
	if (offset != SMMU_CR0)
		return;
	s->cr0 = (uint32_t)value;
	if (was && !check_i_enabled(c, smmu)) {
		s->cfgi_all = s->tlbi_all = s->tlbi_el2 = 0;
		check_i_forget_owed(c, smmu, false);
	} else if (!was && check_i_enabled(c, smmu)) {
		check_i_enable(c, smmu);
		leave_stream_table(c, smmu);
		learn_stream_table(c, smmu);
	}
}
