// SPDX-License-Identifier: Apache-2.0
// The programming port, the service process, reset and reports of the SystemC SMMUv3.
// Not here: client traffic (client_port.cpp), own accesses (walk_port.cpp). Proof: model/tlm/test.
#include "smmu_model.h"

#include <cstring>
#include <utility>

#include "smmu_tlm/secure_extension.h"

namespace smmu_model_tlm {
namespace {

sc_core::sc_time ns(std::int64_t value) { return sc_core::sc_time(static_cast<double>(value), sc_core::SC_NS); }

std::uint64_t now_ps() { return static_cast<std::uint64_t>(sc_core::sc_time_stamp().to_seconds() * 1e12 + 0.5); }

}  // namespace

SmmuModel::SmmuModel(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config, const Params& params,
                     const smmu_core_config& core_config)
    : SmmuModule(name, config.tbu_count),
      tlb_latency(ns(params.tlb_latency_ns)),
      walk_latency(ns(params.walk_latency_ns)),
      beat_latency(ns(params.beat_latency_ns)),
      write_latency(ns(params.write_latency_ns)),
      micro_tlb_latency(ns(params.micro_tlb_latency_ns)),
      params_(params),
      register_latency_(ns(params.register_latency_ns)),
      update_latency_(ns(params.update_latency_ns)),
      cmdq_latency_(ns(params.cmdq_latency_ns)),
      atc_timeout_(ns(params.atc_timeout_ns)),
      clock_period_ps_(config.clock_period_ps),
      core_(std::make_unique<smmu_core>()),
      memory_(table_walk, params.walk_dmi != 0),
      at_(*this, params) {
  smmu_core_init(core_.get(), &core_config, nullptr, 0);
  programming.bind(*this);
  table_walk.bind(memory_);
  for (unsigned i = 0; i < config.tbu_count; i++) {
    clients_.push_back(std::make_unique<ClientPort>(*this, i, tbu_target[i], tbu_initiator[i]));
    at_.add_port(*clients_.back());
    tbu_target[i].bind(*clients_.back());
    tbu_initiator[i].bind(*clients_.back());
  }
  SC_HAS_PROCESS(SmmuModel);
  SC_THREAD(service);
  sensitive << work_;
  dont_initialize();
  SC_METHOD(expire_invalidations);
  sensitive << atc_timer_;
  dont_initialize();
  SC_METHOD(at_tick);
  sensitive << at_.steps;
  dont_initialize();
  SC_METHOD(at_progress);
  sensitive << progress_;
  dont_initialize();
  SC_THREAD(at_walker);
}

// ---- programming port ----

std::uint64_t SmmuModel::read_register(bool secure, std::uint32_t offset, unsigned size) {
  if (secure) return size == 4 ? smmu_core_secure_read32(core_.get(), offset) : smmu_core_secure_read64(core_.get(), offset);
  return size == 4 ? smmu_core_read32(core_.get(), offset) : smmu_core_read64(core_.get(), offset);
}

void SmmuModel::write_register(bool secure, std::uint32_t offset, unsigned size, std::uint64_t value) {
  if (size == 4)
    (secure ? smmu_core_secure_write32 : smmu_core_write32)(core_.get(), offset, static_cast<std::uint32_t>(value));
  else
    (secure ? smmu_core_secure_write64 : smmu_core_write64)(core_.get(), offset, value);
}

void SmmuModel::access_register(tlm::tlm_generic_payload& payload) {
  const auto offset = static_cast<std::uint32_t>(payload.get_address());
  const unsigned size = payload.get_data_length();
  const bool aligned = (size == 4 || size == 8) && payload.get_address() % size == 0 && payload.get_address() < smmu_tlm::kFrameBytes;
  const bool secure = params_.secure == 2 || payload.get_extension<smmu_tlm::SecureExtension>() != nullptr;
  std::uint64_t value = 0;
  if (offset >= smmu_tlm::kPmcgPage0) smmu_core_set_cycles(core_.get(), now_ps() / clock_period_ps_);
  if (payload.is_write()) {
    std::memcpy(&value, payload.get_data_ptr(), aligned ? size : 0);
    if (aligned) write_register(secure, offset, size, value);
  } else {
    if (aligned) value = read_register(secure, offset, size);
    if (aligned)
      std::memcpy(payload.get_data_ptr(), &value, size);
    else
      std::memset(payload.get_data_ptr(), 0, size);
  }
  if (tracing()) {
    smmu_trace_record record{};
    record.kind = payload.is_write() ? SMMU_TRACE_MMIO_WRITE : SMMU_TRACE_MMIO_READ;
    record.addr = offset;
    record.size = static_cast<std::uint8_t>(size);
    record.data[0] = value;
    emit(record);
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void SmmuModel::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  delay += register_latency_;
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  access_register(payload);
  after_core_call();
}

unsigned int SmmuModel::transport_dbg(tlm::tlm_generic_payload& payload) {
  access_register(payload);
  if (payload.is_write()) after_core_call();
  return payload.get_data_length();
}

tlm::tlm_sync_enum SmmuModel::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  return tlm::TLM_COMPLETED;
}

// ---- service ----

bool SmmuModel::access(int job, sc_core::sc_time& delay) {
  const unsigned resets = reset_count_;
  std::uint64_t answer[8] = {};
  const smmu_io io = *smmu_core_job_io(core_.get(), job);
  delay += walk_latency;
  const bool ok = memory_.perform(io, answer, delay);
  if (resets != reset_count_) return false;
  smmu_core_job_feed(core_.get(), job, ok, answer);
  return true;
}

bool SmmuModel::access_in_time(int job, sc_core::sc_time& delay) {
  const unsigned resets = reset_count_;
  wait(std::exchange(delay, sc_core::SC_ZERO_TIME) + walk_latency / 2);
  if (resets != reset_count_) return false;
  std::uint64_t answer[8] = {};
  const smmu_io io = *smmu_core_job_io(core_.get(), job);
  const bool ok = memory_.perform(io, answer, delay);
  wait(std::exchange(delay, sc_core::SC_ZERO_TIME) + walk_latency / 2);
  if (resets != reset_count_) return false;
  smmu_core_job_feed(core_.get(), job, ok, answer);
  return true;
}

smmu_step SmmuModel::step(int job, sc_core::sc_time& delay) {
  smmu_window window = memory_.window();
  const smmu_step step = smmu_core_job_step_direct(core_.get(), job, &window);
  if (dmi_watched_) revoke_stale_dmi();
  if (window.accesses != 0) delay += walk_latency * window.accesses;
  return step;
}

void SmmuModel::raise_interrupts() {
  static constexpr struct {
    unsigned bit;
    smmu_tlm::Irq irq;
  } wires[] = {{SMMU_IRQ_EVENTQ, smmu_tlm::Irq::Eventq}, {SMMU_IRQ_PRIQ, smmu_tlm::Irq::Priq}, {SMMU_IRQ_GERROR, smmu_tlm::Irq::Gerror},
               {SMMU_IRQ_CMD_SYNC, smmu_tlm::Irq::CmdSync}, {SMMU_IRQ_PMCG, smmu_tlm::Irq::Pmcg}};
  const unsigned irqs = smmu_core_take_irqs(core_.get());
  for (const auto& wire : wires) {
    if ((irqs & wire.bit) == 0) continue;
    if (tracing()) {
      smmu_trace_record record{};
      record.kind = SMMU_TRACE_IRQ;
      record.detail = static_cast<std::uint16_t>(wire.irq);
      emit(record);
    }
    raise(wire.irq);
  }
}

void SmmuModel::after_core_call() {
  if (dmi_watched_) revoke_stale_dmi();
  if (tracing()) drain_trace();
  if (core_->irqs != 0) raise_interrupts();
  if (core_->message_count != 0) deliver_messages();
  if (core_->stalls_freed != stalls_freed_seen_) {
    stalls_freed_seen_ = core_->stalls_freed;
    progress_.notify(sc_core::SC_ZERO_TIME);
  }
  if (smmu_core_update_pending(core_.get()) || smmu_core_work_pending(core_.get())) work_.notify(update_latency_);
}

void SmmuModel::watch_dmi() {
  if (dmi_watched_) revoke_stale_dmi();
  dmi_watched_ = true;
  dmi_basis_ = TranslationBasis::of(*core_);
}

void SmmuModel::revoke_stale_dmi() {
  if (TranslationBasis::of(*core_) == dmi_basis_) return;
  dmi_watched_ = false;
  for (const auto& client : clients_) client->revoke_dmi();
}

void SmmuModel::run_client_job(int job) {
  ParkedCall& call = parked(job);
  const bool moved_on = smmu_core_job_is_resumed(core_.get(), job);
  if (moved_on && call.observer != nullptr) call.observer->transaction_resumed();
  sc_core::sc_time delay;
  const unsigned resets = reset_count_;
  smmu_step step;
  while ((step = this->step(job, delay)) == SMMU_STEP_IO || step == SMMU_STEP_BLOCKED) {
    if (step == SMMU_STEP_BLOCKED)
      wait(cmdq_latency_);
    else
      access(job, delay);
    if (resets != reset_count_) return;
  }
  after_core_call();
  if (step == SMMU_STEP_STALLED && moved_on && call.observer != nullptr) call.observer->transaction_stalled(smmu_core_job_stag(core_.get(), job));
  if (step == SMMU_STEP_DONE) {
    call.done = true;
    if (call.transaction != nullptr)
      at_.job_done(std::exchange(call.transaction, nullptr), delay);
    else
      call.moved.notify(delay);
  }
}

void SmmuModel::run_job(int job) {
  sc_core::sc_time delay;
  const unsigned resets = reset_count_;
  smmu_step step;
  while ((step = this->step(job, delay)) == SMMU_STEP_IO)
    if (!access(job, delay)) return;
  if (resets != reset_count_) return;
  if (core_->jobs[job].kind == SMMU_JOB_CMDQ) sync_waits_ = step == SMMU_STEP_BLOCKED;
  if (tracing()) drain_trace();
  if (core_->irqs != 0) raise_interrupts();
  if (core_->message_count != 0) deliver_messages();
  wait(delay + cmdq_latency_);
}

// Wakes after writes and after jobs that left something behind; works until nothing can move.
void SmmuModel::service() {
  for (;;) {
    wait();
    smmu_core_update(core_.get());
    for (int job; (job = smmu_core_next_job(core_.get())) != SMMU_JOB_NONE;) {
      if (smmu_core_job_is_client(core_.get(), job))
        run_client_job(job);
      else
        run_job(job);
      smmu_core_update(core_.get());
    }
    if (tracing()) drain_trace();
    if (core_->irqs != 0) raise_interrupts();
    if (core_->stalls_freed != stalls_freed_seen_) after_core_call();
  }
}

// ---- reset and reports ----

void SmmuModel::cold_reset() {
  reset_count_++;
  sync_waits_ = false;
  smmu_core_reset(core_.get());
  if (dmi_watched_) revoke_stale_dmi();
  at_.reset();
  for (ParkedCall& call : parked_) {
    call.done = false;
    call.transaction = nullptr;
    call.moved.notify(sc_core::SC_ZERO_TIME);
  }
  progress_.notify(sc_core::SC_ZERO_TIME);
}

smmu_tlm::SmmuStats SmmuModel::stats() const {
  smmu_core_stats from;
  smmu_tlm::SmmuStats to;
  smmu_core_stats_read(core_.get(), &from);
  to.commands = from.commands;
  to.syncs = from.syncs;
  to.transactions = from.transactions;
  to.translations = from.translations;
  to.tlb_hits = from.tlb_hits;
  to.tlb_misses = from.tlb_misses;
  to.config_misses = from.config_misses;
  to.table_walk_accesses = from.table_walk_accesses;
  to.config_accesses = from.config_accesses;
  to.events_recorded = from.events_recorded;
  to.aborts = from.aborts;
  return to;
}

std::string SmmuModel::caps_json() const {
  const smmu_features& f = core_->f;
  const auto flag = [](const char* name, bool on) { return std::string("\"") + name + "\": " + (on ? "true" : "false"); };
  const auto number = [](const char* name, std::uint64_t value) { return std::string("\"") + name + "\": " + std::to_string(value); };
  return "{\"backend\": \"tlm\", \"features\": {" + flag("S1P", f.s1p) + ", " + flag("S2P", f.s2p) + ", " + flag("NESTED", f.s1p && f.s2p) +
         ", " + flag("HYP", f.hyp) + ", " + flag("ATS", f.ats) + ", " + flag("PRI", f.pri) + ", " + flag("MSI", f.msi) + ", " +
         flag("SEV", f.sev) + ", " + flag("BTM", f.btm) + ", " + flag("STALL", f.stall_model != 1) + ", " + flag("HTTU", f.httu != 0) + ", " +
         flag("HTTU_DIRTY", f.httu == 2) + ", " + flag("CD2L", f.cd2l) + ", " + flag("ST2L", f.st_level != 0) + ", " + flag("RIL", f.ril) +
         ", " + flag("ASID16", f.asid16) + ", " + flag("VMID16", f.vmid16) + ", " + flag("GRAN4K", f.gran4k) + ", " +
         flag("GRAN16K", f.gran16k) + ", " + flag("GRAN64K", f.gran64k) + ", " + flag("PMCG", true) + ", " + flag("PMCG_TBU", false) + ", " +
         flag("ATOS", f.atos) + ", " + flag("VATOS", f.vatos) + ", " + flag("CACHES_OFF", core_->config.cache_mode == SMMU_CACHE_OFF) + ", " +
         flag("CACHES_HOSTILE", core_->config.cache_mode == SMMU_CACHE_ADVERSARY) + ", " + flag("SUBSTREAMS", f.ssidsize != 0) +
         "}, \"limits\": {" + number("OAS", f.oas_bits) + ", " + number("SIDSIZE", f.sidsize) + ", " + number("SSIDSIZE", f.ssidsize) + ", " +
         number("CMDQS", f.cmdqs) + ", " + number("EVENTQS", f.eventqs) + ", " + number("STALL_MAX", f.stall_max) + ", " +
         number("TBUS", clients_.size()) + ", " + number("PMCG_COUNTERS", core_->config.pmcg_counters) + ", " +
         number("TLB_ENTRIES", core_->config.tlb_entries) + "}}";
}

bool SmmuModel::idle() const { return smmu_core_idle(core_.get()) && at_.idle(); }

std::string SmmuModel::busy_report() const {
  char text[512];
  smmu_core_busy_report(core_.get(), text, sizeof text);
  return text;
}

void SmmuModel::broadcast_tlbi(const smmu_tlm::BroadcastTlbi& tlbi) {
  smmu_dvm dvm{};
  dvm.kind = static_cast<std::uint8_t>(tlbi.kind);
  dvm.leaf = tlbi.leaf;
  dvm.vmid = tlbi.vmid;
  dvm.asid = tlbi.asid;
  dvm.address = tlbi.address;
  smmu_core_broadcast(core_.get(), &dvm);
  if (dmi_watched_) revoke_stale_dmi();
}

// ---- trace ----

void SmmuModel::set_trace_sink(smmu_trace_sink* sink) {
  trace_sink_ = sink;
  smmu_core_trace_enable(core_.get(), sink != nullptr);
  if (dmi_watched_) revoke_stale_dmi();
}

void SmmuModel::emit(smmu_trace_record record) {
  record.time_ps = now_ps();
  trace_sink_->emit(trace_sink_->ctx, &record);
}

void SmmuModel::drain_trace() {
  smmu_trace_record record;
  while (smmu_core_trace_take(core_.get(), &record)) emit(record);
}

}  // namespace smmu_model_tlm
