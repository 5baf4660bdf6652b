/* SPDX-License-Identifier: Apache-2.0
 * Invalidations of a guest whose stage-1 tables translate under a stage-2 domain (type NESTED). The guest writes commands
 * into a queue of its own; the host hands them over here, where they are cut down to what concerns the guest alone.
 * Not here: the guest's registers and queues, its event queue. Proof: driver/test/test_guest.c. */
#ifndef SMMUV3_GUEST_H
#define SMMUV3_GUEST_H

#include "domain.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The guest's StreamIDs. Null hook: they are the SMMU's. The hook must not call the driver; false: no such stream. */
struct smmu_guest_streams {
	void *ctx;
	bool (*find)(void *ctx, uint32_t guest_sid, uint32_t *sid);
};

/* Run count commands of a guest on one SMMU where nested domains of parent (an S2 domain) are attached, then one CMD_SYNC;
 * returns when it was consumed. What happens to a command:
 *   TLBI_NH_ALL, _ASID, _VA, _VAA    the VMID becomes that of parent on this SMMU; the same again for a VMID that parent has left
 *                                    without the SMMU's confirming it; ranges go where the SMMU has none, refused where it
 *                                    would refuse them
 *   TLBI_NSNH_ALL                    TLBI_NH_ALL of that VMID
 *   CFGI_CD, CFGI_CD_ALL, ATC_INV    the StreamID goes through streams and must be attached to a nested domain of parent;
 *                                    an ATC_INV to a master without ATS is left out
 *   SYNC, PREFETCH_*                 left out
 *   anything else                    refused: CFGI_STE and CFGI_ALL mean that the host must look at the guest's STE and attach
 *                                    a new nested domain; RESUME and PRI_RESP go through smmu_dev_respond() and
 *                                    smmu_dev_page_respond()
 * ATC_INVs go last, after a SYNC of the rest, wherever the guest put them. Bits that a command does not define are dropped.
 * Commands before the first refused one are run; *done (may be null) is its index, or count. Errors: INVALID (null, other
 * context, parent not S2, an opcode or field the guest may not use), NOT_FOUND (a StreamID that is not the guest's), STATE
 * (SMMU off, or no nested domain of parent attached there), TIMEOUT, CMDQ, ENDPOINT. Serialised with attach and detach.
 * Blocks for 1 SYNC, plus 1 per 16 ATC_INVs. */
smmu_status smmu_guest_invalidate(struct smmu_domain *parent, struct smmu_dev *dev, const struct smmu_guest_streams *streams,
				  const struct smmu_cmd *cmds, size_t count, size_t *done);

#ifdef __cplusplus
}
#endif

#endif
