-- SPDX-License-Identifier: Apache-2.0
-- Every translation fault stalls; no substreams; the access flag only.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { STALL_MODEL = 2, HTTU = 1, SSIDSIZE = 0, TERM_MODEL = 1 } } } }
