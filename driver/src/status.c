/* SPDX-License-Identifier: Apache-2.0
 * Text forms of status codes, call numbers and incompatibility reasons.
 * Not here: event names (event.c). Proof: driver/test/test_status.c. */
#include "smmuv3/domain.h"
#include "smmuv3/status.h"
#include "smmuv3/trace.h"

static const struct {
	const char *name, *text;
} status_words[] = {
	[0] = { "SMMU_OK", "success" },
	[-SMMU_E_INVALID] = { "SMMU_E_INVALID", "an argument is null, unknown, or does not go with the others" },
	[-SMMU_E_ALIGN] = { "SMMU_E_ALIGN", "address and size must be non-zero multiples of the granule" },
	[-SMMU_E_RANGE] = { "SMMU_E_RANGE", "a value is outside its allowed range" },
	[-SMMU_E_OVERFLOW] = { "SMMU_E_OVERFLOW", "address plus size wraps around" },
	[-SMMU_E_BUSY] = { "SMMU_E_BUSY", "the object, StreamID or SubstreamID is in use" },
	[-SMMU_E_EXISTS] = { "SMMU_E_EXISTS", "the mapping or attachment is already there" },
	[-SMMU_E_NOT_FOUND] = { "SMMU_E_NOT_FOUND", "there is no such mapping, attachment or entry" },
	[-SMMU_E_NO_MEMORY] = { "SMMU_E_NO_MEMORY", "an arena has no free block of the size needed" },
	[-SMMU_E_NO_SPACE] = { "SMMU_E_NO_SPACE", "all tags or counters are taken" },
	[-SMMU_E_UNSUPPORTED] = { "SMMU_E_UNSUPPORTED", "this SMMU or this version of the driver core cannot do it" },
	[-SMMU_E_INCOMPATIBLE] = { "SMMU_E_INCOMPATIBLE", "the domain cannot live on this SMMU" },
	[-SMMU_E_STATE] = { "SMMU_E_STATE", "the SMMU is not in the state this call needs" },
	[-SMMU_E_TIMEOUT] = { "SMMU_E_TIMEOUT", "the SMMU did not answer before the deadline" },
	[-SMMU_E_CMDQ] = { "SMMU_E_CMDQ", "the SMMU refused a command" },
	[-SMMU_E_HARDWARE] = { "SMMU_E_HARDWARE", "the SMMU shows a value the architecture forbids" },
	[-SMMU_E_ENDPOINT] = { "SMMU_E_ENDPOINT", "a device did not answer an ATC invalidation and is in quarantine" },
};
#define STATUS_COUNT ((int)(sizeof status_words / sizeof status_words[0]))

const char *smmu_status_text(smmu_status status)
{
	const int n = -(int)status;
	return n >= 0 && n < STATUS_COUNT ? status_words[n].text : "unknown status";
}

const char *smmu_status_name(smmu_status status)
{
	const int n = -(int)status;
	return n >= 0 && n < STATUS_COUNT ? status_words[n].name : "SMMU_E_?";
}

const char *smmu_incompat_text(enum smmu_incompat reason)
{
	static const char *const text[] = {
		"compatible",
		"the SMMU does not implement the translation stage",
		"the SMMU cannot walk little-endian VMSAv8-64 tables",
		"the SMMU does not implement the granule",
		"the input size of the domain exceeds that of the SMMU",
		"the output size of the domain exceeds that of the SMMU",
		"the tables are kept coherent by hardware but the SMMU is not coherent",
		"dirty tracking needs hardware update of the dirty state",
		"the SMMU does not implement forced write-back",
		"the ASIDs of the SMMU are narrower than those of the CPU",
		"an erratum of the SMMU forbids stage 1 under stage 2",
		"the guest's CD table asks for more than the SMMU has",
	};
	const unsigned n = (unsigned)reason;
	return n < sizeof text / sizeof text[0] ? text[n] : "unknown reason";
}

const char *smmu_call_name(unsigned call)
{
	static const char *const name[SMMU_CALL_LAST + 1] = {
		"?", "dev_probe", "dev_enable", "dev_disable", "dev_remove", "dev_set_stream_default", "dev_handle_events",
		"dev_handle_gerror", "dev_resume", "dev_submit", "domain_create", "domain_destroy", "domain_map",
		"domain_unmap", "domain_sync", "domain_flush", "master_create", "master_destroy", "master_attach",
		"master_detach", "master_attach_pasid", "master_detach_pasid", "group_attach", "group_detach", "pasid_alloc",
		"pasid_free", "sva_bind", "sva_unbind", "sva_invalidate", "sva_mm_exit", "dev_respond",
		"dev_handle_page_requests", "dev_page_respond", "dev_suspend", "dev_restore", "guest_invalidate",
		"master_unquarantine", "domain_read_dirty",
	};
	return call <= SMMU_CALL_LAST ? name[call] : "?";
}
