# SPDX-License-Identifier: Apache-2.0
# tandem::warnings: link it PRIVATE to everything written by hand. Generated code (Verilated C++) does without.
add_library(tandem_warnings INTERFACE)
add_library(tandem::warnings ALIAS tandem_warnings)
target_compile_options(tandem_warnings INTERFACE
  -Wall -Wextra -Werror
  $<$<COMPILE_LANGUAGE:C>:-Wconversion -Wshadow -Wstrict-prototypes>)
