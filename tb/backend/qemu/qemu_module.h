// SPDX-License-Identifier: Apache-2.0
// The SMMUv3 of a QEMU process with the TLM face of every other SMMU, so that a platform can mix it with them. What QEMU 7.2 has:
// stage 1, no SubstreamIDs, stalls, ATS, PRI, MSIs, counters. Register accesses take no simulated time here; neither does DMA.
// Not here: the process (process.h), the machine (machine.h), what is known to be wrong with it (known_defects.lua).
// Proof: tb/backend/qemu/test/test_qemu.cpp, scenarios on qemu.
//
// A DMA begins every 4 KiB piece with a beat of up to 4 bytes and goes on only when that was let through, so that a refused access
// is one transaction and one event: QEMU's bus cuts what it refuses into 4-byte accesses and translates each.
#ifndef TANDEM_BACKEND_QEMU_QEMU_MODULE_H
#define TANDEM_BACKEND_QEMU_QEMU_MODULE_H

#include <memory>

#include "backend/backend_registry.h"

namespace tandem::qemu {

BackendFactory factory();

}  // namespace tandem::qemu

#endif
