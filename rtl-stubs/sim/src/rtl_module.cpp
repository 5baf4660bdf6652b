// SPDX-License-Identifier: Apache-2.0
// The clock thread, the blocking calls and the reset of rtl_module.h. Proof: sim/test.
#include "rtl_module.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "smmuv3_arch.h"

namespace smmu_rtl {
namespace {

constexpr const char* kReport = "smmu_rtl";

std::uint64_t now_ps() {
  static const sc_core::sc_time one(1, sc_core::SC_PS);  // to make one takes longer than the rest
  return static_cast<std::uint64_t>(sc_core::sc_time_stamp() / one);
}

void spend(sc_core::sc_time& delay) {
  if (delay == sc_core::SC_ZERO_TIME) return;
  sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;
}

tlm::tlm_response_status status_of(ClientResult result) {
  switch (result) {
    case ClientResult::Ok: return tlm::TLM_OK_RESPONSE;
    case ClientResult::SmmuAbort: return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    case ClientResult::MemoryError: break;
  }
  return tlm::TLM_GENERIC_ERROR_RESPONSE;
}

// AxPROT: bit 0 privileged, bit 1 non-secure, bit 2 instruction.
std::uint8_t prot_of(const smmu_tlm::StreamExtension& stream) {
  return static_cast<std::uint8_t>((stream.privileged ? 1u : 0u) | 2u | (stream.instruction ? 4u : 0u));
}

// If the calling process is killed while it waits, the call stays inside but its buffer must not be touched any more.
struct BufferGuard {
  ClientCall& call;
  ~BufferGuard() {
    call.data = nullptr;
    call.stall_observer = nullptr;
  }
};

}  // namespace

RtlModule::RtlModule(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config,
                     std::unique_ptr<Block> block, BlockSizes sizes)
    : SmmuModule(name, config.tbu_count),
      config_(config),
      sizes_(sizes),
      batch_cycles_(parameter(config, Parameter::BatchCycles)),
      period_ps_(config.clock_period_ps),
      block_(std::move(block)),
      walk_(table_walk, true, 8, parameter(config, Parameter::MemLatencyCycles), config.clock_period_ps) {
  if (config.tbu_count > block_->tbu_count() || period_ps_ == 0)
    throw std::invalid_argument("smmu_rtl::RtlModule: the configuration was not checked");
  programming.bind(programming_target_);
  table_walk.bind(initiator_);
  for (unsigned i = 0; i < config.tbu_count; ++i) {
    clients_.emplace_back(block_->client_id_count(), block_->client_data_bytes());
    memories_.push_back(std::make_unique<MemoryPort>(tbu_initiator[i], false, block_->client_data_bytes(),
                                                     parameter(config, Parameter::MemLatencyCycles), period_ps_));
    client_targets_.push_back(std::make_unique<Client>(*this, i));
    tbu_target[i].bind(*client_targets_.back());
    tbu_initiator[i].bind(initiator_);
  }
  for (unsigned n = 0; n <= batch_cycles_; ++n)
    batch_time_.emplace_back(static_cast<double>(n * period_ps_), sc_core::SC_PS);
  walk_.on_msi([this](std::uint64_t pa, std::uint64_t data, bool ok) { observer_.msi(pa, data, ok, now_ps()); });
  block_->set_straps({config.ids.idr, config.ids.iidr, config.ids.aidr});
  apply_reset();
  SC_THREAD(run_clock);
  set_stack_size(256 * 1024);  // the memory's b_transport runs on it
}

RtlModule::~RtlModule() { block_->close_wave(); }

// ---- clock ----

void RtlModule::run_clock() {
  for (;;) {
    if (can_sleep()) {
      asleep_ = true;
      ++counters_.sleeps;
      sc_core::wait(wake_event_);
      asleep_ = false;
    }
    align_to_clock();
    sc_core::wait(batch_time_[run_batch()]);
    if (make_visible()) sc_core::wait(sc_core::SC_ZERO_TIME);  // whoever was woken may have the next input ready
  }
}

// The clock edges lie on multiples of the period, however long the block slept or the memory waited.
void RtlModule::align_to_clock() {
  const std::uint64_t past_edge_ps = now_ps() % period_ps_;
  if (past_edge_ps != 0)
    sc_core::wait(sc_core::sc_time(static_cast<double>(period_ps_ - past_edge_ps), sc_core::SC_PS));
}

unsigned RtlModule::run_batch() {
  cycle_time_ps_ = now_ps();
  ++counters_.batches;
  if (quiet_cycles_ >= kQuietCycles) quiet_cycles_ = 0;  // an input came while the last batch's time passed
  unsigned n = 0;
  bool visible = false;
  while (n < batch_cycles_ && !visible && quiet_cycles_ < kQuietCycles) {
    visible = run_cycle();
    ++n;
  }
  counters_.cycles_evaluated += n;
  return n;
}

// One clock cycle; true when it did something that others must see at this time.
bool RtlModule::run_cycle() {
  cycle_time_ps_ += period_ps_;
  if (waves_) block_->set_wave_time(cycle_time_ps_ - period_ps_ / 2, cycle_time_ps_);
  registers_.drive(pins_.registers);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    clients_[i].drive(pins_.client[i]);
    memories_[i]->drive(pins_.memory[i], cycle_);
  }
  walk_.drive(pins_.walk, cycle_);
  pins_.broadcast.valid = !broadcasts_.empty();
  if (!broadcasts_.empty()) pins_.broadcast.beat = broadcasts_.front();

  block_->settle(pins_);
  bool visible = registers_.sample(pins_.registers);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    visible |= clients_[i].sample(pins_.client[i]);
    visible |= memories_[i]->sample(pins_.memory[i]);
  }
  visible |= walk_.sample(pins_.walk);
  if (pins_.broadcast.fires()) {
    broadcasts_.pop_front();
    visible |= broadcasts_.empty();
  }
  if (pins_.seen.txn_begin && pins_.seen.txn.tbu < clients_.size()) {
    Observation::Transaction& txn = pins_.seen.txn;
    ClientPort& client = clients_[txn.tbu];
    txn.bytes = pins_.seen.txn_recalled ? client.bytes_of_burst_at(txn.write, txn.addr) : client.take_accepted_bytes(txn.write);
  }
  const Observation& seen = pins_.seen;
  const bool stalls = seen.stall || (seen.held && seen.held_queue);  // its record comes later
  if (stalls && seen.stalled.tbu < clients_.size())
    visible |= clients_[seen.stalled.tbu].stalled(seen.stalled.write, seen.stalled.id, seen.stall ? seen.stall_tag : kNoStag);
  if (seen.held && !stalls && seen.stalled.tbu < clients_.size()) clients_[seen.stalled.tbu].held(seen.stalled.write, seen.stalled.id);
  if (seen.resume && seen.resumed.tbu < clients_.size())
    visible |= clients_[seen.resumed.tbu].resumed(seen.resumed.write, seen.resumed.id);
  visible |= observer_.sample(pins_, cycle_time_ps_);
  block_->clock_edge();
  ++cycle_;
  quiet_cycles_ = pins_.seen.idle && !visible && !ports_busy() ? quiet_cycles_ + 1 : 0;
  return visible;
}

// The time of the batch has passed: interrupts, answers and memory accesses happen now. True when a caller was woken.
bool RtlModule::make_visible() {
  bool woken = false;
  observer_.make_visible([this, &woken](smmu_tlm::Irq irq) {
    raise(irq);
    woken = true;
  });
  if (const auto access = registers_.take_answered()) {
    observer_.register_access(access->write, access->offset, access->value, access->bytes, now_ps());
    woken = true;
  }
  if (broadcasts_.empty()) broadcasts_taken_.notify();
  for (auto& client : clients_) woken |= client.take_stalls() | client.take_finished();
  walk_.perform(cycle_);
  for (auto& memory : memories_) memory->perform(cycle_);
  return woken;
}

bool RtlModule::holds_stalled() const {
  return std::any_of(clients_.begin(), clients_.end(), [](const ClientPort& c) { return c.call_count() != 0; });
}

bool RtlModule::ports_busy() const {
  return registers_.busy() || walk_.busy() || !broadcasts_.empty() ||
         std::any_of(clients_.begin(), clients_.end(), [](const ClientPort& c) { return c.busy(); }) ||
         std::any_of(memories_.begin(), memories_.end(), [](const auto& m) { return m->busy(); });
}

bool RtlModule::in_thread() const {
  const sc_core::sc_process_handle self = sc_core::sc_get_current_process_handle();
  return self.valid() && self.proc_kind() == sc_core::SC_THREAD_PROC_;
}

void RtlModule::broadcast_tlbi(const smmu_tlm::BroadcastTlbi& tlbi) {
  if (SMMU_FIELD_GET(IDR0, BTM, config_.ids.idr[0]) == 0) return;
  broadcasts_.push_back({static_cast<std::uint8_t>(tlbi.kind), tlbi.leaf, tlbi.vmid, tlbi.asid, tlbi.address});
  broadcasts_.push_back({kBroadcastSync, false, 0, 0, 0});
  wake();
  if (!in_thread()) return;
  while (!broadcasts_.empty()) sc_core::wait(broadcasts_taken_);
}

void RtlModule::wake() {
  if (asleep_) wake_event_.notify();
}

// ---- reset ----

void RtlModule::apply_reset() {
  registers_.abort_all();
  for (auto& client : clients_) client.abort_all();
  for (auto& memory : memories_) memory->abort_all();
  walk_.abort_all();
  broadcasts_.clear();
  broadcasts_taken_.notify(sc_core::SC_ZERO_TIME);
  for (unsigned n = 0; n < 2 * kResetCycles; ++n) {
    pins_.reset_n = n >= kResetCycles;
    registers_.drive(pins_.registers);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      clients_[i].drive(pins_.client[i]);
      memories_[i]->drive(pins_.memory[i], cycle_);
    }
    walk_.drive(pins_.walk, cycle_);
    block_->settle(pins_);
    block_->clock_edge();
  }
  observer_.clear();
  quiet_cycles_ = 0;
}

void RtlModule::cold_reset() {
  apply_reset();
  if (asleep_) wake_event_.notify(sc_core::SC_ZERO_TIME);
}

// ---- blocking calls ----

tlm::tlm_sync_enum RtlModule::Target::nb_transport_fw(tlm::tlm_generic_payload& tx, tlm::tlm_phase&,
                                                      sc_core::sc_time&) {
  SC_REPORT_ERROR(kReport, "nb_transport is not supported; use b_transport");
  tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  return tlm::TLM_COMPLETED;
}

void RtlModule::register_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) {
  spend(delay);
  const unsigned bytes = tx.get_data_length();
  const std::uint64_t offset = tx.get_address();
  tx.set_response_status(tlm::TLM_OK_RESPONSE);
  if (tx.get_command() == tlm::TLM_IGNORE_COMMAND) return;
  const bool plain = (bytes == 4 || bytes == 8) && offset % bytes == 0 && offset < smmu_tlm::kFrameBytes &&
                     tx.get_byte_enable_ptr() == nullptr && tx.get_streaming_width() >= bytes;
  if (!plain) {  // RAZ/WI
    if (tx.is_read()) std::memset(tx.get_data_ptr(), 0, bytes);
    sc_core::wait(batch_time_[1]);
    return;
  }
  auto access = std::make_shared<RegisterAccess>();
  access->write = tx.is_write();
  access->offset = static_cast<std::uint32_t>(offset);
  access->bytes = bytes;
  if (access->write) std::memcpy(&access->value, tx.get_data_ptr(), bytes);
  registers_.submit(access);
  wake();
  while (!access->done) sc_core::wait(access->finished);
  if (tx.is_read()) std::memcpy(tx.get_data_ptr(), &access->value, bytes);
  if (access->error) tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
}

void RtlModule::client_transport(unsigned tbu, tlm::tlm_generic_payload& tx, sc_core::sc_time& delay) {
  spend(delay);
  auto* stream = tx.get_extension<smmu_tlm::StreamExtension>();
  if (stream == nullptr) {
    SC_REPORT_ERROR(kReport, "a client transaction came without a StreamExtension");
    tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  stream->raz_wi = false;
  tx.set_response_status(tlm::TLM_OK_RESPONSE);
  if (stream->ats == smmu_tlm::AtsKind::TranslationRequest) {  // the pins have no ATS
    stream->ats_answer = {};
    stream->ats_answer.status = smmu_tlm::AtsAnswer::Status::UnsupportedRequest;
    return;
  }
  if (stream->ats == smmu_tlm::AtsKind::Translated) {
    tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (tx.get_streaming_width() < tx.get_data_length()) {
    tx.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (tx.get_command() == tlm::TLM_IGNORE_COMMAND || tx.get_data_length() == 0) return;

  auto call = std::make_shared<ClientCall>();
  call->write = tx.is_write();
  call->iova = tx.get_address();
  call->data = tx.get_data_ptr();
  call->bytes = tx.get_data_length();
  call->byte_enable = tx.get_byte_enable_ptr();
  call->byte_enable_length = tx.get_byte_enable_length();
  call->attributes.sid = stream->sid;
  call->attributes.ssid = stream->ssid_valid ? stream->ssid : 0;
  call->attributes.ssid_valid = stream->ssid_valid;
  call->attributes.prot = prot_of(*stream);
  call->stall_observer = stream->stall_observer;
  const BufferGuard guard{*call};
  clients_[tbu].submit(call);
  wake();
  while (!call->done) sc_core::wait(call->finished);
  stream->raz_wi = call->raz_wi;
  tx.set_response_status(status_of(call->result));
}

// ---- reports ----

std::string RtlModule::busy_report() const {
  std::string text = block_->busy_report();
  const auto add = [&text](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
  if (registers_.busy()) add("programming port: an access is in progress");
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    const std::string tbu = "tbu" + std::to_string(i) + ": ";
    if (clients_[i].busy()) add(tbu + std::to_string(clients_[i].call_count()) + " client calls in progress");
    if (memories_[i]->busy()) add(tbu + std::to_string(memories_[i]->open_accesses()) + " memory accesses open");
  }
  if (walk_.busy()) add("walk port: " + std::to_string(walk_.open_accesses()) + " memory accesses open");
  return text;
}

std::string RtlModule::caps_json() const { return capabilities_json(config_, *block_, sizes_); }

std::string RtlModule::set_wave_file(const std::string& path) {
  std::string error = block_->open_wave(path);
  waves_ = waves_ || error.empty();
  return error;
}

}  // namespace smmu_rtl
