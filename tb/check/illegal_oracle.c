/* SPDX-License-Identifier: Apache-2.0
 * What a single entry or descriptor may hold, by the identification registers of the SMMUs that reach it and by the entry that names the
 * tables. A register that was never read excuses its rules. Not here: changes (table_oracle.c). Proof: tb/check/test/test_illegal.c. */
#include "internal.h"

/* ---- entries ---- */

static bool has(const struct check *c, unsigned smmu, unsigned idr) { return c->smmu[smmu].known[idr]; }
#define IDR(c, s, N, F) SMMU_FIELD_GET(IDR##N, F, (c)->smmu[s].idr[N])

static bool granule_is_missing(const struct check *c, unsigned smmu, unsigned tg)
{
	const uint32_t idr5 = c->smmu[smmu].idr[5];
	if (tg == 3)
		return true;
	return has(c, smmu, 5) && !(idr5 & (tg == 0 ? SMMU_IDR5_GRAN4K_MASK : tg == 1 ? SMMU_IDR5_GRAN64K_MASK : SMMU_IDR5_GRAN16K_MASK));
}

/* Output bits of what uses the tables of an entry: IPS or S2PS, or OAS where that is smaller. */
static unsigned output_bits(const struct check *c, unsigned smmu, uint64_t size)
{
	static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };
	const unsigned own = bits[size & 7], oas = has(c, smmu, 5) ? bits[IDR(c, smmu, 5, OAS)] : 52;
	return own < oas ? own : oas;
}

/* Of an SMMU with ATS, for an STE that is no bypass. */
static const char *why_ats_is_illegal(const struct check *c, const struct entry *e, unsigned config)
{
	const uint64_t *const w = e->word;
	const unsigned eats = (unsigned)CHECK_GET(w, STE, EATS);
	const bool stalls = (config & 2) && CHECK_GET(w, STE, S2S);
	if (eats == 2 && (config != 7 || stalls || IDR(c, e->smmu, 0, NS1ATS)))
		return "split-stage ATS needs both stages, S2S = 0 and NS1ATS = 0";
	if (eats == 1 && stalls)
		return "full ATS needs S2S = 0 where stage 2 is on";
	return NULL;
}

static const char *why_ste_is_illegal(const struct check *c, const struct entry *e)
{
	const uint64_t *const w = e->word;
	const unsigned config = (unsigned)CHECK_GET(w, STE, Config), s = e->smmu;
	if (!CHECK_GET(w, STE, V) || config < 4)
		return NULL;
	if (has(c, s, 0)) {
		if ((config & 1) && !IDR(c, s, 0, S1P))
			return "stage 1 is not implemented";
		if ((config & 2) && !IDR(c, s, 0, S2P))
			return "stage 2 is not implemented";
		if ((config & 1) && CHECK_GET(w, STE, S1STALLD) && IDR(c, s, 0, STALL_MODEL) != 0)
			return "S1STALLD is set where STALL_MODEL is not 0";
		if ((config & 2) && CHECK_GET(w, STE, S2S) && IDR(c, s, 0, STALL_MODEL) == 1)
			return "S2S is set where nothing can stall";
		if ((config & 2) && !CHECK_GET(w, STE, S2S) && IDR(c, s, 0, STALL_MODEL) == 2)
			return "S2S is 0 where everything stalls";
		/* STRW counts only where stage 1 is alone and EL2 exists: everywhere else the world is NS-EL1, which has a VMID. */
		const bool el1 = config != 5 || !IDR(c, s, 0, HYP) || !CHECK_GET(w, STE, STRW);
		if (IDR(c, s, 0, S2P) && config != 4 && el1 && !IDR(c, s, 0, VMID16) && CHECK_GET(w, STE, S2VMID) > 255)
			return "S2VMID has more than 8 bits";
		const char *const ats = IDR(c, s, 0, ATS) && config != 4 ? why_ats_is_illegal(c, e, config) : NULL;
		if (ats)
			return ats;
	}
	if ((config & 1) && has(c, s, 1) && IDR(c, s, 1, SSIDSIZE) && CHECK_GET(w, STE, S1CDMax) > IDR(c, s, 1, SSIDSIZE))
		return "S1CDMax is larger than SSIDSIZE";
	if ((config & 2) && CHECK_GET(w, STE, S2AA64) && (w[3] & SMMU_STE_S2TTB_MASK) >> output_bits(c, s, CHECK_GET(w, STE, S2PS)))
		return "S2TTB is beyond S2PS or OAS";
	if ((config & 2) && CHECK_GET(w, STE, S2AA64) && granule_is_missing(c, s, (unsigned)CHECK_GET(w, STE, S2TG)))
		return "S2TG is a granule that is not implemented";
	return NULL;
}

static const char *why_cd_is_illegal(const struct check *c, const struct entry *ste, const struct entry *cd)
{
	const uint64_t *const w = cd->word;
	const unsigned s = ste->smmu;
	if (!CHECK_GET(w, CD, V))
		return NULL;
	if (CHECK_GET(ste->word, STE, S1STALLD) && CHECK_GET(w, CD, S))
		return "S is set though the STE forbids to stall";
	if (has(c, s, 0)) {
		if (IDR(c, s, 0, TERM_MODEL) && !CHECK_GET(w, CD, A))
			return "A is 0 where TERM_MODEL is 1";
		if (IDR(c, s, 0, STALL_MODEL) == 1 && CHECK_GET(w, CD, S))
			return "S is set where nothing can stall";
		if (IDR(c, s, 0, STALL_MODEL) == 2 && !CHECK_GET(w, CD, S))
			return "S is 0 where everything stalls";
		if (!IDR(c, s, 0, ASID16) && CHECK_GET(w, CD, ASID) > 255)
			return "the ASID has more than 8 bits";
	}
	if (!CHECK_GET(w, CD, EPD0) && CHECK_GET(w, CD, AA64) && (w[1] & SMMU_CD_TTB0_MASK) >> output_bits(c, s, CHECK_GET(w, CD, IPS)))
		return "TTB0 is beyond IPS or OAS";
	if (!CHECK_GET(w, CD, EPD0) && CHECK_GET(w, CD, AA64) && granule_is_missing(c, s, (unsigned)CHECK_GET(w, CD, TG0)))
		return "TG0 is a granule that is not implemented";
	return NULL;
}

void check_i_judge_entry(struct check *c, const struct entry *e)
{
	const char *why = e->cd ? NULL : why_ste_is_illegal(c, e);
	unsigned smmu = e->smmu;
	for (size_t i = 0; e->cd && !why && i < c->entry_count; i++)
		if (!c->entry[i].cd && !c->entry[i].dead && check_i_reaches(&c->entry[i], e)) {
			why = why_cd_is_illegal(c, &c->entry[i], e);
			smmu = c->entry[i].smmu;
		}
	if (why)
		check_i_fail(c, CHECK_TABLES, smmu, "table.illegal", "the %s 0x%x at 0x%llx is valid and illegal for smmu%u: %s",
			     e->cd ? "CD of SubstreamID" : "STE of StreamID", e->number, (unsigned long long)e->pa, smmu, why);
}

/* ---- descriptors ---- */

/* Address bits of a block below its size are RES0; nT is among them, and with 64 KiB granules bits 15:12 are the top of the address. */
static void judge_block(struct check *c, const struct region *r, uint64_t iova, uint64_t value)
{
	const uint64_t others = UINT64_C(1) << 16 | (r->granule_log2 == 16 ? 0xf000 : 0);
	if (check_i_is_table(value, r->level) || !(value & CHECK_ADDRESS_MASK & ((UINT64_C(1) << r->shift) - 1) & ~others))
		return;
	check_i_fail(c, CHECK_TABLES, UINT16_MAX, "table.illegal",
		     "the level %u descriptor of 0x%llx in table 0x%llx is 0x%llx, which leads to no address aligned to its 2^%u bytes", r->level,
		     (unsigned long long)iova, (unsigned long long)r->root, (unsigned long long)value, r->shift);
}

/* A descriptor that an SMMU can do nothing with but fault: it leads further than the entry that names the tables says. */
static void judge_output(struct check *c, const struct region *r, uint64_t iova, uint64_t value)
{
	if (!((value & CHECK_ADDRESS_MASK) >> 32))      /* nobody has less */
		return;
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const ste = &c->entry[i];
		if (ste->cd || ste->dead || !check_i_enabled(c, ste->smmu))
			continue;
		unsigned bits = 64;
		if (check_i_is_s2(ste) && (ste->word[3] & SMMU_STE_S2TTB_MASK) == r->root)
			bits = output_bits(c, ste->smmu, CHECK_GET(ste->word, STE, S2PS));
		for (size_t n = 0; n < c->entry_count && check_i_is_s1(ste); n++) {
			const struct entry *const cd = &c->entry[n];
			if (cd->cd && !cd->dead && check_i_reaches(ste, cd) && CHECK_GET(cd->word, CD, V) && !CHECK_GET(cd->word, CD, EPD0) &&
			    (cd->word[1] & SMMU_CD_TTB0_MASK) == r->root)
				bits = output_bits(c, ste->smmu, CHECK_GET(cd->word, CD, IPS));
		}
		if (bits < 64 && (value & CHECK_ADDRESS_MASK) >> bits)
			check_i_fail(c, CHECK_TABLES, ste->smmu, "table.illegal",
				     "the level %u descriptor of 0x%llx in table 0x%llx is 0x%llx, which leads beyond the %u bits of output that smmu%u has for it",
				     r->level, (unsigned long long)iova, (unsigned long long)r->root, (unsigned long long)value, bits, ste->smmu);
	}
}

void check_i_judge_descriptor(struct check *c, const struct region *r, uint64_t iova, uint64_t value)
{
	judge_output(c, r, iova, value);
	judge_block(c, r, iova, value);
}
