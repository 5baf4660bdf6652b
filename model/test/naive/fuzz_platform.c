/* SPDX-License-Identifier: Apache-2.0
 * Random platforms that are legal except where the dice say otherwise: identification registers narrowed from what the
 * core advertises, a stream table, context descriptors, and tables that grow along the way of each access.
 * Not here: running anything. Proof: the coverage table that diff_fuzz.c prints. */
#include "fuzz.h"

#include <string.h>

/* ---- memory ------------------------------------------------------------------------------------------------------ */

void memory_clear(struct memory *m)
{
	for (unsigned i = 0; i < ARENA_BYTES / 4096; i++)
		if (m->page_used[i])
			memset(&m->word[i * 512], 0, 4096);
	memset(m->page_used, 0, sizeof m->page_used);
	m->aborts = 0;
}
bool memory_holds(uint64_t pa) { return pa >= ARENA_BASE && pa < ARENA_BASE + ARENA_BYTES; }
uint64_t memory_get(const struct memory *m, uint64_t pa) { return m->word[(pa - ARENA_BASE) / 8]; }
void memory_put(struct memory *m, uint64_t pa, uint64_t value)
{
	m->word[(pa - ARENA_BASE) / 8] = value;
	m->page_used[(pa - ARENA_BASE) / 4096] = 1;
}
bool memory_read(void *ctx, uint64_t pa, uint64_t *value)
{
	const struct memory *m = ctx;
	for (unsigned i = 0; i < m->aborts; i++)
		if (m->abort[i].pa == (pa & ~UINT64_C(7)) && !m->abort[i].writes_only)
			return false;
	*value = memory_holds(pa) ? memory_get(m, pa) : 0;
	return memory_holds(pa) || !m->outside_aborts;
}
bool memory_writable(void *ctx, uint64_t pa)
{
	const struct memory *m = ctx;
	for (unsigned i = 0; i < m->aborts; i++)
		if (m->abort[i].pa == (pa & ~UINT64_C(7)))
			return false;
	return memory_holds(pa) || !m->outside_aborts;
}

static uint64_t field(uint64_t v, unsigned hi, unsigned lo) { return v >> lo & mask(hi - lo + 1); }

/* ---- identification registers ------------------------------------------------------------------------------------ */

static void lower_field(struct rng *g, uint32_t *id, unsigned hi, unsigned lo, unsigned percent)
{
	const uint32_t old = (uint32_t)field(*id, hi, lo);
	if (old && chance(g, percent))
		*id = (*id & ~(uint32_t)(mask(hi - lo + 1) << lo)) | below(g, old + 1) << lo;
}

static void draw_config(struct platform *p)
{
	static const uint16_t tlb[] = {0, 4, 16, 64, 512}, cache[] = {0, 2, 16, 64};
	static const uint8_t idr0_bits[] = {26, 19, 18, 12, 11, 10, 9, 1, 0}, idr3_bits[] = {2, 4, 8, 9, 13};
	struct rng *g = &p->rng;
	struct smmu_core_config *c = &p->config;
	smmu_core_config_default(c);
	uint32_t *idr = c->ids.idr;
	const bool any_stall = field(idr[0], 25, 24) == 0, any_endian = field(idr[0], 22, 21) == 0;
	for (unsigned i = 0; i < sizeof idr0_bits; i++)
		lower_field(g, &idr[0], idr0_bits[i], idr0_bits[i], idr0_bits[i] < 2 ? 12 : 25);
	if (chance(g, 35))
		idr[0] |= 1u << 15; /* ATOS */
	if ((idr[0] >> 15 & 1) && (idr[0] & 3) == 3 && chance(g, 60)) { /* VATOS */
		idr[0] |= 1u << 20;
		idr[2] = 2;
	}
	if (chance(g, 25))
		idr[0] |= 1u << 26; /* TERM_MODEL: 1 is the narrower one */
	if (chance(g, 30)) {
		const uint32_t without = idr[0];
		char err[200];
		idr[0] |= 1u << 10 | (uint32_t)below(g, 2) << 11; /* ATS, NS1ATS: make more structures illegal */
		if (!smmu_core_config_check(c, err, sizeof err))
			idr[0] = without;
	}
	lower_field(g, &idr[0], 7, 6, 25);
	if (any_stall && chance(g, 30))
		idr[0] |= (1 + below(g, 2)) << 24;
	if (any_endian && chance(g, 30))
		idr[0] |= (2 + below(g, 2)) << 21;
	lower_field(g, &idr[0], 28, 27, 20);
	lower_field(g, &idr[1], 5, 0, 30);
	lower_field(g, &idr[1], 10, 6, 30);
	lower_field(g, &idr[1], 26, 26, 25);
	lower_field(g, &idr[1], 27, 27, 20);
	for (unsigned i = 0; i < sizeof idr3_bits; i++)
		lower_field(g, &idr[3], idr3_bits[i], idr3_bits[i], 25);
	lower_field(g, &idr[5], 2, 0, 40);
	lower_field(g, &idr[5], 11, 10, 30);
	for (unsigned i = 4; i < 7; i++)
		lower_field(g, &idr[5], i, i, 20);
	c->seed = rng_next(g);
	c->tlb_entries = tlb[below(g, 5)];
	c->tlb_ways = 1u << below(g, 3);
	c->config_cache_entries = cache[below(g, 4)];
	c->job_slots = 2 + below(g, 7);
	c->prefetch = chance(g, 25);
	c->merge_events = chance(g, 40);
	c->secure = chance(g, 25);
}

static void choose_config(struct platform *p)
{
	char err[200];
	for (unsigned i = 0; i < 30; i++) {
		draw_config(p);
		if (smmu_core_config_check(&p->config, err, sizeof err)) {
			naive_hw_from_ids(&p->hw, p->config.ids.idr);
			return;
		}
	}
	smmu_core_config_default(&p->config);
	naive_hw_from_ids(&p->hw, p->config.ids.idr);
}

/* ---- geometry of one translation stage ---------------------------------------------------------------------------- */

struct geometry {
	unsigned granule, level, index_bits, in_bits, out_bits;
	uint64_t base;
	bool big_endian, stage2;
};
static unsigned shift_of(const struct geometry *q, unsigned level) { return q->granule + (q->granule - 3) * (3 - level); }
static unsigned out_size(const struct platform *p, uint64_t code)
{
	static const unsigned table[8] = {32, 36, 40, 42, 44, 48, 52, 52};
	return table[code] < p->hw.oas_bits ? table[code] : p->hw.oas_bits;
}

static bool s2_geometry(const struct platform *p, uint64_t w2, uint64_t w3, struct geometry *q)
{
	static const unsigned granule[4] = {12, 16, 14, 0};
	const unsigned sl0 = (unsigned)field(w2, 39, 38);
	*q = (struct geometry){.granule = granule[field(w2, 47, 46)], .in_bits = 64 - (unsigned)field(w2, 37, 32), .stage2 = true,
			       .out_bits = out_size(p, field(w2, 50, 48)), .big_endian = field(w2, 52, 52)};
	q->level = sl0 == 3 ? 3 : (q->granule == 12 ? 2 : 3) - sl0;
	if (!q->granule || (sl0 == 3 && q->granule != 12) || q->in_bits <= shift_of(q, q->level) ||
	    q->in_bits > shift_of(q, q->level) + q->granule - 3 + 4)
		return false;
	q->index_bits = q->in_bits - shift_of(q, q->level);
	q->base = w3 & mask(52) & ~mask(q->index_bits + 3 > 6 ? q->index_bits + 3 : q->out_bits == 52 ? 6 : q->index_bits + 3);
	return true;
}

static bool s1_geometry(const struct platform *p, const uint64_t *cd, unsigned half, struct geometry *q)
{
	static const unsigned tg0[4] = {12, 16, 14, 0}, tg1[4] = {0, 14, 12, 16};
	*q = (struct geometry){.granule = half ? tg1[field(cd[0], 23, 22)] : tg0[field(cd[0], 7, 6)],
			       .in_bits = 64 - (unsigned)(half ? field(cd[0], 21, 16) : field(cd[0], 5, 0)),
			       .out_bits = out_size(p, field(cd[0], 34, 32)), .big_endian = field(cd[0], 15, 15)};
	if (!q->granule || q->in_bits <= q->granule || q->in_bits > q->granule + 4 * (q->granule - 3))
		return false;
	q->level = 4 - (q->in_bits - q->granule + q->granule - 4) / (q->granule - 3);
	q->index_bits = q->in_bits - shift_of(q, q->level);
	q->base = cd[half ? 2 : 1] & mask(52) & ~mask(q->index_bits + 3 > 6 ? q->index_bits + 3 : q->out_bits == 52 ? 6 : q->index_bits + 3);
	return true;
}

/* An input address out of few: low table indices, the last one, rarely anything. */
static uint64_t pick_input(struct platform *p, const struct geometry *q)
{
	struct rng *g = &p->rng;
	uint64_t in = rng_next(g) & mask(q->granule);
	if (chance(g, 3))
		return rng_next(g) & mask(q->in_bits);
	for (unsigned level = q->level; level <= 3; level++) {
		const unsigned n = level == q->level ? q->index_bits : q->granule - 3;
		const uint64_t index = chance(g, 75) ? below(g, 3) : chance(g, 70) ? mask(n) : rng_next(g);
		in |= (index & mask(n)) << shift_of(q, level);
	}
	return in;
}

/* ---- descriptors ------------------------------------------------------------------------------------------------- */

static void note_path(struct platform *p, uint64_t pa)
{
	if (p->paths < MAX_PATH && memory_holds(pa))
		p->path[p->paths++] = pa;
}

/* Where descriptors of this width can put an address. */
static uint64_t place_address(const struct geometry *q, uint64_t address, unsigned low)
{
	uint64_t d = address & mask(48) & ~mask(low);
	if (q->granule == 16 && q->out_bits == 52)
		d |= field(address, 51, 48) << 12;
	return d;
}

static uint64_t random_output(struct platform *p, const struct geometry *q)
{
	const uint64_t any = rng_next(&p->rng);
	if (p->tree && memory_holds(any & mask(q->out_bits)))
		return 0;
	return chance(&p->rng, 96) ? any & mask(q->out_bits) : any & mask(52);
}

static uint64_t leaf_bits_s1(struct platform *p, const struct stream *s)
{
	struct rng *g = &p->rng;
	uint64_t d = (rng_next(g) & 0x31c) | (p->warm && !s->may_be_global ? 1u << 11 : rng_next(g) & (1u << 11));
	d |= (uint64_t)(chance(g, 75) ? 1u : below(g, 4)) << 6;
	d |= (uint64_t)chance(g, 78) << 10 | (uint64_t)chance(g, 40) << 51;
	d |= (uint64_t)chance(g, 20) << 53 | (uint64_t)chance(g, 20) << 54 | (uint64_t)below(g, 16) << 55;
	if (chance(g, 30))
		d |= UINT64_C(1) << 7;
	return d;
}

static uint64_t leaf_bits_s2(struct platform *p, bool holds_tables)
{
	struct rng *g = &p->rng;
	static const uint8_t normal[] = {0xf, 0xf, 0xf, 0xf, 0x5, 0x6, 0x7};
	uint64_t d = (uint64_t)(chance(g, 88) ? normal[below(g, 7)] : below(g, 4)) << 2 | (rng_next(g) & 0x300);
	d |= (uint64_t)(chance(g, holds_tables ? 90 : 60) ? 3u : holds_tables && chance(g, 70) ? 1u : below(g, 4)) << 6;
	d |= (uint64_t)chance(g, holds_tables ? 90 : 78) << 10 | (uint64_t)chance(g, 40) << 51;
	return d | (uint64_t)(chance(g, 70) ? 0 : below(g, 4)) << 53;
}

/* Room that nothing else leads to, from *next on; false: there is none left before end. Both are offsets. */
static bool take_room(uint32_t *next, uint32_t end, unsigned log2_bytes, uint64_t *at)
{
	const uint32_t bytes = 1u << (log2_bytes > 12 ? log2_bytes : 12), first = (*next + bytes - 1) & ~(bytes - 1);
	if (first + bytes > end)
		return false;
	*next = first + bytes;
	*at = ARENA_BASE + first;
	return true;
}

static void make_descriptor(struct platform *p, const struct stream *s, const struct geometry *q, const struct geometry *next_stage,
			    unsigned level, uint64_t in, uint64_t pa)
{
	struct rng *g = &p->rng;
	const unsigned shift = shift_of(q, level), index = (unsigned)(pa / 8);
	const bool block_ok = q->granule == 12 ? level == 1 || level == 2 : level == 2 || (level == 1 && q->granule == 16 && p->hw.oas_bits == 52);
	const uint64_t region = in & ~mask(shift);
	const bool arena = q->stage2 && region < s->alias + ARENA_BYTES && region + mask(shift) >= s->alias;
	uint64_t d, out;
	if (chance(g, arena ? 1 : 4))
		return;
	if (level < 3 && !chance(g, block_ok ? 35 : chance(g, 4) ? 100 : 0)) {
		const unsigned slots = q->stage2 ? 32 : 16, slot = p->tidy ? (level + 1) * slots / 4 + below(g, slots / 4) : below(g, slots);
		out = ARENA_BASE + (q->stage2 ? AT_S2 : AT_S1) + slot * 0x10000u + below(g, 16) * 0x1000u;
		if (p->tree && !q->stage2 && !take_room(&p->next_table, AT_S2, q->granule, &out))
			return;
		if (next_stage)
			out = out - ARENA_BASE + s->alias;
		if (chance(g, 2) && !p->tree)
			out = random_output(p, q);
		d = 3 | place_address(q, out, q->granule) | (p->warm ? 1u << 11 : 0);
		for (unsigned n = 59; n < 64; n++)
			d |= (uint64_t)chance(g, 7) << n;
		d |= rng_next(g) & 0x7f4;
	} else {
		out = arena ? in - s->alias + ARENA_BASE : next_stage && chance(g, 95) ? pick_input(p, next_stage) : random_output(p, q);
		d = (level == 3 && !chance(g, 2) ? 3u : 1u) | place_address(q, out, shift);
		d |= q->stage2 ? leaf_bits_s2(p, arena) : leaf_bits_s1(p, s);
		if (shift > 16 && chance(g, 20))
			d |= 1u << 16; /* nT */
		const bool hint = chance(g, 10) && !(p->warm || q->stage2);
		d |= (uint64_t)hint << 52;
		/* a whole group with one attribute, where no other granule can look at it */
		const unsigned group = q->granule == 12 ? 16 : q->granule == 14 ? 128 : 32;
		if (level == 3 && !arena && p->one_granule && !hint && chance(g, 12)) {
			const uint64_t first = pa - 8 * (index % group);
			bool empty = memory_holds(first) && memory_holds(first + 8 * group);
			for (unsigned i = 0; i < group && empty; i++)
				empty = !memory_get(p->mem, first + 8 * i);
			out = random_output(p, q) & ~mask(shift) & ~((uint64_t)(group - 1) << shift);
			d = (d & ~(mask(48) & ~mask(shift)) & ~(uint64_t)(q->granule == 16 && q->out_bits == 52 ? 0xf000u : 0)) | 3 | UINT64_C(1) << 52;
			for (unsigned i = 0; i < group && empty; i++) {
				const uint64_t member = d | place_address(q, out + ((uint64_t)i << shift), shift);
				memory_put(p->mem, first + 8 * i, q->big_endian ? swap64(member) : member);
			}
			return;
		}
	}
	memory_put(p->mem, pa, q->big_endian ? swap64(d) : d);
}

/* Follows in through the tables, growing them; false where the way ends. next: the stage that translates the tables. */
static bool plant(struct platform *p, const struct stream *s, const struct geometry *q, const struct geometry *next, uint64_t in, uint64_t *out)
{
	uint64_t table = q->base;
	unsigned bits = q->index_bits;
	for (unsigned level = q->level; level <= 3; level++, bits = q->granule - 3) {
		const unsigned shift = shift_of(q, level);
		uint64_t pa = table + 8 * ((in >> shift) & mask(bits)), at = pa;
		if (next && !plant(p, s, next, NULL, at, &pa))
			return false;
		if (!memory_holds(pa) || pa < ARENA_BASE + CONFIG_END)
			return false;
		if (!memory_get(p->mem, pa))
			make_descriptor(p, s, q, next, level, in, pa);
		note_path(p, pa);
		uint64_t d = memory_get(p->mem, pa);
		d = q->big_endian ? swap64(d) : d;
		const bool leaf = level == 3 || !(d & 2);
		if (leaf && d && !q->stage2) {
			p->leaf_pa = pa;
			p->leaf_level = level;
		}
		const unsigned low = leaf ? shift : q->granule;
		table = (d & mask(48) & ~mask(low)) | (q->granule == 16 && q->out_bits == 52 ? field(d, 15, 12) << 48 : 0);
		if (!(d & 1))
			return false;
		if (leaf) {
			*out = table | (in & mask(shift));
			return true;
		}
	}
	return false;
}

/* ---- structures -------------------------------------------------------------------------------------------------- */

static unsigned tg_for(struct platform *p, unsigned half1)
{
	static const uint8_t code0[3] = {0, 2, 1}, code1[3] = {2, 1, 3}; /* 4K, 16K, 64K */
	const bool have[3] = {p->hw.gran4k, p->hw.gran16k, p->hw.gran64k};
	unsigned n = p->one_granule ? (p->one_granule - 12) / 2 : below(&p->rng, 3);
	for (unsigned i = 0; i < 3 && !have[n] && !p->one_granule; i++)
		n = (n + 1) % 3;
	if (!p->tree && chance(&p->rng, 1))
		return below(&p->rng, 4);
	return half1 ? code1[n] : code0[n];
}

static bool draw_big_endian(struct platform *p)
{
	return p->hw.ttendian == 3 || (p->hw.ttendian == 0 && !p->warm && chance(&p->rng, 25));
}

static uint64_t draw_size(struct platform *p) { return chance(&p->rng, 60) ? 5 + below(&p->rng, 3) : below(&p->rng, 8); }

static void draw_stage2(struct platform *p, uint64_t *w2, uint64_t *w3)
{
	struct rng *g = &p->rng;
	struct geometry q;
	const bool stall = p->hw.stall_model == 2 || (p->hw.stall_model == 0 && chance(g, 20));
	const bool ha = p->hw.httu && (p->uniform_httu || chance(g, 50)), hd = p->hw.httu == 2 && (p->uniform_httu || chance(g, 50));
	for (unsigned i = 0; i < 200; i++) {
		const unsigned tg = tg_for(p, 0), t0sz = 64 - p->hw.oas_bits + below(g, p->hw.oas_bits - (p->wide_ipa ? 31 : 14));
		*w2 = (*w2 & 0xffff) | (uint64_t)t0sz << 32 | (uint64_t)below(g, p->hw.stt || chance(g, 5) ? 4 : 3) << 38 | (uint64_t)below(g, 64) << 40 |
		      (uint64_t)tg << 46 | draw_size(p) << 48 | UINT64_C(1) << 51 | (uint64_t)draw_big_endian(p) << 52 |
		      (uint64_t)chance(g, 15) << 53 | (uint64_t)chance(g, 40) << 54 | (uint64_t)hd << 55 | (uint64_t)ha << 56 |
		      (uint64_t)stall << 57 | (uint64_t)chance(g, 80) << 58;
		const bool old_limit = p->hw.stt || t0sz <= 39;
		if (s2_geometry(p, *w2, 0, &q) && old_limit && t0sz >= (q.granule == 16 ? 12u : 16u) && chance(g, 98))
			break;
	}
	const unsigned page = p->tidy ? q.level * 0x100 + below(g, 0x100) : below(g, 0x400);
	uint64_t root = ARENA_BASE + AT_S2_ROOT + page * 0x1000u;
	if (p->tree && !(q.index_bits <= 17 && take_room(&p->next_root, ARENA_BYTES, q.index_bits + 3, &root)))
		p->tree = p->tidy = false;
	*w3 = root + (chance(g, 10) ? below(g, 256) * 16 : 0);
}

static void draw_cd(struct platform *p, const struct stream *s, unsigned asid, uint64_t pa)
{
	struct rng *g = &p->rng;
	const bool stall = p->hw.stall_model == 2 || (p->hw.stall_model == 0 && chance(g, 20));
	const bool ha = p->hw.httu && (p->uniform_httu || chance(g, 50)), hd = p->hw.httu == 2 && (p->uniform_httu || chance(g, 50));
	uint64_t cd[8] = {0};
	for (unsigned half = 0; half < 2; half++) {
		const unsigned tg = tg_for(p, half), max = p->hw.stt ? 48 : 39;
		const bool is_64k = tg == (half ? 3u : 1u), epd = chance(g, half ? 45 : 12);
		const unsigned min = is_64k && p->hw.vax == 1 ? 12 : 16, top = p->hw.stt && is_64k ? 47 : max;
		const uint64_t txsz = chance(g, epd ? 50 : 1) ? below(g, 64) : min + below(g, top - min + 1);
		const unsigned stride = is_64k ? 13 : tg == (half ? 1u : 2u) ? 11 : 9;
		const unsigned level = (4 - (64 - (unsigned)txsz - (stride + 3) + stride - 1) / stride) & 3;
		uint64_t ttb = ARENA_BASE + AT_S1 + (p->tidy ? level * 64 + below(g, 64) : below(g, 256)) * 0x1000u;
		if (p->tree && !take_room(&p->next_table, AT_S2, stride + 3, &ttb))
			p->tree = p->tidy = false;
		ttb += (chance(g, 10) ? below(g, 256) * 16 : 0) + ((s->config & 2) ? s->alias - ARENA_BASE : 0);
		cd[0] |= (txsz | (uint64_t)tg << 6 | (uint64_t)epd << 14 | below(g, 64) << 8) << (half * 16);
		cd[1 + half] = ttb | (uint64_t)chance(g, 20) << 1 | (uint64_t)chance(g, 12) << 2 | (uint64_t)below(g, 16) << 60;
	}
	cd[0] &= ~(UINT64_C(1) << 15);
	cd[0] |= (uint64_t)draw_big_endian(p) << 15 | (uint64_t)chance(g, 98) << 31 | draw_size(p) << 32 | (uint64_t)chance(g, 15) << 35 |
		 (uint64_t)chance(g, 20) << 36 | (uint64_t)below(g, 4) << 38 | (uint64_t)chance(g, 25) << 40 | UINT64_C(1) << 41 |
		 (uint64_t)hd << 42 | (uint64_t)ha << 43 | (uint64_t)stall << 44 | (uint64_t)chance(g, 80) << 45 |
		 (uint64_t)(p->hw.term_model || chance(g, 75)) << 46 | (uint64_t)below(g, 2) << 47 | (uint64_t)asid << 48;
	for (unsigned i = 0; i < 8; i++) /* MAIR: Device as often as Normal memory of any kind */
		cd[3] |= (chance(g, 30) ? below(g, 16) : rng_next(g) & 0xff) << (8 * i);
	for (unsigned i = 0; i < 8; i++)
		memory_put(p->mem, pa + 8 * i, cd[i]);
}

static void draw_context_table(struct platform *p, struct stream *s, unsigned n, bool el2, uint64_t *w0)
{
	struct rng *g = &p->rng;
	const bool alone = p->warm && el2 && !p->regs.e2h;
	const uint64_t table = ARENA_BASE + AT_CD + n * 0x10000u;
	unsigned fmt = 0;
	const unsigned most = p->hw.ssidsize < 10 ? p->hw.ssidsize : 10;
	s->cdmax = most && !alone && chance(g, 60) ? chance(g, 25) ? most : 1 + below(g, most) : 0;
	s->el2 = el2;
	if (s->cdmax && p->hw.cd2l && chance(g, 50))
		fmt = p->tree ? 1 : 1 + below(g, 2); /* leaves of 64 KiB are shared */
	s->cds = s->cdmax ? 1 + below(g, MAX_CDS) : 1;
	s->may_be_global = p->tree && s->cds == 1 && (p->hw.s2p || el2);
	const unsigned split_log2 = fmt == 1 ? 6 : 10, ignored = !fmt ? s->cdmax + 6 : s->cdmax > split_log2 + 3 ? s->cdmax - split_log2 + 3 : 6;
	const uint64_t low = chance(g, 20) ? rng_next(g) & mask(ignored) & ~UINT64_C(0x3f) : 0; /* to be ignored */
	*w0 |= ((s->config & 2 ? table - ARENA_BASE + s->alias : table) | low) | (uint64_t)fmt << 4 | (uint64_t)s->cdmax << 59;
	for (unsigned i = 0; i < s->cds; i++) {
		s->ssid[i] = i && s->cdmax ? below(g, 1u << s->cdmax) : 0;
		s->cd_pa[i] = s->l1cd_pa[i] = table + 64 * s->ssid[i];
		if (fmt) {
			const unsigned split = fmt == 1 ? 6 : 10;
			const uint64_t l1 = table + 8 * (s->ssid[i] >> split);
			uint64_t leaf = ARENA_BASE + AT_CD_LEAF + (n & 3) * 0x10000u + (fmt == 1 ? ((n >> 2) * 4 + i) * 0x1000u : 0);
			if (memory_get(p->mem, l1))
				leaf = (memory_get(p->mem, l1) & ~(fmt == 2 ? mask(16) : mask(12))) + (s->config & 2 ? ARENA_BASE - s->alias : 0);
			s->l1cd_pa[i] = l1;
			s->cd_pa[i] = leaf + 64 * (s->ssid[i] & mask(split));
			memory_put(p->mem, l1, (s->config & 2 ? leaf - ARENA_BASE + s->alias : leaf) | 1 | (fmt == 2 && chance(g, 10) ? below(g, 16) << 12 : 0));
		}
		draw_cd(p, s, 1 + n * MAX_CDS + i, s->cd_pa[i]);
	}
}

static void draw_stream(struct platform *p, unsigned n, uint64_t ste_pa)
{
	static const uint8_t configs[] = {5, 5, 5, 5, 6, 6, 7, 7, 7, 7, 7, 4};
	struct rng *g = &p->rng;
	struct stream *s = &p->stream[n];
	struct geometry q;
	uint64_t w[8] = {0};
	s->ste_pa = ste_pa;
	s->config = configs[below(g, sizeof configs)];
	if (!p->hw.s1p && (s->config & 1) && chance(g, 97))
		s->config = p->hw.s2p ? 6 : 4;
	if (!p->hw.s2p && (s->config & 2) && chance(g, 97))
		s->config = p->hw.s1p ? 5 : 4;
	if (chance(g, 2))
		s->config = below(g, 4);
	w[2] = n + 1;
	draw_stage2(p, &w[2], &w[3]);
	s->alias = s2_geometry(p, w[2], w[3], &q) && q.in_bits < 32 ? 0 : ARENA_BASE;
	if (!(s->config & 2) && chance(g, 40)) { /* ignored, so anything */
		w[2] = (rng_next(g) & ~UINT64_C(0xffff)) | (n + 1);
		w[3] = rng_next(g);
	}
	const bool el2 = s->config == 5 && p->hw.hyp && chance(g, 30) && (!p->warm || n == 0);
	w[0] = 1 | (uint64_t)s->config << 1;
	w[1] = (uint64_t)(chance(g, 30) ? 0 : chance(g, 60) ? 1 : below(g, 4)) | (rng_next(g) & 0xffc) | (uint64_t)(el2 ? 2u : 0) << 30;
	w[1] |= rng_next(g) & (UINT64_C(0xf) << 32 | UINT64_C(0x1f) << 36 | UINT64_C(3) << 44 | 1u << 19);
	if (p->hw.ats && chance(g, 12))
		w[1] |= (uint64_t)below(g, 4) << 28;
	if (chance(g, 40))
		w[1] |= (rng_next(g) & 0xf) << 48;
	if (p->hw.stall_model == 0 && chance(g, 3))
		w[1] |= 1u << 27;
	if (p->hw.fwb && chance(g, 30))
		w[1] |= 1u << 25;
	s->cdmax = s->cds = 0;
	s->vmid = p->hw.s2p ? n + 1 : 0;
	s->ssid[0] = 0;
	if (s->config & 1)
		draw_context_table(p, s, n, el2, &w[0]);
	for (unsigned i = 0; i < 8; i++)
		memory_put(p->mem, ste_pa + 8 * i, w[i]);
}

static void draw_stream_table(struct platform *p)
{
	struct rng *g = &p->rng;
	const bool two_level = p->hw.st_level && chance(g, 45);
	unsigned log2 = chance(g, 96) ? below(g, 11) : below(g, 64), split = two_level ? 6 + 2 * below(g, 3) : 6;
	const unsigned usable = log2 < p->hw.sidsize ? log2 : p->hw.sidsize < 10 ? p->hw.sidsize : 10;
	const unsigned sid_bits = usable < 10 ? usable : 10;
	const uint64_t l1std = ARENA_BASE + AT_L1STD + (log2 <= split + 3 && chance(g, 50) ? 64 : 0);
	uint64_t base = two_level ? l1std : ARENA_BASE + AT_STRTAB;
	if (chance(g, 15)) /* bits below the alignment, to be ignored */
		base |= rng_next(g) & mask(two_level ? (log2 > split + 3 ? log2 - split + 3 : 6) : log2 + 6) & mask(16) & ~UINT64_C(0x3f);
	p->regs.strtab_base = base | (uint64_t)chance(g, 30) << 62;
	p->regs.strtab_base_cfg = log2 | (two_level ? (chance(g, 85) || split != 6 ? split : 7) : below(g, 32)) << 6 | (two_level ? 1u << 16 : chance(g, 10) ? 2u << 16 : 0);
	p->streams = 1 + below(g, MAX_STREAMS);
	if (p->streams > 1u << sid_bits)
		p->streams = 1;
	for (unsigned n = 0; n < p->streams; n++) {
		struct stream *s = &p->stream[n];
		s->sid = below(g, 1u << sid_bits);
		for (unsigned i = 0; i < n; i++)
			if (p->stream[i].sid == s->sid)
				s->sid = (s->sid + 1) & (uint32_t)mask(sid_bits), i = ~0u;
		uint64_t ste = ARENA_BASE + AT_STRTAB + 64u * s->sid;
		if (two_level) {
			const uint64_t l1 = s->l1std_pa = l1std + 8 * (s->sid >> split), index = s->sid & mask(split);
			uint64_t l2 = ARENA_BASE + AT_L2STE + ((s->sid >> split) & 3) * 0x10000u;
			unsigned span = split + 1;
			while (span > 1 && !(index >> (span - 2)) && chance(g, 40))
				span--;
			const unsigned before = (unsigned)field(memory_get(p->mem, l1), 4, 0);
			memory_put(p->mem, l1, l2 | (before > span ? before : span));
			ste = l2 + 64 * index;
		}
		draw_stream(p, n, ste);
	}
}

void platform_make(struct platform *p, struct memory *m, uint64_t seed)
{
	memset(p, 0, sizeof *p);
	p->rng.state = seed;
	p->mem = m;
	memory_clear(m);
	choose_config(p);
	m->outside_aborts = chance(&p->rng, 50);
	p->warm = chance(&p->rng, 50);
	p->uniform_httu = chance(&p->rng, 30);
	p->wide_ipa = chance(&p->rng, 75);
	p->tidy = p->warm && chance(&p->rng, 60);
	p->tree = p->tidy && chance(&p->rng, 70);
	p->next_table = AT_S1;
	p->next_root = AT_S2_ROOT;
	if (p->tree || chance(&p->rng, 40)) /* streams share stage-2 tables: with two granules a word would say two things */
		p->one_granule = p->hw.gran4k && chance(&p->rng, p->tree ? 80 : 50) ? 12 : p->hw.gran64k ? 16 : p->hw.gran16k ? 14 : 12;
	p->regs = (struct naive_regs){.smmuen = chance(&p->rng, 98), .gbpa_abort = chance(&p->rng, 30), .recinvsid = chance(&p->rng, 75),
				      .cr1 = (uint32_t)rng_next(&p->rng) & 0xfff, .gbpa = (uint32_t)rng_next(&p->rng) & 0x301f,
				      .e2h = p->hw.hyp && chance(&p->rng, 45), .atschk = true};
	draw_stream_table(p);
	p->regs.vatos_sel = 1 + below(&p->rng, p->streams); /* the VMID of a stream */
	for (unsigned n = 0; n < p->streams; n++) /* behind two levels two StreamIDs may have come to share an STE */
		for (unsigned i = 0; i < n && p->tree; i++)
			p->tree = p->tidy = p->stream[i].ste_pa != p->stream[n].ste_pa;
}

/* ---- accesses ---------------------------------------------------------------------------------------------------- */

static uint64_t edge_address(struct rng *g, unsigned bits)
{
	const uint64_t edge = UINT64_C(1) << bits;
	return chance(g, 50) ? rng_next(g) & (edge - 1) : chance(g, 50) ? edge - 1 - below(g, 8192) : edge + below(g, 8192);
}

static uint64_t stage1_address(struct platform *p, const struct stream *s, unsigned which, const uint64_t *cd, const struct geometry *next)
{
	struct rng *g = &p->rng;
	struct geometry q;
	uint64_t out;
	const unsigned half = chance(g, (cd[0] >> 30 & 1) ? 10 : 50);
	if (!s1_geometry(p, cd, half, &q))
		return rng_next(g);
	const uint64_t in = pick_input(p, &q);
	if (plant(p, s, &q, next, in, &out) && next && out < UINT64_C(1) << next->in_bits)
		plant(p, s, next, NULL, out, &out);
	uint64_t va = half ? in | ~mask(q.in_bits) : in;
	p->planted = (struct planted){.valid = true, .stream = (unsigned)(s - p->stream), .cd = which, .input = in, .address = va, .half = half};
	if (chance(g, 12)) /* a tag */
		va = (va & mask(56)) | rng_next(g) << 56;
	if (chance(g, 4))
		va ^= UINT64_C(1) << (q.in_bits - 2 + below(g, 66 - q.in_bits));
	return va;
}

struct naive_txn platform_access(struct platform *p)
{
	struct rng *g = &p->rng;
	const struct stream *s = &p->stream[below(g, p->streams)];
	struct naive_txn t = {.sid = s->sid, .write = chance(g, 40), .privileged = chance(g, 50), .instruction = chance(g, 25), .no_stall = chance(g, 10)};
	struct geometry s2;
	uint64_t out;
	p->paths = 0;
	p->planted.valid = false;
	for (unsigned i = 0; i < 4; i++)
		note_path(p, s->ste_pa + 8 * i);
	note_path(p, s->l1std_pa);
	const bool has_s2 = (s->config & 2) && s2_geometry(p, memory_get(p->mem, s->ste_pa + 16), memory_get(p->mem, s->ste_pa + 24), &s2);
	const unsigned which = s->cds ? below(g, s->cds) : 0;
	const bool skip = s->cdmax && (memory_get(p->mem, s->ste_pa + 8) & 3) == 1 && chance(g, 30);
	t.ssv = s->cdmax ? !skip && (s->ssid[which] || chance(g, 60)) : chance(g, 3);
	t.ssid = t.ssv ? s->ssid[which] : 0;
	if (t.ssv && chance(g, 3))
		t.ssid = below(g, 1u << 20);
	if (s->cds)
		note_path(p, s->l1cd_pa[which]);
	if ((s->config & 1) && has_s2 && plant(p, s, &s2, NULL, s->l1cd_pa[which] - ARENA_BASE + s->alias, &out))
		plant(p, s, &s2, NULL, s->cd_pa[which] - ARENA_BASE + s->alias, &out);
	if ((s->config & 1) && !skip) {
		uint64_t cd[3];
		for (unsigned i = 0; i < 3; i++) {
			cd[i] = memory_get(p->mem, s->cd_pa[which] + 8 * i);
			note_path(p, s->cd_pa[which] + 8 * i);
		}
		t.addr = stage1_address(p, s, which, cd, has_s2 ? &s2 : NULL);
	} else if (has_s2) {
		t.addr = pick_input(p, &s2);
		plant(p, s, &s2, NULL, t.addr, &out);
		if (chance(g, 8))
			t.addr = edge_address(g, chance(g, 50) && s2.in_bits < 63 ? s2.in_bits : p->hw.oas_bits);
	} else {
		t.addr = edge_address(g, p->hw.oas_bits);
	}
	if (chance(g, 3))
		t.sid = chance(g, 50) ? s->sid ^ below(g, 256) : chance(g, 80) ? below(g, 2048) : (uint32_t)rng_next(g);
	return t;
}

/* The registers have no room for a StreamID or SubstreamID that the SMMU has not, and none for an offset in the page. */
struct naive_txn platform_ask(struct platform *p, const struct naive_txn *like)
{
	static const enum naive_ask of_config[4] = {NAIVE_ASK_BOTH, NAIVE_ASK_STAGE1, NAIVE_ASK_STAGE2, NAIVE_ASK_BOTH};
	struct rng *g = &p->rng;
	const struct stream *s = &p->stream[0];
	struct naive_txn t = *like;
	struct geometry s2;
	uint64_t out;
	for (unsigned i = 0; i < p->streams; i++)
		if (p->stream[i].sid == t.sid)
			s = &p->stream[i];
	t.ask = of_config[s->config & 3];
	if (s->config == 7 && chance(g, 60))
		t.ask = chance(g, 50) ? NAIVE_ASK_STAGE1 : NAIVE_ASK_STAGE2;
	if (chance(g, 8))
		t.ask = (enum naive_ask)(1 + below(g, 4));
	if (t.ask == NAIVE_ASK_STAGE2 && s->config == 7 && s2_geometry(p, memory_get(p->mem, s->ste_pa + 16), memory_get(p->mem, s->ste_pa + 24), &s2)) {
		t.addr = pick_input(p, &s2);
		plant(p, s, &s2, NULL, t.addr, &out);
	}
	if (t.ask == NAIVE_ASK_STAGE2)
		t.ssv = false;
	t.vatos = (p->config.ids.idr[0] >> 20 & 1) && chance(g, 40);
	if (t.vatos && chance(g, 80))
		t.ask = NAIVE_ASK_STAGE1;
	t.no_update = chance(g, 30);
	t.no_stall = false;
	t.addr &= ~mask(12);
	t.sid &= (uint32_t)mask(p->hw.sidsize);
	t.ssv = t.ssv && p->hw.ssidsize;
	t.ssid = t.ssv ? t.ssid & (uint32_t)mask(p->hw.ssidsize) : 0;
	return t;
}

bool platform_edit_leaf(struct platform *p, const struct planted *at, struct leaf_edit *edit)
{
	static const uint8_t likely[] = {0, 0, 2, 3, 6, 7, 8, 10, 11, 11, 51, 53, 54};
	struct rng *g = &p->rng;
	const struct stream *s = &p->stream[at->stream];
	struct geometry q, s2;
	uint64_t cd[3], out;
	for (unsigned i = 0; i < 3; i++)
		cd[i] = memory_get(p->mem, s->cd_pa[at->cd] + 8 * i);
	const bool nested = s->config & 2;
	if (!p->tree || !p->tidy || !p->hw.s1p || !s1_geometry(p, cd, at->half, &q) ||
	    (nested && !s2_geometry(p, memory_get(p->mem, s->ste_pa + 16), memory_get(p->mem, s->ste_pa + 24), &s2)))
		return false;
	p->leaf_pa = 0;
	plant(p, s, &q, nested ? &s2 : NULL, at->input, &out);
	if (!p->leaf_pa)
		return false;
	const uint64_t raw = memory_get(p->mem, p->leaf_pa), d = q.big_endian ? swap64(raw) : raw;
	const unsigned shift = shift_of(&q, p->leaf_level);
	unsigned n = chance(g, 70) ? likely[below(g, sizeof likely)] : shift + below(g, 4); /* or another output */
	if (!(d & 1))
		n = 0;
	if ((d >> 52 & 1) || (n == 11 && !s->may_be_global))
		return false;
	const uint64_t value = d ^ UINT64_C(1) << n;
	memory_put(p->mem, p->leaf_pa, q.big_endian ? swap64(value) : value);
	*edit = (struct leaf_edit){.at = at, .granule = q.granule, .level = p->leaf_level, .shift = shift, .was_valid = d & 1, .was_global = !(d >> 11 & 1)};
	return true;
}
