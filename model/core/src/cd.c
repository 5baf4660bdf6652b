/* SPDX-License-Identifier: Apache-2.0
 * The context descriptor: legality, and its meaning unpacked into the stage-1 part of a configuration. Pure.
 * Not here: finding and fetching it (stream.c). Proof: model/test/test_vectors.c. */
#include "internal.h"

#define GET(FIELD) ((unsigned)smmu_cd_get_##FIELD(cd))
#define FLAG(FIELD) (smmu_cd_get_##FIELD(cd) != 0)

enum { STALL_TERMINATE_ONLY = 1, STALL_FORCED = 2 };

static unsigned min_unsigned(unsigned a, unsigned b) { return a < b ? a : b; }

/* 0 for a reserved encoding. TG0 and TG1 do not agree. */
static unsigned page_shift_of(unsigned half, unsigned tg)
{
	static const uint8_t shift[2][4] = { { 12, 16, 14, 0 }, { 0, 14, 12, 16 } };

	return shift[half][tg & 3u];
}

static bool granule_is_offered(const struct smmu_features *f, unsigned page_shift)
{
	return (page_shift == 12 && f->gran4k) || (page_shift == 14 && f->gran16k) || (page_shift == 16 && f->gran64k);
}

uint8_t smmu_i_s1_start_level(unsigned input_bits, unsigned page_shift)
{
	const unsigned stride = page_shift - 3u;

	return (uint8_t)(4u - (input_bits - page_shift + stride - 1u) / stride);
}

static bool half_is_legal(const struct smmu_features *f, unsigned page_shift, unsigned tsz, uint64_t ttb, unsigned output_bits)
{
	const unsigned max = f->stt ? (page_shift == 16 ? 47u : 48u) : 39u;
	const unsigned min = f->vax == 1 && page_shift == 16 ? 12u : 16u;

	if (page_shift == 0 || !granule_is_offered(f, page_shift))
		return false;
	if (tsz > max || tsz < min)
		return false;
	return ttb >> (page_shift == 16 ? output_bits : min_unsigned(output_bits, 48)) == 0;
}

static void unpack_half(struct smmu_half *h, unsigned page_shift, unsigned tsz, uint64_t ttb, unsigned output_bits)
{
	const unsigned input_bits = 64u - tsz;
	const unsigned start = smmu_i_s1_start_level(input_bits, page_shift);
	const unsigned index_bits = input_bits - (page_shift + (page_shift - 3u) * (3u - start));
	uint64_t align = UINT64_C(8) << index_bits;

	if (output_bits == 52 && align < 64)
		align = 64;
	h->enabled = 1;
	h->input_bits = (uint8_t)input_bits;
	h->page_shift = (uint8_t)page_shift;
	h->start_level = (uint8_t)start;
	h->ttb = ttb & ~(align - 1);
}

static bool unpack_halves(const struct smmu_features *f, const struct smmu_cd *cd, bool one_half, struct smmu_stage1 *s1)
{
	const unsigned shift0 = page_shift_of(0, GET(TG0)), shift1 = page_shift_of(1, GET(TG1));
	const uint64_t ttb0 = smmu_cd_get_TTB0(cd), ttb1 = smmu_cd_get_TTB1(cd);

	if (one_half || !GET(EPD0)) {
		if (!half_is_legal(f, shift0, GET(T0SZ), ttb0, s1->output_bits))
			return false;
		unpack_half(&s1->half[0], shift0, GET(T0SZ), ttb0, s1->output_bits);
	}
	if (!one_half && !GET(EPD1)) {
		if (!half_is_legal(f, shift1, GET(T1SZ), ttb1, s1->output_bits))
			return false;
		unpack_half(&s1->half[1], shift1, GET(T1SZ), ttb1, s1->output_bits);
	}
	s1->half[0].walk_attr = smmu_i_attr_of_walk(GET(OR0), GET(IR0));
	s1->half[0].walk_sh = smmu_i_sh_of_access(GET(SH0), s1->half[0].walk_attr);
	s1->half[1].walk_attr = smmu_i_attr_of_walk(GET(OR1), GET(IR1));
	s1->half[1].walk_sh = smmu_i_sh_of_access(GET(SH1), s1->half[1].walk_attr);
	s1->half[0].tbi = FLAG(TBI0);
	s1->half[0].had = f->had && GET(HAD0);
	s1->half[0].e0pd = f->e0pd && !one_half && GET(E0PD0);
	s1->half[1].tbi = FLAG(TBI1);
	s1->half[1].had = f->had && GET(HAD1);
	s1->half[1].e0pd = f->e0pd && !one_half && GET(E0PD1);
	return true;
}

static bool flags_are_legal(const struct smmu_features *f, const struct smmu_cd *cd, const struct smmu_config_cold *config)
{
	const bool one_half = config->world == SMMU_WORLD_EL2;
	const bool walks = one_half || !GET(EPD0) || !GET(EPD1);

	if (!GET(V) || !GET(AA64))
		return false;
	if (GET(S) && (config->s1_stalld || f->stall_model == STALL_TERMINATE_ONLY))
		return false;
	if (!GET(S) && f->stall_model == STALL_FORCED)
		return false;
	if (f->term_model && !GET(A))
		return false;
	if (walks && ((f->ttendian == 2 && GET(ENDI)) || (f->ttendian == 3 && !GET(ENDI))))
		return false;
	if ((GET(HA) || GET(HD)) && f->httu == 0)
		return false;
	if (GET(HD) && f->httu == 1)
		return false;
	return one_half || f->asid16 || GET(ASID) <= 0xffu;
}

bool smmu_i_cd_decode(const struct smmu_features *f, const struct smmu_cd *cd, struct smmu_config_cold *config)
{
	const bool one_half = config->world == SMMU_WORLD_EL2;
	struct smmu_stage1 *s1 = &config->s1;

	if (!flags_are_legal(f, cd, config))
		return false;
	*s1 = (struct smmu_stage1){
		.mair = cd->qword[SMMU_CD_MAIR0_WORD], .asid = one_half ? 0 : (uint16_t)GET(ASID),
		.output_bits = (uint8_t)min_unsigned(smmu_i_address_bits(GET(IPS)), f->oas_bits), .big_endian = FLAG(ENDI),
		.affd = FLAG(AFFD), .ha = FLAG(HA), .hd = GET(HD) && GET(HA), .wxn = FLAG(WXN), .pan = GET(PAN) && !one_half,
		.fault_abort = FLAG(A), .fault_record = FLAG(R), .fault_stall = FLAG(S),
	};
	config->aset = FLAG(ASET);
	return unpack_halves(f, cd, one_half, s1);
}
