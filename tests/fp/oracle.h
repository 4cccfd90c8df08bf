/* SPDX-License-Identifier: MIT */
/*
 * What the floating-point tests share: random operands and controls that dwell
 * on corner cases, and an oracle on top of MPFR that gives the expected result,
 * flags, outcome and ISR.code. The oracle leaves all arithmetic and rounding to
 * MPFR; it only knows encodings and the order of exceptions.
 */
#ifndef TESTS_FP_ORACLE_H
#define TESTS_FP_ORACLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <mpfr.h>

#include "cpu/fp.h"

#define FP_RUN_DEFAULT 1000000

/* ---- random material ------------------------------------------------------ */

struct rnd {
	uint64_t s;
};

/* splitmix64: a fixed seed makes each run the same. */
static inline uint64_t rnd64(struct rnd *r)
{
	uint64_t z = r->s += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static inline unsigned int rnd_below(struct rnd *r, unsigned int n)
{
	return rnd64(r) % n;
}

/* How many operand sets a test takes; a program's argument becomes FP_TEST_COUNT. */
static inline unsigned long run_count(void)
{
	const char *s = getenv("FP_TEST_COUNT");
	unsigned long n = s ? strtoul(s, NULL, 0) : 0;

	return n ? n : FP_RUN_DEFAULT;
}

static inline uint64_t rnd_sig(struct rnd *r)
{
	uint64_t v = rnd64(r);

	switch (rnd_below(r, 10)) {
	case 0: v = 0; break;
	case 1: v = ~0ull; break;
	case 2: v = 1ull << rnd_below(r, 64); break;
	case 3: v = ~0ull << rnd_below(r, 64); break;
	case 4: v = ~0ull >> rnd_below(r, 64); break;
	case 5: v &= ~0ull << 40; break;
	case 6: v &= ~0ull << 11; break;
	/* Around the rounding points of single and double. */
	case 7: v = (v & ~0ull << 40) | 1ull << 39 | (rnd64(r) & 1); break;
	case 8: v = (v & ~0ull << 11) | 1ull << 10 | (rnd64(r) & 1); break;
	default: break;
	}
	return rnd_below(r, 8) ? v | FP_SIG_INT : v;
}

static inline uint32_t rnd_exp(struct rnd *r)
{
	static const uint32_t edges[] = { 0,	   1,	    64,	     0xc001,  0xfc01,
					  0xff81,  0x1007e, 0x103fe, 0x13ffe, 0x1fffe,
					  0x1ffff, 0x1003e, 0x1001e, 0xffff };

	switch (rnd_below(r, 8)) {
	case 0: return rnd64(r) & FP_EXP_ONES;
	case 1: return edges[rnd_below(r, 14)];
	case 2: return (edges[rnd_below(r, 14)] + rnd_below(r, 70) - 35) & FP_EXP_ONES;
	default: return FP_EXP_BIAS - 70 + rnd_below(r, 140);
	}
}

static inline struct fpreg rnd_reg(struct rnd *r)
{
	static const struct fpreg special[] = {
		{ 0, 0, 0 },
		{ 0, 0, 1 },
		{ FP_SIG_INT, FP_EXP_ONES, 0 },
		{ FP_SIG_INT, FP_EXP_ONES, 1 },
		{ FP_SIG_INT, FP_EXP_BIAS, 0 },
		{ 0, FP_EXP_NATVAL, 0 },
		{ 0, FP_EXP_NATVAL, 1 },
		{ 0, FP_EXP_INTEGER, 0 },
		{ 0xc000000000000000ull, FP_EXP_ONES, 1 },
		{ 0xa000000000000001ull, FP_EXP_ONES, 0 },
		{ 0x4000000000000000ull, FP_EXP_ONES, 0 },
		{ 0, FP_EXP_ONES, 1 },
	};
	struct fpreg f;

	if (!rnd_below(r, 16))
		return special[rnd_below(r, 12)];
	f = (struct fpreg){ rnd_sig(r), rnd_exp(r), rnd64(r) & 1 };
	return f;
}

/* A pair of singles, corner cases in each half. */
static inline struct fpreg rnd_pair(struct rnd *r)
{
	static const uint32_t special[] = { 0,		0x80000000, 0x7f800000, 0xff800000,
					    0x7fc00000, 0x7f800001, 0xffbfffff, 0x00000001,
					    0x807fffff, 0x00800000, 0x7f7fffff, 0x3f800000 };
	uint32_t h[2];
	int i;

	if (!rnd_below(r, 200))
		return FP_REG_NATVAL;
	for (i = 0; i < 2; i++) {
		h[i] = rnd64(r);
		if (!rnd_below(r, 4))
			h[i] = special[rnd_below(r, 12)];
		else if (rnd_below(r, 3))
			h[i] = (h[i] & 0x807fffff) | (64 + rnd_below(r, 128)) << 23;
		if (!rnd_below(r, 4))
			h[i] &= ~0u << 12;
	}
	return fp_from_sig((uint64_t)h[0] << 32 | h[1]);
}

static inline struct fp_env rnd_env(struct rnd *r)
{
	static const uint8_t pcs[] = { 0, 2, 3 };
	uint64_t v = rnd64(r);
	struct fp_env e = {
		.rc = v & 3,
		.wre = v >> 2 & 1,
		.pc = pcs[rnd_below(r, 3)],
		.ftz = !(v >> 4 & 7),
		.traps = v >> 8 & 3 ? 0x3f : v >> 16 & 0x3f,
		.flags = 0xff,
		.isr = 0xffff,
	};

	return e;
}

/* ---- expectations --------------------------------------------------------- */

struct expect {
	struct fpreg r;
	unsigned int flags;  /* all that are raised, enabled or not */
	unsigned int faults; /* enabled V, D, Z */
	unsigned int traps;  /* scalar ISR.code bits 14:11 */
};

struct model {
	int prec, ebits;
	bool parallel;
};

/* SDM vol 1 Table 5-6, written down a second time. */
static inline struct model model_of(const struct fp_env *e, enum fp_pc pc)
{
	struct model m = { .ebits = e->wre ? 17 : 15 };

	if (pc != FP_PC_NONE)
		m.ebits = e->wre ? 17 : pc == FP_PC_S ? 8 : 11;
	if (pc == FP_PC_NONE)
		m.prec = e->pc == 0 ? 24 : e->pc == 2 ? 53 : 64;
	else
		m.prec = pc == FP_PC_S ? 24 : 53;
	return m;
}

static inline bool is_finite(const struct fpreg *f)
{
	return f->exp != FP_EXP_ONES;
}

static inline bool is_unsupported(const struct fpreg *f)
{
	return !is_finite(f) && !(f->sig >> 63);
}

static inline bool is_nan(const struct fpreg *f)
{
	return !is_finite(f) && f->sig >> 63 && f->sig << 1;
}

static inline bool is_snan(const struct fpreg *f)
{
	return is_nan(f) && !(f->sig >> 62 & 1);
}

static inline bool is_unnormal(const struct fpreg *f)
{
	if (!is_finite(f))
		return false;
	return f->exp == 0 ? f->sig != 0 : !(f->sig >> 63);
}

static inline mpfr_rnd_t rnd_of(unsigned int rc)
{
	static const mpfr_rnd_t map[] = { MPFR_RNDN, MPFR_RNDD, MPFR_RNDU, MPFR_RNDZ };

	return map[rc];
}

/* A register's value; NaNs and unsupported become MPFR's NaN. */
static inline void to_mpfr(mpfr_t x, const struct fpreg *f)
{
	long exp = f->exp ? (long)f->exp : 0xc001;

	if (is_finite(f))
		mpfr_set_ui_2exp(x, f->sig, exp - FP_EXP_BIAS - 63, MPFR_RNDN);
	else if (f->sig == FP_SIG_INT)
		mpfr_set_inf(x, 1);
	else
		mpfr_set_nan(x);
	if (!mpfr_nan_p(x))
		mpfr_setsign(x, x, f->sign, MPFR_RNDN);
}

/* |x| * 2^scale as an integer below 2^64. */
static inline uint64_t scaled(const mpfr_t x, long scale)
{
	MPFR_DECL_INIT(t, 64);

	mpfr_mul_2si(t, x, scale, MPFR_RNDN);
	return mpfr_get_ui(t, MPFR_RNDZ);
}

static inline uint64_t mpfr_sig(mpfr_t x, long scale)
{
	uint64_t v;

	if (mpfr_signbit(x)) {
		mpfr_neg(x, x, MPFR_RNDN);
		v = scaled(x, scale);
		mpfr_neg(x, x, MPFR_RNDN);
		return v;
	}
	return scaled(x, scale);
}

static inline unsigned int expect_inexact(const struct fp_env *e, bool away)
{
	if (e->traps & FP_I)
		return 0;
	return FP_ISR_TRAP_I | (away ? FP_ISR_TRAP_FPA : 0);
}

/*
 * Range and delivery of @x, already rounded to m->prec bits without a bound on
 * the exponent, @t being MPFR's ternary value.
 */
static inline struct expect deliver(const struct fp_env *e, struct model m, mpfr_t x, int t)
{
	long emin = 2 - (1l << (m.ebits - 1)), emax = (1l << (m.ebits - 1)) - 1;
	unsigned int sign = mpfr_signbit(x) != 0;
	bool away = sign ? t < 0 : t > 0;
	struct expect x0 = { .r = { 0, 0, sign } };
	mpfr_exp_t lo = mpfr_get_emin(), hi = mpfr_get_emax();
	long exp;

	if (mpfr_zero_p(x))
		return x0;
	exp = mpfr_get_exp(x) - 1;
	x0.r.sig = mpfr_sig(x, 63 - exp);
	x0.r.exp = exp + FP_EXP_BIAS;
	if (exp >= emin && exp <= emax) {
		if (t) {
			x0.flags = FP_I;
			x0.traps = expect_inexact(e, away);
		}
		return x0;
	}
	if (!(e->traps & (exp > emax ? FP_O : FP_U))) {
		x0.flags = exp > emax ? FP_O : FP_U;
		x0.traps = exp > emax ? FP_ISR_TRAP_O : FP_ISR_TRAP_U;
		if (t) {
			x0.flags |= FP_I;
			x0.traps |= FP_ISR_TRAP_I | (away ? FP_ISR_TRAP_FPA : 0);
		}
		if (m.parallel)
			x0.r.exp = ((exp + 127) & 0xff) + FP_EXP_BIAS - 127;
		else
			x0.r.exp &= FP_EXP_ONES;
		return x0;
	}
	if (exp < emin && e->ftz) {
		x0.r = (struct fpreg){ 0, 0, sign };
		x0.flags = FP_U | FP_I;
		x0.traps = expect_inexact(e, false);
		return x0;
	}
	/* The recipe of the MPFR manual for IEEE formats. */
	mpfr_set_emin(emin + 1 - (m.prec - 1));
	mpfr_set_emax(emax + 1);
	t = mpfr_check_range(x, t, rnd_of(e->rc));
	t = mpfr_subnormalize(x, t, rnd_of(e->rc));
	mpfr_set_emin(lo);
	mpfr_set_emax(hi);
	away = sign ? t < 0 : t > 0;
	if (exp > emax) {
		x0.flags = FP_O | FP_I;
		x0.traps = expect_inexact(e, away);
		if (mpfr_inf_p(x))
			x0.r = (struct fpreg){ FP_SIG_INT, FP_EXP_ONES, sign };
		else
			x0.r = (struct fpreg){ mpfr_sig(x, 63 - emax), emax + FP_EXP_BIAS, sign };
		return x0;
	}
	x0.r = (struct fpreg){ mpfr_sig(x, 63 - emin), emin + FP_EXP_BIAS, sign };
	if (!x0.r.sig || (m.ebits == 15 && !(x0.r.sig >> 63)))
		x0.r.exp = 0;
	if (t) {
		x0.flags = FP_U | FP_I;
		x0.traps = expect_inexact(e, away);
	}
	return x0;
}

static inline struct expect expect_except(const struct fp_env *e, unsigned int ex, struct fpreg r)
{
	return (struct expect){ .r = r, .flags = ex, .faults = ex & ~e->traps };
}

static inline struct fpreg quiet(const struct fpreg *f)
{
	return (struct fpreg){ f->sig | FP_SIG_QUIET, f->exp, f->sign };
}

static const struct fpreg indefinite = { 0xc000000000000000ull, FP_EXP_ONES, 1 };

/* ---- checking ------------------------------------------------------------- */

static inline bool same_reg(const struct fpreg *a, const struct fpreg *b)
{
	return a->sig == b->sig && a->exp == b->exp && a->sign == b->sign;
}

static inline void print_reg(const char *name, const struct fpreg *f)
{
	print_error("%s: %u %05x %016llx\n", name, f->sign, f->exp, (unsigned long long)f->sig);
}

/* Compare an outcome with the expectation; prints both before failing. */
static inline void check_outcome(const char *what, const struct fp_env *e, enum fp_outcome out,
				 const struct fpreg *r, const struct expect *x,
				 const struct fpreg *src[3])
{
	unsigned int isr = x->faults ? x->faults : x->traps ? x->traps | FP_ISR_TRAP_FP : 0;
	unsigned int flags = x->faults ? 0 : x->flags;
	enum fp_outcome xout = x->faults ? FP_FAULT : x->traps ? FP_TRAP : FP_DONE;
	int i;

	if (out == xout && e->isr == isr && e->flags == flags &&
	    (out == FP_FAULT || same_reg(r, &x->r)))
		return;
	print_error("%s: rc %u pc %u wre %u ftz %u traps %02x\n", what, e->rc, e->pc, e->wre,
		    e->ftz, e->traps);
	for (i = 0; i < 3; i++)
		if (src[i])
			print_reg("source  ", src[i]);
	print_reg("result  ", r);
	print_reg("expected", &x->r);
	print_error("outcome %u, expected %u; flags %02x, expected %02x; isr %04x, expected %04x\n",
		    out, xout, e->flags, flags, e->isr, isr);
	fail();
}

#endif
