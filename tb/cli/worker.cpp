// SPDX-License-Identifier: Apache-2.0
// The worker process. Proof: tb/cli/test/cli_test.lua.
#include "cli/worker.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include "report/run_json.h"

namespace tandem::cli {
namespace {

// What the parent cannot receive any more is of no use: the run ends.
void send(int pipe, const std::string& line) {
  const std::string bytes = line + "\n";
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = write(pipe, bytes.data() + sent, bytes.size() - sent);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(2);
    sent += static_cast<std::size_t>(n);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ",") + word;
  return list;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t comma = std::min(list.find(',', from), list.size());
    words.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return words;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

class PipeListener : public lua::RunListener {
 public:
  explicit PipeListener(int pipe) : pipe_(pipe) {}
  void begin(const std::string& title, std::int64_t seed, std::uint64_t wall_limit_s) override {
    send(pipe_, "B" + std::to_string(seed) + " " + std::to_string(wall_limit_s) + " " + one_line(title));
  }
  void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) override {
    send(pipe_, "S" + std::to_string(number) + " " + std::to_string(sim_ns) + " " + one_line(title));
  }
  void log(const std::string& text) override { send(pipe_, "L" + one_line(text)); }
  void facts(const std::string& lines) override {
    std::string marked;
    for (std::size_t from = 0; from < lines.size();) {
      const std::size_t end = lines.find('\n', from);
      marked += "F" + lines.substr(from, end - from) + "\n";
      from = end + 1;
    }
    marked.pop_back();
    send(pipe_, marked);
  }

 private:
  int pipe_;
};

void on_interrupt(int) { lua::interrupt_run(); }

}  // namespace

std::vector<std::string> worker_arguments(int pipe, const lua::RunRequest& request) {
  std::vector<std::string> arguments = {kWorkerOption, std::to_string(pipe), request.path, request.backend,
                                        request.seed ? std::to_string(*request.seed) : "", request.trace_file};
  arguments.push_back(request.timeline_file);
  arguments.push_back(request.wave_file);
  arguments.push_back(std::to_string(request.wall_limit_s));
  arguments.push_back(joined(request.checks_off));
  arguments.push_back(joined(request.compared_backends));
  arguments.push_back(std::to_string(request.params.size()));
  for (const lua::Parameters* list : {&request.params, &request.smmu_params}) {
    for (const auto& [key, text] : *list) {
      arguments.push_back(key);
      arguments.push_back(text);
    }
  }
  return arguments;
}

int worker_main(const std::vector<std::string>& arguments) {
  if (arguments.size() < 12) return 2;
  const int pipe = std::atoi(arguments[1].c_str());
  lua::RunRequest request;
  request.path = arguments[2];
  request.backend = arguments[3];
  if (!arguments[4].empty()) request.seed = std::strtoll(arguments[4].c_str(), nullptr, 10);
  request.trace_file = arguments[5];
  request.timeline_file = arguments[6];
  request.wave_file = arguments[7];
  request.wall_limit_s = static_cast<unsigned>(std::strtoul(arguments[8].c_str(), nullptr, 10));
  request.checks_off = split(arguments[9]);
  request.compared_backends = split(arguments[10]);
  const std::size_t params = std::strtoul(arguments[11].c_str(), nullptr, 10);
  for (std::size_t i = 12; i + 1 < arguments.size(); i += 2) {
    lua::Parameters& list = i < 12 + 2 * params ? request.params : request.smmu_params;
    list.emplace_back(arguments[i], arguments[i + 1]);
  }

  // Whatever a simulator prints must not mix with the report on standard output.
  dup2(STDERR_FILENO, STDOUT_FILENO);
  struct sigaction interrupt {};
  interrupt.sa_handler = on_interrupt;
  sigaction(SIGINT, &interrupt, nullptr);
  sigaction(SIGTERM, &interrupt, nullptr);
  signal(SIGPIPE, SIG_IGN);

  PipeListener listener(pipe);
  const report::RunResult result = lua::run_scenario(request, listener);
  send(pipe, "R" + report::worker_line(result));
  return 0;
}

}  // namespace tandem::cli
