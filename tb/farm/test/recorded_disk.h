// SPDX-License-Identifier: Apache-2.0
// A disk that remembers: every write below a folder and every synchronisation, in order, so that the folder can be made again as a
// power cut at any moment could have left it. The test program's write(), fsync() and so on stand in front of the C library's, also
// for SQLite. What a program writes through stdio is seen when it is synchronised, not before.
// What survives a cut: content of a file up to its last synchronisation, names up to the last synchronisation of their folder. Of what
// came later any part may survive, by sectors of 512 bytes.
// Not here: what must hold afterwards (test_power_cut.cpp).
#ifndef TANDEM_FARM_RECORDED_DISK_H
#define TANDEM_FARM_RECORDED_DISK_H

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace recorded {

struct Operation {
  enum Kind { Write, Truncate, SyncFile, SyncFolder, Names, Promise } kind;
  ino_t inode = 0;
  std::string path;        // relative to the folder, when it happened
  std::uint64_t offset = 0;
  std::string bytes;       // Write: what; SyncFile: the whole content
  int promise = 0, value = 0;
};

// Folder -> name -> inode, of every folder below and including the root. Kept by every operation that may have changed it.
using Tree = std::map<ino_t, std::map<std::string, ino_t>>;

struct Log {
  ino_t root = 0;
  std::vector<Operation> operations;
  std::vector<Tree> trees;   // after each operation
};

// Only one at a time; what other folders see is not recorded.
void start(const std::string& folder);
Log stop();
// Something the program told its user: from here on it must hold.
void promise(int promise, int value);

// How a cut treats what was not synchronised: nothing of it survives, all of it and half of the write that was going on, or sectors by
// chance.
enum class Survives { Nothing, Everything, Sectors };

// Plays a log from its beginning. Holds the folder as it is and as it would be found.
class Player {
 public:
  explicit Player(const Log& log) : log_(log) {}
  // Without the synchronisations for which the function answers true: a disk or a program that forgets them.
  void forget(std::function<bool(const Operation&)> forgotten) { forgotten_ = std::move(forgotten); }

  std::size_t size() const { return log_.operations.size(); }
  std::size_t position() const { return next_; }
  const Operation& next() const { return log_.operations[next_]; }
  void step();
  // File by path: what a cut before next() may leave.
  std::map<std::string, std::string> after_cut(Survives survives, unsigned chance, std::set<std::string>* folders) const;

 private:
  void collect(ino_t folder, const std::string& path, Survives survives, unsigned& chance, const Tree& tree,
               std::map<std::string, std::string>& files, std::set<std::string>* folders) const;

  const Log& log_;
  std::function<bool(const Operation&)> forgotten_;
  std::size_t next_ = 0;
  std::map<ino_t, std::string> content_, durable_;
  Tree names_, durable_names_;
};

void write_tree(const std::string& folder, const std::map<std::string, std::string>& files, const std::set<std::string>& folders);

}  // namespace recorded

#endif
