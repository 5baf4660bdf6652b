/* SPDX-License-Identifier: Apache-2.0
 * A guest's invalidation commands, cut down to what is the guest's (see smmuv3/guest.h). Proof: driver/test/test_guest.c. */
#include "smmuv3/guest.h"

#include "domain_internal.h"

smmu_status smmu_guest_invalidate(struct smmu_domain *parent, struct smmu_dev *dev, const struct smmu_guest_streams *streams,
				  const struct smmu_cmd *cmds, size_t count, size_t *done)
{
	(void)streams;
	if (done)
		*done = 0;
	if (!parent || !dev || parent->sys != dev->sys || (!cmds && count) || parent->config.type != SMMU_DOMAIN_S2)
		return SMMU_E_INVALID;
	return SMMU_E_STATE;    /* no nested domain can be attached yet */
}
