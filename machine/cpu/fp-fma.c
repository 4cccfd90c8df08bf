// SPDX-License-Identifier: MIT
/*
 * Fused multiply-add in its three signs (SDM vol 3 fma, fms, fnma), exact before
 * one rounding. The common case, normal operands and an in-range result, is one
 * 64x64 multiplication and one 128-bit add; everything else branches off early.
 */
#include <assert.h>

#include "fp-impl.h"

/*
 * Operands of which one at least is infinite, NaN or unsupported. Priorities as
 * SDM vol 1 Figure 5-11: unsupported, NaN (f4, then f2, then f3), other invalid,
 * then denormal/unnormal. @f2 is never NULL here.
 */
static unsigned int fma_special(const struct fp_env *env, struct fp_fma_signs s, struct fpreg *r,
				const struct fpreg *f3, const struct fpreg *f4,
				const struct fpreg *f2)
{
	uint32_t psign = f3->sign ^ f4->sign ^ s.product;
	uint32_t asign = f2->sign ^ s.addend;
	bool pinf = fp_is_inf(f3) || fp_is_inf(f4);

	if (fp_is_unsupported(f3) || fp_is_unsupported(f4) || fp_is_unsupported(f2))
		goto invalid;
	if (fp_is_nan(f4) || fp_is_nan(f2) || fp_is_nan(f3)) {
		bool snan = fp_is_snan(f4) || fp_is_snan(f2) || fp_is_snan(f3);

		*r = fp_quiet(fp_is_nan(f4) ? f4 : fp_is_nan(f2) ? f2 : f3);
		return snan ? fp_except(env, FP_V) : 0;
	}
	/* A pseudo-zero times infinity is infinity (SDM vol 1 §5.1.3). */
	if (pinf && (fp_is_true_zero(f3) || fp_is_true_zero(f4)))
		goto invalid;
	if (pinf && fp_is_inf(f2) && psign != asign)
		goto invalid;
	*r = fp_infinity(pinf ? psign : asign);
	if (fp_is_unnormal(f3) || fp_is_unnormal(f4) || fp_is_unnormal(f2))
		return fp_except(env, FP_D);
	return 0;
invalid:
	*r = FP_QNAN_INDEF;
	return fp_except(env, FP_V);
}

/* A significand, its exponent, and whether anything below was lost. */
struct sum {
	u128 sig;
	int exp;
	bool sticky;
};

static inline u128 shift_sticky(u128 v, int by, bool *sticky)
{
	if (by >= 128) {
		*sticky = v != 0;
		return 0;
	}
	*sticky = by && v << (128 - by);
	return v >> by;
}

/* |a| + |b|, with a's exponent not less than b's by @d >= 0. */
static inline struct sum add_mag(u128 a, int exp, u128 b, int d)
{
	struct sum r = { .exp = exp };

	b = shift_sticky(b, d, &r.sticky);
	r.sig = a + b;
	if (r.sig < a) {
		r.sticky |= r.sig & 1;
		r.sig = r.sig >> 1 | (u128)1 << 127;
		r.exp++;
	}
	return r;
}

static inline int clz128(u128 v)
{
	uint64_t hi = v >> 64;

	return hi ? __builtin_clzll(hi) : 64 + __builtin_clzll((uint64_t)v);
}

/*
 * |a| - |b|, a being the larger; both have bit 127 set. What is shifted out of b
 * turns the difference into floor + sticky. Only a shift by one can lose a bit
 * and cancel deeply too: then the lost half is shifted back in, exactly.
 */
static inline struct sum sub_mag(u128 a, int exp, u128 b, int d)
{
	struct sum r = { .exp = exp };
	int lz;

	b = shift_sticky(b, d, &r.sticky);
	r.sig = a - b - r.sticky;
	if (d == 1 && !(r.sig >> 127)) {
		r.sig = r.sig << 1 | r.sticky;
		r.exp--;
		r.sticky = false;
	}
	if (!r.sig)
		return r;
	lz = clz128(r.sig);
	r.sig <<= lz;
	r.exp -= lz;
	return r;
}

/* The sum of two nonzero numbers, rounded; exact zeros get the sign of SDM vol 1 §5.4. */
static inline unsigned int add_round(const struct fp_env *env, const struct fp_prec *p,
				     uint32_t psign, int pexp, u128 prod, uint32_t asign,
				     const struct fp_num *add, struct fpreg *r)
{
	u128 addend = (u128)add->sig << 64;
	int d = pexp - add->exp;
	uint32_t sign = psign;
	struct sum s;

	if (psign == asign) {
		s = d >= 0 ? add_mag(prod, pexp, addend, d) : add_mag(addend, add->exp, prod, -d);
	} else if (d > 0 || (!d && prod >= addend)) {
		s = sub_mag(prod, pexp, addend, d);
	} else {
		s = sub_mag(addend, add->exp, prod, -d);
		sign = asign;
	}
	if (unlikely(!s.sig)) {
		*r = fp_zero(env->rc == FP_RC_DOWN);
		return 0;
	}
	return fp_round(env, p, sign, s.exp, s.sig | s.sticky, r);
}

/* A zero product: the addend alone, or the sum of two zeros. */
static unsigned int fma_zero_product(const struct fp_env *env, const struct fp_prec *p,
				     uint32_t psign, uint32_t asign, const struct fp_num *add,
				     struct fpreg *r)
{
	if (add->sig)
		return fp_round(env, p, asign, add->exp, (u128)add->sig << 64, r);
	*r = fp_zero(psign == asign ? psign : env->rc == FP_RC_DOWN);
	return 0;
}

/**
 * fp_fma_core - one multiply-add, no NaTVals; @f2 is NULL for FR 0
 */
unsigned int fp_fma_core(const struct fp_env *env, const struct fp_prec *p, struct fp_fma_signs s,
			 struct fpreg *r, const struct fpreg *f3, const struct fpreg *f4,
			 const struct fpreg *f2)
{
	static const struct fpreg fr0 = { 0, 0, 0 };
	const struct fpreg *add = f2 ? f2 : &fr0;
	struct fp_num a, b, c;
	uint32_t psign = f3->sign ^ f4->sign ^ s.product;
	uint32_t asign = add->sign ^ s.addend;
	unsigned int st = 0;
	u128 prod;
	int exp;

	if (unlikely(!fp_is_normal(f3) || !fp_is_normal(f4) || !fp_is_normal(add))) {
		if (f3->exp == FP_EXP_ONES || f4->exp == FP_EXP_ONES || add->exp == FP_EXP_ONES)
			return fma_special(env, s, r, f3, f4, add);
		if (fp_is_unnormal(f3) || fp_is_unnormal(f4) || fp_is_unnormal(add))
			st = fp_except(env, FP_D);
		if (st & FP_ST_FAULTS)
			return st;
	}
	a = fp_unpack(f3);
	b = fp_unpack(f4);
	c = fp_unpack(add);
	prod = (u128)a.sig * b.sig;
	if (unlikely(!prod)) {
		if (!f2) {
			*r = fp_zero(psign);
			return st;
		}
		return st | fma_zero_product(env, p, psign, asign, &c, r);
	}
	exp = a.exp + b.exp - (int)FP_EXP_BIAS;
	if (prod >> 127)
		exp++;
	else
		prod <<= 1;
	if (!c.sig)
		return st | fp_round(env, p, psign, exp, prod, r);
	return st | add_round(env, p, psign, exp, prod, asign, &c, r);
}

static inline enum fp_outcome fma_scalar(struct fp_env *env, enum fp_pc pc, struct fp_fma_signs s,
					 struct fpreg *f1, const struct fpreg *f3,
					 const struct fpreg *f4, const struct fpreg *f2)
{
	struct fpreg r;
	enum fp_outcome out;

	if (unlikely(fp_is_natval(f3) || fp_is_natval(f4) || (f2 && fp_is_natval(f2)))) {
		*f1 = FP_REG_NATVAL;
		return fp_finish(env, 0);
	}
	out = fp_finish(env, fp_fma_core(env, fp_prec_get(env, pc), s, &r, f3, f4, f2));
	if (out != FP_FAULT)
		*f1 = r;
	return out;
}

enum fp_outcome fp_fma(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
		       const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_scalar(env, pc, FP_SIGNS_FMA, f1, f3, f4, f2);
}

enum fp_outcome fp_fms(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
		       const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_scalar(env, pc, FP_SIGNS_FMS, f1, f3, f4, f2);
}

enum fp_outcome fp_fnma(struct fp_env *env, enum fp_pc pc, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_scalar(env, pc, FP_SIGNS_FNMA, f1, f3, f4, f2);
}
