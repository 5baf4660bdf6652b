/* SPDX-License-Identifier: Apache-2.0
 * What is different where the SMMU belongs to another simulator and its masters are devices of that simulator: StreamIDs below
 * 0x40 are other ones, because not all of the vectors' exist there, some transactions cannot be sent, and one known defect is in so
 * many records that it is counted instead of hiding everything else (tb/backend/qemu/known_defects.lua). */
#include "conformance.h"

#include <stdio.h>
#include <string.h>

#include "report.h"

/* The masters of platforms/qemu_baseline.lua, as the rows call them. */
static const uint32_t sids_of_rows[] = { 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x3f, 0x40, 0x46, 0xc0, 0xc3, 0xc4, 0xc5, 0x241, 0x3ff, 0x400 };
static unsigned known_classes;

static bool is_foreign(void)
{
	static int foreign = -1;
	if (foreign < 0)
		foreign = strstr(api.caps(platform, 0), "\"ATTRIBUTES\": false") != NULL;
	return foreign != 0;
}

/* Exclusive-or keeps aligned ranges of StreamIDs aligned ranges, and a table of 64 entries full. */
uint32_t hw_sid(uint32_t sid) { return is_foreign() && sid < 0x40 ? sid ^ 0x30 : sid; }

bool master_can_send(const struct txn *t)
{
	if (!is_foreign())
		return true;
	if (t->ssv || t->pnu || t->ind || t->translated)
		return false;
	for (size_t i = 0; i < sizeof sids_of_rows / sizeof sids_of_rows[0]; i++) {
		if (sids_of_rows[i] == t->sid)
			return true;
	}
	return false;
}

bool is_known_class(uint64_t actual_word1, uint64_t expected_word1)
{
	if (!is_foreign() || (actual_word1 & CLASS_BITS) != 0 || (expected_word1 & CLASS_BITS) != UINT64_C(2) << 40)
		return false;
	known_classes++;
	return true;
}

bool needs_resets(void) { return is_foreign(); }

void report_known_class(void)
{
	if (known_classes != 0)
		printf("known: %u records of faults of an input address have CLASS = 0, not IN (2)\n", known_classes);
}
