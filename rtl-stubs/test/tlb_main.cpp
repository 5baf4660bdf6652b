// SPDX-License-Identifier: Apache-2.0
// Entry of rtl.tlb: [seed]. The test is tlb_test.cpp, which is compiled with the generated code it includes.
int tlb_test(int argc, char** argv);
int main(int argc, char** argv) { return tlb_test(argc, argv); }
