/* SPDX-License-Identifier: Apache-2.0
 * Stream table entry builders (see ste.h). Proof: driver/test/test_ste.c. */
#include "ste.h"

#include "cd.h"

void smmu_ste_make_abort(struct smmu_ste *ste)
{
	*ste = (struct smmu_ste){ { 0 } };
	smmu_ste_set_V(ste, 1);
	smmu_ste_set_Config(ste, SMMU_STE_CONFIG_ABORT);
}

/* SHCFG is RES0 without the override, which then behaves as "use incoming". */
static void set_incoming_shareability(struct smmu_ste *ste, const struct smmu_features *features)
{
	if (features->attr_types_override)
		smmu_ste_set_SHCFG(ste, SMMU_STE_SHCFG_INCOMING);
}

void smmu_ste_make_bypass(struct smmu_ste *ste, const struct smmu_features *features)
{
	*ste = (struct smmu_ste){ { 0 } };
	smmu_ste_set_V(ste, 1);
	smmu_ste_set_Config(ste, SMMU_STE_CONFIG_BYPASS);
	set_incoming_shareability(ste, features);
}

void smmu_ste_make_s1(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s1 *s1)
{
	*ste = (struct smmu_ste){ { 0 } };
	smmu_ste_set_V(ste, 1);
	smmu_ste_set_Config(ste, SMMU_STE_CONFIG_S1);
	smmu_ste_set_S1Fmt(ste, s1->two_level ? SMMU_STE_S1FMT_64K_L2 : SMMU_STE_S1FMT_LINEAR);
	smmu_ste_set_S1ContextPtr(ste, s1->cd_table);
	smmu_ste_set_S1CDMax(ste, s1->ssid_bits);
	smmu_ste_set_S1DSS(ste, s1->s1dss);
	smmu_ste_set_S1CIR(ste, s1->coherent ? SMMU_STE_S1CIR_WB_RA : SMMU_STE_S1CIR_NC);
	smmu_ste_set_S1COR(ste, s1->coherent ? SMMU_STE_S1COR_WB_RA : SMMU_STE_S1COR_NC);
	smmu_ste_set_S1CSH(ste, s1->coherent ? SMMU_STE_S1CSH_ISH : SMMU_STE_S1CSH_OSH);
	smmu_ste_set_STRW(ste, s1->el2 ? SMMU_STE_STRW_EL2 : SMMU_STE_STRW_NSEL1);
	/* S1STALLD is only legal where software may choose between stall and terminate. */
	smmu_ste_set_S1STALLD(ste, features->stall && !features->stall_forced && !s1->can_stall);
	smmu_ste_set_EATS(ste, s1->ats ? SMMU_STE_EATS_FULL : SMMU_STE_EATS_NONE);
	smmu_ste_set_PPAR(ste, s1->ppar);
	/* Accesses that skip stage 1 keep their shareability. */
	if (s1->s1dss == SMMU_STE_S1DSS_BYPASS)
		set_incoming_shareability(ste, features);
}

void smmu_ste_make_s2(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s2 *s2)
{
	static const uint8_t tg[3] = { SMMU_STE_S2TG_4K, SMMU_STE_S2TG_16K, SMMU_STE_S2TG_64K };
	/* S2SL0 counts from the deepest start level of the granule: 2 with 4 KiB, else 3. */
	const unsigned deepest = s2->granule_log2 == 12 ? 2u : 3u;
	*ste = (struct smmu_ste){ { 0 } };
	smmu_ste_set_V(ste, 1);
	smmu_ste_set_Config(ste, SMMU_STE_CONFIG_S2);
	set_incoming_shareability(ste, features);
	smmu_ste_set_S2VMID(ste, s2->vmid);
	smmu_ste_set_S2T0SZ(ste, 64u - s2->ias_bits);
	smmu_ste_set_S2SL0(ste, deepest - s2->start_level);
	smmu_ste_set_S2IR0(ste, s2->coherent ? SMMU_STE_S2IR0_WB_RA_WA : SMMU_STE_S2IR0_NC);
	smmu_ste_set_S2OR0(ste, s2->coherent ? SMMU_STE_S2OR0_WB_RA_WA : SMMU_STE_S2OR0_NC);
	smmu_ste_set_S2SH0(ste, s2->coherent ? SMMU_STE_S2SH0_ISH : SMMU_STE_S2SH0_OSH);
	smmu_ste_set_S2TG(ste, tg[(s2->granule_log2 - 12u) / 2u]);
	smmu_ste_set_S2PS(ste, smmu_cd_ips(s2->oas_bits));      /* the same encoding */
	smmu_ste_set_S2AA64(ste, 1);
	smmu_ste_set_S2HA(ste, s2->dirty);
	smmu_ste_set_S2HD(ste, s2->dirty);
	smmu_ste_set_S2R(ste, 1);
	smmu_ste_set_S2S(ste, features->stall_forced || (features->stall && s2->can_stall));
	smmu_ste_set_EATS(ste, s2->ats && !smmu_ste_get_S2S(ste) ? SMMU_STE_EATS_FULL : SMMU_STE_EATS_NONE);
	smmu_ste_set_S2TTB(ste, s2->ttb);
}

void smmu_ste_make_nested(struct smmu_ste *ste, const struct smmu_features *features, const struct smmu_ste_s2 *s2,
			  const uint64_t guest_ste[2])
{
	const struct smmu_ste guest = { { guest_ste[0], guest_ste[1] } };
	const unsigned config = smmu_guest_config(guest_ste);
	struct smmu_ste_s2 stage2 = *s2;
	if (config == SMMU_STE_CONFIG_ABORT) {
		smmu_ste_make_abort(ste);
		return;
	}
	stage2.ats = s2->ats && config == SMMU_STE_CONFIG_S1 && smmu_ste_get_EATS(&guest) == SMMU_STE_EATS_FULL;
	smmu_ste_make_s2(ste, features, &stage2);
	if (config != SMMU_STE_CONFIG_S1)
		return;
	smmu_ste_set_Config(ste, SMMU_STE_CONFIG_NESTED);
	ste->qword[0] |= guest.qword[0] & (SMMU_STE_S1Fmt_MASK | SMMU_STE_S1ContextPtr_MASK | SMMU_STE_S1CDMax_MASK);
	ste->qword[1] |= guest.qword[1] & (SMMU_STE_S1DSS_MASK | SMMU_STE_S1CIR_MASK | SMMU_STE_S1COR_MASK | SMMU_STE_S1CSH_MASK |
					   SMMU_STE_S1STALLD_MASK);
	/* The CDs are the guest's, so this alone keeps a device that must not stall from it. */
	if (features->stall && !features->stall_forced && !s2->can_stall)
		smmu_ste_set_S1STALLD(ste, 1);
}
