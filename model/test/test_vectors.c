/* SPDX-License-Identifier: Apache-2.0
 * Every conformance vector through the core: jobs are stepped by hand, memory is the vectors' own.
 * Not here: the TLM shell (test_tlm_vectors.cpp). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smmuv3_model/core_state.h"
#include "unity.h"
#include "vector_script.h"

struct bench {
	struct smmu_core core;
	struct vector_memory memory;
	struct vector_outcome outcome[SMMU_CORE_MAX_JOBS];
	unsigned irqs;
	struct smmu_message heard[32];
	unsigned heard_count, heard_taken;
	bool endpoint_answers;
};

static struct bench *bench;

static enum smmu_step step_to_end(int job)
{
	enum smmu_step step;

	while ((step = smmu_core_job_step(&bench->core, job)) == SMMU_STEP_IO) {
		uint64_t answer[8] = { 0 };
		const bool ok = vector_memory_perform(&bench->memory, smmu_core_job_io(&bench->core, job), answer);

		smmu_core_job_feed(&bench->core, job, ok, answer);
	}
	return step;
}

static void to_outcome(const struct smmu_xlate *x, struct vector_outcome *out)
{
	*out = (struct vector_outcome){ .pa = x->pa, .ats_status = x->ats_status, .ats_rights = x->ats_rights, .size_log2 = x->size_log2, .attr = x->attr, .sh = x->sh };
	out->status = x->status == SMMU_XLATE_OK ? VECTOR_OK : x->status == SMMU_XLATE_RAZ_WI ? VECTOR_RAZ_WI :
		      x->status == SMMU_XLATE_ATS ? VECTOR_ATS : VECTOR_ABORT;
}

static void finish_job(int job, struct vector_outcome *out)
{
	struct smmu_xlate x;

	smmu_core_job_result(&bench->core, job, &x);
	to_outcome(&x, out);
	bench->outcome[job] = *out;
	smmu_core_job_free(&bench->core, job);
}

static void listen(void)
{
	struct smmu_message m;

	while (smmu_core_take_message(&bench->core, &m)) {
		TEST_ASSERT_LESS_THAN_UINT(32, bench->heard_count);
		bench->heard[bench->heard_count++] = m;
		if (m.kind == SMMU_MESSAGE_ATC_INVALIDATE) /* one that never answers runs out of time */
			smmu_core_atc_completed(&bench->core, m.tag, bench->endpoint_answers);
	}
}

static void settle(void *ctx)
{
	(void)ctx;
	smmu_core_update(&bench->core);
	for (int job; (job = smmu_core_next_job(&bench->core)) != SMMU_JOB_NONE;) {
		struct vector_outcome out;

		if (step_to_end(job) == SMMU_STEP_DONE && smmu_core_job_is_client(&bench->core, job))
			finish_job(job, &out);
		smmu_core_update(&bench->core);
		listen();
	}
	bench->irqs |= smmu_core_take_irqs(&bench->core);
}

static void power_on(void *ctx, const struct vector_hardware *hardware)
{
	struct smmu_core_config config;
	char err[200];

	(void)ctx;
	smmu_core_config_default(&config);
	config.ids = hardware->ids;
	config.pmcg_global_filter = hardware->pmcg_global_filter;
	config.prefetch = hardware->prefetch;
	config.merge_events = hardware->merge_events;
	config.walk_cache_entries = hardware->no_walk_cache ? 0 : config.walk_cache_entries;
	TEST_ASSERT_TRUE_MESSAGE(smmu_core_init(&bench->core, &config, err, sizeof err), err);
	bench->irqs = 0;
	bench->heard_count = 0;
	bench->heard_taken = 0;
	bench->endpoint_answers = true;
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	(void)ctx;
	return smmu_core_read32(&bench->core, offset);
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	(void)ctx;
	smmu_core_write32(&bench->core, offset, value);
}

static int submit(void *ctx, const struct smmu_txn *txn, struct vector_outcome *out)
{
	struct smmu_xlate x;
	int job;

	(void)ctx;
	if (smmu_core_translate(&bench->core, txn, &x) != SMMU_XLATE_NEED_JOB) {
		to_outcome(&x, out);
		return -1;
	}
	job = smmu_core_job_start(&bench->core, txn);
	if (step_to_end(job) == SMMU_STEP_DONE) {
		finish_job(job, out);
	} else {
		*out = (struct vector_outcome){ .status = VECTOR_STALLED };
		bench->outcome[job] = *out;
	}
	return job;
}

static void poll_job(void *ctx, int ticket, struct vector_outcome *out)
{
	(void)ctx;
	*out = bench->outcome[ticket];
}

static unsigned take_irqs(void *ctx)
{
	const unsigned irqs = bench->irqs | smmu_core_take_irqs(&bench->core);

	(void)ctx;
	bench->irqs = 0;
	return irqs;
}

static bool page_request(void *ctx, const struct smmu_page_request *request)
{
	(void)ctx;
	return smmu_core_page_request(&bench->core, request);
}

static bool take_message(void *ctx, struct smmu_message *out)
{
	(void)ctx;
	if (bench->heard_taken == bench->heard_count)
		return false;
	*out = bench->heard[bench->heard_taken++];
	return true;
}

static void endpoint_answers(void *ctx, bool answers)
{
	(void)ctx;
	bench->endpoint_answers = answers;
}

static void broadcast(void *ctx, const struct smmu_dvm *dvm)
{
	(void)ctx;
	smmu_core_broadcast(&bench->core, dvm);
}

static void service_failure(void *ctx)
{
	(void)ctx;
	smmu_core_enter_service_failure(&bench->core);
}

static void test_every_vector_holds_on_the_core(void)
{
	const struct vector_device device = { NULL, &bench->memory, power_on, read32, write32, settle, submit, poll_job, take_irqs,
					      page_request, take_message, endpoint_answers, broadcast, service_failure };
	unsigned failures = 0;

	for (size_t i = 0; i < vector_count; i++) {
		char why[1200];

		if (vector_run(&vectors[i], &device, why, sizeof why))
			continue;
		printf("%s\n", why);
		failures++;
	}
	printf("%zu vectors, %u failed\n", vector_count, failures);
	TEST_ASSERT_EQUAL_UINT(0, failures);
}

int main(int argc, char **argv)
{
	bench = calloc(1, sizeof *bench);
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_every_vector_holds_on_the_core);
	const int result = UNITY_END();

	free(bench);
	return result;
}
