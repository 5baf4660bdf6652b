// SPDX-License-Identifier: Apache-2.0
// Looks at a platform that stands still: runs the commands of tb/lua/prelude/inspect.lua in a Lua state of its own.
// Not here: stopping (stopper.h). Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_INSPECTOR_H
#define TANDEM_SHELL_INSPECTOR_H

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lua/sandbox.h"
#include "platform/platform.h"
#include "trace/sinks.h"

namespace tandem::shell {

class Inspector {
 public:
  Inspector(Platform& platform, TraceTee& trace);

  // Of every record: what registers were last seen to hold, and the last records.
  void record(const smmu_trace_record& record);
  // Text, and whether the command was good; nothing when it is no command of the inspector.
  std::optional<std::pair<std::string, bool>> run(const std::string& line);

  // For inspect.lua.
  std::optional<std::uint64_t> register_value(unsigned smmu, std::uint32_t offset, unsigned bits);
  std::string last_records(std::size_t count) const;
  Platform& platform() { return platform_; }

 private:
  Platform& platform_;
  TraceTee& trace_;
  std::map<std::pair<unsigned, std::uint32_t>, std::uint32_t> seen_;  // (SMMU, offset of a 32-bit word) -> value
  std::deque<smmu_trace_record> records_;
  std::vector<std::string> smmu_names_;
  lua::State state_;
};

}  // namespace tandem::shell

#endif
