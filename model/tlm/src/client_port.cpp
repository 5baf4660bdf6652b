// SPDX-License-Identifier: Apache-2.0
// Client traffic of one TBU. Not here: the translation (model/core). Proof: model/tlm/test/test_shell.cpp.
#include "client_port.h"

#include <algorithm>
#include <vector>

#include "smmu_model.h"
#include "smmuv3_model/hit.h"

namespace smmu_model_tlm {
namespace {

constexpr std::uint64_t kPieceBytes = 4096;

void abort_result(smmu_xlate& out) {
  out = smmu_xlate{};
  out.status = SMMU_XLATE_ABORT;
}

void answer_ats(const smmu_xlate& out, smmu_tlm::StreamExtension& stream) {
  using Status = smmu_tlm::AtsAnswer::Status;
  stream.ats_answer.status = out.ats_status == SMMU_ATS_SUCCESS ? Status::Success
                             : out.ats_status == SMMU_ATS_UR    ? Status::UnsupportedRequest
                                                                : Status::CompleterAbort;
  stream.ats_answer.read = (out.ats_rights & SMMU_RIGHT_READ) != 0;
  stream.ats_answer.write = (out.ats_rights & SMMU_RIGHT_WRITE) != 0;
  stream.ats_answer.execute = (out.ats_rights & SMMU_RIGHT_EXECUTE) != 0;
  stream.ats_answer.address = out.pa;
  stream.ats_answer.size_log2 = out.size_log2;
}

}  // namespace

smmu_txn ClientPort::make_txn(const tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream) {
  smmu_txn txn{};
  txn.iova = payload.get_address();
  txn.sid = stream.sid;
  txn.ssid = stream.ssid;
  txn.flags = static_cast<std::uint8_t>((payload.is_write() ? SMMU_TXN_WRITE : 0u) | (stream.ssid_valid ? SMMU_TXN_SSV : 0u) |
                                        (stream.privileged ? SMMU_TXN_PRIVILEGED : 0u) | (stream.instruction ? SMMU_TXN_INSTRUCTION : 0u) |
                                        (stream.ats_no_write ? SMMU_TXN_ATS_NO_WRITE : 0u));
  txn.ats = static_cast<std::uint8_t>(stream.ats);
  return txn;
}

void ClientPort::answer(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, const smmu_xlate& out) {
  switch (out.status) {
    case SMMU_XLATE_RAZ_WI:
      stream.raz_wi = true;
      if (payload.is_read()) std::fill_n(payload.get_data_ptr(), payload.get_data_length(), static_cast<unsigned char>(0));
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      break;
    case SMMU_XLATE_ATS:
      answer_ats(out, stream);
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      break;
    default:
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      break;
  }
}

ClientPort::ClientPort(SmmuModel& smmu, unsigned index, tlm::tlm_target_socket<64>& in, tlm::tlm_initiator_socket<64>& out)
    : smmu_(smmu), core_(*smmu.core()), index_(index),
      micro_tlb_(smmu.micro_tlb_entries() != 0 ? std::make_unique<MicroTlb>(smmu.micro_tlb_entries()) : nullptr),
      lookup_latency_(micro_tlb_ == nullptr ? smmu.tlb_latency : sc_core::SC_ZERO_TIME),
      takes_more_time_(micro_tlb_ != nullptr || smmu.beat_latency + smmu.write_latency != sc_core::SC_ZERO_TIME), in_(in), out_(out) {}

// The time of an answered transaction beside lookup_latency_ and walks; called with its IOVA.
void ClientPort::add_time(const tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay) {
  if (micro_tlb_ != nullptr) {
    const bool known = micro_tlb_->knows(core_, payload.get_address(), payload.is_write(), stream);
    delay += known ? smmu_.micro_tlb_latency : smmu_.tlb_latency;
  }
  constexpr std::uint64_t beat_bytes = 16;
  const std::uint64_t first = payload.get_address() / beat_bytes, last = (payload.get_address() + payload.get_data_length() - 1) / beat_bytes;
  delay += smmu_.beat_latency * static_cast<double>(last - first + 1);
  if (payload.is_write()) delay += smmu_.write_latency;
}

// One access that stays inside 4 KiB. Nearly all of them are hits that nobody watches.
inline void ClientPort::piece(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay) {
  const std::uint64_t iova = payload.get_address();
  delay += lookup_latency_;
  if (__builtin_expect(core_.open && !core_.observed && stream.ats == smmu_tlm::AtsKind::Untranslated, 1)) {
    const unsigned flags = (payload.is_write() ? SMMU_TXN_WRITE : 0u) | (stream.ssid_valid ? SMMU_TXN_SSV : 0u) |
                           (stream.privileged ? SMMU_TXN_PRIVILEGED : 0u) | (stream.instruction ? SMMU_TXN_INSTRUCTION : 0u);
    smmu_hit hit;
    if (__builtin_expect(smmu_core_hit(&core_, smmu_hit_config_key(stream.sid, stream.ssid, stream.ssid_valid), iova, flags, &hit), 1)) {
      stream.memory_type = hit.attr;
      stream.shareability = hit.sh;
      return forward(payload, stream, iova, hit.pa, delay);
    }
  }
  piece_slowly(payload, stream, delay);
}

void ClientPort::piece_slowly(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay) {
  smmu_txn txn = make_txn(payload, stream);
  smmu_xlate out;
  const std::uint64_t trace_id = smmu_.tracing() ? trace_begin(payload, txn) : 0;
  if (smmu_core_translate(&core_, &txn, &out) == SMMU_XLATE_NEED_JOB) miss(txn, stream, out, delay);
  if (smmu_.tracing()) trace_end(payload, txn, out, trace_id);
  if (smmu_.tracing() || core_.irqs != 0) smmu_.after_core_call();
  if (out.status != SMMU_XLATE_OK) {
    if (micro_tlb_ != nullptr) delay += smmu_.tlb_latency;
    return answer(payload, stream, out);
  }
  stream.memory_type = out.attr;
  stream.shareability = out.sh;
  forward(payload, stream, txn.iova, out.pa, delay);
}

// The data phase: smmu_core_txn_begin() and _done(), written out.
inline void ClientPort::forward(tlm::tlm_generic_payload& payload, const smmu_tlm::StreamExtension& stream, std::uint64_t iova, std::uint64_t pa,
                                sc_core::sc_time& delay) {
  if (__builtin_expect(takes_more_time_, 0)) add_time(payload, stream, delay);
  const unsigned resets = smmu_.reset_count();
  const unsigned token = core_.parity;
  core_.in_flight[token]++;
  payload.set_address(pa);
  if (__builtin_expect(behind_ == nullptr, 0)) behind_ = out_.operator->();
  behind_->b_transport(payload, delay);
  payload.set_address(iova);
  if (payload.is_dmi_allowed() && !smmu_.may_grant_dmi()) payload.set_dmi_allowed(false);
  if (__builtin_expect(resets == smmu_.reset_count(), 1)) core_.in_flight[token]--;
  if (__builtin_expect(smmu_.sync_waits() || core_.r.cr0 != core_.r.cr0ack, 0)) smmu_.after_core_call();
  if (!payload.is_response_ok()) payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
}

void ClientPort::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  auto* stream = payload.get_extension<smmu_tlm::StreamExtension>();
  if (stream == nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  stream->raz_wi = false;
  payload.set_dmi_allowed(false);
  if (payload.get_address() % kPieceBytes + payload.get_data_length() > kPieceBytes) return split(payload, *stream, delay);
  piece(payload, *stream, delay);
}

void ClientPort::split(tlm::tlm_generic_payload& payload, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay) {
  const std::uint64_t start = payload.get_address();
  const unsigned length = payload.get_data_length(), enables = payload.get_byte_enable_length();
  unsigned char* const data = payload.get_data_ptr();
  unsigned char* const enable_ptr = payload.get_byte_enable_ptr();
  std::vector<unsigned char> enable_all;
  if (payload.get_streaming_width() < length) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  for (unsigned i = 0; enable_ptr != nullptr && i < length; i++) enable_all.push_back(enable_ptr[i % enables]);
  bool raz_wi = false;
  for (unsigned done = 0; done < length;) {
    const std::uint64_t address = start + done;
    const auto bytes = static_cast<unsigned>(std::min<std::uint64_t>(length - done, kPieceBytes - address % kPieceBytes));
    payload.set_address(address);
    payload.set_data_ptr(data + done);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    if (enable_ptr != nullptr) {
      payload.set_byte_enable_ptr(enable_all.data() + done);
      payload.set_byte_enable_length(bytes);
    }
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    stream.raz_wi = false;
    piece(payload, stream, delay);
    raz_wi |= stream.raz_wi;
    done += bytes;
    if (!payload.is_response_ok()) break;
  }
  stream.raz_wi = raz_wi;
  payload.set_address(start);
  payload.set_data_ptr(data);
  payload.set_data_length(length);
  payload.set_streaming_width(length);
  payload.set_byte_enable_ptr(enable_ptr);
  payload.set_byte_enable_length(enables);
  payload.set_dmi_allowed(false);
}

// A walk whose memory is all within reach needs no job.
void ClientPort::miss(smmu_txn& txn, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay) {
  if (smmu_.walks_take_time()) return translate(txn, stream, out, delay);
  smmu_window window = smmu_.memory().window();
  if (!smmu_core_walk_direct(&core_, &txn, &window, &out)) return translate(txn, stream, out, delay);
  delay += smmu_.walk_latency * window.accesses;
}

// The long way: a job, again while the core holds the transaction back.
void ClientPort::translate(smmu_txn& txn, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay) {
  const unsigned resets = smmu_.reset_count();
  for (;;) {
    const int job = smmu_core_job_start(smmu_.core(), &txn);
    if (job != SMMU_JOB_NONE) {
      if (!run_job(job, stream, out, delay)) return abort_result(out);
      if (out.status != SMMU_XLATE_HELD) return;
      txn.flags |= SMMU_TXN_RETRY;
    }
    sc_core::wait(smmu_.progress());
    if (resets != smmu_.reset_count()) return abort_result(out);
  }
}

// False: the SMMU was reset under the job.
bool ClientPort::run_job(int job, smmu_tlm::StreamExtension& stream, smmu_xlate& out, sc_core::sc_time& delay) {
  const unsigned resets = smmu_.reset_count();
  const bool timed = smmu_.walks_take_time();
  smmu_step step;
  while ((step = timed ? smmu_core_job_step(smmu_.core(), job) : smmu_.step(job, delay)) == SMMU_STEP_IO || step == SMMU_STEP_BLOCKED) {
    if (step == SMMU_STEP_BLOCKED)
      sc_core::wait(smmu_.walk_latency + sc_core::sc_time(1, sc_core::SC_NS));
    else if (timed)
      smmu_.access_in_time(job, delay);
    else
      smmu_.access(job, delay);
    if (resets != smmu_.reset_count()) return false;
  }
  smmu_.after_core_call();
  if (step == SMMU_STEP_STALLED && !park(job, stream, delay)) return false;
  smmu_core_job_result(smmu_.core(), job, &out);
  smmu_core_job_free(smmu_.core(), job);
  smmu_.after_core_call();
  if (out.status != SMMU_XLATE_HELD) smmu_.progress().notify(sc_core::SC_ZERO_TIME);  // a held one freed nothing
  return true;
}

bool ClientPort::park(int job, smmu_tlm::StreamExtension& stream, sc_core::sc_time& delay) {
  const unsigned resets = smmu_.reset_count();
  ParkedCall& call = smmu_.parked(job);
  call.done = false;
  call.observer = stream.stall_observer;
  if (call.observer != nullptr) call.observer->transaction_stalled(smmu_core_job_stag(smmu_.core(), job));
  sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;
  while (!call.done && resets == smmu_.reset_count()) sc_core::wait(call.moved);
  call.observer = nullptr;
  return resets == smmu_.reset_count();
}

unsigned int ClientPort::transport_dbg(tlm::tlm_generic_payload& payload) {
  auto* stream = payload.get_extension<smmu_tlm::StreamExtension>();
  const std::uint64_t iova = payload.get_address();
  if (stream == nullptr || iova % kPieceBytes + payload.get_data_length() > kPieceBytes) return 0;
  if (scratch_ == nullptr) scratch_ = std::make_unique<smmu_core>();
  *scratch_ = *smmu_.core();
  const smmu_txn txn = make_txn(payload, *stream);
  smmu_xlate out;
  if (smmu_core_translate(scratch_.get(), &txn, &out) == SMMU_XLATE_NEED_JOB) {
    const int job = smmu_core_job_start(scratch_.get(), &txn);
    smmu_step step = SMMU_STEP_BLOCKED;
    abort_result(out);
    while (job != SMMU_JOB_NONE && (step = smmu_core_job_step(scratch_.get(), job)) == SMMU_STEP_IO) {
      std::uint64_t answer[8] = {};
      const smmu_io io = *smmu_core_job_io(scratch_.get(), job);
      const bool ok = smmu_.memory().peek(io, answer);
      if (io.kind == SMMU_IO_CAS) answer[0] = io.data[1];
      smmu_core_job_feed(scratch_.get(), job, ok, answer);
    }
    if (step == SMMU_STEP_DONE) smmu_core_job_result(scratch_.get(), job, &out);
  }
  if (out.status != SMMU_XLATE_OK) return 0;
  payload.set_address(out.pa);
  const unsigned done = out_->transport_dbg(payload);
  payload.set_address(iova);
  return done;
}

bool ClientPort::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const auto* stream = payload.get_extension<smmu_tlm::StreamExtension>();
  dmi.init();
  if (stream == nullptr || stream->ats != smmu_tlm::AtsKind::Untranslated || !smmu_.may_grant_dmi()) return false;
  const std::uint64_t iova = payload.get_address();
  smmu_txn txn = make_txn(payload, *stream);
  smmu_xlate wanted, other;
  const bool ok = smmu_core_peek(smmu_.core(), &txn, &wanted);
  txn.flags ^= SMMU_TXN_WRITE;
  const bool both = smmu_core_peek(smmu_.core(), &txn, &other) && other.pa == wanted.pa && other.size_log2 == wanted.size_log2;
  if (!ok) return false;
  tlm::tlm_dmi behind;
  behind.init();
  payload.set_address(wanted.pa);
  const bool granted = out_->get_direct_mem_ptr(payload, behind);
  payload.set_address(iova);
  const std::uint64_t mask = (std::uint64_t{1} << wanted.size_log2) - 1;
  const std::uint64_t first = std::max<std::uint64_t>(wanted.pa & ~mask, behind.get_start_address());
  const std::uint64_t last = std::min<std::uint64_t>(wanted.pa | mask, behind.get_end_address());
  const bool read = (payload.is_read() || both) && behind.is_read_allowed(), write = (payload.is_write() || both) && behind.is_write_allowed();
  if (!granted || wanted.pa < first || wanted.pa > last || !(payload.is_read() ? read : write)) return false;
  dmi.set_dmi_ptr(behind.get_dmi_ptr() + (first - behind.get_start_address()));
  dmi.set_start_address(iova - (wanted.pa - first));
  dmi.set_end_address(iova + (last - wanted.pa));
  dmi.set_granted_access(read && write ? tlm::tlm_dmi::DMI_ACCESS_READ_WRITE : read ? tlm::tlm_dmi::DMI_ACCESS_READ : tlm::tlm_dmi::DMI_ACCESS_WRITE);
  dmi.set_read_latency(behind.get_read_latency() + smmu_.tlb_latency);
  dmi.set_write_latency(behind.get_write_latency() + smmu_.tlb_latency);
  smmu_.watch_dmi();
  dmi_granted_ = true;
  return true;
}

void ClientPort::revoke_dmi() {
  if (!dmi_granted_) return;
  dmi_granted_ = false;
  in_->invalidate_direct_mem_ptr(0, ~sc_dt::uint64{0});
}

tlm::tlm_sync_enum ClientPort::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  return smmu_.at().from_client(index_, payload, phase, delay);
}

tlm::tlm_sync_enum ClientPort::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  return smmu_.at().from_memory(index_, payload, phase, delay);
}

namespace {

smmu_trace_record trace_record(smmu_trace_kind kind, const tlm::tlm_generic_payload& payload, const smmu_txn& txn, unsigned tbu, std::uint64_t id) {
  smmu_trace_record record{};
  record.kind = static_cast<std::uint16_t>(kind);
  record.sid = txn.sid;
  record.ssid = txn.ssid;
  record.flags = txn.flags & 0xfu;
  record.addr = txn.iova;
  record.size = static_cast<std::uint8_t>(std::min(payload.get_data_length(), 255u));
  record.data[2] = tbu;
  record.data[3] = id;
  return record;
}

}  // namespace

std::uint64_t ClientPort::trace_begin(const tlm::tlm_generic_payload& payload, const smmu_txn& txn) {
  smmu_.emit(trace_record(SMMU_TRACE_TXN_BEGIN, payload, txn, index_, ++trace_id_));
  return trace_id_;
}

void ClientPort::trace_end(const tlm::tlm_generic_payload& payload, const smmu_txn& txn, const smmu_xlate& out, std::uint64_t id) {
  smmu_trace_record record = trace_record(SMMU_TRACE_TXN_END, payload, txn, index_, id);
  smmu_.after_core_call();
  // A translation request that is refused is no translation.
  const bool answered = out.status == SMMU_XLATE_ATS && out.ats_status == SMMU_ATS_SUCCESS;
  record.detail = out.status == SMMU_XLATE_OK || answered ? SMMU_TRACE_TXN_OK
                  : out.status == SMMU_XLATE_RAZ_WI       ? SMMU_TRACE_TXN_RAZ_WI
                                                          : SMMU_TRACE_TXN_ABORTED;
  record.data[0] = out.pa;
  smmu_.emit(record);
}

}  // namespace smmu_model_tlm
