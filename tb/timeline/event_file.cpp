// SPDX-License-Identifier: Apache-2.0
// Proof: tb/timeline/test/timeline_test.lua.
#include "timeline/event_file.h"

namespace tandem {
namespace {

// The format counts in microseconds; a fraction keeps every picosecond.
std::string microseconds(std::uint64_t ps) {
  char text[40];
  std::snprintf(text, sizeof text, "%" PRIu64 ".%06" PRIu64, ps / 1'000'000, ps % 1'000'000);
  return text;
}

void add_flow(JsonObject& object, Flow flow) {
  if (flow.kind == Flow::Kind::None) return;
  object.hex("bind_id", flow.id).flag(flow.kind == Flow::Kind::Out ? "flow_out" : "flow_in", true);
}

}  // namespace

void EventFile::write(const JsonObject& object) {
  std::fputs(first_ ? "" : ",\n", file_);
  std::fputs(object.str().c_str(), file_);
  first_ = false;
}

unsigned EventFile::process(const std::string& name) {
  const unsigned pid = ++pids_;
  write(JsonObject().text("ph", "M").number("pid", pid).text("name", "process_name").raw("args", JsonObject().text("name", name).str()));
  write(JsonObject().text("ph", "M").number("pid", pid).text("name", "process_sort_index").raw("args", JsonObject().number("sort_index", pid).str()));
  return pid;
}

Track EventFile::track(unsigned pid, const std::string& name, unsigned order) {
  const unsigned tid = ++tids_;
  const auto thread = [&](const char* what) { return JsonObject().text("ph", "M").number("pid", pid).number("tid", tid).text("name", what); };
  write(thread("thread_name").raw("args", JsonObject().text("name", name).str()));
  write(thread("thread_sort_index").raw("args", JsonObject().number("sort_index", order).str()));
  return {pid, tid};
}

void EventFile::metadata(const char* name, const std::string& args) {
  write(JsonObject().text("ph", "M").number("pid", 0).text("name", name).raw("args", args));
}

JsonObject EventFile::event(const char* phase, Track track, std::uint64_t ps) const {
  return JsonObject().text("ph", phase).number("pid", track.pid).number("tid", track.tid).raw("ts", microseconds(ps));
}

void EventFile::begin(Track track, std::uint64_t ps, const std::string& name, const char* category, const JsonObject& args, Flow flow) {
  JsonObject object = event("B", track, ps).text("name", name).text("cat", category);
  add_flow(object, flow);
  write(object.raw("args", args.str()));
}

void EventFile::end(Track track, std::uint64_t ps, const JsonObject& args) { write(event("E", track, ps).raw("args", args.str())); }

void EventFile::complete(Track track, std::uint64_t start_ps, std::uint64_t end_ps, const std::string& name, const char* category,
                         const JsonObject& args, Flow flow) {
  JsonObject object = event("X", track, start_ps).raw("dur", microseconds(end_ps - start_ps)).text("name", name).text("cat", category);
  add_flow(object, flow);
  write(object.raw("args", args.str()));
}

void EventFile::instant(Track track, std::uint64_t ps, const std::string& name, const char* category, const JsonObject& args) {
  write(event("i", track, ps).text("s", "t").text("name", name).text("cat", category).raw("args", args.str()));
}

void EventFile::counter(unsigned pid, std::uint64_t ps, const std::string& name, const char* key, std::uint64_t value) {
  write(JsonObject().text("ph", "C").number("pid", pid).raw("ts", microseconds(ps)).text("name", name).raw("args", JsonObject().number(key, value).str()));
}

void EventFile::finish() { std::fputs("\n]\n", file_); }

std::size_t Lanes::acquire(EventFile& file) {
  for (std::size_t i = 0; i < busy_.size(); ++i) {
    if (busy_[i]) continue;
    busy_[i] = true;
    return i;
  }
  const std::size_t number = tracks_.size() + 1;
  tracks_.push_back(file.track(pid_, number == 1 ? name_ : name_ + " (" + std::to_string(number) + ")", order_));
  busy_.push_back(true);
  return number - 1;
}

}  // namespace tandem
