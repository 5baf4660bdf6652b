/* SPDX-License-Identifier: Apache-2.0
 * The conformance vectors, run by an outside user of libtandem.
 * Usage: conformance LIBTANDEM.SO tlm|rtl [--platform FILE.lua] [--only PREFIX] [-v]
 * Every row runs cold after a reset, and again without resets: invalidated by commands only, each access twice (not where the
 * SMMU is known to need resets between rows).
 * Rows whose feature the identification registers deny are skipped and counted. Proof: tb.conformance.* */
#include "conformance.h"

#include <stdio.h>
#include <string.h>

#include "report.h"

static void all_groups(void)
{
	rows_configuration();
	rows_descriptors();
	rows_stage1();
	rows_stage2();
	rows_stall();
	rows_caches();
	rows_queues();
	rows_pmcg();
	driver_registers();
	driver_queues();
	driver_data();
	driver_stalls();
	driver_tlb();
	end_row();
}

static const char *option(int argc, char **argv, const char *name)
{
	for (int i = 3; i + 1 < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	}
	return NULL;
}

int main(int argc, char **argv)
{
	char err[300] = "";

	if (argc < 3) {
		fprintf(stderr, "usage: %s LIBTANDEM.SO tlm|rtl [--platform FILE.lua] [--only PREFIX] [-v]\n", argv[0]);
		return 2;
	}
	const char *file = option(argc, argv, "--platform");
	if (!api_load(argv[1], err, sizeof err) || (platform = api.open(file, argv[2], err, sizeof err)) == NULL) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	report_begin(argv[2], option(argc, argv, "--only"), strcmp(argv[argc - 1], "-v") == 0);
	probe_features();
	pass = PASS_RESET;
	all_groups();
	pass = PASS_WARM;
	if (!needs_resets())
		all_groups();
	const char *name = file != NULL ? strrchr(file, '/') : NULL;
	int status = report_end(name != NULL ? name + 1 : file != NULL ? file : "default platform");
	api.close(platform);
	return status;
}
