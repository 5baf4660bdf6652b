/* SPDX-License-Identifier: Apache-2.0
 * Rights and attributes of leaf descriptors, stage 1 and stage 2, as the rights of a TLB entry.
 * Not here: fetching descriptors (walk files). Proof: model/test/test_parts.c. */
#include "internal.h"

#define DESC_AP1 BIT(6)
#define DESC_AP2 BIT(7)
#define DESC_DBM BIT(51)
#define DESC_PXN BIT(53)
#define DESC_UXN BIT(54)

static uint8_t rights_one_privilege(const struct smmu_stage1 *s1, uint64_t desc, bool writable, bool counts_as_writable)
{
	uint8_t rights = RIGHT_RU | RIGHT_RP;

	if (writable)
		rights |= RIGHT_WU | RIGHT_WP;
	if ((desc & DESC_UXN) == 0 && !(s1->wxn && counts_as_writable))
		rights |= RIGHT_XU | RIGHT_XP;
	return rights;
}

static uint8_t rights_two_privileges(const struct smmu_stage1 *s1, uint64_t desc, unsigned limits, bool writable,
				     bool counts_as_writable)
{
	const bool unprivileged = (desc & DESC_AP1) != 0 && (limits & LIMIT_NO_UNPRIVILEGED) == 0;
	const bool pxn = (desc & DESC_PXN) != 0 || (limits & LIMIT_PXN) != 0;
	const bool uxn = (desc & DESC_UXN) != 0 || (limits & LIMIT_UXN) != 0;
	uint8_t rights = 0;

	if (unprivileged)
		rights |= (uint8_t)(RIGHT_RU | (writable ? RIGHT_WU : 0));
	if (!(s1->pan && unprivileged))
		rights |= (uint8_t)(RIGHT_RP | (writable ? RIGHT_WP : 0));
	if (!pxn && !(unprivileged && counts_as_writable) && !(s1->wxn && counts_as_writable))
		rights |= RIGHT_XP;
	if (!uxn && !(s1->wxn && unprivileged && counts_as_writable))
		rights |= RIGHT_XU;
	return rights;
}

/* now: with the descriptor as it is; after_update: once a permitted write has made a writable-clean page dirty. A
 * writable-clean page counts as writable for the implied execute-never rules. */
void smmu_i_s1_rights(const struct smmu_config_cold *config, uint64_t desc, unsigned limits, uint8_t *now, uint8_t *after_update)
{
	const struct smmu_stage1 *s1 = &config->s1;
	const bool one_privilege = config->world == SMMU_WORLD_EL2;
	const bool denied = (limits & LIMIT_NO_WRITE) != 0;
	const bool writable = (desc & DESC_AP2) == 0 && !denied;
	const bool clean = (desc & DESC_AP2) != 0 && (desc & DESC_DBM) != 0 && s1->hd && !denied;

	if (one_privilege) {
		/* The one execute-never bit of table descriptors is XNTable; APTable[0] does not exist here. */
		const uint64_t d = (limits & LIMIT_UXN) != 0 ? desc | DESC_UXN : desc;

		*now = rights_one_privilege(s1, d, writable, writable || clean);
		*after_update = rights_one_privilege(s1, d, writable || clean, writable || clean);
		return;
	}
	*now = rights_two_privileges(s1, desc, limits, writable, writable || clean);
	*after_update = rights_two_privileges(s1, desc, limits, writable || clean, writable || clean);
}

void smmu_i_s2_rights(const struct smmu_config_cold *config, bool xnx, uint64_t desc, uint8_t *now, uint8_t *after_update)
{
	static const uint8_t execute[4] = { RIGHT_XU | RIGHT_XP, RIGHT_XU, 0, RIGHT_XP };
	const bool writable = (desc & BIT(7)) != 0;
	const bool clean = !writable && (desc & DESC_DBM) != 0 && config->s2.hd;
	unsigned xn = (unsigned)(desc >> 53) & 3u;
	uint8_t rights;

	if (!xnx)
		xn &= 2u;
	rights = (uint8_t)(execute[xn] | ((desc & BIT(6)) != 0 ? RIGHT_RU | RIGHT_RP : 0));
	*now = (uint8_t)(rights | (writable ? RIGHT_WU | RIGHT_WP : 0));
	*after_update = (uint8_t)(rights | (writable || clean ? RIGHT_WU | RIGHT_WP : 0));
}

/* MemAttr[3:0] of stage 2, GBPA, STE and MSIs as a MAIR byte. */
uint8_t smmu_i_attr_from_stage2(unsigned memattr)
{
	static const uint8_t normal[4] = { 0, 0x4, 0xb, 0xf };
	const unsigned outer = memattr >> 2 & 3u, inner = memattr & 3u;

	if (outer == 0)
		return (uint8_t)(inner << 2);
	return (uint8_t)(inner == 0 ? 0 : normal[outer] << 4 | normal[inner]);
}

/* IR0, OR0 of CD, S2IR0, S2OR0: 0 non-cacheable, 1 write-back, 2 write-through, 3 write-back without write-allocate. */
uint8_t smmu_i_attr_of_walk(unsigned outer, unsigned inner)
{
	static const uint8_t nibble[4] = { 0x4, 0xf, 0xa, 0xe };

	return (uint8_t)(nibble[outer & 3u] << 4 | nibble[inner & 3u]);
}

/* S1CIR, S1COR: the SMMU only reads CDs, so there is a hint for reads alone; 3 is write-back without it. */
uint8_t smmu_i_attr_of_cd(unsigned outer, unsigned inner)
{
	static const uint8_t nibble[4] = { 0x4, 0xe, 0xa, 0xc };

	return (uint8_t)(nibble[outer & 3u] << 4 | nibble[inner & 3u]);
}

/* CR1.TABLE_* and QUEUE_*: 0 non-cacheable, 1 write-back, 2 write-through, 3 reserved and like 0. */
uint8_t smmu_i_attr_from_cr1(unsigned outer, unsigned inner)
{
	static const uint8_t nibble[4] = { 0x4, 0xf, 0xb, 0x4 };

	return (uint8_t)(nibble[outer & 3u] << 4 | nibble[inner & 3u]);
}

/* Of an access of the SMMU: 1 is reserved and like 0; Device and memory that is cacheable nowhere is outer shareable. */
uint8_t smmu_i_sh_of_access(unsigned sh, uint8_t attr)
{
	if (attr_is_device(attr) || attr == 0x44)
		return 2;
	return sh == 1 ? 0 : (uint8_t)sh;
}

static unsigned cacheability(unsigned nibble) { return nibble == 0x4 ? 0 : (nibble & 0xcu) == 0xcu || (nibble & 0xcu) == 4u ? 2 : 1; }

static uint8_t weaker(uint8_t a, uint8_t b) { return cacheability(a) <= cacheability(b) ? a : b; }

/* Device wins over Normal and the stricter Device wins; else the weaker cacheability, inner and outer apart. */
uint8_t smmu_i_attr_combine(uint8_t s1, uint8_t s2)
{
	if (s2 == ATTR_FORCED_WRITE_BACK)
		return 0xff;
	if (attr_is_device(s1) && attr_is_device(s2))
		return s1 < s2 ? s1 : s2;
	if (attr_is_device(s1))
		return s1;
	if (attr_is_device(s2))
		return s2;
	return (uint8_t)(weaker(s1 >> 4, s2 >> 4) << 4 | weaker(s1 & 0xfu, s2 & 0xfu));
}

/* Outer beats inner beats none; Device and non-cacheable memory is outer shareable. */
uint8_t smmu_i_sh_combine(uint8_t s1, uint8_t s2, uint8_t attr)
{
	if (attr_is_device(attr) || attr == 0x44)
		return 2;
	if (s1 == 2 || s2 == 2)
		return 2;
	return s1 == 3 || s2 == 3 ? 3 : 0;
}

/* Stage 2 alone: in place of stage 1 stand the overrides of the STE, and where they say "incoming", which this core does
 * not know, write-back memory that is not shared, which changes nothing. */
void smmu_i_s2_only_attributes(const struct smmu_config_hot *hot, struct smmu_xlate *x)
{
	x->attr = smmu_i_attr_combine(hot->attr, x->attr);
	x->sh = smmu_i_sh_combine(hot->sh == SMMU_STE_SHCFG_INCOMING ? 0 : hot->sh, x->sh, x->attr);
}
