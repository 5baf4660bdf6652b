/* SPDX-License-Identifier: Apache-2.0
 * Real threads on one driver context: producers of the command queue, unmaps while masters come and go, removal of an SMMU.
 * Built for the thread sanitizer (preset tsan). Not here: every interleaving, one by one (test_explore.c); tables alone
 * (test_pgtable_shared.c). */
#include <sched.h>
#include <stdlib.h>

#include "cmd.h"
#include "dev_internal.h"
#include "thread_smmu.h"
#include "unity.h"

#define PRODUCERS 4u
#define LISTS 24u
#define LENGTH_MAX 9u

static struct thread_rig rig;

/* ---- producers ---- */

struct producer {
	uint32_t id;
	unsigned bad;
};

static unsigned length_of(uint32_t id, uint32_t list)
{
	return (id * 7u + list * 5u) % (LENGTH_MAX + 1);
}

/* CFGI_STE whose StreamID says who, which list and which place: 8 bits each. */
static struct smmu_cmd tagged(uint32_t id, uint32_t list, uint32_t place)
{
	return smmu_cmd_cfgi_ste(id << 16 | list << 8 | place, true);
}

static void *produce(void *arg)
{
	struct producer *const p = arg;
	struct smmu_cmd cmds[LENGTH_MAX];
	for (uint32_t list = 0; list < LISTS; list++) {
		const unsigned length = length_of(p->id, list);
		for (uint32_t i = 0; i < length; i++)
			cmds[i] = tagged(p->id, list, i);
		p->bad += smmu_dev_submit(rig.dev[0], cmds, length, true) != SMMU_OK;
	}
	return NULL;
}

/* The log against what each producer sent: its commands in its order, each list in one piece if it fits the queue. */
static void check_log(unsigned log2)
{
	const struct thread_smmu *const smmu = rig.smmu[0];
	uint32_t list[PRODUCERS] = { 0 }, place[PRODUCERS] = { 0 };
	size_t syncs = 0, commands = 0;
	for (size_t i = 4; i < smmu->log_count; i++) {  /* enable sent four */
		if ((uint8_t)smmu->log[i] == 0x46) {
			syncs++;
			continue;
		}
		const uint32_t sid = (uint32_t)(smmu->log[i] >> 32), id = sid >> 16;
		TEST_ASSERT_LESS_THAN_UINT32(PRODUCERS, id);
		while (place[id] == length_of(id, list[id])) {
			list[id]++;
			place[id] = 0;
		}
		TEST_ASSERT_EQUAL_HEX32(id << 16 | list[id] << 8 | place[id], sid);
		place[id]++;
		commands++;
		/* The next entry of a list that fits with its SYNC is the next command, or the SYNC. */
		if (length_of(id, list[id]) + 1u <= 1u << log2) {
			TEST_ASSERT_LESS_THAN_UINT64(smmu->log_count, i + 1);
			if (place[id] < length_of(id, list[id]))
				TEST_ASSERT_EQUAL_HEX32(sid + 1, smmu->log[i + 1] >> 32);
			else
				TEST_ASSERT_EQUAL_HEX64(0x46, smmu->log[i + 1] & 0xff);
		}
	}
	size_t expected = 0;
	for (uint32_t id = 0; id < PRODUCERS; id++)
		for (uint32_t n = 0; n < LISTS; n++)
			expected += length_of(id, n);
	TEST_ASSERT_EQUAL_UINT64(expected, commands);
	TEST_ASSERT_EQUAL_UINT64(PRODUCERS * LISTS, syncs);
}

static void run_producers(unsigned log2, enum smmu_sync_signal signal)
{
	const struct smmu_dev_config config = { .cmdq_log2 = (uint8_t)log2, .sync_signal = signal };
	struct producer producer[PRODUCERS] = { 0 };
	pthread_t thread[PRODUCERS];
	thread_open(&rig, 1, &config);
	for (uint32_t i = 0; i < PRODUCERS; i++) {
		producer[i].id = i;
		TEST_ASSERT_EQUAL_INT(0, pthread_create(&thread[i], NULL, produce, &producer[i]));
	}
	for (unsigned i = 0; i < PRODUCERS; i++)
		pthread_join(thread[i], NULL);
	thread_halt(&rig);
	for (unsigned i = 0; i < PRODUCERS; i++)
		TEST_ASSERT_EQUAL_UINT32(0, producer[i].bad);
	check_log(log2);
	thread_close(&rig);
}

/* proves: AB-63, AB-64 */
static void test_lists_of_many_threads_stay_whole_and_in_order(void)
{
	for (unsigned log2 = 1; log2 <= 8; log2++)
		run_producers(log2, SMMU_SYNC_POLL);
}

/* proves: AB-64, AB-67 */
static void test_the_same_with_msis(void)
{
	for (unsigned log2 = 1; log2 <= 8; log2 += 2)
		run_producers(log2, SMMU_SYNC_MSI);
}

/* ---- unmaps against attach, detach and remove ---- */

struct unmapper {
	struct smmu_domain *domain;
	uint64_t iova;
	bool ats;                 /* a device may turn out to be silent */
	_Atomic bool stop;
	_Atomic unsigned rounds;
	unsigned bad;
};

static void *unmap(void *arg)
{
	struct unmapper *const u = arg;
	while (!atomic_load(&u->stop)) {
		uint64_t unmapped = 0;
		u->bad += smmu_domain_map(u->domain, (smmu_iova){ u->iova }, (smmu_pa){ 0x100000 }, 0x4000, SMMU_PROT_READ) != SMMU_OK;
		const smmu_status status = smmu_domain_unmap(u->domain, (smmu_iova){ u->iova }, 0x4000, &unmapped);
		u->bad += (status != SMMU_OK && !(u->ats && status == SMMU_E_ENDPOINT)) || unmapped != 0x4000;
		atomic_fetch_add(&u->rounds, 1);
	}
	return NULL;
}

static struct smmu_master *make_master(unsigned i, uint32_t sid)
{
	const struct smmu_master_config config = { .dev = rig.dev[i], .sids = &sid, .sid_count = 1 };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

/* Returns when each is at work: a test that ends before they began proves nothing. */
static void start_unmappers(struct unmapper *u, pthread_t *thread, unsigned count, struct smmu_domain *domain)
{
	for (unsigned i = 0; i < count; i++) {
		u[i].domain = domain;
		u[i].iova = 0x10000u * (i + 1);
		TEST_ASSERT_EQUAL_INT(0, pthread_create(&thread[i], NULL, unmap, &u[i]));
	}
	for (unsigned i = 0; i < count; i++)
		while (atomic_load(&u[i].rounds) == 0)
			sched_yield();
}

static void stop_unmappers(struct unmapper *u, pthread_t *thread, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		atomic_store(&u[i].stop, true);
	for (unsigned i = 0; i < count; i++) {
		pthread_join(thread[i], NULL);
		TEST_ASSERT_EQUAL_UINT32(0, u[i].bad);
	}
}

static struct smmu_domain *make_domain(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1 };
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

/* proves: AB-18. Masters of two SMMUs join and leave a domain two threads unmap from. */
static void test_attach_and_detach_race_with_unmaps(void)
{
	const struct smmu_dev_config config = { .cmdq_log2 = 2 };
	struct unmapper u[2] = { 0 };
	pthread_t thread[2];
	thread_open(&rig, 2, &config);
	struct smmu_domain *const domain = make_domain();
	struct smmu_master *const a = make_master(0, 1), *const b = make_master(1, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, domain, 0));
	start_unmappers(u, thread, 2, domain);
	for (unsigned i = 0; i < 25; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, domain, 0));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(b));
	}
	stop_unmappers(u, thread, 2);
	thread_close(&rig);
}

/* proves: AB-17. Whatever the unmappers are at, a removed SMMU sees no access. */
static void test_a_removed_smmu_sees_no_access(void)
{
	for (unsigned round = 0; round < 6; round++) {
		const struct smmu_dev_config config = { .cmdq_log2 = 1 };
		struct unmapper u[2] = { 0 };
		pthread_t thread[2];
		thread_open(&rig, 2, &config);
		struct smmu_domain *const domain = make_domain();
		struct smmu_master *const a = make_master(0, 1), *const b = make_master(1, 1);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, domain, 0));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, domain, 0));
		start_unmappers(u, thread, 2, domain);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(b));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(b));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[1]));
		atomic_store(&rig.smmu[1]->gone, true);
		stop_unmappers(u, thread, 2);
		TEST_ASSERT_EQUAL_UINT32(0, atomic_load(&rig.smmu[1]->late_accesses));
		thread_close(&rig);
	}
}

/* An SMMU switched off and on under unmaps: nobody hangs, nobody fails. */
static void test_disable_and_enable_race_with_unmaps(void)
{
	struct unmapper u[2] = { 0 };
	pthread_t thread[2];
	thread_open(&rig, 1, NULL);
	struct smmu_domain *const domain = make_domain();
	struct smmu_master *const a = make_master(0, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, domain, 0));
	start_unmappers(u, thread, 2, domain);
	for (unsigned i = 0; i < 10; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	}
	stop_unmappers(u, thread, 2);
	thread_close(&rig);
}

/* ---- quarantine ---- */

static bool is_ok_or_silent(smmu_status status) { return status == SMMU_OK || status == SMMU_E_ENDPOINT; }

/* proves: AB-62. A device falls silent while two threads unmap and it is moved, detached, and taken back. */
static void test_a_cut_races_with_attach_detach_and_unquarantine(void)
{
	const uint32_t sid = 5;
	const struct smmu_dev_config config = { .cmdq_log2 = 3 };
	struct unmapper u[2] = { { .ats = true }, { .ats = true } };
	struct smmu_master_info info;
	struct smmu_dev_stats stats;
	struct smmu_master *master;
	pthread_t thread[2];
	thread_open(&rig, 1, &config);
	struct smmu_domain *const domain = make_domain(), *const other = make_domain();
	const struct smmu_master_config with_ats = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ats = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &with_ats, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(make_master(0, 1), domain, 0));
	start_unmappers(u, thread, 2, domain);
	for (unsigned i = 0; i < 24; i++) {
		atomic_store(&rig.smmu[0]->silent_sid, 0);
		const smmu_status back = smmu_master_unquarantine(master);
		TEST_ASSERT_TRUE(back == SMMU_OK || back == SMMU_E_STATE);
		if (!smmu_master_domain(master, 0))
			TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
		atomic_store(&rig.smmu[0]->silent_sid, sid);
		if (i % 3 == 0) {
			TEST_ASSERT_TRUE(is_ok_or_silent(smmu_master_detach(master)));
		} else if (i % 3 == 1) {
			TEST_ASSERT_TRUE(is_ok_or_silent(smmu_master_attach(master, other, SMMU_ATTACH_REPLACE)));
			TEST_ASSERT_TRUE(is_ok_or_silent(smmu_master_attach(master, domain, SMMU_ATTACH_REPLACE)));
		} else {
			const smmu_status again = smmu_master_unquarantine(master);
			TEST_ASSERT_TRUE(is_ok_or_silent(again) || again == SMMU_E_STATE);
		}
	}
	atomic_store(&rig.smmu[0]->silent_sid, 0);
	stop_unmappers(u, thread, 2);
	const smmu_status last = smmu_master_unquarantine(master);
	TEST_ASSERT_TRUE(last == SMMU_OK || last == SMMU_E_STATE);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_info(master, &info));
	TEST_ASSERT_TRUE(info.ats_on && !info.quarantined);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(rig.dev[0], &stats));
	TEST_ASSERT_GREATER_THAN_UINT64(0, stats.quarantines);
	thread_close(&rig);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_lists_of_many_threads_stay_whole_and_in_order);
	RUN_TEST(test_the_same_with_msis);
	RUN_TEST(test_attach_and_detach_race_with_unmaps);
	RUN_TEST(test_a_removed_smmu_sees_no_access);
	RUN_TEST(test_disable_and_enable_race_with_unmaps);
	RUN_TEST(test_a_cut_races_with_attach_detach_and_unquarantine);
	return UNITY_END();
}
