/* SPDX-License-Identifier: Apache-2.0
 * Memory types and shareability: of what transactions become, and of the SMMU's own reads. A type is a MAIR byte without its
 * allocation hints, which nobody need follow: 0x00, 0x04, 0x08, 0x0c Device from nGnRnE to GRE; else outer and inner nibble, each 0x4
 * non-cacheable, 0xb write-through, 0xf write-back. Where the architecture leaves the answer open, so does this file (*_open).
 * Not here: which leaf is used (naive_walk.c). Proof: diff_fuzz.c. */
#include "naive_internal.h"

enum { NON_CACHEABLE = 0x44, WRITE_BACK = 0xff, NSH = 0, AS_INCOMING = 1, OSH = 2, ISH = 3 };

static bool is_device(unsigned type) { return type >> 4 == 0; }

uint8_t naive_type_of_mair(unsigned mair)
{
	static const uint8_t nibble[4] = {0xb, 0xf, 0xb, 0xf}; /* 0b00RW, 0b01RW, 0b10RW, 0b11RW */
	const unsigned outer = mair >> 4 & 15, inner = mair & 15;
	if (outer == 0)
		return (uint8_t)(inner & 0xc);
	return (uint8_t)((outer == 4 ? 4u : nibble[outer >> 2]) << 4 | (inner == 4 ? 4u : nibble[inner >> 2]));
}

/* MemAttr[3:0] of STE and GBPA, where the reserved values are Device-nGnRnE. */
static uint8_t type_of_memattr(unsigned memattr)
{
	static const uint8_t nibble[4] = {0, 4, 0xb, 0xf};
	if (memattr < 4)
		return (uint8_t)(memattr << 2);
	return (uint8_t)(memattr & 3 ? nibble[memattr >> 2] << 4 | nibble[memattr & 3] : 0);
}

/* 0 non-cacheable, 2 write-through, else write-back: S1COR/S1CIR, OR/IR of CD, S2OR0/S2IR0. */
static uint8_t type_of_walk(uint64_t outer, uint64_t inner)
{
	static const uint8_t nibble[4] = {4, 0xf, 0xb, 0xf};
	return (uint8_t)(nibble[outer & 3] << 4 | nibble[inner & 3]);
}

/* Device and memory that no cache may hold is outer shareable, whatever a field says. */
static struct naive_memtype with_sh(unsigned type, uint64_t sh, bool reserved_is_none)
{
	struct naive_memtype m = {.type = (uint8_t)type, .sh = (uint8_t)sh};
	if (is_device(type) || type == NON_CACHEABLE)
		m.sh = OSH;
	else if (sh == 1)
		m.sh = NSH, m.sh_open = !reserved_is_none;
	return m;
}

static unsigned weaker(unsigned a, unsigned b) { return least(a, b); } /* 4 < 0xb < 0xf */

static unsigned combine_types(unsigned a, unsigned b)
{
	if (is_device(a) || is_device(b))
		return is_device(a) && is_device(b) ? least(a, b) : is_device(a) ? a : b;
	return weaker(a >> 4, b >> 4) << 4 | weaker(a & 15, b & 15);
}

static unsigned combine_sh(unsigned a, unsigned b) { return a == OSH || b == OSH ? OSH : a == ISH || b == ISH ? ISH : NSH; }

/* What stage 2 makes of the type that stage 1, or what stands in its place, asks for. */
struct naive_memtype naive_combine(const struct run *x, struct naive_memtype s1, uint64_t s2_leaf)
{
	const unsigned memattr = (unsigned)bits(s2_leaf, 5, 2), sh = (unsigned)bits(s2_leaf, 9, 8);
	const bool fwb = x->hw->fwb && bit(x->ste[1], 25);
	struct naive_memtype m = s1;
	if (memattr >= 4 && (memattr % 4 == 0 || (fwb && memattr > 7))) { /* reserved */
		m.type_open = m.sh_open = true;
		return m;
	}
	if (!fwb || memattr < 4)
		m.type = (uint8_t)combine_types(s1.type, type_of_memattr(memattr));
	else if (memattr == 5)
		m.type = NON_CACHEABLE, m.type_open |= is_device(s1.type);
	else if (memattr == 6)
		m.type = WRITE_BACK, m.type_open = false;
	if (is_device(m.type) || m.type == NON_CACHEABLE)
		m.sh = OSH, m.sh_open = m.type_open;
	else { /* write-back by force: whether the shareability of the stage-1 type that lost still counts is not said */
		m.sh_open |= sh == 1 || (m.type != s1.type && (is_device(s1.type) || s1.type == NON_CACHEABLE));
		m.sh = (uint8_t)combine_sh(s1.sh, sh);
	}
	return m;
}

/* ---- the result of a transaction --------------------------------------------------------------------------------- */

/* What came in (write-back, its shareability unknown) after the overrides of STE or GBPA; both have their fields apart. */
struct naive_memtype naive_overridden(const struct run *x, bool replace, uint64_t memattr, uint64_t shcfg)
{
	const bool works = x->hw->attr_types_ovr;
	struct naive_memtype m = {.type = WRITE_BACK, .sh = (uint8_t)(works ? shcfg : AS_INCOMING)};
	if (works && replace)
		m.type = type_of_memattr((unsigned)memattr);
	m.sh_open = is_device(m.type) || m.type == NON_CACHEABLE; /* has no shareability but the outer one, and none to say so */
	return m;
}

static struct naive_memtype of_ste(const struct run *x)
{
	return naive_overridden(x, bit(x->ste[1], 36), bits(x->ste[1], 35, 32), bits(x->ste[1], 45, 44));
}

void naive_result_type(struct run *x)
{
	struct naive_memtype m = of_ste(x);
	if (x->s1_on) {
		const unsigned index = (unsigned)bits(x->s1_desc, 4, 2);
		m = with_sh(naive_type_of_mair((unsigned)bits(x->cd[3], 8 * index + 7, 8 * index)), bits(x->s1_desc, 9, 8), false);
	}
	if (x->s2_on && x->t->ask != NAIVE_ASK_STAGE1) {
		if (!x->s1_on) { /* shareability that nobody overrides is unknown here, and adds nothing */
			m.sh = m.sh == AS_INCOMING ? NSH : m.sh;
			m.sh_open = false;
		}
		m = naive_combine(x, m, x->s2_desc[CLASS_IN]);
	}
	if (x->t->ask == NAIVE_ASK_STAGE2) /* whether the overrides of the STE count is not said */
		m.type_open = m.sh_open = true;
	x->r->memory = m;
}

/* ---- the SMMU's own reads ---------------------------------------------------------------------------------------- */

void naive_note_read(struct run *x, enum naive_reader reader, uint64_t pa)
{
	static const uint8_t cr1_type[4] = {4, 0xf, 0xb, 4};
	const uint64_t cr1 = x->regs->cr1, w1 = x->ste[1], w2 = x->ste[2], cd0 = x->cd[0] >> (x->s1_half ? 16 : 0);
	struct naive_memtype m;
	switch (reader) {
	case NAIVE_STREAM_TABLE:
		m = with_sh((unsigned)cr1_type[bits(cr1, 9, 8)] << 4 | cr1_type[bits(cr1, 7, 6)], bits(cr1, 11, 10), true);
		break;
	case NAIVE_CONTEXT: m = with_sh(type_of_walk(bits(w1, 5, 4), bits(w1, 3, 2)), bits(w1, 7, 6), true); break;
	case NAIVE_STAGE1: m = with_sh(type_of_walk(bits(cd0, 11, 10), bits(cd0, 9, 8)), bits(cd0, 13, 12), true); break;
	default: m = with_sh(type_of_walk(bits(w2, 43, 42), bits(w2, 41, 40)), bits(w2, 45, 44), true); break;
	}
	if (x->s2_on && (reader == NAIVE_CONTEXT || reader == NAIVE_STAGE1)) {
		m = naive_combine(x, m, x->s2_desc[reader == NAIVE_CONTEXT ? CLASS_CD : CLASS_TT]);
		m.type_open |= is_device(m.type); /* with S2PTW = 0 it may be read as Normal */
		m.sh_open |= m.type_open;
	}
	if (x->r->reads == NAIVE_MAX_READS)
		x->r->unsupported = true;
	else
		x->r->read[x->r->reads++] = (struct naive_read){pa, reader, m};
}
