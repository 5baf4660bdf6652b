-- SPDX-License-Identifier: Apache-2.0
-- The hardware of the vectors' baseline, with RAM wherever they expect data.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { ATS = 1, SSIDSIZE = 8, STT = 0, BTM = 0, STALL_MAX = 16 } } } }
