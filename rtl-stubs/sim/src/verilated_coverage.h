// SPDX-License-Identifier: Apache-2.0
// Line and toggle coverage of a Verilated block, for builds with TANDEM_RTL_COVERAGE: what every model of this process counted is
// added up and written at its end into the folder $TANDEM_RTL_COVERAGE_DIR, which must exist. Without the variable, or in other
// builds, nothing happens. Include no SystemC before it. Not here: what the counts mean (../coverage/summary.lua).
// Proof: `./run rtl-coverage` finds no points if it breaks.
#ifndef SMMU_RTL_VERILATED_COVERAGE_H
#define SMMU_RTL_VERILATED_COVERAGE_H

#include <verilated.h>

namespace smmu_rtl {
#if VM_COVERAGE
void coverage_begins(VerilatedContext& context);  // when reset is over: forgets how bits left their random initial state
void coverage_ends(VerilatedContext& context);    // before the model goes
#else
inline void coverage_begins(VerilatedContext&) {}
inline void coverage_ends(VerilatedContext&) {}
#endif
}  // namespace smmu_rtl

#endif
