/* SPDX-License-Identifier: Apache-2.0
 * libtandem: run an SMMUv3 driver written in C against any SMMUv3 implementation Tandem has, without SystemC headers.
 * Not here: Lua scenarios, reports (the tandem command). Proof: tb/tests/test_libtandem_tlm, _rtl; docs/c-api.md.
 *
 * Threads: one host thread at a time; every call may advance simulated time and returns when its work is done.
 * One platform per process: SystemC has one kernel. Units: bytes, nanoseconds of simulated time. */
#ifndef TANDEM_TANDEM_H
#define TANDEM_TANDEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tandem tandem; /* one platform: RAM, N SMMUs, masters */

typedef struct {              /* one transaction of a master */
	uint32_t sid;         /* StreamID; any value, also one no master of the platform has */
	uint32_t ssid;        /* SubstreamID (PASID), used only if ssid_valid */
	bool ssid_valid;
	uint64_t iova;
	void *data;           /* source of a write, destination of a read; stays valid while STALLED */
	uint32_t size_bytes;  /* 1 or more, any alignment; split at 4 KiB like a bus master would */
	bool write, instruction, privileged;
	bool translated;      /* ATS-translated access */
} tandem_txn;

typedef enum {
	TANDEM_TXN_OK = 0,
	TANDEM_TXN_ABORT = 1,
	TANDEM_TXN_STALLED = 2,
	TANDEM_TXN_TIMEOUT = 3,
} tandem_txn_status;

#define TANDEM_IRQ_EVENTQ 0x01u
#define TANDEM_IRQ_PRIQ 0x02u
#define TANDEM_IRQ_GERROR 0x04u
#define TANDEM_IRQ_CMD_SYNC 0x08u
#define TANDEM_IRQ_PMCG 0x10u

/* Opens the platform described by a Lua file, or with NULL the default one: one SMMU with every feature the backend
 * has, 256 MiB RAM at 0x80000000, SIDSIZE 16, SSIDSIZE 10, queues up to 2^10 entries, PMCG page at offset 0x20000
 * (counters at 0x30000). backend: "tlm" or "rtl"; an SMMU of the file may name its own.
 * Returns NULL and one sentence in err (if err_size is not 0) on failure; a second open in one process fails. */
tandem *tandem_open(const char *platform_lua, const char *backend, char *err, size_t err_size);
void tandem_close(tandem *t);

/* Cold reset of every SMMU; RAM keeps its bytes; stalled transactions end with an abort. */
void tandem_reset(tandem *t);

int tandem_smmu_count(const tandem *t);

/* Register accesses; offset within the SMMU's frame (0 .. 0x3ffff), aligned to the access size. Every access advances
 * simulated time. smmu out of range or offset outside the frame: reads 0, writes are ignored. */
uint32_t tandem_mmio_read32(tandem *t, int smmu, uint32_t offset);
void tandem_mmio_write32(tandem *t, int smmu, uint32_t offset, uint32_t value);
uint64_t tandem_mmio_read64(tandem *t, int smmu, uint32_t offset);
void tandem_mmio_write64(tandem *t, int smmu, uint32_t offset, uint64_t value);

/* Host view of the whole RAM; what is stored here is seen by the SMMUs at once and the other way round. */
void *tandem_ram(tandem *t, uint64_t *base_pa, size_t *size_bytes);

/* One transaction through the SMMU, blocking in simulated time. STALLED (a fault waits for CMD_RESUME) sets *ticket,
 * which may be NULL if the caller does not want to poll. */
tandem_txn_status tandem_access(tandem *t, int smmu, const tandem_txn *txn, uint64_t *ticket);

/* State of a stalled transaction: STALLED while parked; after CMD_RESUME its outcome, once; an unknown or already
 * answered ticket gives TIMEOUT. */
tandem_txn_status tandem_poll(tandem *t, uint64_t ticket);

/* TANDEM_IRQ_* bits of the wired interrupts that pulsed since the last call. */
unsigned tandem_take_irqs(tandem *t, int smmu);

/* Called at the edge, inside a tandem_* call of the owner thread; must not call tandem_* itself. NULL removes it. */
typedef void (*tandem_irq_fn)(void *arg, int smmu, unsigned irq);
void tandem_on_irq(tandem *t, tandem_irq_fn fn, void *arg);

void tandem_run_ns(tandem *t, uint64_t ns); /* let simulated time pass */
uint64_t tandem_now_ns(const tandem *t);

/* JSON: backend name, features, limits. Valid until tandem_close. */
const char *tandem_caps(const tandem *t, int smmu);

#ifdef __cplusplus
}
#endif

#endif
