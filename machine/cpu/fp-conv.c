// SPDX-License-Identifier: MIT
/*
 * Conversions between reals and integers (SDM vol 3 fcvt.fx, fcvt.xf) and
 * between register and memory formats (SDM vol 1 §5.3). Memory conversions are
 * bit moves without rounding or exceptions, as the load and store unit does them.
 */
#include "fp-impl.h"

/* |@n| rounded to an integer below 2^65, @n being below 2^64. */
static u128 round_to_int(unsigned int rc, const struct fp_num *n, bool *up, bool *inexact)
{
	int shift = (int)FP_EXP_INTEGER - n->exp;
	u128 fixed = (u128)n->sig << 64;
	bool lost = false;
	uint64_t frac;

	if (shift >= 128) {
		lost = true;
		fixed = 0;
	} else if (shift) {
		lost = fixed << (128 - shift);
		fixed >>= shift;
	}
	frac = fixed;
	*inexact = frac || lost;
	*up = fp_round_up(rc, n->sign, fixed >> 64 & 1, frac >> 63, frac << 1 || lost);
	return (fixed >> 64) + *up;
}

/**
 * fp_fcvt_core - real to integer of @width 64 or 32 bits
 *
 * Out of range, judged after rounding, is invalid and gives the integer
 * indefinite; it comes before the denormal/unnormal operand exception.
 */
unsigned int fp_fcvt_core(const struct fp_env *env, enum fp_cvt op, unsigned int width, uint64_t *r,
			  const struct fpreg *f2)
{
	bool is_signed = op == FP_FX || op == FP_FX_TRUNC;
	bool trunc = op == FP_FX_TRUNC || op == FP_FXU_TRUNC;
	struct fp_num n = fp_unpack(f2);
	bool up = false, inexact = false;
	unsigned int st = 0;
	u128 mag = 0, limit;

	*r = 1ull << (width - 1);
	if (f2->exp == FP_EXP_ONES || (n.sig && n.exp > (int)FP_EXP_INTEGER))
		return fp_except(env, FP_V);
	if (n.sig)
		mag = round_to_int(trunc ? FP_RC_ZERO : env->rc, &n, &up, &inexact);
	if (is_signed)
		limit = ((u128)1 << (width - 1)) - !n.sign;
	else
		limit = n.sign ? 0 : ((u128)1 << width) - 1;
	if (mag > limit)
		return fp_except(env, FP_V);
	if (fp_is_unnormal(f2))
		st = fp_except(env, FP_D);
	if (st & FP_ST_FAULTS)
		return st;
	*r = n.sign ? -(uint64_t)mag : (uint64_t)mag;
	if (inexact)
		st |= FP_I | fp_inexact_trap(env, up);
	return st;
}

enum fp_outcome fp_fcvt_fx(struct fp_env *env, enum fp_cvt op, struct fpreg *f1,
			   const struct fpreg *f2)
{
	enum fp_outcome out;
	uint64_t r;

	if (fp_is_natval(f2)) {
		*f1 = FP_REG_NATVAL;
		return fp_finish(env, 0);
	}
	out = fp_finish(env, fp_fcvt_core(env, op, 64, &r, f2));
	if (out != FP_FAULT)
		*f1 = fp_from_sig(r);
	return out;
}

struct fpreg fp_fcvt_xf(const struct fpreg *f2)
{
	struct fpreg r = { f2->sig, FP_EXP_INTEGER, f2->sig >> 63 };
	int lz;

	if (fp_is_natval(f2))
		return FP_REG_NATVAL;
	if (!r.sig)
		return FP_REG_ZERO;
	if (r.sign)
		r.sig = -r.sig;
	lz = __builtin_clzll(r.sig);
	r.sig <<= lz;
	r.exp -= lz;
	return r;
}

/* Single and double share one shape: @ebits of exponent over @fbits of fraction. */
static inline struct fpreg from_ieee(uint64_t v, unsigned int ebits, unsigned int fbits)
{
	uint32_t ones = (1u << ebits) - 1, bias = ones >> 1;
	uint32_t exp = v >> fbits & ones;
	struct fpreg f;

	f.sign = v >> (ebits + fbits) & 1;
	f.sig = v << (63 - fbits) & (FP_SIG_INT - 1);
	if (exp == ones) {
		f.exp = FP_EXP_ONES;
		f.sig |= FP_SIG_INT;
	} else if (exp) {
		f.exp = exp + FP_EXP_BIAS - bias;
		f.sig |= FP_SIG_INT;
	} else {
		/* Denormals keep their scale and stay unnormal; zero is the true zero. */
		f.exp = f.sig ? 1 + FP_EXP_BIAS - bias : 0;
	}
	return f;
}

struct fpreg fp_from_single(uint32_t v)
{
	return from_ieee(v, 8, 23);
}

struct fpreg fp_from_double(uint64_t v)
{
	return from_ieee(v, 11, 52);
}

struct fpreg fp_from_ext(uint64_t sig, uint16_t se)
{
	uint32_t exp = se & 0x7fff;

	if (exp == 0x7fff)
		exp = FP_EXP_ONES;
	else if (exp)
		exp += FP_EXP_BIAS - 0x3fff;
	return (struct fpreg){ sig, exp, se >> 15 };
}

uint32_t fp_to_single(const struct fpreg *f)
{
	uint32_t exp = f->sig >> 63 ? f->exp >> 16 << 7 | (f->exp & 0x7f) : 0;

	return f->sign << 31 | exp << 23 | (f->sig >> 40 & 0x7fffff);
}

uint64_t fp_to_double(const struct fpreg *f)
{
	uint64_t exp = f->sig >> 63 ? f->exp >> 16 << 10 | (f->exp & 0x3ff) : 0;

	return (uint64_t)f->sign << 63 | exp << 52 | (f->sig >> 11 & 0xfffffffffffffull);
}

void fp_to_ext(const struct fpreg *f, uint64_t *sig, uint16_t *se)
{
	*sig = f->sig;
	*se = f->sign << 15 | f->exp >> 16 << 14 | (f->exp & 0x3fff);
}
