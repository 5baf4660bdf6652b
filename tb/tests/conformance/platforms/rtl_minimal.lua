-- SPDX-License-Identifier: Apache-2.0
-- Features taken away: rows that want them refused.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { SIDSIZE = 6, SSIDSIZE = 0, STT = 0, GRAN16K = 0, TERM_MODEL = 1, HAD = 0, HTTU = 0 } } } }
