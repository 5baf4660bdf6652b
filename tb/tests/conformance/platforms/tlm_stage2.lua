-- SPDX-License-Identifier: Apache-2.0
-- Stage 2 only.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { S1P = 0, HYP = 0 } } } }
