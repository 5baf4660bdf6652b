// SPDX-License-Identifier: Apache-2.0
// The words of the shell: going on, back, break points; everything else is asked of the run.
// Proof: tb/shell/test/shell_test.lua.
#include "shell/shell_command.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "shell/debuggee.h"
#include "shell/line_input.h"
#include "smmuv3/trace.h"

namespace tandem::shell {
namespace {

const char kHelp[] =
    R"(going on and back
  step               to the next step of the scenario
  call               to the next driver call
  continue           to the next break point, failing check or the end
  back               to the beginning of this step, or of the one before it; the run is done again up to there
  back call          to the driver call or step before this place
  restart            before the first step
  break              lists the break points
  break step N       stops when step N begins
  break call NAME    stops when that driver call begins (domain_map, master_attach, ...)
  break fail         stops at a failing check; on from the start
  delete N           removes break point N
looking
  where              what the run stands at
  smmu [NAME]        the SMMUs, and which one is looked at
  regs [PREFIX]      registers; with the beginning of a name also their fields
  ste SID            stream table entry
  cd SID [SSID]      context descriptor
  walk SID [SSID] IOVA   every entry and descriptor on the way, and where the IOVA goes
  queues             command and event queue with what waits in them
  cache              what the caches hold, and counts
  mem PA [WORDS]     RAM as 64-bit words
  trace [N]          the last N records of the trace
  threads            who waits for what
  help, quit
)";

const char* const kOwn[] = {"step", "call", "continue", "back", "restart", "break", "delete", "where", "help", "quit"};
const char* const kAsked[] = {"smmu", "regs", "ste", "cd", "walk", "queues", "cache", "mem", "trace", "threads"};

std::vector<std::string> call_names() {
  std::vector<std::string> names;
  for (unsigned call = 1; call <= SMMU_CALL_LAST; ++call) names.emplace_back(smmu_call_name(call));
  return names;
}

std::vector<std::string> command_words() {
  std::vector<std::string> words(std::begin(kOwn), std::end(kOwn));
  words.insert(words.end(), std::begin(kAsked), std::end(kAsked));
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// A user's mistake.
struct Wrong {
  std::string sentence;
};

class Shell {
 public:
  explicit Shell(const lua::RunRequest& request) : run_(request), input_(command_words(), more_words()) {}

  int loop() {
    show(run_.start());
    if (!run_.is_alive()) return 2;
    bool all_good = true;
    std::string line, last;
    while (!quit_ && input_.read(&line)) {
      // An empty line does the last thing again, as debuggers have it; a comment of a file does nothing.
      if (line.find_first_not_of(" \t\r") == std::string::npos) {
        if (!input_.is_a_person() || last.empty()) continue;
        line = last;
      }
      if (line[line.find_first_not_of(" \t")] == '#') continue;
      last = line;
      try {
        do_line(line);
      } catch (const Wrong& wrong) {
        show(wrong.sentence + "\n");
        all_good = false;
      }
    }
    if (input_.is_a_person() && !quit_) std::puts("");
    return all_good || input_.is_a_person() ? 0 : 2;
  }

 private:
  static std::vector<std::string> more_words() {
    std::vector<std::string> words = {"step", "call", "fail"};
    for (const std::string& name : call_names()) words.push_back(name);
    return words;
  }

  void show(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  void do_line(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    const std::string command = full_name(words[0]);
    const auto takes = [&](std::size_t most) {
      if (words.size() > most + 1) throw Wrong{command + " takes " + (most == 0 ? "nothing" : "at most " + std::to_string(most) + " word" + (most == 1 ? "" : "s")) + " after it"};
    };
    if (command == "step" || command == "call" || command == "continue") {
      takes(0);
      go(command);
    } else if (command == "back") {
      takes(1);
      if (words.size() == 2 && words[1] != "call") throw Wrong{"back goes to the step before this place, or with the word call to the driver call before; got '" + words[1] + "'"};
      go_back(words.size() == 2);
    } else if (command == "restart") {
      takes(0);
      show(run_.start());
    } else if (command == "break") {
      add_break(words);
    } else if (command == "delete") {
      takes(1);
      const std::size_t number = words.size() == 2 ? number_of(words[1]) : 0;
      if (number < 1 || number > breaks_.size()) throw Wrong{"delete takes the number of a break point, 1 to " + std::to_string(breaks_.size())};
      breaks_.erase(breaks_.begin() + static_cast<std::ptrdiff_t>(number - 1));
    } else if (command == "where") {
      show(run_.is_alive() ? run_.place() + "\n" : "the run is over; back and restart do it again\n");
    } else if (command == "help") {
      show(kHelp);
    } else if (command == "quit") {
      quit_ = true;
    } else {
      ask(command + line.substr(line.find(words[0]) + words[0].size()));
    }
  }

  // A beginning that only one command has stands for it; c is continue.
  std::string full_name(const std::string& word) const {
    if (word == "c") return "continue";
    if (word == "q") return "quit";
    std::vector<std::string> found;
    for (const std::string& name : command_words()) {
      if (name == word) return name;
      if (name.compare(0, word.size(), word) == 0) found.push_back(name);
    }
    if (found.size() == 1) return found[0];
    throw Wrong{(found.empty() ? "there is no command '" + word + "'; allowed are " + joined(command_words()) : "'" + word + "' could be " + joined(found))};
  }

  static std::size_t number_of(const std::string& text) {
    return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos ? std::stoul(text) : 0;
  }

  void need_run() const {
    if (!run_.is_alive()) throw Wrong{"the run is over; back and restart do it again"};
  }

  void go(const std::string& how) {
    need_run();
    std::string text = how + "\n";
    for (const std::string& point : breaks_) text += point + "\n";
    show(run_.go(text));
  }

  void go_back(bool to_call) {
    const char kind = run_.stop_kind();
    const bool inside = run_.is_alive() && (kind == 'f' || kind == 'i' || kind == 'o');
    if (run_.position() == 0 && !inside) throw Wrong{"the run stands before its first step, there is nothing before that"};
    show(run_.go_back_to(!to_call ? run_.step_before() : inside ? run_.position() : run_.position() - 1));
  }

  void add_break(const std::vector<std::string>& words) {
    if (words.size() == 1) {
      for (std::size_t i = 0; i < breaks_.size(); ++i) show(std::to_string(i + 1) + "  " + breaks_[i] + "\n");
      if (breaks_.empty()) show("no break points\n");
      return;
    }
    std::string point;
    if (words.size() == 3 && words[1] == "step" && number_of(words[2]) > 0) point = "step " + words[2];
    if (words.size() == 2 && words[1] == "fail") point = "fail";
    if (words.size() == 3 && words[1] == "call") {
      for (const std::string& name : call_names()) {
        if (name == words[2]) point = "call " + name;
      }
      if (point.empty()) throw Wrong{"there is no driver call '" + words[2] + "'; there are " + joined(call_names())};
    }
    if (point.empty()) throw Wrong{"break takes step NUMBER, call NAME or fail"};
    breaks_.push_back(point);
  }

  void ask(const std::string& line) {
    need_run();
    std::string answer;
    bool good = false;
    if (!run_.ask(line, &answer, &good)) throw Wrong{"there is no command '" + line + "'; allowed are " + joined(command_words())};
    if (!good) throw Wrong{answer.substr(0, answer.find_last_not_of('\n') + 1)};
    show(answer);
  }

  Debuggee run_;
  LineInput input_;
  std::vector<std::string> breaks_ = {"fail"};
  bool quit_ = false;
};

}  // namespace

int shell_command(const cli::ShellOptions& options) {
  lua::ScenarioInfo info;
  std::string error;
  if (!lua::read_scenario_info(options.scenario, options.params, &info, &error)) throw cli::UsageError(error);
  lua::RunRequest request;
  request.path = options.scenario;
  request.backend = options.backend;
  request.seed = options.seed;
  request.params = options.params;
  request.smmu_params = options.smmu_params;
  request.checks_off = options.checks_off;
  request.no_wall_limit = true;
  std::printf("%s\n  %s\n", options.scenario.c_str(), info.title.c_str());
  std::signal(SIGINT, SIG_IGN);  // Ctrl-C stops the run, whose process has it too
  return Shell(request).loop();
}

}  // namespace tandem::shell
