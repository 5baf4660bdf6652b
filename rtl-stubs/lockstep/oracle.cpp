// SPDX-License-Identifier: Apache-2.0
// The model core behind oracle.h: set up like the block, every access answered from the caller's memory, records taken from
// the event queue writes. Proof: rtl.lockstep.
#include "oracle.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "smmuv3_model/core.h"

namespace lockstep {

struct Oracle::Core {
  std::vector<unsigned char> memory = std::vector<unsigned char>(smmu_core_size() + 64);
  smmu_core* get() {
    auto at = reinterpret_cast<std::uintptr_t>(memory.data());
    return reinterpret_cast<smmu_core*>((at + 63) & ~std::uintptr_t{63});
  }
};

namespace {
[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "lockstep: the oracle %s\n", what);
  std::exit(2);
}
}  // namespace

Oracle::Oracle(const rig::Rig& block) : core_(new Core) {
  smmu_core_config config;
  smmu_core_config_default(&config);
  config.ids.idr[0] = block.idr0;
  config.ids.idr[1] = block.idr1;
  config.ids.idr[2] = 0;
  config.ids.idr[3] = block.idr3;
  config.ids.idr[4] = 0;
  config.ids.idr[5] = block.idr5;
  config.seed = 0;
  config.tlb_entries = config.walk_cache_entries = config.config_cache_entries = 0;
  char error[256] = "";
  if (!smmu_core_init(core_->get(), &config, error, sizeof error)) give_up(error);
  auto write = [this](std::uint32_t offset, std::uint32_t value) { smmu_core_write32(core_->get(), offset, value); };
  write(0x2c, block.cr2);
  smmu_core_write64(core_->get(), 0x80, block.strtab);
  write(0x88, block.strtab_cfg);
  smmu_core_write64(core_->get(), 0xa0, 0x88000000 | 4);
  write(0x100a8, 0);
  write(0x100ac, 0);
  write(0x20, 5);   // EVENTQEN, SMMUEN
  if (smmu_core_update(core_->get())) give_up("does not acknowledge CR0");
}
Oracle::~Oracle() = default;

Verdict Oracle::ask(const Txn& txn, const Memory& memory) {
  smmu_core* core = core_->get();
  smmu_txn t{};
  t.iova = txn.addr;
  t.sid = txn.sid;
  t.ssid = txn.ssid;
  t.flags = static_cast<std::uint8_t>((txn.write ? SMMU_TXN_WRITE : 0) | (txn.ssv ? SMMU_TXN_SSV : 0) |
                                      (txn.privileged ? SMMU_TXN_PRIVILEGED : 0) | (txn.instruction ? SMMU_TXN_INSTRUCTION : 0));
  smmu_xlate out{};
  Verdict verdict;
  if (smmu_core_translate(core, &t, &out) == SMMU_XLATE_NEED_JOB) {
    const int job = smmu_core_job_start(core, &t);
    if (job == SMMU_JOB_NONE) give_up("has no job left");
    for (;;) {
      const smmu_step step = smmu_core_job_step(core, job);
      if (step == SMMU_STEP_DONE) break;
      if (step != SMMU_STEP_IO) give_up("waits for something");
      const smmu_io* io = smmu_core_job_io(core, job);
      if (io->kind == SMMU_IO_READ) {
        std::uint64_t data[8] = {};
        bool ok = true;
        for (unsigned i = 0; i < io->size / 8u; i++) {
          data[i] = memory.read(io->addr + 8 * i, io->io_class);
          for (const auto& update : verdict.updates)
            if (update.addr == io->addr + 8 * i) data[i] = update.after;
          ok = ok && !memory.aborts(io->addr + 8 * i);
        }
        smmu_core_job_feed(core, job, ok, data);
      } else if (io->kind == SMMU_IO_CAS) {
        const std::uint64_t seen = io->data[1];
        const bool ok = !memory.aborts_update(io->addr);
        if (ok) verdict.updates.push_back({io->addr, seen, io->data[0], io->io_class});
        smmu_core_job_feed(core, job, ok, &seen);
      } else {
        if (io->io_class != SMMU_IO_CLASS_EVENTQ) give_up("writes elsewhere than into the event queue");
        verdict.recorded = true;
        for (unsigned i = 0; i < 4; i++) verdict.record[i] = io->data[i];
        smmu_core_job_feed(core, job, true, nullptr);
      }
    }
    smmu_core_job_result(core, job, &out);
    smmu_core_job_free(core, job);
    smmu_core_write32(core, 0x100ac, smmu_core_read32(core, 0x100a8));   // everything has been read
  }
  verdict.pa = out.pa;
  verdict.end = out.status == SMMU_XLATE_OK ? Verdict::kOk : out.status == SMMU_XLATE_RAZ_WI ? Verdict::kRazWi : Verdict::kAbort;
  return verdict;
}

}  // namespace lockstep
