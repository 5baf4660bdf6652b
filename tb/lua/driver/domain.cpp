// SPDX-License-Identifier: Apache-2.0
// Domains for the prelude: tables, tags, who may cache them. Proof: tb/lua/test, scenarios.
#include <vector>

#include "coverage/coverage_sink.h"
#include "lua/driver/calls.h"

namespace tandem::lua {
namespace {

smmu_domain_type type_named(const std::string& name) {
  if (name == "s1") return SMMU_DOMAIN_S1;
  if (name == "s2") return SMMU_DOMAIN_S2;
  if (name == "nested") return SMMU_DOMAIN_NESTED;
  return name == "identity" ? SMMU_DOMAIN_IDENTITY : SMMU_DOMAIN_BLOCKED;
}

// "domain/s1/4k/local": what kinds of domains a run has made.
std::string kind_of(const smmu_domain_config& config) {
  if (config.type == SMMU_DOMAIN_IDENTITY) return "domain/identity";
  if (config.type == SMMU_DOMAIN_BLOCKED) return "domain/blocked";
  const char* const granule = config.granule_log2 == 16 ? "64k" : config.granule_log2 == 14 ? "16k" : "4k";
  const char* const policy = config.tag_policy == SMMU_TAG_REJECT ? "reject" : config.tag_policy == SMMU_TAG_REALLOCATE ? "reallocate" : "local";
  if (config.type == SMMU_DOMAIN_NESTED) return "domain/nested";
  return std::string(config.type == SMMU_DOMAIN_S2 ? "domain/s2/" : "domain/s1/") + granule + "/" + policy;
}

// domain_create({ type =, policy =, granule_log2 =, ias =, oas =, noncoherent =, flush_threshold_pages =, dirty =, exclusive =,
// free_empty_tables =, contiguous = } [, parent, word 0 and word 1 of the guest's STE]) -> handle
int api_domain_create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  smmu_domain_config config{};
  const std::string policy = text_field(L, 1, "policy");
  config.type = type_named(text_field(L, 1, "type"));
  config.tag_policy = policy == "reject" ? SMMU_TAG_REJECT : policy == "reallocate" ? SMMU_TAG_REALLOCATE : SMMU_TAG_LOCAL;
  config.granule_log2 = static_cast<std::uint8_t>(number_field(L, 1, "granule_log2", 255));
  config.ias_bits = static_cast<std::uint8_t>(number_field(L, 1, "ias", 255));
  config.oas_bits = static_cast<std::uint8_t>(number_field(L, 1, "oas", 255));
  config.noncoherent_walk = flag_field(L, 1, "noncoherent");
  config.dirty_tracking = flag_field(L, 1, "dirty");
  config.exclusive = flag_field(L, 1, "exclusive");
  config.free_empty_tables = flag_field(L, 1, "free_empty_tables");
  config.contiguous_hint = flag_field(L, 1, "contiguous");
  config.flush_threshold_pages = static_cast<std::uint32_t>(number_field(L, 1, "flush_threshold_pages", UINT32_MAX));
  if (config.type == SMMU_DOMAIN_NESTED) {
    config.parent = handle<smmu_domain>(L, 2);
    config.guest_ste[0] = u64(L, 3);
    config.guest_ste[1] = u64(L, 4);
  }
  smmu_domain* domain = nullptr;
  const smmu_status status = smmu_domain_create(Host::of(L).sys(), &config, &domain);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  Host::of(L).coverage().hit(kind_of(config));
  lua_pushlightuserdata(L, domain);
  return 3;
}

int api_domain_destroy(lua_State* L) { return answer(L, smmu_domain_destroy(handle<smmu_domain>(L, 1))); }
int api_flush(lua_State* L) { return answer(L, smmu_domain_flush(handle<smmu_domain>(L, 1))); }

// A call whose arguments are refused leaves no record: nothing else would count it.
smmu_status noted(lua_State* L, const char* call, smmu_status status) {
  if (status == SMMU_E_INVALID || status == SMMU_E_ALIGN || status == SMMU_E_RANGE || status == SMMU_E_OVERFLOW) {
    Host::of(L).coverage().hit(std::string("call/") + call + "/" + smmu_status_name(status));
  }
  return status;
}

// map(domain, iova, pa, size, read, write, execute, privileged)
int api_map(lua_State* L) {
  std::uint32_t prot = SMMU_PROT_CACHED;
  if (lua_toboolean(L, 5) != 0) prot |= SMMU_PROT_READ;
  if (lua_toboolean(L, 6) != 0) prot |= SMMU_PROT_WRITE;
  if (lua_toboolean(L, 7) == 0) prot |= SMMU_PROT_NOEXEC;
  if (lua_toboolean(L, 8) != 0) prot |= SMMU_PROT_PRIVILEGED;
  return answer(L, noted(L, "domain_map", smmu_domain_map(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, smmu_pa{u64(L, 3)}, u64(L, 4), prot)));
}

int api_unmap(lua_State* L) {
  std::uint64_t unmapped = 0;
  const smmu_status status = smmu_domain_unmap(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, u64(L, 3), &unmapped);
  answer(L, noted(L, "domain_unmap", status));
  lua_pushinteger(L, static_cast<lua_Integer>(unmapped));
  return 3;
}

// A gather of a scenario is a block of memory of Lua's, a gather that was not synced is simply forgotten with it.
int api_gather(lua_State* L) {
  auto* gather = static_cast<smmu_gather*>(lua_newuserdatauv(L, sizeof(smmu_gather), 0));
  *gather = SMMU_GATHER_INIT;
  return 1;
}

smmu_gather* gather_argument(lua_State* L, int argument) {
  luaL_checktype(L, argument, LUA_TUSERDATA);
  return static_cast<smmu_gather*>(lua_touserdata(L, argument));
}

// unmap_gather(domain, iova, size, gather) -> bytes
int api_unmap_gather(lua_State* L) {
  std::uint64_t unmapped = 0;
  const smmu_status status =
      smmu_domain_unmap_gather(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, u64(L, 3), gather_argument(L, 4), &unmapped);
  answer(L, status);
  lua_pushinteger(L, static_cast<lua_Integer>(unmapped));
  return 3;
}

int api_sync(lua_State* L) { return answer(L, smmu_domain_sync(handle<smmu_domain>(L, 1), gather_argument(L, 2))); }

// read_dirty(domain, iova, size, granule_bytes, keep) -> { true or false, ... } of each granule
int api_read_dirty(lua_State* L) {
  const std::uint64_t size = u64(L, 3), granule = u64(L, 4), count = size / granule;
  std::vector<std::uint64_t> bitmap(static_cast<std::size_t>((count + 63) / 64));
  const std::uint32_t flags = lua_toboolean(L, 5) != 0 ? SMMU_DIRTY_KEEP : 0;
  const smmu_status status = smmu_domain_read_dirty(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, size, flags, bitmap.data());
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_createtable(L, static_cast<int>(count), 0);
  for (std::uint64_t n = 0; n < count; ++n) {
    lua_pushboolean(L, (bitmap[static_cast<std::size_t>(n / 64)] >> n % 64 & 1) != 0);
    lua_rawseti(L, -2, static_cast<lua_Integer>(n + 1));
  }
  return 3;
}

int api_iova_to_phys(lua_State* L) {
  smmu_pa pa{};
  const smmu_status status = smmu_domain_iova_to_phys(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, &pa);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, static_cast<lua_Integer>(pa.v));
  return 3;
}

int api_domain_tag(lua_State* L) {
  std::uint32_t tag = 0;
  const smmu_status status = smmu_domain_tag(handle<smmu_domain>(L, 1), dev_argument(L, 2), &tag);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, tag);
  return 3;
}

int api_domain_stats(lua_State* L) {
  struct smmu_domain_stats stats{};
  const smmu_status status = smmu_domain_stats(handle<smmu_domain>(L, 1), &stats);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "root", static_cast<std::int64_t>(stats.root.v));
  set_integer(L, "table_pages", stats.table_pages);
  set_integer(L, "attachments", stats.attachments);
  return 3;
}

// domain_check(domain, smmu) -> nil, or why they do not fit
int api_domain_check(lua_State* L) {
  smmu_incompat reason = SMMU_COMPATIBLE;
  const smmu_status status = smmu_domain_check(handle<smmu_domain>(L, 1), dev_argument(L, 2), &reason);
  if (status == SMMU_OK || status == SMMU_E_INCOMPATIBLE) {
    answer(L, SMMU_OK);
    if (status == SMMU_OK) return 2;
    lua_pushstring(L, smmu_incompat_text(reason));
    return 3;
  }
  return answer(L, status);
}

const char* type_name(smmu_inv_type type) {
  switch (type) {
    case SMMU_INV_TLBI_ASID: return "asid";
    case SMMU_INV_TLBI_VMID: return "vmid";
    case SMMU_INV_TLBI_NESTED: return "nested";
    case SMMU_INV_ATC: return "atc";
    case SMMU_INV_ATC_ALL: return "atc_all";
  }
  return "?";
}

// The invalidation array as a list, in its order.
int api_inv_array(lua_State* L) {
  smmu_domain* domain = handle<smmu_domain>(L, 1);
  const DriverObjects& objects = Host::of(L).driver();
  answer(L, SMMU_OK);
  lua_newtable(L);
  smmu_inv_entry_info entry{};
  for (std::size_t i = 0; smmu_domain_inv_entry(domain, i, &entry) == SMMU_OK; ++i) {
    lua_newtable(L);
    for (std::size_t n = 0; n < objects.devs.size(); ++n) {
      if (objects.devs[n] == entry.dev) set_integer(L, "smmu", static_cast<std::int64_t>(n + 1));
    }
    set_string(L, "type", type_name(entry.type));
    set_integer(L, "id", entry.id);
    set_integer(L, "ssid", entry.ssid);
    set_integer(L, "users", entry.users);
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"domain_create", api_domain_create}, {"domain_destroy", api_domain_destroy}, {"map", api_map}, {"unmap", api_unmap},
    {"flush", api_flush}, {"iova_to_phys", api_iova_to_phys}, {"domain_tag", api_domain_tag}, {"domain_stats", api_domain_stats},
    {"domain_check", api_domain_check}, {"inv_array", api_inv_array}, {"gather", api_gather},
    {"unmap_gather", api_unmap_gather}, {"sync", api_sync}, {"read_dirty", api_read_dirty},
    {nullptr, nullptr},
};

}  // namespace

void add_domain_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
