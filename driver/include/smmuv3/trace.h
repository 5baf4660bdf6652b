/* SPDX-License-Identifier: Apache-2.0
 * Numbers of the driver calls in trace records of kind DRIVER_CALL (detail = number, flags ENTRY at entry, data0 = status
 * at exit). Numbers are never reused. Not here: the record itself (arch/trace/smmuv3_trace.h). Proof: test_trace.c. */
#ifndef SMMUV3_TRACE_CALLS_H
#define SMMUV3_TRACE_CALLS_H

#ifdef __cplusplus
extern "C" {
#endif

enum smmu_call {
	SMMU_CALL_DEV_PROBE = 1,
	SMMU_CALL_DEV_ENABLE = 2,
	SMMU_CALL_DEV_DISABLE = 3,
	SMMU_CALL_DEV_REMOVE = 4,
	SMMU_CALL_DEV_SET_STREAM_DEFAULT = 5,
	SMMU_CALL_DEV_HANDLE_EVENTS = 6,
	SMMU_CALL_DEV_HANDLE_GERROR = 7,
	SMMU_CALL_DEV_RESUME = 8,
	SMMU_CALL_DEV_SUBMIT = 9,
	SMMU_CALL_DOMAIN_CREATE = 10,
	SMMU_CALL_DOMAIN_DESTROY = 11,
	SMMU_CALL_DOMAIN_MAP = 12,
	SMMU_CALL_DOMAIN_UNMAP = 13,
	SMMU_CALL_DOMAIN_SYNC = 14,
	SMMU_CALL_DOMAIN_FLUSH = 15,
	SMMU_CALL_MASTER_CREATE = 16,
	SMMU_CALL_MASTER_DESTROY = 17,
	SMMU_CALL_MASTER_ATTACH = 18,
	SMMU_CALL_MASTER_DETACH = 19,
	SMMU_CALL_MASTER_ATTACH_PASID = 20,
	SMMU_CALL_MASTER_DETACH_PASID = 21,
	SMMU_CALL_GROUP_ATTACH = 22,
	SMMU_CALL_GROUP_DETACH = 23,
	SMMU_CALL_PASID_ALLOC = 24,
	SMMU_CALL_PASID_FREE = 25,
	SMMU_CALL_SVA_BIND = 26,
	SMMU_CALL_SVA_UNBIND = 27,
	SMMU_CALL_SVA_INVALIDATE = 28,
	SMMU_CALL_SVA_MM_EXIT = 29,
	SMMU_CALL_DEV_RESPOND = 30,
	SMMU_CALL_LAST = 30
};

/* "master_attach" and so on; "?" for unknown numbers. */
const char *smmu_call_name(unsigned call);

#ifdef __cplusplus
}
#endif

#endif
