// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_qemu.cpp, scenarios on qemu.
#include "backend/qemu/qemu_module.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend_failure.h"
#include "backend/qemu/edu_device.h"
#include "backend/qemu/identity.h"
#include "backend/qemu/machine.h"
#include "backend/qemu/observer.h"
#include "backend/qemu/process.h"
#include "smmuv3_arch.h"

namespace tandem::qemu {
namespace {

constexpr std::int64_t kDefaultLimitMs = 20'000, kMostLimitMs = 600'000;
constexpr std::uint32_t kPage = 4096, kBeat = 4;
constexpr std::uint32_t kBurst = kEduBufferBytes / 2;  // the device takes less than its buffer in one go
constexpr std::uint32_t kIdentityBytes = SMMU_AIDR + 4;

std::int64_t limit_ms_of(const smmu_tlm::SmmuConfig& config) {
  const auto found = config.params.find("answer_limit_ms");
  return found == config.params.end() ? kDefaultLimitMs : found->second;
}

// The page of QEMU's own RAM that data of DMA goes through.
class BouncePage {
 public:
  explicit BouncePage(int ram_file) {
    void* const mapped = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, ram_file, static_cast<off_t>(kBounceOffset));
    if (mapped == MAP_FAILED) throw Trouble("its RAM cannot be mapped");
    bytes_ = static_cast<std::uint8_t*>(mapped);
  }
  ~BouncePage() { munmap(bytes_, kPage); }
  BouncePage(const BouncePage&) = delete;
  BouncePage& operator=(const BouncePage&) = delete;
  std::uint8_t* bytes() { return bytes_; }
  static std::uint64_t address() { return kRamBase + kBounceOffset; }

 private:
  std::uint8_t* bytes_;
};

class QemuModule final : public smmu_tlm::SmmuModule {
 public:
  QemuModule(const std::string& name, const smmu_tlm::SmmuConfig& config, const Surroundings& around)
      : SmmuModule(name.c_str(), config.tbu_count), config_(config), around_(around), name_(name),
        arena_{around.ram, around.ram_base, around.ram_bytes}, limit_ms_(static_cast<unsigned>(limit_ms_of(config))), bounce_(around.ram_file) {
    plan_devices(around.sids, &plan_);
    start();
    programming_port_.owner = this;
    programming.bind(programming_port_);
    for (unsigned i = 0; i < tbu_target.size(); ++i) {
      clients_.push_back(std::make_unique<Client>());
      clients_.back()->owner = this;
      tbu_target[i].bind(*clients_.back());
      tbu_initiator[i].bind(backward_);
    }
    table_walk.bind(backward_);
  }

  void cold_reset() override {
    guarded([&] {
      process_->reset();
      begin();
    });
  }
  smmu_tlm::SmmuStats stats() const override { return observer_->stats(); }
  std::string caps_json() const override { return qemu::caps_json(config_.ids, process_->version(), config_.tbu_count); }
  bool idle() const override { return true; }  // it works inside register writes and DMA only
  std::string busy_report() const override { return ""; }
  void set_trace_sink(smmu_trace_sink* sink) override {
    sink_ = sink;
    observer_->set_sink(sink);
  }

 private:
  // Blocking calls only, as the platform makes them.
  struct Target : tlm::tlm_fw_transport_if<> {
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& tx, tlm::tlm_phase&, sc_core::sc_time&) override {
      tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
      return tlm::TLM_COMPLETED;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) override {
      dmi.init();
      dmi.allow_none();
      return false;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
    QemuModule* owner = nullptr;
  };
  struct Programming final : Target {
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time&) override { owner->guarded([&] { owner->mmio(tx); }); }
  };
  struct Client final : Target {
    void b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time&) override { owner->guarded([&] { owner->access(tx); }); }
  };
  // QEMU reads memory by itself; nothing goes out of these sockets.
  struct Backward final : tlm::tlm_bw_transport_if<> {
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_COMPLETED; }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  };

  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (const Trouble& trouble) {
      const std::string ending = process_ != nullptr ? process_->ending() : "";
      throw BackendFailure(BackendFailure::Kind::Broken, "QEMU of SMMU '" + name_ + "': " + trouble.what() + ending);
    }
  }

  [[noreturn]] void lacks(const std::string& what) const {
    throw BackendFailure(BackendFailure::Kind::Lacks, name_ + " (qemu): " + what);
  }

  void start() {
    StartOptions options;
    options.program = qemu_program();
    options.devices = device_arguments(plan_);
    options.ram_file = around_.ram_file;
    options.ram_bytes = around_.ram_base - kRamBase + around_.ram_bytes;
    options.limit_ms = limit_ms_;
    process_ = Process::start(options);
    process_->qtest().intercept_irqs(kInterruptController, [this](unsigned irq, bool raised) { line_changed(irq, raised); });
    begin();
  }

  // From the state after a reset.
  void begin() {
    Bus& bus = process_->qtest();
    set_up_devices(bus, plan_);
    check_identity(bus);
    observer_ = std::make_unique<Observer>(bus, arena_);
    observer_->set_sink(sink_);
    process_->take_log();
    cr0_ = 0;
  }

  static void check_identity(Bus& bus) {
    const smmu_tlm::IdRegisters known = identity();
    for (std::uint32_t i = 0; i < kIdentityBytes / 4; ++i) {
      const auto told = static_cast<std::uint32_t>(bus.read(kSmmuBase + 4 * i, 4));
      const std::uint32_t expected = i < 6 ? known.idr[i] : i == 6 ? known.iidr : known.aidr;
      if (told == expected) continue;
      char text[160];
      std::snprintf(text, sizeof text, "its SMMU is not the one this backend knows: the register at offset 0x%x is 0x%x, expected 0x%x", 4 * i, told, expected);
      throw Trouble(text);
    }
  }

  void line_changed(unsigned irq, bool raised) {
    constexpr smmu_tlm::Irq order[] = {smmu_tlm::Irq::Eventq, smmu_tlm::Irq::Priq, smmu_tlm::Irq::CmdSync, smmu_tlm::Irq::Gerror};
    if (!raised || irq < kFirstSmmuIrq || irq - kFirstSmmuIrq >= std::size(order)) return;
    const smmu_tlm::Irq which = order[irq - kFirstSmmuIrq];
    smmu_trace_record record{};
    record.kind = SMMU_TRACE_IRQ;
    record.detail = static_cast<std::uint16_t>(which);
    if (observer_ != nullptr) observer_->emit(record);
    raise(which);
  }

  void mmio(tlm::tlm_generic_payload& tx) {
    const auto offset = static_cast<std::uint32_t>(tx.get_address());
    const unsigned bytes = tx.get_data_length();
    tx.set_response_status(tlm::TLM_OK_RESPONSE);
    const bool possible = (bytes == 4 || bytes == 8) && offset % bytes == 0;
    std::uint64_t value = 0;
    if (tx.is_write()) {
      std::memcpy(&value, tx.get_data_ptr(), std::min(bytes, 8u));
      observer_->mmio(true, offset, bytes, value);
      if (possible && offset < kSmmuBytes) write_register(offset, bytes, value);
      return;
    }
    if (possible && offset < kSmmuBytes) value = read_register(offset, bytes);
    std::memset(tx.get_data_ptr(), 0, bytes);
    std::memcpy(tx.get_data_ptr(), &value, std::min(bytes, 8u));
    observer_->mmio(false, offset, bytes, value);
  }

  // Identification as the platform wants it shown; it is QEMU's but for what was made smaller.
  std::uint64_t read_register(std::uint32_t offset, unsigned bytes) {
    if (offset >= kIdentityBytes) return process_->qtest().read(kSmmuBase + offset, bytes);
    const auto word = [&](std::uint32_t n) -> std::uint64_t { return n < 6 ? config_.ids.idr[n] : n == 6 ? config_.ids.iidr : config_.ids.aidr; };
    return bytes == 4 ? word(offset / 4) : word(offset / 4) | word(offset / 4 + 1) << 32;
  }

  void write_register(std::uint32_t offset, unsigned bytes, std::uint64_t value) {
    process_->qtest().write(kSmmuBase + offset, bytes, value);
    if (offset == SMMU_CR0) cr0_ = static_cast<std::uint32_t>(value);
    constexpr std::uint32_t second_page = 0x10000;  // QEMU shows every register on both pages
    const std::uint32_t of_page0 = offset & ~second_page;
    const bool index = of_page0 == SMMU_CMDQ_CONS || of_page0 == (SMMU_EVENTQ_PROD & ~second_page) || (of_page0 == SMMU_CMDQ_PROD && bytes == 8);
    if (index) observer_->queues_moved();
    observer_->after_write(parse_trace(process_->take_log()));
  }

  // ---- DMA ----

  // Moves the buffer of a device past the SMMU: QEMU 7.2 lets everything through while SMMUEN is 0, and nothing else can happen
  // while it is. A CR0 written back as it was changes nothing.
  template <class Work>
  void past_the_smmu(const Work& work) {
    Bus& bus = process_->qtest();
    const bool enabled = (cr0_ & SMMU_CR0_SMMUEN_MASK) != 0;
    if (enabled) bus.write(kSmmuBase + SMMU_CR0, 4, cr0_ & ~SMMU_CR0_SMMUEN_MASK);
    work();
    if (enabled) bus.write(kSmmuBase + SMMU_CR0, 4, cr0_);
    process_->take_log();
  }

  struct Outcome {
    bool aborted = false, told = false, in_memory = true;
    std::uint64_t pa = 0;
  };

  static Outcome outcome_of(const std::vector<TraceLine>& lines) {
    using Kind = TraceLine::Kind;
    Outcome outcome;
    for (const TraceLine& line : lines) {
      const bool passed = line.kind == Kind::Translated || line.kind == Kind::Bypassed || line.kind == Kind::Disabled;
      if (passed && !outcome.told) outcome.pa = line.kind == Kind::Translated ? line.pa : line.iova;
      outcome.aborted = outcome.aborted || line.kind == Kind::Aborted || line.kind == Kind::EventRecorded;
      outcome.told = outcome.told || passed || outcome.aborted;
    }
    // Some faults are refused without a record: there is no line of an address then.
    outcome.aborted = outcome.aborted || !outcome.told;
    return outcome;
  }

  Outcome copy(EduDevice& device, const Observer::Transaction& transaction, std::uint64_t iova, std::uint32_t bytes) {
    if (transaction.write) {
      device.to_bus(iova, bytes);
    } else {
      device.from_bus(iova, bytes);
    }
    const std::vector<TraceLine> lines = parse_trace(process_->take_log());
    observer_->after_dma(lines, transaction.sid);
    return outcome_of(lines);
  }

  // Goes on to the next burst only while nothing was refused. Answers the outcome of the first beat, or the refusal.
  Outcome bursts(EduDevice& device, const Observer::Transaction& transaction, std::uint8_t* data) {
    const auto alignment = static_cast<std::uint32_t>(transaction.iova & (0 - transaction.iova) & (kBeat - 1));
    const std::uint32_t beat = std::min(transaction.bytes, alignment != 0 ? alignment : kBeat);
    Outcome first;
    for (std::uint32_t from = 0; from < transaction.bytes;) {
      const std::uint32_t bytes = std::min(kBurst, transaction.bytes - from);
      if (transaction.write) {
        std::memcpy(bounce_.bytes(), data + from, bytes);
        past_the_smmu([&] { device.from_bus(BouncePage::address(), bytes); });
      }
      if (from == 0) first = copy(device, transaction, transaction.iova, beat);
      first.in_memory = first.aborted || arena_.contains(first.pa, transaction.bytes);
      if (first.aborted || !first.in_memory) return first;
      if (bytes > beat || from != 0) first.aborted = copy(device, transaction, transaction.iova + from, bytes).aborted;
      if (first.aborted) return first;
      if (!transaction.write) {
        past_the_smmu([&] { device.to_bus(BouncePage::address(), bytes); });
        std::memcpy(data + from, bounce_.bytes(), bytes);
      }
      from += bytes;
    }
    return first;
  }

  // Does not cross 4 KiB.
  tlm::tlm_response_status piece(EduDevice& device, const Observer::Transaction& transaction, std::uint8_t* data) {
    if ((cr0_ & SMMU_CR0_SMMUEN_MASK) != 0) ++observer_->stats().transactions;
    observer_->begin(transaction);
    const Outcome outcome = bursts(device, transaction, data);
    observer_->end(transaction, outcome.pa, outcome.aborted);
    if (outcome.aborted) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    return outcome.in_memory ? tlm::TLM_OK_RESPONSE : tlm::TLM_GENERIC_ERROR_RESPONSE;
  }

  void refuse_what_edu_cannot_say(const smmu_tlm::StreamExtension& stream) const {
    if (stream.ssid_valid) lacks("its DMA devices cannot send a SubstreamID");
    if (stream.ats != smmu_tlm::AtsKind::Untranslated) lacks("its DMA devices have no ATS");
    if (stream.privileged) lacks("its DMA devices cannot send a privileged transaction");
    if (stream.instruction) lacks("its DMA devices cannot send an instruction fetch");
  }

  void access(tlm::tlm_generic_payload& tx) {
    const auto* const stream = tx.get_extension<smmu_tlm::StreamExtension>();
    if (stream == nullptr) {
      tx.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
      return;
    }
    refuse_what_edu_cannot_say(*stream);
    const EduPlan* const place = plan_.find(stream->sid);
    if (place == nullptr) lacks("no master of the platform lists the StreamID " + std::to_string(stream->sid) + ", so no DMA device has it");
    EduDevice device(process_->qtest(), place->registers, limit_ms_);
    std::uint64_t iova = tx.get_address();
    std::uint8_t* data = tx.get_data_ptr();
    tx.set_response_status(tlm::TLM_OK_RESPONSE);
    for (std::uint32_t left = tx.get_data_length(); left != 0;) {
      const auto bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kPage - iova % kPage));
      const tlm::tlm_response_status status = piece(device, {stream->sid, bytes, tx.is_write(), iova}, data);
      if (status != tlm::TLM_OK_RESPONSE) {
        tx.set_response_status(status);
        return;
      }
      iova += bytes;
      data += bytes;
      left -= bytes;
    }
  }

  const smmu_tlm::SmmuConfig config_;
  const Surroundings around_;
  const std::string name_;
  const ArenaView arena_;
  const unsigned limit_ms_;
  BouncePage bounce_;
  DevicePlan plan_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Observer> observer_;
  smmu_trace_sink* sink_ = nullptr;
  std::uint32_t cr0_ = 0;
  Programming programming_port_;
  std::vector<std::unique_ptr<Client>> clients_;
  Backward backward_;
};

std::string check(const smmu_tlm::SmmuConfig& config) {
  for (const auto& [name, value] : config.params) {
    if (name != "answer_limit_ms") return "parameter '" + name + "' is not known; QEMU has answer_limit_ms";
    if (value < 1 || value > kMostLimitMs) {
      return "parameter answer_limit_ms is " + std::to_string(value) + "; allowed are 1 to " + std::to_string(kMostLimitMs);
    }
  }
  return "";
}

std::string lacking(const smmu_tlm::SmmuConfig& config, const Surroundings& around) {
  std::string problem = missing_identity(config.ids);
  DevicePlan scratch;
  if (problem.empty()) problem = plan_devices(around.sids, &scratch);
  if (problem.empty()) problem = check_arena(around.ram_base, around.ram_bytes);
  return problem;
}

}  // namespace

BackendFactory factory() {
  BackendFactory made;
  made.default_ids = identity;
  made.check = check;
  made.waits_only_when_stalled = true;
  made.outside = OutsideProcess{kRamBase, lacking, [](const std::string& name, const auto& config, const Surroundings& around) {
    try {
      return std::unique_ptr<smmu_tlm::SmmuModule>(new QemuModule(name, config, around));
    } catch (const Trouble& trouble) {
      throw BackendFailure(BackendFailure::Kind::Broken, "QEMU of SMMU '" + name + "': " + trouble.what());
    }
  }};
  return made;
}

}  // namespace tandem::qemu
