/* SPDX-License-Identifier: Apache-2.0
 * The driver context from the inside: allocation, host hooks, trace emission, the waiting loop.
 * Everything here is either a field of struct smmu_sys or a thin inline over a hook.
 * Not here: public entry points (sys.h). Proof: driver/test/test_pool.c, test_failure_atomicity.c. */
#ifndef SMMU_SYS_INTERNAL_H
#define SMMU_SYS_INTERNAL_H

#include <stdatomic.h>

#include "bits.h"
#include "ids.h"
#include "pool.h"
#include "smmuv3/sys.h"
#include "smmuv3/trace.h"
#include "smmuv3_trace.h"

struct smmu_sys {
	struct smmu_host host;
	struct smmu_dma_arena arena;
	struct smmu_pool dma, memory;
	struct smmu_lock pool_lock;
	struct smmu_lock attach_lock; /* serialises probe/remove, create/destroy of masters, attach and detach */
	struct smmu_ids shared_asids; /* tags of domains that want one tag everywhere; empty until there is such a domain */
	struct smmu_ids shared_vmids;
	struct smmu_ids pasids;       /* global PASIDs; empty until first asked for */
	struct smmu_domain *sva;      /* SVA domains, one per CPU address space */
	struct smmu_dev *devs;        /* list, in probe order reversed */
	uint32_t object_count;        /* devs, domains, masters, PMCGs */
	uint32_t next_dev_index;
	uint32_t poll_timeout_us, poll_step_max;
	uint64_t allocation_count;
	uint64_t fail_in;             /* test aid: 1 = the next allocation fails */
};

/* A block of the DMA arena. */
struct smmu_dma {
	void *virt;
	uint64_t pa;
	uint64_t size_bytes;
};

/* Zeroed block, naturally aligned (in PA for DMA). False: exhausted, nothing changed. */
bool smmu_dma_alloc(struct smmu_sys *sys, uint64_t size_bytes, struct smmu_dma *out);
void smmu_dma_free(struct smmu_sys *sys, struct smmu_dma *block); /* also clears *block; null virt is fine */
void *smmu_mem_alloc(struct smmu_sys *sys, size_t size_bytes);    /* null: exhausted */
void smmu_mem_free(struct smmu_sys *sys, void *block, size_t size_bytes);

/* A freestanding compiler has no <string.h>; it may still emit a call of memset. */
static inline void smmu_zero(void *at, size_t size_bytes)
{
	__builtin_memset(at, 0, size_bytes);
}

/* What a call of several steps answers. That a device was silent comes last: everything else about the call is done then. */
static inline smmu_status smmu_first_failure(smmu_status a, smmu_status b)
{
	return a == SMMU_OK || (a == SMMU_E_ENDPOINT && b != SMMU_OK) ? b : a;
}

/* Has every SMMU confirmed? A silent device is cut off by its SMMU, which has. */
static inline bool smmu_is_confirmed(smmu_status status)
{
	return status == SMMU_OK || status == SMMU_E_ENDPOINT;
}

static inline void *smmu_virt(const struct smmu_sys *sys, uint64_t pa)
{
	return (char *)sys->arena.virt + (pa - sys->arena.pa);
}

static inline uint64_t smmu_phys(const struct smmu_sys *sys, const void *virt)
{
	return sys->arena.pa + (uint64_t)((const char *)virt - (const char *)sys->arena.virt);
}

static inline void smmu_lock(struct smmu_sys *sys, struct smmu_lock *lock)
{
	if (sys->host.lock)
		sys->host.lock(sys->host.ctx, lock);
}

static inline void smmu_unlock(struct smmu_sys *sys, struct smmu_lock *lock)
{
	if (sys->host.unlock)
		sys->host.unlock(sys->host.ctx, lock);
}

static inline void smmu_publish(struct smmu_sys *sys)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (sys->host.publish)
		sys->host.publish(sys->host.ctx);
}

/* The weaker half: earlier stores before later ones. Enough where nothing is read afterwards that the order matters for. */
static inline void smmu_publish_stores(struct smmu_sys *sys)
{
	atomic_thread_fence(memory_order_release);
	if (sys->host.publish)
		sys->host.publish(sys->host.ctx);
}

static inline void smmu_consume(struct smmu_sys *sys)
{
	atomic_thread_fence(memory_order_acquire);
	if (sys->host.consume)
		sys->host.consume(sys->host.ctx);
}

static inline void smmu_clean(struct smmu_sys *sys, bool coherent, const void *virt, size_t size_bytes)
{
	if (!coherent && sys->host.clean)
		sys->host.clean(sys->host.ctx, virt, size_bytes);
}

/* Words another agent reads concurrently: single-copy atomic, order comes from smmu_publish(). */
static inline void smmu_store64(uint64_t *word, uint64_t value)
{
	atomic_store_explicit((_Atomic uint64_t *)word, value, memory_order_relaxed);
}

static inline uint64_t smmu_load64(const uint64_t *word)
{
	return atomic_load_explicit((const _Atomic uint64_t *)word, memory_order_relaxed);
}

/* ---- the one waiting loop: deadline in host time and a cap on rounds ---- */
struct smmu_wait {
	uint64_t start_us;
	uint32_t rounds;
};

static inline void smmu_wait_begin(struct smmu_sys *sys, struct smmu_wait *wait)
{
	wait->start_us = sys->host.now_us(sys->host.ctx);
	wait->rounds = 0;
}

/* One round of waiting for another thread, which takes steps of its own: no deadline, as for a lock. */
static inline void smmu_relax(struct smmu_sys *sys)
{
	if (sys->host.relax)
		sys->host.relax(sys->host.ctx);
}

/* Let time pass, with event until an SMMU sends one if the host can wait for that; false when it is over. */
static inline bool smmu_wait_more(struct smmu_sys *sys, struct smmu_wait *wait, bool event)
{
	if (++wait->rounds > sys->poll_step_max)
		return false;
	if (sys->host.now_us(sys->host.ctx) - wait->start_us > sys->poll_timeout_us)
		return false;
	if (event && sys->host.wait_event)
		sys->host.wait_event(sys->host.ctx);
	else
		smmu_relax(sys);
	return true;
}

/* ---- trace ---- */
void smmu_trace_store_slow(struct smmu_sys *sys, const uint64_t *word, uint64_t old_value, uint64_t new_value);
void smmu_trace_call_slow(struct smmu_sys *sys, unsigned call, bool entry, smmu_status status);
enum smmu_tag_event { SMMU_TAG_EVENT_ALLOCATED = 1, SMMU_TAG_EVENT_LIVE = 2, SMMU_TAG_EVENT_FLUSHED = 3, SMMU_TAG_EVENT_FREE = 4 };
void smmu_trace_tag(struct smmu_sys *sys, uint32_t tag, enum smmu_tag_event what);

static inline void smmu_trace_store(struct smmu_sys *sys, const uint64_t *word, uint64_t old_value, uint64_t new_value)
{
	if (sys->host.trace)
		smmu_trace_store_slow(sys, word, old_value, new_value);
}

static inline void smmu_call_enter(struct smmu_sys *sys, unsigned call)
{
	if (sys->host.trace)
		smmu_trace_call_slow(sys, call, true, SMMU_OK);
}

static inline smmu_status smmu_call_leave(struct smmu_sys *sys, unsigned call, smmu_status status)
{
	if (sys->host.trace)
		smmu_trace_call_slow(sys, call, false, status);
	return status;
}

/* Store one word of a structure an SMMU reads; the caller publishes. */
static inline void smmu_table_store(struct smmu_sys *sys, bool coherent, uint64_t *word, uint64_t value)
{
	smmu_trace_store(sys, word, *word, value);
	smmu_store64(word, value);
	smmu_clean(sys, coherent, word, sizeof *word);
}

#endif
