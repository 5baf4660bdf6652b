// SPDX-License-Identifier: Apache-2.0
// A Lua file that is data: it runs in the sandbox, must end, and returns a table that is read key by key.
// Not here: what the keys mean (plan.h, coverage_model.h). Proof: tb/farm/test/test_plan.cpp.
#ifndef TANDEM_FARM_LUA_DATA_H
#define TANDEM_FARM_LUA_DATA_H

#include <functional>
#include <string>

#include "platform/table_reader.h"

namespace tandem::farm {

// what: "plan", as messages and paths of keys call it. Empty, or one sentence with file and line.
std::string read_lua_data(const std::string& what, const std::string& file, const std::string& text,
                          const std::function<void(const TableReader& root)>& read);

}  // namespace tandem::farm

#endif
