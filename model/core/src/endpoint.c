/* SPDX-License-Identifier: Apache-2.0
 * Messages to endpoints: CMD_ATC_INV with its tags, which CMD_SYNC waits for, and answers to page request groups. They
 * wait in a ring until the caller takes them; a command that finds no room waits too.
 * Not here: what an endpoint does, how long it may take (the caller reports a time-out), page requests (pri.c).
 * Proof: model/test/test_endpoint.c, test_vectors.c. */
#include "internal.h"

static bool ring_is_full(const struct smmu_core *core) { return core->message_count == SMMU_CORE_MAX_MESSAGES; }

bool smmu_i_message_fits(const struct smmu_core *core) { return !ring_is_full(core); }

static void push(struct smmu_core *core, const struct smmu_message *message)
{
	core->messages[(core->message_head + core->message_count) % SMMU_CORE_MAX_MESSAGES] = *message;
	core->message_count++;
}

bool smmu_core_take_message(struct smmu_core *core, struct smmu_message *out)
{
	if (core->message_count == 0)
		return false;
	*out = core->messages[core->message_head];
	core->message_head = (core->message_head + 1u) % SMMU_CORE_MAX_MESSAGES;
	core->message_count--;
	return true;
}

bool smmu_core_message_pending(const struct smmu_core *core) { return core->message_count != 0; }

uint32_t smmu_core_atc_waiting(const struct smmu_core *core) { return core->atc_waiting; }

/* Tags that are not in use are ignored: an answer may come after its time-out. */
void smmu_core_atc_completed(struct smmu_core *core, unsigned tag, bool in_time)
{
	if (tag >= SMMU_CORE_MAX_ATC || (core->atc_waiting & UINT32_C(1) << tag) == 0)
		return;
	core->atc_waiting &= ~(UINT32_C(1) << tag);
	core->atc_timed_out |= !in_time;
}

void smmu_i_prg_respond(struct smmu_core *core, const struct smmu_page_request *request, bool with_ssv, enum smmu_prg_code code)
{
	const bool ssv = with_ssv && request->ssv;

	push(core, &(struct smmu_message){ .kind = SMMU_MESSAGE_PRG_RESPONSE, .sid = request->sid, .ssid = ssv ? request->ssid : 0,
					   .ssv = ssv, .prg_index = request->prg_index, .code = (uint8_t)code });
}

/* Span 4096 << Size, aligned down to itself; from Size = 52 on it is the whole address space. */
static void send_atc_inv(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	const unsigned size_log2 = 12u + (unsigned)smmu_cmd_atc_inv_get_Size(cmd);
	const unsigned tag = (unsigned)__builtin_ctz(~core->atc_waiting);
	const bool ssv = smmu_cmd_atc_inv_get_SSV(cmd) != 0;

	core->atc_waiting |= UINT32_C(1) << tag;
	push(core, &(struct smmu_message){
		.kind = SMMU_MESSAGE_ATC_INVALIDATE, .sid = (uint32_t)smmu_cmd_atc_inv_get_StreamID(cmd), .ssv = ssv,
		.ssid = ssv ? (uint32_t)smmu_cmd_atc_inv_get_SubstreamID(cmd) : 0, .global = ssv && smmu_cmd_atc_inv_get_Global(cmd) != 0,
		.size_log2 = (uint8_t)(size_log2 > 64 ? 64 : size_log2), .tag = (uint8_t)tag,
		.address = size_log2 >= 64 ? 0 : smmu_cmd_atc_inv_get_Address(cmd) & ~MASK(size_log2) });
}

static void send_prg_response(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	static const uint8_t codes[4] = { SMMU_PRG_RESPONSE_FAILURE, SMMU_PRG_INVALID_REQUEST, SMMU_PRG_SUCCESS, 0 };
	const struct smmu_page_request request = {
		.sid = (uint32_t)smmu_cmd_pri_resp_get_StreamID(cmd), .ssid = (uint32_t)smmu_cmd_pri_resp_get_SubstreamID(cmd),
		.ssv = smmu_cmd_pri_resp_get_SSV(cmd) != 0, .prg_index = (uint16_t)smmu_cmd_pri_resp_get_PRGIndex(cmd) };

	smmu_i_prg_respond(core, &request, true, (enum smmu_prg_code)codes[smmu_cmd_pri_resp_get_Resp(cmd)]);
}

bool smmu_i_endpoint_command_is_legal(const struct smmu_core *core, const struct smmu_cmd *cmd)
{
	if ((cmd->qword[0] & 0xffu) == SMMU_CMD_ATC_INV)
		return core->f.ats;
	return core->f.pri && smmu_cmd_pri_resp_get_Resp(cmd) != 3;
}

/* An invalidation needs one of the tags as well. */
bool smmu_i_endpoint_command_must_wait(const struct smmu_core *core, const struct smmu_cmd *cmd)
{
	if (!smmu_is_enabled(core))
		return false; /* ignored */
	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_ATC_INV: return ring_is_full(core) || core->atc_waiting == UINT32_MAX;
	case SMMU_CMD_PRI_RESP: return ring_is_full(core);
	default: return false;
	}
}

void smmu_i_endpoint_command(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	if (!smmu_is_enabled(core))
		return;
	if ((cmd->qword[0] & 0xffu) == SMMU_CMD_ATC_INV)
		send_atc_inv(core, cmd);
	else
		send_prg_response(core, cmd);
}
