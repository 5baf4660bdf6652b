// SPDX-License-Identifier: Apache-2.0
// Lines with a checksum in front. Proof: tb/farm/test/test_journal.cpp.
#include "farm/journal.h"

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
#include <iterator>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

#include "report/run_json.h"

namespace tandem::farm {
namespace {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

constexpr std::size_t kChecksumDigits = 8;

std::uint32_t checksum(const char* bytes, std::size_t size) {
  std::uint32_t hash = 0x811c9dc5u;
  for (std::size_t i = 0; i < size; ++i) hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 0x01000193u;
  return hash;
}

json_t* text(const std::string& s) {
  json_t* value = json_stringn(s.data(), s.size());
  return value != nullptr ? value : json_string("?");
}

std::string get_text(const json_t* object, const char* key) {
  const json_t* value = json_object_get(object, key);
  return json_is_string(value) ? std::string(json_string_value(value), json_string_length(value)) : std::string();
}

}  // namespace

std::string record_line(const Record& record) {
  const Json root(json_object());
  json_object_set_new(root.get(), "key", text(record.key));
  json_object_set_new(root.get(), "preset", text(record.preset));
  json_object_set_new(root.get(), "attempt", json_integer(static_cast<json_int_t>(record.attempt)));
  json_object_set_new(root.get(), "final", json_boolean(record.is_final));
  json_object_set_new(root.get(), "host", text(record.host));
  json_object_set_new(root.get(), "version", text(record.version));
  json_object_set_new(root.get(), "finished", text(record.finished));
  json_object_set_new(root.get(), "repeat", text(record.result.repeat));
  json_object_set_new(root.get(), "result", json_loads(report::worker_line(record.result).c_str(), 0, nullptr));
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(root.get(), JSON_COMPACT | JSON_REAL_PRECISION(9)), &std::free);
  if (!bytes) throw std::runtime_error("out of memory");
  const std::size_t size = std::strlen(bytes.get());
  char head[kChecksumDigits + 2];
  std::snprintf(head, sizeof head, "%08x ", checksum(bytes.get(), size));
  return std::string(head) + bytes.get();
}

bool parse_record_line(const std::string& line, Record* record) {
  if (line.size() < kChecksumDigits + 3 || line[kChecksumDigits] != ' ') return false;
  const std::size_t body = kChecksumDigits + 1;
  char* end = nullptr;
  const unsigned long sum = std::strtoul(line.substr(0, kChecksumDigits).c_str(), &end, 16);
  if (*end != '\0' || sum != checksum(line.data() + body, line.size() - body)) return false;
  const Json root(json_loadb(line.data() + body, line.size() - body, 0, nullptr));
  if (!json_is_object(root.get())) return false;
  Record out;
  out.key = get_text(root.get(), "key");
  out.preset = get_text(root.get(), "preset");
  out.attempt = static_cast<unsigned>(json_integer_value(json_object_get(root.get(), "attempt")));
  out.is_final = json_is_true(json_object_get(root.get(), "final"));
  out.host = get_text(root.get(), "host");
  out.version = get_text(root.get(), "version");
  out.finished = get_text(root.get(), "finished");
  const std::unique_ptr<char, decltype(&std::free)> result(json_dumps(json_object_get(root.get(), "result"), JSON_COMPACT), &std::free);
  std::string error;
  if (!result || !report::parse_worker_line(result.get(), &out.result, &error)) return false;
  out.result.repeat = get_text(root.get(), "repeat");
  const char* name = nullptr;
  json_t* value = nullptr;
  // Journals of version 0.1 hold these beside the result, figures without a unit.
  json_object_foreach(json_object_get(root.get(), "coverage"), name, value) {
    out.result.coverage[name] = static_cast<std::uint64_t>(json_integer_value(value));
  }
  json_object_foreach(json_object_get(root.get(), "figures"), name, value) out.result.figures.push_back({name, "", json_number_value(value)});
  if (out.key.empty() || out.attempt == 0) return false;
  *record = std::move(out);
  return true;
}

JournalWriter::JournalWriter(const std::string& folder) {
  const std::string stem = folder + "/" + host_name() + "-" + std::to_string(getpid());
  for (unsigned n = 0; fd_ < 0; ++n) {  // a process number may come again
    path_ = stem + "-" + std::to_string(n) + ".journal";
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) throw std::runtime_error("cannot write " + path_ + ": " + std::strerror(errno));
  }
  const int folder_fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // the name has to survive, too
  if (folder_fd >= 0) {
    fsync(folder_fd);
    close(folder_fd);
  }
  syncer_ = std::thread([this] { sync_loop(); });
}

void JournalWriter::end_sync() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (syncer_.joinable()) syncer_.join();
}

void JournalWriter::finish() {
  end_sync();
  if (!problem_.empty()) throw std::runtime_error(problem_);
}

JournalWriter::~JournalWriter() {
  end_sync();
  close(fd_);
}

void JournalWriter::put(const Record& record) {
  const std::string line = record_line(record) + "\n";
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!problem_.empty()) throw std::runtime_error(problem_);
  const std::string bytes = torn_ ? "\n" + line : line;  // what is left of a record must not spoil the next one
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd_, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw std::runtime_error("cannot write " + path_ + ": " + std::strerror(n == 0 ? ENOSPC : errno));
    written += static_cast<std::size_t>(n);
    torn_ = true;
  }
  torn_ = false;
  dirty_ = true;
  wake_.notify_all();
}

void JournalWriter::sync_loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return dirty_ || ending_; });
    if (!ending_) wake_.wait_for(lock, std::chrono::milliseconds(kSyncMs), [this] { return ending_; });
    const bool last = ending_;
    if (dirty_) {
      dirty_ = false;
      lock.unlock();
      const bool synced = fdatasync(fd_) == 0;
      const int reason = errno;
      lock.lock();
      if (!synced && problem_.empty()) problem_ = "cannot write " + path_ + ": " + std::strerror(reason) + "; its last records may be lost";
    }
    if (last && !dirty_) return;
  }
}

std::vector<Record> JournalReader::read_new() {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    if (entry.path().extension() == ".journal") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Record> records;
  for (const std::string& file : files) {
    std::uint64_t& offset = offsets_[file];
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(offset));
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::size_t from = 0;
    for (std::size_t end; (end = bytes.find('\n', from)) != std::string::npos; from = end + 1) {
      Record record;
      if (parse_record_line(bytes.substr(from, end - from), &record)) {
        records.push_back(std::move(record));
      } else {
        ++damaged_;
      }
    }
    offset += from;
  }
  return records;
}

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name[0] == '\0' ? "host" : name;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace tandem::farm
