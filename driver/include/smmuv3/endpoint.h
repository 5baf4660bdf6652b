/* SPDX-License-Identifier: Apache-2.0
 * What the host lets the core do to the device behind a master: switch its PASID, ATS and PRI capabilities. The core knows
 * when (STE.EATS before the device, the device before STE.EATS on the way back); the host knows how.
 * Not here: page requests (pri.h), the entries (master.h). Proof: driver/test/test_ats.c watches the order on a fake endpoint. */
#ifndef SMMUV3_ENDPOINT_H
#define SMMUV3_ENDPOINT_H

#include "status.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All hooks are optional: a null one means that there is nothing to do (the host switches the capability itself, or it is
 * always on). They run with the attach lock held, may wait for their device, and must not call the driver. A disable hook
 * returns when the device has stopped using the capability: no request of that kind is on its way any more. Order:
 * PASID on (smmu_master_create), ATS on, PRI on; PRI off, ATS off, PASID off (smmu_master_destroy). */
struct smmu_endpoint {
	void *ctx;
	/* SubstreamIDs of ssid_bits bits. A failure of enable fails smmu_master_create() with that status. */
	smmu_status (*enable_pasid)(void *ctx, uint8_t ssid_bits);
	void (*disable_pasid)(void *ctx);
	/* stu_log2: smallest translation unit the SMMU answers, as log2 of bytes (12, 14 or 16). The ATC is empty when enable
	 * returns. A failure leaves the master without ATS, it translates all the same. */
	smmu_status (*enable_ats)(void *ctx, uint8_t stu_log2);
	void (*disable_ats)(void *ctx);
	/* Page requests; only with ATS. A failure leaves the master without them. */
	smmu_status (*enable_pri)(void *ctx);
	void (*disable_pri)(void *ctx);
	/* The device wants the PASID also in responses the SMMU makes up itself when the PRI queue is full (STE.PPAR). */
	bool response_needs_pasid;
};

#ifdef __cplusplus
}
#endif

#endif
