// SPDX-License-Identifier: Apache-2.0
// Interposed system calls and their playback. Proof: tb/farm/test/test_power_cut.cpp forgets synchronisations and must notice.
#include "recorded_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

namespace recorded {
namespace {

std::recursive_mutex g_mutex;
bool g_on = false;
std::string g_folder;
Log g_log;

ssize_t raw_write(int fd, const void* bytes, std::size_t size) { return syscall(SYS_write, fd, bytes, size); }

// Relative path of an open file below the folder; empty for any other.
std::string path_below(int fd) {
  char link[32], target[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, target, sizeof target - 1);
  if (size <= 0) return "";
  const std::string path(target, static_cast<std::size_t>(size));
  if (path == g_folder) return ".";
  return path.rfind(g_folder + "/", 0) == 0 ? path.substr(g_folder.size() + 1) : "";
}

ino_t inode_of(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

std::string content_of(int fd) {
  struct stat info {};
  fstat(fd, &info);
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const int in = open(link, O_RDONLY | O_CLOEXEC);
  std::size_t got = 0;
  for (ssize_t n; got < bytes.size() && (n = read(in, &bytes[got], bytes.size() - got)) > 0;) got += static_cast<std::size_t>(n);
  close(in);
  return bytes;
}

void add_folder(const std::string& path, Tree& tree) {
  std::map<std::string, ino_t>& names = tree[inode_of(path)];
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > 4 && name.compare(name.size() - 4, 4, "-shm") == 0) continue;  // memory that processes share; made again from the log
    names[name] = inode_of(entry.path().string());
    if (entry.is_directory()) add_folder(entry.path().string(), tree);
  }
}

void keep(Operation operation) {
  g_log.operations.push_back(std::move(operation));
  g_log.trees.emplace_back();
  add_folder(g_folder, g_log.trees.back());
}

// Only of a file below the folder, while the recorder runs.
bool is_recorded(int fd, std::string* path) {
  if (!g_on) return false;
  *path = path_below(fd);
  return !path->empty();
}

void keep_write(int fd, const std::string& path, const void* bytes, std::size_t size, std::uint64_t offset) {
  struct stat info {};
  fstat(fd, &info);
  keep({Operation::Write, info.st_ino, path, offset, std::string(static_cast<const char*>(bytes), size), 0, 0});
}

int keep_sync(int fd) {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  std::string path;
  if (!is_recorded(fd, &path)) return -1;
  struct stat info {};
  fstat(fd, &info);
  if (S_ISDIR(info.st_mode)) keep({Operation::SyncFolder, info.st_ino, path, 0, "", 0, 0});
  else keep({Operation::SyncFile, info.st_ino, path, 0, content_of(fd), 0, 0});
  return 0;
}

void keep_truncate(int fd, off_t size) {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  std::string path;
  if (!is_recorded(fd, &path)) return;
  struct stat info {};
  fstat(fd, &info);
  keep({Operation::Truncate, info.st_ino, path, static_cast<std::uint64_t>(size), "", 0, 0});
}

void keep_names() {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  if (g_on) keep({Operation::Names, 0, "", 0, "", 0, 0});
}

void put_bytes(std::string& content, std::uint64_t offset, const char* bytes, std::size_t size) {
  if (content.size() < offset + size) content.resize(offset + size);
  std::copy(bytes, bytes + size, content.begin() + static_cast<std::ptrdiff_t>(offset));
}

constexpr std::size_t kSector = 512;

unsigned next_chance(unsigned& state) { return state = state * 1664525u + 1013904223u; }

std::string some_sectors(const std::string& old_bytes, const std::string& new_bytes, unsigned& chance) {
  std::string out = new_bytes;
  for (std::size_t at = 0; at < out.size(); at += kSector) {
    if ((next_chance(chance) >> 16 & 1u) != 0) continue;
    for (std::size_t i = at; i < std::min(at + kSector, out.size()); ++i) out[i] = i < old_bytes.size() ? old_bytes[i] : '\0';
  }
  return out;
}

}  // namespace

void start(const std::string& folder) {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  g_folder = std::filesystem::canonical(folder).string();
  g_log = Log{};
  g_log.root = inode_of(g_folder);
  g_on = true;
}

Log stop() {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  g_on = false;
  return std::move(g_log);
}

void promise(int promise, int value) {
  const std::lock_guard<std::recursive_mutex> lock(g_mutex);
  if (g_on) keep({Operation::Promise, 0, "", 0, "", promise, value});
}

void Player::step() {
  const Operation& op = log_.operations[next_];
  names_ = log_.trees[next_];
  ++next_;
  switch (op.kind) {
    case Operation::Write: put_bytes(content_[op.inode], op.offset, op.bytes.data(), op.bytes.size()); break;
    case Operation::Truncate: content_[op.inode].resize(op.offset); break;
    case Operation::SyncFile:
      content_[op.inode] = op.bytes;  // of a file written by stdio nothing was known before
      if (!forgotten_ || !forgotten_(op)) durable_[op.inode] = op.bytes;
      break;
    case Operation::SyncFolder:
      if (!forgotten_ || !forgotten_(op)) durable_names_[op.inode] = names_[op.inode];
      break;
    case Operation::Names:
    case Operation::Promise: break;
  }
}

void Player::collect(ino_t folder, const std::string& path, Survives survives, unsigned& chance, const Tree& tree,
                     std::map<std::string, std::string>& files, std::set<std::string>* folders) const {
  const auto entries = tree.find(folder);
  if (entries == tree.end()) return;
  for (const auto& [name, inode] : entries->second) {
    const std::string below = path.empty() ? name : path + "/" + name;
    if (names_.count(inode) != 0) {
      folders->insert(below);
      collect(inode, below, survives, chance, tree, files, folders);
      continue;
    }
    const auto live = content_.find(inode), kept = durable_.find(inode);
    const std::string empty;
    const std::string& now = live == content_.end() ? empty : live->second;
    const std::string& before = kept == durable_.end() ? empty : kept->second;
    files[below] = survives == Survives::Nothing ? before : survives == Survives::Everything ? now : some_sectors(before, now, chance);
  }
}

std::map<std::string, std::string> Player::after_cut(Survives survives, unsigned chance, std::set<std::string>* folders) const {
  std::map<std::string, std::string> files;
  // Names that were not synchronised are there or not, all of them: by chance for the mixture of sectors.
  const bool all_names = survives == Survives::Everything || (survives == Survives::Sectors && (chance & 1u) != 0);
  collect(log_.root, "", survives, chance, all_names ? names_ : durable_names_, files, folders);
  if (survives == Survives::Everything && next_ < log_.operations.size() && next().kind == Operation::Write) {
    const auto torn = files.find(next().path);
    if (torn != files.end()) put_bytes(torn->second, next().offset, next().bytes.data(), next().bytes.size() / 2);
  }
  return files;
}

void write_tree(const std::string& folder, const std::map<std::string, std::string>& files, const std::set<std::string>& folders) {
  namespace fs = std::filesystem;
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const std::string& one : folders) fs::create_directories(folder + "/" + one);
  for (const auto& [path, bytes] : files) {
    const int fd = open((folder + "/" + path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (raw_write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    close(fd);
  }
}

}  // namespace recorded

// -- In front of the C library's --------------------------------------------------------------------------------------------
// A write is kept before it is done: a cut before it sees the moment in which it is going on.

using namespace recorded;

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  {
    const std::lock_guard<std::recursive_mutex> lock(g_mutex);
    std::string path;
    if (is_recorded(fd, &path)) {
      const bool appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
      keep_write(fd, path, bytes, size, static_cast<std::uint64_t>(lseek(fd, 0, appends ? SEEK_END : SEEK_CUR)));
      return raw_write(fd, bytes, size);
    }
  }
  return raw_write(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  {
    const std::lock_guard<std::recursive_mutex> lock(g_mutex);
    std::string path;
    if (is_recorded(fd, &path)) keep_write(fd, path, bytes, size, static_cast<std::uint64_t>(offset));
  }
  return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

int fsync(int fd) { return keep_sync(fd) == 0 ? 0 : static_cast<int>(syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { return keep_sync(fd) == 0 ? 0 : static_cast<int>(syscall(SYS_fdatasync, fd)); }

int ftruncate64(int fd, off64_t size) noexcept {
  keep_truncate(fd, size);
  return static_cast<int>(syscall(SYS_ftruncate, fd, size));
}
int ftruncate(int fd, off_t size) noexcept { return ftruncate64(fd, size); }

int unlink(const char* path) noexcept {
  const int done = static_cast<int>(syscall(SYS_unlink, path));
  keep_names();
  return done;
}
int rename(const char* from, const char* to) noexcept {
  const int done = static_cast<int>(syscall(SYS_rename, from, to));
  keep_names();
  return done;
}

}
