// SPDX-License-Identifier: Apache-2.0
// QEMU's trace log of its SMMUv3 (-d trace:...), one line an event: what a translation came to, what was fetched, which
// commands were consumed. The formats are those of QEMU 7.2; what is not understood is Other, never an error.
// Not here: where the lines come from (process.h). Proof: tb/backend/qemu/test/test_protocol.cpp, with lines of a real run.
#ifndef TANDEM_BACKEND_QEMU_TRACE_LOG_H
#define TANDEM_BACKEND_QEMU_TRACE_LOG_H

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::qemu {

struct TraceLine {
  enum class Kind {
    Other,
    Translated, Bypassed, Disabled, Aborted,  // sid, iova; Translated: pa
    EventRecorded,                            // sid; text = its name
    SteFetch, CdFetch,                        // pa
    WalkStep,                                 // iova, pa of the descriptor, value, level
    TlbHit, TlbMiss,                          // iova, asid
    TlbFill,                                  // iova, asid
    ConfigHit, ConfigMiss,                    // sid
    CommandConsumed,                          // text = its name
    CommandError,
  };
  Kind kind = Kind::Other;
  std::uint32_t sid = 0;
  std::uint64_t iova = 0, pa = 0, value = 0;
  unsigned level = 0, asid = 0;
  std::string text;
};

// The events that QEMU has to be asked for, as arguments of -d.
const std::vector<std::string>& trace_events();

TraceLine parse_trace_line(const std::string& line);
std::vector<TraceLine> parse_trace(const std::string& text);

// What QEMU said that is no trace event: the last such line, for a sentence about its end. Empty when there is none.
std::string last_words(const std::string& text);

}  // namespace tandem::qemu

#endif
