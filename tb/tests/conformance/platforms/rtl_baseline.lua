-- SPDX-License-Identifier: Apache-2.0
-- The hardware of the vectors' baseline as far as the block has it.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { SSIDSIZE = 8, STT = 0 } } } }
