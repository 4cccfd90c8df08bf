// SPDX-License-Identifier: MIT
/*
 * frcpa and frsqrta (SDM vol 3): the architected approximations, and the IEEE
 * quotient or square root where the operands are special or where a real
 * processor would ask software for assistance. The approximation tables are not
 * stored: each entry is the value at the middle of its interval, rounded to
 * nearest, which the formulas below give for all 256 entries of both tables.
 */
#include <assert.h>

#include "fp-impl.h"

/* RECIP_TABLE: 1.f of 2/x at the middle of the interval of the top 8 fraction bits. */
static unsigned int recip_entry(unsigned int i)
{
	unsigned int d = 513 + 2 * i;

	return (2 * (1u << 20) + d) / (2 * d);
}

/*
 * RECIP_SQRT_TABLE: i is the low exponent bit and the top 7 fraction bits. The
 * largest t for which t - 1/2 <= 2^15 / sqrt(m), as t is in [2^10, 2^11).
 */
static unsigned int rsqrt_entry(unsigned int i)
{
	uint64_t m = (257 + 2 * (i & 127)) << (i < 128);
	unsigned int t = 1 << 10, bit;

	for (bit = 1 << 9; bit; bit >>= 1) {
		uint64_t twice = 2 * (t | bit) - 1;

		if (twice * twice * m <= 1ull << 32)
			t |= bit;
	}
	return t;
}

struct fpreg fp_recip_approx(const struct fp_num *den)
{
	uint64_t entry = recip_entry(den->sig >> 55 & 0xff);

	return (struct fpreg){ entry << 53, FP_EXP_ONES - 2 - den->exp, den->sign };
}

struct fpreg fp_rsqrt_approx(const struct fp_num *f)
{
	uint64_t entry = rsqrt_entry((f->exp & 1) << 7 | (f->sig >> 56 & 0x7f));

	return (struct fpreg){ entry << 53, 0xfffe - ((f->exp - (int)FP_EXP_BIAS) >> 1), 0 };
}

/**
 * fp_recip_special - operands whose quotient is known without dividing
 * @st: out: status word, in either case
 *
 * Return: true if @r is the result (or @st a fault).
 */
bool fp_recip_special(const struct fp_env *env, struct fpreg *r, const struct fpreg *f2,
		      const struct fpreg *f3, unsigned int *st)
{
	uint32_t sign = f2->sign ^ f3->sign;
	bool inf2 = fp_is_inf(f2), inf3 = fp_is_inf(f3);

	*st = 0;
	if (!fp_is_unsupported(f2) && !fp_is_unsupported(f3) && (fp_is_nan(f2) || fp_is_nan(f3))) {
		*r = fp_quiet(fp_is_nan(f2) ? f2 : f3);
		if (fp_is_snan(f2) || fp_is_snan(f3))
			*st = fp_except(env, FP_V);
		return true;
	}
	if (fp_is_unsupported(f2) || fp_is_unsupported(f3) || (inf2 && inf3) ||
	    (fp_is_zero(f2) && fp_is_zero(f3))) {
		*r = FP_QNAN_INDEF;
		*st = fp_except(env, FP_V);
		return true;
	}
	if (!inf2 && fp_is_zero(f3)) {
		*r = fp_infinity(sign);
		*st = fp_except(env, FP_Z);
		return true;
	}
	if (fp_is_unnormal(f2) || fp_is_unnormal(f3))
		*st = fp_except(env, FP_D);
	if (inf2)
		*r = fp_infinity(sign);
	else
		*r = fp_zero(sign);
	return (*st & FP_ST_FAULTS) || inf2 || inf3 || fp_is_zero(f2);
}

/* The correctly rounded quotient, in the dynamic precision of the status field. */
static unsigned int divide(const struct fp_env *env, const struct fp_num *n, const struct fp_num *d,
			   struct fpreg *r)
{
	int exp = n->exp - d->exp + (int)FP_EXP_BIAS;
	u128 num = (u128)n->sig << 63;
	uint64_t q1, q2;

	if (n->sig < d->sig) {
		num <<= 1;
		exp--;
	}
	q1 = num / d->sig;
	num = num % d->sig << 64;
	q2 = num / d->sig;
	q2 |= num % d->sig != 0;
	return fp_round(env, fp_prec_get(env, FP_PC_NONE), n->sign ^ d->sign, exp,
			(u128)q1 << 64 | q2, r);
}

/*
 * True where 1/f3 or the iterations on it would leave the 17-bit range, so that
 * the approximation may not be delivered (the processor's Software Assist limits).
 */
static bool frcpa_limits(const struct fp_num *n, const struct fp_num *d)
{
	int est = n->exp - d->exp;

	return d->exp <= 0 || d->exp >= 0x1fffc || est <= 2 - 0xffff || est >= 0xffff ||
	       n->exp <= 64;
}

enum fp_outcome fp_frcpa(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f2,
			 const struct fpreg *f3)
{
	enum fp_outcome out;
	struct fp_num n, d;
	unsigned int st;
	struct fpreg r;
	bool approx = false;

	if (fp_is_natval(f2) || fp_is_natval(f3)) {
		*f1 = FP_REG_NATVAL;
		*p2 = false;
		return fp_finish(env, 0);
	}
	if (!fp_recip_special(env, &r, f2, f3, &st)) {
		n = fp_unpack(f2);
		d = fp_unpack(f3);
		approx = !frcpa_limits(&n, &d);
		if (approx)
			r = fp_recip_approx(&d);
		else
			st |= divide(env, &n, &d, &r);
	}
	out = fp_finish(env, st);
	if (out != FP_FAULT) {
		*f1 = r;
		*p2 = approx;
	}
	return out;
}

/**
 * fp_rsqrt_invalid - NaNs, unsupported and negative operands
 *
 * Return: true if @r is the result (or @st a fault).
 */
bool fp_rsqrt_invalid(const struct fp_env *env, struct fpreg *r, const struct fpreg *f3,
		      unsigned int *st)
{
	*st = 0;
	if (fp_is_nan(f3)) {
		*r = fp_quiet(f3);
		if (fp_is_snan(f3))
			*st = fp_except(env, FP_V);
		return true;
	}
	if (fp_is_unsupported(f3) || (f3->sign && !fp_is_zero(f3))) {
		*r = FP_QNAN_INDEF;
		*st = fp_except(env, FP_V);
		return true;
	}
	if (fp_is_unnormal(f3))
		*st = fp_except(env, FP_D);
	return *st & FP_ST_FAULTS;
}

/* The correctly rounded square root, in the dynamic precision of the status field. */
static unsigned int square_root(const struct fp_env *env, const struct fp_num *f, struct fpreg *r)
{
	int e = f->exp - (int)FP_EXP_BIAS;
	/* An even exponent leaves sig in [1,2), an odd one gives [2,4): root in [1,2). */
	u128 m = (u128)f->sig << (63 + (e & 1));
	uint64_t root = 0;
	u128 rem;
	int bit;

	for (bit = 63; bit >= 0; bit--) {
		uint64_t t = root | 1ull << bit;

		if ((u128)t * t <= m)
			root = t;
	}
	assert(root >> 63);
	rem = m - (u128)root * root;
	return fp_round(env, fp_prec_get(env, FP_PC_NONE), 0, (e >> 1) + (int)FP_EXP_BIAS,
			(u128)root << 64 | (u128)(rem > root) << 63 | (rem != 0), r);
}

enum fp_outcome fp_frsqrta(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f3)
{
	enum fp_outcome out;
	struct fp_num n;
	unsigned int st;
	struct fpreg r;
	bool approx = false;

	if (fp_is_natval(f3)) {
		*f1 = FP_REG_NATVAL;
		*p2 = false;
		return fp_finish(env, 0);
	}
	if (!fp_rsqrt_invalid(env, &r, f3, &st)) {
		n = fp_unpack(f3);
		if (fp_is_zero(f3)) {
			r = fp_zero(f3->sign);
		} else if (fp_is_inf(f3)) {
			r = *f3;
		} else if (n.exp <= 64) {
			st |= square_root(env, &n, &r);
		} else {
			r = fp_rsqrt_approx(&n);
			approx = true;
		}
	}
	out = fp_finish(env, st);
	if (out != FP_FAULT) {
		*f1 = r;
		*p2 = approx;
	}
	return out;
}
