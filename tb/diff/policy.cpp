// SPDX-License-Identifier: Apache-2.0
// Reading and applying the divergence policy. Proof: tb/diff/test/test_policy.cpp.
#include "diff/policy.h"

#include <algorithm>
#include <stdexcept>

#include "lua/embedded.h"
#include "lua/sandbox.h"
#include "platform/table_reader.h"

namespace tandem::diff {
namespace {

std::string with_article(const std::string& name) { return (std::string("aeiou").find(name[0]) != std::string::npos ? "an " : "a ") + name; }

constexpr int kLoadInstructions = 10'000'000;

void endless(lua_State* L, lua_Debug*) {
  lua_pushlightuserdata(L, const_cast<void*>(lua::stop_token()));
  lua_error(L);
}

std::string kind_list() {
  std::string list;
  for (unsigned i = 0; i < kKinds; ++i) list += (i == 0 ? "" : ", ") + std::string(policy_name(static_cast<Kind>(i)));
  return list;
}

// Names that `where` and `fields` may use for a kind of fact.
bool has_field(Kind kind, const std::string& field) {
  const auto& names = value_names(kind);
  if (std::find(names.begin(), names.end(), field) != names.end()) return true;
  Fact probe;
  probe.kind = kind;
  probe.values.assign(names.size(), 0);
  const bool record = kind == Kind::Command || kind == Kind::Event || kind == Kind::EventLost;
  for (unsigned number = 0; record && number < 256; ++number) {
    probe.values[0] = number;
    if (!mask_of(probe, field).empty()) return true;
  }
  return record && (field == "opcode" || field == "number");
}

void check_field(const TableReader& entry, const char* key, Kind kind, const std::string& field) {
  if (has_field(kind, field)) return;
  std::string names;
  for (const std::string& name : value_names(kind)) names += (names.empty() ? "" : ", ") + name;
  entry.refuse(key, entry.path() + "." + key + ": a fact of kind '" + policy_name(kind) + "' has no field '" + field + "'" +
                        (names.empty() ? "; it has none" : "; it has " + names + (kind == Kind::Command || kind == Kind::Event ? " and the fields of its records" : "")));
}

Rule read_rule(const TableReader& entry) {
  entry.allow_only({"name", "fact", "reason", "where", "call", "backend", "concurrent", "contended", "thread", "ignore", "order", "fields"});
  Rule rule;
  rule.name = entry.string("name", "");
  rule.reason = entry.string("reason", "");
  if (rule.name.empty()) entry.refuse("", entry.path() + " has no name");
  if (rule.reason.empty()) entry.refuse("", "rule '" + rule.name + "' has no reason; a difference without a reason is a failure");
  const std::string kind = entry.string("fact", "");
  if (!kind_from_name(kind, &rule.kind)) entry.refuse("fact", "rule '" + rule.name + "': fact is '" + kind + "'; allowed are " + kind_list());
  entry.each_integer("where", [&](const TableReader&, const std::string& field, std::int64_t value) {
    check_field(entry, "where", rule.kind, field);
    rule.where.emplace_back(field, static_cast<std::uint64_t>(value));
  });
  rule.call = entry.string("call", "");
  if (!rule.call.empty() && rule.kind != Kind::Call && rule.kind != Kind::Result) {
    entry.refuse("call", "rule '" + rule.name + "': call goes with fact = \"call\" or \"result\"");
  }
  rule.backend = entry.string("backend", "");
  rule.only_concurrent = entry.boolean("concurrent");
  rule.only_contended = entry.boolean("contended");
  const std::string thread = entry.string("thread", "");
  if (!thread.empty() && thread != "other") entry.refuse("thread", "rule '" + rule.name + "': thread is '" + thread + "'; allowed is other");
  if (!thread.empty() && !is_of_thread(rule.kind)) entry.refuse("thread", "rule '" + rule.name + "': a fact of kind '" + kind + "' has no thread");
  rule.only_other_threads = !thread.empty();
  rule.ignore = entry.boolean("ignore");
  const std::string order = entry.string("order", "");
  if (!order.empty() && order != "any") entry.refuse("order", "rule '" + rule.name + "': order is '" + order + "'; allowed is any");
  rule.any_order = order == "any";
  rule.fields = entry.list_of_strings("fields");
  for (const std::string& field : rule.fields) {
    if (field != "text") check_field(entry, "fields", rule.kind, field);
  }
  if (static_cast<int>(rule.ignore) + static_cast<int>(rule.any_order) + static_cast<int>(!rule.fields.empty()) != 1) {
    entry.refuse("", "rule '" + rule.name + "' must allow one thing: ignore = true, order = \"any\", or fields = { ... }");
  }
  return rule;
}

bool value_of(const Fact& fact, const std::string& field, std::uint64_t* out) {
  if (field == "opcode" || field == "number") {
    if (fact.values.empty()) return false;
    *out = fact.values[0] & 0xff;
    return true;
  }
  const std::vector<std::uint64_t> mask = mask_of(fact, field);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    *out = (fact.values[i] & mask[i]) >> __builtin_ctzll(mask[i]);
    return true;
  }
  return false;
}

std::string call_of(const Fact& fact) {
  const std::size_t bar = fact.text.find('|');
  if (bar == std::string::npos) return fact.text;
  return fact.kind == Kind::Call ? fact.text.substr(bar + 1) : fact.text.substr(0, bar);
}

}  // namespace

Policy Policy::built_in() {
  Policy policy;
  for (const auto& [name, text] : lua::embedded_files()) {
    std::string error;
    if ((name == "divergence_policy" || name == "known_defects") && !policy.add(name + ".lua", text, &error)) throw std::runtime_error(error);
  }
  return policy;
}

bool Policy::add_file(const std::string& file, std::string* error) {
  std::string text;
  return lua::read_text_file(file, &text, error) && add(file, text, error);
}

bool Policy::add(const std::string& file, const std::string& text, std::string* error) {
  const lua::State state = lua::new_sandbox();
  if (!state) return *error = "out of memory", false;
  lua_State* L = state.get();
  *error = lua::load_text(L, file, text);
  if (!error->empty()) return false;
  lua_sethook(L, endless, LUA_MASKCOUNT, kLoadInstructions);
  const int status = lua_pcall(L, 0, 1, 0);
  lua_sethook(L, nullptr, 0, 0);
  if (status != LUA_OK) {
    const char* reason = lua::is_stop(L, -1) ? nullptr : lua_tostring(L, -1);
    *error = reason == nullptr ? file + ": the policy itself runs without end" : reason;
    return false;
  }
  if (!lua_istable(L, -1)) return *error = file + ":1: a policy must return a table with rules, this one returns " + luaL_typename(L, -1), false;
  try {
    const SourceLines source(file);
    const TableReader root(L, -1, source, "policy", 1);
    root.allow_only({"rules", "defects"});  // what is known of a backend beside what a comparison needs
    std::vector<Rule> read;
    root.list_of_tables("rules", [&](const TableReader& entry) {
      read.push_back(read_rule(entry));
      const auto same = [&](const Rule& r) { return r.name == read.back().name; };
      if (std::any_of(rules_.begin(), rules_.end(), same) || std::count_if(read.begin(), read.end(), same) > 1) {
        entry.refuse("name", "there are two rules '" + read.back().name + "'");
      }
    });
    rules_.insert(rules_.end(), read.begin(), read.end());
    index();
    return true;
  } catch (const TableRefused& refused) {
    *error = refused.sentence;
  } catch (const std::exception& failure) {
    *error = file + ": " + failure.what();
  }
  return false;
}

void Policy::index() {
  for (auto& list : of_kind_) list.clear();
  for (std::size_t i = 0; i < rules_.size(); ++i) of_kind_[static_cast<unsigned>(rules_[i].kind)].push_back(i);
}

void Policy::narrow_to(const std::vector<std::string>& backends) {
  const auto elsewhere = [&](const Rule& rule) {
    return !rule.backend.empty() && std::find(backends.begin(), backends.end(), rule.backend) == backends.end();
  };
  rules_.erase(std::remove_if(rules_.begin(), rules_.end(), elsewhere), rules_.end());
  index();
}

bool Policy::applies(const Rule& rule, const Fact& fact) const {
  if (rule.only_concurrent && !fact.concurrent) return false;
  if (rule.only_contended && !fact.contended) return false;
  if (rule.only_other_threads && fact.source == kMainThread) return false;
  if (!rule.call.empty() && call_of(fact).rfind(rule.call, 0) != 0) return false;
  return std::all_of(rule.where.begin(), rule.where.end(), [&](const auto& condition) {
    std::uint64_t value = 0;
    return value_of(fact, condition.first, &value) && value == condition.second;
  });
}

const Rule* Policy::ignores(const Fact& fact) const {
  for (const std::size_t i : of_kind_[static_cast<unsigned>(fact.kind)]) {
    if (rules_[i].ignore && applies(rules_[i], fact)) return &rules_[i];
  }
  return nullptr;
}

bool Policy::may_be_reordered(const Fact& fact) const {
  const auto& list = of_kind_[static_cast<unsigned>(fact.kind)];
  return std::any_of(list.begin(), list.end(), [&](std::size_t i) { return rules_[i].any_order && applies(rules_[i], fact); });
}

Policy::Verdict Policy::compare(const Fact& a, const Fact& b, std::vector<const Rule*>* used) const {
  // The place of a call is for people: the same scenario may lie elsewhere.
  const bool same_text = a.kind == Kind::Call ? call_of(a) == call_of(b) : a.text == b.text;
  if (a.values == b.values && same_text) return Verdict::Same;
  if (a.values.size() != b.values.size()) return Verdict::Different;
  std::vector<std::uint64_t> open(a.values.size(), 0);
  bool text_open = false;
  std::vector<const Rule*> candidates;
  for (const std::size_t i : of_kind_[static_cast<unsigned>(a.kind)]) {
    const Rule& rule = rules_[i];
    if (rule.fields.empty() || !(applies(rule, a) && applies(rule, b))) continue;
    bool mattered = false;
    for (const std::string& field : rule.fields) {
      if (field == "text") {
        mattered = mattered || !same_text;
        text_open = true;
        continue;
      }
      const std::vector<std::uint64_t> mask = mask_of(a, field);
      for (std::size_t n = 0; n < mask.size(); ++n) {
        mattered = mattered || ((a.values[n] ^ b.values[n]) & mask[n]) != 0;
        open[n] |= mask[n];
      }
    }
    if (mattered) candidates.push_back(&rule);
  }
  for (std::size_t n = 0; n < open.size(); ++n) {
    if (((a.values[n] ^ b.values[n]) & ~open[n]) != 0) return Verdict::Different;
  }
  if (!text_open && !same_text) return Verdict::Different;
  if (used != nullptr) used->insert(used->end(), candidates.begin(), candidates.end());
  return Verdict::Allowed;
}

std::string Policy::consulted(const Fact& fact) const {
  std::string names;
  for (const std::size_t i : of_kind_[static_cast<unsigned>(fact.kind)]) {
    names += (names.empty() ? "" : ", ") + rules_[i].name + (applies(rules_[i], fact) ? "" : " (does not apply here)");
  }
  if (names.empty()) return "no rule lets " + with_article(kind_name(fact.kind)) + " differ";
  return "about " + with_article(kind_name(fact.kind)) + " the policy has " + names + ", which does not allow this";
}

}  // namespace tandem::diff
