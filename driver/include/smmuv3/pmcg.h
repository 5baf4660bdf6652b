/* SPDX-License-Identifier: Apache-2.0
 * Performance Monitor Counter Group: find it, give out counters, count, accumulate beyond the counter width.
 * Not here: what the events mean (the architecture's event list; SMMU_PMCG_EVENT_* below are 0..7).
 * Proof: driver/test/test_pmcg.c. */
#ifndef SMMUV3_PMCG_H
#define SMMUV3_PMCG_H

#include "sys.h"

#ifdef __cplusplus
extern "C" {
#endif

enum smmu_pmcg_event {
	SMMU_PMCG_CYCLE = 0,
	SMMU_PMCG_TRANSACTION = 1,
	SMMU_PMCG_TLB_MISS = 2,
	SMMU_PMCG_CONFIG_MISS = 3,
	SMMU_PMCG_TABLE_ACCESS = 4,
	SMMU_PMCG_CONFIG_ACCESS = 5,
	SMMU_PMCG_ATS_REQUEST = 6,
	SMMU_PMCG_ATS_TRANSLATED = 7,
};

struct smmu_pmcg_info {
	uint8_t counter_count;    /* NCTR + 1 */
	uint8_t width_bits;       /* 32, 36, 40, 44, 48 or 64 */
	bool relocated, msi, capture, shared_filter;
	uint64_t ceid[2];         /* bit n: event n can be counted (n < 128) */
};

/* Which streams count. SPAN covers the 2^span_log2 StreamIDs around sid (SMR = trailing ones below a zero). */
enum smmu_pmcg_filter_kind { SMMU_PMCG_ALL = 0, SMMU_PMCG_EXACT = 1, SMMU_PMCG_SPAN = 2 };
struct smmu_pmcg_filter {
	enum smmu_pmcg_filter_kind kind;
	uint32_t sid;
	uint8_t span_log2;        /* SPAN: 1..31 */
};

/* Read CFGR and CEID, stop and clear everything (CR.E = 0, counters and interrupts disabled, overflow cleared). port is
 * copied; page offsets are in the port's space; page1_offset is used only if CFGR.RELOC_CTRS. irq: enable the overflow
 * interrupt (the host then calls smmu_pmcg_handle_irq()). Errors: INVALID, NO_MEMORY, HARDWARE (a SIZE the architecture does
 * not have), TIMEOUT (IRQ_CTRLACK). */
smmu_status smmu_pmcg_probe(struct smmu_sys *sys, const struct smmu_port *port, uint32_t page0_offset, uint32_t page1_offset,
			    bool irq, struct smmu_pmcg **out);
/* Stop and forget. INVALID on null. TIMEOUT (IRQ_CTRLACK): it counts nothing any more but is kept, and the call may be repeated. */
smmu_status smmu_pmcg_remove(struct smmu_pmcg *pmcg);
const struct smmu_pmcg_info *smmu_pmcg_info(const struct smmu_pmcg *pmcg);

/* Give out a counter, stopped at 0. filter may be null (all streams). Errors: INVALID, UNSUPPORTED (event below 128 that
 * CEID does not list), RANGE (event above 65535, span_log2), NO_SPACE (all counters out), BUSY (one filter for all
 * counters and another one is in use: try again when it is free). */
smmu_status smmu_pmcg_alloc(struct smmu_pmcg *pmcg, uint32_t event, const struct smmu_pmcg_filter *filter, uint8_t *counter);
smmu_status smmu_pmcg_free(struct smmu_pmcg *pmcg, uint8_t counter);

/* Start continues from the accumulated value; stop freezes it. INVALID for a counter that is not given out. */
smmu_status smmu_pmcg_start(struct smmu_pmcg *pmcg, uint8_t counter);
smmu_status smmu_pmcg_stop(struct smmu_pmcg *pmcg, uint8_t counter);

/* 64-bit accumulated count, exact as long as a read or a handled interrupt comes at least once per wrap. Also while running. */
smmu_status smmu_pmcg_read(struct smmu_pmcg *pmcg, uint8_t counter, uint64_t *value);

/* Copy all counters at one instant (CAPR) and answer the accumulated value of each given-out counter in values[n], 0 for
 * others; count is the length of values. UNSUPPORTED without capture. */
smmu_status smmu_pmcg_capture(struct smmu_pmcg *pmcg, uint64_t *values, size_t count);

/* Overflow interrupt: accumulate and clear every overflow flag that is set. */
smmu_status smmu_pmcg_handle_irq(struct smmu_pmcg *pmcg);

#ifdef __cplusplus
}
#endif

#endif
