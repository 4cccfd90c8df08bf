// SPDX-License-Identifier: MIT
/*
 * Parallel single-precision instructions: each half must be what the oracle says
 * for the scalar operation on singles; flags join, faults and traps of the two
 * halves have their own bits in ISR.code.
 */
#include <string.h>

#include "expect.h"

/* One half of a register, widened without fp_from_single(). */
static struct fpreg half_of(const struct fpreg *f, int hi)
{
	uint32_t v = hi ? f->sig >> 32 : f->sig;
	uint32_t exp = v >> 23 & 0xff;
	struct fpreg r = { (uint64_t)(v & 0x7fffff) << 40, 0, v >> 31 };

	if (exp)
		r.sig |= FP_SIG_INT;
	if (exp == 0xff)
		r.exp = FP_EXP_ONES;
	else if (exp || r.sig)
		r.exp = FP_EXP_BIAS - 127 + (exp ? exp : 1);
	return r;
}

static uint32_t single_bits(const struct fpreg *f)
{
	uint32_t exp = 0;

	if (f->exp == FP_EXP_ONES)
		exp = 0xff;
	else if (f->sig >> 63)
		exp = f->exp - (FP_EXP_BIAS - 127);
	return f->sign << 31 | exp << 23 | (f->sig >> 40 & 0x7fffff);
}

/* Expectation for the instruction from those for its halves, @bits being the result. */
static void check_pair(const char *what, const struct fp_env *e, enum fp_outcome out,
		       const struct fpreg *r, const struct expect x[2], const uint32_t bits[2],
		       const struct fpreg *src[3])
{
	struct expect j = {
		.r = fp_from_sig((uint64_t)bits[1] << 32 | bits[0]),
		.flags = x[0].flags | x[1].flags,
		.faults = x[1].faults | x[0].faults << 4,
		.traps = x[1].traps | x[0].traps >> 4,
	};

	check_outcome(what, e, out, r, &j, src);
}

static bool check_natval(const struct fp_env *e, enum fp_outcome out, const struct fpreg *r,
			 const struct fpreg *src[3])
{
	int i;

	for (i = 0; i < 3; i++)
		if (src[i] && fp_is_natval(src[i])) {
			assert_int_equal(out, FP_DONE);
			assert_int_equal(e->flags, 0);
			assert_true(fp_is_natval(r));
			return true;
		}
	return false;
}

typedef enum fp_outcome (*fpma_fn)(struct fp_env *, struct fpreg *, const struct fpreg *,
				   const struct fpreg *, const struct fpreg *);

static void test_fpma(void **state)
{
	static const char *const name[] = { "fpma", "fpms", "fpnma" };
	static const fpma_fn fn[] = { fp_fpma, fp_fpms, fp_fpnma };
	const struct model m = { .prec = 24, .ebits = 8, .parallel = true };
	struct rnd r = { 60 };
	unsigned long n;
	int i;

	(void)state;
	for (n = 3 * run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), b = rnd_pair(&r), c = rnd_pair(&r), f1;
		const struct fpreg *src[3] = { &a, &b, rnd_below(&r, 8) ? &c : NULL };
		struct fp_env e = rnd_env(&r);
		unsigned int op = n % 3;
		enum fp_outcome out = fn[op](&e, &f1, &a, &b, src[2]);
		struct expect x[2];
		uint32_t bits[2];

		if (check_natval(&e, out, &f1, src))
			continue;
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i), hb = half_of(&b, i), hc = half_of(&c, i);

			x[i] = expect_fma(&e, m, &ha, &hb, src[2] ? &hc : NULL, op == 2, op == 1);
			bits[i] = single_bits(&x[i].r);
		}
		check_pair(name[op], &e, out, &f1, x, bits, src);
	}
}

/* The 11-bit approximation at the middle of the table interval, as a single. */
static uint32_t approx_bits(const struct fpreg *f, bool sqrt)
{
	MPFR_DECL_INIT(x, 24);
	MPFR_DECL_INIT(mid, 24);
	MPFR_DECL_INIT(y, 11);
	int bits = sqrt ? 7 : 8;
	uint32_t v;
	float s;

	to_mpfr(x, f);
	mpfr_abs(x, x, MPFR_RNDN);
	mpfr_prec_round(mid, bits + 1, MPFR_RNDZ);
	mpfr_set(mid, x, MPFR_RNDZ);
	mpfr_prec_round(mid, 24, MPFR_RNDN);
	mpfr_set_ui_2exp(x, 1, mpfr_get_exp(x) - 2 - bits, MPFR_RNDN);
	mpfr_add(mid, mid, x, MPFR_RNDN);
	if (sqrt)
		mpfr_rec_sqrt(y, mid, MPFR_RNDN);
	else
		mpfr_ui_div(y, 1, mid, MPFR_RNDN);
	s = mpfr_get_flt(y, MPFR_RNDN);
	memcpy(&v, &s, sizeof(v));
	return v | f->sign << 31;
}

static uint32_t quiet_bits(const struct fpreg *f)
{
	return single_bits(f) | 1u << 22;
}

/* fprcpa on one half (SDM vol 3); the predicate is anded into *@p2. */
static struct expect expect_rcpa_half(const struct fp_env *e, const struct fpreg *a,
				      const struct fpreg *b, uint32_t *bits, bool *p2)
{
	const uint32_t sign = (a->sign ^ b->sign) << 31, inf = 0x7f800000;
	bool ainf = !is_finite(a), binf = !is_finite(b);
	struct expect x = { .flags = 0 };
	int ea, eb;

	if (is_nan(a) || is_nan(b)) {
		*p2 = false;
		*bits = quiet_bits(is_nan(a) ? a : b);
		return expect_except(e, is_snan(a) || is_snan(b) ? FP_V : 0, x.r);
	}
	if ((ainf && binf) || (!a->sig && !b->sig)) {
		*p2 = false;
		*bits = 0xffc00000;
		return expect_except(e, FP_V, x.r);
	}
	if (!ainf && !b->sig) {
		*p2 = false;
		*bits = inf | sign;
		return expect_except(e, FP_Z, x.r);
	}
	if (ainf || binf || !a->sig) {
		*p2 = false;
		*bits = (ainf ? inf : 0) | sign;
	} else {
		ea = (int)a->exp - (int)FP_EXP_BIAS - __builtin_clzll(a->sig);
		eb = (int)b->exp - (int)FP_EXP_BIAS - __builtin_clzll(b->sig);
		*p2 &= !is_unnormal(b) && eb < 125 && ea - eb > -125 && ea - eb < 127 && ea > -103;
		if (is_unnormal(b))
			*bits = inf | b->sign << 31;
		else if (eb >= 125)
			*bits = b->sign << 31;
		else
			*bits = approx_bits(b, false);
	}
	return add_unnormal(e, x, a, b);
}

static void test_fprcpa(void **state)
{
	struct rnd r = { 61 };
	unsigned long n;
	int i;

	(void)state;
	for (n = run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), b = rnd_pair(&r), f1;
		const struct fpreg *src[3] = { &a, &b, NULL };
		struct fp_env e = rnd_env(&r);
		bool p2, xp2 = true;
		enum fp_outcome out = fp_fprcpa(&e, &f1, &p2, &a, &b);
		struct expect x[2];
		uint32_t bits[2];

		if (check_natval(&e, out, &f1, src)) {
			assert_false(p2);
			continue;
		}
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i), hb = half_of(&b, i);

			x[i] = expect_rcpa_half(&e, &ha, &hb, &bits[i], &xp2);
		}
		check_pair("fprcpa", &e, out, &f1, x, bits, src);
		if (out != FP_FAULT)
			assert_int_equal(p2, xp2);
	}
}

static struct expect expect_rsqrta_half(const struct fp_env *e, const struct fpreg *f,
					uint32_t *bits, bool *p2)
{
	struct expect x = { .flags = 0 };

	if (is_nan(f)) {
		*p2 = false;
		*bits = quiet_bits(f);
		return expect_except(e, is_snan(f) ? FP_V : 0, x.r);
	}
	if (f->sign && f->sig) {
		*p2 = false;
		*bits = 0xffc00000;
		return expect_except(e, FP_V, x.r);
	}
	if (!is_finite(f) || !f->sig) {
		*p2 = false;
		*bits = f->sig ? 0 : 0x7f800000 | f->sign << 31;
		return x;
	}
	*p2 &= (int)f->exp - (int)FP_EXP_BIAS - __builtin_clzll(f->sig) > -103;
	*bits = approx_bits(f, true);
	return add_unnormal(e, x, f, f);
}

static void test_fprsqrta(void **state)
{
	struct rnd r = { 62 };
	unsigned long n;
	int i;

	(void)state;
	for (n = run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), f1;
		const struct fpreg *src[3] = { &a, NULL, NULL };
		struct fp_env e = rnd_env(&r);
		bool p2, xp2 = true;
		struct expect x[2];
		uint32_t bits[2];
		enum fp_outcome out;

		if (rnd_below(&r, 4) && !fp_is_natval(&a))
			a.sig &= 0x7fffffff7fffffffull;
		out = fp_fprsqrta(&e, &f1, &p2, &a);
		if (check_natval(&e, out, &f1, src)) {
			assert_false(p2);
			continue;
		}
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i);

			x[i] = expect_rsqrta_half(&e, &ha, &bits[i], &xp2);
		}
		check_pair("fprsqrta", &e, out, &f1, x, bits, src);
		if (out != FP_FAULT)
			assert_int_equal(p2, xp2);
	}
}

/* Makes equal halves likely. */
static struct fpreg rnd_pair_like(struct rnd *r, const struct fpreg *a)
{
	struct fpreg b = rnd_pair(r);

	if (!rnd_below(r, 4) && !fp_is_natval(&b))
		b.sig = (b.sig & 0xffffffff) | (a->sig & ~0ull << 32);
	if (!rnd_below(r, 8) && !fp_is_natval(&b))
		b.sig = a->sig ^ (uint64_t)rnd_below(r, 2) << 63;
	return b;
}

static void test_fpcmp(void **state)
{
	struct rnd r = { 63 };
	unsigned long n;
	int i;

	(void)state;
	for (n = 8 * run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), b = rnd_pair_like(&r, &a), f1;
		const struct fpreg *src[3] = { &a, &b, NULL };
		struct fp_env e = rnd_env(&r);
		enum fp_outcome out = fp_fpcmp(&e, n & 7, &f1, &a, &b);
		struct expect x[2];
		uint32_t bits[2];

		if (check_natval(&e, out, &f1, src))
			continue;
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i), hb = half_of(&b, i);

			x[i] = expect_cmp(&e, n & 7, &ha, &hb);
			bits[i] = x[i].r.sig ? ~0u : 0;
		}
		check_pair("fpcmp", &e, out, &f1, x, bits, src);
	}
}

static void test_fpminmax(void **state)
{
	static const char *const name[] = { "fpmin", "fpmax", "fpamin", "fpamax" };
	struct rnd r = { 64 };
	unsigned long n;
	int i;

	(void)state;
	for (n = 4 * run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), b = rnd_pair_like(&r, &a), f1;
		const struct fpreg *src[3] = { &a, &b, NULL };
		struct fp_env e = rnd_env(&r);
		enum fp_outcome out = fp_fpminmax(&e, n & 3, &f1, &a, &b);
		struct expect x[2];
		uint32_t bits[2];

		if (check_natval(&e, out, &f1, src))
			continue;
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i), hb = half_of(&b, i);

			x[i] = expect_minmax(&e, n & 3, &ha, &hb);
			bits[i] = single_bits(&x[i].r);
		}
		check_pair(name[n & 3], &e, out, &f1, x, bits, src);
	}
}

static void test_fpcvt(void **state)
{
	static const char *const name[] = { "fpcvt.fx", "fpcvt.fxu", "fpcvt.fx.trunc",
					    "fpcvt.fxu.trunc" };
	struct rnd r = { 65 };
	unsigned long n;
	int i;

	(void)state;
	for (n = 4 * run_count(); n; n--) {
		struct fpreg a = rnd_pair(&r), f1;
		const struct fpreg *src[3] = { &a, NULL, NULL };
		struct fp_env e = rnd_env(&r);
		struct expect x[2];
		uint32_t bits[2];
		enum fp_outcome out;

		if (rnd_below(&r, 2) && !fp_is_natval(&a))
			a.sig = (a.sig & 0x807fffff807fffffull) |
				(uint64_t)(125 + rnd_below(&r, 36)) << 55 |
				(uint64_t)(125 + rnd_below(&r, 36)) << 23;
		out = fp_fpcvt_fx(&e, n & 3, &f1, &a);
		if (check_natval(&e, out, &f1, src))
			continue;
		for (i = 0; i < 2; i++) {
			struct fpreg ha = half_of(&a, i);

			x[i] = expect_fcvt(&e, n & 3, 32, &ha);
			bits[i] = x[i].r.sig;
		}
		check_pair(name[n & 3], &e, out, &f1, x, bits, src);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fpma),	 cmocka_unit_test(test_fprcpa),
		cmocka_unit_test(test_fprsqrta), cmocka_unit_test(test_fpcmp),
		cmocka_unit_test(test_fpminmax), cmocka_unit_test(test_fpcvt),
	};

	if (argc > 1)
		setenv("FP_TEST_COUNT", argv[1], 1);
	return cmocka_run_group_tests_name("fp parallel", tests, NULL, NULL);
}
