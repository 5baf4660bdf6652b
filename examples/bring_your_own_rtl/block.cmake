# SPDX-License-Identifier: Apache-2.0
# The description of the example block: all that Tandem has to be told of it. The keywords: rtl-stubs/sim/further_blocks.cmake.
# IDR0: STALL_MODEL 25:24 = 1, nothing stalls; TTENDIAN 22:21 = 2. IDR1: queues up to 2^10 entries, SSIDSIZE 10, SIDSIZE 16, which a
# platform may change. IDR5: OAS = 5, 48 bits.
smmu_rtl_block(
  NAME passthrough
  TOP passthrough_top
  FILES rtl/passthrough_top.sv
  SEARCH rtl
  PARAMETERS NumTbu=1
  TBUS 1
  IDR0 0x01400000
  IDR1 0x014A5290 FREE_IDR1 0x03FFFFFF
  IDR5 0x00000005
  AIDR 0x00000003)
