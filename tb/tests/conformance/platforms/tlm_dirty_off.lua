-- SPDX-License-Identifier: Apache-2.0
-- The access flag without dirty state, everything else as built.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { HTTU = 1 } } } }
