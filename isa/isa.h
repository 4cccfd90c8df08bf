/* SPDX-License-Identifier: MIT */
/*
 * isa.h - the public face of the IA-64 instruction set library.
 *
 * One table, insns.def, describes every instruction; decode, encode and print all
 * walk the operand and completer descriptors its rows name. The library is
 * freestanding (no libc), has no state and never allocates, so that the same files
 * serve the machine, the hypervisor, the kernel's patcher and host tools.
 * Encodings follow the Intel Itanium Architecture SDM rev 2.3, vol 3 chapter 4.
 */
#ifndef ISA_ISA_H
#define ISA_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** enum isa_unit - what kind of instruction a row is (SDM vol 3 table 4-1) */
enum isa_unit { ISA_UNIT_A, ISA_UNIT_I, ISA_UNIT_M, ISA_UNIT_B, ISA_UNIT_F, ISA_UNIT_X };

/** enum isa_slot - the execution unit that a bundle's template gives to a slot */
enum isa_slot {
	ISA_SLOT_NONE, /* reserved template */
	ISA_SLOT_M,
	ISA_SLOT_I,
	ISA_SLOT_F,
	ISA_SLOT_B,
	ISA_SLOT_L, /* slot 1 of an MLX bundle: data of slot 2, nothing to decode */
	ISA_SLOT_X,
};

/** enum isa_id - one id a row of insns.def; ISA_INVALID is a reserved encoding */
enum isa_id {
	ISA_INVALID,
#define INSN(id, ...) ISA_##id,
#include "insns.def"
	ISA_ID_COUNT
};

/**
 * enum isa_reserved - what executing an ISA_INVALID encoding does
 * (the kinds of unused opcode table entries, SDM vol 3 §4.1)
 */
enum isa_reserved {
	ISA_RESERVED_FAULT, /* Illegal Operation fault, whatever PR[qp] holds */
	ISA_RESERVED_QP,    /* Illegal Operation fault if PR[qp] is 1, else a nop */
	ISA_RESERVED_NOP,   /* ignored: executes as a nop */
};

/* Row flags (isa_flags()). */
#define ISA_F_PRIV   0x0001u /* Privileged Operation fault at CPL > 0 */
#define ISA_F_SENS   0x0002u /* legal at CPL > 0, but its result depends on privileged state */
#define ISA_F_FIRST  0x0004u /* must be the first of its instruction group */
#define ISA_F_LAST   0x0008u /* must be the last of its instruction group */
#define ISA_F_NOQP   0x0010u /* cannot be predicated: the qp field is constant 0 or ignored */
#define ISA_F_BRANCH 0x0020u /* may change IP other than by a fault */
#define ISA_F_LOAD   0x0040u /* reads memory */
#define ISA_F_STORE  0x0080u /* writes memory */
#define ISA_F_IPREL  0x0100u /* imm is a displacement from its own bundle */
#define ISA_F_UPDATE 0x0200u /* base register update: r3 is also written */
#define ISA_F_SENSAR 0x0400u /* by r3: ar.itc, ar.ruc, ar.k0-7 are sensitive or privileged */
#define ISA_F_SLOT2  0x0800u /* Illegal Operation fault in slot 0 or 1 (SDM vol 3, br) */

/* Completers. struct isa_insn.c[] holds these values; a row says which, in which order. */

/* SZ: log2 of the access size of ld, st, cmpxchg, xchg, fetchadd: 0..3 */
enum isa_ldtype { /* LDTYPE, FLDTYPE */
		  ISA_LD_NONE = 0,
		  ISA_LD_S = 1,
		  ISA_LD_A = 2,
		  ISA_LD_SA = 3,
		  ISA_LD_BIAS = 4,
		  ISA_LD_ACQ = 5,
		  ISA_LD_C_CLR = 8,
		  ISA_LD_C_NC = 9,
		  ISA_LD_C_CLR_ACQ = 10,
};
enum isa_sttype { ISA_ST_NONE = 0, ISA_ST_REL = 1 }; /* STTYPE */
enum isa_sem { ISA_SEM_ACQ = 0, ISA_SEM_REL = 1 };   /* SEM */
/* LDHINT STHINT LFHINT3 ...; 4 to 7 name a data access hint register, which only newer CPUs have */
enum isa_hint { ISA_HINT_NONE, ISA_HINT_NT1, ISA_HINT_NT2, ISA_HINT_NTA };
enum isa_fsz { ISA_FSZ_E = 0, ISA_FSZ_8 = 1, ISA_FSZ_S = 2, ISA_FSZ_D = 3 }; /* FSZ: ldf stf ldfp */
enum isa_gf { ISA_GF_SIG = 0, ISA_GF_EXP = 1, ISA_GF_S = 2, ISA_GF_D = 3 };  /* GF: getf setf */
enum isa_ctype { /* CTYPE, CPAR, TPAR: compare type of cmp, tbit, tnat, tf */
		 ISA_CTYPE_NONE = 0,
		 ISA_CTYPE_UNC = 1,
		 ISA_CTYPE_AND = 2,
		 ISA_CTYPE_OR = 3,
		 ISA_CTYPE_OR_ANDCM = 4,
};
enum isa_sat { ISA_SAT_NONE = 0, ISA_SAT_SSS = 1, ISA_SAT_UUU = 2, ISA_SAT_UUS = 3 }; /* SAT */
enum isa_whint { ISA_WH_SPTK, ISA_WH_SPNT, ISA_WH_DPTK, ISA_WH_DPNT };	 /* BWH, not BWH5 */
enum isa_frel { ISA_FREL_EQ, ISA_FREL_LT, ISA_FREL_LE, ISA_FREL_UNORD }; /* FREL: fcmp */
enum isa_fprel {							 /* FPREL: fpcmp */
		 ISA_FPREL_EQ,
		 ISA_FPREL_LT,
		 ISA_FPREL_LE,
		 ISA_FPREL_UNORD,
		 ISA_FPREL_NEQ,
		 ISA_FPREL_NLT,
		 ISA_FPREL_NLE,
		 ISA_FPREL_ORD,
};
enum isa_pc { ISA_PC_NONE = 0, ISA_PC_S = 1, ISA_PC_D = 2 };		    /* PC: fma fms fnma */
enum isa_xma { ISA_XMA_L = 0, ISA_XMA_HU = 2, ISA_XMA_H = 3 };		    /* XMA */
enum isa_fmerge { ISA_FMERGE_S = 0, ISA_FMERGE_NS = 1, ISA_FMERGE_SE = 2 }; /* FMERGE */
enum isa_fswap { ISA_FSWAP_NONE = 0, ISA_FSWAP_NL = 1, ISA_FSWAP_NR = 2 };  /* FSWAP */
enum isa_fmix { ISA_FMIX_LR = 1, ISA_FMIX_R = 2, ISA_FMIX_L = 3 };	    /* FMIX */
enum isa_lr { ISA_LR_R = 0, ISA_LR_L = 1 };	  /* LR: mix, fsxt, pmpy2 */
enum isa_chk { ISA_CHK_NC = 0, ISA_CHK_CLR = 1 }; /* CLR: chk.a */
/* SF: floating-point status field 0..3; EXCL FAULT RAZ FCTYPE PH DH IH.. RET UNS TRUNC: 0, 1 */

/**
 * struct isa_insn - one decoded instruction
 * @raw: the 41 bits of the slot
 * @raw_l: X unit: the 41 bits of the L slot
 * @imm: first immediate, sign-extended and scaled; a branch displacement is in bytes,
 *       from the bundle's address; 64 bits for movl
 * @imm2: second immediate
 * @id: enum isa_id
 * @unit: enum isa_unit
 * @qp: qualifying predicate
 * @r1: first register field (the SDM's r1, f1, b1 ...); which file, the operand kind says
 * @r2: second register field; for indirect branches b2
 * @r3: third register field; for ar3, cr3 the register's number in its file
 * @r4: fourth register field (f4)
 * @p1: first predicate target
 * @p2: second predicate target
 * @pos: deposit, extract, test: bit position; shifts: count
 * @len: deposit, extract: length
 * @c: completers, by the row's completer list, in order
 * @reserved: enum isa_reserved, of an ISA_INVALID encoding
 */
struct isa_insn {
	uint64_t raw;
	uint64_t raw_l;
	int64_t imm;
	int64_t imm2;
	uint16_t id;
	uint8_t unit;
	uint8_t qp;
	uint8_t r1, r2, r3, r4;
	uint8_t p1, p2;
	uint8_t pos, len;
	uint8_t c[4];
	uint8_t reserved;
};

/**
 * isa_decode - decode one slot
 * @insn: filled in whole, also for a reserved encoding
 * @slot: the slot's unit, from the bundle's template; not ISA_SLOT_L
 * @bits: the slot's 41 bits (of slot 2 for ISA_SLOT_X)
 * @l_bits: ISA_SLOT_X: the 41 bits of slot 1; else ignored
 *
 * Return: true; false with insn->id == ISA_INVALID for a reserved encoding.
 */
bool isa_decode(struct isa_insn *insn, enum isa_slot slot, uint64_t bits, uint64_t l_bits);

/**
 * isa_decode_likely - isa_decode(), sooner if the instruction is the one that is expected
 * @likely: its id; ISA_INVALID: none is expected
 */
bool isa_decode_likely(struct isa_insn *insn, enum isa_slot slot, uint64_t bits, uint64_t l_bits,
		       enum isa_id likely);

/**
 * isa_encode - the inverse of isa_decode
 * @insn: id, registers, immediates and completers are read; raw and raw_l give the
 *	  value of the bits that no operand covers (ignored fields), and may be 0
 * @bits: the slot's 41 bits
 * @l_bits: X unit: the L slot's 41 bits; may be NULL for the other units
 *
 * Return: false if an operand does not fit its field.
 */
bool isa_encode(const struct isa_insn *insn, uint64_t *bits, uint64_t *l_bits);

/**
 * isa_encode_imm - give an instruction that was encoded before another first immediate
 * @id: which instruction it is
 * @imm: as struct isa_insn has it
 * @bits: the slot's 41 bits
 * @l_bits: X unit: the L slot's 41 bits; may be NULL for the other units
 *
 * Return: false, and nothing changed, if it has none or @imm does not fit its field.
 */
bool isa_encode_imm(enum isa_id id, int64_t imm, uint64_t *bits, uint64_t *l_bits);

/**
 * isa_print - write an instruction as assembly text, NUL-terminated
 * @buf: where to; may be NULL if @size is 0
 * @size: its size
 * @insn: a decoded instruction
 * @addr: the address of its bundle, for IP-relative targets
 *
 * Never uses a pseudo-op: a row always prints by its own mnemonic.
 * Return: the length of the whole text, which was cut if it is not below @size.
 */
size_t isa_print(char *buf, size_t size, const struct isa_insn *insn, uint64_t addr);

/** isa_name - the row's id as text ("adds", "ld8_fill"), for tables and traces */
const char *isa_name(enum isa_id id);

/** isa_flags - the row's ISA_F_* flags */
uint32_t isa_flags(enum isa_id id);

#endif
