/* SPDX-License-Identifier: Apache-2.0
 * Two threads inside the driver at once, brought into one certain order by the hooks of the host: a hook of one thread does not
 * return before the other one is where the test wants it. So each case happens every time, and nothing depends on time.
 * Not here: orders nobody chose (test_threads.c), all orders within a bound (test_explore.c). */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cmd.h"
#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define BLOCK (UINT64_C(2) << 20)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define CMDQ_PROD 0x98u
#define CMDQ_CONS 0x9cu

static struct rig rig;
static struct smmu_port inner;
static pthread_mutex_t port_mutex = PTHREAD_MUTEX_INITIALIZER;   /* the fake is made for one at a time */
static _Atomic uint64_t now;
static struct smmu_domain *domain;

/* What each thread has reached; which hooks stop there is the case's. */
static enum { NOTHING, HANDOVER, SLOTS, RECOVERY, ENABLE, SPLIT } which;
static _Atomic bool a_is_in, b_is_in, a_relaxed, b_relaxed, a_at_lock, b_at_lock;
static _Thread_local char me;

/* What is waited for in vain does not come: the program ends. */
static void until(_Atomic bool *flag)
{
	for (unsigned long rounds = 0; !atomic_load(flag); rounds++) {
		if (rounds == 20000000)
			abort();
		sched_yield();
	}
}

/* True the first time. */
static bool first(_Atomic bool *flag)
{
	return !atomic_exchange(flag, true);
}

static uint64_t now_us(void *ctx)
{
	(void)ctx;
	return atomic_load(&now);
}

static void relax(void *ctx)
{
	(void)ctx;
	if (me == 'a')
		atomic_store(&a_relaxed, true);
	if (me == 'b')
		atomic_store(&b_relaxed, true);
	/* b waits for its SYNC until the queue is closed under it. */
	while (which == ENABLE && me == 'b' && atomic_load(&rig.dev[0]->cmdq.enabled))
		sched_yield();
	if (which == ENABLE && me == 'a') {
		until(&b_relaxed);      /* the other one waits, too: now time passes */
		atomic_fetch_add(&now, 1000);
	}
	if (which == SPLIT && me == 'a' && first(&a_is_in))
		until(&b_at_lock);
	sched_yield();
}

static void lock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	while (atomic_exchange((_Atomic uintptr_t *)&l->word[0], 1)) {
		if (me == 'a')
			atomic_store(&a_at_lock, true);
		if (me == 'b')
			atomic_store(&b_at_lock, true);
		sched_yield();
	}
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	(void)ctx;
	atomic_store((_Atomic uintptr_t *)&l->word[0], 0);
}

/* SLOTS: a fills its slot while b has taken the next one; b fills that one while a waits for it. */
static void clean(void *ctx, const void *virt, size_t size)
{
	(void)ctx;
	(void)virt;
	(void)size;
	if (which == SLOTS && me == 'a' && first(&a_is_in))
		until(&b_is_in);
	if (which == SLOTS && me == 'b' && first(&b_is_in))
		until(&a_relaxed);
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	/* RECOVERY: a has read that all its commands are consumed, and CMDQ_ERR turned active; b is in the middle of recovery, until a
	 * waits for the lock. */
	if (which == RECOVERY && offset == CMDQ_CONS && me == 'a' && first(&a_is_in)) {
		pthread_mutex_lock(&port_mutex);
		fake_set_reg(rig.smmu[0], 0x60, fake_reg(rig.smmu[0], 0x64) ^ 1);
		pthread_mutex_unlock(&port_mutex);
		atomic_store(&a_relaxed, true);
		until(&b_is_in);
	}
	if (which == RECOVERY && offset == CMDQ_CONS && me == 'b' && first(&b_is_in))
		until(&a_at_lock);
	pthread_mutex_lock(&port_mutex);
	const uint32_t value = inner.read32(ctx, offset);
	pthread_mutex_unlock(&port_mutex);
	return value;
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	/* HANDOVER: a shows its commands while b has others to show. */
	if (which == HANDOVER && offset == CMDQ_PROD && me == 'a' && first(&a_is_in))
		until(&b_relaxed);
	pthread_mutex_lock(&port_mutex);
	inner.write32(ctx, offset, value);
	pthread_mutex_unlock(&port_mutex);
}

static void hook_port(struct smmu_dev *dev)
{
	inner = dev->port;
	dev->port.read32 = read32;
	dev->port.write32 = write32;
	dev->port.read64 = NULL;
	dev->port.write64 = NULL;
}

void setUp(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	const struct smmu_domain_config tables = { .type = SMMU_DOMAIN_S1, .noncoherent_walk = true };
	rig_open(&rig, 1);
	rig.smmu[0]->idr3 = 1u << 10;   /* BBML 0 */
	rig.smmu[0]->idr0 |= 2u << 6;   /* HTTU */
	rig_start(&rig, 0, &config);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &tables, &domain));
	which = NOTHING;
	now = 0;
	a_is_in = b_is_in = a_relaxed = b_relaxed = a_at_lock = b_at_lock = false;
	rig.sys->poll_step_max = 1000000;
	rig.sys->host.now_us = now_us;
	rig.sys->host.relax = relax;
	rig.sys->host.lock = lock;
	rig.sys->host.unlock = unlock;
	rig.sys->host.clean = clean;
	hook_port(rig.dev[0]);
}

void tearDown(void) { rig_close(&rig); }

/* ---- running two ---- */

struct thread {
	char name;
	_Atomic bool *after;            /* starts when this is reached; null: at once */
	smmu_status (*body)(void);
	smmu_status status;
};

static void *run(void *arg)
{
	struct thread *const thread = arg;
	me = thread->name;
	if (thread->after)
		until(thread->after);
	thread->status = thread->body();
	return NULL;
}

static void run_both(struct thread *a, struct thread *b)
{
	pthread_t id[2];
	TEST_ASSERT_EQUAL_INT(0, pthread_create(&id[0], NULL, run, a));
	TEST_ASSERT_EQUAL_INT(0, pthread_create(&id[1], NULL, run, b));
	for (unsigned i = 0; i < 2; i++)
		pthread_join(id[i], NULL);
	which = NOTHING;
}

static smmu_status push_two(void)
{
	const struct smmu_cmd cmds[2] = { smmu_cmd_cfgi_ste(me == 'a' ? 1 : 3, true), smmu_cmd_cfgi_ste(me == 'a' ? 2 : 4, true) };
	return smmu_dev_submit(rig.dev[0], cmds, 2, false);
}

static void expect_four_in_order(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	TEST_ASSERT_EQUAL_UINT64(5, rig.smmu[0]->command_count);
	for (uint64_t n = 0; n < 4; n++)
		TEST_ASSERT_EQUAL_HEX64((n + 1) << 32 | 0x03, rig.smmu[0]->command[n].word[0]);
}

/* ---- the command queue ---- */

/* The second run of commands is shown after the first one. */
static void test_who_shows_commands_waits_for_the_one_before(void)
{
	struct thread a = { 'a', NULL, push_two, SMMU_OK }, b = { 'b', &a_is_in, push_two, SMMU_OK };
	which = HANDOVER;
	run_both(&a, &b);
	TEST_ASSERT_TRUE(a.status == SMMU_OK && b.status == SMMU_OK);
	expect_four_in_order();
}

/* PROD is not written before the slots of everybody up to there are filled; it is written once. */
static void test_who_shows_commands_waits_for_their_slots(void)
{
	struct thread a = { 'a', NULL, push_two, SMMU_OK }, b = { 'b', &a_is_in, push_two, SMMU_OK };
	which = SLOTS;
	run_both(&a, &b);
	TEST_ASSERT_TRUE(a.status == SMMU_OK && b.status == SMMU_OK);
	size_t prods = 0;
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
		prods += rig.smmu[0]->access[i].write && rig.smmu[0]->access[i].offset == CMDQ_PROD;
	TEST_ASSERT_EQUAL_UINT64(1, prods);
	expect_four_in_order();
}

static smmu_status sync(void)
{
	return smmu_dev_submit(rig.dev[0], NULL, 0, true);
}

static smmu_status handle_gerror(void)
{
	struct smmu_gerror_report report;
	return smmu_dev_handle_gerror(rig.dev[0], &report);
}

/* A batch lives on its submitter's stack. While somebody recovers from an error, which names batches, it does not end. */
static void test_a_batch_outlives_a_recovery_under_way(void)
{
	struct thread a = { 'a', NULL, sync, SMMU_OK }, b = { 'b', &a_relaxed, handle_gerror, SMMU_OK };
	which = RECOVERY;
	run_both(&a, &b);
	TEST_ASSERT_TRUE(a.status == SMMU_OK && b.status == SMMU_OK);
	TEST_ASSERT_TRUE(a_at_lock);
	TEST_ASSERT_NULL(atomic_load(&rig.dev[0]->cmdq.owner[4]));      /* enable sent four commands */
}

static smmu_status enable(void)
{
	return smmu_dev_enable(rig.dev[0]);
}

static smmu_status flush(void)
{
	return smmu_domain_flush(domain);
}

/* An enable fails while somebody waits for his SYNC in the queue it has opened. That the SMMU has stopped is not certain yet when the
 * queue closes, so the SYNC counts as not confirmed. */
static void test_an_enable_that_fails_while_somebody_waits(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	rig.smmu[0]->stop_consuming = true;
	struct thread a = { 'a', NULL, enable, SMMU_OK }, b = { 'b', &a_relaxed, flush, SMMU_OK };
	which = ENABLE;
	run_both(&a, &b);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, a.status);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, b.status);
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(domain));      /* it is off, and that is certain */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
}

/* ---- tables ---- */

static uint64_t bytes;

static smmu_status unmap_one(void)
{
	return smmu_domain_unmap(domain, (smmu_iova){ BLOCK + P }, P, NULL);
}

static smmu_status unmap_others(void)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;   /* paid for later: the fake is a's */
	return smmu_domain_unmap_gather(domain, (smmu_iova){ BLOCK - P }, 2 * P, &gather, &bytes);
}

static uint64_t bitmap;

static smmu_status read_marks(void)
{
	return smmu_domain_read_dirty(domain, (smmu_iova){ BLOCK }, 64 * P, SMMU_DIRTY_KEEP, &bitmap);
}

/* The block is broken and not made yet: a call that comes upon it waits for the lock, and goes on from there. */
static void begin_split(const struct smmu_domain_config *config)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	rig.dev[0]->coherent = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, config, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ BLOCK }, (smmu_pa){ BLOCK }, BLOCK, RW));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ BLOCK - P }, (smmu_pa){ 0 }, P, RW));
	rig.smmu[0]->lazy = true;       /* the SYNC of the split is not consumed at once */
	which = SPLIT;
}

static void test_an_unmap_waits_for_a_split(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1 };
	struct thread a = { 'a', NULL, unmap_one, SMMU_OK }, b = { 'b', &a_is_in, unmap_others, SMMU_OK };
	begin_split(&config);
	run_both(&a, &b);
	TEST_ASSERT_TRUE(a.status == SMMU_OK && b.status == SMMU_OK);
	TEST_ASSERT_EQUAL_UINT64(2 * P, bytes);
	smmu_pa pa;
	for (unsigned i = 0; i < 3; i++)
		TEST_ASSERT_EQUAL_INT(i < 2 ? SMMU_E_NOT_FOUND : SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ BLOCK + i * P }, &pa));
}

static void test_a_look_at_dirty_state_waits_for_a_split(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .dirty_tracking = true, .ias_bits = 30 };
	struct thread a = { 'a', NULL, unmap_one, SMMU_OK }, b = { 'b', &a_is_in, read_marks, SMMU_OK };
	begin_split(&config);
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	((uint64_t *)rig_words(&rig, stats.root.v))[1] &= ~UINT64_C(0x80);      /* 30 bits start at level 2: a device has written to it */
	run_both(&a, &b);
	TEST_ASSERT_TRUE(a.status == SMMU_OK && b.status == SMMU_OK);
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, bitmap | 2);        /* the page a unmaps may be gone or not */
}

/* ---- epochs ---- */

static smmu_status write_epochs(void)
{
	until(&b_is_in);
	while (!atomic_load(&b_relaxed))
		smmu_inv_quiesce(&domain->inv);
	return SMMU_OK;
}

static smmu_status read_epochs(void)
{
	smmu_status status = SMMU_OK;
	atomic_store(&b_is_in, true);
	for (unsigned i = 0; i < 200000 && status == SMMU_OK; i++)
		if (smmu_inv_min_bbml(&domain->inv) != 0)
			status = SMMU_E_HARDWARE;
	atomic_store(&b_relaxed, true);
	return status;
}

/* A reader that finds the epoch changed under it starts again, and every count comes out even. */
static void test_readers_and_epochs(void)
{
	struct thread a = { 'a', NULL, write_epochs, SMMU_OK }, b = { 'b', NULL, read_epochs, SMMU_OK };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	run_both(&a, &b);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, b.status);
	TEST_ASSERT_EQUAL_UINT32(0, domain->inv.readers[0] + domain->inv.readers[1]);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_who_shows_commands_waits_for_the_one_before);
	RUN_TEST(test_who_shows_commands_waits_for_their_slots);
	RUN_TEST(test_a_batch_outlives_a_recovery_under_way);
	RUN_TEST(test_an_enable_that_fails_while_somebody_waits);
	RUN_TEST(test_an_unmap_waits_for_a_split);
	RUN_TEST(test_a_look_at_dirty_state_waits_for_a_split);
	RUN_TEST(test_readers_and_epochs);
	return UNITY_END();
}
