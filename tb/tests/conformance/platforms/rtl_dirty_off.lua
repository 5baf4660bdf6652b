-- SPDX-License-Identifier: Apache-2.0
-- Access flag without dirty state: rows that want the latter refused.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { SSIDSIZE = 8, STT = 0, HTTU = 1 } } } }
