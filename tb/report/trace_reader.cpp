// SPDX-License-Identifier: Apache-2.0
// Proof: tb/report/test/report_test.lua.
#include "report/trace_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unordered_map>

namespace tandem::report {
namespace {

constexpr double kHalfPs = 0.0005;  // times are sums of decimal fractions

std::string text_of(const json_t* object, const char* key) {
  const char* text = json_string_value(json_object_get(object, key));
  return text == nullptr ? "" : text;
}

std::string args_text(const json_t* args) {
  std::string out;
  const char* key = nullptr;
  json_t* value = nullptr;
  json_object_foreach(const_cast<json_t*>(args), key, value) {
    out += (out.empty() ? "" : ", ") + std::string(key) + " ";
    if (json_is_string(value)) out += json_string_value(value);
    else if (json_is_integer(value)) out += std::to_string(json_integer_value(value));
    else out += json_is_true(value) ? "yes" : "no";
  }
  return out;
}

class Reader {
 public:
  explicit Reader(Trace* out) : out_(*out) { text(""); }

  // Empty, or what is wrong with the event.
  std::string take(const json_t* event) {
    const std::string phase = text_of(event, "ph");
    if (phase.size() != 1) return "no trace event";
    if (phase == "M") return take_metadata(event);
    const double ns = json_number_value(json_object_get(event, "ts")) * 1000;
    const auto pid = json_integer_value(json_object_get(event, "pid"));
    if (!json_is_number(json_object_get(event, "ts"))) return "an event without a time";
    out_.end_ns = std::max(out_.end_ns, ns);
    if (phase == "C") {
      const json_t* args = json_object_get(event, "args");
      void* first = json_object_iter(const_cast<json_t*>(args));
      if (first == nullptr) return "a counter without a value";
      out_.counters[processes_[pid] + ": " + text_of(event, "name")].push_back({ns, json_number_value(json_object_iter_value(first))});
      return "";
    }
    const auto found = tracks_.find(json_integer_value(json_object_get(event, "tid")));
    if (found == tracks_.end()) return "an event of an unknown track";
    std::vector<std::uint32_t>& open = open_[found->second];
    if (phase == "E") {
      if (open.empty()) return "an end without a beginning";
      TraceSlice& slice = out_.slices[open.back()];
      slice.end_ns = ns;
      const std::string more = args_text(json_object_get(event, "args"));
      if (!more.empty()) slice.args = text(out_.texts[slice.args] + (slice.args == 0 ? "" : ", ") + more);
      open.pop_back();
      return "";
    }
    if (phase != "B" && phase != "X" && phase != "i") return "an event of unknown kind '" + phase + "'";
    // Register accesses are the bulk of a trace and instants: the page leaves them to Perfetto.
    if (phase == "i" && text_of(event, "cat") == "register") return "";
    TraceSlice slice;
    slice.track = found->second;
    slice.start_ns = slice.end_ns = ns;
    if (phase == "X") slice.end_ns = ns + json_number_value(json_object_get(event, "dur")) * 1000;
    slice.name = text(text_of(event, "name"));
    slice.category = text(text_of(event, "cat"));
    slice.args = text(args_text(json_object_get(event, "args")));
    slice.depth = depth_of(slice, open);
    const auto number = static_cast<std::int64_t>(out_.slices.size());
    const std::string flow = text_of(event, "bind_id");
    if (json_is_true(json_object_get(event, "flow_out"))) flows_[flow] = number;
    if (json_is_true(json_object_get(event, "flow_in"))) {
      const auto cause = flows_.find(flow);
      if (cause == flows_.end()) return "an arrow that starts nowhere";
      slice.cause = cause->second;
    }
    out_.slices.push_back(slice);
    if (phase == "B") open.push_back(static_cast<std::uint32_t>(number));
    out_.end_ns = std::max(out_.end_ns, slice.end_ns);
    return "";
  }

  // What a run that was killed left open ends where the trace ends.
  void finish() {
    for (const auto& [track, open] : open_) {
      for (const std::uint32_t number : open) out_.slices[number].end_ns = out_.end_ns;
    }
  }

 private:
  std::string take_metadata(const json_t* event) {
    const std::string name = text_of(event, "name");
    const json_t* args = json_object_get(event, "args");
    const auto pid = json_integer_value(json_object_get(event, "pid"));
    if (name == "process_name") processes_[pid] = text_of(args, "name");
    if (name == "thread_name") {
      tracks_[json_integer_value(json_object_get(event, "tid"))] = static_cast<std::uint32_t>(out_.tracks.size());
      out_.tracks.push_back({processes_[pid], text_of(args, "name"), pid, 0});
    }
    if (name == "thread_sort_index") {
      const auto track = tracks_.find(json_integer_value(json_object_get(event, "tid")));
      if (track != tracks_.end()) out_.tracks[track->second].order = json_integer_value(json_object_get(args, "sort_index"));
    }
    if (name == "tandem_platform") out_.platform.reset(json_incref(const_cast<json_t*>(args)));
    return "";
  }

  // Below the open slices, and below the complete ones that still last.
  std::uint32_t depth_of(const TraceSlice& slice, const std::vector<std::uint32_t>& open) {
    std::vector<double>& ends = ends_[slice.track];
    while (!ends.empty() && ends.back() <= slice.start_ns + kHalfPs) ends.pop_back();
    const auto depth = static_cast<std::uint32_t>(open.size() + ends.size());
    if (slice.end_ns > slice.start_ns) ends.push_back(slice.end_ns);
    return depth;
  }

  std::uint32_t text(const std::string& words) {
    const auto [found, fresh] = numbers_.emplace(words, static_cast<std::uint32_t>(out_.texts.size()));
    if (fresh) out_.texts.push_back(words);
    return found->second;
  }

  Trace& out_;
  std::map<json_int_t, std::string> processes_;
  std::map<json_int_t, std::uint32_t> tracks_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> open_;
  std::map<std::uint32_t, std::vector<double>> ends_;
  std::unordered_map<std::string, std::int64_t> flows_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace

bool read_trace(const std::string& path, Trace* out, std::string* error) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    *error = "cannot read " + path + ": " + std::strerror(errno);
    return false;
  }
  Reader reader(out);
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (number == 1) {
      if (line == "[") continue;
      *error = path + ":1: this is no timeline of tandem, whose first line is '['";
      return false;
    }
    if (line == "]") {
      out->complete = true;
      break;
    }
    const bool whole = !in.eof();  // a run that was killed leaves half a line at the end
    if (!line.empty() && line.back() == ',') line.pop_back();
    json_error_t where;
    const Json event(json_loadb(line.data(), line.size(), 0, &where));
    if (!event && !whole) break;
    const std::string problem = event ? reader.take(event.get()) : where.text;
    if (problem.empty()) continue;
    *error = path + ":" + std::to_string(number) + ": " + problem;
    return false;
  }
  reader.finish();
  return true;
}

}  // namespace tandem::report
