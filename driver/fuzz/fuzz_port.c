/* SPDX-License-Identifier: Apache-2.0
 * libFuzzer target of the driver's port. Not here: the device and the calls (hostile.c). */
#include "hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostile_counts ignored;
	hostile_run(data, size, &ignored);
	return 0;
}
