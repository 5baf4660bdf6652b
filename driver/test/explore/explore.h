/* SPDX-License-Identifier: Apache-2.0
 * Runs a few logical threads of the driver through every interleaving within a bound, one after the other, in one thread of the
 * machine. A point is an atomic operation, a register access, a lock or a step of an SMMU. By default a thread runs until it
 * waits, then the next one does; each departure from that costs one of `bound`:
 *   - another thread goes on at a point; the interrupted one is slow: it goes on when nobody else can, or for another departure
 *   - a relaxed or release store stays in its thread's store buffer, overtaken by later stores, until a fence, a releasing
 *     read-modify-write, a seq_cst store or the end of the thread lets it go, or nobody could go on without it
 *   - a store into DMA memory is not seen by SMMUs before its thread, or one that stored there later, calls the host's publish()
 * Loads happen in order; counters (relaxed read-modify-writes) are no points; plain stores are seen at once.
 * Not here: the driver's surroundings (world.h), the properties (test_explore*.c). Proof: test_explore.c, by mutants. */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore_mutants.h" /* written by mutants.lua */

#define EXPLORE_THREADS 6u

struct explore_thread {
	const char *name;
	void (*body)(void *arg);
	void *arg;
	/* Null: a thread that ends. Else a device, whose body does not return, and whether it has something to do. */
	bool (*ready)(void *arg);
};

struct explore_plan {
	struct explore_thread thread[EXPLORE_THREADS];
	unsigned thread_count;
	unsigned bound;                         /* departures per execution */
	unsigned mutant;                        /* MUTANT_*, on in the executions only */
	uint64_t step_max;                      /* points of one execution; more are a failure */
	void (*restore)(void);                  /* bring the state of the start back */
	void (*check)(void);                    /* when all threads that end have ended */
	bool (*skips)(const volatile void *at); /* atomics there are no points; null: none */
	void (*on_access)(const volatile void *at); /* sees every atomic access; null: nobody */
	const volatile void *dma;               /* what SMMUs read */
	size_t dma_bytes;
};

struct explore_result {
	uint64_t executions, points;
	bool failed;
	char message[4096];                     /* what is wrong and the last points of that execution */
};

/* Until a failure or the last interleaving. */
void explore_run(const struct explore_plan *plan, struct explore_result *result);

/* From inside an execution; outside they do nothing but the operation itself. */
void explore_fail(const char *what);            /* ends the execution */
void explore_point(const char *what, int line);
void explore_yield(void);                       /* the caller waits for somebody */
void explore_give_way(void);                    /* let the others go on, if they can */
void explore_wrote(void);                       /* something others may wait for has changed */
void explore_publish(void);                     /* the host's publish() */
void explore_release(void);                     /* everything stored so far is visible to other threads */
uint64_t explore_device_load(const volatile uint64_t *at); /* as an SMMU sees it; no point */

/* ---- what <stdatomic.h> becomes ---- */
enum explore_operation { EXPLORE_EXCHANGE, EXPLORE_ADD, EXPLORE_SUB, EXPLORE_AND, EXPLORE_OR, EXPLORE_XOR };
uint64_t explore_load(const volatile void *at, size_t size, const char *what, int line);
void explore_store(volatile void *at, size_t size, uint64_t value, int order, const char *what, int line);
uint64_t explore_rmw(volatile void *at, size_t size, enum explore_operation operation, uint64_t value, int order, const char *what,
		     int line);
bool explore_compare_exchange(volatile void *at, size_t size, void *expected, uint64_t value, int order, const char *what, int line);
void explore_fence(int order, const char *what, int line);

/* ---- mutants: mutants.lua writes copies of the product's sources that ask this ---- */
extern unsigned explore_mutant;                 /* that of the plan */
static inline bool explore_is(unsigned mutant)
{
	return explore_mutant == mutant;
}

#endif
