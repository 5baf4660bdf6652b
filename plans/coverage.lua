-- SPDX-License-Identifier: Apache-2.0
-- The coverage model: what the plans of a project, together, should have shown at least once. `tandem results coverage` holds a session
-- against it; a project of its own copies it, changes it, and names it with --model. Names: docs/regression.md.
-- Braces list alternatives, * ? [] stand for names tandem counts; a name that no run can ever give is refused.

-- Where leaves can be, and where a walk can end early.
local leaves = { "4k/L{1,2,3}", "16k/L{2,3}", "64k/L{2,3}" }
local steps = { "4k/L{0,1,2,3}", "16k/L{1,2,3}", "64k/L{1,2,3}" }

local points = {
   "ste/{abort,bypass,s1,s2,nested,invalid}",
   "cd_table/*",
   "domain/*",
   "tag/*",
   "access/{abort,bypass,s1,s2,nested}/ok",
   "access/{no_ste,abort,s1,s2,nested,disabled}/abort",
   "access/disabled/ok",
   "stall/*",
   "transaction/{read,write}/{user,privileged}/{stream,substream}/{ok,abort}",
   "transaction/fetch/{user,privileged}/stream/{ok,abort}",
   "tlb_hit/{s1,s2,nested}",
   -- Crosses: what a stream does x kind of access x what it met of the caches x outcome, and the last invalidation x what a stream does x outcome.
   "met/{s1,s2,nested}/{read,write}/{tlb,walk,fetch}/{ok,abort}",
   "met/s1/fetch/{tlb,walk,fetch}/{ok,abort}",
   "met/bypass/{read,write}/{nothing,fetch}/ok",
   "met/abort/{read,write}/{nothing,fetch}/abort",
   "after/{CFGI_STE,CFGI_STE_RANGE,CFGI_CD,CFGI_CD_ALL}/{s1,s2,nested}/{ok,abort}",
   "after/{TLBI_NH_ALL,TLBI_NH_ASID,TLBI_NH_VA,TLBI_NH_VAA,TLBI_NSNH_ALL,TLBI_S12_VMALL,TLBI_S2_IPA}/{s1,s2,nested}/{ok,abort}",
   "after/{CFGI_STE,CFGI_CD,TLBI_NH_ASID,TLBI_NH_VA,TLBI_S12_VMALL,TLBI_S2_IPA}/bypass/ok",
   "after/{CFGI_STE,CFGI_CD,TLBI_NH_ASID,TLBI_NH_VA,TLBI_S12_VMALL,TLBI_S2_IPA}/abort/abort",
   "after/ATC_INV/{s1,s2}/{ok,abort}",
   "command/*",
   "invalidate/{TLBI_NH_ALL,TLBI_NH_ASID,TLBI_NH_VA,TLBI_NH_VAA,TLBI_S12_VMALL,TLBI_S2_IPA,TLBI_NSNH_ALL}",
   "command_error/{CERROR_ILL,CERROR_ABT,CERROR_ATC_INV_SYNC}",
   "event/*",
   "event_lost/F_TRANSLATION",
   "gerror/*",
   "irq/*",
   "msi/*",
   "page_request",
   "counter_overflow",
   "call/*/SMMU_OK",
   "call/{domain_map,domain_unmap}/{SMMU_E_INVALID,SMMU_E_ALIGN,SMMU_E_RANGE,SMMU_E_OVERFLOW}",
   "call/domain_map/{SMMU_E_EXISTS,SMMU_E_NO_MEMORY}",
   "call/domain_unmap/SMMU_E_NOT_FOUND",
   "call/{domain_destroy,master_destroy,master_attach,master_attach_pasid}/SMMU_E_BUSY",
   "call/{master_attach,master_attach_pasid}/SMMU_E_{INCOMPATIBLE,UNSUPPORTED,NO_SPACE}",
   "call/dev_submit/{SMMU_E_CMDQ,SMMU_E_TIMEOUT}",
}
for _, walk in ipairs { "s1/stage1", "s2/stage2", "nested/{stage1,stage2}" } do
   for _, leaf in ipairs(leaves) do points[#points + 1] = ("walk/%s/%s/{ok,F_ACCESS,F_PERMISSION}"):format(walk, leaf) end
   for _, step in ipairs(steps) do points[#points + 1] = ("walk/%s/%s/{F_TRANSLATION,F_ADDR_SIZE,F_WALK_EABT}"):format(walk, step) end
   points[#points + 1] = ("walk/%s/4k/no_walk/{F_TRANSLATION,F_PERMISSION}"):format(walk)
end

return {
   title = "What tandem's own plans should reach",
   points = points,
   -- Points that stay in the model although the project's plans do not reach them, and why.
   known = {
      ["call/dev_submit/SMMU_E_TIMEOUT"] = "an SMMU that stands still is waited for 600 ms of simulated time; the driver's own tests do it with a clock of their own",
   },
   exclude = {
      ["access/abort/ok"] = "a stream that aborts lets nothing through",
      ["command/{TLBI_EL3_*,TLBI_S_*,TLBI_SNH_ALL}"] = "Secure state and EL3 are not modelled",
      ["command/{DPTI_*,CFGI_VMS_PIDM}"] = "neither device permission tables nor VMS are modelled",
      ["event/F_VMS_FETCH"] = "VMS is not modelled",
      ["event/{F_UUT,F_TLB_CONFLICT,F_CFG_CONFLICT,E_PAGE_REQUEST}"] = "no implementation here reports it",
      ["gerror/{DPT_ERR,CMDQP_ERR}"] = "neither device permission tables nor ECMDQs are modelled",
      ["gerror/SFM_ERR"] = "service failure mode follows a failure inside the SMMU, which no scenario can cause; vectors of model and bench inject one",
      ["walk/{s2,nested}/stage2/4k/no_walk/F_PERMISSION"] = "a refusal by stage 2 is recorded with the IPA, which a TLB does not keep, so implementations here walk again",
      ["met/s2/{read,write}/tlb/abort"] = "a refusal by stage 2 is recorded with the IPA, which a TLB does not keep, so implementations here walk again",
      ["call/dev_resume/SMMU_OK"] = "scenarios answer a stall by its record, which is another call; this one is of the C API alone",
      ["call/domain_unmap/SMMU_E_NOT_FOUND"] = "an unmap of nothing succeeds and says that it removed 0 bytes",
      ["call/{master_attach,master_attach_pasid}/SMMU_E_UNSUPPORTED"] = "a domain that does not fit an SMMU is SMMU_E_INCOMPATIBLE",
   },
}
