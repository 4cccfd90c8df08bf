/* SPDX-License-Identifier: MIT */
/*
 * IA-64 floating-point arithmetic as pure functions of operands and controls.
 *
 * Nothing here knows the CPU state: callers decode one status field of ar.fpsr
 * into a struct fp_env, call, and act on the enum fp_outcome. Every operand
 * encoding (denormals, unnormals, pseudo-zeros, NaNs, unsupported, NaTVal) is
 * completed here; a Software Assist fault or trap is never requested, which
 * SDM vol 1 §5.4.1 allows. Disabled-FP and illegal-target checks, PSR.mfl/mfh
 * and predicate writes stay with the caller.
 */
#ifndef MACHINE_CPU_FP_H
#define MACHINE_CPU_FP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct fpreg - one floating-point register (SDM vol 1 §5.1.2)
 * @sig:  significand, integer bit explicit in bit 63
 * @exp:  17-bit exponent, biased by 0xffff
 * @sign: 0 or 1
 */
struct fpreg {
	uint64_t sig;
	uint32_t exp;
	uint32_t sign;
};

#define FP_EXP_BIAS    0xffffu
#define FP_EXP_ONES    0x1ffffu /* infinities, NaNs, unsupported */
#define FP_EXP_NATVAL  0x1fffeu
#define FP_EXP_INTEGER 0x1003eu /* integers and parallel pairs */
#define FP_SIG_INT     0x8000000000000000ull
#define FP_SIG_QUIET   0x4000000000000000ull

#define FP_REG_ZERO   ((struct fpreg){ 0, 0, 0 })
#define FP_REG_ONE    ((struct fpreg){ FP_SIG_INT, FP_EXP_BIAS, 0 })
#define FP_REG_NATVAL ((struct fpreg){ 0, FP_EXP_NATVAL, 0 })

/* Exception bits, in the order of both FPSR.traps and FPSR.sfN.flags. */
enum fp_flag {
	FP_V = 1 << 0, /* invalid operation */
	FP_D = 1 << 1, /* denormal/unnormal operand */
	FP_Z = 1 << 2, /* zero divide */
	FP_O = 1 << 3, /* overflow */
	FP_U = 1 << 4, /* underflow */
	FP_I = 1 << 5, /* inexact */
};

/* FPSR.sfN.rc */
enum fp_rc { FP_RC_NEAREST, FP_RC_DOWN, FP_RC_UP, FP_RC_ZERO };

/* The precision completer of an instruction: none (dynamic), .s or .d. */
enum fp_pc { FP_PC_NONE, FP_PC_S, FP_PC_D };

/**
 * enum fp_outcome - what the caller has to do after an operation
 * @FP_DONE:  write the result, commit the flags
 * @FP_FAULT: Floating-point Fault with fp_env.isr as ISR.code; results and
 *            flags have not been produced (fp_env.flags is 0)
 * @FP_TRAP:  write the result, commit the flags, then Floating-point Trap with
 *            fp_env.isr as ISR.code
 */
enum fp_outcome { FP_DONE, FP_FAULT, FP_TRAP };

/*
 * ISR.code at FP faults and traps (SDM vol 2 §8.3, vectors 0x5c00 and 0x5d00).
 * The scalar bits serve scalar instructions and the high half of parallel ones.
 */
enum {
	FP_ISR_FAULT_V = 1 << 0,
	FP_ISR_FAULT_D = 1 << 1,
	FP_ISR_FAULT_Z = 1 << 2,
	FP_ISR_FAULT_SWA = 1 << 3, /* never raised */
	FP_ISR_FAULT_LO_SHIFT = 4, /* low half: the same three bits, higher */

	FP_ISR_TRAP_FP = 1 << 0, /* "this is an FP trap", among ss, tb, lp */
	FP_ISR_TRAP_LO_SHIFT = 7,
	FP_ISR_TRAP_O = 1 << 11,
	FP_ISR_TRAP_U = 1 << 12,
	FP_ISR_TRAP_I = 1 << 13,
	FP_ISR_TRAP_FPA = 1 << 14,
};

/**
 * struct fp_env - controls of one status field, and what an operation did
 * @rc:    rounding control, enum fp_rc
 * @pc:    dynamic precision control: 0 single, 2 double, 3 double-extended
 * @wre:   widest-range exponent
 * @ftz:   flush tiny results to zero (effective while underflow is disabled)
 * @td:    traps disabled; already folded into @traps
 * @traps: enum fp_flag bits whose fault or trap is DISABLED (as FPSR.traps)
 * @flags: out: enum fp_flag bits to be ORed into FPSR.sfN.flags
 * @isr:   out: ISR.code when the outcome is a fault or a trap
 *
 * Operations write @flags and @isr and never read them; one env can be reused.
 */
struct fp_env {
	uint8_t rc, pc, wre, ftz, td;
	uint8_t traps;
	uint8_t flags;
	uint16_t isr;
};

/* ---- ar.fpsr (SDM vol 1 §5.2) ------------------------------------------- */

#define FPSR_SF_SHIFT(sf) (6 + 13 * (sf))
#define FPSR_SF_CONTROLS  0x7full /* ftz wre pc:2 rc:2 td */
#define FPSR_SF_FLAGS	  (0x3full << 7)

/* The application-environment value: sf0 double-extended, sf1 wre+td, all traps disabled. */
#define FPSR_DEFAULT 0x0009804c0270033full

/**
 * fp_env_get - decode status field @sf (0..3) of @fpsr
 */
struct fp_env fp_env_get(uint64_t fpsr, unsigned int sf);

/**
 * fp_env_commit - @fpsr with the flags of @env accumulated into field @sf
 */
static inline uint64_t fp_env_commit(uint64_t fpsr, unsigned int sf, const struct fp_env *env)
{
	return fpsr | (uint64_t)env->flags << (FPSR_SF_SHIFT(sf) + 7);
}

/**
 * fp_fpsr_valid - false if @fpsr has a reserved bit or a reserved pc value set,
 * that is if writing it is a Reserved Register/Field fault
 */
bool fp_fpsr_valid(uint64_t fpsr);

/**
 * fp_fsetc - the FPSR after fsetc.sf amask7, omask7
 *
 * The result must be checked with fp_fpsr_valid() before it is written.
 */
uint64_t fp_fsetc(uint64_t fpsr, unsigned int sf, unsigned int amask7, unsigned int omask7);

/** fp_fclrf - the FPSR after fclrf.sf */
uint64_t fp_fclrf(uint64_t fpsr, unsigned int sf);

/** fp_fchkf - true if fchkf.sf takes its (speculation fault) branch */
bool fp_fchkf(uint64_t fpsr, unsigned int sf);

/* ---- classification ----------------------------------------------------- */

static inline bool fp_is_natval(const struct fpreg *f)
{
	return f->exp == FP_EXP_NATVAL && !f->sig && !f->sign;
}

/* fclass9 mask bits (SDM vol 3 fclass) */
enum {
	FCLASS_POS = 0x001,
	FCLASS_NEG = 0x002,
	FCLASS_ZERO = 0x004,
	FCLASS_UNORM = 0x008,
	FCLASS_NORM = 0x010,
	FCLASS_INF = 0x020,
	FCLASS_SNAN = 0x040,
	FCLASS_QNAN = 0x080,
	FCLASS_NAT = 0x100,
};

/**
 * fp_fclass - fclass.m; @p1 and @p2 are both false for an unmatched NaTVal
 * @mask: fclass9 with @nat in bit 8, @qnan in bit 7 ..., as FCLASS_*
 */
void fp_fclass(const struct fpreg *f2, unsigned int mask, bool *p1, bool *p2);

/* ---- scalar arithmetic -------------------------------------------------- */

/*
 * f1 = ±(f3 * f4) ± f2. Pass @f2 as NULL when the instruction names FR 0: the
 * addition is then not done at all, which keeps the sign of a zero product
 * (SDM vol 3 fma). Sources may alias @f1.
 */
enum fp_outcome fp_fma(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
		       const struct fpreg *f4, const struct fpreg *f2);
enum fp_outcome fp_fms(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
		       const struct fpreg *f4, const struct fpreg *f2);
enum fp_outcome fp_fnma(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2);

/**
 * fp_frcpa - f1 = approximation of 1/f3, or the IEEE quotient f2/f3
 * @p2: out: true if @f1 is the approximation
 *
 * Where a processor would take a Software Assist fault, near the ends of the
 * 17-bit range, @f1 is the quotient rounded in the dynamic precision of the
 * status field and @p2 is false; only then can the outcome be a trap. The same
 * holds for fp_frsqrta().
 */
enum fp_outcome fp_frcpa(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f2,
			 const struct fpreg *f3);

/**
 * fp_frsqrta - f1 = approximation of 1/sqrt(f3), or the IEEE sqrt(f3)
 * @p2: out: true if @f1 is the approximation
 */
enum fp_outcome fp_frsqrta(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f3);

/* Relations; the pseudo-ops (gt, ge, neq ...) are had by swapping, complementing. */
enum fp_rel {
	FP_REL_EQ,
	FP_REL_LT,
	FP_REL_LE,
	FP_REL_UNORD,
	FP_REL_NEQ,
	FP_REL_NLT,
	FP_REL_NLE,
	FP_REL_ORD,
};

/**
 * fp_fcmp - compare; both predicates are false if a source is NaTVal
 *
 * The .unc clearing when the qualifying predicate is false is the caller's.
 */
enum fp_outcome fp_fcmp(struct fp_env *env, enum fp_rel rel, const struct fpreg *f2,
			const struct fpreg *f3, bool *p1, bool *p2);

enum fp_minmax { FP_MIN, FP_MAX, FP_AMIN, FP_AMAX };

enum fp_outcome fp_fminmax(struct fp_env *env, enum fp_minmax op, struct fpreg *f1,
			   const struct fpreg *f2, const struct fpreg *f3);

enum fp_cvt { FP_FX, FP_FXU, FP_FX_TRUNC, FP_FXU_TRUNC };

enum fp_outcome fp_fcvt_fx(struct fp_env *env, enum fp_cvt op, struct fpreg *f1,
			   const struct fpreg *f2);

/** fp_fcvt_xf - signed 64-bit integer in the significand to an exact real */
struct fpreg fp_fcvt_xf(const struct fpreg *f2);

/* ---- parallel single precision ------------------------------------------ */

enum fp_outcome fp_fpma(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2);
enum fp_outcome fp_fpms(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2);
enum fp_outcome fp_fpnma(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			 const struct fpreg *f4, const struct fpreg *f2);
enum fp_outcome fp_fprcpa(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f2,
			  const struct fpreg *f3);
enum fp_outcome fp_fprsqrta(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f3);
enum fp_outcome fp_fpcmp(struct fp_env *env, enum fp_rel rel, struct fpreg *f1,
			 const struct fpreg *f2, const struct fpreg *f3);
enum fp_outcome fp_fpminmax(struct fp_env *env, enum fp_minmax op, struct fpreg *f1,
			    const struct fpreg *f2, const struct fpreg *f3);
enum fp_outcome fp_fpcvt_fx(struct fp_env *env, enum fp_cvt op, struct fpreg *f1,
			    const struct fpreg *f2);

/* ---- operations without exceptions -------------------------------------- */

enum fp_xma { FP_XMA_L, FP_XMA_H, FP_XMA_HU };

/** fp_xma - 64-bit integer f3 * f4 + f2 on significands, low or high part */
struct fpreg fp_xma(enum fp_xma op, const struct fpreg *f3, const struct fpreg *f4,
		    const struct fpreg *f2);

enum fp_merge { FP_MERGE_S, FP_MERGE_NS, FP_MERGE_SE };

struct fpreg fp_fmerge(enum fp_merge op, const struct fpreg *f2, const struct fpreg *f3);
struct fpreg fp_fpmerge(enum fp_merge op, const struct fpreg *f2, const struct fpreg *f3);

/* Two-source operations on significands (F9 formats of SDM vol 3 §4.6). */
enum fp_pair {
	FP_MIX_L,
	FP_MIX_R,
	FP_MIX_LR,
	FP_SXT_L,
	FP_SXT_R,
	FP_SWAP,
	FP_SWAP_NL,
	FP_SWAP_NR,
	FP_PACK,
	FP_AND,
	FP_ANDCM,
	FP_OR,
	FP_XOR,
};

struct fpreg fp_pair(enum fp_pair op, const struct fpreg *f2, const struct fpreg *f3);

/** fp_fselect - bit by bit, f3 where f2 is 1, f4 where it is 0 */
struct fpreg fp_fselect(const struct fpreg *f3, const struct fpreg *f4, const struct fpreg *f2);

/* ---- memory formats (SDM vol 1 §5.3) and getf/setf ---------------------- */

/*
 * Values are numbers, not bytes: byte order is the memory unit's. A NaTVal must
 * be kept from every fp_to_* except fp_to_spill() (NaT consumption, or a NaT bit
 * for getf). fp_from_single/double also serve setf.s/.d, fp_to_* getf.s/.d.
 */
struct fpreg fp_from_single(uint32_t v);
struct fpreg fp_from_double(uint64_t v);
/* 10-byte memory format: @sig is bytes 0-7, @se (sign and exponent) bytes 8-9. */
struct fpreg fp_from_ext(uint64_t sig, uint16_t se);
uint32_t fp_to_single(const struct fpreg *f);
uint64_t fp_to_double(const struct fpreg *f);
void fp_to_ext(const struct fpreg *f, uint64_t *sig, uint16_t *se);

/* 8-byte integers (ldf8, stf8, setf.sig) and parallel pairs (ldfps is two singles). */
static inline struct fpreg fp_from_sig(uint64_t v)
{
	return (struct fpreg){ v, FP_EXP_INTEGER, 0 };
}

static inline uint64_t fp_to_sig(const struct fpreg *f)
{
	return f->sig;
}

/* setf.exp: significand 1.0, sign and exponent from bits 17 and 16:0 of @v. */
static inline struct fpreg fp_from_exp(uint64_t v)
{
	return (struct fpreg){ FP_SIG_INT, v & FP_EXP_ONES, v >> 17 & 1 };
}

static inline uint64_t fp_to_exp(const struct fpreg *f)
{
	return (uint64_t)f->sign << 17 | f->exp;
}

/* 16-byte spill/fill format: @lo is the significand, @hi holds exponent and sign. */
static inline struct fpreg fp_from_spill(uint64_t lo, uint64_t hi)
{
	return (struct fpreg){ lo, hi & FP_EXP_ONES, hi >> 17 & 1 };
}

static inline void fp_to_spill(const struct fpreg *f, uint64_t *lo, uint64_t *hi)
{
	*lo = f->sig;
	*hi = fp_to_exp(f);
}

#endif
