// SPDX-License-Identifier: Apache-2.0
// Writes trace events as Chrome's format has them, one per line of one JSON array: slices, instants, counters, and flows from a
// slice to the slices it caused. What was written stays readable when the end is missing.
// Not here: what the events mean (timeline.h). Proof: tb/timeline/test/timeline_test.lua reads files back.
#ifndef TANDEM_TIMELINE_EVENT_FILE_H
#define TANDEM_TIMELINE_EVENT_FILE_H

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "trace/json_text.h"

namespace tandem {

struct Track {
  unsigned pid = 0, tid = 0;
};

// A slice is the start of a flow, or one of its ends. A viewer draws an arrow from the start to each end.
struct Flow {
  enum class Kind { None, Out, In } kind = Kind::None;
  std::uint64_t id = 0;
};
inline Flow flow_out(std::uint64_t id) { return {Flow::Kind::Out, id}; }
inline Flow flow_in(std::uint64_t id) { return id == 0 ? Flow{} : Flow{Flow::Kind::In, id}; }

class EventFile {
 public:
  explicit EventFile(std::FILE* file) : file_(file) { std::fputs("[\n", file_); }

  // Numbers are unique in the file, because viewers look threads up by their number alone.
  unsigned process(const std::string& name);
  Track track(unsigned pid, const std::string& name, unsigned order);
  // Anything else that a reader may want to know; viewers skip it.
  void metadata(const char* name, const std::string& args);

  void begin(Track track, std::uint64_t ps, const std::string& name, const char* category, const JsonObject& args, Flow flow = {});
  void end(Track track, std::uint64_t ps, const JsonObject& args = {});
  void complete(Track track, std::uint64_t start_ps, std::uint64_t end_ps, const std::string& name, const char* category,
                const JsonObject& args, Flow flow = {});
  void instant(Track track, std::uint64_t ps, const std::string& name, const char* category, const JsonObject& args);
  void counter(unsigned pid, std::uint64_t ps, const std::string& name, const char* key, std::uint64_t value);
  void finish();

 private:
  JsonObject event(const char* phase, Track track, std::uint64_t ps) const;
  void write(const JsonObject& object);

  std::FILE* file_;
  unsigned pids_ = 0, tids_ = 1000;
  bool first_ = true;
};

// Slices of one engine that may overlap in time: each gets the first free of a row of tracks, made when needed.
class Lanes {
 public:
  Lanes() = default;
  Lanes(unsigned pid, std::string name, unsigned order) : pid_(pid), name_(std::move(name)), order_(order) {}
  std::size_t acquire(EventFile& file);
  void release(std::size_t lane) { busy_[lane] = false; }
  Track track(std::size_t lane) const { return tracks_[lane]; }

 private:
  unsigned pid_ = 0;
  std::string name_;
  unsigned order_ = 0;
  std::vector<Track> tracks_;
  std::vector<bool> busy_;
};

}  // namespace tandem

#endif
