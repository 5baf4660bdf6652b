// SPDX-License-Identifier: Apache-2.0
// Workers and the function table of module_backend.h. Proof: tb/tests/test_platform.cpp, test_stall.cpp.
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include "backend/module_backend.h"

namespace tandem {

using sc_core::sc_time;

namespace {

constexpr int kWorkerStackBytes = 256 << 10;

smmu_tlm::AtsKind ats_kind(tandem_ats_kind kind) {
  switch (kind) {
    case TANDEM_ATS_REQUEST: return smmu_tlm::AtsKind::TranslationRequest;
    case TANDEM_ATS_TRANSLATED: return smmu_tlm::AtsKind::Translated;
    default: return smmu_tlm::AtsKind::Untranslated;
  }
}

tandem_backend_outcome outcome_of(tlm::tlm_response_status status) {
  switch (status) {
    case tlm::TLM_OK_RESPONSE: return TANDEM_OUTCOME_OK;
    case tlm::TLM_ADDRESS_ERROR_RESPONSE: return TANDEM_OUTCOME_ABORT;
    default: return TANDEM_OUTCOME_MEMORY_ERROR;
  }
}

// The kernel counts in picoseconds: Platform::create refuses any other resolution.
std::uint64_t ps_of(const sc_time& time) { return time.value(); }

}  // namespace

// One thread that carries one transaction at a time. Its payload and extension live as long as it does.
class ModuleBackend::Worker : private smmu_tlm::StallObserver {
 public:
  explicit Worker(ModuleBackend& owner) : owner_(owner), stream_(new smmu_tlm::StreamExtension) {
    payload_.set_extension(stream_);  // freed by the payload
  }

  void spawn() {
    sc_core::sc_spawn_options options;
    options.set_stack_size(kWorkerStackBytes);
    sc_core::sc_spawn([this] { loop(); }, sc_core::sc_gen_unique_name("access_worker"), &options);
  }

  void start(tandem_backend_txn* txn) {
    txn_ = txn;
    wake_.notify();
  }

  // Runs txn in the calling thread.
  void carry(tandem_backend_txn* txn) {
    txn_ = txn;
    fill(*txn);
    sc_time delay = sc_core::SC_ZERO_TIME;
    owner_.clients_[txn->tbu]->b_transport(payload_, delay);
    answer(*txn, delay);
    txn_ = nullptr;
    txn->done(txn);
  }

 private:
  void loop() {
    for (;;) {
      while (txn_ == nullptr) sc_core::wait(wake_);
      carry(txn_);
      owner_.idle_.push_back(this);
    }
  }

  void fill(const tandem_backend_txn& txn) {
    payload_.set_command(txn.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload_.set_address(txn.iova);
    payload_.set_data_ptr(txn.data);
    payload_.set_data_length(txn.size_bytes);
    payload_.set_streaming_width(txn.size_bytes);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    stream_->sid = txn.sid;
    stream_->ssid = txn.ssid;
    stream_->ssid_valid = txn.ssid_valid;
    stream_->privileged = txn.privileged;
    stream_->instruction = txn.instruction;
    stream_->ats = ats_kind(txn.ats);
    stream_->ats_no_write = txn.ats_no_write;
    stream_->stall_observer = this;
    stream_->ats_answer = {};
    stream_->raz_wi = false;
  }

  void answer(tandem_backend_txn& txn, const sc_time& delay) const {
    txn.outcome = outcome_of(payload_.get_response_status());
    txn.raz_wi = stream_->raz_wi;
    txn.delay_ps = ps_of(delay);
    txn.ats_status = static_cast<tandem_ats_status>(stream_->ats_answer.status);
    txn.ats_read = stream_->ats_answer.read;
    txn.ats_write = stream_->ats_answer.write;
    txn.ats_execute = stream_->ats_answer.execute;
    txn.ats_size_log2 = stream_->ats_answer.size_log2;
    txn.ats_address = stream_->ats_answer.address;
  }

  void transaction_stalled(std::uint16_t stag) override {
    if (txn_ != nullptr && txn_->stalled != nullptr) txn_->stalled(txn_, stag);
  }
  void transaction_resumed() override {
    if (txn_ != nullptr && txn_->resumed != nullptr) txn_->resumed(txn_);
  }

  ModuleBackend& owner_;
  tlm::tlm_generic_payload payload_;
  smmu_tlm::StreamExtension* stream_;
  tandem_backend_txn* txn_ = nullptr;
  sc_core::sc_event wake_;
};

ModuleBackend::ModuleBackend(const sc_core::sc_module_name& name, smmu_tlm::SmmuModule& module, bool never_stalls)
    : sc_core::sc_module(name), module_(module), never_stalls_(never_stalls), clients_("client", module.tbu_target.size()) {
  programming_.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  programming_.bind(module_.programming);
  for (unsigned i = 0; i < clients_.size(); ++i) {
    clients_[i].bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
    clients_[i].bind(module_.tbu_target[i]);
  }
  module_.set_irq_sink(this);
}

ModuleBackend::~ModuleBackend() { module_.set_irq_sink(nullptr); }

std::uint64_t ModuleBackend::mmio(tlm::tlm_command command, std::uint32_t offset, unsigned bytes, std::uint64_t value,
                                  std::uint64_t* delay_ps) {
  std::unique_ptr<tlm::tlm_generic_payload> payload;
  if (mmio_payloads_.empty()) {
    payload = std::make_unique<tlm::tlm_generic_payload>();
  } else {
    payload = std::move(mmio_payloads_.back());
    mmio_payloads_.pop_back();
  }
  payload->set_command(command);
  payload->set_address(offset);
  payload->set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload->set_data_length(bytes);
  payload->set_streaming_width(bytes);
  payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_time delay = sc_core::SC_ZERO_TIME;
  programming_->b_transport(*payload, delay);
  *delay_ps = ps_of(delay);
  if (!payload->is_response_ok()) value = 0;
  mmio_payloads_.push_back(std::move(payload));
  return value;
}

void ModuleBackend::submit(tandem_backend_txn* txn) {
  Worker* worker = nullptr;
  if (!idle_.empty()) {
    worker = idle_.back();
    idle_.pop_back();
  } else {
    workers_.push_back(std::make_unique<Worker>(*this));
    worker = workers_.back().get();
    if (!never_stalls_) worker->spawn();
  }
  if (never_stalls_) {
    worker->carry(txn);
    idle_.push_back(worker);
  } else {
    worker->start(txn);
  }
}

struct ModuleBackendOps {
  static ModuleBackend& of(void* self) { return *static_cast<ModuleBackend*>(self); }

  static std::uint64_t mmio_read(void* self, std::uint32_t offset, unsigned bytes, std::uint64_t* delay_ps) {
    return of(self).mmio(tlm::TLM_READ_COMMAND, offset, bytes, 0, delay_ps);
  }
  static void mmio_write(void* self, std::uint32_t offset, unsigned bytes, std::uint64_t value, std::uint64_t* delay_ps) {
    of(self).mmio(tlm::TLM_WRITE_COMMAND, offset, bytes, value, delay_ps);
  }
  static void submit(void* self, tandem_backend_txn* txn) { of(self).submit(txn); }
  static void broadcast_tlbi(void* self, const tandem_broadcast_tlbi* tlbi) {
    smmu_tlm::BroadcastTlbi message;
    message.kind = static_cast<smmu_tlm::BroadcastTlbi::Kind>(tlbi->kind);
    message.leaf = tlbi->leaf;
    message.vmid = tlbi->vmid;
    message.asid = tlbi->asid;
    message.address = tlbi->address;
    of(self).module_.broadcast_tlbi(message);
  }
  static void on_irq(void* self, tandem_backend_irq_fn fn, void* ctx) {
    of(self).irq_fn_ = fn;
    of(self).irq_ctx_ = ctx;
  }
  static void set_trace(void* self, smmu_trace_sink* sink) { of(self).module_.set_trace_sink(sink); }
  static void reset(void* self) { of(self).module_.cold_reset(); }
  static bool idle(void* self) { return of(self).module_.idle(); }
  static bool drain(void* self, std::uint64_t timeout_ps) {
    const sc_time step(100, sc_core::SC_NS);
    const sc_time end = sc_core::sc_time_stamp() + sc_time::from_value(timeout_ps);
    while (!of(self).module_.idle()) {
      if (sc_core::sc_time_stamp() >= end) return false;
      sc_core::wait(step);
    }
    return true;
  }
  static void stats(void* self, tandem_backend_stats* out) {
    const smmu_tlm::SmmuStats s = of(self).module_.stats();
    *out = {s.commands, s.syncs, s.transactions, s.translations, s.tlb_hits, s.tlb_misses, s.config_misses,
            s.table_walk_accesses, s.config_accesses, s.events_recorded, s.aborts};
  }
  static const char* caps_json(void* self) {
    of(self).caps_ = of(self).module_.caps_json();
    return of(self).caps_.c_str();
  }
  static const char* busy_report(void* self) {
    of(self).busy_ = of(self).module_.busy_report();
    return of(self).busy_.c_str();
  }
};

tandem_backend ModuleBackend::backend() {
  using O = ModuleBackendOps;
  static const tandem_backend_ops ops = {O::mmio_read, O::mmio_write, O::submit, O::broadcast_tlbi, O::on_irq, O::set_trace,
                                         O::reset,     O::idle,       O::drain,  O::stats,          O::caps_json, O::busy_report};
  return {this, &ops, never_stalls_};
}

}  // namespace tandem
