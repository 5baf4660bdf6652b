/* SPDX-License-Identifier: Apache-2.0
 * Loads libtandem and wraps the register accesses of SMMU 0. */
#include "conformance.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct api api;
tandem *platform;

static bool load(void *library, const char *name, void *function)
{
	void *symbol = dlsym(library, name);
	if (symbol != NULL)
		memcpy(function, &symbol, sizeof symbol); /* ISO C has no cast from object to function pointer */
	return symbol != NULL;
}

bool api_load(const char *path, char *err, size_t err_size)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct { const char *name; void *function; } symbols[] = {
		{ "tandem_open", &api.open }, { "tandem_close", &api.close }, { "tandem_reset", &api.reset },
		{ "tandem_smmu_count", &api.smmu_count }, { "tandem_mmio_read32", &api.read32 },
		{ "tandem_mmio_write32", &api.write32 }, { "tandem_mmio_read64", &api.read64 },
		{ "tandem_mmio_write64", &api.write64 }, { "tandem_ram", &api.ram }, { "tandem_access", &api.access },
		{ "tandem_poll", &api.poll }, { "tandem_take_irqs", &api.take_irqs }, { "tandem_on_irq", &api.on_irq },
		{ "tandem_run_ns", &api.run_ns }, { "tandem_now_ns", &api.now_ns }, { "tandem_caps", &api.caps },
	};

	if (library == NULL) {
		snprintf(err, err_size, "%s", dlerror());
		return false;
	}
	for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
		if (!load(library, symbols[i].name, symbols[i].function)) {
			snprintf(err, err_size, "%s has no %s", path, symbols[i].name);
			return false;
		}
	}
	return true;
}

uint32_t rd32(uint32_t offset) { return api.read32(platform, 0, offset); }
void wr32(uint32_t offset, uint32_t value) { api.write32(platform, 0, offset, value); }
uint64_t rd64(uint32_t offset) { return api.read64(platform, 0, offset); }
void wr64(uint32_t offset, uint64_t value) { api.write64(platform, 0, offset, value); }

bool wait32(uint32_t offset, uint32_t mask, uint32_t want)
{
	for (int i = 0; i < 5000; i++) {
		if ((rd32(offset) & mask) == want)
			return true;
		api.run_ns(platform, 200);
	}
	return false;
}
