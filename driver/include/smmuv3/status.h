/* SPDX-License-Identifier: Apache-2.0
 * Every answer a driver call can give. Negative = refused or failed; the promise about side effects is part of the code.
 * Not here: which call gives which code (each prototype lists its own). Proof: driver/test/test_status.c. */
#ifndef SMMUV3_STATUS_H
#define SMMUV3_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Codes marked (pure) promise: no register was written, no command was sent, no table byte changed, no object changed.
 * The others say that hardware was already involved; the prototype tells what is left behind. */
typedef enum smmu_status {
	SMMU_OK = 0,
	SMMU_E_INVALID = -1,      /* (pure) an argument is null, unknown or contradicts another one */
	SMMU_E_ALIGN = -2,        /* (pure) an address or a size is not a multiple of the granule or of the entry */
	SMMU_E_RANGE = -3,        /* (pure) a value lies outside its range: IOVA, PA, StreamID, SSID, size, tag width */
	SMMU_E_OVERFLOW = -4,     /* (pure) address + size wraps, or a global PASID does not fit this master */
	SMMU_E_BUSY = -5,         /* (pure) in use: attached domain, occupied SSID or StreamID, shared filter taken */
	SMMU_E_EXISTS = -6,       /* (pure) exactly this is already there: mapping, attachment of the same domain */
	SMMU_E_NOT_FOUND = -7,    /* (pure) nothing is there: no mapping, no attachment, no such StreamID */
	SMMU_E_NO_MEMORY = -8,    /* (pure) an arena is exhausted or too fragmented for the block */
	SMMU_E_NO_SPACE = -9,     /* (pure) a number space is exhausted: ASIDs, counters, list entries */
	SMMU_E_UNSUPPORTED = -10, /* (pure) this SMMU, or this version of the core, cannot do it */
	SMMU_E_INCOMPATIBLE = -11, /* (pure) the domain cannot live on this SMMU; smmu_domain_check() names the reason */
	SMMU_E_STATE = -12,       /* (pure) wrong phase: SMMU not enabled, already enabled, already removed */
	SMMU_E_TIMEOUT = -13,     /* a register or CMD_SYNC did not answer before the deadline or the step cap */
	SMMU_E_CMDQ = -14,        /* the SMMU refused a command of this call: CERROR_ILL or a persistent CERROR_ABT */
	SMMU_E_HARDWARE = -15,    /* a register holds something the architecture forbids, or service failure mode */
	SMMU_E_ENDPOINT = -16,    /* a device did not answer an ATC invalidation and is in quarantine now; all others did */
} smmu_status;

/* One English sentence for a status, never null; unknown numbers give "unknown status". */
const char *smmu_status_text(smmu_status status);

/* The enumerator's own spelling, "SMMU_E_BUSY"; unknown numbers give "SMMU_E_?". */
const char *smmu_status_name(smmu_status status);

#ifdef __cplusplus
}
#endif

#endif
