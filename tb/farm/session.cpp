// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_plan.cpp.
#include "farm/session.h"

#include <jansson.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "report/run_json.h"

namespace tandem::farm {
namespace {

namespace fs = std::filesystem;
constexpr int kFormat = 1;

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

std::string get_text(const json_t* object, const char* key) {
  const json_t* value = json_object_get(object, key);
  return json_is_string(value) ? json_string_value(value) : "";
}

unsigned get_number(const json_t* object, const char* key) {
  return static_cast<unsigned>(json_integer_value(json_object_get(object, key)));
}

// Names are keys in journals and store, so that a replacement character would make two of them one.
json_t* text(const std::string& s) {
  json_t* value = json_stringn(s.data(), s.size());
  if (value == nullptr) throw std::runtime_error("the plan has a name that is not UTF-8: '" + s + "'");
  return value;
}

json_t* pairs_json(const lua::Parameters& pairs) {
  Json list(json_array());
  for (const auto& [name, value] : pairs) {
    Json pair(json_array());
    json_array_append_new(pair.get(), text(name));
    json_array_append_new(pair.get(), text(value));
    json_array_append_new(list.get(), pair.release());
  }
  return list.release();
}

lua::Parameters pairs_from(const json_t* list) {
  lua::Parameters pairs;
  std::size_t index = 0;
  json_t* pair = nullptr;
  json_array_foreach(list, index, pair) {
    const char* name = json_string_value(json_array_get(pair, 0));
    const char* value = json_string_value(json_array_get(pair, 1));
    if (name != nullptr && value != nullptr) pairs.emplace_back(name, value);
  }
  return pairs;
}

std::string dump(const Json& value) {
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(value.get(), JSON_COMPACT), &std::free);
  if (!bytes) throw std::runtime_error("out of memory");
  return bytes.get();
}

std::string run_line(const PlannedRun& run) {
  const Json root(json_object());
  json_object_set_new(root.get(), "key", text(run.key));
  json_object_set_new(root.get(), "scenario", text(run.request.path));
  json_object_set_new(root.get(), "backend", json_string(run.request.backend.c_str()));
  if (run.request.seed) json_object_set_new(root.get(), "seed", json_integer(*run.request.seed));
  json_object_set_new(root.get(), "preset", text(run.preset));
  json_object_set_new(root.get(), "params", pairs_json(run.request.params));
  json_object_set_new(root.get(), "smmu", pairs_json(run.request.smmu_params));
  json_object_set_new(root.get(), "wall_s", json_integer(run.request.wall_limit_s));
  json_object_set_new(root.get(), "memory_mib", json_integer(run.request.memory_limit_mib));
  return dump(root);
}

PlannedRun run_from(const std::string& line, const std::string& where) {
  const Json root(json_loadb(line.data(), line.size(), 0, nullptr));
  if (!json_is_object(root.get())) throw std::runtime_error(where + ": this line is damaged");
  PlannedRun run;
  run.key = get_text(root.get(), "key");
  run.preset = get_text(root.get(), "preset");
  run.request.path = get_text(root.get(), "scenario");
  run.request.backend = get_text(root.get(), "backend");
  if (const json_t* seed = json_object_get(root.get(), "seed")) run.request.seed = json_integer_value(seed);
  run.request.params = pairs_from(json_object_get(root.get(), "params"));
  run.request.smmu_params = pairs_from(json_object_get(root.get(), "smmu"));
  run.request.wall_limit_s = get_number(root.get(), "wall_s");
  run.request.memory_limit_mib = get_number(root.get(), "memory_mib");
  return run;
}

void write_or_throw(const std::string& path, const std::string& text) {
  const std::string error = report::write_file(path, text);
  if (!error.empty()) throw std::runtime_error(error);
}

// A power cut may take what was not synchronised; without these files nobody can read the session's journals.
void make_durable(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);  // EINVAL: a file system that does not do it for folders
  const int reason = errno;
  if (fd >= 0) close(fd);
  if (!done) throw std::runtime_error("cannot write " + path + ": " + std::strerror(reason));
}

// In the order of time, also within one second: the last four digits are milliseconds, and chance in their last six bits.

std::string session_json(const SessionInfo& info, const Plan& plan) {
  const Json root(json_object());
  const auto put = [&](const char* key, const std::string& value) { json_object_set_new(root.get(), key, text(value)); };
  json_object_set_new(root.get(), "format", json_integer(kFormat));
  put("id", info.id);
  put("plan", info.plan);
  put("title", info.title);
  put("plan_file", info.plan_file);
  put("digest", info.digest);
  put("created", info.created);
  put("version", info.version);
  put("host", info.host);
  json_object_set_new(root.get(), "runs", json_integer(static_cast<json_int_t>(info.run_count)));
  json_object_set_new(root.get(), "retry_times", json_integer(plan.retry_times));
  json_object_set_new(root.get(), "retry_error", json_boolean(plan.retry_error));
  json_object_set_new(root.get(), "retry_fail", json_boolean(plan.retry_fail));
  const SlurmSettings& s = plan.slurm;
  Json slurm(json_pack("{s:i, s:i, s:i}", "chunk_runs", static_cast<int>(s.chunk_runs), "max_parallel", static_cast<int>(s.max_parallel),
                       "cpus", static_cast<int>(s.cpus)));
  json_object_set_new(slurm.get(), "partition", text(s.partition));
  json_object_set_new(slurm.get(), "account", text(s.account));
  json_object_set_new(slurm.get(), "qos", text(s.qos));
  Json options(json_array());
  for (const std::string& option : s.options) json_array_append_new(options.get(), text(option));
  json_object_set_new(slurm.get(), "options", options.release());
  json_object_set_new(root.get(), "slurm", slurm.release());
  return dump(root) + "\n";
}

}  // namespace

std::string new_session_id() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms = static_cast<unsigned>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char stamp[32], id[48];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
  std::snprintf(id, sizeof id, "%s-%04x", stamp, ms << 6 | (std::random_device{}() & 0x3f));
  return id;
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::vector<fs::path> made;
  for (fs::path one = fs::absolute(path).lexically_normal(); !fs::exists(one, error) && one.has_relative_path(); one = one.parent_path()) made.push_back(one);
  fs::create_directories(path, error);
  if (error) throw std::runtime_error("cannot make the folder " + path + ": " + error.message());
  for (const fs::path& one : made) make_durable(one.parent_path().string());
}

Session Session::create(const std::string& out, const Plan& plan, const std::string& version) {
  Session session;
  session.plan_ = plan;
  SessionInfo& info = session.info_;
  info.id = new_session_id();
  info.plan = plan.name;
  info.title = plan.title;
  info.plan_file = plan.file;
  info.digest = plan_digest(plan);
  info.created = utc_now();
  info.version = version;
  info.host = host_name();
  info.run_count = plan.runs.size();
  session.folder_ = out + "/" + info.id;
  std::string lines;
  for (const PlannedRun& run : plan.runs) lines += run_line(run) + "\n";
  const std::string head = session_json(info, plan);
  // Made under another name first: a folder that is called a session is complete.
  const std::string making = out + "/.making-" + info.id;
  make_folder(out);
  std::error_code error;
  fs::create_directories(making + "/records", error);
  if (error) throw std::runtime_error("cannot make the folder " + making + ": " + error.message());
  write_or_throw(making + "/runs.jsonl", lines);
  write_or_throw(making + "/session.json", head);
  for (const char* name : {"/runs.jsonl", "/session.json", ""}) make_durable(making + name);
  fs::rename(making, session.folder_, error);
  if (error) throw std::runtime_error("cannot make the folder " + session.folder_ + ": " + error.message());
  make_durable(out);
  return session;
}

Session Session::open(const std::string& folder) {
  Session session;
  session.folder_ = folder;
  const std::string head = folder + "/session.json";
  json_error_t where;
  const Json root(json_load_file(head.c_str(), 0, &where));
  if (!json_is_object(root.get())) throw std::runtime_error("cannot read " + head + ": " + (root ? "it is no JSON object" : where.text));
  const json_int_t format = json_integer_value(json_object_get(root.get(), "format"));
  if (format != kFormat) {
    throw std::runtime_error(head + " is of form " + std::to_string(format) + "; this tandem knows form " + std::to_string(kFormat));
  }
  SessionInfo& info = session.info_;
  info.id = get_text(root.get(), "id");
  info.plan = get_text(root.get(), "plan");
  info.title = get_text(root.get(), "title");
  info.plan_file = get_text(root.get(), "plan_file");
  info.digest = get_text(root.get(), "digest");
  info.created = get_text(root.get(), "created");
  info.version = get_text(root.get(), "version");
  info.host = get_text(root.get(), "host");
  info.run_count = static_cast<std::size_t>(json_integer_value(json_object_get(root.get(), "runs")));
  Plan& plan = session.plan_;
  plan.name = info.plan;
  plan.title = info.title;
  plan.file = info.plan_file;
  plan.retry_times = get_number(root.get(), "retry_times");
  plan.retry_error = json_is_true(json_object_get(root.get(), "retry_error"));
  plan.retry_fail = json_is_true(json_object_get(root.get(), "retry_fail"));
  const json_t* slurm = json_object_get(root.get(), "slurm");
  plan.slurm.partition = get_text(slurm, "partition");
  plan.slurm.account = get_text(slurm, "account");
  plan.slurm.qos = get_text(slurm, "qos");
  plan.slurm.chunk_runs = std::max(1u, get_number(slurm, "chunk_runs"));
  plan.slurm.max_parallel = get_number(slurm, "max_parallel");
  plan.slurm.cpus = std::max(1u, get_number(slurm, "cpus"));
  std::size_t index = 0;
  json_t* option = nullptr;
  json_array_foreach(json_object_get(slurm, "options"), index, option) plan.slurm.options.emplace_back(json_string_value(option));
  const std::string list = folder + "/runs.jsonl";
  std::ifstream in(list);
  std::string line;
  for (std::size_t n = 1; std::getline(in, line); ++n) plan.runs.push_back(run_from(line, list + ":" + std::to_string(n)));
  if (plan.runs.size() != info.run_count) {
    throw std::runtime_error(list + " has " + std::to_string(plan.runs.size()) + " runs; session.json says " + std::to_string(info.run_count));
  }
  return session;
}

std::vector<std::string> Session::list(const std::string& out) {
  std::vector<std::string> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(out, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name[0] != '.' && fs::exists(entry.path() / "session.json", ignored)) folders.push_back(entry.path().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::set<std::string> Session::finished() const {
  std::set<std::string> keys;
  JournalReader reader(records_folder());
  for (const Record& record : reader.read_new()) {
    if (record.is_final) keys.insert(record.key);
  }
  return keys;
}

void Session::lock() {
  const std::string path = folder_ + "/lock";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  close(fd);
  if (reason == EWOULDBLOCK) throw std::runtime_error("another tandem is running the session " + folder_ + " at this moment");
  throw std::runtime_error("cannot lock " + path + ": " + std::strerror(reason));
}

}  // namespace tandem::farm
