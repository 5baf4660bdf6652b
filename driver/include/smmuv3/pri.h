/* SPDX-License-Identifier: Apache-2.0
 * Page requests: a device with ATS asks for pages it found absent. Requests come in groups (PRG); the group is answered once,
 * after its last request was read.
 * Not here: making the pages present (the host's business), switching PRI on (endpoint.h). Proof: driver/test/test_pri.c. */
#ifndef SMMUV3_PRI_H
#define SMMUV3_PRI_H

#include "dev.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One record of the PRI queue. */
struct smmu_page_request {
	uint32_t sid;
	bool ssid_valid;
	uint32_t ssid;           /* 0 without ssid_valid */
	uint16_t group;          /* PRGIndex, 0..511 */
	bool read, write, execute, privileged; /* what the device wants to do with the page */
	bool last;               /* the group is complete: answer it */
	bool stop;               /* stop marker: no further request of this SubstreamID comes before it; never answered */
	smmu_iova iova;          /* page address, 4 KiB */
	uint64_t raw[2];
};

struct smmu_page_request_batch {
	uint32_t handled;        /* records taken out of the queue */
	uint32_t complete;       /* groups that wait for an answer now because of this call */
	bool overflowed;         /* requests were lost; the SMMU answered their groups, which the device asks for again */
	bool more;               /* budget ended before the queue was empty: call again */
};

/* Decode one 16-byte record. Pure. */
void smmu_page_request_decode(const uint64_t record[2], struct smmu_page_request *out);

/* Give queued requests to fn, oldest first, until PROD stops moving or budget records were given (0: queue size). fn may be
 * null (then every complete group is answered INVALID by the core); it runs without a lock held and may call the
 * driver but not this function. An overflow is acknowledged when the queue is empty, in the write of CONS that empties it;
 * incomplete groups are then forgotten, their last requests may have been lost. A group that finds no place in the book
 * (smmu_dev_config.page_groups) is answered SUCCESS at once, without fn: the device asks again. One consumer thread at a time
 * per SMMU (BUSY otherwise). Errors: INVALID, UNSUPPORTED (no PRI queue), STATE, BUSY, HARDWARE (PROD further ahead than the
 * queue is long: re-synchronised), TIMEOUT or CMDQ of answers the core gave itself. Never waits otherwise. */
typedef void (*smmu_page_request_fn)(void *arg, struct smmu_dev *dev, const struct smmu_page_request *request);
smmu_status smmu_dev_handle_page_requests(struct smmu_dev *dev, uint32_t budget, smmu_page_request_fn fn, void *arg,
					  struct smmu_page_request_batch *out);

enum smmu_page_response {
	SMMU_PAGE_FAILURE = 0,   /* Response Failure: the device gives up page requests altogether */
	SMMU_PAGE_INVALID = 1,   /* Invalid Request: these pages will not come */
	SMMU_PAGE_SUCCESS = 2,   /* the device may ask for the translations again */
};

/* Answer the group of request (any request of it; sid, ssid_valid, ssid and group matter). Every group gets exactly one
 * answer: NOT_FOUND when it was answered already, by the core when its domain was detached (INVALID) or replaced (SUCCESS). STATE: its last
 * request was not read yet, or the SMMU is off. INVALID (null, response, a stop marker), UNSUPPORTED, TIMEOUT, CMDQ. Any
 * thread; blocks for the time it takes to find room in the command queue, not for the device. */
smmu_status smmu_dev_page_respond(struct smmu_dev *dev, const struct smmu_page_request *request, enum smmu_page_response response);

#ifdef __cplusplus
}
#endif

#endif
