/* SPDX-License-Identifier: Apache-2.0
 * Register frame of the test engine: a DMA master behind an SMMU that software starts with register writes alone.
 * Plain C constants, for firmware too. What they mean: docs/test-engine.md. Proof: tb.engine.*, which holds that page
 * against this file, and tb.libtandem.*. */
#ifndef TANDEM_TEST_ENGINE_H
#define TANDEM_TEST_ENGINE_H

#define TANDEM_ENGINE_FRAME_BYTES 0x1000u

/* Offsets in bytes. 64-bit registers may be accessed whole or in halves. RO registers ignore writes. */
#define TANDEM_ENGINE_ID 0x000u           /* RO, 32 bits */
#define TANDEM_ENGINE_FEATURES 0x004u     /* RO, 32 bits */
#define TANDEM_ENGINE_STREAM_ID 0x010u    /* 32 bits */
#define TANDEM_ENGINE_SUBSTREAM_ID 0x014u /* 32 bits: VALID bit 31, SubstreamID bits 19:0 */
#define TANDEM_ENGINE_ATTRIBUTES 0x018u   /* 32 bits */
#define TANDEM_ENGINE_CONTROL 0x01cu      /* 32 bits */
#define TANDEM_ENGINE_SEED 0x020u         /* 64 bits */
#define TANDEM_ENGINE_BEGIN 0x028u        /* 64 bits */
#define TANDEM_ENGINE_END 0x030u          /* 64 bits: last byte */
#define TANDEM_ENGINE_STRIDE 0x038u       /* 64 bits: from the start of a transfer to the next; 0 means SIZE */
#define TANDEM_ENGINE_DESTINATION 0x040u  /* 64 bits: of COPY */
#define TANDEM_ENGINE_SIZE 0x048u         /* 32 bits: bytes of a transfer */
#define TANDEM_ENGINE_COUNT 0x04cu        /* 32 bits: transfers at most; 0 means until END */
#define TANDEM_ENGINE_COMMAND 0x050u      /* 32 bits: a write starts it */
#define TANDEM_ENGINE_STATUS 0x054u       /* RO, 32 bits */
#define TANDEM_ENGINE_ERROR_COUNT 0x058u  /* RO, 32 bits */
#define TANDEM_ENGINE_ERROR_KIND 0x05cu   /* RO, 32 bits: of the first error */
#define TANDEM_ENGINE_ERROR_ADDRESS 0x060u /* RO, 64 bits: of the first error */
#define TANDEM_ENGINE_DONE_COUNT 0x068u   /* RO, 64 bits: transfers answered */
#define TANDEM_ENGINE_RESULT 0x070u       /* RO, 64 bits */
#define TANDEM_ENGINE_RESULT_INFO 0x078u  /* RO, 32 bits */
#define TANDEM_ENGINE_MISMATCH 0x07cu     /* RO, 32 bits: wanted bits 7:0, found bits 15:8 */
#define TANDEM_ENGINE_IRQ_STATUS 0x080u   /* 32 bits, write 1 to clear */
#define TANDEM_ENGINE_MSI_DATA 0x084u     /* 32 bits */
#define TANDEM_ENGINE_MSI_ADDRESS 0x088u  /* 64 bits, through the SMMU */
#define TANDEM_ENGINE_ELAPSED_NS 0x090u   /* RO, 64 bits: from the start to the last answer */

#define TANDEM_ENGINE_ID_VALUE 0x7e570100u /* bits 31:16 constant, 15:8 major version, 7:0 minor version */
#define TANDEM_ENGINE_MAX_SIZE 0x10000u

#define TANDEM_ENGINE_SUBSTREAM_VALID 0x80000000u

#define TANDEM_ENGINE_ATTR_PRIVILEGED 0x1u
#define TANDEM_ENGINE_ATTR_INSTRUCTION 0x2u
#define TANDEM_ENGINE_ATTR_TRANSLATED 0x4u /* addresses were translated by ATS */
#define TANDEM_ENGINE_ATTR_NO_WRITE 0x8u   /* NW of a TRANSLATE */

#define TANDEM_ENGINE_CONTROL_IRQ 0x1u           /* the end of a command raises the wired interrupt */
#define TANDEM_ENGINE_CONTROL_MSI 0x2u           /* and writes MSI_DATA to MSI_ADDRESS */
#define TANDEM_ENGINE_CONTROL_STOP_ON_ERROR 0x4u /* the first error ends the command */

#define TANDEM_ENGINE_CMD_STOP 0u
#define TANDEM_ENGINE_CMD_WRITE 1u     /* the pattern of SEED */
#define TANDEM_ENGINE_CMD_VERIFY 2u    /* reads and compares with that pattern */
#define TANDEM_ENGINE_CMD_READ 3u      /* RESULT = sum of the bytes */
#define TANDEM_ENGINE_CMD_COPY 4u      /* reads here, writes from DESTINATION on */
#define TANDEM_ENGINE_CMD_RANDOM 5u    /* COUNT reads and pattern writes at addresses drawn from SEED */
#define TANDEM_ENGINE_CMD_TRANSLATE 6u /* one ATS translation request for BEGIN */

#define TANDEM_ENGINE_STATE_MASK 0xfu /* of STATUS */
#define TANDEM_ENGINE_IDLE 0u         /* nothing was started since reset */
#define TANDEM_ENGINE_RUNNING 1u
#define TANDEM_ENGINE_DONE 2u
#define TANDEM_ENGINE_FAILED 3u    /* came to its end, with errors */
#define TANDEM_ENGINE_STOPPED 4u   /* by CMD_STOP */
#define TANDEM_ENGINE_BAD_VALUE 5u /* not started; bits 27:16 name the register */
#define TANDEM_ENGINE_STATUS_STALLED 0x100u      /* the SMMU holds a transfer */
#define TANDEM_ENGINE_STATUS_WRITE_LOST 0x200u   /* a register was written while RUNNING; until the next start */
#define TANDEM_ENGINE_STATUS_BAD_SHIFT 16

#define TANDEM_ENGINE_ERROR_NONE 0u
#define TANDEM_ENGINE_ERROR_ABORT 1u       /* the SMMU refused */
#define TANDEM_ENGINE_ERROR_MEMORY 2u      /* the memory behind it did */
#define TANDEM_ENGINE_ERROR_MISMATCH 3u    /* VERIFY found something else */
#define TANDEM_ENGINE_ERROR_TIMEOUT 4u     /* no answer within 10 ms of simulated time */
#define TANDEM_ENGINE_ERROR_UNSUPPORTED 5u /* translation request answered with Unsupported Request */
#define TANDEM_ENGINE_ERROR_COMPLETER 6u   /* translation request answered with Completer Abort */
#define TANDEM_ENGINE_ERROR_MSI 7u         /* the write to MSI_ADDRESS was refused */

#define TANDEM_ENGINE_RESULT_SIZE_LOG2_MASK 0x3fu /* of RESULT_INFO after TRANSLATE: bytes covered */
#define TANDEM_ENGINE_RESULT_READ 0x100u
#define TANDEM_ENGINE_RESULT_WRITE 0x200u
#define TANDEM_ENGINE_RESULT_EXECUTE 0x400u

#define TANDEM_ENGINE_IRQ_END 0x1u

#endif
