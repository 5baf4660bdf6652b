// SPDX-License-Identifier: Apache-2.0
// Builds a platform: checks the spec against the backends, makes the modules, binds them, elaborates.
// Not here: accesses (platform_access.cpp), threads and limits (platform_run.cpp).
// Proof: tb/tests/test_platform.cpp, test_platform_errors.cpp.
#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "backend/backend_registry.h"
#include "platform/common_ids.h"
#include "platform/id_fields.h"
#include "platform/platform_impl.h"
#include "platform/spec_check.h"
#include "tandem/test_engine.h"

// SystemC's library wants the entry point of a program that is only a simulation; ours have their own main().
extern "C" __attribute__((weak, visibility("default"))) int sc_main(int, char**) { return 0; }

namespace tandem {
namespace {

bool process_has_platform = false;

void make_kernel_quiet() {
  using sc_core::sc_report_handler;
  sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_report_handler::set_actions("/IEEE_Std_1666/deprecated", sc_core::SC_DO_NOTHING);
  // Said when sc_start finds nothing to do, which is how a platform looks between two calls.
  sc_report_handler::set_actions(sc_core::SC_ID_NO_SC_START_ACTIVITY_, sc_core::SC_DO_NOTHING);
  sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
  sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_THROW);
}

// SMMUs of one platform must not share their garbage: one step of splitmix64. Seed 0 means "no garbage" for all of them.
std::uint64_t seed_of_smmu(std::uint64_t platform_seed, std::size_t number) {
  if (platform_seed == 0) return 0;
  std::uint64_t z = platform_seed + (number + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  z ^= z >> 31;
  return z != 0 ? z : 1;
}

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// Empty, or one sentence without location.
std::string plan_smmu(const SmmuSpec& spec, const std::string& default_backend, const std::vector<std::string>& common, SmmuPlan* plan) {
  plan->backend_name = spec.backend.empty() ? default_backend : spec.backend;
  std::string problem;
  plan->factory = find_backend(plan->backend_name, &problem);
  if (plan->factory == nullptr) return problem;

  smmu_tlm::SmmuConfig& config = plan->config;
  config.ids = plan->factory->default_ids();
  for (const std::string& name : common) {
    const BackendFactory* const other = find_backend(name, &problem);
    if (other == nullptr) return problem;
    config.ids = common_ids(config.ids, other->default_ids());
  }
  for (const auto& [field, value] : spec.id_fields) {
    problem = set_id_field(&config.ids, field, value);
    if (!problem.empty()) return problem;
  }
  config.tbu_count = spec.tbu_count;
  config.pmcg_counter_count = spec.pmcg_counter_count;
  config.params = spec.params;
  constexpr std::uint32_t terminate_only = 1;
  plan->never_stalls =
      plan->factory->waits_only_when_stalled && get_id_field(config.ids, "IDR0.STALL_MODEL") == terminate_only;
  return plan->factory->check(config);
}

// Where the frames begin: at a place of our own choice that machines with RAM from 0x40000000 or 0x80000000 on leave free,
// or, where RAM is there, above RAM.
std::uint64_t place_frames(const PlatformSpec& spec) {
  constexpr std::uint64_t usual = 0x09000000;
  const std::uint64_t bytes = spec.smmus.size() * kSmmuFrameStride + spec.engines.size() * TANDEM_ENGINE_FRAME_BYTES;
  const std::uint64_t ram_end = spec.ram_base + spec.ram_bytes;
  if (usual + bytes <= spec.ram_base || ram_end <= usual) return usual;
  return (ram_end + kSmmuFrameStride - 1) & ~(kSmmuFrameStride - 1);
}

std::string check_sids(const PlatformSpec& spec, const std::vector<SmmuPlan>& plans) {
  for (const MasterSpec& master : spec.masters) {
    for (std::size_t i = 0; i < spec.smmus.size(); ++i) {
      if (spec.smmus[i].name != master.smmu) continue;
      const std::uint32_t sid_bits = get_id_field(plans[i].config.ids, "IDR1.SIDSIZE");
      for (const std::uint32_t sid : master.sids) {
        if (sid_bits >= 32 || sid >> sid_bits == 0) continue;
        return location_prefix(master.where) + "StreamID " + hex(sid) + " of master '" + master.name +
               "' does not fit SMMU '" + master.smmu + "', whose SIDSIZE is " + std::to_string(sid_bits);
      }
    }
  }
  return "";
}

std::vector<std::uint32_t> sids_behind(const PlatformSpec& spec, const std::string& smmu) {
  std::vector<std::uint32_t> sids;
  for (const MasterSpec& master : spec.masters) {
    if (master.smmu == smmu) sids.insert(sids.end(), master.sids.begin(), master.sids.end());
  }
  return sids;
}

// What the platform asks of SMMUs outside this process that they do not have.
std::string plan_outside(const PlatformSpec& spec, std::vector<SmmuPlan>* plans) {
  for (std::size_t i = 0; i < plans->size(); ++i) {
    SmmuPlan& plan = (*plans)[i];
    if (!plan.factory->outside) continue;
    plan.around.ram_base = spec.ram_base;
    plan.around.ram_bytes = spec.ram_bytes;
    plan.around.sids = sids_behind(spec, spec.smmus[i].name);
    const std::string problem = plan.factory->outside->lacking(plan.config, plan.around);
    if (!problem.empty()) return spec.smmus[i].name + " (" + plan.backend_name + "): " + problem;
  }
  return "";
}

std::string plan_all(const PlatformSpec& spec, const std::string& backend, std::vector<SmmuPlan>* plans) {
  std::string problem = check_spec(spec);
  if (!problem.empty()) return problem;
  for (const SmmuSpec& smmu : spec.smmus) {
    plans->emplace_back();
    plans->back().config.seed = seed_of_smmu(spec.seed, plans->size() - 1);
    problem = plan_smmu(smmu, backend, spec.common_backends, &plans->back());
    if (!problem.empty()) return location_prefix(smmu.where) + "SMMU '" + smmu.name + "': " + problem;
  }
  return check_sids(spec, *plans);
}

}  // namespace

// The root of the module hierarchy, so that names read platform.smmu0.
struct PlatformImpl::Top : sc_core::sc_module {
  Top(PlatformImpl& owner, const PlatformSpec& spec, const std::vector<SmmuPlan>& plans)
      : sc_core::sc_module(sc_core::sc_module_name("platform")),
        ram("system_ram", spec.ram_base, spec.ram_bytes, port_count(plans), file_start(plans)) {
    unsigned next_port = 0;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      owner.slots_.push_back(std::make_unique<SmmuSlot>());
      SmmuSlot& slot = *owner.slots_.back();
      slot.name = spec.smmus[i].name;
      slot.backend_name = plans[i].backend_name;
      slot.platform = &owner;
      slot.number = static_cast<unsigned>(i);
      slot.module = make(slot.name, plans[i]);
      for (unsigned tbu = 0; tbu < slot.module->tbu_initiator.size(); ++tbu) slot.module->tbu_initiator[tbu].bind(ram.ports[next_port++]);
      slot.module->table_walk.bind(ram.ports[next_port++]);
      slot.shell = std::make_unique<ModuleBackend>((slot.name + "_backend").c_str(), *slot.module, plans[i].never_stalls);
      slot.backend = slot.shell->backend();
    }
  }
  std::unique_ptr<smmu_tlm::SmmuModule> make(const std::string& name, const SmmuPlan& plan) {
    if (!plan.factory->outside) return plan.factory->make(name, plan.config);
    Surroundings around = plan.around;
    around.ram_file = ram.file();
    around.ram = ram.data();
    return plan.factory->outside->make(name, plan.config, around);
  }
  // Where the file of an arena that is shared with another process begins.
  static std::optional<std::uint64_t> file_start(const std::vector<SmmuPlan>& plans) {
    for (const SmmuPlan& plan : plans) {
      if (plan.factory->outside) return plan.factory->outside->file_starts_at;
    }
    return std::nullopt;
  }
  // One per TBU and one for the accesses of the SMMU itself.
  static unsigned port_count(const std::vector<SmmuPlan>& plans) {
    unsigned count = 0;
    for (const SmmuPlan& plan : plans) count += plan.config.tbu_count + 1;
    return count;
  }
  Ram ram;
};

PlatformImpl::PlatformImpl(const PlatformSpec& spec, const std::vector<SmmuPlan>& plans) : spec_(spec) {
  if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_PS)) {
    throw std::runtime_error("the platform needs SystemC's default time resolution of 1 ps");
  }
  activity_ = std::make_unique<sc_core::sc_event>("tandem_activity");
  cancel_ = std::make_unique<sc_core::sc_event>("tandem_cancel");
  host_request_ = std::make_unique<sc_core::sc_event>("tandem_host_request");
  top_ = std::make_unique<Top>(*this, spec, plans);
  ram_ = &top_->ram;
  const auto clock = [] { return static_cast<std::uint64_t>(sc_core::sc_time_stamp().value()); };
  bench_stamp_.set_up(kTraceSourceBench, clock, cpu_of_bench, this);
  for (auto& slot : slots_) {
    slot->stamp.set_up(static_cast<std::uint16_t>(slot->number), clock, cpu_of_smmu, slot.get());
    slot->backend.ops->on_irq(slot->backend.self, irq_edge, slot.get());
  }
  frames_base_ = place_frames(spec_);
  make_engines();
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
}

void PlatformImpl::make_engines() {
  for (const EngineSpec& engine : spec_.engines) {
    const auto number = static_cast<unsigned>(engines_.size());
    unsigned smmu = 0;
    while (spec_.smmus[smmu].name != engine.smmu) ++smmu;  // check_spec() found it
    engine_irqs_.push_back(false);
    engines_.push_back(std::make_unique<TestEngine>(*this, engine, smmu, [this, number] {
      engine_irqs_[number] = true;
      if (engine_irq_handler_) engine_irq_handler_(number);
      activity_->notify(sc_core::SC_ZERO_TIME);
    }));
  }
}

std::uint64_t PlatformImpl::engine_frame(unsigned engine) const {
  return frames_base_ + spec_.smmus.size() * kSmmuFrameStride + std::uint64_t{engine} * TANDEM_ENGINE_FRAME_BYTES;
}

bool PlatformImpl::irq_is_pending() const {
  for (const auto& slot : slots_) {
    if (slot->pending_irqs != 0) return true;
  }
  return std::find(engine_irqs_.begin(), engine_irqs_.end(), true) != engine_irqs_.end();
}

bool PlatformImpl::take_engine_irq(unsigned engine) {
  const bool seen = engine_irqs_.at(engine);
  engine_irqs_[engine] = false;
  return seen;
}

void PlatformImpl::on_doorbell(std::function<void(const DoorbellWrite&)> handler) {
  if (!handler) return ram_->on_doorbell(nullptr);
  ram_->on_doorbell([this, handler = std::move(handler)](const RamDoorbellWrite& write) {
    handler({write.pa, write.data, write.bytes, write.access_class});
    activity_->notify(sc_core::SC_ZERO_TIME);
  });
}

PlatformImpl::~PlatformImpl() {
  end_cpu_threads();
  set_trace_sink(nullptr);
}

void PlatformImpl::irq_edge(void* ctx, unsigned irq) {
  auto& slot = *static_cast<SmmuSlot*>(ctx);
  PlatformImpl& self = *slot.platform;
  slot.pending_irqs |= 1u << irq;
  if (self.irq_handler_) self.irq_handler_(slot.number, static_cast<smmu_tlm::Irq>(irq));
  self.activity_->notify(sc_core::SC_ZERO_TIME);
}

std::uint32_t PlatformImpl::cpu_of_bench(void* platform, const smmu_trace_record&) {
  const CpuThread* const cpu = static_cast<PlatformImpl*>(platform)->current_cpu();
  return cpu == nullptr ? 0 : cpu->number;
}

// An SMMU reports a register access when it answers, in whatever thread; the CPU thread still waits for that answer.
std::uint32_t PlatformImpl::cpu_of_smmu(void* ctx, const smmu_trace_record& record) {
  for (const RegisterAccess& access : static_cast<SmmuSlot*>(ctx)->accesses) {
    const bool write = record.kind == SMMU_TRACE_MMIO_WRITE;
    if (access.offset == record.addr && access.write == write && (!write || access.value == record.data[0])) return access.cpu;
  }
  return 0;
}

unsigned PlatformImpl::take_irqs(unsigned smmu) { return std::exchange(slots_.at(smmu)->pending_irqs, 0u); }

unsigned PlatformImpl::inject_error(const ErrorInjection& error) {
  watched([&] {
    if (ram_->file() < 0) return;
    throw BackendFailure(BackendFailure::Kind::Lacks, "an SMMU in another process reads memory past the bench, so no access of it can be made to fail");
  });
  return ram_->inject_error({error.pa, error.bytes, error.class_mask, error.on_read, error.on_write, error.skip_count, error.fail_count});
}

void PlatformImpl::reset() {
  for (unsigned i = 0; i < slots_.size(); ++i) reset_smmu(i);
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    engines_[i]->reset();
    engine_irqs_[i] = false;
  }
}

void PlatformImpl::reset_smmu(unsigned smmu) {
  SmmuSlot& slot = *slots_.at(smmu);
  watched([&] { slot.backend.ops->reset(slot.backend.self); });
  slot.pending_irqs = 0;
}

bool PlatformImpl::idle() const {
  for (const auto& slot : slots_) {
    if (!slot->backend.ops->idle(slot->backend.self)) return false;
  }
  return true;
}

void PlatformImpl::set_trace_sink(smmu_trace_sink* sink) {
  trace_ = sink;
  bench_stamp_.forward_to(sink);
  for (auto& slot : slots_) {
    slot->stamp.forward_to(sink);
    slot->backend.ops->set_trace(slot->backend.self, sink == nullptr ? nullptr : slot->stamp.sink());
  }
}

std::unique_ptr<Platform> Platform::create(const PlatformSpec& spec, const std::string& backend, std::string* error, bool* lacking) {
  if (lacking != nullptr) *lacking = false;
  std::vector<SmmuPlan> plans;
  *error = plan_all(spec, backend, &plans);
  if (!error->empty()) return nullptr;
  *error = plan_outside(spec, &plans);
  if (lacking != nullptr) *lacking = !error->empty();
  if (!error->empty()) return nullptr;
  if (process_has_platform) {
    *error = "this process already had a platform, and SystemC elaborates only once per process; start another process";
    return nullptr;
  }
  process_has_platform = true;
  try {
    make_kernel_quiet();
    return std::make_unique<PlatformImpl>(spec, plans);
  } catch (const BackendFailure& failure) {
    *error = failure.what();
    return nullptr;
  } catch (const std::exception& failure) {
    *error = std::string("the platform could not be built: ") + failure.what();
    return nullptr;
  }
}

}  // namespace tandem
