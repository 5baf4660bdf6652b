// SPDX-License-Identifier: Apache-2.0
// What the shell and the process of its run say to each other over a socket: a letter, a length, that many bytes.
// To the run: C a command line, G how to go on. From it: A an answer (first byte '1' good, '0' bad), U no such command, T a step
// begins, L a log, S it stands still, E its result. Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_MESSAGES_H
#define TANDEM_SHELL_MESSAGES_H

#include <string>

namespace tandem::shell {

struct Message {
  char kind = '\0';
  std::string text;
};

// False when the other side is gone.
bool send_message(int socket, char kind, const std::string& text);
bool receive_message(int socket, Message* out);

// How to go on, as the text of a G message: "step", "call", "continue", "to POSITION", then one break point per line: "step 3",
// "call domain_map", "fail".
// A position counts the steps and driver calls that began, which every run of the same seed has at the same places.

}  // namespace tandem::shell

#endif
