/* SPDX-License-Identifier: Apache-2.0
 * A port and a host for tests with real threads: registers are atomics, a thread of its own consumes the commands, locks spin.
 * Not here: caches, walks, errors but CERROR_ATC_INV_SYNC. Proof: test_threads.c, which fails when it loses or reorders a command. */
#ifndef THREAD_SMMU_H
#define THREAD_SMMU_H

#include <pthread.h>
#include <stdatomic.h>

#include "smmuv3/smmuv3.h"

#define THREAD_SMMUS 2
#define THREAD_RAM_PA UINT64_C(0x80000000)
#define THREAD_RAM_BYTES (4u << 20)
#define THREAD_MEMORY_BYTES (2u << 20)
#define THREAD_LOG_MAX 65536u

struct thread_smmu {
	struct thread_rig *rig;
	_Atomic uint32_t reg[0x10100 / 4];
	_Atomic uint32_t silent_sid;   /* its endpoint does not answer an ATC_INV; 0: all do */
	bool atc_pending;              /* an ATC_INV without an answer; the consumer's */
	_Atomic bool gone;             /* removed: accesses are counted */
	_Atomic uint32_t late_accesses;
	uint64_t log[THREAD_LOG_MAX];  /* first words of what was consumed; the consumer's, read it after thread_close() */
	size_t log_count;
};

struct thread_rig {
	struct smmu_sys *sys;
	struct smmu_dev *dev[THREAD_SMMUS];
	struct thread_smmu *smmu[THREAD_SMMUS];
	unsigned count;
	pthread_t consumer;
	_Atomic bool stop;
	void *ram, *memory;
};

/* Context, SMMUs probed with config and enabled, consumer running. */
void thread_open(struct thread_rig *rig, unsigned count, const struct smmu_dev_config *config);
/* Stop the consumer; the log can be read. */
void thread_halt(struct thread_rig *rig);
void thread_close(struct thread_rig *rig);

#endif
