// SPDX-License-Identifier: Apache-2.0
// A PCIe-like device with an address translation cache: asks for translations (ATS), keeps the answers, makes translated
// accesses, forgets on invalidation, asks software for pages (PRI). It can also be one that never completes an invalidation.
// Not here: plain DMA (dma_master.h), Lua. Proof: tb/tests/test_atc.cpp.
//
// All calls from CPU threads of the platform; one AtcHub per platform, made before its masters, destroyed after them.
#ifndef TANDEM_MASTERS_ATC_MASTER_H
#define TANDEM_MASTERS_ATC_MASTER_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/platform.h"
#include "smmuv3_trace.h"

namespace tandem {

class AtcMaster;

// What SMMUs say to endpoints, to the endpoint it is meant for. A StreamID without an AtcMaster completes at once.
class AtcHub {
 public:
  explicit AtcHub(Platform& platform);
  ~AtcHub();
  AtcHub(const AtcHub&) = delete;
  AtcHub& operator=(const AtcHub&) = delete;
  Platform& platform() { return platform_; }

 private:
  friend class AtcMaster;
  class Sink;
  void trace(unsigned smmu, smmu_trace_message message, std::uint32_t sid, std::optional<std::uint32_t> ssid, std::uint64_t address, std::uint64_t value,
             std::uint64_t id, bool write = false) const;
  void complete(unsigned smmu, std::uint32_t sid, std::uint8_t tag) const;
  Platform& platform_;
  std::vector<std::unique_ptr<Sink>> sinks_;  // by SMMU
  std::vector<AtcMaster*> masters_;
};

enum class AtcStatus {
  Ok,
  Off,        // ATS is switched off at the device, nothing was asked
  NotMapped,  // the translation has no such right
  Refused,    // Unsupported Request: no ATS for this stream
  Aborted,    // Completer Abort, or the translated access was refused
};

struct AtcCounts {
  std::uint64_t hits = 0, requests = 0, invalidations = 0, discarded = 0;  // discarded: answers an invalidation had overtaken
};

class AtcMaster {
 public:
  // The master `name` of the platform's spec, as StreamID its first; throws std::invalid_argument when there is none.
  AtcMaster(AtcHub& hub, const std::string& name);
  ~AtcMaster();
  AtcMaster(const AtcMaster&) = delete;
  AtcMaster& operator=(const AtcMaster&) = delete;

  // From now on no invalidation is completed; false: those that wait are completed too.
  void set_silent(bool silent);
  bool silent() const { return silent_; }
  // What software switches at a device; both are on at first. Off waits for what is under way and empties the cache; page
  // requests that are off are not sent.
  void set_ats(bool on);
  void set_pri(bool on) { pri_on_ = on; }
  bool ats_on() const { return ats_on_; }
  bool pri_on() const { return pri_on_; }

  AtcStatus write(std::uint64_t iova, const void* data, std::uint32_t bytes, std::optional<std::uint32_t> ssid = {});
  AtcStatus read(std::uint64_t iova, void* data, std::uint32_t bytes, std::optional<std::uint32_t> ssid = {});
  // A page request group for pages in a row; the answer, or nothing on time-out, where they are off or the SMMU has none.
  std::optional<smmu_tlm::PageResponse::Code> request_page(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid = {},
                                                           std::uint64_t timeout_ns = 1'000'000, unsigned pages = 1);

  const AtcCounts& counts() const { return counts_; }
  std::size_t cached() const { return entries_.size(); }

 private:
  friend class AtcHub;
  struct Entry {
    std::optional<std::uint32_t> ssid;
    std::uint64_t iova, pa;
    std::uint8_t size_log2;
    bool read, write;
  };
  AtcStatus transfer(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid);
  AtcStatus piece(std::uint64_t iova, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid);
  const Entry* find(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid) const;
  AtcStatus ask(std::uint64_t iova, bool write, std::optional<std::uint32_t> ssid, Entry& entry);
  Access access(std::uint64_t address, std::uint8_t* data, std::uint32_t bytes, bool write, std::optional<std::uint32_t> ssid,
                smmu_tlm::AtsKind kind) const;
  void invalidate(const smmu_tlm::AtcInvalidate& request);
  void respond(const smmu_tlm::PageResponse& response);
  void complete_waiting();

  AtcHub& hub_;
  unsigned smmu_ = 0, tbu_ = 0;
  std::uint32_t sid_ = 0;
  bool silent_ = false, ats_on_ = true, pri_on_ = true;
  unsigned under_way_ = 0;           // translated accesses: an invalidation completes when they are over
  unsigned asking_ = 0;              // translation requests
  std::uint64_t generation_ = 0;     // invalidations so far
  std::uint16_t next_group_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> waiting_;  // tags
  std::vector<smmu_tlm::PageResponse> responses_;
  AtcCounts counts_;
};

}  // namespace tandem

#endif
