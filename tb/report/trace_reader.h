// SPDX-License-Identifier: Apache-2.0
// Reads a timeline that a run wrote back into slices, arrows and counters.
// Not here: writing it (tb/timeline), figures (figures.h). Proof: tb/report/test/report_test.lua.
#ifndef TANDEM_REPORT_TRACE_READER_H
#define TANDEM_REPORT_TRACE_READER_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/run_folder.h"

namespace tandem::report {

struct TraceSlice {
  std::uint32_t track = 0, depth = 0;
  std::uint32_t name = 0, category = 0, args = 0;  // numbers of texts
  double start_ns = 0, end_ns = 0;
  std::int64_t cause = -1;                         // number of the slice it was caused by
};
struct TracePoint {
  double ns;
  double value;
};
struct TraceTrack {
  std::string process, name;
  json_int_t pid = 0, order = 0;  // where it is to be shown
};

struct Trace {
  std::vector<TraceTrack> tracks;
  std::vector<TraceSlice> slices;                             // in the order of the file
  std::map<std::string, std::vector<TracePoint>> counters;    // "smmu0 (tlm): TLB hit rate"
  std::vector<std::string> texts;                             // each once
  Json platform;                                              // what the run said about itself
  bool complete = false;                                      // the file has its end
  double end_ns = 0;
};

// False and one sentence with file and line for what is no timeline; a file that only lacks its end is read as far as it goes.
bool read_trace(const std::string& path, Trace* out, std::string* error);

}  // namespace tandem::report

#endif
