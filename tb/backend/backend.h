/* SPDX-License-Identifier: Apache-2.0
 * What a platform needs of one SMMU, whatever is behind it: a SystemC model, a Verilated block, later a foreign process.
 * Plain C, a table of functions, so that a backend can be written without SystemC.
 * Not here: how it is made (backend_registry.h), the SystemC implementation (module_backend.h), PRI messages.
 * Proof: tb/tests/test_platform.cpp drives every backend through this table.
 *
 * Threads: all calls come from one kernel thread. mmio_read, mmio_write and drain come from a simulation thread that may
 * be blocked; so does submit, which must not block unless submit_completes is set; the rest must neither block nor let
 * time pass. */
#ifndef TANDEM_BACKEND_H
#define TANDEM_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smmu_trace_sink;

#ifdef __cplusplus
extern "C" {
#endif

enum tandem_ats_kind { TANDEM_ATS_UNTRANSLATED, TANDEM_ATS_REQUEST, TANDEM_ATS_TRANSLATED };
enum tandem_ats_status { TANDEM_ATS_SUCCESS, TANDEM_ATS_UR, TANDEM_ATS_CA };

enum tandem_backend_outcome {
	TANDEM_OUTCOME_OK,
	TANDEM_OUTCOME_ABORT,         /* refused by the SMMU */
	TANDEM_OUTCOME_MEMORY_ERROR,  /* refused by the memory behind it */
};

/* One client transaction on its way. The caller owns the struct and the data until done() was called. */
struct tandem_backend_txn {
	/* request */
	uint32_t tbu;
	uint32_t sid, ssid;
	bool ssid_valid, write, instruction, privileged, ats_no_write;
	enum tandem_ats_kind ats;
	uint64_t iova;
	uint8_t *data;
	uint32_t size_bytes;

	/* How the caller hears of it. stalled and resumed may be null; none of them may block. done comes exactly once. */
	void *caller;
	void (*done)(struct tandem_backend_txn *txn);
	void (*stalled)(struct tandem_backend_txn *txn, uint16_t stag);
	void (*resumed)(struct tandem_backend_txn *txn);

	/* answer, valid in done() */
	enum tandem_backend_outcome outcome;
	bool raz_wi;
	uint64_t delay_ps;            /* time that has still to pass before the answer counts as arrived */
	enum tandem_ats_status ats_status;
	bool ats_read, ats_write, ats_execute;
	uint8_t ats_size_log2;
	uint64_t ats_address;

	struct tandem_backend_txn *next; /* for the backend's queues */
};

/* Broadcast TLB maintenance as a PE sends it; kinds in the order of smmu_tlm::BroadcastTlbi. */
struct tandem_broadcast_tlbi {
	uint8_t kind;
	bool leaf;
	uint16_t vmid, asid;
	uint64_t address;
};

/* Counted beside the PMCG; cleared by reset. */
struct tandem_backend_stats {
	uint64_t commands, syncs, transactions, translations, tlb_hits, tlb_misses, config_misses;
	uint64_t table_walk_accesses, config_accesses, events_recorded, aborts;
};

typedef void (*tandem_backend_irq_fn)(void *ctx, unsigned irq); /* irq numbers of smmu_tlm::Irq, one call per edge */

struct tandem_backend_ops {
	/* offset is one of smmu_tlm/smmu_module.h: pages of the SMMU, of its PMCG, and with the feature PMCG_TBU of a PMCG per TBU. bytes is 4 or 8; *delay_ps returns time that the caller has still to let pass. */
	uint64_t (*mmio_read)(void *self, uint32_t offset, unsigned bytes, uint64_t *delay_ps);
	void (*mmio_write)(void *self, uint32_t offset, unsigned bytes, uint64_t value, uint64_t *delay_ps);
	void (*submit)(void *self, struct tandem_backend_txn *txn);
	void (*broadcast_tlbi)(void *self, const struct tandem_broadcast_tlbi *tlbi);
	void (*on_irq)(void *self, tandem_backend_irq_fn fn, void *ctx);
	void (*set_trace)(void *self, struct smmu_trace_sink *sink);
	void (*reset)(void *self);                              /* cold, in zero time; parked transactions end with an abort */
	bool (*idle)(void *self);
	bool (*drain)(void *self, uint64_t timeout_ps);         /* waits until idle; false on time-out */
	void (*stats)(void *self, struct tandem_backend_stats *out);
	/* Text; valid until the next call of the same function. */
	const char *(*caps_json)(void *self);
	const char *(*busy_report)(void *self);                 /* empty when idle */
};

struct tandem_backend {
	void *self;
	const struct tandem_backend_ops *ops;
	bool submit_completes; /* submit always calls done() before it returns, and may block the calling thread until then */
};

#ifdef __cplusplus
}
#endif

#endif
