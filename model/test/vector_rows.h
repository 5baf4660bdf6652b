/* SPDX-License-Identifier: Apache-2.0
 * The conformance vectors as scripts over baseline B0; every row keeps its identifier. Left out: rows of features this
 * model does not have (README.md lists them). Proof: model.vectors, model.tlm_vectors. */

/* GBP: SMMU disabled and bypass */
V("T-GBP-01", "reg CR0.SMMUEN=0; read 1 0x8100603010 => pa 0x8100603010")
V("T-GBP-03", "reg CR0.SMMUEN=0; read 1 0x1000000000000 => abort")
V("T-GBP-04", "reg CR0.SMMUEN=0; read 0xffff 0x1000 => pa 0x1000")
V("T-GBP-05", "reg CR0.SMMUEN=0; treq 1 0x8100603000 => ur event F_BAD_ATS_TREQ")
V("T-GBP-06", "reg CR0.SMMUEN=0; start; reg GBPA=0x101000; read 1 0x5000 => pa 0x5000")
V("T-GBP-07", "reg CR0.SMMUEN=0; start; reg GBPA=0x80101000; expect GBPA.Update=0; read 1 0x5000 => abort")
V("T-GBP-08", "reg CR0.SMMUEN=0; translated 1 0x9000 => abort event F_TRANSL_FORBIDDEN")

/* STR: StreamID and stream table */
#define L2(setup) "reg STRTAB_BASE=0x80200000 STRTAB_BASE_CFG.FMT=1 STRTAB_BASE_CFG.LOG2SIZE=10 STRTAB_BASE_CFG.SPLIT=6;" setup
V("T-STR-01", "read 0x3f 0x1000 => abort event C_BAD_STE")
V("T-STR-03", "reg CR2.RECINVSID=0; read 0x40 0x1000 => abort")
V("T-STR-04", "read 0x40 0x1000 ssid 9 => abort event C_BAD_STREAMID")
V("T-STR-05", "busabort 0x80000040; read 1 0x8100603000 => abort event F_STE_FETCH FetchAddr=0x80000040")
V("T-STR-06", "reg STRTAB_BASE=0x80000fc0; read 4 0x5000 => pa 0x5000")
V("T-STR-07", "hw SIDSIZE=6; reg STRTAB_BASE_CFG.LOG2SIZE=0x14; read 0x40 0 => abort event C_BAD_STREAMID")
V("T-STR-11", L2("mem 0x80200018=0; read 0xc5 0x7000 => abort event C_BAD_STREAMID"))
V("T-STR-12", L2("mem 0x80200018=0x80210003; ste @0x802100c0 Config=4; read 0xc3 0x7000 => pa 0x7000"))
V("T-STR-13", L2("mem 0x80200018=0x80210003; ste @0x80210100 Config=4; read 0xc4 0x7000 => abort event C_BAD_STREAMID"))
V("T-STR-16", L2("mem 0x80200018=0x8021000c; read 0xc5 0 => abort event C_BAD_STREAMID"))
V("T-STR-17", L2("mem 0x80200018=0x80210001; ste @0x80210000 Config=4; read 0xc0 0x9000 => pa 0x9000"))
V("T-STR-19", L2("read 0x400 0 => abort event C_BAD_STREAMID"))
V("T-STR-20", L2("reg STRTAB_BASE_CFG.SPLIT=8; mem 0x80200010=0x80220009; ste @0x80221040 Config=4; read 0x241 0x3000 => pa 0x3000"))
V("T-STR-21", L2("reg STRTAB_BASE_CFG.SPLIT=7; mem 0x80200018=0x80210007; ste @0x80210140 Config=4; read 0xc5 0x7000 => pa 0x7000"))

/* STE: validity and Config */
#define BAD_STE " => abort event C_BAD_STE"
V("T-STE-01", "ste 1 V=0; read 1 0x8100603000" BAD_STE)
V("T-STE-02", "read 5 0x8100603000 => abort")
V("T-STE-05", "read 4 0x1000000000000 => abort event F_ADDR_SIZE CLASS=2")
V("T-STE-06", "hw S1P=0 HYP=0; read 1 0x8100603000" BAD_STE)
V("T-STE-09", "ste 2 S2SL0=3; read 2 0x8100603000" BAD_STE)
V("T-STE-11", "ste 2 S2T0SZ=0xf; read 2 0x8100603000" BAD_STE)
V("T-STE-12", "ste 2 S2T0SZ=0x14 S2SL0=1; read 2 0x8100603000" BAD_STE)
V("T-STE-13", "ste 2 S2T0SZ=0x1e S2SL0=2; read 2 0x8100603000" BAD_STE)
V("T-STE-14", "ste 2 S2PS=2 S2TTB=0x10000000000; read 2 0x8100603000" BAD_STE)
V("T-STE-15", "hw GRAN16K=0; ste 2 S2TG=2; read 2 0x8100603000" BAD_STE)
V("T-STE-17", "hw STALL_MODEL=1 STALL_MAX=0; ste 2 S2S=1; read 2 0x8100603000" BAD_STE)
V("T-STE-18", "hw STALL_MODEL=2; ste 2 S2S=0; read 2 0x8100603000" BAD_STE)
V("T-STE-19", "hw STALL_MODEL=1 STALL_MAX=0; ste 1 S1STALLD=1; read 1 0x8100603000" BAD_STE)
V("T-STE-20", "ste 1 STRW=1; read 1 0x8100603000" BAD_STE)
V("T-STE-22", "ste 3 STRW=3; read 3 0x8100603000 => pa 0xb00005000")
V("T-STE-23", "ste 1 S2SL0=3 S2T0SZ=0x3f S2AA64=0; read 1 0x8100603004 => pa 0x912345004")
V("T-STE-24", "ste 2 S1CDMax=0x1f STRW=1 S1Fmt=3; read 2 0x80001000 => pa 0x80001000")
V("T-STE-25", "ste 1 S1CDMax=9; read 1 0x8100603000 ssid 0" BAD_STE)
V("T-STE-26", "hw CD2L=0; ste 6 S1Fmt=2; read 6 0x8100603000 ssid 1" BAD_STE)
V("T-STE-27", "hw HTTU=0; ste 2 S2HA=1; read 2 0x8100603000" BAD_STE)
V("T-STE-28", "hw HTTU=1; ste 2 S2HA=1 S2HD=1; read 2 0x8100603000" BAD_STE)
V("T-STE-31", "ste 3 EATS=1 S2S=1; read 3 0x8100603000" BAD_STE)
V("T-STE-33", "hw NS1ATS=1; ste 3 EATS=2; read 3 0x8100603000" BAD_STE)
V("T-STE-34", "ste 3 EATS=2; read 3 0x8100603000 => pa 0xb00005000")
V("T-STE-35", "hw SSIDSIZE=0; ste 1 S1CDMax=0x1f S1Fmt=2; read 1 0x8100603000 => pa 0x912345000")

/* SSID: substreams and CD tables */
V("T-SSID-01", "read 1 0x8100603000 ssid 0 => abort event C_BAD_SUBSTREAMID")
V("T-SSID-03", "read 6 0x8100603000 ssid 4 => abort event C_BAD_SUBSTREAMID")
V("T-SSID-04", "read 6 0x8100603000 => abort event F_STREAM_DISABLED")
V("T-SSID-05", "ste 6 S1DSS=1; read 6 0x8100603000 => pa 0x8100603000")
V("T-SSID-06", "ste 6 S1DSS=2; read 6 0x8100603000 => pa 0x912345000")
V("T-SSID-07", "ste 6 S1DSS=2; read 6 0x8100603000 ssid 0 => abort event F_STREAM_DISABLED")
V("T-SSID-08", "ste 6 S1DSS=1; read 6 0x8100603000 ssid 0 => pa 0x912345000")
V("T-SSID-09", "ste 6 S1DSS=3; read 6 0x8100603000 => abort event F_STREAM_DISABLED")
V("T-SSID-10", "ste 6 S1DSS=2; read 6 0x8100608000 => abort event F_TRANSLATION CLASS=2")
V("T-SSID-12", "ste 3 S1CDMax=2 S1DSS=1; read 3 0x8100603008 => pa 0xc00003008")
V("T-SSID-14", "ste 6 S1Fmt=1 S1CDMax=8; mem 0x80104010=0x80110000; read 6 0x8100603000 ssid 0x89 => abort event C_BAD_SUBSTREAMID")
V("T-SSID-15", "ste 6 S1Fmt=2 S1CDMax=8; mem 0x80104000=0x80120001; cd @0x80122240 TTB0=0x82000000; read 6 0x8100603000 ssid 0x89 => pa 0x912345000")
V("T-SSID-16", "ste 6 S1Fmt=1 S1CDMax=8; busabort 0x80104010; read 6 0x8100603000 ssid 0x89 => abort event F_CD_FETCH FetchAddr=0x80104010")
V("T-SSID-19", "read 5 0x2000 ssid 7 => abort")
V("T-SSID-20", "ste 6 S1DSS=2; read 6 0x8100603000 ssid 1 => pa 0x912345000")

/* CD: context descriptor */
#define BAD_CD "; read 1 0x8100603000 => abort event C_BAD_CD"
V("T-CD-02", "busabort 0x80100000; read 1 0x8100603000 => abort event F_CD_FETCH FetchAddr=0x80100000")
V("T-CD-04", "cd @0x80100000 T0SZ=0xf" BAD_CD)
V("T-CD-05", "cd @0x80100000 T0SZ=0x28" BAD_CD)
V("T-CD-06", "hw GRAN16K=0; cd @0x80100000 TG0=2" BAD_CD)
V("T-CD-07", "cd @0x80100000 IPS=0 TTB0=0x182000000" BAD_CD)
V("T-CD-08", "cd @0x80100000 T1SZ=0 TTB1=0x4000000000000 EPD1=1; read 1 0x8100603000 => pa 0x912345000")
V("T-CD-09", "cd @0x80100000 EPD1=0 T1SZ=8" BAD_CD)
V("T-CD-10", "hw TERM_MODEL=1; cd @0x80100000 A=0" BAD_CD)
V("T-CD-11", "hw STALL_MODEL=1 STALL_MAX=0; cd @0x80100000 S=1" BAD_CD)
V("T-CD-12", "cd @0x80100000 S=1; ste 1 S1STALLD=1" BAD_CD)
V("T-CD-13", "hw STALL_MODEL=2; cd @0x80100000 S=0" BAD_CD)
V("T-CD-14", "hw HTTU=0; cd @0x80100000 HA=1" BAD_CD)
V("T-CD-15", "hw HTTU=1; cd @0x80100000 HA=1 HD=1" BAD_CD)
V("T-CD-16", "cd @0x80100000 R=0 V=0" BAD_CD)
V("T-CD-18", "cd @0x80100000 IPS=6; read 1 0x8100603000 => pa 0x912345000")
V("T-CD-19", "ste 3 S1ContextPtr=0x700000000; read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=0 IPA=0x700000000")
V("T-CD-20", "mem 0x84000010=0x800007bd; read 3 0x8100603000 => abort event F_PERMISSION S2=1 CLASS=0 IPA=0x80101000")
V("T-CD-21", "busabort 0x84000010; read 3 0x8100603000 => abort event F_WALK_EABT S2=1 CLASS=0 FetchAddr=0x84000010")
V("T-CD-22", "busabort 0x80101000; read 3 0x8100603000 => abort event F_CD_FETCH FetchAddr=0x80101000")
V("T-CD-23", "mem 0x84000010=0x800003fd; read 3 0x8100603000 => abort event F_ACCESS S2=1 CLASS=0 IPA=0x80101000")
V("T-CD-24", "ste 3 S2PTW=1; mem 0x84000010=0x800007c5; read 3 0x8100603000 => abort event F_PERMISSION S2=1 CLASS=0 IPA=0x80101000")
V("T-CD-25", "ste 3 S2PTW=0; mem 0x84000010=0x800007c5; read 3 0x8100603000 => pa 0xb00005000")
V("T-CD-26", "ste 1 STRW=2; cd @0x80100000 EPD0=1; read 1 0x8100603000 => pa 0x912345000")

/* Own row: a stage-2 fault of the CD fetch reports privilege and kind after the STE overrides. */
V("M-CD-01", "ste 3 S1ContextPtr=0x700000000 PRIVCFG=3 INSTCFG=2; read 3 0x8100603000 ind => abort event F_TRANSLATION S2=1 CLASS=0 IPA=0x700000000 PnU=1 InD=0")

/* VA: input range, half select, TBI */
#define TTB1 "cd @0x80100000 EPD1=0 T1SZ=0x10 TTB1=0x82300000; mem 0x82300ff8=0x82301003 0x82301ff8=0x82302003 0x82302ff0=0x82303003 0x82303f80=0x9abcdef43;"
#define F_TRANSLATION_S1 " => abort event F_TRANSLATION CLASS=2"
V("T-VA-01", "read 1 0x1000000000000" F_TRANSLATION_S1)
V("T-VA-03", "read 1 0x5a00008100603000" F_TRANSLATION_S1)
V("T-VA-04", "cd @0x80100000 TBI0=1; read 1 0x5a00008100603000 => pa 0x912345000")
V("T-VA-05", "cd @0x80100000 TBI0=1; read 1 0x5a00008100608000" F_TRANSLATION_S1)
V("T-VA-06", "cd @0x80100000 TBI0=1; read 1 0x5a01008100603000" F_TRANSLATION_S1)
V("T-VA-12", TTB1 "read 1 0x00ffffffffdf0000" F_TRANSLATION_S1)
V("T-VA-13", TTB1 "cd @0x80100000 TBI1=1; read 1 0x00ffffffffdf0044 => pa 0x9abcde044")
V("T-VA-14", TTB1 "cd @0x80100000 TBI0=1; read 1 0x00ffffffffdf0044" F_TRANSLATION_S1)
V("T-VA-16", "cd @0x80100000 T0SZ=0x19 TTB0=0x82001000; read 1 0x100603000 => pa 0x912345000")
V("T-VA-17", "ste 1 STRW=2; cd @0x80100000 EPD1=0 T1SZ=3; read 1 0xffffffffffdf0000" F_TRANSLATION_S1)
V("T-VA-19", "read 2 0x10000000000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x10000000000")

/* WLK: stage-1 walk */
V("T-WLK-01", "read 1 0x8100603abc => pa 0x912345abc reads 4")
V("T-WLK-02", "read 1 0x8100812345 => pa 0x980012345 reads 3")
V("T-WLK-03", "read 1 0x8141234567 => pa 0xa41234567")
V("T-WLK-04", "read 1 0x10000000000" F_TRANSLATION_S1)
V("T-WLK-05", "read 1 0x8100608000" F_TRANSLATION_S1)
V("T-WLK-06", "read 1 0x810060b000" F_TRANSLATION_S1)
V("T-WLK-07", "read 1 0x8101000000" F_TRANSLATION_S1)
V("T-WLK-08", "read 1 0x8100613123 => pa 0x950003123")
V("T-WLK-11", "busabort 0x82002018; read 1 0x8100603000 => abort event F_WALK_EABT CLASS=1 FetchAddr=0x82002018")
V("T-WLK-12", "busabort 0x82000008; cd @0x80100000 R=0; read 1 0x8100603000 => abort event F_WALK_EABT CLASS=1 FetchAddr=0x82000008")
V("T-WLK-13", "cd @0x80100000 IPS=2; read 1 0x8101200000 => abort event F_ADDR_SIZE CLASS=2")
V("T-WLK-14", "cd @0x80100000 IPS=2; read 1 0x8100620000 => abort event F_ADDR_SIZE CLASS=2")
V("T-WLK-15", "cd @0x80100000 IPS=2; write 1 0x8100621000 => abort event F_ADDR_SIZE CLASS=2")
V("T-WLK-16", "read 1 0x8100620005 => pa 0x10000000005")
V("T-WLK-20", "cd @0x80100000 TG0=2 T0SZ=0x1c TTB0=0x82100000; mem 0x82100488=0x82104003 0x821068a8=0x920008f43; read 1 0x123456789 => pa 0x92000a789 reads 2")
V("T-WLK-21", "cd @0x80100000 TG0=2 T0SZ=0x1c TTB0=0x82100000; mem 0x82100488=0x93e000f41; read 1 0x123456789 => pa 0x93f456789")
V("T-WLK-22", "cd @0x80100000 TG0=2 T0SZ=0x10 TTB0=0x82140000; mem 0x82140008=0x82144003 0x82144000=0x82100003 0x82100488=0x82104003 0x821068a8=0x920008f43; read 1 0x800123456789 => pa 0x92000a789 reads 4")
V("T-WLK-23", "cd @0x80100000 TG0=2 T0SZ=0x11 TTB0=0x82144000; mem 0x82144000=0x93e000f41; read 1 0x123456789" F_TRANSLATION_S1)
V("T-WLK-25", "cd @0x80100000 TG0=1 T0SZ=0x16 TTB0=0x82200000; mem 0x82200080=0x940000f41; read 1 0x212345678 => pa 0x952345678")
V("T-WLK-26", "cd @0x80100000 TG0=1 T0SZ=0x10 TTB0=0x82240000; mem 0x82240000=0x82200003 0x82200080=0x82210003 0x822191a0=0x930000f43; read 1 0x212345678 => pa 0x930005678 reads 3")
V("T-WLK-27", "cd @0x80100000 T0SZ=0x22 TTB0=0x82400000; mem 0x82400008=0x82401003 0x82401028=0x960000f43; read 1 0x205678 => pa 0x960000678 reads 2")
V("T-WLK-28", "cd @0x80100000 TG0=2 T0SZ=0x27 TTB0=0x82110000; mem 0x82110018=0x920010f43; read 1 0xc123 => pa 0x920010123 reads 1")
V("T-WLK-29", "cd @0x80100000 TTB0=0x82000ff0; read 1 0x8100603000 => pa 0x912345000")

/* PRM: stage-1 permissions */
#define F_PERMISSION_S1 " => abort event F_PERMISSION CLASS=2"
V("T-PRM-01", "write 1 0x8100603000 => pa 0x912345000")
V("T-PRM-02", "write 1 0x8100604000" F_PERMISSION_S1 " RnW=0 InD=0 PnU=0")
V("T-PRM-03", "read 1 0x8100605000" F_PERMISSION_S1 " RnW=1")
V("T-PRM-04", "write 1 0x8100605000 pnu => pa 0x912347000")
V("T-PRM-06", "read 1 0x8100606000 pnu => pa 0x912348000")
V("T-PRM-08", "read 1 0x8100603000 ind pnu" F_PERMISSION_S1 " InD=1 PnU=1")
V("T-PRM-09", "read 1 0x8100609000 ind" F_PERMISSION_S1 " InD=1")
V("T-PRM-10", "read 1 0x810060d000 ind" F_PERMISSION_S1 " InD=1 PnU=0")
V("T-PRM-11", "read 1 0x810060d000 ind pnu => pa 0x91234f000")
V("T-PRM-12", "read 1 0x810060e000 ind pnu" F_PERMISSION_S1 " InD=1 PnU=1")
V("T-PRM-13", "read 1 0x810060e000 ind => pa 0x912350000")
V("T-PRM-14", "read 1 0x8100605000 ind => pa 0x912347000")
V("T-PRM-15", "cd @0x80100000 WXN=1; read 1 0x8100603000 ind" F_PERMISSION_S1 " InD=1")
V("T-PRM-16", "cd @0x80100000 WXN=1; read 1 0x8100604000 ind pnu => pa 0x912346000")
V("T-PRM-18", "cd @0x80100000 PAN=1; read 1 0x8100605000 pnu => pa 0x912347000")
V("T-PRM-19", "cd @0x80100000 PAN=1; read 1 0x8100603000 => pa 0x912345000")
V("T-PRM-20", "write 1 0x8100a03000" F_PERMISSION_S1 " RnW=0")
V("T-PRM-21", "read 1 0x8100a03000 => pa 0x912345000")
V("T-PRM-22", "cd @0x80100000 HAD0=1; write 1 0x8100a03000 => pa 0x912345000")
V("T-PRM-23", "read 1 0x8100c03000" F_PERMISSION_S1 " RnW=1")
V("T-PRM-24", "read 1 0x8100c03000 pnu => pa 0x912345000")
V("T-PRM-25", "read 1 0x8100e03000 ind" F_PERMISSION_S1 " InD=1")
V("T-PRM-26", "cd @0x80100000 HAD0=1; read 1 0x8100e03000 ind => pa 0x912345000")
V("T-PRM-27", "ste 1 PRIVCFG=3; write 1 0x8100605000 => pa 0x912347000")
V("T-PRM-28", "ste 1 PRIVCFG=2; read 1 0x8100606000 pnu" F_PERMISSION_S1 " PnU=0")
V("T-PRM-29", "ste 1 INSTCFG=3; read 1 0x8100609000" F_PERMISSION_S1 " InD=1")
V("T-PRM-31", "ste 1 INSTCFG=3; write 1 0x8100609000 => pa 0x91234b000")
V("T-PRM-33", "ste 1 STRW=2; read 1 0x8100605000 => pa 0x912347000")
V("T-PRM-35", "ste 1 STRW=2; cd @0x80100000 PAN=1; read 1 0x8100603000 pnu => pa 0x912345000")
V("T-PRM-36", "ste 1 STRW=2; reg CR2.E2H=1; read 1 0x8100605000" F_PERMISSION_S1 " PnU=0")
V("T-PRM-38", "write 1 0x810060c000 => abort event F_ACCESS CLASS=2 RnW=0")
V("T-PRM-39", "ste 1 STRW=2; reg CR2.E2H=1; cd @0x80100000 PAN=1; read 1 0x8100603000 pnu" F_PERMISSION_S1 " RnW=1 PnU=1")
V("T-PRM-40", "cd @0x80100000 E0PD0=1; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-PRM-41", "cd @0x80100000 E0PD0=1; read 1 0x8100603000 pnu => pa 0x912345000")
V("T-PRM-42", "ste 1 INSTCFG=3; write 1 0x8100604000" F_PERMISSION_S1 " RnW=0 InD=0")

/* HTT: access flag and dirty state */
V("T-HTT-02", "cd @0x80100000 AFFD=1; read 1 0x8100607000 => pa 0x912349000; expect 0x82003038=0x912349b43")
V("T-HTT-03", "cd @0x80100000 HA=1; read 1 0x8100607000 => pa 0x912349000; expect 0x82003038=0x912349f43")
V("T-HTT-04", "cd @0x80100000 HA=1 HD=1; write 1 0x810060a000 => pa 0x91234c000; expect 0x82003050=0x800091234cf43")
V("T-HTT-05", "cd @0x80100000 HA=1 HD=1; read 1 0x810060a000 => pa 0x91234c000; expect 0x82003050=0x800091234cfc3")
V("T-HTT-06", "cd @0x80100000 HA=1 HD=0; write 1 0x810060a000" F_PERMISSION_S1 " RnW=0")
V("T-HTT-07", "cd @0x80100000 HA=0 HD=1; write 1 0x810060a000" F_PERMISSION_S1 " RnW=0")
V("T-HTT-10", "ste 2 S2HA=1; mem 0x84021018=0xc000033ff; read 2 0x8100603000 => pa 0xc00003000; expect 0x84021018=0xc000037ff")
V("T-HTT-11", "ste 2 S2HA=1 S2HD=1; mem 0x84021018=0x8000c0000377f; write 2 0x8100603000 => pa 0xc00003000; expect 0x84021018=0x8000c000037ff")
V("T-HTT-12", "cd @0x80101000 HA=1; mem 0x84000010=0x8000077d; read 3 0x8100607000 => abort event F_PERMISSION S2=1 CLASS=1 TTRnW=0 IPA=0x82003000 RnW=1")
V("T-HTT-13", "mem 0x84000010=0x8000077d; read 3 0x8100603000 => pa 0xb00005000")

/* S2: stage 2 only */
V("T-S2-01", "read 2 0x8100603077 => pa 0xc00003077 reads 3")
V("T-S2-02", "read 2 0x80001234 => pa 0x80001234 reads 1")
V("T-S2-04", "read 2 0x700000000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x700000000")
V("T-S2-06", "mem 0x84021018=0xc000037bf; read 2 0x8100603fff => abort event F_PERMISSION S2=1 CLASS=2 IPA=0x8100603000 RnW=1")
V("T-S2-07", "mem 0x84021018=0xc000037bf; write 2 0x8100603000 => pa 0xc00003000")
V("T-S2-08", "mem 0x84021018=0xc000033ff; read 2 0x8100603000 => abort event F_ACCESS S2=1 CLASS=2 IPA=0x8100603000")
V("T-S2-09", "mem 0x84021018=0xc0000333f; write 2 0x8100603000 => abort event F_ACCESS S2=1 CLASS=2 IPA=0x8100603000")
V("T-S2-10", "ste 2 S2PS=1; mem 0x84021018=0x100000033f; write 2 0x8100603000 => abort event F_ADDR_SIZE S2=1 CLASS=2 IPA=0x8100603000")
V("T-S2-11", "mem 0x84021018=0x40000c000037ff; read 2 0x8100603000 ind => abort event F_PERMISSION S2=1 CLASS=2 IPA=0x8100603000 InD=1")
V("T-S2-13", "mem 0x84021018=0x20000c000037ff; read 2 0x8100603000 ind => pa 0xc00003000")
V("T-S2-15", "hw XNX=0; mem 0x84021018=0x20000c000037ff; read 2 0x8100603000 ind pnu => pa 0xc00003000")
V("T-S2-17", "ste 2 S2R=0; read 2 0x700000000 => abort")
V("T-S2-18", "ste 2 S2R=0; busabort 0x84020018; read 2 0x8100603000 => abort event F_WALK_EABT S2=1 CLASS=2 FetchAddr=0x84020018")
V("T-S2-19", "ste 2 S2T0SZ=0x15 S2TTB=0x85000000; mem 0x8500fff8=0xd000007fd; read 2 0x7ffffffffff => pa 0xd3fffffff")
V("T-S2-20", "ste 2 S2T0SZ=0x15 S2TTB=0x8500f000; mem 0x8500fff8=0xd000007fd; read 2 0x7ffffffffff => pa 0xd3fffffff")
V("T-S2-22", "ste 2 S2T0SZ=0x1e S2SL0=0 S2TTB=0x85200000; mem 0x85208008=0xd002007fd; read 2 0x200234567 => pa 0xd00234567")
V("T-S2-23", "ste 2 S2TG=1 S2T0SZ=0x12 S2SL0=1 S2TTB=0x85400000; mem 0x854ffff8=0xe000007fd; read 2 0x3fffffffffff => pa 0xe1fffffff")
V("T-S2-24", "ste 2 S2TG=2 S2T0SZ=0x18 S2SL0=1 S2TTB=0x85600000; mem 0x8563fff8=0xe020007fd; read 2 0xffffffffff => pa 0xe03ffffff")
V("T-S2-25", "mem 0x84020018=0x840217fd; read 2 0x8100603042 => pa 0x84003042")

/* NST: nested */
V("T-NST-01", "hw walk_cache=0; read 3 0x8100603010 => pa 0xb00005010 reads 12")
V("T-NST-02", "read 3 0x8100608000" F_TRANSLATION_S1)
V("T-NST-03", "mem 0x84011a28=0; read 3 0x8100603010 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x912345000")
V("T-NST-04", "mem 0x84011a28=0xb0000577f; write 3 0x8100603000 => abort event F_PERMISSION S2=1 CLASS=2 IPA=0x912345000 RnW=0")
V("T-NST-05", "cd @0x80101000 TTB0=0x700000000; read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=1 IPA=0x700000000")
V("T-NST-06", "mem 0x82001020=0x700002003; read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=1 IPA=0x700002000")
V("T-NST-07", "busabort 0x82002018; read 3 0x8100603000 => abort event F_WALK_EABT CLASS=1 FetchAddr=0x82002018")
V("T-NST-08", "busabort 0x84010488; read 3 0x8100603000 => abort event F_WALK_EABT S2=1 CLASS=2 FetchAddr=0x84010488")
V("T-NST-09", "cd @0x80101000 TTB0=0x912345000; busabort 0x84010488; read 3 0x8100603000 => abort event F_WALK_EABT S2=1 CLASS=1 FetchAddr=0x84010488")
V("T-NST-10", "ste 3 S2PTW=1; cd @0x80101000 TTB0=0x912345000; mem 0x84011a28=0xb000057c7; read 3 0x8100603000 => abort event F_PERMISSION S2=1 CLASS=1 TTRnW=1 IPA=0x912345000")
V("T-NST-12", "cd @0x80101000 TTB0=0x912345000; mem 0x84011a28=0xb000057bf; read 3 0x8100603000 => abort event F_PERMISSION S2=1 CLASS=1 TTRnW=1 IPA=0x912345000 RnW=1")
V("T-NST-13", "write 3 0x8100604000" F_PERMISSION_S1 " RnW=0")
V("T-NST-14", "mem 0x82003038=0x700000b43; read 3 0x8100607000 => abort event F_ACCESS CLASS=2")
V("T-NST-15", "read 3 0x8141234567 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0xa41234000")
V("T-NST-16", "cd @0x80101000 IPS=2; read 3 0x8100620000 => abort event F_ADDR_SIZE CLASS=2")
V("T-NST-17", "read 3 0x8100620000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x10000000000")
V("T-NST-18", "cd @0x80101000 R=0; mem 0x84011a28=0; read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x912345000")
V("T-NST-19", "ste 3 S2R=0; mem 0x84011a28=0; read 3 0x8100603000 => abort")
V("T-NST-20", "cd @0x80101000 A=0; mem 0x84011a28=0; read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x912345000")
V("T-NST-22", "mem 0x84011a28=0xb0000577f; read 3 0x8100603000 => pa 0xb00005000")

/* TRM: terminate modes */
V("T-TRM-01", "cd @0x80100000 A=1 R=1; read 1 0x8100608000" F_TRANSLATION_S1)
V("T-TRM-02", "cd @0x80100000 A=0 R=1; read 1 0x8100608000 => razwi event F_TRANSLATION CLASS=2")
V("T-TRM-03", "cd @0x80100000 A=0 R=0; write 1 0x8100604000 => razwi")
V("T-TRM-04", "cd @0x80100000 A=1 R=0; read 1 0x8100607000 => abort")
V("T-TRM-05", "cd @0x80100000 A=0 R=0; busabort 0x82000008; read 1 0x8100603000 => abort event F_WALK_EABT CLASS=1 FetchAddr=0x82000008")
V("T-TRM-06", "cd @0x80100000 A=0 R=0 V=0; read 1 0x8100603000 => abort event C_BAD_CD")

/* STL: stall model */
#define STALLED_1 "cd @0x80100000 S=1; read 1 0x8100608000 => stall event F_TRANSLATION CLASS=2 Stall=1;"
#define STALLED_2 "ste 2 S2S=1; read 2 0x700000000 => stall event F_TRANSLATION S2=1 CLASS=2 IPA=0x700000000 Stall=1;"
V("T-STL-01", STALLED_1)
V("T-STL-02", "cd @0x80100000 S=1 R=0; write 1 0x8100604000 => stall event F_PERMISSION CLASS=2 Stall=1")
V("T-STL-03", STALLED_2)
V("T-STL-05", "ste 3 S2S=1; mem 0x82001020=0x700002003; read 3 0x8100603000 => stall event F_TRANSLATION S2=1 CLASS=1 IPA=0x700002000 Stall=1")
V("T-STL-06", "cd @0x80100000 S=1; busabort 0x82000008; read 1 0x8100603000 => abort event F_WALK_EABT CLASS=1 FetchAddr=0x82000008")
V("T-STL-07", "cd @0x80100000 S=1; ste 1 EATS=1; treq 1 0x8100608000 => success rights 0")
V("T-STL-10", STALLED_1 "mem 0x82003040=0x91234af43; cmd RESUME StreamID=1 STAG=$stag Ac=1; poll 0 => pa 0x91234a000")
V("T-STL-11", STALLED_1 "cmd RESUME StreamID=1 STAG=$stag Ac=0 Ab=1; poll 0 => abort")
V("T-STL-13", STALLED_1 "cmd RESUME StreamID=1 STAG=$stag Ac=1; poll 0 => stall event F_TRANSLATION CLASS=2 Stall=1")
V("T-STL-15", "cmd RESUME StreamID=1 STAG=5 Ac=1; sync; expect GERROR=0")
V("T-STL-16", "ste 2 S2S=1; cd @0x80100000 S=1; read 1 0x8100608000 => stall event F_TRANSLATION CLASS=2 Stall=1;"
	      "read 1 0x810060b000 => stall event F_TRANSLATION CLASS=2 Stall=1;"
	      "read 2 0x700000000 => stall event F_TRANSLATION S2=1 CLASS=2 IPA=0x700000000 Stall=1;"
	      "ste 1 Config=0; cmd CFGI_STE StreamID=1; sync; cmd STALL_TERM StreamID=1; sync;"
	      "poll 0 => abort; poll 1 => abort; poll 2 => stall")
V("T-STL-18", "eventq_log2 0; keep_events; cd @0x80100000 S=1; read 2 0x700000000 => abort; read 1 0x8100608000 => stall;"
	      "expect EVENTQ_PROD=1; reg EVENTQ_CONS=1; expect EVENTQ_PROD=0 EVENTQ_PROD.OVFLG=0; poll 1 => stall")
V("T-STL-20", STALLED_1 "ste 1 V=0; cmd CFGI_STE StreamID=1; sync; cmd RESUME StreamID=1 STAG=$stag Ac=1; poll 0 => abort event C_BAD_STE")
V("T-STL-21", STALLED_1 "read 4 0x1000 => pa 0x1000")
V("T-STL-22", STALLED_1 "sync; poll 0 => stall")
V("T-STL-23", STALLED_1 "reg CR0.SMMUEN=0; expect CR0ACK.SMMUEN=0; poll 0 => abort; cmd RESUME StreamID=1 STAG=$stag Ac=1; sync; expect GERROR=0")
V("T-STL-24", "hw TERM_MODEL=1;" STALLED_1 "cmd RESUME StreamID=1 STAG=$stag Ac=0 Ab=0; poll 0 => abort")
V("T-STL-25", "cd @0x80100000 S=1; busabort 0x88100000; read 2 0x700000000 => abort; expect GERROR=4;"
	      "read 1 0x8100608000 => stall; busabort; reg GERRORN=4; poll 1 => stall event F_TRANSLATION CLASS=2 Stall=1")
V("T-STL-26", STALLED_2 "cmd RESUME StreamID=2 STAG=$stag Ac=0 Ab=0; poll 0 => razwi")

/* ATS: translation requests and translated accesses */
V("T-ATS-01", "treq 1 0x8100603000 => ur event F_BAD_ATS_TREQ")
V("T-ATS-03", "ste 1 EATS=1; treq 1 0x8100603000 => success pa 0x912345000 rights 3 size 12")
V("T-ATS-05", "ste 1 EATS=1; treq 1 0x8100608000 => success rights 0")
V("T-ATS-07", "ste 6 EATS=1 S1DSS=1; treq 6 0x8100603000 => success pa 0x8100603000 rights 3")
V("T-ATS-08", "ste 1 EATS=1; busabort 0x82000008; treq 1 0x8100603000 => ca")
V("T-ATS-09", "ste 1 EATS=1; cd @0x80100000 V=0; treq 1 0x8100603000 => ca")
V("T-ATS-10", "treq 0x46 0x8100603000 => ca")
V("T-ATS-11", "ste 3 EATS=2; treq 3 0x8100603000 => success pa 0x912345000 rights 3")
V("T-ATS-12", "ste 3 EATS=1; treq 3 0x8100603000 => success pa 0xb00005000 rights 3 size 12")
V("T-ATS-13", "translated 1 0x9000 => abort event F_TRANSL_FORBIDDEN")
V("T-ATS-14", "ste 4 EATS=1; translated 4 0x9000 => abort event F_TRANSL_FORBIDDEN")
V("T-ATS-16", "reg CR0.ATSCHK=0; translated 1 0x9000 => pa 0x9000")
V("T-ATS-17", "reg CR0.ATSCHK=0; translated 0x46 0x9000 => pa 0x9000")
V("T-ATS-18", "ste 3 EATS=2; translated 3 0x912345004 => pa 0xb00005004")
V("T-ATS-20", "translated 5 0x9000 => abort")
V("T-ATS-21", "ste 3 EATS=2 S2S=1; treq 3 0x8100603000 => ca")
V("T-ATS-22", "ste 1 EATS=1; cd @0x80100000 HA=1 HD=1; treq 1 0x810060a000 => success rights 3; expect 0x82003050=0x800091234cf43")
V("T-ATS-24", "ste 1 EATS=1; treq 1 0x8100812000 => success pa 0x980000000 rights 3 size 21")
V("T-ATS-25", "ste 3 EATS=1; mem 0x82002020=0x912200f41; treq 3 0x8100945000 => success pa 0xb00005000 rights 3 size 12")
V("T-ATS-31", "translated 0x46 0x8100603000 => abort")
V("T-ATS-32", "ste 1 EATS=1; treq 1 0x8100603000 ssid 1 => ca")
V("T-ATS-35", "ste 3 EATS=2; translated 3 0x1000000000000 => any abort")
V("T-ATS-36", "ste 1 EATS=1; cd @0x80100000 HA=1 HD=1; treq 1 0x8100605000 => success rights 0")

/* EVQ: event queue and GERROR */
#define FAULT "read 1 0x8100608000 => abort;"
#define FULL "eventq_log2 2; keep_events;" FAULT FAULT FAULT FAULT
V("T-EVQ-01", "eventq_log2 2; reg IRQ_CTRL=4;" "keep_events;" FAULT "expect EVENTQ_PROD=1 irqs=1")
V("T-EVQ-02", FULL "reg EVENTQ_CONS=0;" FAULT "expect EVENTQ_PROD.WR=4 EVENTQ_PROD.OVFLG=1")
V("T-EVQ-03", FULL FAULT FAULT "expect EVENTQ_PROD.WR=4 EVENTQ_PROD.OVFLG=1")
V("T-EVQ-04", FULL FAULT "reg EVENTQ_CONS=0x80000004;" FAULT "expect EVENTQ_PROD=0x80000005")
V("T-EVQ-06", "reg CR0.EVENTQEN=0; read 1 0x8100608000 => abort; expect EVENTQ_PROD=0")
V("T-EVQ-07", "busabort 0x88100000; read 1 0x8100608000 => abort; expect GERROR=4 EVENTQ_PROD=0")
V("T-EVQ-18", "busabort 0x88100000;" FAULT FAULT "busabort; reg GERRORN=4; read 1 0x8100608000" F_TRANSLATION_S1)
V("T-EVQ-09", "eventq_log2 2; read 1 0x8100608000" F_TRANSLATION_S1 "; read 1 0x8100608000" F_TRANSLATION_S1 "; read 1 0x8100608000" F_TRANSLATION_S1
	      "; expect EVENTQ_PROD=3; read 1 0x8100608000" F_TRANSLATION_S1 "; expect EVENTQ_PROD=4; read 1 0x8100608000" F_TRANSLATION_S1
	      "; expect EVENTQ_PROD=5")
V("T-EVQ-10", "keep_events;" FAULT FAULT FAULT "expect EVENTQ_PROD=3")
V("T-EVQ-11", "ste 1 MEV=1; keep_events;" FAULT FAULT FAULT "expect EVENTQ_PROD=3")
V("T-EVQ-13", "reg IRQ_CTRL=4; keep_events;" FAULT "expect irqs=1;" FAULT "expect irqs=0")
V("T-EVQ-14", "cmd 0x00; expect GERROR=1; mem 0x88000000=0x46; reg GERRORN=1; expect CMDQ_CONS.RD=1")
V("T-EVQ-15", "cmd 0x00; expect GERROR=1 CMDQ_CONS=0x01000000; cmd CFGI_STE StreamID=1; expect CMDQ_CONS.RD=0; read 4 0x1000 => pa 0x1000")
V("T-EVQ-16", "busabort 0x88000000; cmd SYNC; expect GERROR=1 CMDQ_CONS=0x02000000; busabort; reg GERRORN=1; expect CMDQ_CONS.RD=1")
V("T-EVQ-17", "cmd CFGI_STE SSec=1 StreamID=1; expect GERROR=1 CMDQ_CONS.ERR=1")

/* TLB: caching and invalidation. Rows where old and new are both legal accept both. */
#define WARM "read 1 0x8100603000 => pa 0x912345000; mem 0x82003018=0x91234ff43;"
#define WARM_NG "mem 0x82003018=0x912345f43;" WARM
#define NEW "sync; read 1 0x8100603000 => pa 0x91234f000"
#define EITHER "sync; read 1 0x8100603000 => pa 0x912345000 0x91234f000"
V("T-TLB-01", WARM "read 1 0x8100603000 => pa 0x912345000 0x91234f000")
V("T-TLB-02", WARM "cmd TLBI_NH_VA VMID=1 ASID=0x11 Address=0x8100603000;" NEW)
V("T-TLB-04", WARM "cmd TLBI_NH_ASID VMID=1 ASID=0x11;" NEW)
V("T-TLB-06", WARM "cmd TLBI_NSNH_ALL;" NEW)
V("T-TLB-08", WARM "cmd TLBI_NH_VA VMID=2 ASID=0x11 Address=0x8100603000;" EITHER)
V("T-TLB-09", WARM "cmd TLBI_EL2_ALL;" EITHER)
V("T-TLB-11", "read 1 0x8100812345 => pa 0x980012345; mem 0x82002020=0; mem 0x82002020=0x940000f41;"
	      "cmd TLBI_NH_VA VMID=1 ASID=0x11 Address=0x8100900000; sync; read 1 0x8100812345 => pa 0x940012345")
V("T-TLB-13", "mem 0x82003018=0x912345743; read 1 0x8100603000 => pa 0x912345000; mem 0x82003018=0; cmd TLBI_NH_ASID VMID=1 ASID=0x11; sync; read 1 0x8100603000 => any")
V("T-TLB-15", "read 3 0x8100603000 => pa 0xb00005000; mem 0x84011a28=0; cmd TLBI_S2_IPA VMID=3 Address=0x912345000; sync; read 3 0x8100603000 => any")
V("M-TLB-01", "read 2 0x912345000 => pa 0xb00005000; mem 0x84011a28=0; cmd TLBI_S2_IPA VMID=9 Address=0x912345000; sync; read 2 0x912345000 => pa 0xb00005000 reads 0")
V("T-TLB-17", "read 3 0x8100603000 => pa 0xb00005000; mem 0x84011a28=0; cmd TLBI_S12_VMALL VMID=3; sync;"
	      "read 3 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x912345000")
V("T-TLB-18", "read 1 0x8100608000" F_TRANSLATION_S1 "; mem 0x82003040=0x91234af43; read 1 0x8100608000 => pa 0x91234a000")
V("T-TLB-19", "read 1 0x8100607000 => abort event F_ACCESS CLASS=2; mem 0x82003038=0x912349f43; read 1 0x8100607000 => pa 0x912349000")
V("T-TLB-20", "read 1 0x8100604000 => pa 0x912346000; write 1 0x8100604000" F_PERMISSION_S1)
V("T-TLB-21", "read 1 0x8100603000 => pa 0x912345000; read 1 0x8100603000 ind pnu" F_PERMISSION_S1)
V("T-TLB-22", "cd @0x80100000 HA=1 HD=1; read 1 0x810060a000 => pa 0x91234c000; write 1 0x810060a000 => pa 0x91234c000; expect 0x82003050=0x800091234cf43")
V("T-TLB-23", "read 1 0x8100603000 => pa 0x912345000; mem 0x82002018=0; cmd TLBI_NH_VA VMID=1 ASID=0x11 Leaf=1 Address=0x8100603000; sync; read 1 0x8100603000 => any")
V("T-TLB-25", "ste 7 Config=5 S1ContextPtr=0x80100000 S2VMID=1;" WARM "read 7 0x8100603000 => any; cmd TLBI_NH_ASID VMID=1 ASID=0x11; sync;"
	      "read 1 0x8100603000 => pa 0x91234f000; read 7 0x8100603000 => pa 0x91234f000")
V("T-TLB-26", "read 1 0x8100610000 => pa 0x950000000; read 1 0x8100613000 => pa 0x950003000; read 1 0x810061f000 => pa 0x95000f000;"
	      "mem 0x82003080=0x910000f43 0x82003098=0x910003f43 0x820030f8=0x91000ff43;"
	      "cmd TLBI_NH_VA VMID=1 ASID=0x11 TG=1 NUM=15 SCALE=0 Address=0x8100610000; sync;"
	      "read 1 0x8100610000 => pa 0x910000000; read 1 0x8100613000 => pa 0x910003000; read 1 0x810061f000 => pa 0x91000f000")
V("T-TLB-27", WARM "cmd TLBI_NH_VA VMID=1 ASID=0x11 TG=1 NUM=0 SCALE=3 Address=0x8100600000;" NEW)
V("T-TLB-30", "reg CR0.VMW=1; ste 1 S2VMID=2; ste 7 Config=5 S1ContextPtr=0x80100000 S2VMID=3; read 1 0x8100603000 => pa 0x912345000;"
	      "read 7 0x8100603000 => pa 0x912345000; mem 0x82003018=0x91234ff43; cmd TLBI_NH_ALL VMID=2; sync;"
	      "read 1 0x8100603000 => pa 0x91234f000; read 7 0x8100603000 => pa 0x91234f000")
V("T-TLB-31", "mem 0x82002020=0x912200f41 0x84011a30=0xb00016700 0x84011a30=0xb000167ff; read 3 0x8100945000 => pa 0xb00005000; read 3 0x8100946000 => pa 0xb00016000")
/* entries are pieces of the stage-1 block: one address of it drops them all, and no page elsewhere */
V("M-TLB-02", "mem 0x82002020=0x912200f41 0x84011a30=0xb000167ff; read 3 0x8100603000 => pa 0xb00005000; read 3 0x8100945000 => pa 0xb00005000;"
	      "read 3 0x8100946000 => pa 0xb00016000; mem 0x82002020=0; read 3 0x8100946000 => pa 0xb00016000 reads 0;"
	      "cmd TLBI_NH_VA VMID=3 ASID=0x13 Leaf=1 Address=0x8100945000; sync; read 3 0x8100946000" F_TRANSLATION_S1
	      "; read 3 0x8100603000 => pa 0xb00005000 reads 0")
V("M-TLB-03", "mem 0x82002020=0x912200f41 0x84011a30=0xb000167ff; read 3 0x8100945000 => pa 0xb00005000; read 3 0x8100946000 => pa 0xb00016000;"
	      "mem 0x82002020=0; cmd TLBI_NH_VAA VMID=3 TG=1 NUM=1 SCALE=0 Address=0x8100800000; sync;"
	      "read 3 0x8100945000" F_TRANSLATION_S1 "; read 3 0x8100946000" F_TRANSLATION_S1)
V("T-TLB-32", "mem 0x82003018=0x912345743; cd @0x80100000 ASET=1; read 1 0x8100603000 => pa 0x912345000;"
	      "ste 7 Config=5 S1ContextPtr=0x80108000 S2VMID=1; cd @0x80108000 ASID=0x11 ASET=0 TTB0=0x82800000;"
	      "mem 0x82800008=0x82801003 0x82801020=0x82802003 0x82802018=0x82803003 0x82803018=0x955555f43;"
	      "read 7 0x8100603000 => pa 0x955555000")

/* CFG: configuration caches */
V("T-CFG-02", "read 4 0x1000 => pa 0x1000; ste 4 Config=0; read 4 0x1000 => any")
V("T-CFG-03", "read 6 0x8100603000 ssid 1 => pa 0x912345000; cd @0x80104040 V=0; cmd CFGI_CD StreamID=6 SubstreamID=1 Leaf=1; sync; read 6 0x8100603000 ssid 1 => abort event C_BAD_CD")
V("T-CFG-05", "read 6 0x8100603000 ssid 1 => pa 0x912345000; cd @0x80104040 V=0; cmd CFGI_CD_ALL StreamID=6; sync; read 6 0x8100603000 ssid 1 => abort event C_BAD_CD")
V("T-CFG-06", "read 1 0x8100603000 => pa 0x912345000; ste 1 S1ContextPtr=0x80108000; cd @0x80108000 ASID=0x30 TTB0=0x82800000;"
	      "mem 0x82800008=0x82801003 0x82801020=0x82802003 0x82802018=0x82803003 0x82803018=0x955555f43;"
	      "cmd CFGI_STE StreamID=1; sync; read 1 0x8100603000 => pa 0x955555000")
V("T-CFG-07", L2("mem 0x80200018=0; read 0xc0 0x9000 => abort event C_BAD_STREAMID; mem 0x80200018=0x80210001; ste @0x80210000 Config=4;"
		 "cmd CFGI_STE StreamID=0xc0; sync; read 0xc0 0x9000 => pa 0x9000"))
V("T-CFG-08", "ste 6 S1Fmt=2 S1CDMax=8; mem 0x80104000=0; cd @0x80122240 ASID=0x44; read 6 0x8100603000 ssid 0x89 => abort event C_BAD_SUBSTREAMID;"
	      "mem 0x80104000=0x80120001; cmd CFGI_CD StreamID=6 SubstreamID=0x89; sync; read 6 0x8100603000 ssid 0x89 => pa 0x912345000")
V("T-CFG-09", "ste 6 S1Fmt=2 S1CDMax=8; mem 0x80104000=0; cd @0x80122240 ASID=0x44; read 6 0x8100603000 ssid 0x89 => abort event C_BAD_SUBSTREAMID;"
	      "mem 0x80104000=0x80120001; cmd CFGI_CD StreamID=6 SubstreamID=0x89 Leaf=1; sync; read 6 0x8100603000 ssid 0x89 => any")
V("T-CFG-10", "ste 0x10 Config=4; ste 0x1f Config=4; read 0x10 0x1000 => pa 0x1000; read 0x1f 0x1000 => pa 0x1000; ste 0x10 V=0; ste 0x1f V=0;"
	      "cmd CFGI_STE_RANGE StreamID=0x14 Range=3; sync; read 0x10 0x1000" BAD_STE "; read 0x1f 0x1000" BAD_STE)
V("T-CFG-14", "read 1 0x8100603000 => pa 0x912345000; ste 1 V=0; cmd TLBI_NSNH_ALL; sync; read 1 0x8100603000 => any")

/* ATS: invalidations of endpoints */
V("T-ATS-26", "cmd ATC_INV StreamID=1 Address=0x8100603000; sync; invalidated 1 0x8100603000 12; quiet; expect GERROR=0")
V("T-ATS-27", "silent; cmd ATC_INV StreamID=1 Address=0x8100603000; cmd SYNC; expect GERROR=1 CMDQ_CONS.ERR=3 CMDQ_CONS.RD=1; reg GERRORN=1; expect CMDQ_CONS.RD=2")
V("T-ATS-28", "cmd ATC_INV StreamID=1 Size=52; sync; invalidated 1 0 64; quiet")
/* Own rows: the span is aligned down; a PASID and Global; Global without SSV means nothing; no feature, no command. */
V("M-ATS-01", "cmd ATC_INV StreamID=2 SSV=1 SubstreamID=5 Global=1 Size=4 Address=0x812345000; sync; invalidated 2 0x812340000 16 ssid 5 global; quiet")
V("M-ATS-02", "cmd ATC_INV StreamID=2 Global=1 SubstreamID=5 Address=0x1000; sync; invalidated 2 0x1000 12; quiet")
V("M-ATS-03", "hw ATS=0 PRI=0 ATSRECERR=0 NS1ATS=0; cmd ATC_INV StreamID=1; expect GERROR=1 CMDQ_CONS.ERR=1 CMDQ_CONS.RD=0")
V("M-ATS-04", "silent; cmd ATC_INV StreamID=1; cmd ATC_INV StreamID=2; cmd SYNC CS=1; expect GERROR=1 CMDQ_CONS=0x03000002 irqs=0")

/* PRI: page requests. The queue has 4 records. */
#define PRI_1 "ppr 1 0x8100608000 5 r last;"
#define PRI_FULL "ppr 1 0x1000 1 r last; ppr 1 0x2000 2 r last; ppr 1 0x3000 3 w last; ppr 1 0x4000 4 r last; quiet; expect PRIQ_PROD=4;"
V("T-PRI-01", "reg IRQ_CTRL=2;" PRI_1 "record 1 0x8100608000 5 r last; expect PRIQ_PROD=1 irqs=2; quiet")
V("T-PRI-03", PRI_1 "cmd PRI_RESP StreamID=1 PRGIndex=5 Resp=0; response 1 5 15; quiet")
V("T-PRI-04", PRI_1 "cmd PRI_RESP StreamID=1 PRGIndex=5 Resp=1; response 1 5 1; quiet")
V("T-PRI-06", PRI_FULL "ppr 1 0x5000 6 r; quiet; expect PRIQ_PROD=0x80000004")
V("T-PRI-07", PRI_FULL "ppr 1 0x5000 6 r; ppr 1 0x6000 6 r last; response 1 6 0; quiet; expect PRIQ_PROD=0x80000004")
V("T-PRI-08", "reg CR0.PRIQEN=0;" PRI_1 "response 1 5 15; quiet; expect PRIQ_PROD=0")
V("T-PRI-09", "reg CR0.PRIQEN=0; ppr 1 0x8100608000 5 r; response 1 5 15; quiet; expect PRIQ_PROD=0")
V("T-PRI-10", "busabort 0x88200000;" PRI_1 "response 1 5 15; quiet; expect GERROR=8 PRIQ_PROD=0")
V("T-PRI-12", "ste 6 PPAR=1;" PRI_FULL "ppr 6 0x7000 9 ssid 2 r last; response 6 9 0 ssid 2; quiet; expect PRIQ_PROD=0x80000004")
V("T-PRI-13", "ste 1 EATS=0;" PRI_1 "record 1 0x8100608000 5 r last; quiet; expect EVENTQ_PROD=0")
V("T-PRI-15", "hw PPS=1;" PRI_FULL "ppr 0x3f 0x7000 9 ssid 2 r last; response 0x3f 9 0 ssid 2; quiet")
V("T-PRI-16", PRI_FULL "ppr 6 0 9 ssid 2 last; quiet; expect PRIQ_PROD=0x80000004")
V("T-PRI-17", "busabort 0x88200000;" PRI_1 "response 1 5 15; busabort; ppr 6 0x1000 6 ssid 2 r; response 6 6 15; ppr 6 0x1000 6 ssid 2 r last; response 6 6 15; quiet;"
	      "expect GERROR=8 PRIQ_PROD=0")
/* Own rows: every answer of software; the STE decides about the PASID or is not to be had; acknowledging the overflow, with room
 * before and after; LO; the error acknowledged; SMMUEN = 0; stop markers; X and Priv exist only with a PASID. */
V("M-PRI-01", PRI_1 "cmd PRI_RESP StreamID=1 PRGIndex=0x1ff Resp=2 SSV=1 SubstreamID=3; response 1 0x1ff 0 ssid 3; quiet")
V("M-PRI-02", "cmd PRI_RESP StreamID=1 Resp=3; quiet; expect GERROR=1 CMDQ_CONS.ERR=1")
V("M-PRI-03", "hw PRI=0; cmd PRI_RESP StreamID=1 Resp=2; quiet; expect GERROR=1 CMDQ_CONS.ERR=1")
V("M-PRI-04", PRI_FULL "ppr 6 0x7000 9 ssid 2 r last; response 6 9 0; quiet")
V("M-PRI-05", PRI_FULL "ppr 0x3f 0x7000 9 ssid 2 r last; response 0x3f 9 15; quiet; expect EVENTQ_PROD=0")
V("M-PRI-06", "hw ATSRECERR=1; reg CR2.REC_CFG_ATS=1; keep_events;" PRI_FULL "ppr 0x3f 0x7000 9 ssid 2 r last; response 0x3f 9 15; quiet; expect EVENTQ_PROD=1 0x88100000=0x0000003f00002804")
V("M-PRI-07", PRI_FULL "ppr 1 0x5000 6 r last; response 1 6 0; reg PRIQ_CONS=4; ppr 1 0x5000 7 r last; response 1 7 0; quiet; expect PRIQ_PROD=0x80000004;"
	      "reg PRIQ_CONS=0x80000004; ppr 1 0x5000 8 r last; quiet; expect PRIQ_PROD=0x80000005")
V("M-PRI-08", "reg PRIQ_IRQ_CFG2.LO=1; reg IRQ_CTRL=2; ppr 1 0x1000 1 r; expect irqs=0; ppr 1 0x2000 1 r last; expect irqs=2; ppr 1 0x3000 2 r last; expect irqs=2")
V("M-PRI-09", "reg IRQ_CTRL=2; ppr 1 0x1000 1 r; expect irqs=2; ppr 1 0x2000 1 r last; expect irqs=0")
V("M-PRI-10", "busabort 0x88200000;" PRI_1 "response 1 5 15; busabort; reg GERRORN=8;" PRI_1 "quiet; record 1 0x8100608000 5 r last")
V("M-PRI-11", "reg CR0.SMMUEN=0;" PRI_1 "response 1 5 15; quiet; cmd PRI_RESP StreamID=1 PRGIndex=5; quiet; expect PRIQ_PROD=0 GERROR=0")
V("M-PRI-12", "ppr 6 0x1000 9 ssid 2 last; record 6 0x1000 9 ssid 2 last; reg CR0.PRIQEN=0; ppr 6 0x1000 9 ssid 2 last; quiet")
V("M-PRI-13", "ppr 1 0x1000 9 r x priv; record 1 0x1000 9 r; ppr 6 0x1000 9 ssid 1 r w x priv; record 6 0x1000 9 ssid 1 r w x priv")
V("M-PRI-14", "hw PRI=0; ppr 1 0x1000 9 r last; response 1 9 15; quiet; expect PRIQ_PROD=0")

/* BTM: broadcast maintenance */
#define BTM(aset) "hw BTM=1; reg CR2.PTM=0; cd @0x80100000 ASET=" aset "; read 1 0x8100603000 => pa 0x912345000; mem 0x82003018=0;"
V("T-BTM-01", BTM("0") "dvm va vmid 1 asid 0x11 va 0x8100603000; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-BTM-02", "hw BTM=1; read 1 0x8100603000 => pa 0x912345000; mem 0x82003018=0; dvm va vmid 1 asid 0x11 va 0x8100603000; read 1 0x8100603000 => any")
V("T-BTM-03", BTM("1") "dvm asid vmid 1 asid 0x11; read 1 0x8100603000 => any")
V("T-BTM-04", BTM("1") "dvm vmall vmid 1; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-BTM-05", BTM("1") "cmd TLBI_NH_ASID VMID=1 ASID=0x11; sync; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-BTM-06", "hw BTM=1; reg CR2.PTM=0; read 1 0x8100603000 => pa 0x912345000; ste 1 V=0; dvm all; read 1 0x8100603000 => any")
V("T-BTM-07", "hw BTM=1; reg CR2.PTM=0; read 2 0x8100603000 => pa 0xc00003000; mem 0x84021018=0; dvm vmalls12 vmid 2;"
	      "read 2 0x8100603000 => abort event F_TRANSLATION S2=1 CLASS=2 IPA=0x8100603000")
V("T-BTM-08", BTM("1") "dvm vaa vmid 1 va 0x8100603000; read 1 0x8100603000" F_TRANSLATION_S1)

/* CFL: two translations for one address can only come from a page and a block over it, without break-before-make. */
V("T-CFL-01", "read 1 0x8100603000 => pa 0x912345000; mem 0x82002018=0x940000f41; cmd TLBI_NH_VA VMID=1 ASID=0x11 Address=0x8100604000; sync;"
	      "read 1 0x8100604000 => pa 0x940004000; read 1 0x8100603000 => pa 0x912345000 0x940003000")
V("T-CFL-05", "service_failure; read 1 0x8100603000 => abort; expect GERROR=0x100 EVENTQ_PROD=0")
/* Own rows: nobody gets anything in service failure mode, commands stop, acknowledging does not leave it. */
V("M-CFL-01", "ste 1 EATS=1; service_failure; treq 1 0x8100603000 => ca; translated 1 0x9000 => abort; read 4 0x1000 => abort; cmd SYNC; expect CMDQ_CONS=0 EVENTQ_PROD=0;"
	      "reg GERRORN=0x100; read 4 0x1000 => abort; cmd SYNC; expect CMDQ_CONS=0")
V("M-CFL-02", "service_failure;" PRI_1 "response 1 5 15; quiet")

/* E2H: EL2 worlds */
#define EL2 "ste 1 STRW=2; read 1 0x8100603000 => pa 0x912345000; mem 0x82003018=0;"
#define E2H "reg CR2.E2H=1; mem 0x82003018=0x912345f43;" EL2
V("T-E2H-01", EL2 "cmd TLBI_NSNH_ALL; sync; read 1 0x8100603000 => any")
V("T-E2H-02", EL2 "cmd TLBI_EL2_VA ASID=0x77 Address=0x8100603000; sync; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-E2H-03", E2H "cmd TLBI_EL2_ASID ASID=0x11; sync; read 1 0x8100603000" F_TRANSLATION_S1)
V("T-E2H-04", E2H "cmd TLBI_EL2_ASID ASID=0x12; sync; read 1 0x8100603000 => any")

/* CMD: command queue */
V("T-CMD-01", "cmd SYNC; expect CMDQ_CONS=1 GERROR=0 irqs=0")
V("T-CMD-02", "cmd SYNC CS=1 MSIAddress=0x87000000 MSIData=0x1234abcd; expect CMDQ_CONS=1 0x87000000=0x1234abcd irqs=8")
V("T-CMD-04", "busabort 0x87000000; cmd SYNC CS=1 MSIAddress=0x87000000 MSIData=1; expect CMDQ_CONS=1 GERROR=0x10")
/* Own row: a second occurrence of an active error does not toggle GERROR back. */
V("M-CMD-01", "busabort 0x87000000; cmd SYNC CS=1 MSIAddress=0x87000000 MSIData=1; cmd SYNC CS=1 MSIAddress=0x87000000 MSIData=1; expect CMDQ_CONS=2 GERROR=0x10")
V("T-CMD-05", "reg CR0.CMDQEN=0; cmd CFGI_STE StreamID=1; expect CMDQ_CONS=0; reg CR0.CMDQEN=1; expect CMDQ_CONS=1")
V("T-CMD-06", "hw S1P=0 HYP=0; cmd TLBI_NH_ALL VMID=1; expect GERROR=1 CMDQ_CONS.ERR=1")
V("T-CMD-07", "hw S2P=0 HYP=0 VMW=0; cmd TLBI_S2_IPA VMID=1; expect GERROR=1 CMDQ_CONS.ERR=1")
V("T-CMD-08", "cmd PREFETCH_CONFIG StreamID=64; expect CMDQ_CONS=1 GERROR=0 EVENTQ_PROD=0")
V("T-CMD-09", "cmd PREFETCH_ADDR StreamID=1 Address=0x8100608000; expect CMDQ_CONS=1 GERROR=0 EVENTQ_PROD=0")
V("T-CMD-10", "cmd 0x08; expect CMDQ_CONS.ERR=1 GERROR=1; mem 0x88000000=0x46; reg GERRORN=1; expect CMDQ_CONS.RD=1")
V("T-CMD-12", "cmd TLBI_NH_VA TG=1; expect GERROR=1 CMDQ_CONS.ERR=1")
V("T-CMD-13", "hw S1P=0 HYP=0; cmd CFGI_CD StreamID=1; expect GERROR=1 CMDQ_CONS.ERR=1")
V("T-CMD-14", "reg CR0.SMMUEN=0; cmd ATC_INV StreamID=1; sync; expect GERROR=0")
V("T-CMD-15", "cmd TLBI_EL3_ALL; expect GERROR=1 CMDQ_CONS.ERR=1")
V("T-CMD-16", "keep_events; read 1 0x8100608000 => abort; sync; expect EVENTQ_PROD=1")

/* ATO: address translation operations, own rows. ATOS(SID, SSID_VALID and SSID, address and request, PAR). TYPE is in bits
 * 11:10, then PnU, RnW, InD, HTTUI. Baseline pages are Device (MAIR is 0), which is outer shareable whatever SH says. */
#define GATOS(sid, ssid, high, low, par_high, par_low) "poke 0x108=" #sid " 0x10c=" #ssid " 0x110=" #low " 0x114=" #high "; reg GATOS_CTRL=1;" \
	"peek 0x100=0 0x118=" #par_low " 0x11c=" #par_high "; expect EVENTQ_PROD=0;"
#define VATOS(vmid, sid, ssid, high, low, par_high, par_low) "reg VATOS_SEL=" #vmid "; poke 0x40a08=" #sid " 0x40a0c=" #ssid " 0x40a10=" #low \
	" 0x40a14=" #high "; reg VATOS_CTRL=1; peek 0x40a00=0 0x40a18=" #par_low " 0x40a1c=" #par_high "; expect EVENTQ_PROD=0;"
#define ATOS "hw ATOS=1; start;"
#define VATOS_HW "hw ATOS=1 VATOS=1 BA_VATOS=2; start;"
V("M-ATO-01", ATOS GATOS(1, 0, 0x81, 0x603500, 9, 0x12345200))
V("M-ATO-02", "hw ATOS=1; cd @0x80100000 MAIR0=0xff; start;" GATOS(1, 0, 0x81, 0x603500, 0xff000009, 0x12345300))
/* 2 MiB: bit 20 is the lowest set bit of ADDR; 1 GiB: bit 29. */
V("M-ATO-03", ATOS GATOS(1, 0, 0x81, 0x812500, 9, 0x80100a00) GATOS(1, 0, 0x81, 0x40003500, 0xa, 0x60000a00))
V("M-ATO-04", ATOS GATOS(2, 0, 0x81, 0x603900, 0xff00000c, 0x3300))
V("M-ATO-05", ATOS GATOS(3, 0, 0x81, 0x603d00, 0xb, 0x5200) GATOS(3, 0, 0x81, 0x603500, 9, 0x12345200) GATOS(3, 0, 9, 0x12345900, 0xff00000b, 0x5300))
/* Nested, stage 2 fails: of the input, of a table, of the CD; a request for stage 1 alone is told less. */
V("M-ATO-06", ATOS GATOS(3, 0, 0x81, 0x800d00, 9, 0x80000107) GATOS(3, 0, 0x81, 0x800500, 9, 0x80100a00) GATOS(3, 0, 9, 0x80000900, 0, 0x107))
V("M-ATO-07", "hw ATOS=1; cd @0x80101000 TTB0=0x240000000; start;" GATOS(3, 0, 0x81, 0x603d00, 2, 0x40000105) GATOS(3, 0, 0x81, 0x603500, 0, 0xb1))
V("M-ATO-08", "hw ATOS=1; ste 3 S1ContextPtr=0x240000000; start;" GATOS(3, 0, 0x81, 0x603d00, 2, 0x40000103) GATOS(3, 0, 0x81, 0x603500, 0, 0x91))
/* Stage 1: no descriptor, no access flag, no right to write, none without privilege whatever PRIVCFG says. */
V("M-ATO-09", ATOS GATOS(1, 0, 0x81, 0x608500, 0, 0x101) GATOS(1, 0, 0x81, 0x607500, 0, 0x121) GATOS(1, 0, 0x81, 0x604400, 0, 0x131))
V("M-ATO-10", "hw ATOS=1; ste 1 PRIVCFG=3; start;" GATOS(1, 0, 0x81, 0x605500, 0, 0x131) GATOS(1, 0, 0x81, 0x605700, 9, 0x12347200))
V("M-ATO-11", "hw ATOS=1; ste 1 PRIVCFG=2; start;" GATOS(1, 0, 0x81, 0x605700, 9, 0x12347200))
/* UXN and PXN: an instruction fetch fails, a write with InD is a write of data. */
V("M-ATO-12", ATOS GATOS(1, 0, 0x81, 0x609580, 0, 0x131) GATOS(1, 0, 0x81, 0x609480, 9, 0x1234b200))
V("M-ATO-13", ATOS GATOS(0x40, 0, 0, 0x1500, 0, 0x21) GATOS(0x3f, 0, 0, 0x1500, 0, 0x41) GATOS(5, 0, 0, 0x1500, 0, 0xfe1) GATOS(4, 0, 0, 0x1500, 0, 0xfe1))
V("M-ATO-14", ATOS GATOS(1, 0, 0x81, 0x603100, 0, 0xff1) GATOS(1, 0, 0x81, 0x603900, 0, 0xfe1) GATOS(1, 0, 0x81, 0x603d00, 0, 0xfe1)
	      GATOS(2, 0, 0x81, 0x603500, 0, 0xfe1) GATOS(3, 0x100001, 0x81, 0x603900, 0, 0xff1))
V("M-ATO-15", ATOS GATOS(6, 0x100001, 0x81, 0x603500, 9, 0x12345200) GATOS(6, 0x100004, 0x81, 0x603500, 0, 0x81) GATOS(6, 0, 0x81, 0x603500, 0, 0x61)
	      GATOS(1, 0x100000, 0x81, 0x603500, 0, 0x81))
V("M-ATO-16", "hw ATOS=1; ste 6 S1DSS=1; start;" GATOS(6, 0, 0x81, 0x603500, 0, 0xfe1))
V("M-ATO-17", "hw ATOS=1; busabort 0x80000040; start;" GATOS(1, 0, 0x81, 0x603500, 0, 0x31) "busabort 0x80100000;" GATOS(1, 0, 0x81, 0x603500, 0, 0x91)
	      "busabort 0x82003018;" GATOS(1, 0, 0x81, 0x603500, 0, 0xb1))
V("M-ATO-18", "hw ATOS=1; cd @0x80100000 V=0; start;" GATOS(1, 0, 0x81, 0x603500, 0, 0xa1))
V("M-ATO-19", "hw ATOS=1; cd @0x80100000 S=1; ste 2 S2S=1; start;" GATOS(1, 0, 0x81, 0x608500, 0, 0x101) GATOS(2, 0, 0, 0x1900, 0, 0x107))
/* Above 2^48 on stage 2 alone; above the range of stage 1. */
V("M-ATO-20", ATOS GATOS(2, 0, 0x10000, 0x900, 0, 0x111) GATOS(1, 0, 0x10000, 0x500, 0, 0x101))
/* The access flag is set, and with HTTUI it is not; a clean page counts as writable and stays clean. */
V("M-ATO-21", "hw ATOS=1; cd @0x80100000 HA=1; start;" GATOS(1, 0, 0x81, 0x607540, 0, 0x121) "expect 0x82003038=0x912349b43;"
	      GATOS(1, 0, 0x81, 0x607500, 9, 0x12349200) "expect 0x82003038=0x912349f43")
V("M-ATO-22", "hw ATOS=1; cd @0x80100000 HA=1 HD=1; start;" GATOS(1, 0, 0x81, 0x60a400, 9, 0x1234c200) "expect 0x82003050=0x800091234cfc3;"
	      GATOS(1, 0, 0x81, 0x60a440, 0, 0x131))
V("M-ATO-23", ATOS "service_failure;" GATOS(1, 0, 0x81, 0x603500, 0, 0xfd1))
V("M-ATO-24", "hw ATOS=1; reg CR0.SMMUEN=0; start; reg GATOS_CTRL=1; peek 0x100=0; start; read 1 0x8100603000 => pa 0x8100603000")
/* Stage 2 alone: Device is outer shareable, S2FWB forces write-back, the overrides of the STE have no part in it. */
V("M-ATO-28", "hw ATOS=1; mem 0x84021018=0xc000037c3; ste 2 MTCFG=1 MemAttr=0xa SHCFG=2; start;" GATOS(2, 0, 0x81, 0x603900, 0xc, 0x3200)
	      "mem 0x84021018=0xc000037ff; cmd TLBI_NSNH_ALL; sync;" GATOS(2, 0, 0x81, 0x603900, 0xff00000c, 0x3300))
V("M-ATO-29", "hw ATOS=1; mem 0x84021018=0xc000037db; ste 2 S2FWB=1; start;" GATOS(2, 0, 0x81, 0x603900, 0xff00000c, 0x3300))
/* No ATOS: the registers are reserved. No VATOS: so is its page. */
V("M-ATO-25", "start; poke 0x108=1 0x110=0x603500; reg GATOS_CTRL=1; peek 0x100=0 0x108=0 0x110=0 0x118=0; poke 0x180=3; peek 0x180=0")
V("M-ATO-26", ATOS "poke 0x180=3 0x40a08=1; peek 0x180=0 0x40a08=0")
/* What a request found is not in the TLB, nor its configuration in the cache; what is cached for transactions serves it. */
V("M-ATO-27", ATOS GATOS(1, 0, 0x81, 0x603500, 9, 0x12345200) "poke 0x20400=0x20000002 0x20404=0x20000003 0x20a00=0xffffffff 0x20a04=0xffffffff 0x20c00=3 0x20e04=1;"
	      GATOS(1, 0, 0x81, 0x603500, 9, 0x12345200) "peek 0x30000=0 0x30008=0; read 1 0x8100603000 => pa 0x912345000; peek 0x30000=1 0x30008=1")
/* VATOS: a stream of the selected VM; any other is as good as absent, bypass and abort too; stage 1 only. */
V("M-ATO-30", VATOS_HW VATOS(3, 3, 0, 0x81, 0x603500, 9, 0x12345200) VATOS(2, 3, 0, 0x81, 0x603500, 0, 0x41) VATOS(1, 1, 0, 0x81, 0x603500, 9, 0x12345200))
V("M-ATO-31", VATOS_HW VATOS(3, 3, 0, 0x81, 0x603d00, 0, 0xff1) VATOS(3, 3, 0, 0x81, 0x603900, 0, 0xff1) VATOS(2, 2, 0, 0x81, 0x603500, 0, 0xfe1))
V("M-ATO-32", VATOS_HW VATOS(0, 4, 0, 0x81, 0x603500, 0, 0x41) VATOS(0, 5, 0, 0x81, 0x603500, 0, 0x41))
V("M-ATO-33", "hw ATOS=1 VATOS=1 BA_VATOS=2; ste 1 STRW=2; start;" VATOS(1, 1, 0, 0x81, 0x603500, 0, 0x41) GATOS(1, 0, 0x81, 0x603500, 9, 0x12345200))
V("M-ATO-34", "hw ATOS=1 VATOS=1 BA_VATOS=2; read 3 0x8100603000 => pa 0xb00005000;" VATOS(3, 3, 0, 0x81, 0x603500, 9, 0x12345200)
	      VATOS(4, 3, 0, 0x81, 0x603500, 0, 0x41))

/* ATR: what transactions become, own rows. Bypass: MTCFG with MemAttr and SHCFG of GBPA or STE, unless IDR1.ATTR_TYPES_OVR is
 * 0. Stage 1: MAIR and SH of the leaf; a second time from the TLB. */
V("M-ATR-01", "reg CR0.SMMUEN=0; read 1 0x5000 => pa 0x5000 attr 0xff sh 1; reg GBPA=0x80002000; read 1 0x5000 => pa 0x5000 attr 0xff sh 2;"
	      "reg GBPA=0x80003015; read 1 0x5000 => pa 0x5000 attr 0x44 sh 3")
V("M-ATR-02", "read 4 0x5000 => pa 0x5000 attr 0xff sh 0; ste 4 MTCFG=1 MemAttr=0xa SHCFG=1; cmd CFGI_STE StreamID=4; sync; read 4 0x5000 => pa 0x5000 attr 0xbb sh 1")
V("M-ATR-03", "hw ATTR_TYPES_OVR=0; ste 4 MTCFG=1 MemAttr=0xa SHCFG=2; read 4 0x5000 => pa 0x5000 attr 0xff sh 1; reg CR0.SMMUEN=0; reg GBPA=0x80003015;"
	      "read 4 0x5000 => pa 0x5000 attr 0xff sh 1")
V("M-ATR-04", "cd @0x80100000 MAIR0=0xf4; read 1 0x8100603000 => pa 0x912345000 attr 0xf4 sh 3; read 1 0x8100603008 => pa 0x912345008 attr 0xf4 sh 3")
V("M-ATR-05", "read 1 0x8100603000 => pa 0x912345000 attr 0 sh 2; read 1 0x8100603008 => pa 0x912345008 attr 0 sh 2")
V("M-ATR-06", "ste 1 MTCFG=1 MemAttr=5 SHCFG=2; cd @0x80100000 MAIR0=0xff; read 1 0x8100603000 => pa 0x912345000 attr 0xff sh 3")
V("M-ATR-07", "cd @0x80101000 MAIR0=0xbb; read 3 0x8100603000 => pa 0xb00005000 attr 0xbb sh 3; read 3 0x8100603004 => pa 0xb00005004 attr 0xbb sh 3")
V("M-ATR-08", "ste 2 MTCFG=1 MemAttr=0xa SHCFG=2; read 2 0x8100603000 => pa 0xc00003000 attr 0xbb sh 2; read 2 0x8100603004 => pa 0xc00003004 attr 0xbb sh 2")

/* PMC: performance counters. Counter n is at 0x30000 + 8n, EVTYPERn at 0x20400 + 4n, SMRn at 0x20a00 + 4n. */
#define COUNT_1_TO_5 "poke 0x20400=0x20000001 0x20404=0x20000002 0x20408=0x20000003 0x2040c=0x20000004 0x20a00=0xffffffff 0x20a04=0xffffffff" \
	" 0x20a08=0xffffffff 0x20a0c=0xffffffff 0x20c00=0xf 0x20e04=1;"
V("T-PMC-01", COUNT_1_TO_5 "read 1 0x8100603000 => pa 0x912345000; peek 0x30000=1 0x30008=1 0x30010=1 0x30018=4; poke 0x2040c=0x20000005 0x30018=0;"
	      "cmd CFGI_STE StreamID=1; sync; read 1 0x8100603000 => pa 0x912345000; peek 0x30018=2")
V("T-PMC-02", COUNT_1_TO_5 "read 1 0x8100603000 => pa 0x912345000; read 1 0x8100603000 => pa 0x912345000; peek 0x30000=2 0x30008=1 0x30010=1 0x30018=4")
V("T-PMC-03", COUNT_1_TO_5 "poke 0x2040c=0x20000005; read 2 0x8100603000 => pa 0xc00003000 reads 3; peek 0x30000=1 0x30008=1 0x30010=1 0x30018=1")
V("T-PMC-05", "hw walk_cache=0;" COUNT_1_TO_5 "read 3 0x8100603000 => pa 0xb00005000; peek 0x30000=1 0x30008=1 0x30010=1 0x30018=12")
V("T-PMC-06", "poke 0x20400=1 0x20a00=1 0x20c00=1 0x20e04=1; read 1 0x8100603000 => any; read 2 0x8100603000 => any; peek 0x30000=1")
V("T-PMC-07", "reg STRTAB_BASE_CFG.LOG2SIZE=8; poke 0x20400=0x20000001 0x20a00=0x42 0x20c00=1 0x20e04=1;"
	      "read 0x41 0 => any; read 0x42 0 => any; read 0x43 0 => any; read 0x44 0 => any; peek 0x30000=2")
V("T-PMC-09", "poke 0x20400=0x20000001 0x20a00=0xffffffff 0x20c00=1 0x20e04=1; read 1 0 => any; read 2 0 => any; read 4 0 => any; peek 0x30000=3")
V("T-PMC-10", "hw pmcg_global_filter=1; poke 0x20400=1 0x20404=1 0x20a00=1 0x20a04=2 0x20c00=2 0x20e04=1; read 1 0x8100603000 => any;"
	      "read 2 0x8100603000 => any; peek 0x30008=1")
V("T-PMC-12", "ste 2 V=0; ste 6 EATS=0; poke 0x20400=0x20000007 0x20a00=0xffffffff 0x20c00=1 0x20e04=1; ste 1 EATS=1; translated 1 0x9000 => pa 0x9000;"
	      "translated 6 0x9000 => any; peek 0x30000=1")
V("T-PMC-13", "poke 0x20400=0x20000001 0x20a00=0xffffffff 0x30000=0xffffffff 0x30004=0xffffffff 0x20c00=1 0x20c40=1 0x20e50=1; reg IRQ_CTRL=0;"
	      "poke 0x20e04=1; read 4 0x1000 => pa 0x1000; peek 0x30000=0 0x30004=0 0x30cc0=1; expect irqs=0x10")

/* PRE: prefetch commands that fill the caches */
#define PREFETCHED "hw prefetch=1; cmd PREFETCH_ADDR StreamID=1 Address=0x8100603000;"
V("M-PRE-01", PREFETCHED "sync; read 1 0x8100603abc => pa 0x912345abc reads 0; expect EVENTQ_PROD=0 GERROR=0")
V("M-PRE-02", "cmd PREFETCH_ADDR StreamID=1 Address=0x8100603000; sync; read 1 0x8100603abc => pa 0x912345abc reads 4")
V("M-PRE-03", "hw prefetch=1;" COUNT_1_TO_5 "cmd PREFETCH_CONFIG StreamID=1; sync; peek 0x30018=0; read 1 0x8100603000 => pa 0x912345000; peek 0x30000=1 0x30008=1 0x30010=0 0x30018=4")
V("M-PRE-04", "hw prefetch=1;" COUNT_1_TO_5 "cmd PREFETCH_ADDR StreamID=1 Address=0x8100603000; sync; peek 0x30000=0 0x30008=0 0x30010=0 0x30018=4")
V("M-PRE-05", "hw prefetch=1; cmd PREFETCH_ADDR StreamID=1 Address=0x8100603000 Size=1; sync; read 1 0x8100604000 => pa 0x912346000 reads 0;"
	      "read 1 0x810060a000 => any reads 1")
V("M-PRE-06", "hw prefetch=1; cd @0x80100000 HA=1 HD=1; cmd PREFETCH_ADDR StreamID=1 Address=0x810060a000; sync; expect 0x82003050=0x800091234cfc3;"
	      "read 1 0x810060a000 => pa 0x91234c000 reads 0; write 1 0x810060a000 => pa 0x91234c000; expect 0x82003050=0x800091234cf43")
V("M-PRE-07", "hw prefetch=1; cd @0x80100000 S=1; cmd PREFETCH_ADDR StreamID=1 Address=0x8100608000; cmd PREFETCH_CONFIG StreamID=0x3f;"
	      "cmd PREFETCH_CONFIG StreamID=0x40; cmd PREFETCH_ADDR StreamID=5 Address=0; cmd PREFETCH_ADDR StreamID=4 Address=0x5000; sync; expect EVENTQ_PROD=0 GERROR=0")
V("M-PRE-08", PREFETCHED "sync; cmd TLBI_NSNH_ALL; sync; read 1 0x8100603abc => pa 0x912345abc reads 4")
V("M-PRE-09", "hw prefetch=1; reg CR0.SMMUEN=0; cmd PREFETCH_ADDR StreamID=1 Address=0x8100603000; sync; reg CR0.SMMUEN=1; read 1 0x8100603abc => pa 0x912345abc reads 4")
V("M-PRE-10", "hw prefetch=1; cmd PREFETCH_ADDR StreamID=3 Address=0x8100603000; sync; read 3 0x8100603000 => pa 0xb00005000 reads 0")

/* MEV: merged events */
#define MERGING "hw merge_events=1; ste 1 MEV=1; keep_events;"
V("M-MEV-01", MERGING FAULT FAULT FAULT "expect EVENTQ_PROD=1")
V("M-MEV-02", "hw merge_events=1; keep_events;" FAULT FAULT "expect EVENTQ_PROD=2")
V("M-MEV-03", MERGING FAULT "read 1 0x8100608abc => abort; expect EVENTQ_PROD=1; write 1 0x8100608abc => abort; expect EVENTQ_PROD=2")
V("M-MEV-04", MERGING FAULT "reg EVENTQ_CONS=1;" FAULT "expect EVENTQ_PROD=2")
V("M-MEV-05", MERGING "cd @0x80100000 S=1; read 1 0x8100608000 => stall; expect EVENTQ_PROD=1; read 1 0x8100608000 => stall; expect EVENTQ_PROD=2")
V("M-MEV-06", "hw merge_events=1; keep_events; read 0x3f 0x1000 => abort; read 0x3f 0x1000 => abort; expect EVENTQ_PROD=1; read 0x40 0x1000 => abort;"
	      "expect EVENTQ_PROD=2")
V("M-MEV-07", "hw merge_events=1; ste 1 MEV=1;" FULL "read 1 0x8100608000 => abort; expect EVENTQ_PROD=1")
V("M-MEV-08", MERGING FAULT "read 1 0x8100609000 => any; expect EVENTQ_PROD=1; read 1 0x810060b000 => abort; expect EVENTQ_PROD=2;" FAULT "expect EVENTQ_PROD=3")
V("M-MEV-09", MERGING FAULT "reg CR0.EVENTQEN=0; reg CR0.EVENTQEN=1;" FAULT "expect EVENTQ_PROD=2")
