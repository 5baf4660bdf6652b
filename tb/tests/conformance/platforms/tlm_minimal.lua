-- SPDX-License-Identifier: Apache-2.0
-- Features taken away: rows that want them refused.
return { ram_base = 0, ram_mib = 65536, smmus = { { name = "smmu0", idr = { ATS = 1, NS1ATS = 1, SIDSIZE = 6, STT = 0, GRAN16K = 0, CD2L = 0, HTTU = 0, XNX = 0, TERM_MODEL = 1, STALL_MODEL = 1, STALL_MAX = 0 }, params = { pmcg_global_filter = 1 } } } }
