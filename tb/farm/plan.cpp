// SPDX-License-Identifier: Apache-2.0
// Reads a plan key by key and multiplies it out. Proof: tb/farm/test/test_plan.cpp.
#include "farm/plan.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <stdexcept>

#include <glob.h>

#include "cli/options.h"
#include "farm/lua_data.h"
#include "lua/sandbox.h"

namespace tandem::farm {
namespace {

constexpr std::size_t kMostRuns = 10'000'000;

struct Preset {
  lua::Parameters params, smmu_params;
};

struct Defaults {
  unsigned wall_limit_s = 0, memory_limit_mib = 0;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

std::vector<std::string> files_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return files;
}

// "plans/../scenarios/x.lua" -> "scenarios/x.lua", so that a key does not tell where the plan lay.
std::string without_detours(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  const bool absolute = !path.empty() && path[0] == '/';
  while (from <= path.size()) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    const std::string part = path.substr(from, slash - from);
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    from = slash + 1;
  }
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : "/") + part;
  return absolute ? "/" + out : out;
}

std::vector<std::string> scenarios_of(const TableReader& entry, const std::string& plan_folder) {
  std::vector<std::string> all;
  const std::vector<std::string> patterns = entry.list_of_strings("scenarios");
  if (patterns.empty()) entry.refuse("scenarios", entry.path() + ".scenarios must name at least one file or pattern");
  for (const std::string& pattern : patterns) {
    std::vector<std::string> files;
    if (!plan_folder.empty() && pattern[0] != '/') files = files_of(plan_folder + pattern);
    if (files.empty()) files = files_of(pattern);
    if (files.empty()) entry.refuse("scenarios", "no file fits '" + pattern + "' of " + entry.path() + ".scenarios");
    for (const std::string& file : files) all.push_back(without_detours(file));
  }
  return all;
}

std::vector<std::string> backends_of(const TableReader& entry) {
  static const std::map<std::string, std::vector<std::string>> groups = {
      {"tlm", {"tlm"}}, {"rtl", {"rtl"}}, {"mixed", {"mixed"}}, {"qemu", {"qemu"}}, {"both", {"tlm", "rtl"}}, {"all", {"tlm", "rtl", "mixed"}}};
  std::vector<std::string> words;
  if (!entry.has("on")) {
    words = {"tlm"};
  } else if (entry.is_table("on")) {
    words = entry.list_of_strings("on");
  } else {
    words = {entry.string("on", "")};
  }
  std::vector<std::string> backends;
  for (const std::string& word : words) {
    const auto found = groups.find(word);
    const std::vector<std::string>& further = cli::further_backends();
    const bool is_further = std::find(further.begin(), further.end(), word) != further.end();
    if (found == groups.end() && !is_further) {
      entry.refuse("on", "unknown backend '" + word + "' in " + entry.path() + ".on; it takes tlm, rtl, mixed, qemu, both (tlm and rtl) or all" + cli::further_backends_text());
    }
    for (const std::string& name : is_further ? std::vector<std::string>{word} : found->second) {
      if (std::find(backends.begin(), backends.end(), name) == backends.end()) backends.push_back(name);
    }
  }
  if (backends.empty()) entry.refuse("on", entry.path() + ".on must name at least one backend");
  return backends;
}

// Empty: the scenario's own seed, once.
std::vector<std::int64_t> seeds_of(const TableReader& entry) {
  if (!entry.has("seeds")) return {};
  std::vector<std::int64_t> seeds;
  bool is_range = false;
  entry.table("seeds", [&](const TableReader& range) {
    is_range = range.has("from") || range.has("to");
    if (!is_range) return;
    range.allow_only({"from", "to"});
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const std::int64_t from = range.integer("from", 1, -kMost, kMost);
    const std::int64_t to = range.integer("to", from, -kMost, kMost);
    if (to < from) range.refuse("to", range.path() + ".to is " + std::to_string(to) + "; it must not be below from, " + std::to_string(from));
    if (to - from >= static_cast<std::int64_t>(kMostRuns)) range.refuse("to", range.path() + " has more than 10000000 seeds");
    for (std::int64_t seed = from; seed <= to; ++seed) seeds.push_back(seed);
  });
  if (!is_range) seeds = entry.list_of_integers("seeds");
  if (seeds.empty()) entry.refuse("seeds", entry.path() + ".seeds must be { from = , to = } or a list of numbers");
  return seeds;
}

void read_limits(const TableReader& table, Defaults* limits) {
  table.table("limits", [&](const TableReader& t) {
    t.allow_only({"wall_s", "memory_mib"});
    limits->wall_limit_s = static_cast<unsigned>(t.integer("wall_s", limits->wall_limit_s, 1, 1'000'000));
    limits->memory_limit_mib = static_cast<unsigned>(t.integer("memory_mib", limits->memory_limit_mib, 16, 16'000'000));
  });
}

void read_retry(const TableReader& root, Plan* plan) {
  root.table("retry", [&](const TableReader& retry) {
    retry.allow_only({"times", "on"});
    plan->retry_times = static_cast<unsigned>(retry.integer("times", 1, 0, 100));
    if (!retry.has("on")) return;
    plan->retry_error = plan->retry_fail = false;
    for (const std::string& status : retry.list_of_strings("on")) {
      if (status == "error") plan->retry_error = true;
      else if (status == "fail") plan->retry_fail = true;
      else retry.refuse("on", "retry.on has '" + status + "'; it takes error and fail");
    }
  });
}

void read_slurm(const TableReader& root, Plan* plan) {
  root.table("slurm", [&](const TableReader& t) {
    t.allow_only({"partition", "account", "qos", "chunk_runs", "max_parallel", "cpus", "options"});
    SlurmSettings& s = plan->slurm;
    s.partition = t.string("partition", "");
    s.account = t.string("account", "");
    s.qos = t.string("qos", "");
    s.chunk_runs = static_cast<unsigned>(t.integer("chunk_runs", s.chunk_runs, 1, 100'000));
    s.max_parallel = static_cast<unsigned>(t.integer("max_parallel", 0, 0, 1'000'000));
    s.cpus = static_cast<unsigned>(t.integer("cpus", s.cpus, 1, 256));
    s.options = t.list_of_strings("options");
  });
}

std::map<std::string, Preset> read_presets(const TableReader& root) {
  std::map<std::string, Preset> presets;
  root.each_table("presets", [&](const std::string& name, const TableReader& t) {
    t.allow_only({"params", "smmu"});
    Preset preset;
    t.each_text("params", [&](const std::string& key, const std::string& text) { preset.params.emplace_back(key, text); });
    t.each_text("smmu", [&](const std::string& key, const std::string& text) { preset.smmu_params.emplace_back(key, text); });
    presets[name] = preset;
  });
  return presets;
}

std::string key_of(const PlannedRun& run) {
  std::string key = run.request.path + "|" + run.request.backend + "|seed=" + (run.request.seed ? std::to_string(*run.request.seed) : "own");
  if (!run.preset.empty()) key += "|preset=" + run.preset;
  for (const auto& [name, text] : run.request.params) key += "|" + name + "=" + text;
  for (const auto& [name, text] : run.request.smmu_params) key += "|smmu:" + name + "=" + text;
  return key;
}

class Expander {
 public:
  Expander(Plan* plan, std::map<std::string, Preset> presets, Defaults limits)
      : plan_(plan), presets_(std::move(presets)), limits_(limits), folder_(folder_of(plan->file)) {}

  void add(const TableReader& entry) {
    entry.allow_only({"scenarios", "on", "seeds", "presets", "params", "smmu", "limits"});
    Defaults limits = limits_;
    read_limits(entry, &limits);
    Preset own;
    entry.each_text("params", [&](const std::string& key, const std::string& text) { own.params.emplace_back(key, text); });
    entry.each_text("smmu", [&](const std::string& key, const std::string& text) { own.smmu_params.emplace_back(key, text); });
    std::vector<std::string> presets = entry.list_of_strings("presets");
    for (const std::string& name : presets) {
      if (presets_.count(name) == 0) entry.refuse("presets", "there is no preset '" + name + "'; the plan has " + known_presets());
    }
    if (presets.empty()) presets.emplace_back("");
    const std::vector<std::int64_t> seeds = seeds_of(entry);
    const std::vector<std::string> backends = backends_of(entry);
    for (const std::string& scenario : scenarios_of(entry, folder_)) {
      for (const std::string& preset : presets) {
        for (const std::string& backend : backends) {
          PlannedRun run;
          run.preset = preset;
          run.request.path = scenario;
          run.request.backend = backend;
          run.request.wall_limit_s = limits.wall_limit_s;
          run.request.memory_limit_mib = limits.memory_limit_mib;
          for (const Preset& more : {preset.empty() ? Preset{} : presets_.at(preset), own}) {
            run.request.params.insert(run.request.params.end(), more.params.begin(), more.params.end());
            run.request.smmu_params.insert(run.request.smmu_params.end(), more.smmu_params.begin(), more.smmu_params.end());
          }
          if (seeds.empty()) put(run, entry);
          for (const std::int64_t seed : seeds) {
            run.request.seed = seed;
            put(run, entry);
          }
        }
      }
    }
  }

 private:
  // What two entries both ask for is done once.
  void put(PlannedRun run, const TableReader& entry) {
    run.key = key_of(run);
    if (!keys_.insert(run.key).second) return;
    if (plan_->runs.size() == kMostRuns) entry.refuse("seeds", "the plan has more than 10000000 runs");
    plan_->runs.push_back(std::move(run));
  }

  std::string known_presets() const {
    std::string names;
    for (const auto& [name, preset] : presets_) names += (names.empty() ? "" : ", ") + name;
    return names.empty() ? "none" : names;
  }

  Plan* plan_;
  std::map<std::string, Preset> presets_;
  Defaults limits_;
  std::string folder_;
  std::set<std::string> keys_;
};

void read_plan(const TableReader& root, Plan* plan) {
  root.allow_only({"title", "limits", "retry", "slurm", "presets", "runs"});
  plan->title = root.string("title", plan->name);
  Defaults limits;
  read_limits(root, &limits);
  read_retry(root, plan);
  read_slurm(root, plan);
  Expander expander(plan, read_presets(root), limits);
  if (!root.has("runs")) root.refuse("", "the plan has no runs");
  root.list_of_tables("runs", [&](const TableReader& entry) { expander.add(entry); });
  if (plan->runs.empty()) root.refuse("runs", "the plan has no runs");
}

}  // namespace

bool load_plan(const std::string& file, Plan* plan, std::string* error) {
  *plan = Plan{};
  plan->file = file;
  plan->name = file.substr(folder_of(file).size());
  if (plan->name.size() > 4 && plan->name.compare(plan->name.size() - 4, 4, ".lua") == 0) plan->name.resize(plan->name.size() - 4);
  std::string text;
  if (!lua::read_text_file(file, &text, error)) return false;
  *error = read_lua_data("plan", file, text, [&](const TableReader& root) { read_plan(root, plan); });
  return error->empty();
}

std::string plan_digest(const Plan& plan) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, against mistakes and not against malice
  const auto mix = [&hash](const std::string& text) {
    for (const char c : text + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  };
  for (const PlannedRun& run : plan.runs) {
    mix(run.key);
    mix(std::to_string(run.request.wall_limit_s) + " " + std::to_string(run.request.memory_limit_mib));
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace tandem::farm
