-- SPDX-License-Identifier: Apache-2.0
-- No SubstreamIDs: S1CDMax and S1Fmt are ignored.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { SSIDSIZE = 0 } } } }
