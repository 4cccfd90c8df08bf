// SPDX-License-Identifier: MIT
/*
 * Scalar arithmetic against MPFR: fma, fms, fnma in every computation model,
 * frcpa and frsqrta, conversion to and from integers. Usage: test_fp_arith
 * [operand sets an instruction]; FP_TEST_COUNT does the same.
 */
#include "expect.h"

typedef enum fp_outcome (*fma_fn)(struct fp_env *, enum fp_pc, struct fpreg *, const struct fpreg *,
				  const struct fpreg *, const struct fpreg *);

/* An addend that cancels the product, more or less deeply. */
static struct fpreg cancelling(struct rnd *r, const struct fpreg *a, const struct fpreg *b)
{
	unsigned __int128 p = (unsigned __int128)(a->sig | FP_SIG_INT) * (b->sig | FP_SIG_INT);
	int exp = (int)a->exp + (int)b->exp - (int)FP_EXP_BIAS;
	struct fpreg c = { p >> 64, 0, !(a->sign ^ b->sign) };

	if (p >> 127)
		exp++;
	else
		c.sig = p >> 63;
	c.sig += rnd_below(r, 5) - 2;
	exp += (int)rnd_below(r, 5) - 2;
	if (!rnd_below(r, 4))
		exp += (int)rnd_below(r, 260) - 130;
	if (!rnd_below(r, 3))
		c.sig = ~0ull << rnd_below(r, 64);
	if (!rnd_below(r, 4))
		c.sign ^= 1;
	c.exp = exp < 1 ? 1 : exp > 0x1fffe ? 0x1fffe : exp;
	return c;
}

/* A product just below a power of two, from which that power is taken away. */
static struct fpreg just_above(struct rnd *r, struct fpreg *a, struct fpreg *b)
{
	struct fpreg c = { FP_SIG_INT, FP_EXP_BIAS + 1 + rnd_below(r, 2), rnd_below(r, 2) };

	a->sig = ~0ull - rnd_below(r, 8) / 7;
	b->sig = ~0ull - rnd_below(r, 8) / 7;
	a->exp = b->exp = FP_EXP_BIAS;
	c.sig += rnd_below(r, 8) / 7;
	return c;
}

/* fma leaves its result wherever it has to: aliased sources included. */
static void run_fma(const char *name, fma_fn fn, int nprod, int nadd)
{
	static const char *const completer[] = { "", ".s", ".d" };
	struct rnd r = { 42 };
	unsigned long n;
	char what[32];

	for (n = run_count(); n; n--) {
		struct fpreg a = rnd_reg(&r), b = rnd_reg(&r), c = rnd_reg(&r), f1;
		struct fp_env e = rnd_env(&r);
		enum fp_pc pc = rnd_below(&r, 3);
		const struct fpreg *f2 = rnd_below(&r, 8) ? &c : NULL;
		const struct fpreg *src[3] = { &a, &b, f2 };
		struct expect x;
		enum fp_outcome out;

		if (rnd_below(&r, 2))
			c = cancelling(&r, &a, &b);
		else if (!rnd_below(&r, 16))
			c = just_above(&r, &a, &b);
		x = expect_fma(&e, model_of(&e, pc), &a, &b, f2, nprod, nadd);
		f1 = a;
		out = fn(&e, pc, &f1, rnd_below(&r, 2) ? &f1 : &a, &b, f2);
		snprintf(what, sizeof(what), "%s%s", name, completer[pc]);
		check_outcome(what, &e, out, &f1, &x, src);
	}
}

static void test_fma(void **state)
{
	(void)state;
	run_fma("fma", fp_fma, 0, 0);
}

static void test_fms(void **state)
{
	(void)state;
	run_fma("fms", fp_fms, 0, 1);
}

static void test_fnma(void **state)
{
	(void)state;
	run_fma("fnma", fp_fnma, 1, 0);
}

/* ---- frcpa, frsqrta --------------------------------------------------------- */

/* A few entries of the tables on the frcpa and frsqrta pages of SDM vol 3. */
static void test_tables(void **state)
{
	static const uint16_t recip[][2] = { { 0, 0x3fc },   { 1, 0x3f4 },   { 4, 0x3dd },
					     { 100, 0x1bf }, { 102, 0x1b6 }, { 254, 0x003 },
					     { 255, 0x001 } };
	static const uint16_t rsqrt[][2] = { { 0, 0x1a5 },   { 1, 0x1a0 },   { 3, 0x195 },
					     { 127, 0x001 }, { 128, 0x3fc }, { 131, 0x3e5 },
					     { 255, 0x1aa } };
	struct fp_env e = { .pc = 3, .traps = 0x3f };
	struct fpreg one = FP_REG_ONE, f1, f3;
	unsigned int i;
	bool p2;

	(void)state;
	for (i = 0; i < sizeof(recip) / sizeof(recip[0]); i++) {
		f3 = (struct fpreg){ FP_SIG_INT | (uint64_t)recip[i][0] << 55, FP_EXP_BIAS, 0 };
		assert_int_equal(fp_frcpa(&e, &f1, &p2, &one, &f3), FP_DONE);
		assert_true(p2);
		assert_int_equal(f1.exp, 0xfffe);
		assert_true(f1.sig == (FP_SIG_INT | (uint64_t)recip[i][1] << 53));
	}
	for (i = 0; i < sizeof(rsqrt) / sizeof(rsqrt[0]); i++) {
		f3.sig = FP_SIG_INT | (uint64_t)(rsqrt[i][0] & 127) << 56;
		f3.exp = FP_EXP_BIAS - (rsqrt[i][0] < 128);
		assert_int_equal(fp_frsqrta(&e, &f1, &p2, &f3), FP_DONE);
		assert_true(p2);
		assert_true(f1.sig == (FP_SIG_INT | (uint64_t)rsqrt[i][1] << 53));
	}
}

/* The value in the middle of @x's table interval of 2^-bits, then its 11-bit function. */
static void expect_approx(struct fpreg *r, const mpfr_t x, int bits, bool sqrt)
{
	MPFR_DECL_INIT(mid, 20);
	MPFR_DECL_INIT(y, 11);
	MPFR_DECL_INIT(half, 2);
	unsigned int sign = mpfr_signbit(x) != 0;

	mpfr_prec_round(mid, bits + 1, MPFR_RNDZ);
	mpfr_set(mid, x, MPFR_RNDZ);
	mpfr_abs(mid, mid, MPFR_RNDN);
	mpfr_set_ui_2exp(half, 1, mpfr_get_exp(x) - 2 - bits, MPFR_RNDN);
	mpfr_prec_round(mid, 20, MPFR_RNDN);
	mpfr_add(mid, mid, half, MPFR_RNDN);
	if (sqrt)
		mpfr_rec_sqrt(y, mid, MPFR_RNDN);
	else
		mpfr_ui_div(y, 1, mid, MPFR_RNDN);
	*r = (struct fpreg){ scaled(y, 64 - mpfr_get_exp(y)), mpfr_get_exp(y) - 1 + FP_EXP_BIAS,
			     sign };
}

static void expect_rounded(struct expect *x, const struct fp_env *e, mpfr_t a, mpfr_t b)
{
	struct model m = model_of(e, FP_PC_NONE);
	mpfr_t res;
	int t;

	mpfr_init2(res, m.prec);
	if (b)
		t = mpfr_div(res, a, b, rnd_of(e->rc));
	else
		t = mpfr_sqrt(res, a, rnd_of(e->rc));
	*x = deliver(e, m, res, t);
	mpfr_clear(res);
}

static struct expect expect_frcpa(const struct fp_env *e, const struct fpreg *f2,
				  const struct fpreg *f3, bool *p2)
{
	uint32_t sign = f2->sign ^ f3->sign;
	struct expect x = { .r = { 0, 0, sign } };
	MPFR_DECL_INIT(a, 64);
	MPFR_DECL_INIT(b, 64);
	long ea, eb;

	*p2 = false;
	if (fp_is_natval(f2) || fp_is_natval(f3))
		return (struct expect){ .r = FP_REG_NATVAL };
	to_mpfr(a, f2);
	to_mpfr(b, f3);
	if (is_unsupported(f2) || is_unsupported(f3))
		return expect_except(e, FP_V, indefinite);
	if (mpfr_nan_p(a) || mpfr_nan_p(b))
		return expect_except(e, is_snan(f2) || is_snan(f3) ? FP_V : 0,
				     quiet(is_nan(f2) ? f2 : f3));
	if ((mpfr_inf_p(a) && mpfr_inf_p(b)) || (mpfr_zero_p(a) && mpfr_zero_p(b)))
		return expect_except(e, FP_V, indefinite);
	if (mpfr_zero_p(b) && !mpfr_inf_p(a))
		return expect_except(e, FP_Z, (struct fpreg){ FP_SIG_INT, FP_EXP_ONES, sign });
	if (mpfr_inf_p(a)) {
		x.r = (struct fpreg){ FP_SIG_INT, FP_EXP_ONES, sign };
	} else if (!mpfr_zero_p(a) && !mpfr_inf_p(b)) {
		ea = mpfr_get_exp(a) - 1;
		eb = mpfr_get_exp(b) - 1;
		*p2 = eb > -65535 && eb < 65533 && ea - eb > -65533 && ea - eb < 65535 &&
		      ea > -65535 + 64;
		if (*p2)
			expect_approx(&x.r, b, 8, false);
		else
			expect_rounded(&x, e, a, b);
	}
	if (is_unnormal(f2) || is_unnormal(f3)) {
		x.flags |= FP_D;
		x.faults |= FP_D & ~e->traps;
	}
	return x;
}

/* Operands near the limits of the 17-bit range, where the quotient is delivered. */
static struct fpreg rnd_extreme(struct rnd *r)
{
	struct fpreg f = rnd_reg(r);

	if (!rnd_below(r, 3))
		f.exp = rnd_below(r, 2) ? rnd_below(r, 140) : 0x1fffe - rnd_below(r, 70);
	return f;
}

static void test_frcpa(void **state)
{
	struct rnd r = { 43 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		struct fpreg a = rnd_extreme(&r), b = rnd_extreme(&r), f1;
		struct fp_env e = rnd_env(&r);
		const struct fpreg *src[3] = { &a, &b, NULL };
		bool p2 = false, xp2;
		struct expect x = expect_frcpa(&e, &a, &b, &xp2);
		enum fp_outcome out = fp_frcpa(&e, &f1, &p2, &a, &b);

		check_outcome("frcpa", &e, out, &f1, &x, src);
		if (out != FP_FAULT)
			assert_int_equal(p2, xp2);
	}
}

static struct expect expect_frsqrta(const struct fp_env *e, const struct fpreg *f3, bool *p2)
{
	struct expect x = { .r = { 0, 0, f3->sign } };
	MPFR_DECL_INIT(a, 64);

	*p2 = false;
	if (fp_is_natval(f3))
		return (struct expect){ .r = FP_REG_NATVAL };
	to_mpfr(a, f3);
	if (is_nan(f3))
		return expect_except(e, is_snan(f3) ? FP_V : 0, quiet(f3));
	if (mpfr_nan_p(a) || (!mpfr_zero_p(a) && f3->sign))
		return expect_except(e, FP_V, indefinite);
	if (mpfr_inf_p(a)) {
		x.r = *f3;
	} else if (!mpfr_zero_p(a)) {
		long ea = mpfr_get_exp(a) - 1;

		*p2 = ea > -65535 + 64;
		/* Seven bits of fraction: the eighth of the index is the exponent's parity. */
		if (*p2)
			expect_approx(&x.r, a, 7, true);
		else
			expect_rounded(&x, e, a, NULL);
	}
	if (is_unnormal(f3)) {
		x.flags |= FP_D;
		x.faults |= FP_D & ~e->traps;
	}
	return x;
}

static void test_frsqrta(void **state)
{
	struct rnd r = { 44 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		struct fpreg a = rnd_extreme(&r), f1;
		struct fp_env e = rnd_env(&r);
		const struct fpreg *src[3] = { &a, NULL, NULL };
		struct expect x;
		enum fp_outcome out;
		bool p2 = false, xp2;

		if (rnd_below(&r, 4))
			a.sign = 0;
		x = expect_frsqrta(&e, &a, &xp2);
		out = fp_frsqrta(&e, &f1, &p2, &a);
		check_outcome("frsqrta", &e, out, &f1, &x, src);
		if (out != FP_FAULT)
			assert_int_equal(p2, xp2);
	}
}

/* ---- integers ----------------------------------------------------------------- */

static void test_fcvt_fx(void **state)
{
	static const char *const name[] = { "fcvt.fx", "fcvt.fxu", "fcvt.fx.trunc",
					    "fcvt.fxu.trunc" };
	struct rnd r = { 45 };
	unsigned long n;

	(void)state;
	for (n = 4 * run_count(); n; n--) {
		struct fpreg a = rnd_reg(&r), f1;
		struct fp_env e = rnd_env(&r);
		enum fp_cvt op = n & 3;
		const struct fpreg *src[3] = { &a, NULL, NULL };
		struct expect x;
		enum fp_outcome out;

		if (!rnd_below(&r, 3))
			a.exp = FP_EXP_INTEGER + 2 - rnd_below(&r, 70);
		x = expect_fcvt(&e, op, 64, &a);
		out = fp_fcvt_fx(&e, op, &f1, &a);
		check_outcome(name[op], &e, out, &f1, &x, src);
	}
}

static void test_fcvt_xf(void **state)
{
	struct rnd r = { 46 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		struct fpreg a = fp_from_sig(rnd_sig(&r)), f1 = fp_fcvt_xf(&a);
		MPFR_DECL_INIT(x, 64);

		to_mpfr(x, &f1);
		assert_int_equal(mpfr_cmp_si(x, (int64_t)a.sig), 0);
		assert_false(is_unnormal(&f1));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fma),	cmocka_unit_test(test_fms),
		cmocka_unit_test(test_fnma),	cmocka_unit_test(test_tables),
		cmocka_unit_test(test_frcpa),	cmocka_unit_test(test_frsqrta),
		cmocka_unit_test(test_fcvt_fx), cmocka_unit_test(test_fcvt_xf),
	};

	if (argc > 1)
		setenv("FP_TEST_COUNT", argv[1], 1);
	return cmocka_run_group_tests_name("fp arithmetic", tests, NULL, NULL);
}
