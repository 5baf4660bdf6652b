/* SPDX-License-Identifier: Apache-2.0
 * ATS of a master: when its device may keep translations, how they are taken back, what happens to a device that does not
 * answer. Not here: which domains must be invalidated in which ATC (tag.c, inv_atc.c). Proof: driver/test/test_ats.c. */
#ifndef SMMU_ATS_H
#define SMMU_ATS_H

#include "master_internal.h"
#include "smmuv3_arch.h"

/* The smallest aligned power of two of pages that holds [start, end), which is not empty: pages of 4 KiB, *size_log2 up to
 * SMMU_ATC_SIZE_ALL. Returns its address. Pure. */
uint64_t smmu_atc_span(uint64_t start, uint64_t end, unsigned *size_log2);

/* ---- attach lock held ---- */
/* May its STEs have EATS where they translate? */
bool smmu_ats_is_allowed(const struct smmu_master *master);
/* PASIDs on at the device. Its own status; nothing is on after a failure. */
smmu_status smmu_ats_pasid_on(struct smmu_master *master);
void smmu_ats_pasid_off(struct smmu_master *master);
/* Write the STEs and keep the device in step: one that loses EATS has stopped before, one that gets it starts after. Besides the
 * SYNCs of the STEs at most 2: ATC_INV, and the cut of a device that is silent. */
smmu_status smmu_ats_install_ste(struct smmu_master *master, const struct smmu_ste *target);
/* The entry of ssid (0: of the traffic without SubstreamID) has changed and the SMMU knows: so must the ATC. At most 2 SYNCs,
 * none without ATS. OK, ENDPOINT, TIMEOUT, CMDQ. */
smmu_status smmu_ats_forget(struct smmu_master *master, uint32_t ssid);
/* The SMMU runs, or is about to stop: switch all its devices. Page requests still open are answered at a stop. */
smmu_status smmu_ats_start_dev(struct smmu_dev *dev);
smmu_status smmu_ats_stop_dev(struct smmu_dev *dev);
/* attach.c: the STEs anew, from what is attached. */
smmu_status smmu_attach_rewrite_ste(struct smmu_master *master);

/* ---- from any thread; the master has an attachment, and the caller is a reader of its domain's array or has the attach lock ---- */
/* The device did not answer: no EATS in its STEs, CFGI_STE, SYNC. ENDPOINT when its SMMU has confirmed that nothing of it is
 * believed any more, OK when ATS went off meanwhile, else what the SMMU did. */
smmu_status smmu_ats_cut(struct smmu_master *master);

static inline bool smmu_ats_is_live(const struct smmu_master *master)
{
	return atomic_load(&master->atc_live);
}

#endif
