// SPDX-License-Identifier: MIT
/*
 * Parallel single-precision instructions (SDM vol 3 fpma, fprcpa, fpcmp ...):
 * each half of the significands goes through the scalar core as a single, in the
 * 24-bit, 8-bit-exponent model; flags are merged, faults and traps kept apart in
 * ISR.code. FR 1 is not 1.0 here but its significand (SDM vol 1 §5.1.3).
 */
#include <stddef.h>

#include "fp-impl.h"

/* The halves of up to three sources, high first, and of the result. */
struct half {
	struct fpreg a, b, c;
	uint32_t r;
	bool p;
	unsigned int st;
};

static void split(struct half h[2], const struct fpreg *a, const struct fpreg *b,
		  const struct fpreg *c)
{
	int i;

	for (i = 0; i < 2; i++) {
		int shift = i ? 0 : 32;

		h[i].a = fp_from_single(a->sig >> shift);
		if (b)
			h[i].b = fp_from_single(b->sig >> shift);
		if (c)
			h[i].c = fp_from_single(c->sig >> shift);
	}
}

static bool any_natval(const struct fpreg *a, const struct fpreg *b, const struct fpreg *c)
{
	return fp_is_natval(a) || (b && fp_is_natval(b)) || (c && fp_is_natval(c));
}

static enum fp_outcome join(struct fp_env *env, const struct half h[2], struct fpreg *f1)
{
	enum fp_outcome out = fp_finish_pair(env, h[0].st, h[1].st);

	if (out != FP_FAULT)
		*f1 = fp_from_sig((uint64_t)h[0].r << 32 | h[1].r);
	return out;
}

static enum fp_outcome natval_result(struct fp_env *env, struct fpreg *f1)
{
	*f1 = FP_REG_NATVAL;
	return fp_finish(env, 0);
}

static enum fp_outcome fma_pair(struct fp_env *env, struct fp_fma_signs s, struct fpreg *f1,
				const struct fpreg *f3, const struct fpreg *f4,
				const struct fpreg *f2)
{
	struct half h[2];
	struct fpreg r;
	int i;

	if (any_natval(f3, f4, f2))
		return natval_result(env, f1);
	split(h, f3, f4, f2);
	for (i = 0; i < 2; i++) {
		r = FP_REG_ZERO;
		h[i].st = fp_fma_core(env, &fp_prec_parallel, s, &r, &h[i].a, &h[i].b,
				      f2 ? &h[i].c : NULL);
		h[i].r = fp_to_single(&r);
	}
	return join(env, h, f1);
}

enum fp_outcome fp_fpma(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_pair(env, FP_SIGNS_FMA, f1, f3, f4, f2);
}

enum fp_outcome fp_fpms(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_pair(env, FP_SIGNS_FMS, f1, f3, f4, f2);
}

enum fp_outcome fp_fpnma(struct fp_env *env, struct fpreg *f1, const struct fpreg *f3,
			 const struct fpreg *f4, const struct fpreg *f2)
{
	return fma_pair(env, FP_SIGNS_FNMA, f1, f3, f4, f2);
}

/*
 * A reciprocal that no single can hold is delivered as infinity or zero, and
 * where iterations on it could leave the single range the predicate is cleared;
 * software then divides each half by itself (SDM vol 3 fprcpa).
 */
static void recip_half(const struct fp_env *env, struct half *h)
{
	struct fp_num n, d;
	struct fpreg r;
	int est;

	h->p = false;
	if (!fp_recip_special(env, &r, &h->a, &h->b, &h->st)) {
		n = fp_unpack(&h->a);
		d = fp_unpack(&h->b);
		est = n.exp - d.exp;
		if (fp_is_unnormal(&h->b)) {
			r = fp_infinity(d.sign);
		} else if (d.exp >= (int)FP_EXP_BIAS + 125) {
			r = fp_zero(d.sign);
		} else {
			r = fp_recip_approx(&d);
			h->p = est < 127 && est > 2 - 127 && n.exp > (int)FP_EXP_BIAS - 127 + 24;
		}
	}
	h->r = fp_to_single(&r);
}

enum fp_outcome fp_fprcpa(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f2,
			  const struct fpreg *f3)
{
	struct half h[2];
	enum fp_outcome out;

	if (any_natval(f2, f3, NULL)) {
		*p2 = false;
		return natval_result(env, f1);
	}
	split(h, f2, f3, NULL);
	recip_half(env, &h[0]);
	recip_half(env, &h[1]);
	out = join(env, h, f1);
	if (out != FP_FAULT)
		*p2 = h[0].p && h[1].p;
	return out;
}

static void rsqrt_half(const struct fp_env *env, struct half *h)
{
	struct fp_num n;
	struct fpreg r;

	h->p = false;
	if (!fp_rsqrt_invalid(env, &r, &h->a, &h->st)) {
		n = fp_unpack(&h->a);
		if (fp_is_zero(&h->a)) {
			r = fp_infinity(n.sign);
		} else if (fp_is_inf(&h->a)) {
			r = fp_zero(0);
		} else {
			r = fp_rsqrt_approx(&n);
			h->p = n.exp > (int)FP_EXP_BIAS - 127 + 24;
		}
	}
	h->r = h->st & FP_ST_FAULTS ? 0 : fp_to_single(&r);
}

enum fp_outcome fp_fprsqrta(struct fp_env *env, struct fpreg *f1, bool *p2, const struct fpreg *f3)
{
	struct half h[2];
	enum fp_outcome out;

	if (any_natval(f3, NULL, NULL)) {
		*p2 = false;
		return natval_result(env, f1);
	}
	split(h, f3, NULL, NULL);
	rsqrt_half(env, &h[0]);
	rsqrt_half(env, &h[1]);
	out = join(env, h, f1);
	if (out != FP_FAULT)
		*p2 = h[0].p && h[1].p;
	return out;
}

enum fp_outcome fp_fpcmp(struct fp_env *env, enum fp_rel rel, struct fpreg *f1,
			 const struct fpreg *f2, const struct fpreg *f3)
{
	struct half h[2];
	int i;

	if (any_natval(f2, f3, NULL))
		return natval_result(env, f1);
	split(h, f2, f3, NULL);
	for (i = 0; i < 2; i++) {
		h[i].st = fp_cmp_core(env, rel, &h[i].a, &h[i].b, &h[i].p);
		h[i].r = h[i].p ? ~0u : 0;
	}
	return join(env, h, f1);
}

enum fp_outcome fp_fpminmax(struct fp_env *env, enum fp_minmax op, struct fpreg *f1,
			    const struct fpreg *f2, const struct fpreg *f3)
{
	struct half h[2];
	struct fpreg r;
	int i;

	if (any_natval(f2, f3, NULL))
		return natval_result(env, f1);
	split(h, f2, f3, NULL);
	for (i = 0; i < 2; i++) {
		h[i].st = fp_minmax_core(env, op, &r, &h[i].a, &h[i].b);
		h[i].r = fp_to_single(&r);
	}
	return join(env, h, f1);
}

enum fp_outcome fp_fpcvt_fx(struct fp_env *env, enum fp_cvt op, struct fpreg *f1,
			    const struct fpreg *f2)
{
	struct half h[2];
	uint64_t r;
	int i;

	if (any_natval(f2, NULL, NULL))
		return natval_result(env, f1);
	split(h, f2, NULL, NULL);
	for (i = 0; i < 2; i++) {
		h[i].st = fp_fcvt_core(env, op, 32, &r, &h[i].a);
		h[i].r = r;
	}
	return join(env, h, f1);
}
