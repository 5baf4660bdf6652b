-- SPDX-License-Identifier: Apache-2.0
-- Stage 1 only.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { S2P = 0, HYP = 0, VMW = 0, NS1ATS = 0, XNX = 0 } } } }
