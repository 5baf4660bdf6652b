# SPDX-License-Identifier: Apache-2.0
# tandem::sanitize carries the flags of TANDEM_SANITIZE. Every target made after this file links it, without asking:
# a half-instrumented program either fails to link or misses what it was built to find.
add_library(tandem_sanitize INTERFACE)
add_library(tandem::sanitize ALIAS tandem_sanitize)

if(TANDEM_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(TANDEM_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
  # gcc says that the sanitizer does not know fences. What a fence orders here are relaxed atomics, which are no data races to it.
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
elseif(TANDEM_SANITIZE STREQUAL "none")
  set(sanitizers)
else()
  message(FATAL_ERROR "TANDEM_SANITIZE is '${TANDEM_SANITIZE}'; it must be none, address or thread.")
endif()

if(sanitizers)
  target_compile_options(tandem_sanitize INTERFACE ${sanitizers} -fno-omit-frame-pointer)
  target_link_options(tandem_sanitize INTERFACE ${sanitizers})
  link_libraries(tandem::sanitize)
endif()
