/* SPDX-License-Identifier: MIT */
/*
 * Expected outcomes of the instructions that exist in a scalar and in a parallel
 * form; the parallel tests apply them to each half.
 */
#ifndef TESTS_FP_EXPECT_H
#define TESTS_FP_EXPECT_H

#include "oracle.h"

/* The exact operation, rounded once by MPFR to @m; NaN if the operation is invalid. */
static inline int fma_mpfr(mpfr_t x, const struct fp_env *e, const struct fpreg *f3,
			   const struct fpreg *f4, const struct fpreg *f2, int nprod, int nadd)
{
	MPFR_DECL_INIT(a, 64);
	MPFR_DECL_INIT(b, 64);
	MPFR_DECL_INIT(c, 64);

	to_mpfr(a, f3);
	to_mpfr(b, f4);
	if (nprod)
		mpfr_neg(a, a, MPFR_RNDN);
	if (!f2)
		return mpfr_mul(x, a, b, rnd_of(e->rc));
	to_mpfr(c, f2);
	if (nadd)
		mpfr_neg(c, c, MPFR_RNDN);
	return mpfr_fma(x, a, b, c, rnd_of(e->rc));
}

static inline bool pseudo_zero_times_inf(const struct fpreg *a, const struct fpreg *b)
{
	return !a->sig && a->exp && is_finite(a) && !is_finite(b);
}

static inline struct expect expect_fma(const struct fp_env *e, struct model m,
				       const struct fpreg *f3, const struct fpreg *f4,
				       const struct fpreg *f2, int nprod, int nadd)
{
	static const struct fpreg fr0;
	const struct fpreg *order[] = { f4, f2 ? f2 : &fr0, f3 };
	struct fpreg one = FP_REG_ONE;
	bool snan = false, unnormal = false;
	const struct fpreg *nan = NULL;
	struct expect x;
	mpfr_t res;
	int i, t;

	for (i = 0; i < 3; i++)
		if (fp_is_natval(order[i]))
			return (struct expect){ .r = FP_REG_NATVAL };
	for (i = 0; i < 3; i++) {
		if (is_unsupported(order[i]))
			return expect_except(e, FP_V, indefinite);
		if (is_nan(order[i]) && !nan)
			nan = order[i];
		snan |= is_snan(order[i]);
		unnormal |= is_unnormal(order[i]);
	}
	if (nan)
		return expect_except(e, snan ? FP_V : 0, quiet(nan));
	/* Pseudo-zeros do not make a product with infinity invalid: 1.0 behaves the same. */
	if (pseudo_zero_times_inf(f3, f4)) {
		one.sign = f3->sign;
		f3 = &one;
	} else if (pseudo_zero_times_inf(f4, f3)) {
		one.sign = f4->sign;
		f4 = &one;
	}
	mpfr_init2(res, m.prec);
	t = fma_mpfr(res, e, f3, f4, f2, nprod, nadd);
	if (mpfr_nan_p(res))
		x = expect_except(e, FP_V, indefinite);
	else if (mpfr_inf_p(res))
		x = (struct expect){ .r = { FP_SIG_INT, FP_EXP_ONES, mpfr_signbit(res) != 0 } };
	else
		x = deliver(e, m, res, t);
	mpfr_clear(res);
	if (unnormal && !(x.flags & FP_V)) {
		x.flags |= FP_D;
		x.faults |= FP_D & ~e->traps;
	}
	return x;
}

static inline struct expect expect_fcvt(const struct fp_env *e, enum fp_cvt op, unsigned int width,
					const struct fpreg *f2)
{
	bool is_signed = op == FP_FX || op == FP_FX_TRUNC;
	bool trunc = op == FP_FX_TRUNC || op == FP_FXU_TRUNC;
	mpfr_rnd_t rnd = trunc ? MPFR_RNDZ : rnd_of(e->rc);
	struct fpreg bad = fp_from_sig(1ull << (width - 1));
	struct expect x = { .r = FP_REG_NATVAL };
	MPFR_DECL_INIT(a, 64);
	MPFR_DECL_INIT(i, 70);
	MPFR_DECL_INIT(min, 70);
	MPFR_DECL_INIT(end, 70);
	int c;

	if (fp_is_natval(f2))
		return x;
	to_mpfr(a, f2);
	mpfr_rint(i, a, rnd);
	mpfr_set_ui_2exp(min, is_signed, width - 1, MPFR_RNDN);
	mpfr_neg(min, min, MPFR_RNDN);
	mpfr_set_ui_2exp(end, 1, width - is_signed, MPFR_RNDN);
	if (!mpfr_number_p(i) || mpfr_less_p(i, min) || mpfr_greaterequal_p(i, end))
		return expect_except(e, FP_V, bad);
	x.r = fp_from_sig(is_signed ? (uint64_t)mpfr_get_si(i, MPFR_RNDZ)
				    : mpfr_get_ui(i, MPFR_RNDZ));
	if (width == 32)
		x.r.sig &= 0xffffffff;
	c = mpfr_cmpabs(i, a);
	if (c) {
		x.flags = FP_I;
		x.traps = expect_inexact(e, c > 0);
	}
	if (is_unnormal(f2)) {
		x.flags |= FP_D;
		x.faults |= FP_D & ~e->traps;
	}
	return x;
}

static inline struct expect add_unnormal(const struct fp_env *e, struct expect x,
					 const struct fpreg *f2, const struct fpreg *f3)
{
	if (is_unnormal(f2) || is_unnormal(f3)) {
		x.flags |= FP_D;
		x.faults |= FP_D & ~e->traps;
	}
	return x;
}

/* The relation's truth is in r.sig. */
static inline struct expect expect_cmp(const struct fp_env *e, enum fp_rel rel,
				       const struct fpreg *f2, const struct fpreg *f3)
{
	static const bool quiet_ok[] = { true, false, false, true, true, false, false, true };
	bool signal = is_unsupported(f2) || is_unsupported(f3) || is_snan(f2) || is_snan(f3);
	struct expect x = { .flags = 0 };
	MPFR_DECL_INIT(a, 64);
	MPFR_DECL_INIT(b, 64);
	bool truth[8];

	to_mpfr(a, f2);
	to_mpfr(b, f3);
	truth[FP_REL_EQ] = mpfr_equal_p(a, b);
	truth[FP_REL_LT] = mpfr_less_p(a, b);
	truth[FP_REL_LE] = mpfr_lessequal_p(a, b);
	truth[FP_REL_UNORD] = mpfr_unordered_p(a, b);
	truth[FP_REL_NEQ] = !truth[FP_REL_EQ];
	truth[FP_REL_NLT] = !truth[FP_REL_LT];
	truth[FP_REL_NLE] = !truth[FP_REL_LE];
	truth[FP_REL_ORD] = !truth[FP_REL_UNORD];
	x.r.sig = truth[rel];
	if (!mpfr_unordered_p(a, b))
		return add_unnormal(e, x, f2, f3);
	if (signal || !quiet_ok[rel])
		return expect_except(e, FP_V, x.r);
	return x;
}

static inline struct expect expect_minmax(const struct fp_env *e, enum fp_minmax op,
					  const struct fpreg *f2, const struct fpreg *f3)
{
	struct expect x = { .r = *f3 };
	MPFR_DECL_INIT(a, 64);
	MPFR_DECL_INIT(b, 64);
	int c;

	if (fp_is_natval(f2) || fp_is_natval(f3))
		return (struct expect){ .r = FP_REG_NATVAL };
	to_mpfr(a, f2);
	to_mpfr(b, f3);
	if (mpfr_unordered_p(a, b))
		return expect_except(e, FP_V, *f3);
	c = op == FP_AMIN || op == FP_AMAX ? mpfr_cmpabs(a, b) : mpfr_cmp(a, b);
	if (op == FP_MIN || op == FP_AMIN ? c < 0 : c > 0)
		x.r = *f2;
	return add_unnormal(e, x, f2, f3);
}

#endif
