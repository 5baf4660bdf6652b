/* SPDX-License-Identifier: Apache-2.0
 * The records that tandem_on_trace() delivers: kinds, flags and the 64-byte struct. Proof: tb.libtandem.*. */
#ifndef TANDEM_TRACE_H
#define TANDEM_TRACE_H

#include "smmuv3_trace.h"

#endif
