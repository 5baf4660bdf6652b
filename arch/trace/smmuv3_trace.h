/* SPDX-License-Identifier: Apache-2.0
 * The one trace schema: what an SMMU implementation, the driver and the bench report about a run.
 * Every record is 64 bytes, plain data, no pointers, so it can be buffered, written and compared.
 * Not here: formats and sinks (tb/trace). Freestanding C11 and C++17. Proof: tb/tests/test_trace.
 *
 * A producer tests `sink != 0` and calls emit(); without a subscriber the cost is one compare. emit() must not
 * block, call wait() or call back into the producer. */
#ifndef SMMUV3_TRACE_H
#define SMMUV3_TRACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum smmu_trace_kind {
	SMMU_TRACE_MMIO_READ = 1,     /* addr = frame offset, data0 = value, size = bytes */
	SMMU_TRACE_MMIO_WRITE = 2,    /* same */
	SMMU_TRACE_COMMAND = 3,       /* consumed: addr = queue index with wrap, data0/data1 = the 16 bytes */
	SMMU_TRACE_CMDQ_ERROR = 4,    /* addr = queue index with wrap, data0 = CMDQ_CONS.ERR code */
	SMMU_TRACE_CONFIG_FETCH = 5,  /* addr = PA, detail = access class, data0 = first word read, data1 = 1 if aborted, sid, ssid */
	SMMU_TRACE_WALK_STEP = 6,     /* addr = PA of the descriptor, data0 = descriptor, data1 = 1 if aborted, detail = stage << 8 | level */
	SMMU_TRACE_TLB_FILL = 7,      /* addr = IOVA, data0 = PA, data1 = asid | vmid << 16, size = log2 of bytes mapped */
	SMMU_TRACE_TLB_HIT = 8,       /* addr = IOVA, data0 = PA */
	SMMU_TRACE_TLB_INVALIDATE = 9, /* data0/data1 = command that caused it, addr = entries dropped */
	SMMU_TRACE_TXN_BEGIN = 10,    /* addr = IOVA, size = bytes, flags; data2 = TBU; data1 = 1 if it ended with a translation before and gave
	                               * it up: it is translated anew, and no new transaction */
	SMMU_TRACE_TXN_END = 11,      /* addr = IOVA, data0 = PA if translated, detail = enum smmu_trace_txn_result, data2 = TBU */
	SMMU_TRACE_EVENT = 12,        /* record written: addr = queue index with wrap, data0..data3 = the 32 bytes */
	SMMU_TRACE_EVENT_LOST = 13,   /* dropped: data0..data3 = the 32 bytes that were not written */
	SMMU_TRACE_PRI = 14,          /* data0/data1 = the 16 bytes */
	SMMU_TRACE_IRQ = 15,          /* detail = 0 EVENTQ, 1 PRIQ, 2 GERROR, 3 CMD_SYNC, 4 PMCG */
	SMMU_TRACE_MSI = 16,          /* addr = PA, data0 = payload, data1 = 1 if aborted */
	SMMU_TRACE_PMCG = 17,         /* data0 = counter, data1 = value at overflow or capture */
	SMMU_TRACE_DRIVER_CALL = 18,  /* detail = call number of the driver API, flags ENTRY at its start, data0 = status at its end */
	SMMU_TRACE_TABLE_STORE = 19,  /* CPU store to STE, CD, L1 or translation table: addr = PA, data0 = old, data1 = new */
	SMMU_TRACE_TAG = 20,          /* ASID or VMID life-cycle: data0 = tag, detail = 1 allocated, 2 live, 3 flushed, 4 free */
	SMMU_TRACE_STEP = 21,         /* scenario step begins: data0 = step number */
	SMMU_TRACE_ACCESS = 22,       /* a master's whole access: addr = IOVA, flags with ENTRY at its start; detail = number of the SMMU
	                               * at the start, enum smmu_trace_txn_result at the end; data0 = bytes, data2 = TBU, data3 joins both */
	SMMU_TRACE_CPU = 23,          /* a CPU thread starts: data0..data3 = its name, cut to 31 bytes, zero at the end */
	SMMU_TRACE_MESSAGE = 24,      /* between an SMMU and an endpoint, as the endpoint has it: detail = number of the SMMU, sid, ssid, flags,
	                               * addr, data0 = enum smmu_trace_message; data1, data2 as it says */
	SMMU_TRACE_SECURE_COMMAND = 25, /* consumed from the secure command queue: as COMMAND */
};

enum smmu_trace_message {
	SMMU_TRACE_ATC_INVALIDATE = 0, /* data1 = log2 of the span, data2 = tag */
	SMMU_TRACE_ATC_COMPLETED = 1, /* data2 = tag */
	SMMU_TRACE_PAGE_REQUEST = 2,  /* data1 = 1 if it is the last of its group, data2 = group */
	SMMU_TRACE_PAGE_RESPONSE = 3, /* data1 = response code of PCIe, data2 = group */
};

enum smmu_trace_txn_result {
	SMMU_TRACE_TXN_OK = 0,
	SMMU_TRACE_TXN_ABORTED = 1,
	SMMU_TRACE_TXN_RAZ_WI = 2,
	SMMU_TRACE_TXN_STALLED = 3,
};

#define SMMU_TRACE_FLAG_WRITE 0x01u
#define SMMU_TRACE_FLAG_SSV 0x02u
#define SMMU_TRACE_FLAG_PRIVILEGED 0x04u
#define SMMU_TRACE_FLAG_INSTRUCTION 0x08u
#define SMMU_TRACE_FLAG_ENTRY 0x10u

struct smmu_trace_record {
	uint64_t time_ps;    /* simulated time; 0 where the producer has no clock, the sink stamps it */
	uint16_t kind;       /* enum smmu_trace_kind */
	uint16_t source;     /* number of the SMMU in the platform, 0xffff for CPU, driver and bench; the sink stamps it */
	uint32_t sid;        /* StreamID. Of MMIO accesses, driver calls, stores, tags, steps and CPU: number of the CPU thread from 1,
	                      * 0 where it is not known; the sink stamps it */
	uint32_t ssid;
	uint16_t detail;
	uint8_t size;
	uint8_t flags;
	uint64_t addr;
	uint64_t data[4];
};

struct smmu_trace_sink {
	void *ctx;
	void (*emit)(void *ctx, const struct smmu_trace_record *record);
};

#ifdef __cplusplus
}
#endif

#endif
