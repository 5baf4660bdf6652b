-- SPDX-License-Identifier: Apache-2.0
-- QEMU has one DMA device for each StreamID that a master lists; foreign.c says which rows they belong to.
return {
   ram_base = 0x80000000, ram_mib = 62 * 1024,   -- up to 64 GiB: most output addresses of the vectors
   smmus = { { name = "smmu0" } },
   masters = {
      { name = "dma", smmu = "smmu0", sids = { 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x20, 0xf, 0x40, 0x46, 0xc0, 0xc3, 0xc4, 0xc5, 0x241, 0x3ff, 0x400 } },
   },
}
