/* SPDX-License-Identifier: Apache-2.0
 * Real threads on one domain: each maps, looks up and unmaps its own pages, which lie in the same tables as everybody else's,
 * so that tables are made, die, are taken back and are freed under the others; and parts of one block are unmapped by all at
 * once. Every thread finds exactly what it mapped; in the end only the root is left. Built for the thread sanitizer. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "smmuv3/smmuv3.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define THREADS 4u
#define ROUNDS 2000u
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define DMA_BYTES (4u << 20)
#define MEMORY_BYTES (1u << 20)

static struct smmu_sys *sys;
static struct smmu_domain *domain;
static void *dma, *memory;
static _Atomic uint64_t clock_us;
static _Atomic unsigned failures;

/* A lock in the first word. */
static void lock(void *ctx, struct smmu_lock *l)
{
	_Atomic uintptr_t *const word = (_Atomic uintptr_t *)&l->word[0];
	(void)ctx;
	while (atomic_exchange(word, 1))
		sched_yield();
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	atomic_store((_Atomic uintptr_t *)&l->word[0], 0);
}

static uint64_t now_us(void *ctx) { (void)ctx; return atomic_fetch_add(&clock_us, 1); }
static void relax(void *ctx) { (void)ctx; sched_yield(); }

void setUp(void)
{
	dma = aligned_alloc(DMA_BYTES, DMA_BYTES);
	memory = aligned_alloc(4096, MEMORY_BYTES);
	const struct smmu_sys_config config = {
		.host = { .now_us = now_us, .relax = relax, .lock = lock, .unlock = unlock },
		.dma = { dma, 0x80000000, DMA_BYTES }, .memory = { memory, MEMORY_BYTES },
	};
	const struct smmu_domain_config domain_config = { .type = SMMU_DOMAIN_S1, .free_empty_tables = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_init(&config, &sys));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(sys, &domain_config, &domain));
	failures = 0;
}

void tearDown(void)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	TEST_ASSERT_EQUAL_UINT32(1, stats.table_pages);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_exit(sys));
	free(dma);
	free(memory);
}

static void expect(bool ok)
{
	if (!ok)
		atomic_fetch_add(&failures, 1);
}

static bool finds(uint64_t iova, uint64_t want)
{
	smmu_pa pa = { UINT64_MAX };
	smmu_domain_iova_to_phys(domain, (smmu_iova){ iova }, &pa);
	return pa.v == want;
}

/* Thread t owns pages t, t + THREADS, ... of eight spans of 2 MiB in two gigabytes, and ranges across two spans. */
static void *own_pages(void *arg)
{
	const uint64_t t = *(const unsigned *)arg;
	uint64_t seed = t + 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		const uint64_t iova = (seed >> 40 & 1) << 30 | (seed >> 41 & 3) << 21 | ((seed >> 50 & 7) * THREADS + t) * P;
		uint64_t bytes = 0;
		expect(finds(iova, UINT64_MAX));
		expect(smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova + P }, P, RW) == SMMU_OK);
		expect(finds(iova, iova + P));
		expect(smmu_domain_unmap(domain, (smmu_iova){ iova }, P, &bytes) == SMMU_OK && bytes == P);
		if (round % 8 == 0) {   /* 2 MiB - 4 KiB, across a border of two tables of pages, on which others work */
			const uint64_t wide = (UINT64_C(3) << 30) + (2 * t + 1) * (M2 - P);
			expect(smmu_domain_map(domain, (smmu_iova){ wide }, (smmu_pa){ 0x5000 }, M2 - P, RW) == SMMU_OK);
			expect(finds(wide + M2 - 2 * P, 0x5000 + M2 - 2 * P));
			expect(smmu_domain_unmap(domain, (smmu_iova){ wide }, M2 - P, &bytes) == SMMU_OK && bytes == M2 - P);
		}
	}
	return NULL;
}

/* Thread t unmaps its quarter of every block. */
static void *own_quarter(void *arg)
{
	const uint64_t quarter = M2 / THREADS, t = *(const unsigned *)arg;
	for (uint64_t block = 0; block < 20; block++) {
		uint64_t bytes = 0;
		expect(smmu_domain_unmap(domain, (smmu_iova){ block * M2 + t * quarter }, quarter, &bytes) == SMMU_OK && bytes == quarter);
	}
	return NULL;
}

static void run(void *(*body)(void *))
{
	pthread_t thread[THREADS];
	unsigned number[THREADS];
	for (unsigned t = 0; t < THREADS; t++) {
		number[t] = t;
		TEST_ASSERT_EQUAL_INT(0, pthread_create(&thread[t], NULL, body, &number[t]));
	}
	for (unsigned t = 0; t < THREADS; t++)
		pthread_join(thread[t], NULL);
	TEST_ASSERT_EQUAL_UINT(0, failures);
}

static void test_disjoint_pages_of_the_same_tables(void) { run(own_pages); }

/* One page each of the same otherwise empty span: its tables come and go with every round, each time with somebody else's map. */
static void *one_page_of_an_empty_span(void *arg)
{
	const uint64_t iova = (UINT64_C(7) << 30) + *(const unsigned *)arg * P;
	for (unsigned round = 0; round < 4 * ROUNDS; round++) {
		uint64_t bytes = 0;
		expect(smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova }, P, RW) == SMMU_OK);
		expect(finds(iova, iova));
		expect(smmu_domain_unmap(domain, (smmu_iova){ iova }, P, &bytes) == SMMU_OK && bytes == P);
	}
	return NULL;
}

static void test_tables_that_come_and_go(void) { run(one_page_of_an_empty_span); }

static void test_parts_of_one_block(void)
{
	for (uint64_t block = 0; block < 20; block++)
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ block * M2 }, (smmu_pa){ block * M2 }, M2, RW));
	run(own_quarter);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_disjoint_pages_of_the_same_tables);
	RUN_TEST(test_tables_that_come_and_go);
	RUN_TEST(test_parts_of_one_block);
	return UNITY_END();
}
