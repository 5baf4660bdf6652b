/* SPDX-License-Identifier: Apache-2.0
 * Known defects of SMMU products, and what they take away. Proof: driver/test/test_errata.c. */
#include "smmuv3/errata.h"

#include "dev_internal.h"

#define ARM 0x43bu
#define MMU_600 0x483u
#define MMU_700 0x487u
#define REVISION(variant, revision) ((uint8_t)((variant) << 4 | (revision)))

static const struct smmu_erratum table[] = {
	{ "Arm 1076982", ARM, MMU_600, REVISION(0, 0), REVISION(0, 2), SMMU_ERRATUM_NO_SEV },
	{ "Arm 1209401", ARM, MMU_600, REVISION(0, 0), REVISION(1, 15), SMMU_ERRATUM_NO_NESTING },
	{ "Arm 2268618", ARM, MMU_700, REVISION(0, 0), REVISION(15, 15), SMMU_ERRATUM_NO_NESTING },
	{ "Arm 2812531", ARM, MMU_700, REVISION(0, 0), REVISION(15, 15), SMMU_ERRATUM_NO_BTM | SMMU_ERRATUM_SYNC_BATCH },
};

const struct smmu_erratum *smmu_errata_table(size_t *count)
{
	if (count)
		*count = SMMU_ARRAY_COUNT(table);
	return table;
}

static uint32_t collect(const struct smmu_features *features, const struct smmu_erratum *list, size_t count)
{
	const uint8_t revision = REVISION(features->variant, features->revision);
	uint32_t effects = 0;
	for (size_t i = 0; i < count; i++)
		if (list[i].implementer == features->implementer && list[i].product == features->product &&
		    revision >= list[i].first && revision <= list[i].last)
			effects |= list[i].effects;
	return effects;
}

void smmu_features_apply_errata(struct smmu_features *features, const struct smmu_erratum *extra, size_t extra_count)
{
	features->errata = collect(features, table, SMMU_ARRAY_COUNT(table)) | collect(features, extra, extra_count);
	if (features->errata & SMMU_ERRATUM_NO_SEV)
		features->sev = false;
	if (features->errata & SMMU_ERRATUM_NO_BTM)
		features->btm = false;
}
