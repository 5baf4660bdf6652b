/* SPDX-License-Identifier: Apache-2.0
 * The whole public API of the driver core in one include.
 * Not here: anything of its own. Proof: driver/test/test_headers.c compiles it alone. */
#ifndef SMMUV3_SMMUV3_H
#define SMMUV3_SMMUV3_H

#include "dev.h"
#include "domain.h"
#include "endpoint.h"
#include "errata.h"
#include "guest.h"
#include "master.h"
#include "pmcg.h"
#include "port.h"
#include "pri.h"
#include "status.h"
#include "sva.h"
#include "sys.h"
#include "trace.h"
#include "types.h"

#endif
