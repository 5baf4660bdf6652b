/* SPDX-License-Identifier: Apache-2.0
 * The CD table of a master: one 64-byte CD without SSIDs, else a linear table of 1 << ssid_bits CDs.
 * It is born zeroed (every CD has V = 0) and stays until the master goes.
 * Not here: what the CDs say (cd.c), in which order STE and CD change (master.c). Proof: driver/test/test_pasid.c. */
#include "master_internal.h"

static size_t pasids_bytes(const struct smmu_master *master)
{
	return sizeof(struct smmu_domain *) << master->ssid_bits;
}

bool smmu_cdtable_ensure(struct smmu_master *master, bool *fresh)
{
	struct smmu_sys *const sys = master->sys;
	struct smmu_dma table;
	*fresh = false;
	if (master->cd_table.virt)
		return true;
	if (!smmu_dma_alloc(sys, sizeof(struct smmu_cd) << master->ssid_bits, &table))
		return false;
	if (master->ssid_bits > 0) {
		master->pasids = smmu_mem_alloc(sys, pasids_bytes(master));
		if (!master->pasids) {
			smmu_dma_free(sys, &table);
			return false;
		}
	}
	smmu_clean(sys, master->dev->coherent, table.virt, (size_t)table.size_bytes);
	master->cd_table = table;
	*fresh = true;
	return true;
}

void smmu_cdtable_free(struct smmu_master *master)
{
	if (!master->cd_table.virt)
		return;
	smmu_mem_free(master->sys, master->pasids, pasids_bytes(master));
	master->pasids = NULL;
	smmu_dma_free(master->sys, &master->cd_table);
}

struct smmu_cd *smmu_cdtable_cd(struct smmu_master *master, uint32_t ssid)
{
	return (struct smmu_cd *)master->cd_table.virt + ssid;
}

smmu_status smmu_cdtable_write(struct smmu_master *master, uint32_t ssid, const struct smmu_cd *target, bool live)
{
	struct smmu_cd *const cd = smmu_cdtable_cd(master, ssid);
	if (live)
		return smmu_cd_install(master->dev, master->sids, master->sid_count, ssid, cd, target);
	for (size_t i = 0; i < SMMU_ARRAY_COUNT(cd->qword); i++)
		if (cd->qword[i] != target->qword[i])
			smmu_table_store(master->sys, master->dev->coherent, &cd->qword[i], target->qword[i]);
	smmu_publish(master->sys);
	return SMMU_OK;
}
