/* SPDX-License-Identifier: Apache-2.0
 * The command queue in every interleaving within a bound (explore.h): commands are consumed once, complete, in the order of their
 * thread, each list in one piece; a call that waits returns after its own commands; a queue that was closed is left alone. Each of
 * these is broken by a mutant, and the mutant must be found.
 * Not here: domains (test_explore_domain.c), real threads (test_threads.c). */
#include <stdio.h>
#include <string.h>

#include "unity.h"
#include "world.h"

/* ---- producers ---- */

struct producer {
	uint32_t id;
	unsigned lists, length;         /* commands per list, without the CMD_SYNC */
};

static struct producer producer[3];
static unsigned queue_log2;

/* CFGI_STE whose StreamID says who, which list and which place. */
static uint64_t tagged(uint32_t id, uint32_t list, uint32_t place)
{
	return UINT64_C(0x03) | (uint64_t)(id << 16 | list << 8 | place) << 32;
}

static bool was_consumed(uint64_t word)
{
	for (unsigned i = 0; i < world.smmu[0].log_count; i++)
		if (world.smmu[0].log[i] == word)
			return true;
	return false;
}

static void produce(void *arg)
{
	const struct producer *const p = arg;
	struct smmu_cmd cmds[4];
	for (uint32_t list = 0; list < p->lists; list++) {
		for (uint32_t i = 0; i < p->length; i++)
			cmds[i] = (struct smmu_cmd){ { tagged(p->id, list, i), 1 } };
		if (smmu_dev_submit(world.dev[0], cmds, p->length, true) != SMMU_OK)
			explore_fail("a call of a producer failed");
		for (uint32_t i = 0; i < p->length; i++)
			if (!was_consumed(tagged(p->id, list, i)))
				explore_fail("a call came back before its commands were consumed");
	}
}

static const struct producer *producer_of(uint32_t id)
{
	return id < 3 && producer[id].lists ? &producer[id] : NULL;
}

/* The whole log against what was sent. */
static void check_log(void)
{
	const struct world_smmu *const smmu = &world.smmu[0];
	unsigned sent[3] = { 0 }, syncs = 0, expected = 0;
	for (unsigned i = 0; i < smmu->log_count; i++) {
		if ((smmu->log[i] & 0xff) == 0x46) {
			syncs++;
			continue;
		}
		const uint32_t id = (uint32_t)(smmu->log[i] >> 48);
		const struct producer *const p = producer_of(id);
		if (!p || sent[id] >= p->lists * p->length || smmu->log[i] != tagged(id, sent[id] / p->length, sent[id] % p->length))
			explore_fail("a command was consumed twice, or out of its thread's order");
		sent[id]++;
		const bool last = sent[id] % p->length == 0, whole = p->length + 1 <= 1u << queue_log2;
		if (whole && (i + 1 == smmu->log_count || smmu->log[i + 1] != (last ? 0x46 : smmu->log[i] + (UINT64_C(1) << 32))))
			explore_fail("a list was torn apart");
	}
	for (uint32_t id = 0; id < 3; id++) {
		expected += producer[id].lists;
		if (sent[id] != producer[id].lists * producer[id].length)
			explore_fail("a command was never consumed");
	}
	if (syncs != expected)
		explore_fail("not every list had its CMD_SYNC");
}

/* ---- one thread switches the SMMU off ---- */

static void submit_while_it_lasts(void *arg)
{
	const struct smmu_cmd cmd = { { tagged(0, 0, 0), 1 } };
	(void)arg;
	for (unsigned i = 0; i < 2; i++) {
		const smmu_status status = smmu_dev_submit(world.dev[0], &cmd, 1, true);
		if (status != SMMU_OK && status != SMMU_E_STATE)
			explore_fail("a call into a queue that is being closed failed");
	}
}

static void switch_off(void *arg)
{
	(void)arg;
	if (smmu_dev_disable(world.dev[0]) != SMMU_OK)
		explore_fail("the SMMU could not be disabled");
	world.smmu[0].gone = true;
}

/* ---- runs ---- */

static struct explore_result result;
static unsigned mutant;         /* of the next run */

static void explore(struct explore_plan *plan)
{
	plan->restore = world_restore;
	plan->step_max = 3000;
	plan->mutant = mutant;
	plan->on_access = world_check_access;
	plan->dma = world.dma;
	plan->dma_bytes = sizeof world.dma;
	world_keep();
	explore_run(plan, &result);
	printf("%llu executions, %llu points\n", (unsigned long long)result.executions, (unsigned long long)result.points);
}

static void explore_producers(uint8_t log2, unsigned lists0, unsigned length0, unsigned lists1, unsigned length1, unsigned bound)
{
	queue_log2 = log2;
	producer[0] = (struct producer){ 0, lists0, length0 };
	producer[1] = (struct producer){ 1, lists1, length1 };
	producer[2] = (struct producer){ 2, 0, 1 };
	world_open(1, log2);
	struct explore_plan plan = {
		.thread = { { "first", produce, &producer[0], NULL }, { "smmu", world_consume, &world.smmu[0], world_has_command },
			    { "second", produce, &producer[1], NULL } },
		.thread_count = 3,
		.bound = bound,
		.check = check_log,
	};
	explore(&plan);
}

static void explore_disable(unsigned bound)
{
	world_open(1, 1);
	struct explore_plan plan = {
		.thread = { { "producer", submit_while_it_lasts, NULL, NULL }, { "closer", switch_off, NULL, NULL },
			    { "smmu", world_consume, &world.smmu[0], world_has_command } },
		.thread_count = 3,
		.bound = bound,
	};
	explore(&plan);
}

void setUp(void) { mutant = MUTANT_NONE; }

static void holds(void)
{
	TEST_ASSERT_FALSE_MESSAGE(result.failed, result.message);
	TEST_ASSERT_GREATER_THAN_UINT64(1000, result.executions);
}

static void is_found(const char *as)
{
	char message[64];
	snprintf(message, sizeof message, "mutant %u was not found", mutant);
	TEST_ASSERT_TRUE_MESSAGE(result.failed, message);
	result.message[strcspn(result.message, "\n")] = 0;
	TEST_ASSERT_EQUAL_STRING(as, result.message);
}

/* proves: AB-63, AB-64. Two entries: a list and its CMD_SYNC fill the queue, the other thread stands in line. */
static void test_a_queue_of_two_entries(void)
{
	explore_producers(1, 1, 1, 2, 1, 2);
	holds();
}

/* proves: AB-64. Four entries: lists of both lie in the queue together, one gathers for the other. */
static void test_two_lists_side_by_side(void)
{
	explore_producers(2, 1, 1, 1, 1, 2);
	holds();
}

/* A list that is longer than the queue. */
static void test_a_list_longer_than_the_queue(void)
{
	explore_producers(1, 1, 3, 1, 1, 1);
	TEST_ASSERT_FALSE_MESSAGE(result.failed, result.message);
}

/* proves: AB-17 (the queue half) */
static void test_a_closed_queue_is_left_alone(void)
{
	explore_disable(2);
	holds();
}

static void test_mutants_of_publishing_are_found(void)
{
	mutant = MUTANT_NO_PUBLISH_BEFORE_PROD;
	explore_producers(2, 1, 1, 1, 1, 2);
	is_found("a command that nobody sent was consumed");
	mutant = MUTANT_FOLLOWER_DOES_NOT_PUBLISH;
	explore_producers(2, 1, 1, 1, 1, 2);
	is_found("a command that nobody sent was consumed");
	mutant = MUTANT_FLIP_IS_RELAXED;
	explore_producers(2, 1, 1, 1, 1, 2);
	is_found("a command that nobody sent was consumed");
}

static void test_mutants_of_gathering_are_found(void)
{
	mutant = MUTANT_NO_HANDOVER;
	explore_producers(2, 1, 1, 1, 1, 2);
	is_found("CMDQ_PROD is further ahead than the queue is long");
	mutant = MUTANT_GATHERER_DOES_NOT_WAIT_FOR_SLOTS;
	explore_producers(2, 1, 1, 1, 1, 2);
	is_found("a command that nobody sent was consumed");
}

static void test_mutants_of_positions_are_found(void)
{
	mutant = MUTANT_REGISTER_IS_READ_ONCE;
	explore_producers(1, 1, 1, 2, 1, 2);
	is_found("a call of a producer failed");
	mutant = MUTANT_ROOM_OF_A_SLOT_TOO_MANY;
	explore_producers(1, 1, 1, 2, 1, 2);
	is_found("CMDQ_PROD is further ahead than the queue is long");
}

static void test_the_mutant_of_closing_is_found(void)
{
	mutant = MUTANT_CLOSE_DOES_NOT_WAIT;
	explore_disable(2);
	is_found("a register of a removed SMMU was read");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_queue_of_two_entries);
	RUN_TEST(test_two_lists_side_by_side);
	RUN_TEST(test_a_list_longer_than_the_queue);
	RUN_TEST(test_a_closed_queue_is_left_alone);
	RUN_TEST(test_mutants_of_publishing_are_found);
	RUN_TEST(test_mutants_of_gathering_are_found);
	RUN_TEST(test_mutants_of_positions_are_found);
	RUN_TEST(test_the_mutant_of_closing_is_found);
	return UNITY_END();
}
