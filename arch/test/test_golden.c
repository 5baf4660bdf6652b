/* SPDX-License-Identifier: Apache-2.0
 * Golden bytes: what the generated setters and getters must put into memory, worked out by hand from the bit ranges the
 * SMMUv3 architecture gives for each structure, command and record. The table (arch/smmuv3.lua) and its generator
 * cannot vouch for themselves; these arrays were written without looking at either.
 * Not here: what values a driver should choose (driver/test), which values are legal (model/test).
 *
 * How to read an expectation: memory is little-endian, so byte n of a structure holds its bits [8n+7:8n]. */
#include <stdint.h>
#include <string.h>

#include "smmuv3_arch.h"
#include "unity.h"

static void expect_bytes(const char *what, const uint8_t *want, const void *got, unsigned count)
{
	const uint8_t *bytes = got;
	for (unsigned i = 0; i < count; i++)
		if (want[i] != bytes[i])
			TEST_ASSERT_EQUAL_HEX8_MESSAGE(want[i], bytes[i], what);
}

/* STE word 0: V is bit 0, Config bits 3:1, S1Fmt 5:4, S1ContextPtr 51:6 in place, S1CDMax 63:59.
 * Config=0b101 -> 0x0A, V -> 0x01: byte 0 = 0x0B. S1Fmt=2 -> bit 5: byte 0 = 0x2B. Pointer 0x000A_BCDE_F012_3440 starts at bit 6
 * (0x40): byte 0 = 0x6B. S1CDMax=20=0b10100 << 3 in the top byte = 0xA0.
 * STE word 1: S1DSS=2 -> 0x02, S1CIR=1 -> 0x04, S1COR=1 -> 0x10, S1CSH=3 -> 0xC0: byte 8 = 0xD6. CONT 16:13 and DCP 17, PPAR 18,
 * MEV 19: CONT=9=0b1001 -> bits 13 and 16, MEV -> bit 19: byte 9 = 0x20, byte 10 = 0x01 | 0x08 = 0x09.
 * S1STALLD bit 27 -> byte 11 bit 3; EATS=1 bits 29:28 -> 0x10; STRW=2 bits 31:30 -> 0x80: byte 11 = 0x98.
 * MemAttr 35:32 = 0xF, MTCFG 36, ALLOCCFG 40:37 = 0b1110: bits 38,39,40: byte 12 = 0x0F | 0x10 | 0xC0 = 0xDF, byte 13 bit 0 = 1.
 * SHCFG 45:44 = 1 -> byte 13 bit 4: 0x11. PRIVCFG 49:48 = 3, INSTCFG 51:50 = 2: byte 14 = 0x03 | 0x08 = 0x0B. */
static void test_ste_stage1_fields_land_on_their_bits(void)
{
	static const uint8_t want[64] = {
		0x6B, 0x34, 0x12, 0xF0, 0xDE, 0xBC, 0x0A, 0xA0,
		0xD6, 0x20, 0x09, 0x98, 0xDF, 0x11, 0x0B, 0x00,
	};
	struct smmu_ste ste;
	memset(&ste, 0, sizeof ste);
	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
	smmu_ste_set_S1Fmt(&ste, 2);
	smmu_ste_set_S1ContextPtr(&ste, UINT64_C(0x000ABCDEF0123440));
	smmu_ste_set_S1CDMax(&ste, 20);
	smmu_ste_set_S1DSS(&ste, 2);
	smmu_ste_set_S1CIR(&ste, 1);
	smmu_ste_set_S1COR(&ste, 1);
	smmu_ste_set_S1CSH(&ste, 3);
	smmu_ste_set_CONT(&ste, 9);
	smmu_ste_set_MEV(&ste, 1);
	smmu_ste_set_S1STALLD(&ste, 1);
	smmu_ste_set_EATS(&ste, 1);
	smmu_ste_set_STRW(&ste, 2);
	smmu_ste_set_MemAttr(&ste, 0xF);
	smmu_ste_set_MTCFG(&ste, 1);
	smmu_ste_set_ALLOCCFG(&ste, 0xE);
	smmu_ste_set_SHCFG(&ste, 1);
	smmu_ste_set_PRIVCFG(&ste, 3);
	smmu_ste_set_INSTCFG(&ste, 2);
	expect_bytes("STE stage 1", want, &ste, 64);
}

/* STE word 2: S2VMID 15:0; S2T0SZ 37:32; S2SL0 39:38; S2IR0 41:40; S2OR0 43:42; S2SH0 45:44; S2TG 47:46; S2PS 50:48; S2AA64 51;
 * S2ENDI 52; S2AFFD 53; S2PTW 54; S2HD 55; S2HA 56; S2S 57; S2R 58. With S2VMID=0xBEEF, S2T0SZ=24=0x18, S2SL0=1 (0x40): byte 20 = 0x58;
 * S2IR0=1, S2OR0=1 (0x04), S2SH0=3 (0x30), S2TG=2 (0x80): byte 21 = 0xB5; S2PS=5, S2AA64 (0x08), S2AFFD (0x20), S2PTW (0x40): byte 22 = 0x6D;
 * S2HA (0x01), S2S (0x02), S2R (0x04): byte 23 = 0x07.
 * STE word 3: S2TTB 51:4 in place: 0x000F_EDCB_A987_6540. STE word 5: VMSPtr 51:12 in place. S2FWB is bit 25 of word 1. */
static void test_ste_stage2_fields_land_on_their_bits(void)
{
	static const uint8_t want[64] = {
		0x0D, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0x02, 0, 0, 0, 0,
		0xEF, 0xBE, 0, 0, 0x58, 0xB5, 0x6D, 0x07,
		0x40, 0x65, 0x87, 0xA9, 0xCB, 0xED, 0x0F, 0,
		0, 0, 0, 0, 0, 0, 0, 0,
		0, 0x50, 0x34, 0x12, 0, 0, 0, 0,
	};
	struct smmu_ste ste;
	memset(&ste, 0, sizeof ste);
	smmu_ste_set_V(&ste, 1);
	smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S2);
	smmu_ste_set_S2FWB(&ste, 1);
	smmu_ste_set_S2VMID(&ste, 0xBEEF);
	smmu_ste_set_S2T0SZ(&ste, 24);
	smmu_ste_set_S2SL0(&ste, 1);
	smmu_ste_set_S2IR0(&ste, 1);
	smmu_ste_set_S2OR0(&ste, 1);
	smmu_ste_set_S2SH0(&ste, 3);
	smmu_ste_set_S2TG(&ste, 2);
	smmu_ste_set_S2PS(&ste, 5);
	smmu_ste_set_S2AA64(&ste, 1);
	smmu_ste_set_S2AFFD(&ste, 1);
	smmu_ste_set_S2PTW(&ste, 1);
	smmu_ste_set_S2HA(&ste, 1);
	smmu_ste_set_S2S(&ste, 1);
	smmu_ste_set_S2R(&ste, 1);
	smmu_ste_set_S2TTB(&ste, UINT64_C(0x000FEDCBA9876540));
	smmu_ste_set_VMSPtr(&ste, 0x12345000);
	expect_bytes("STE stage 2", want, &ste, 64);
}

/* CD word 0: T0SZ 5:0 = 16, TG0 7:6 = 1 (64K): byte 0 = 0x50. IR0 9:8 = 1, OR0 11:10 = 1, SH0 13:12 = 3, EPD0 bit 14: byte 1 = 0x75.
 * T1SZ 21:16 = 25 = 0x19, TG1 23:22 = 2 (4K): byte 2 = 0x99. IR1 25:24 = 3, OR1 27:26 = 2, SH1 29:28 = 2, EPD1 30, V 31: byte 3 =
 * 0x03 | 0x08 | 0x20 | 0x40 | 0x80 = 0xEB. IPS 34:32 = 5, AFFD 35, WXN 36, TBI0 38: byte 4 = 0x05 | 0x08 | 0x10 | 0x40 = 0x5D.
 * PAN 40, AA64 41, HD 42, HA 43, S 44, R 45, A 46, ASET 47: with PAN, AA64, R, A, ASET: byte 5 = 0x01|0x02|0x20|0x40|0x80 = 0xE3.
 * ASID 63:48 = 0xC0DE. Word 1: HAD0 bit 1, E0PD0 bit 2, TTB0 51:4 in place 0x0001_2345_6789_ABC0. Word 2: HAD1 bit 1, TTB1 51:4.
 * Word 3: MAIR0 low half, MAIR1 high half. */
static void test_cd_fields_land_on_their_bits(void)
{
	static const uint8_t want[64] = {
		0x50, 0x75, 0x99, 0xEB, 0x5D, 0xE3, 0xDE, 0xC0,
		0xC6, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01, 0,
		0x12, 0x10, 0, 0x80, 0, 0, 0, 0,
		0xFF, 0x44, 0x04, 0x00, 0x0C, 0xBB, 0xF4, 0x08,
	};
	struct smmu_cd cd;
	memset(&cd, 0, sizeof cd);
	smmu_cd_set_T0SZ(&cd, 16);
	smmu_cd_set_TG0(&cd, SMMU_CD_TG0_64K);
	smmu_cd_set_IR0(&cd, 1);
	smmu_cd_set_OR0(&cd, 1);
	smmu_cd_set_SH0(&cd, 3);
	smmu_cd_set_EPD0(&cd, 1);
	smmu_cd_set_T1SZ(&cd, 25);
	smmu_cd_set_TG1(&cd, SMMU_CD_TG1_4K);
	smmu_cd_set_IR1(&cd, 3);
	smmu_cd_set_OR1(&cd, 2);
	smmu_cd_set_SH1(&cd, 2);
	smmu_cd_set_EPD1(&cd, 1);
	smmu_cd_set_V(&cd, 1);
	smmu_cd_set_IPS(&cd, 5);
	smmu_cd_set_AFFD(&cd, 1);
	smmu_cd_set_WXN(&cd, 1);
	smmu_cd_set_TBI0(&cd, 1);
	smmu_cd_set_PAN(&cd, 1);
	smmu_cd_set_AA64(&cd, 1);
	smmu_cd_set_R(&cd, 1);
	smmu_cd_set_A(&cd, 1);
	smmu_cd_set_ASET(&cd, 1);
	smmu_cd_set_ASID(&cd, 0xC0DE);
	smmu_cd_set_HAD0(&cd, 1);
	smmu_cd_set_E0PD0(&cd, 1);
	smmu_cd_set_TTB0(&cd, UINT64_C(0x000123456789ABC0));
	smmu_cd_set_HAD1(&cd, 1);
	smmu_cd_set_TTB1(&cd, UINT64_C(0x80001010));
	smmu_cd_set_MAIR0(&cd, 0x000444FF);
	smmu_cd_set_MAIR1(&cd, 0x08F4BB0C);
	expect_bytes("CD", want, &cd, 64);
}

/* The three CD bits the test above leaves 0: HD 42, HA 43, S 44 -> byte 5 = 0x04 | 0x08 | 0x10; TBI1 39 -> byte 4 = 0x80; ENDI 15. */
static void test_cd_remaining_control_bits(void)
{
	static const uint8_t want[8] = { 0, 0x80, 0, 0, 0x80, 0x1C, 0, 0 };
	struct smmu_cd cd;
	memset(&cd, 0, sizeof cd);
	smmu_cd_set_ENDI(&cd, 1);
	smmu_cd_set_TBI1(&cd, 1);
	smmu_cd_set_HD(&cd, 1);
	smmu_cd_set_HA(&cd, 1);
	smmu_cd_set_S(&cd, 1);
	expect_bytes("CD control", want, &cd, 8);
}

/* L1STD: Span 4:0, L2Ptr 51:6 in place. Span=9 -> 0x09. L1CD: V bit 0, L2Ptr 51:12 in place. */
static void test_level1_descriptors(void)
{
	static const uint8_t want_st[8] = { 0x49, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00, 0x00 };
	static const uint8_t want_cd[8] = { 0x01, 0x60, 0x55, 0x44, 0x33, 0x22, 0x01, 0x00 };
	struct smmu_l1std st = { { 0 } };
	struct smmu_l1cd cd = { { 0 } };
	smmu_l1std_set_Span(&st, 9);
	smmu_l1std_set_L2Ptr(&st, UINT64_C(0x0000112233445540));
	expect_bytes("L1STD", want_st, &st, 8);
	smmu_l1cd_set_V(&cd, 1);
	smmu_l1cd_set_L2Ptr(&cd, UINT64_C(0x0001223344556000));
	expect_bytes("L1CD", want_cd, &cd, 8);
}

#define CMD(name) struct smmu_cmd name = { { 0, 0 } }

/* Commands: opcode 7:0; StreamID 63:32; SubstreamID 31:12; VMID 47:32; ASID 63:48; NUM 16:12; SCALE 24:20; second word: Leaf 0, TTL 9:8,
 * TG 11:10, Address 63:12 in place. */
static void test_cmd_cfgi_ste(void)
{
	static const uint8_t want[16] = { 0x03, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0x01 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_CFGI_STE);
	smmu_cmd_cfgi_ste_set_StreamID(&c, 0x12345678);
	smmu_cmd_cfgi_ste_set_Leaf(&c, 1);
	expect_bytes("CFGI_STE", want, &c, 16);
}

static void test_cmd_cfgi_all_is_the_range_form_with_31(void)
{
	static const uint8_t want[16] = { 0x04, 0, 0, 0, 0, 0, 0, 0, 0x1F };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_CFGI_STE_RANGE);
	smmu_cmd_cfgi_ste_range_set_Range(&c, 31);
	expect_bytes("CFGI_STE_RANGE", want, &c, 16);
	TEST_ASSERT_EQUAL_HEX8(0x04, SMMU_CMD_CFGI_ALL);
}

/* SubstreamID 0xABCDE at bits 31:12: bytes 1..3 = 0xE0, 0xCD, 0xAB. */
static void test_cmd_cfgi_cd(void)
{
	static const uint8_t want[16] = { 0x05, 0xE0, 0xCD, 0xAB, 0x20, 0, 0, 0, 0x01 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_CFGI_CD);
	smmu_cmd_cfgi_cd_set_SubstreamID(&c, 0xABCDE);
	smmu_cmd_cfgi_cd_set_StreamID(&c, 0x20);
	smmu_cmd_cfgi_cd_set_Leaf(&c, 1);
	expect_bytes("CFGI_CD", want, &c, 16);
}

/* NUM=21=0b10101 at 16:12: byte 1 = 0x50, byte 2 bit 0 = 1. SCALE=19=0b10011 at 24:20: byte 2 bits 7:4 = 0b0011 -> 0x31, byte 3 bit 0 = 1.
 * TTL=3 at 9:8 and TG=1 at 11:10 of the second word: byte 9 = 0x07. */
static void test_cmd_tlbi_nh_va_with_range(void)
{
	static const uint8_t want[16] = { 0x12, 0x50, 0x31, 0x01, 0xAD, 0xDE, 0xEF, 0xBE,
					  0x01, 0x37, 0x60, 0x00, 0x81, 0, 0, 0 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_TLBI_NH_VA);
	smmu_cmd_tlbi_nh_va_set_NUM(&c, 21);
	smmu_cmd_tlbi_nh_va_set_SCALE(&c, 19);
	smmu_cmd_tlbi_nh_va_set_VMID(&c, 0xDEAD);
	smmu_cmd_tlbi_nh_va_set_ASID(&c, 0xBEEF);
	smmu_cmd_tlbi_nh_va_set_Leaf(&c, 1);
	smmu_cmd_tlbi_nh_va_set_TTL(&c, 3);
	smmu_cmd_tlbi_nh_va_set_TG(&c, 1);
	smmu_cmd_tlbi_nh_va_set_Address(&c, UINT64_C(0x8100603000));
	expect_bytes("TLBI_NH_VA", want, &c, 16);
}

static void test_cmd_tlbi_nh_asid(void)
{
	static const uint8_t want[16] = { 0x11, 0, 0, 0, 0x01, 0x00, 0x11, 0x00 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_TLBI_NH_ASID);
	smmu_cmd_tlbi_nh_asid_set_VMID(&c, 1);
	smmu_cmd_tlbi_nh_asid_set_ASID(&c, 0x11);
	expect_bytes("TLBI_NH_ASID", want, &c, 16);
}

static void test_cmd_tlbi_s2_ipa(void)
{
	static const uint8_t want[16] = { 0x2A, 0, 0, 0, 0x02, 0, 0, 0, 0x01, 0x50, 0x34, 0x12, 0x09, 0, 0, 0 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_TLBI_S2_IPA);
	smmu_cmd_tlbi_s2_ipa_set_VMID(&c, 2);
	smmu_cmd_tlbi_s2_ipa_set_Leaf(&c, 1);
	smmu_cmd_tlbi_s2_ipa_set_Address(&c, UINT64_C(0x912345000));
	expect_bytes("TLBI_S2_IPA", want, &c, 16);
}

static void test_cmd_tlbi_nsnh_all_has_no_field(void)
{
	static const uint8_t want[16] = { 0x30 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_TLBI_NSNH_ALL);
	expect_bytes("TLBI_NSNH_ALL", want, &c, 16);
}

/* ATC_INV: Global bit 9, SSV bit 11, Size 5:0 of the second word. SSV -> byte 1 bit 3; SubstreamID 5 at 31:12 -> byte 1 bits 7:4 = 5. */
static void test_cmd_atc_inv(void)
{
	static const uint8_t want[16] = { 0x40, 0x5A, 0, 0, 0x34, 0x12, 0, 0, 0x09, 0x30, 0x60, 0, 0x81, 0, 0, 0 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_ATC_INV);
	smmu_cmd_atc_inv_set_Global(&c, 1);
	smmu_cmd_atc_inv_set_SSV(&c, 1);
	smmu_cmd_atc_inv_set_SubstreamID(&c, 5);
	smmu_cmd_atc_inv_set_StreamID(&c, 0x1234);
	smmu_cmd_atc_inv_set_Size(&c, 9);
	smmu_cmd_atc_inv_set_Address(&c, UINT64_C(0x8100603000));
	expect_bytes("ATC_INV", want, &c, 16);
}

/* PRI_RESP: PRGIndex 8:0 and Resp 13:12 of the second word: 0x1A5 and 2 -> bytes 8, 9 = 0xA5, 0x01 | 0x20. */
static void test_cmd_pri_resp(void)
{
	static const uint8_t want[16] = { 0x41, 0x28, 0, 0, 0x46, 0, 0, 0, 0xA5, 0x21 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_PRI_RESP);
	smmu_cmd_pri_resp_set_SSV(&c, 1);
	smmu_cmd_pri_resp_set_SubstreamID(&c, 2);
	smmu_cmd_pri_resp_set_StreamID(&c, 0x46);
	smmu_cmd_pri_resp_set_PRGIndex(&c, 0x1A5);
	smmu_cmd_pri_resp_set_Resp(&c, 2);
	expect_bytes("PRI_RESP", want, &c, 16);
}

/* RESUME: Ac bit 12, Ab bit 13, STAG 15:0 of the second word. */
static void test_cmd_resume(void)
{
	static const uint8_t retry[16] = { 0x44, 0x10, 0, 0, 1, 0, 0, 0, 0xCD, 0xAB };
	static const uint8_t abort_it[16] = { 0x44, 0x20, 0, 0, 1, 0, 0, 0, 0xCD, 0xAB };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_RESUME);
	smmu_cmd_resume_set_StreamID(&c, 1);
	smmu_cmd_resume_set_STAG(&c, 0xABCD);
	smmu_cmd_resume_set_Ac(&c, 1);
	expect_bytes("RESUME retry", retry, &c, 16);
	smmu_cmd_resume_set_Ac(&c, 0);
	smmu_cmd_resume_set_Ab(&c, 1);
	expect_bytes("RESUME abort", abort_it, &c, 16);
}

/* SYNC: CS 13:12, MSH 23:22, MSIAttr 27:24, MSIData 63:32; MSIAddress 51:2 in place. CS=1 -> byte 1 = 0x10; MSH=3 -> byte 2 = 0xC0; MSIAttr=0xF -> byte 3. */
static void test_cmd_sync(void)
{
	static const uint8_t want[16] = { 0x46, 0x10, 0xC0, 0x0F, 0xEF, 0xBE, 0xAD, 0xDE, 0x04, 0x10, 0x00, 0x80, 0, 0, 0, 0 };
	CMD(c);
	smmu_cmd_set_opcode(&c, SMMU_CMD_SYNC);
	smmu_cmd_sync_set_CS(&c, SMMU_CMD_SYNC_CS_IRQ);
	smmu_cmd_sync_set_MSH(&c, 3);
	smmu_cmd_sync_set_MSIAttr(&c, 0xF);
	smmu_cmd_sync_set_MSIData(&c, 0xDEADBEEF);
	smmu_cmd_sync_set_MSIAddress(&c, 0x80001004);
	expect_bytes("SYNC", want, &c, 16);
}

/* Event records: number 7:0, SSV 11, SubstreamID 31:12, StreamID 63:32; word 1: STAG 15:0, Stall 31, PnU 33, InD 34, RnW 35, S2 39, CLASS 41:40,
 * TTRnW 44; word 2 InputAddr; word 3 IPA 51:12 or FetchAddr 51:3. Getters read the hand-made bytes. */
static void test_event_f_translation(void)
{
	/* SSV, SSID 7, SID 0x20; Stall, STAG 0x1234; PnU and RnW -> bits 33, 35 -> byte 12 = 0x0A; S2 bit 39 -> 0x80; CLASS=2 -> byte 13 = 0x02 */
	static const uint8_t raw[32] = { 0x10, 0x78, 0, 0, 0x20, 0, 0, 0, 0x34, 0x12, 0, 0x80, 0x8A, 0x02, 0, 0,
					 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00, 0x30, 0x60, 0x00, 0x81, 0, 0, 0 };
	struct smmu_event e;
	memcpy(&e, raw, sizeof e);
	TEST_ASSERT_EQUAL_HEX64(SMMU_EVENT_F_TRANSLATION, smmu_event_get_number(&e));
	TEST_ASSERT_EQUAL_HEX64(0x20, smmu_event_get_StreamID(&e));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_event_f_translation_get_SSV(&e));
	TEST_ASSERT_EQUAL_HEX64(7, smmu_event_f_translation_get_SubstreamID(&e));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_event_f_translation_get_Stall(&e));
	TEST_ASSERT_EQUAL_HEX64(0x1234, smmu_event_f_translation_get_STAG(&e));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_event_f_translation_get_PnU(&e));
	TEST_ASSERT_EQUAL_HEX64(0, smmu_event_f_translation_get_InD(&e));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_event_f_translation_get_RnW(&e));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_event_f_translation_get_S2(&e));
	TEST_ASSERT_EQUAL_HEX64(2, smmu_event_f_translation_get_CLASS(&e));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x1122334455667788), smmu_event_f_translation_get_InputAddr(&e));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x8100603000), smmu_event_f_translation_get_IPA(&e));
}

/* F_PERMISSION adds TTRnW, bit 44 of word 1 -> byte 13 bit 4; InD bit 34 -> byte 12 bit 2. CLASS=1 (TT). */
static void test_event_f_permission(void)
{
	static const uint8_t want[32] = { 0x13, 0, 0, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0x84, 0x11, 0, 0,
					  0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x34, 0x12, 0x09, 0, 0, 0 };
	struct smmu_event e = { { 0, 0, 0, 0 } };
	smmu_event_set_number(&e, SMMU_EVENT_F_PERMISSION);
	smmu_event_set_StreamID(&e, 3);
	smmu_event_f_permission_set_InD(&e, 1);
	smmu_event_f_permission_set_S2(&e, 1);
	smmu_event_f_permission_set_CLASS(&e, 1);
	smmu_event_f_permission_set_TTRnW(&e, 1);
	smmu_event_f_permission_set_InputAddr(&e, 0x1000);
	smmu_event_f_permission_set_IPA(&e, UINT64_C(0x912345000));
	expect_bytes("F_PERMISSION", want, &e, 32);
}

/* F_STE_FETCH: Reason 15:0 of word 1, FetchAddr 51:3 of word 3. */
static void test_event_f_ste_fetch(void)
{
	static const uint8_t want[32] = { 0x03, 0x98, 0, 0, 0x3F, 0, 0, 0, 0x5A, 0, 0, 0, 0, 0, 0, 0,
					  0, 0, 0, 0, 0, 0, 0, 0, 0x48, 0x00, 0x00, 0x80, 0, 0, 0, 0 };
	struct smmu_event e = { { 0, 0, 0, 0 } };
	smmu_event_set_number(&e, SMMU_EVENT_F_STE_FETCH);
	smmu_event_f_ste_fetch_set_SSV(&e, 1);
	smmu_event_f_ste_fetch_set_SubstreamID(&e, 9);
	smmu_event_set_StreamID(&e, 0x3F);
	smmu_event_f_ste_fetch_set_Reason(&e, 0x5A);
	smmu_event_f_ste_fetch_set_FetchAddr(&e, 0x80000048);
	expect_bytes("F_STE_FETCH", want, &e, 32);
}

/* F_WALK_EABT: S2 and CLASS like a fault, FetchAddr in word 3. */
static void test_event_f_walk_eabt(void)
{
	static const uint8_t want[32] = { 0x0B, 0, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x01, 0, 0,
					  0x00, 0x30, 0x60, 0x00, 0x81, 0, 0, 0, 0x18, 0x20, 0x00, 0x82, 0, 0, 0, 0 };
	struct smmu_event e = { { 0, 0, 0, 0 } };
	smmu_event_set_number(&e, SMMU_EVENT_F_WALK_EABT);
	smmu_event_set_StreamID(&e, 1);
	smmu_event_f_walk_eabt_set_RnW(&e, 1);
	smmu_event_f_walk_eabt_set_CLASS(&e, 1);
	smmu_event_f_walk_eabt_set_InputAddr(&e, UINT64_C(0x8100603000));
	smmu_event_f_walk_eabt_set_FetchAddr(&e, 0x82002018);
	expect_bytes("F_WALK_EABT", want, &e, 32);
}

/* C_BAD_SUBSTREAMID carries the SubstreamID without the SSV bit. */
static void test_event_c_bad_substreamid(void)
{
	static const uint8_t want[32] = { 0x08, 0x40, 0, 0, 0x06, 0, 0, 0 };
	struct smmu_event e = { { 0, 0, 0, 0 } };
	smmu_event_set_number(&e, SMMU_EVENT_C_BAD_SUBSTREAMID);
	smmu_event_c_bad_substreamid_set_SubstreamID(&e, 4);
	smmu_event_set_StreamID(&e, 6);
	expect_bytes("C_BAD_SUBSTREAMID", want, &e, 32);
}

/* The register offsets a driver cannot work without, and where the event queue pointers live: page 1. */
static void test_register_offsets(void)
{
	TEST_ASSERT_EQUAL_HEX32(0x20, SMMU_CR0);
	TEST_ASSERT_EQUAL_HEX32(0x24, SMMU_CR0ACK);
	TEST_ASSERT_EQUAL_HEX32(0x44, SMMU_GBPA);
	TEST_ASSERT_EQUAL_HEX32(0x60, SMMU_GERROR);
	TEST_ASSERT_EQUAL_HEX32(0x64, SMMU_GERRORN);
	TEST_ASSERT_EQUAL_HEX32(0x80, SMMU_STRTAB_BASE);
	TEST_ASSERT_EQUAL_HEX32(0x88, SMMU_STRTAB_BASE_CFG);
	TEST_ASSERT_EQUAL_HEX32(0x98, SMMU_CMDQ_PROD);
	TEST_ASSERT_EQUAL_HEX32(0x9C, SMMU_CMDQ_CONS);
	TEST_ASSERT_EQUAL_HEX32(0x100A8, SMMU_EVENTQ_PROD);
	TEST_ASSERT_EQUAL_HEX32(0x100AC, SMMU_EVENTQ_CONS);
	TEST_ASSERT_EQUAL_HEX32(0xE00, SMMU_PMCG_CFGR);
	TEST_ASSERT_EQUAL_HEX32(0xC80, SMMU_PMCG_OVSCLR0);
	TEST_ASSERT_EQUAL_HEX32(0x80000000u, SMMU_GBPA_Update_MASK);
	TEST_ASSERT_EQUAL_HEX32(0x7F000000u, SMMU_CMDQ_CONS_ERR_MASK);
	TEST_ASSERT_EQUAL_HEX32(0x3E00000u, SMMU_IDR1_CMDQS_MASK);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_ste_stage1_fields_land_on_their_bits);
	RUN_TEST(test_ste_stage2_fields_land_on_their_bits);
	RUN_TEST(test_cd_fields_land_on_their_bits);
	RUN_TEST(test_cd_remaining_control_bits);
	RUN_TEST(test_level1_descriptors);
	RUN_TEST(test_cmd_cfgi_ste);
	RUN_TEST(test_cmd_cfgi_all_is_the_range_form_with_31);
	RUN_TEST(test_cmd_cfgi_cd);
	RUN_TEST(test_cmd_tlbi_nh_va_with_range);
	RUN_TEST(test_cmd_tlbi_nh_asid);
	RUN_TEST(test_cmd_tlbi_s2_ipa);
	RUN_TEST(test_cmd_tlbi_nsnh_all_has_no_field);
	RUN_TEST(test_cmd_atc_inv);
	RUN_TEST(test_cmd_pri_resp);
	RUN_TEST(test_cmd_resume);
	RUN_TEST(test_cmd_sync);
	RUN_TEST(test_event_f_translation);
	RUN_TEST(test_event_f_permission);
	RUN_TEST(test_event_f_ste_fetch);
	RUN_TEST(test_event_f_walk_eabt);
	RUN_TEST(test_event_c_bad_substreamid);
	RUN_TEST(test_register_offsets);
	return UNITY_END();
}
