// SPDX-License-Identifier: Apache-2.0
// CPU address spaces and system-wide PASIDs for the prelude. Proof: tb/lua/test, scenarios.
#include "coverage/coverage_sink.h"
#include "lua/driver/calls.h"

namespace tandem::lua {
namespace {

int api_pasid_alloc(lua_State* L) {
  smmu_master* master = nullptr;
  std::uint32_t pasid = 0;
  smmu_status status = master_argument(L, 1, &master);
  if (status == SMMU_OK) status = smmu_pasid_alloc(master, &pasid);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, pasid);
  return 3;
}

int api_pasid_free(lua_State* L) { return answer(L, smmu_pasid_free(Host::of(L).sys(), static_cast<std::uint32_t>(u64(L, 1)))); }

// sva_bind(master, { cookie =, ttb =, asid =, asid_bits =, granule_log2 =, ias =, oas =, mair = }) -> domain, pasid
int api_sva_bind(lua_State* L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  smmu_mm mm{};
  mm.cookie = number_field(L, 2, "cookie", UINT64_MAX);
  mm.ttb = {number_field(L, 2, "ttb", UINT64_MAX)};
  mm.asid = static_cast<std::uint16_t>(number_field(L, 2, "asid", UINT16_MAX));
  mm.asid_bits = static_cast<std::uint8_t>(number_field(L, 2, "asid_bits", 255));
  mm.granule_log2 = static_cast<std::uint8_t>(number_field(L, 2, "granule_log2", 255));
  mm.ias_bits = static_cast<std::uint8_t>(number_field(L, 2, "ias", 255));
  mm.oas_bits = static_cast<std::uint8_t>(number_field(L, 2, "oas", 255));
  mm.mair = number_field(L, 2, "mair", UINT64_MAX);
  smmu_master* master = nullptr;
  smmu_domain* domain = nullptr;
  std::uint32_t pasid = 0;
  smmu_status status = master_argument(L, 1, &master);
  if (status == SMMU_OK) status = smmu_sva_bind(master, &mm, &domain, &pasid);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  Host::of(L).coverage().hit("domain/sva");
  lua_pushlightuserdata(L, domain);
  lua_pushinteger(L, pasid);
  return 4;
}

int api_sva_unbind(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  return answer(L, status == SMMU_OK ? smmu_sva_unbind(master, handle<smmu_domain>(L, 2)) : status);
}

// sva_invalidate(domain, iova, size, tables)
int api_sva_invalidate(lua_State* L) {
  return answer(L, smmu_sva_invalidate(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, u64(L, 3), lua_toboolean(L, 4) != 0));
}

int api_sva_mm_exit(lua_State* L) { return answer(L, smmu_sva_mm_exit(handle<smmu_domain>(L, 1))); }

const luaL_Reg kFunctions[] = {
    {"pasid_alloc", api_pasid_alloc}, {"pasid_free", api_pasid_free}, {"sva_bind", api_sva_bind}, {"sva_unbind", api_sva_unbind},
    {"sva_invalidate", api_sva_invalidate}, {"sva_mm_exit", api_sva_mm_exit},
    {nullptr, nullptr},
};

}  // namespace

void add_sva_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
