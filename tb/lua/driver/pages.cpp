// SPDX-License-Identifier: Apache-2.0
// Page requests and their answers for the prelude. Proof: tb/lua/test/endpoint.lua, scenarios/sva/page_faults.lua.
#include <array>
#include <vector>

#include "lua/driver/calls.h"

namespace tandem::lua {
namespace {

using Words = std::array<std::uint64_t, 2>;

// page_requests(smmu) -> list of 2-word records, oldest first; whether some were lost
int api_page_requests(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  std::vector<Words> records;
  smmu_page_request_batch batch{};
  smmu_status status = SMMU_OK;
  bool lost = false;
  do {
    status = smmu_dev_handle_page_requests(dev, 0, [](void* arg, smmu_dev*, const smmu_page_request* request) {
      static_cast<std::vector<Words>*>(arg)->push_back({request->raw[0], request->raw[1]});
    }, &records, &batch);
    lost = lost || batch.overflowed;
  } while (status == SMMU_OK && batch.more);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_createtable(L, static_cast<int>(records.size()), 0);
  lua_Integer n = 0;
  for (const Words& words : records) {
    lua_createtable(L, 2, 0);
    for (lua_Integer i = 0; i < 2; ++i) {
      lua_pushinteger(L, static_cast<lua_Integer>(words[static_cast<std::size_t>(i)]));
      lua_rawseti(L, -2, i + 1);
    }
    lua_rawseti(L, -2, ++n);
  }
  lua_pushboolean(L, lost);
  return 4;
}

// page_respond(smmu, word 0, word 1, "success" / "invalid" / "failure")
int api_page_respond(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  const std::uint64_t words[2] = {u64(L, 2), u64(L, 3)};
  static const char* const kNames[] = {"failure", "invalid", "success", nullptr};
  static const smmu_page_response kResponses[] = {SMMU_PAGE_FAILURE, SMMU_PAGE_INVALID, SMMU_PAGE_SUCCESS};
  const smmu_page_response response = kResponses[luaL_checkoption(L, 4, nullptr, kNames)];
  smmu_page_request request{};
  smmu_page_request_decode(words, &request);
  return answer(L, smmu_dev_page_respond(dev, &request, response));
}

const luaL_Reg kFunctions[] = {{"page_requests", api_page_requests}, {"page_respond", api_page_respond}, {nullptr, nullptr}};

}  // namespace

void add_page_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
