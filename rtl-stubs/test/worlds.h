// SPDX-License-Identifier: Apache-2.0
// Programs that run random worlds, each from its seed: [--seed N] [--seeds COUNT] [--steps COUNT]. A wrong word ends the program with 2 and
// says what there is; an assertion of the block says FAIL and the seed. Not here: what a world is. Proof: rtl.lockstep, rtl.parking, rtl.garbage.
#ifndef SMMU_RTL_TEST_WORLDS_H
#define SMMU_RTL_TEST_WORLDS_H

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "rig.h"

namespace rig {
struct Worlds {
  std::uint32_t first = 1, seeds, steps;
};

// A count that is all digits; 0 where it is not.
inline std::uint32_t count_of(const char* text) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 0);
  return *text && !*end && value <= 0xffffffff ? static_cast<std::uint32_t>(value) : 0;
}

inline Worlds worlds_of(int argc, char** argv, std::uint32_t seeds, std::uint32_t steps) {
  Worlds w{1, seeds, steps};
  for (int i = 1; i < argc; i += 2) {
    std::uint32_t* const field = !std::strcmp(argv[i], "--seed") ? &w.first : !std::strcmp(argv[i], "--seeds") ? &w.seeds
                                 : !std::strcmp(argv[i], "--steps") ? &w.steps : nullptr;
    const std::uint32_t value = i + 1 < argc ? count_of(argv[i + 1]) : 0;
    if (!field || !value) {
      std::fprintf(stderr, "usage: %s [--seed N] [--seeds COUNT] [--steps COUNT], numbers from 1 to 4294967295; '%s%s%s' is none of these.\n", argv[0],
                   argv[i], i + 1 < argc ? " " : "", i + 1 < argc ? argv[i + 1] : "");
      std::exit(2);
    }
    *field = value;
  }
  return w;
}

// World(seed).run(steps) for each seed.
template <class World>
Worlds run_worlds(int argc, char** argv, std::uint32_t seeds, std::uint32_t steps) {
  const Worlds w = worlds_of(argc, argv, seeds, steps);
  std::signal(SIGABRT, [](int) { std::fprintf(stderr, "FAIL: an assertion fired (seed %u)\n", g_seed); });
  for (std::uint32_t n = 0; n < w.seeds; n++) {
    g_seed = w.first + n;
    World(g_seed).run(w.steps);
  }
  return w;
}
}  // namespace rig

#endif
