/* SPDX-License-Identifier: Apache-2.0
 * Stands before the compiler's <stdatomic.h> when the driver is built for the explorer: every atomic operation becomes a call of
 * the scheduler, so that the product's sources need no hooks. The types stay the compiler's.
 * Not here: the language's own operators on _Atomic objects; they are plain accesses. Proof: test_explore.c finds its mutants. */
#ifndef EXPLORE_STDATOMIC_H
#define EXPLORE_STDATOMIC_H

#include_next <stdatomic.h>

#include "explore.h"

#undef atomic_init
#undef atomic_load
#undef atomic_load_explicit
#undef atomic_store
#undef atomic_store_explicit
#undef atomic_exchange
#undef atomic_exchange_explicit
#undef atomic_compare_exchange_strong
#undef atomic_compare_exchange_strong_explicit
#undef atomic_compare_exchange_weak
#undef atomic_compare_exchange_weak_explicit
#undef atomic_fetch_add
#undef atomic_fetch_add_explicit
#undef atomic_fetch_sub
#undef atomic_fetch_sub_explicit
#undef atomic_fetch_and
#undef atomic_fetch_and_explicit
#undef atomic_fetch_or
#undef atomic_fetch_or_explicit
#undef atomic_fetch_xor
#undef atomic_fetch_xor_explicit
#undef atomic_thread_fence

#define EXPLORE_VALUE_OF(p, value) ((__typeof__((void)0, *(p)))(value))
#define EXPLORE_HERE __func__, __LINE__

/* Nobody else knows the object yet. */
#define atomic_init(p, value) ((void)(*(p) = (value)))
#define atomic_load_explicit(p, order) EXPLORE_VALUE_OF(p, explore_load((const volatile void *)(p), sizeof *(p), EXPLORE_HERE))
#define atomic_store_explicit(p, value, order) \
	explore_store((volatile void *)(p), sizeof *(p), (uint64_t)(value), (order), EXPLORE_HERE)
#define EXPLORE_RMW(p, what, value, order) \
	(__extension__({ \
		const uint64_t explore_old = explore_rmw((volatile void *)(p), sizeof *(p), (what), (uint64_t)(value), (order), EXPLORE_HERE); \
		EXPLORE_VALUE_OF(p, explore_old); \
	}))
#define atomic_exchange_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_EXCHANGE, value, order)
#define atomic_fetch_add_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_ADD, value, order)
#define atomic_fetch_sub_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_SUB, value, order)
#define atomic_fetch_and_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_AND, value, order)
#define atomic_fetch_or_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_OR, value, order)
#define atomic_fetch_xor_explicit(p, value, order) EXPLORE_RMW(p, EXPLORE_XOR, value, order)
#define atomic_compare_exchange_strong_explicit(p, expected, value, order, failure_order) \
	explore_compare_exchange((volatile void *)(p), sizeof *(p), (expected), (uint64_t)(value), (order), EXPLORE_HERE)
#define atomic_compare_exchange_weak_explicit atomic_compare_exchange_strong_explicit

#define atomic_load(p) atomic_load_explicit(p, memory_order_seq_cst)
#define atomic_store(p, value) atomic_store_explicit(p, value, memory_order_seq_cst)
#define atomic_exchange(p, value) atomic_exchange_explicit(p, value, memory_order_seq_cst)
#define atomic_fetch_add(p, value) atomic_fetch_add_explicit(p, value, memory_order_seq_cst)
#define atomic_fetch_sub(p, value) atomic_fetch_sub_explicit(p, value, memory_order_seq_cst)
#define atomic_fetch_and(p, value) atomic_fetch_and_explicit(p, value, memory_order_seq_cst)
#define atomic_fetch_or(p, value) atomic_fetch_or_explicit(p, value, memory_order_seq_cst)
#define atomic_fetch_xor(p, value) atomic_fetch_xor_explicit(p, value, memory_order_seq_cst)
#define atomic_compare_exchange_strong(p, expected, value) \
	atomic_compare_exchange_strong_explicit(p, expected, value, memory_order_seq_cst, memory_order_seq_cst)
#define atomic_compare_exchange_weak atomic_compare_exchange_strong
#define atomic_thread_fence(order) explore_fence(order, EXPLORE_HERE)

#endif
