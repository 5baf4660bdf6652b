/* SPDX-License-Identifier: Apache-2.0
 * Can this domain live on that SMMU? One rule per reason, first failure wins; pure.
 * Not here: tags (they may be exhausted or too wide, which is not incompatibility). Proof: driver/test/test_compat.c,
 * test_guest.c. */
#include "domain_internal.h"
#include "ste.h"

static bool granule_is_there(uint8_t granule_log2, const struct smmu_features *f)
{
	return granule_log2 == 12 ? f->gran4k : granule_log2 == 14 ? f->gran16k : f->gran64k;
}

/* A guest's STE that translates: could the SMMU take it as it is? */
static bool guest_fits(const struct smmu_domain_config *config, const struct smmu_features *f)
{
	const struct smmu_ste ste = { { config->guest_ste[0], config->guest_ste[1] } };
	if (smmu_guest_config(config->guest_ste) != SMMU_STE_CONFIG_S1)
		return true;
	if (smmu_ste_get_S1CDMax(&ste) > f->ssid_bits || (smmu_ste_get_S1ContextPtr(&ste) >> f->ias_bits))
		return false;
	/* S1Fmt means nothing for a single CD. */
	if (smmu_ste_get_S1CDMax(&ste) && smmu_ste_get_S1Fmt(&ste) != SMMU_STE_S1FMT_LINEAR && !f->cd_2level)
		return false;
	return !smmu_ste_get_S1STALLD(&ste) || (f->stall && !f->stall_forced);
}

enum smmu_incompat smmu_domain_incompatibility(const struct smmu_domain_config *config, const struct smmu_features *f,
					       bool dev_coherent)
{
	const bool nested = config->type == SMMU_DOMAIN_NESTED;
	const bool stage1 = config->type == SMMU_DOMAIN_S1 || config->type == SMMU_DOMAIN_SVA || config->type == SMMU_DOMAIN_NESTED;
	const bool stage2 = config->type == SMMU_DOMAIN_S2 || config->type == SMMU_DOMAIN_NESTED;
	if (!stage1 && !stage2)
		return SMMU_COMPATIBLE;         /* identity and blocked need nothing but a stream table */
	if ((stage1 && !f->stage1) || (stage2 && !f->stage2))
		return SMMU_INCOMPAT_STAGE;
	if (nested && (f->errata & SMMU_ERRATUM_NO_NESTING))
		return SMMU_INCOMPAT_NESTING;
	if (nested) {
		if (!guest_fits(config, f))
			return SMMU_INCOMPAT_GUEST;
		config = &config->parent->config;       /* the tables are the parent's, and so are their sizes */
	}
	if (!f->aarch64 || !f->little_endian)
		return SMMU_INCOMPAT_FORMAT;
	if (!granule_is_there(config->granule_log2, f))
		return SMMU_INCOMPAT_GRANULE;
	/* Stage 1 takes 48-bit addresses everywhere, and no domain more; stage 2 input is bounded by the IPA size. */
	if (stage2 && config->ias_bits > f->ias_bits)
		return SMMU_INCOMPAT_IAS;
	if (config->oas_bits > f->oas_bits)
		return SMMU_INCOMPAT_OAS;
	if (!config->noncoherent_walk && !dev_coherent)
		return SMMU_INCOMPAT_COHERENCY;
	if (config->type == SMMU_DOMAIN_SVA && config->asid_bits > f->asid_bits)
		return SMMU_INCOMPAT_ASID;
	if (config->dirty_tracking && f->httu < 2)
		return SMMU_INCOMPAT_DIRTY;
	return SMMU_COMPATIBLE;
}

smmu_status smmu_domain_check(const struct smmu_domain *domain, const struct smmu_dev *dev, enum smmu_incompat *reason)
{
	enum smmu_incompat ignored;
	if (!domain || !dev)
		return SMMU_E_INVALID;
	if (!reason)
		reason = &ignored;
	*reason = smmu_domain_incompatibility(&domain->config, &dev->features, dev->coherent);
	return *reason == SMMU_COMPATIBLE ? SMMU_OK : SMMU_E_INCOMPATIBLE;
}
