// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp, tb/farm/test/farm_test.lua.
#include "farm/bisect.h"

#include <jansson.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/options.h"

namespace tandem::farm {
namespace {

struct JsonRelease {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, JsonRelease>;

// A file of its own for the answer of one build; gone with this object.
class AnswerFile {
 public:
  AnswerFile() {
    std::string name = (std::filesystem::temp_directory_path() / "tandem-bisect-XXXXXX").string();
    const int fd = mkstemp(name.data());
    if (fd < 0) throw std::runtime_error("cannot write " + name + ": " + std::strerror(errno));
    close(fd);
    path_ = name;
  }
  ~AnswerFile() { unlink(path_.c_str()); }
  AnswerFile(const AnswerFile&) = delete;
  AnswerFile& operator=(const AnswerFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The exit code, or 128 and the signal.
int run_program(const std::string& tandem, const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(tandem.c_str()), const_cast<char*>("run")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (pid == 0) {
    const int null = open("/dev/null", O_WRONLY);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0) _exit(126);
    execv(argv[0], argv.data());
    std::fprintf(stderr, "tandem results bisect: cannot run %s: %s\n", tandem.c_str(), std::strerror(errno));
    _exit(127);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Beginnings of the reasons that cli/supervisor.cpp gives to a run whose process came to a bad end: that is the build's doing. Any
// other error is one of the scenario, or of a build that does not fit it.
bool is_crash(const std::string& reason) {
  for (const char* beginning : {"the run's process", "the run did not answer", "the run used more than its limit"}) {
    if (reason.rfind(beginning, 0) == 0) return true;
  }
  return false;
}

}  // namespace

BuildVerdict run_build(const std::string& tandem, const std::vector<std::string>& arguments, std::string* reason) {
  const AnswerFile answer;
  std::vector<std::string> all = arguments;
  all.insert(all.end(), {"--json", answer.path()});
  const int code = run_program(tandem, all);
  if (code == 130) throw std::runtime_error("interrupted");
  const Json root(json_load_file(answer.path().c_str(), 0, nullptr));
  const json_t* results = json_object_get(root.get(), "results");
  if (json_array_size(results) == 0) {
    *reason = "exit code " + std::to_string(code) + " and no results";
    return BuildVerdict::Untestable;
  }
  BuildVerdict verdict = BuildVerdict::Untestable;  // every run skipped: nothing was tried
  std::size_t index = 0;
  json_t* run = nullptr;
  json_array_foreach(results, index, run) {
    const char* const status = json_string_value(json_object_get(run, "status"));
    const char* const why = json_string_value(json_object_get(run, "reason"));
    const std::string word = status == nullptr ? "" : status, sentence = why == nullptr ? "" : why;
    if (word == "fail" || (word == "error" && is_crash(sentence))) {
      *reason = sentence;
      return BuildVerdict::Bad;
    }
    if (word == "pass" && reason->empty()) verdict = BuildVerdict::Good;
    if (word == "error") {
      *reason = sentence;
      verdict = BuildVerdict::Untestable;
    }
  }
  if (verdict == BuildVerdict::Untestable && reason->empty()) *reason = "every run was skipped";
  return verdict;
}

Bisection bisect(const std::vector<std::string>& builds, const std::function<BuildVerdict(std::size_t build)>& try_build) {
  Bisection out;
  std::set<std::size_t> untestable;
  const auto try_one = [&](std::size_t n) {
    ++out.tried;
    return try_build(n);
  };
  const auto try_end = [&](std::size_t n, const char* which) {
    const BuildVerdict verdict = try_one(n);
    if (verdict == BuildVerdict::Untestable) throw std::runtime_error(std::string("the ") + which + " build, " + builds[n] + ", cannot be tested; leave it out of the list");
    return verdict;
  };
  std::size_t good = 0, bad = builds.size() - 1;
  out.oldest_is_bad = try_end(good, "oldest") == BuildVerdict::Bad;
  if (out.oldest_is_bad) return out;
  out.newest_is_good = try_end(bad, "newest") == BuildVerdict::Good;
  if (out.newest_is_good) return out;
  for (;;) {
    // Of the builds in between that may be tested, the one nearest to the middle.
    const std::size_t middle = good + (bad - good) / 2;
    std::size_t next = 0;
    for (std::size_t n = good + 1; n < bad; ++n) {
      const auto distance = [middle](std::size_t m) { return m > middle ? m - middle : middle - m; };
      if (untestable.count(n) == 0 && (next == 0 || distance(n) < distance(next))) next = n;
    }
    if (next == 0) break;
    switch (try_one(next)) {
      case BuildVerdict::Good: good = next; break;
      case BuildVerdict::Bad: bad = next; break;
      case BuildVerdict::Untestable: untestable.insert(next); break;
    }
  }
  out.last_good = good;
  out.first_bad = bad;
  for (std::size_t n = good + 1; n < bad; ++n) out.suspects.push_back(n);
  return out;
}

std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  bool quoted = false, open = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (!quoted && c == ' ') {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (c == '\'') quoted = !quoted;
    else if (!quoted && c == '\\' && i + 1 < line.size()) words.back() += line[++i];
    else words.back() += c;
  }
  return words;
}

int bisect_command(const std::vector<std::string>& builds, const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--json") != arguments.end()) {
    throw cli::UsageError("tandem results bisect: --json is what it asks the builds for itself; leave it out");
  }
  const auto try_build = [&](std::size_t n) {
    std::printf("%s ... ", builds[n].c_str());
    std::fflush(stdout);
    std::string reason;
    const BuildVerdict verdict = run_build(builds[n], arguments, &reason);
    std::printf("%s%s\n", verdict == BuildVerdict::Good ? "good" : verdict == BuildVerdict::Bad ? "bad: " : "cannot be tested: ",
                verdict == BuildVerdict::Good ? "" : reason.c_str());
    return verdict;
  };
  Bisection found;
  try {
    found = bisect(builds, try_build);
  } catch (const std::runtime_error& failure) {
    throw cli::UsageError(std::string("tandem results bisect: ") + failure.what());
  }
  if (found.oldest_is_bad) throw cli::UsageError("tandem results bisect: the oldest build, " + builds.front() + ", is bad already; put an older one first");
  if (found.newest_is_good) {
    std::printf("the newest build is good: nothing to find\n");
    return 0;
  }
  std::printf("first bad: %s\n", builds[found.first_bad].c_str());
  for (const std::size_t n : found.suspects) std::printf("       or: %s, which cannot be tested\n", builds[n].c_str());
  std::printf("last good: %s\n%zu of %zu builds were run\n", builds[found.last_good].c_str(), found.tried, builds.size());
  return 1;
}

}  // namespace tandem::farm
