/* SPDX-License-Identifier: Apache-2.0
 * Context descriptor builder (see cd.h). Proof: driver/test/test_cd.c. */
#include "cd.h"

uint8_t smmu_cd_ips(uint8_t oas_bits)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 52 };
	uint8_t ips = 0;
	while (ips < SMMU_CD_IPS_52BIT && bits[ips] < oas_bits)
		ips++;
	return ips;
}

void smmu_cd_make_s1(struct smmu_cd *cd, const struct smmu_features *features, const struct smmu_cd_s1 *s1)
{
	*cd = (struct smmu_cd){ { 0 } };
	smmu_cd_set_V(cd, 1);
	smmu_cd_set_AA64(cd, 1);
	smmu_cd_set_T0SZ(cd, 64u - s1->ias_bits);
	smmu_cd_set_TG0(cd, s1->granule_log2 == 16 ? SMMU_CD_TG0_64K : s1->granule_log2 == 14 ? SMMU_CD_TG0_16K : SMMU_CD_TG0_4K);
	smmu_cd_set_IR0(cd, s1->coherent ? SMMU_CD_IR0_WB_RA_WA : SMMU_CD_IR0_NC);
	smmu_cd_set_OR0(cd, s1->coherent ? SMMU_CD_OR0_WB_RA_WA : SMMU_CD_OR0_NC);
	smmu_cd_set_SH0(cd, s1->coherent ? SMMU_CD_SH0_ISH : SMMU_CD_SH0_OSH);
	smmu_cd_set_EPD1(cd, 1);
	smmu_cd_set_IPS(cd, smmu_cd_ips(s1->oas_bits));
	smmu_cd_set_HA(cd, s1->dirty);
	smmu_cd_set_HD(cd, s1->dirty);
	smmu_cd_set_R(cd, 1);
	smmu_cd_set_A(cd, 1);
	smmu_cd_set_S(cd, features->stall_forced || (features->stall && s1->can_stall));
	smmu_cd_set_ASET(cd, !s1->shared_asid);
	smmu_cd_set_ASID(cd, s1->asid);
	smmu_cd_set_TTB0(cd, s1->ttb0);
	const uint64_t mair = s1->mair ? s1->mair : SMMU_MAIR_VALUE;
	smmu_cd_set_MAIR0(cd, mair & UINT32_MAX);
	smmu_cd_set_MAIR1(cd, mair >> 32);
}

void smmu_cd_release(struct smmu_cd *cd, const struct smmu_features *features)
{
	smmu_cd_set_EPD0(cd, 1);
	smmu_cd_set_R(cd, 0);
	smmu_cd_set_S(cd, features->stall_forced);
	/* What nobody looks at with EPD0 = 1 is cleared. */
	smmu_cd_set_T0SZ(cd, 0);
	smmu_cd_set_TG0(cd, 0);
	smmu_cd_set_IR0(cd, 0);
	smmu_cd_set_OR0(cd, 0);
	smmu_cd_set_SH0(cd, 0);
	smmu_cd_set_TTB0(cd, 0);
}
