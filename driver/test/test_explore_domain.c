/* SPDX-License-Identifier: Apache-2.0
 * Domains in every interleaving within a bound (explore.h): an unmap against an attach, a removal, a map into the same table, and the
 * move of a tag on two SMMUs. No access that begins after an unmap has returned reaches the page, no walk reads memory that is free,
 * nobody comes near an SMMU that was removed, no tag reaches the tables of another domain. Each of these is broken by a mutant, and
 * the mutant must be found. The atomics of the command queue are no points here: test_explore.c is about them.
 * Not here: real threads (test_threads.c, test_pgtable_shared.c). */
#include <stdio.h>
#include <string.h>

#include "unity.h"
#include "world.h"

#define P UINT64_C(4096)
#define IOVA UINT64_C(0x1000)
#define TABLE (512 * P)                 /* what a table of pages covers */
#define PA UINT64_C(0x40001000)
#define OTHER_PA UINT64_C(0x50001000)

enum { UNMAPPED };                      /* a mark */

static struct smmu_domain *domain, *other;
static struct smmu_master *a, *b, *c;
static struct explore_result result;
static unsigned mutant;         /* of the next run */

/* ---- what is there at the start ---- */

static struct smmu_domain *make_domain(enum smmu_tag_policy policy, bool eager)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .ias_bits = 30, .tag_policy = policy, .free_empty_tables = eager };
	struct smmu_domain *made;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(world.sys, &config, &made));
	return made;
}

static struct smmu_master *make_master(unsigned i, uint32_t sid)
{
	const struct smmu_master_config config = { .dev = world.dev[i], .sids = &sid, .sid_count = 1 };
	struct smmu_master *made;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(world.sys, &config, &made));
	return made;
}

static void attach(struct smmu_master *master, struct smmu_domain *to)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, to, 0));
}

static void map(struct smmu_domain *in, uint64_t iova, uint64_t pa)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(in, (smmu_iova){ iova }, (smmu_pa){ pa }, P, SMMU_PROT_READ));
}

/* ---- threads ---- */

static void must(smmu_status status)
{
	if (status != SMMU_OK)
		explore_fail("a call failed");
}

static void unmap_it(void *arg)
{
	uint64_t bytes = 0;
	(void)arg;
	must(smmu_domain_unmap(domain, (smmu_iova){ IOVA }, P, &bytes));
	if (bytes != P)
		explore_fail("the page was not there");
	world.mark[UNMAPPED] = 1;
	explore_wrote();
}

static void attach_b(void *arg)
{
	(void)arg;
	must(smmu_master_attach(b, domain, 0));
}

static void remove_second(void *arg)
{
	(void)arg;
	must(smmu_master_detach(b));
	must(smmu_master_destroy(b));
	must(smmu_dev_remove(world.dev[1]));
	world.smmu[1].gone = true;
	world.dev[1] = NULL;
}

static void map_beside(void *arg)
{
	smmu_pa pa = { 0 };
	(void)arg;
	must(smmu_domain_map(domain, (smmu_iova){ IOVA + P }, (smmu_pa){ OTHER_PA }, P, SMMU_PROT_READ));
	if (smmu_domain_iova_to_phys(domain, (smmu_iova){ IOVA + P }, &pa) != SMMU_OK || pa.v != OTHER_PA)
		explore_fail("a page is not where it was mapped");
}

/* Empties two tables, which then wait for the same invalidation. */
static void unmap_two_tables(void *arg)
{
	struct smmu_gather gather = SMMU_GATHER_INIT;
	(void)arg;
	must(smmu_domain_unmap_gather(domain, (smmu_iova){ IOVA }, P, &gather, NULL));
	must(smmu_domain_unmap_gather(domain, (smmu_iova){ TABLE + IOVA }, P, &gather, NULL));
	must(smmu_domain_sync(domain, &gather));
}

/* The first entry of the second table. */
static void map_into_second_table(void *arg)
{
	smmu_pa pa = { 0 };
	(void)arg;
	must(smmu_domain_map(domain, (smmu_iova){ TABLE }, (smmu_pa){ OTHER_PA }, P, SMMU_PROT_READ));
	if (smmu_domain_iova_to_phys(domain, (smmu_iova){ TABLE }, &pa) != SMMU_OK || pa.v != OTHER_PA)
		explore_fail("a page is not where it was mapped");
}

static void look_up(void *arg)
{
	smmu_pa pa = { 0 };
	(void)arg;
	if (smmu_domain_iova_to_phys(domain, (smmu_iova){ IOVA }, &pa) == SMMU_OK && pa.v != PA)
		explore_fail("a page is not where it was mapped");
}

/* The domain joins SMMU 1 and must give up its tag for that; another domain gets it on SMMU 0. */
static void move_and_reuse(void *arg)
{
	attach_b(arg);
	must(smmu_master_attach(c, other, 0));
}

/* One access of a stream of `domain`. */
static void access_page(unsigned smmu, uint32_t sid)
{
	const bool after = world.mark[UNMAPPED];
	const uint64_t pa = world_access(&world.smmu[smmu], sid, IOVA);
	if (pa != PA && pa != WORLD_NOWHERE)
		explore_fail("an access went to the page of another domain");
	if (after && pa == PA)
		explore_fail("an access that began after the unmap had returned reached the page");
}

static void access_other(void)
{
	const uint64_t pa = world_access(&world.smmu[0], 1, IOVA);
	if (pa != OTHER_PA && pa != WORLD_NOWHERE)
		explore_fail("an access went to the page of another domain");
}

static void dma_of_a(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 2; i++) {
		access_page(0, 0);
		explore_give_way();
	}
}

static void dma_of_b(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 4; i++) {
		access_page(1, 0);
		explore_give_way();
	}
}

static void dma_of_all(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 4; i++) {
		access_page(0, 0);
		access_page(1, 0);
		access_other();
		explore_give_way();
	}
}

/* ---- in the end ---- */

static void check_unmapped(void)
{
	access_page(0, 0);
	if (!world.smmu[1].gone)
		access_page(1, 0);
}

static void check_mapped_beside(void)
{
	access_page(0, 0);
	if (world_access(&world.smmu[0], 0, IOVA + P) != OTHER_PA)
		explore_fail("a page that is mapped cannot be reached");
}

static void check_moved(void)
{
	uint32_t tag0 = 0, tag1 = 0, tag_other = 0;
	check_unmapped();
	access_other();
	if (world_access(&world.smmu[0], 1, IOVA) != OTHER_PA)
		explore_fail("a page that is mapped cannot be reached");
	must(smmu_domain_tag(domain, world.dev[0], &tag0));
	must(smmu_domain_tag(domain, world.dev[1], &tag1));
	must(smmu_domain_tag(other, world.dev[0], &tag_other));
	if (tag0 != tag1 || tag0 == 1 || tag_other != 1)
		explore_fail("the tags are not what the test is about");
}

/* ---- runs ---- */

/* order: the threads as they take turns by default, 1 to 3, and s for the SMMUs. */
static void explore(const char *order, void (*first)(void *), void (*second)(void *), void (*third)(void *), void (*check)(void),
		    unsigned bound)
{
	static const char *const name[] = { "first", "second", "third" };
	void (*const body[])(void *) = { first, second, third };
	struct explore_plan plan = { .bound = bound, .mutant = mutant, .step_max = 5000, .restore = world_restore, .check = check,
				     .skips = world_skips_queue, .on_access = world_check_access, .dma = world.dma,
				     .dma_bytes = sizeof world.dma };
	for (; *order; order++) {
		if (*order != 's') {
			plan.thread[plan.thread_count++] = (struct explore_thread){ name[*order - '1'], body[*order - '1'], NULL, NULL };
			continue;
		}
		for (unsigned i = 0; i < WORLD_SMMUS; i++)
			if (world.dev[i])
				plan.thread[plan.thread_count++] = (struct explore_thread){ i ? "smmu1" : "smmu0", world_consume, &world.smmu[i],
											    world_has_command };
	}
	world.coarse = true;
	world_keep();
	explore_run(&plan, &result);
	printf("%llu executions, %llu points\n", (unsigned long long)result.executions, (unsigned long long)result.points);
}

static void explore_attach(unsigned bound)
{
	world_open(2, 3);
	domain = make_domain(SMMU_TAG_LOCAL, false);
	a = make_master(0, 0);
	b = make_master(1, 0);
	attach(a, domain);
	map(domain, IOVA, PA);
	explore("1s23", unmap_it, attach_b, dma_of_b, check_unmapped, bound);
}

static void explore_remove(unsigned bound)
{
	world_open(2, 3);
	domain = make_domain(SMMU_TAG_LOCAL, false);
	a = make_master(0, 0);
	b = make_master(1, 0);
	attach(a, domain);
	attach(b, domain);
	map(domain, IOVA, PA);
	explore("1s2", unmap_it, remove_second, NULL, check_unmapped, bound);
}

static void explore_table(void (*second)(void *), void (*dma)(void *), void (*check)(void), unsigned bound)
{
	world_open(1, 3);
	domain = make_domain(SMMU_TAG_LOCAL, true);
	a = make_master(0, 0);
	attach(a, domain);
	map(domain, IOVA, PA);
	world_access(&world.smmu[0], 0, IOVA + P);      /* remembers the table, and no page of it */
	explore(dma ? "132s" : "2s1", unmap_it, second, dma, check, bound);
}

static void explore_two_tables(unsigned bound)
{
	world_open(1, 3);
	domain = make_domain(SMMU_TAG_LOCAL, true);
	a = make_master(0, 0);
	attach(a, domain);
	map(domain, IOVA, PA);
	map(domain, TABLE + IOVA, PA);
	explore("2s1", unmap_two_tables, map_into_second_table, NULL, NULL, bound);
}

static void explore_move(const char *order, void (*mover)(void *), void (*dma)(void *), void (*check)(void), unsigned bound)
{
	world_open(2, 3);
	domain = make_domain(SMMU_TAG_REALLOCATE, false);
	other = make_domain(SMMU_TAG_LOCAL, false);
	a = make_master(0, 0);
	b = make_master(1, 0);
	c = make_master(0, 1);
	attach(a, domain);                                             /* tag 1 of SMMU 0 */
	attach(make_master(1, 1), make_domain(SMMU_TAG_LOCAL, false));  /* tag 1 of SMMU 1 */
	map(domain, IOVA, PA);
	map(other, IOVA, OTHER_PA);
	world_access(&world.smmu[0], 0, IOVA);  /* remembered */
	explore(order, unmap_it, mover, dma, check, bound);
}

void setUp(void) { mutant = MUTANT_NONE; }

static void holds(void)
{
	TEST_ASSERT_FALSE_MESSAGE(result.failed, result.message);
	TEST_ASSERT_GREATER_THAN_UINT64(200, result.executions);
}

static void is_found(const char *as)
{
	char message[64];
	snprintf(message, sizeof message, "mutant %u was not found", mutant);
	TEST_ASSERT_TRUE_MESSAGE(result.failed, message);
	result.message[strcspn(result.message, "\n")] = 0;
	TEST_ASSERT_EQUAL_STRING(as, result.message);
}

/* proves: AB-18 */
static void test_an_attach_and_an_unmap(void)
{
	explore_attach(2);
	holds();
	mutant = MUTANT_TAGS_ARE_READ_FIRST;
	explore_attach(2);
	is_found("an access that began after the unmap had returned reached the page");
}

/* proves: AB-17 */
static void test_a_removal_and_unmaps(void)
{
	explore_remove(2);
	holds();
	mutant = MUTANT_READERS_ARE_NOT_WAITED_FOR;
	explore_remove(2);
	is_found("somebody looks into memory that is free");
}

static void test_the_end_of_a_table_and_a_map_into_it(void)
{
	explore_table(map_beside, dma_of_a, check_mapped_beside, 2);
	holds();
	mutant = MUTANT_TABLES_GO_BEFORE_THE_INVALIDATION;
	explore_table(map_beside, dma_of_a, check_mapped_beside, 2);
	is_found("a walk reads memory that is free");
}

static void test_the_end_of_a_table_and_a_look_up_in_it(void)
{
	explore_table(look_up, NULL, NULL, 2);
	holds();
	mutant = MUTANT_WALKERS_ARE_NOT_WAITED_FOR;
	explore_table(look_up, NULL, NULL, 2);
	is_found("somebody looks into memory that is free");
}

static void test_the_end_of_two_tables_and_a_map_into_one(void)
{
	explore_two_tables(2);
	holds();
	mutant = MUTANT_DEAD_TABLES_ARE_WRITTEN_TOO_EARLY;
	explore_two_tables(2);
	is_found("a call failed");
}

/* proves: AB-53, AB-48 (no stale hit in any order), AB-15 */
static void test_the_move_of_a_tag_and_an_unmap_on_two_smmus(void)
{
	explore_move("213s", attach_b, dma_of_a, check_unmapped, 2);
	holds();
	explore_move("2s31", move_and_reuse, dma_of_all, check_moved, 1);
	holds();
	explore_move("213s", move_and_reuse, dma_of_all, check_moved, 1);
	holds();
	mutant = MUTANT_NEW_TAG_IS_PUBLISHED_LATE;
	explore_move("2s31", move_and_reuse, dma_of_all, check_moved, 2);
	is_found("an access that began after the unmap had returned reached the page");
	mutant = MUTANT_TAG_IS_SWITCHED_LAST;
	explore_move("2s31", move_and_reuse, dma_of_all, check_moved, 2);
	is_found("an access that began after the unmap had returned reached the page");
	mutant = MUTANT_OLD_TAG_IS_FORGOTTEN_FIRST;
	explore_move("213s", attach_b, dma_of_a, check_unmapped, 1);
	is_found("an access that began after the unmap had returned reached the page");
	mutant = MUTANT_OLD_TAG_IS_FLUSHED_FIRST;
	explore_move("2s31", move_and_reuse, dma_of_all, check_moved, 2);
	is_found("a page that is mapped cannot be reached");     /* its tag leads to a table of the other domain */
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_attach_and_an_unmap);
	RUN_TEST(test_a_removal_and_unmaps);
	RUN_TEST(test_the_end_of_a_table_and_a_map_into_it);
	RUN_TEST(test_the_end_of_a_table_and_a_look_up_in_it);
	RUN_TEST(test_the_end_of_two_tables_and_a_map_into_one);
	RUN_TEST(test_the_move_of_a_tag_and_an_unmap_on_two_smmus);
	return UNITY_END();
}
