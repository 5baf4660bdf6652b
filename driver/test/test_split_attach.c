/* SPDX-License-Identifier: Apache-2.0
 * A split without break before make on one thread, the attach of a master behind an SMMU that does not cope with that on another:
 * the attach is not visible to its SMMU before every SMMU has forgotten the block. The host's hooks stop the first thread in the middle
 * of its split and tell when the second one waits for it, so that nothing depends on time.
 * Not here: the order of a split itself (test_inv.c). */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define BLOCK (UINT64_C(2) << 20)

static struct rig rig;
static struct smmu_domain *domain;
static struct smmu_master *late;
static pthread_t splitter, attacher;
static _Atomic bool splitting, go_on, attacher_waits, attached;
static smmu_status unmap_status, attach_status;

static void lock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	while (atomic_exchange((_Atomic uintptr_t *)&l->word[0], 1)) {
		if (atomic_load(&splitting) && pthread_equal(pthread_self(), attacher))
			atomic_store(&attacher_waits, true);
		sched_yield();
	}
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	atomic_store((_Atomic uintptr_t *)&l->word[0], 0);
	/* The split is over: the other one's turn. The fakes are not made for two at a time. */
	while (l == &domain->lock && atomic_load(&splitting) && pthread_equal(pthread_self(), splitter) && !atomic_load(&attached))
		sched_yield();
}

/* The splitter waits for its SYNC. */
static void relax(void *ctx)
{
	((struct rig *)ctx)->clock++;
	if (atomic_load(&go_on) || atomic_load(&attached) || !pthread_equal(pthread_self(), splitter))
		return;
	atomic_store(&splitting, true);
	while (!atomic_load(&go_on))
		sched_yield();
}

static void *split(void *arg)
{
	(void)arg;
	splitter = pthread_self();
	unmap_status = smmu_domain_unmap(domain, (smmu_iova){ BLOCK + 0x1000 }, 0x1000, NULL);
	return NULL;
}

static void *attach(void *arg)
{
	(void)arg;
	attacher = pthread_self();
	attach_status = smmu_master_attach(late, domain, 0);
	atomic_store(&attached, true);
	return NULL;
}

void setUp(void)
{
	rig_open(&rig, 2);
	rig.smmu[1]->idr3 = 1u << 10 | 1u << 11;        /* BBML 1 */
	for (unsigned i = 0; i < 2; i++)
		rig_start(&rig, i, NULL);
	domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	late = rig_master(&rig, 1, 0x30, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ BLOCK }, (smmu_pa){ BLOCK }, BLOCK, SMMU_PROT_READ));
}

void tearDown(void) { rig_close(&rig); }

static void test_an_smmu_without_bbml_2_comes_in_after_the_split(void)
{
	pthread_t threads[2];
	rig.smmu[0]->lazy = true;       /* one command per look: the SYNC is not consumed at once */
	rig.sys->host.lock = lock;
	rig.sys->host.unlock = unlock;
	rig.sys->host.relax = relax;
	TEST_ASSERT_EQUAL_INT(0, pthread_create(&threads[0], NULL, split, NULL));
	while (!atomic_load(&splitting))
		sched_yield();
	TEST_ASSERT_EQUAL_INT(0, pthread_create(&threads[1], NULL, attach, NULL));
	while (!atomic_load(&attached) && !atomic_load(&attacher_waits))
		sched_yield();
	const bool too_early = atomic_load(&attached);
	const uint64_t config = rig_ste(&rig, 1, 0x30)[0] >> 1 & 7;
	atomic_store(&go_on, true);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	TEST_ASSERT_FALSE(too_early);
	TEST_ASSERT_EQUAL_UINT64(0, config);    /* abort */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap_status);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, attach_status);
	TEST_ASSERT_EQUAL_UINT64(5, rig_ste(&rig, 1, 0x30)[0] >> 1 & 7);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_smmu_without_bbml_2_comes_in_after_the_split);
	return UNITY_END();
}
