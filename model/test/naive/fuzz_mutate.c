/* SPDX-License-Identifier: Apache-2.0
 * Spoils and changes what an access depends on: for one cold access, or for good together with an invalidation.
 * Not here: which invalidation (fuzz_core.c). Proof: the coverage table that diff_fuzz.c prints. */
#include "fuzz.h"

/* Bits whose change would make two streams share a tag, or contradict a hint: software must not do that. */
static uint64_t untouchable(const struct platform *p, uint64_t pa)
{
	for (unsigned i = 0; i < p->streams; i++) {
		const struct stream *s = &p->stream[i];
		if (pa == s->ste_pa + 8)
			return UINT64_C(3) << 30 | UINT64_C(0xf) << 13;
		if (pa == s->ste_pa + 16)
			return 0xffff;
		for (unsigned k = 0; k < s->cds; k++)
			if (pa == s->cd_pa[k])
				return UINT64_C(0xffff) << 48;
	}
	if (pa < ARENA_BASE + CONFIG_END)
		return 0;
	const uint64_t fixed = UINT64_C(1) << 52 | 1u << 11 | (mask(48) & ~mask(p->tree ? 12 : 16)) |
			       (p->tree ? 2u : 0); /* where what was a leaf leads nowhere */
	return p->hw.ttendian == 3 ? swap64(fixed) : fixed;
}

void platform_mutate(struct platform *p)
{
	struct rng *g = &p->rng;
	if (!p->paths)
		return;
	uint64_t pa = p->path[below(g, p->paths)];
	if (pa < ARENA_BASE + CONFIG_END) /* rather a descriptor */
		pa = p->path[below(g, p->paths)];
	if (chance(g, 14)) {
		if (p->mem->aborts < MAX_ABORTS) {
			p->mem->abort[p->mem->aborts].pa = pa;
			p->mem->abort[p->mem->aborts++].writes_only = chance(g, 40);
		}
		return;
	}
	const uint64_t old = memory_get(p->mem, pa);
	const bool structure = pa < ARENA_BASE + CONFIG_END;
	if (p->undos == 16 || (p->warm && structure))
		return;
	uint64_t value = old;
	static const uint8_t likely[] = {0, 1, 6, 7, 10, 51, 53, 54, 59, 60, 61, 62};
	unsigned n = !structure && chance(g, 60) ? likely[below(g, sizeof likely)] : below(g, 64);
	value ^= UINT64_C(1) << n;
	if (pa - ARENA_BASE - AT_L1STD < 0x10000 && chance(g, 60)) /* Span */
		value = (old & ~UINT64_C(0x1f)) | below(g, 32);
	else if (structure && chance(g, 30)) /* a whole field's worth */
		value ^= (rng_next(g) & 0x3f) << below(g, 59);
	if (!structure) {
		const uint64_t contiguous = UINT64_C(1) << 52 | UINT64_C(1) << 11;
		const uint64_t hint = contiguous | swap64(contiguous);
		if (p->tidy && ((old ^ value) & untouchable(p, pa)))
			return;
		if (((old ^ value) & hint) || (old & UINT64_C(1) << 52) || (swap64(old) & UINT64_C(1) << 52))
			return;
	}
	p->undo[p->undos].pa = pa;
	p->undo[p->undos++].value = old;
	memory_put(p->mem, pa, value);
}

bool platform_edit(struct platform *p, uint64_t *edited)
{
	struct rng *g = &p->rng;
	if (!p->paths || !p->tidy)
		return false;
	const uint64_t pa = p->path[below(g, p->paths)], old = memory_get(p->mem, pa);
	const bool structure = pa < ARENA_BASE + CONFIG_END;
	static const uint8_t likely[] = {0, 0, 1, 6, 7, 10, 10, 13, 51, 53, 54, 61, 62};
	if (structure && chance(g, 60))
		return false;
	if (!structure && (old & UINT64_C(1) << 52 || swap64(old) & UINT64_C(1) << 52))
		return false;
	const unsigned n = !structure && chance(g, 70) ? likely[below(g, sizeof likely)] : below(g, 64);
	const uint64_t flip = !structure && p->hw.ttendian == 3 ? swap64(UINT64_C(1) << n) : UINT64_C(1) << n;
	memory_put(p->mem, pa, old ^ (flip & ~untouchable(p, pa)));
	p->tidy &= !structure; /* a table base may have moved */
	*edited = pa;
	return true;
}

void platform_undo(struct platform *p)
{
	while (p->undos) {
		p->undos--;
		memory_put(p->mem, p->undo[p->undos].pa, p->undo[p->undos].value);
	}
	p->mem->aborts = 0;
}
