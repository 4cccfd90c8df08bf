/* SPDX-License-Identifier: MIT */
/*
 * Shared by the fp-*.c files only: operand classes, precision descriptors, and
 * the status word in which one operation (or one half of a parallel operation)
 * reports flags, faults and traps before they become an enum fp_outcome.
 */
#ifndef MACHINE_CPU_FP_IMPL_H
#define MACHINE_CPU_FP_IMPL_H

#include "fp.h"

typedef unsigned __int128 u128;

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * Status word: flags in bits 5:0; enabled faults V, D, Z in bits 10:8; the
 * scalar trap bits of ISR.code (14:11) in bits 30:27.
 */
#define FP_ST_FAULT_SHIFT 8
#define FP_ST_FAULTS	  (7u << FP_ST_FAULT_SHIFT)
#define FP_ST_TRAP_SHIFT  16
#define FP_ST_TRAP(isr)	  ((unsigned int)(isr) << FP_ST_TRAP_SHIFT)
#define FP_ST_TRAPS	  (0x7800u << FP_ST_TRAP_SHIFT)

#define FP_SNGL_BIAS_DIFF (FP_EXP_BIAS - 127)

#define FP_QNAN_INDEF ((struct fpreg){ FP_SIG_INT | FP_SIG_QUIET, FP_EXP_ONES, 1 })

/**
 * struct fp_prec - a computation model (SDM vol 1 Table 5-6)
 * @bits: significand precision
 * @emin: smallest normal exponent, as biased in a register
 * @emax: largest finite exponent, likewise
 * @wrap: mask of exponent bits that survive an enabled overflow or underflow
 */
struct fp_prec {
	uint8_t bits;
	int emin, emax;
	unsigned int wrap;
};

extern const struct fp_prec fp_prec_table[3][2][4];
extern const struct fp_prec fp_prec_parallel;

static inline const struct fp_prec *fp_prec_get(const struct fp_env *env, enum fp_pc pc)
{
	return &fp_prec_table[pc][env->wre & 1][env->pc & 3];
}

static inline bool fp_is_normal(const struct fpreg *f)
{
	return f->sig >> 63 && f->exp - 1 < FP_EXP_ONES - 1;
}

static inline bool fp_is_true_zero(const struct fpreg *f)
{
	return !f->sig && !f->exp;
}

/* Zero or pseudo-zero: zero in value. */
static inline bool fp_is_zero(const struct fpreg *f)
{
	return !f->sig && f->exp != FP_EXP_ONES;
}

static inline bool fp_is_unnormal(const struct fpreg *f)
{
	return !fp_is_normal(f) && !fp_is_true_zero(f) && f->exp != FP_EXP_ONES;
}

static inline bool fp_is_inf(const struct fpreg *f)
{
	return f->exp == FP_EXP_ONES && f->sig == FP_SIG_INT;
}

static inline bool fp_is_nan(const struct fpreg *f)
{
	return f->exp == FP_EXP_ONES && f->sig > FP_SIG_INT;
}

static inline bool fp_is_snan(const struct fpreg *f)
{
	return fp_is_nan(f) && !(f->sig & FP_SIG_QUIET);
}

/* Pseudo-NaNs and pseudo-infinities. */
static inline bool fp_is_unsupported(const struct fpreg *f)
{
	return f->exp == FP_EXP_ONES && !(f->sig >> 63);
}

static inline struct fpreg fp_quiet(const struct fpreg *f)
{
	return (struct fpreg){ f->sig | FP_SIG_QUIET, f->exp, f->sign };
}

static inline struct fpreg fp_infinity(uint32_t sign)
{
	return (struct fpreg){ FP_SIG_INT, FP_EXP_ONES, sign };
}

static inline struct fpreg fp_zero(uint32_t sign)
{
	return (struct fpreg){ 0, 0, sign };
}

/* A finite value as sign, unbounded exponent, significand with bit 63 set (or 0). */
struct fp_num {
	uint64_t sig;
	int exp;
	uint32_t sign;
};

/* Exponent 0 holds double-extended denormals, whose scale is that of 0xc001. */
static inline struct fp_num fp_unpack(const struct fpreg *f)
{
	struct fp_num n = { f->sig, f->exp ? (int)f->exp : 0xc001, f->sign };

	if (n.sig && !(n.sig >> 63)) {
		int lz = __builtin_clzll(n.sig);

		n.sig <<= lz;
		n.exp -= lz;
	}
	return n;
}

/* The V, D or Z exceptions @ex: flags if disabled, faults if enabled. */
static inline unsigned int fp_except(const struct fp_env *env, unsigned int ex)
{
	return ex | (ex & ~env->traps) << FP_ST_FAULT_SHIFT;
}

/* The I trap, if enabled; @fpa: the result was made larger in magnitude. */
static inline unsigned int fp_inexact_trap(const struct fp_env *env, bool fpa)
{
	if (env->traps & FP_I)
		return 0;
	return FP_ST_TRAP(FP_ISR_TRAP_I | (fpa ? FP_ISR_TRAP_FPA : 0));
}

unsigned int fp_round(const struct fp_env *env, const struct fp_prec *p, uint32_t sign, int exp,
		      u128 sig, struct fpreg *r);
bool fp_round_up(unsigned int rc, uint32_t sign, bool lsb, bool guard, bool sticky);

/* Turn status words into what the caller of the public functions sees. */
static inline enum fp_outcome fp_finish(struct fp_env *env, unsigned int st)
{
	env->flags = st & 0x3f;
	env->isr = 0;
	if (likely(!(st & (FP_ST_FAULTS | FP_ST_TRAPS))))
		return FP_DONE;
	if (st & FP_ST_FAULTS) {
		env->flags = 0;
		env->isr = (st & FP_ST_FAULTS) >> FP_ST_FAULT_SHIFT;
		return FP_FAULT;
	}
	env->isr = st >> FP_ST_TRAP_SHIFT | FP_ISR_TRAP_FP;
	return FP_TRAP;
}

enum fp_outcome fp_finish_pair(struct fp_env *env, unsigned int hi, unsigned int lo);

/* Signs that make fma, fms or fnma of one core. */
struct fp_fma_signs {
	uint8_t product, addend;
};

#define FP_SIGNS_FMA  ((struct fp_fma_signs){ 0, 0 })
#define FP_SIGNS_FMS  ((struct fp_fma_signs){ 0, 1 })
#define FP_SIGNS_FNMA ((struct fp_fma_signs){ 1, 0 })

/* Cores on one operand set, for the scalar and the parallel instructions. */
unsigned int fp_fma_core(const struct fp_env *env, const struct fp_prec *p, struct fp_fma_signs s,
			 struct fpreg *r, const struct fpreg *f3, const struct fpreg *f4,
			 const struct fpreg *f2);
bool fp_recip_special(const struct fp_env *env, struct fpreg *r, const struct fpreg *f2,
		      const struct fpreg *f3, unsigned int *st);
bool fp_rsqrt_invalid(const struct fp_env *env, struct fpreg *r, const struct fpreg *f3,
		      unsigned int *st);
struct fpreg fp_recip_approx(const struct fp_num *den);
struct fpreg fp_rsqrt_approx(const struct fp_num *f);
unsigned int fp_cmp_core(const struct fp_env *env, enum fp_rel rel, const struct fpreg *f2,
			 const struct fpreg *f3, bool *res);
unsigned int fp_minmax_core(const struct fp_env *env, enum fp_minmax op, struct fpreg *r,
			    const struct fpreg *f2, const struct fpreg *f3);
unsigned int fp_fcvt_core(const struct fp_env *env, enum fp_cvt op, unsigned int width, uint64_t *r,
			  const struct fpreg *f2);

#endif
