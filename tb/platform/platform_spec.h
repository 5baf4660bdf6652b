// SPDX-License-Identifier: Apache-2.0
// A platform as data: what a scenario or a platform file asks for, already checked and with defaults filled in.
// Not here: reading Lua (platform_lua.h), building it (platform.h). Proof: tb/tests/test_platform_spec.
#ifndef TANDEM_PLATFORM_SPEC_H
#define TANDEM_PLATFORM_SPEC_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem {

// Every field that came from a table remembers where, so that an error can name file and line.
struct SourceLocation {
  std::string file;  // empty: built in
  int line = 0;      // 0: unknown
};

struct SmmuSpec {
  std::string name;                                // "smmu0"
  std::string backend;                             // "tlm", "rtl", or "" = the backend of the run
  std::map<std::string, std::int64_t> id_fields;   // "IDR1.SIDSIZE" -> 16; overrides of the backend's defaults
  std::map<std::string, std::int64_t> params;      // implementation parameters, checked by the backend
  unsigned tbu_count = 1;
  unsigned pmcg_counter_count = 4;
  SourceLocation where;
};

struct MasterSpec {
  std::string name;                  // "dma0"
  std::string smmu;                  // name of the SMMU in front of it
  unsigned tbu = 0;
  std::vector<std::uint32_t> sids;   // at least one; unique per SMMU
  unsigned ssid_bits = 0;            // SubstreamID width of the device
  bool ats = false;                  // it has an address translation cache, masters/atc_master.h
  bool pri = false;                  // and sends page requests
  SourceLocation where;
};

// A test engine, docs/test-engine.md.
struct EngineSpec {
  std::string name;                  // "te0"
  std::string smmu;                  // name of the SMMU in front of it
  unsigned tbu = 0;
  std::vector<std::uint32_t> sids;   // the StreamIDs it can use, the first of them after reset; empty: any
  SourceLocation where;
};

struct PlatformSpec {
  std::uint64_t ram_base = 0x80000000;
  std::uint64_t ram_bytes = 256ull << 20;
  // SMMUs do not snoop the caches of the CPUs: the driver has to clean and discard lines of its tables and queues. IDR0.COHACC
  // is then 0 on every SMMU.
  bool noncoherent = false;
  std::vector<SmmuSpec> smmus;
  std::vector<MasterSpec> masters;
  std::vector<EngineSpec> engines;
  std::uint64_t simulated_limit_us = 1'000'000;  // a run that reaches it is stopped with a report
  std::uint64_t wall_limit_s = 60;
  // Where a platform names no value, an SMMU has what all of these have in common, so that a driver does the same on each; empty: what
  // its own backend has.
  std::vector<std::string> common_backends;
  // Of what the architecture leaves UNKNOWN after reset; each SMMU draws its own from it. 0: all of it is zero.
  std::uint64_t seed = 1;
};

}  // namespace tandem

#endif
