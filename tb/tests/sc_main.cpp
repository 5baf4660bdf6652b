// SPDX-License-Identifier: Apache-2.0
// The entry point SystemC's library looks for, for test programs that link it but build no platform.
extern "C" int sc_main(int, char**) { return 0; }
