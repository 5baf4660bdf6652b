/* SPDX-License-Identifier: Apache-2.0
 * The stream table entry: legality, and its meaning unpacked. Pure: no caches, no accesses.
 * Not here: finding and fetching it, substreams (stream.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

#define GET(FIELD) ((unsigned)smmu_ste_get_##FIELD(ste))
#define FLAG(FIELD) (smmu_ste_get_##FIELD(ste) != 0)

enum { STALL_TERMINATE_ONLY = 1, STALL_FORCED = 2 };

static unsigned page_shift_of(unsigned tg)
{
	static const uint8_t shift[4] = { 12, 16, 14, 0 };

	return shift[tg & 3u];
}

static bool granule_is_offered(const struct smmu_features *f, unsigned page_shift)
{
	return (page_shift == 12 && f->gran4k) || (page_shift == 14 && f->gran16k) || (page_shift == 16 && f->gran64k);
}

static unsigned min_unsigned(unsigned a, unsigned b) { return a < b ? a : b; }

/* Start level of S2SL0; 4 where the value is reserved. */
static unsigned s2_start_level(const struct smmu_features *f, unsigned page_shift, unsigned sl0)
{
	if (page_shift == 12)
		return sl0 == 3 ? (f->stt ? 3u : 4u) : 2u - sl0;
	return sl0 == 3 ? 4u : 3u - sl0;
}

/* The (concatenated) start table has 2 entries at least and is at most 16 tables long. */
bool smmu_i_s2_geometry_is_legal(unsigned input_bits, unsigned page_shift, unsigned start_level)
{
	const unsigned stride = page_shift - 3u;
	const unsigned shift = page_shift + stride * (3u - start_level);

	return input_bits >= shift + 1u && input_bits <= shift + stride + 4u;
}

static bool s2_input_size_is_legal(const struct smmu_features *f, unsigned page_shift, unsigned t0sz)
{
	const unsigned max = f->stt ? (page_shift == 16 ? 47u : 48u) : 39u;
	const unsigned floor = page_shift == 16 ? 12u : 16u;
	const unsigned from_ias = 64u - f->ias_bits;

	return t0sz <= max && t0sz >= (from_ias > floor ? from_ias : floor);
}

static bool stage2_is_illegal(const struct smmu_features *f, const struct smmu_ste *ste)
{
	const unsigned page_shift = page_shift_of(GET(S2TG));
	const unsigned output_bits = min_unsigned(smmu_i_address_bits(GET(S2PS)), f->oas_bits);
	unsigned start_level;

	if (!f->s2p || !GET(S2AA64))
		return true;
	if ((GET(S2S) && f->stall_model == STALL_TERMINATE_ONLY) || (!GET(S2S) && f->stall_model == STALL_FORCED))
		return true;
	if ((GET(S2HA) || GET(S2HD)) && f->httu == 0)
		return true;
	if (GET(S2HD) && f->httu == 1)
		return true;
	if (page_shift == 0 || !granule_is_offered(f, page_shift))
		return true;
	if (smmu_ste_get_S2TTB(ste) >> (page_shift == 16 ? output_bits : min_unsigned(output_bits, 48)) != 0)
		return true;
	if (!s2_input_size_is_legal(f, page_shift, GET(S2T0SZ)))
		return true;
	start_level = s2_start_level(f, page_shift, GET(S2SL0));
	if (start_level > 3 || !smmu_i_s2_geometry_is_legal(64u - GET(S2T0SZ), page_shift, start_level))
		return true;
	return (f->ttendian == 2 && GET(S2ENDI)) || (f->ttendian == 3 && !GET(S2ENDI));
}

static bool strw_is_used(const struct smmu_features *f, const struct smmu_ste *ste)
{
	return f->s1p && f->hyp && GET(Config) == SMMU_STE_CONFIG_S1;
}

static bool stage1_is_illegal(const struct smmu_features *f, const struct smmu_ste *ste)
{
	if (!f->s1p)
		return true;
	if (strw_is_used(f, ste) && (GET(STRW) & 1u) != 0)
		return true;
	if (GET(S1STALLD) && f->stall_model != 0)
		return true;
	if (f->ssidsize != 0 && GET(S1CDMax) > f->ssidsize)
		return true;
	if (f->ssidsize != 0 && GET(S1CDMax) != 0 && !f->cd2l && (GET(S1Fmt) == 1 || GET(S1Fmt) == 2))
		return true;
	/* Nested: above IAS is left to stage 2, which faults it. */
	return GET(Config) == SMMU_STE_CONFIG_S1 && smmu_ste_get_S1ContextPtr(ste) >> f->oas_bits != 0;
}

static bool ats_is_illegal(const struct smmu_features *f, const struct smmu_ste *ste)
{
	const bool stage2 = (GET(Config) & 2u) != 0;

	if (!f->ats || (GET(Config) & 3u) == 0)
		return false;
	if (GET(EATS) == SMMU_STE_EATS_SPLIT)
		return GET(Config) != SMMU_STE_CONFIG_NESTED || GET(S2S) || f->ns1ats;
	return GET(EATS) == SMMU_STE_EATS_FULL && GET(S2S) && stage2;
}

static enum smmu_world world_of(const struct smmu_features *f, const struct smmu_regs *r, const struct smmu_ste *ste)
{
	if (!strw_is_used(f, ste) || GET(STRW) != SMMU_STE_STRW_EL2)
		return SMMU_WORLD_NS_EL1;
	return (r->cr2 & SMMU_CR2_E2H_MASK) != 0 ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2;
}

static void unpack_stage2(const struct smmu_features *f, const struct smmu_ste *ste, struct smmu_stage2 *s2)
{
	const unsigned page_shift = page_shift_of(GET(S2TG));
	const unsigned start_level = s2_start_level(f, page_shift, GET(S2SL0));
	const unsigned input_bits = 64u - GET(S2T0SZ);
	const unsigned index_bits = input_bits - (page_shift + (page_shift - 3u) * (3u - start_level));
	uint64_t align = UINT64_C(8) << index_bits;

	*s2 = (struct smmu_stage2){
		.input_bits = (uint8_t)input_bits, .page_shift = (uint8_t)page_shift, .start_level = (uint8_t)start_level,
		.output_bits = (uint8_t)min_unsigned(smmu_i_address_bits(GET(S2PS)), f->oas_bits),
		.big_endian = FLAG(S2ENDI), .affd = FLAG(S2AFFD), .ha = FLAG(S2HA), .hd = GET(S2HD) && GET(S2HA),
		.ptw = FLAG(S2PTW), .fwb = f->fwb && GET(S2FWB), .fault_record = FLAG(S2R), .fault_stall = FLAG(S2S),
	};
	s2->walk_attr = smmu_i_attr_of_walk(GET(S2OR0), GET(S2IR0));
	s2->walk_sh = smmu_i_sh_of_access(GET(S2SH0), s2->walk_attr);
	if (s2->output_bits == 52 && align < 64)
		align = 64;
	s2->ttb = smmu_ste_get_S2TTB(ste) & ~(align - 1);
}

/* EATS as it acts: off for bypass, and off without the check that split-stage ATS needs. */
static uint8_t effective_eats(const struct smmu_features *f, const struct smmu_regs *r, const struct smmu_ste *ste)
{
	const unsigned eats = GET(EATS);

	if (!f->ats || GET(Config) == SMMU_STE_CONFIG_BYPASS || eats == SMMU_STE_EATS_DPT)
		return 0;
	if (eats == SMMU_STE_EATS_SPLIT && (r->cr0ack & SMMU_CR0_ATSCHK_MASK) == 0)
		return 0;
	return (uint8_t)eats;
}

static void unpack_overrides(const struct smmu_features *f, const struct smmu_ste *ste, struct smmu_config_cold *out)
{
	out->shcfg = SMMU_STE_SHCFG_INCOMING;
	if (f->attr_types_ovr) {
		out->mtcfg = FLAG(MTCFG);
		out->memattr = (uint8_t)GET(MemAttr);
		out->shcfg = (uint8_t)GET(SHCFG);
	}
	if (f->attr_perms_ovr) {
		out->privcfg = (uint8_t)GET(PRIVCFG);
		out->instcfg = (uint8_t)GET(INSTCFG);
	}
}

enum ste_verdict smmu_i_ste_decode(const struct smmu_features *f, const struct smmu_regs *r, const struct smmu_ste *ste,
			    struct smmu_config_cold *out)
{
	const unsigned config = GET(Config);

	*out = (struct smmu_config_cold){ 0 };
	if (!GET(V))
		return STE_BAD;
	if ((config & 4u) == 0)
		return STE_ABORT;
	out->world = (uint8_t)world_of(f, r, ste);
	if ((config & 1u) != 0 && stage1_is_illegal(f, ste))
		return STE_BAD;
	if ((config & 2u) != 0 && stage2_is_illegal(f, ste))
		return STE_BAD;
	if (ats_is_illegal(f, ste))
		return STE_BAD;
	if (f->s2p && config != SMMU_STE_CONFIG_BYPASS && out->world == SMMU_WORLD_NS_EL1) {
		if (!f->vmid16 && GET(S2VMID) > 0xffu)
			return STE_BAD;
		out->vmid = (uint16_t)GET(S2VMID);
	}
	out->config = (uint8_t)config;
	out->mev = FLAG(MEV);
	out->eats = effective_eats(f, r, ste);
	out->input_limit_bits = config == SMMU_STE_CONFIG_BYPASS ? f->oas_bits : f->ias_bits;
	unpack_overrides(f, ste, out);
	if ((config & 2u) != 0)
		unpack_stage2(f, ste, &out->s2);
	if ((config & 1u) != 0) {
		out->s1_cd_max = f->ssidsize == 0 ? 0 : (uint8_t)GET(S1CDMax);
		out->s1_fmt = out->s1_cd_max == 0 || GET(S1Fmt) == 3 ? 0 : (uint8_t)GET(S1Fmt);
		out->s1_dss = (uint8_t)GET(S1DSS);
		out->s1_stalld = FLAG(S1STALLD);
		out->cd_attr = smmu_i_attr_of_cd(GET(S1COR), GET(S1CIR));
		out->cd_sh = smmu_i_sh_of_access(GET(S1CSH), out->cd_attr);
		out->s1_context_ptr = smmu_ste_get_S1ContextPtr(ste);
	}
	return STE_OK;
}
