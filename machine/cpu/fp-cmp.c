// SPDX-License-Identifier: MIT
/*
 * Comparison, minimum and maximum, and classification (SDM vol 3 fcmp, fmin,
 * fmax, famin, famax, fclass). Values are compared normalized, so encodings of
 * one number are equal; nothing here rounds.
 */
#include "fp-impl.h"

/* Less, on anything but NaN and unsupported; infinities have the largest exponent. */
static bool less(const struct fpreg *f2, const struct fpreg *f3)
{
	struct fp_num a = fp_unpack(f2), b = fp_unpack(f3);
	bool smaller;

	if (!a.sig || !b.sig)
		return a.sig ? a.sign : b.sig && !b.sign;
	if (a.sign != b.sign)
		return a.sign;
	if (a.exp == b.exp && a.sig == b.sig)
		return false;
	smaller = a.exp != b.exp ? a.exp < b.exp : a.sig < b.sig;
	return smaller != a.sign;
}

static bool unordered_operand(const struct fpreg *f)
{
	return f->exp == FP_EXP_ONES && f->sig != FP_SIG_INT;
}

unsigned int fp_cmp_core(const struct fp_env *env, enum fp_rel rel, const struct fpreg *f2,
			 const struct fpreg *f3, bool *res)
{
	enum fp_rel base = rel < FP_REL_NEQ ? rel : rel - FP_REL_NEQ;
	bool unord = unordered_operand(f2) || unordered_operand(f3);
	unsigned int st = 0;
	bool r;

	if (unord) {
		bool quiet = (fp_is_nan(f2) || !unordered_operand(f2)) && !fp_is_snan(f2) &&
			     (fp_is_nan(f3) || !unordered_operand(f3)) && !fp_is_snan(f3);

		/* The ordering relations signal on quiet NaNs too. */
		if (!quiet || base == FP_REL_LT || base == FP_REL_LE)
			st = fp_except(env, FP_V);
	} else if (fp_is_unnormal(f2) || fp_is_unnormal(f3)) {
		st = fp_except(env, FP_D);
	}
	switch (base) {
	case FP_REL_EQ: r = !unord && !less(f2, f3) && !less(f3, f2); break;
	case FP_REL_LT: r = !unord && less(f2, f3); break;
	case FP_REL_LE: r = !unord && !less(f3, f2); break;
	default: r = unord; break;
	}
	*res = r != (base != rel);
	return st;
}

enum fp_outcome fp_fcmp(struct fp_env *env, enum fp_rel rel, const struct fpreg *f2,
			const struct fpreg *f3, bool *p1, bool *p2)
{
	enum fp_outcome out;
	bool r;

	if (fp_is_natval(f2) || fp_is_natval(f3)) {
		*p1 = *p2 = false;
		return fp_finish(env, 0);
	}
	out = fp_finish(env, fp_cmp_core(env, rel, f2, f3, &r));
	if (out != FP_FAULT) {
		*p1 = r;
		*p2 = !r;
	}
	return out;
}

/* The second source wins ties and NaNs, which are invalid even when quiet. */
unsigned int fp_minmax_core(const struct fp_env *env, enum fp_minmax op, struct fpreg *r,
			    const struct fpreg *f2, const struct fpreg *f3)
{
	struct fpreg a = *f2, b = *f3;

	*r = *f3;
	if (unordered_operand(f2) || unordered_operand(f3))
		return fp_except(env, FP_V);
	if (op == FP_AMIN || op == FP_AMAX)
		a.sign = b.sign = 0;
	if (op == FP_MIN || op == FP_AMIN ? less(&a, &b) : less(&b, &a))
		*r = *f2;
	return fp_is_unnormal(f2) || fp_is_unnormal(f3) ? fp_except(env, FP_D) : 0;
}

enum fp_outcome fp_fminmax(struct fp_env *env, enum fp_minmax op, struct fpreg *f1,
			   const struct fpreg *f2, const struct fpreg *f3)
{
	enum fp_outcome out;
	struct fpreg r;

	if (fp_is_natval(f2) || fp_is_natval(f3)) {
		*f1 = FP_REG_NATVAL;
		return fp_finish(env, 0);
	}
	out = fp_finish(env, fp_minmax_core(env, op, &r, f2, f3));
	if (out != FP_FAULT)
		*f1 = r;
	return out;
}

/* The class bit of @f; unsupported encodings have none. */
static unsigned int classify(const struct fpreg *f)
{
	if (fp_is_natval(f))
		return FCLASS_NAT;
	if (fp_is_true_zero(f))
		return FCLASS_ZERO;
	if (fp_is_normal(f))
		return FCLASS_NORM;
	if (f->exp != FP_EXP_ONES)
		return FCLASS_UNORM;
	if (fp_is_inf(f))
		return FCLASS_INF;
	if (fp_is_nan(f))
		return fp_is_snan(f) ? FCLASS_SNAN : FCLASS_QNAN;
	return 0;
}

void fp_fclass(const struct fpreg *f2, unsigned int mask, bool *p1, bool *p2)
{
	const unsigned int no_sign = FCLASS_SNAN | FCLASS_QNAN | FCLASS_NAT;
	unsigned int c = classify(f2) & mask;

	*p1 = c & no_sign || (c && mask & (f2->sign ? FCLASS_NEG : FCLASS_POS));
	*p2 = !*p1 && !fp_is_natval(f2);
}
