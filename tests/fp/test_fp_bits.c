// SPDX-License-Identifier: MIT
/*
 * Everything floating-point that does not round: comparison, minimum and
 * maximum, classes, memory formats, integer multiply-add, moves of significands
 * and exponent fields, and the fields of FPSR.
 */
#include <string.h>

#include "expect.h"

/* A second operand that is often equal in value or in magnitude to the first. */
static struct fpreg rnd_near(struct rnd *r, const struct fpreg *a)
{
	struct fpreg b = *a;

	switch (rnd_below(r, 8)) {
	case 0: b.sign ^= 1; break;
	case 1: b.sig ^= 1; break;
	case 2:
		/* The same value, one place less normalized. */
		if (b.exp && b.exp < 0x1fffd && !(b.sig & 1)) {
			b.sig >>= 1;
			b.exp++;
		}
		break;
	case 3: break;
	default: b = rnd_reg(r); break;
	}
	return b;
}

static void test_fcmp(void **state)
{
	static const char *const name[] = { "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord" };
	struct rnd r = { 50 };
	unsigned long n;

	(void)state;
	for (n = 8 * run_count(); n; n--) {
		struct fpreg a = rnd_reg(&r), b = rnd_near(&r, &a), f1;
		const struct fpreg *src[3] = { &a, &b, NULL };
		struct fp_env e = rnd_env(&r);
		bool p1 = false, p2 = false;
		enum fp_outcome out = fp_fcmp(&e, n & 7, &a, &b, &p1, &p2);
		struct expect x;

		if (fp_is_natval(&a) || fp_is_natval(&b)) {
			assert_true(out == FP_DONE && !e.flags && !p1 && !p2);
			continue;
		}
		x = expect_cmp(&e, n & 7, &a, &b);
		f1 = (struct fpreg){ p1, x.r.exp, x.r.sign };
		check_outcome(name[n & 7], &e, out, &f1, &x, src);
		if (out != FP_FAULT)
			assert_int_equal(p2, !p1);
	}
}

static void test_fminmax(void **state)
{
	static const char *const name[] = { "fmin", "fmax", "famin", "famax" };
	struct rnd r = { 51 };
	unsigned long n;

	(void)state;
	for (n = 4 * run_count(); n; n--) {
		struct fpreg a = rnd_reg(&r), b = rnd_near(&r, &a), f1;
		const struct fpreg *src[3] = { &a, &b, NULL };
		struct fp_env e = rnd_env(&r);
		enum fp_outcome out = fp_fminmax(&e, n & 3, &f1, &a, &b);
		struct expect x = expect_minmax(&e, n & 3, &a, &b);

		check_outcome(name[n & 3], &e, out, &f1, &x, src);
	}
}

static void test_fclass(void **state)
{
	/* SDM vol 1 Table 5-2, a row each. */
	static const struct {
		struct fpreg f;
		unsigned int class;
	} rows[] = {
		{ { 0xc000000000000001, 0x1ffff, 0 }, FCLASS_QNAN },
		{ { 0xffffffffffffffff, 0x1ffff, 1 }, FCLASS_QNAN },
		{ { 0x8000000000000001, 0x1ffff, 0 }, FCLASS_SNAN },
		{ { 0xbfffffffffffffff, 0x1ffff, 1 }, FCLASS_SNAN },
		{ { 0x8000000000000000, 0x1ffff, 0 }, FCLASS_INF },
		{ { 0x8000000000000000, 0x1ffff, 1 }, FCLASS_INF },
		{ { 0x7fffffffffffffff, 0x1ffff, 0 }, 0 },
		{ { 0x0000000000000000, 0x1ffff, 0 }, 0 },
		{ { 0x8000000000000000, 0x1fffe, 0 }, FCLASS_NORM },
		{ { 0xffffffffffffffff, 0x00001, 1 }, FCLASS_NORM },
		{ { 0x7fffffffffffffff, 0x1fffe, 0 }, FCLASS_UNORM },
		{ { 0x0000000000000001, 0x00001, 1 }, FCLASS_UNORM },
		{ { 0x0000000000000001, 0x1003e, 0 }, FCLASS_UNORM },
		{ { 0x0000000000000001, 0x00000, 0 }, FCLASS_UNORM },
		{ { 0x8000000000000000, 0x00000, 1 }, FCLASS_UNORM },
		{ { 0x0000000000000000, 0x00001, 0 }, FCLASS_UNORM },
		{ { 0x0000000000000000, 0x1fffe, 1 }, FCLASS_UNORM },
		{ { 0x0000000000000000, 0x1fffe, 0 }, FCLASS_NAT },
		{ { 0x0000000000000000, 0x00000, 0 }, FCLASS_ZERO },
		{ { 0x0000000000000000, 0x00000, 1 }, FCLASS_ZERO },
	};
	unsigned int i, mask;
	bool p1, p2;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool any_sign = rows[i].class >= FCLASS_SNAN, nat = rows[i].class == FCLASS_NAT;

		for (mask = 0; mask < 0x200; mask++) {
			bool sign_ok = mask & (rows[i].f.sign ? FCLASS_NEG : FCLASS_POS);
			bool x = mask & rows[i].class && (any_sign || sign_ok);

			fp_fclass(&rows[i].f, mask, &p1, &p2);
			assert_int_equal(p1, x);
			assert_int_equal(p2, !x && !nat);
		}
	}
}

/* ---- memory formats --------------------------------------------------------- */

/* Memory to register and back is the identity; the value is what the host says. */
static void test_single(void **state)
{
	struct rnd r = { 52 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		uint32_t v = rnd_pair(&r).sig;
		struct fpreg f = fp_from_single(v);
		MPFR_DECL_INIT(x, 64);
		float host;

		memcpy(&host, &v, sizeof(host));
		to_mpfr(x, &f);
		assert_int_equal(fp_to_single(&f), v);
		assert_int_equal(f.sign, v >> 31);
		assert_true(host != host ? is_nan(&f) && is_snan(&f) == !(v >> 22 & 1)
					 : mpfr_get_flt(x, MPFR_RNDN) == host);
		assert_int_equal(is_unnormal(&f), host && !(v >> 23 & 0xff));
	}
}

static void test_double(void **state)
{
	struct rnd r = { 53 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		uint64_t v = rnd64(&r), e = rnd_below(&r, 16);
		struct fpreg f;
		MPFR_DECL_INIT(x, 64);
		double host;

		if (e < 3)
			v = (v & ~(0x7ffull << 52)) | (e ? 0x7ff - e + 1 : 0) << 52;
		if (!rnd_below(&r, 8))
			v &= 0xfffull << 52;
		f = fp_from_double(v);
		memcpy(&host, &v, sizeof(host));
		to_mpfr(x, &f);
		assert_true(fp_to_double(&f) == v);
		assert_int_equal(f.sign, v >> 63);
		assert_true(host != host ? is_nan(&f) && is_snan(&f) == !(v >> 51 & 1)
					 : mpfr_get_d(x, MPFR_RNDN) == host);
		assert_int_equal(is_unnormal(&f), host && !(v >> 52 & 0x7ff));
	}
}

static void test_ext_and_spill(void **state)
{
	struct rnd r = { 54 };
	unsigned long n;

	(void)state;
	for (n = run_count(); n; n--) {
		uint64_t sig = rnd_sig(&r), lo, hi;
		uint16_t se = rnd_below(&r, 4) ? rnd64(&r) : 0x7fff * rnd_below(&r, 2), back;
		struct fpreg f = fp_from_ext(sig, se), g = rnd_reg(&r), h;

		fp_to_ext(&f, &lo, &back);
		assert_true(lo == sig && back == se);
		if ((se & 0x7fff) == 0x7fff)
			assert_int_equal(f.exp, FP_EXP_ONES);
		else if (se & 0x7fff)
			assert_int_equal((int)f.exp - (int)FP_EXP_BIAS, (se & 0x7fff) - 0x3fff);
		else
			assert_int_equal(f.exp, 0);
		fp_to_spill(&g, &lo, &hi);
		h = fp_from_spill(lo, hi | rnd64(&r) << 18);
		assert_true(same_reg(&g, &h));
		h = fp_from_exp(fp_to_exp(&g));
		assert_true(h.exp == g.exp && h.sign == g.sign && h.sig == FP_SIG_INT);
	}
}

/* What a store makes of registers that the format cannot hold (SDM vol 1 §5.3.2). */
static void test_narrowing(void **state)
{
	struct fpreg pi = { 0xc90fdaa22168c235, 0x10000, 0 };
	struct fpreg unnormal = { 0x4000000000000000, FP_EXP_BIAS, 1 };
	uint64_t sig;
	uint16_t se;

	(void)state;
	assert_int_equal(fp_to_single(&pi), 0x40490fda);
	assert_true(fp_to_double(&pi) == 0x400921fb54442d18);
	fp_to_ext(&pi, &sig, &se);
	assert_true(sig == pi.sig && se == 0x4000);
	assert_int_equal(fp_to_single(&unnormal), 0x80400000);
	assert_true(fp_to_double(&unnormal) == 0x8008000000000000);
	pi.exp = 0x1ffff;
	pi.sig = FP_SIG_INT;
	assert_int_equal(fp_to_single(&pi), 0x7f800000);
}

/* ---- significands -------------------------------------------------------------- */

static void test_xma(void **state)
{
	struct rnd r = { 55 };
	unsigned long n;
	mpz_t a, b, c;

	(void)state;
	mpz_inits(a, b, c, NULL);
	for (n = run_count(); n; n--) {
		struct fpreg f3 = fp_from_sig(rnd_sig(&r)), f4 = fp_from_sig(rnd_sig(&r));
		struct fpreg f2 = fp_from_sig(rnd_sig(&r)), l, h, hu, nat = FP_REG_NATVAL;

		l = fp_xma(FP_XMA_L, &f3, &f4, &f2);
		h = fp_xma(FP_XMA_H, &f3, &f4, &f2);
		hu = fp_xma(FP_XMA_HU, &f3, &f4, &f2);
		mpz_set_ui(c, f2.sig);
		mpz_set_ui(a, f3.sig);
		mpz_set_ui(b, f4.sig);
		mpz_addmul(c, a, b);
		assert_true(mpz_get_ui(c) == l.sig);
		mpz_fdiv_q_2exp(c, c, 64);
		assert_true(mpz_get_ui(c) == hu.sig);
		mpz_set_ui(c, f2.sig);
		mpz_set_si(a, f3.sig);
		mpz_set_si(b, f4.sig);
		mpz_addmul(c, a, b);
		mpz_fdiv_q_2exp(c, c, 64);
		mpz_fdiv_r_2exp(c, c, 64);
		assert_true(mpz_get_ui(c) == h.sig);
		assert_true(h.exp == FP_EXP_INTEGER && !h.sign);
		h = fp_xma(n % 3, n & 1 ? &nat : &f3, &f4, n & 1 ? &f2 : &nat);
		assert_true(fp_is_natval(&h));
	}
	mpz_clears(a, b, c, NULL);
}

static void test_pairs(void **state)
{
	static const struct {
		enum fp_pair op;
		uint64_t result;
	} rows[] = {
		{ FP_MIX_L, 0x8111111133333333 },   { FP_MIX_R, 0x2222222284444444 },
		{ FP_MIX_LR, 0x8111111184444444 },  { FP_SXT_L, 0xffffffff33333333 },
		{ FP_SXT_R, 0x0000000084444444 },   { FP_SWAP, 0x8444444481111111 },
		{ FP_SWAP_NL, 0x0444444481111111 }, { FP_SWAP_NR, 0x8444444401111111 },
		{ FP_AND, 0x0111111100000000 },	    { FP_ANDCM, 0x8000000022222222 },
		{ FP_OR, 0xb3333333a6666666 },	    { FP_XOR, 0xb2222222a6666666 },
	};
	struct fpreg a = { 0x8111111122222222, FP_EXP_BIAS, 1 }, nat = FP_REG_NATVAL, f;
	struct fpreg b = { 0x3333333384444444, FP_EXP_BIAS + 1, 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		f = fp_pair(rows[i].op, &a, &b);
		assert_true(f.sig == rows[i].result && f.exp == FP_EXP_INTEGER && !f.sign);
		f = fp_pair(rows[i].op, &nat, &b);
		assert_true(fp_is_natval(&f));
		f = fp_pair(rows[i].op, &a, &nat);
		assert_true(fp_is_natval(&f));
	}
	f = fp_pair(FP_PACK, &a, &b);
	assert_true(f.sig == 0xbf81111100333333);
	f = fp_fselect(&a, &b, &(struct fpreg){ 0xffff0000ffff0000, 0, 0 });
	assert_true(f.sig == 0x8111333322224444 && f.exp == FP_EXP_INTEGER);
}

static void test_merges(void **state)
{
	struct fpreg a = { 0x8111111122222222, 0x10123, 1 }, nat = FP_REG_NATVAL, f;
	struct fpreg b = { 0x3333333384444444, 0x0ffff, 1 };
	unsigned int op;

	(void)state;
	f = fp_fmerge(FP_MERGE_S, &a, &b);
	assert_true(f.sig == b.sig && f.exp == b.exp && f.sign == 1);
	f = fp_fmerge(FP_MERGE_NS, &a, &b);
	assert_true(f.sig == b.sig && f.exp == b.exp && f.sign == 0);
	f = fp_fmerge(FP_MERGE_SE, &a, &b);
	assert_true(f.sig == b.sig && f.exp == a.exp && f.sign == 1);
	assert_true(fp_fpmerge(FP_MERGE_S, &a, &b).sig == 0xb333333304444444);
	assert_true(fp_fpmerge(FP_MERGE_NS, &a, &b).sig == 0x3333333384444444);
	assert_true(fp_fpmerge(FP_MERGE_SE, &a, &b).sig == 0x8133333322444444);
	for (op = FP_MERGE_S; op <= FP_MERGE_SE; op++) {
		f = fp_fmerge(op, &nat, &b);
		assert_true(fp_is_natval(&f));
		f = fp_fpmerge(op, &a, &nat);
		assert_true(fp_is_natval(&f));
	}
}

/* ---- FPSR ----------------------------------------------------------------------- */

static void test_fpsr(void **state)
{
	uint64_t v = FPSR_DEFAULT;
	struct fp_env e = fp_env_get(v, 0);
	unsigned int sf;

	(void)state;
	assert_true(e.pc == 3 && !e.wre && !e.ftz && !e.rc && !e.td && e.traps == 0x3f);
	e = fp_env_get(v, 1);
	assert_true(e.pc == 3 && e.wre && !e.ftz && !e.rc && e.td);
	assert_true(fp_fpsr_valid(v));
	assert_false(fp_fpsr_valid(v | 1ull << 58));
	assert_false(fp_fpsr_valid(v | 1ull << 12));
	for (sf = 0; sf < 4; sf++)
		assert_false(fp_fpsr_valid(v & ~(2ull << (FPSR_SF_SHIFT(sf) + 2))));

	/* td disables every trap of its field, in other fields than sf0. */
	assert_int_equal(fp_env_get(v & ~0x3full, 1).traps, 0x3f);
	assert_int_equal(fp_env_get((v & ~0x3full) | 0x15, 0).traps, 0x15);

	v = fp_fsetc(v, 2, 0x0c, 0x51);
	e = fp_env_get(v, 2);
	assert_true(e.pc == 3 && !e.wre && e.ftz && e.rc == 1 && e.td);
	assert_true(fp_fsetc(v, 0, 0x7f, 0x40) >> 12 & 1);
	assert_false(fp_fpsr_valid(fp_fsetc(v, 0, 0x7f, 0x40)));

	/* Nothing of the field's own controls is left. */
	assert_int_equal(fp_fsetc(v | 0x7full << 32, 2, 0, 0x01) >> 32 & 0x7f, 0x01);

	e.flags = FP_I | FP_V;
	v = fp_env_commit(v, 3, &e);
	assert_int_equal(v >> (FPSR_SF_SHIFT(3) + 7) & 0x3f, FP_I | FP_V);
	assert_true(fp_fchkf(v, 3));
	v = fp_env_commit(v, 0, &e);
	assert_false(fp_fchkf(v, 3));
	assert_true(fp_fchkf(v & ~(uint64_t)FP_I, 3));
	assert_false(fp_fchkf(v & ~(uint64_t)FP_Z, 3));
	assert_false(fp_fchkf(fp_fclrf(v, 3), 3));
	assert_true(fp_fclrf(fp_fclrf(v, 3), 0) ==
		    (v & ~(0x3full << (FPSR_SF_SHIFT(3) + 7)) & ~(0x3full << 13)));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fcmp),	  cmocka_unit_test(test_fminmax),
		cmocka_unit_test(test_fclass),	  cmocka_unit_test(test_single),
		cmocka_unit_test(test_double),	  cmocka_unit_test(test_ext_and_spill),
		cmocka_unit_test(test_narrowing), cmocka_unit_test(test_xma),
		cmocka_unit_test(test_pairs),	  cmocka_unit_test(test_merges),
		cmocka_unit_test(test_fpsr),
	};

	if (argc > 1)
		setenv("FP_TEST_COUNT", argv[1], 1);
	return cmocka_run_group_tests_name("fp bits", tests, NULL, NULL);
}
