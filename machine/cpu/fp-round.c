// SPDX-License-Identifier: MIT
/*
 * IEEE rounding of an exact (sticky) 128-bit result to a computation model,
 * with the enabled and disabled responses to overflow, underflow and inexact
 * (SDM vol 1 §5.4.2, §5.4.3). Tininess is detected after rounding. All other
 * files leave range and precision to fp_round().
 */
#include <assert.h>

#include "fp-impl.h"

/* Exponent ranges of 8, 11, 15 and 17 bits, in register bias. */
#define PREC(b, n)                                                                                 \
	{                                                                                          \
		.bits = (b), .emin = 0x10001 - (1 << ((n)-1)), .emax = 0xfffe + (1 << ((n)-1)),    \
		.wrap = FP_EXP_ONES                                                                \
	}

/*
 * SDM vol 1 Table 5-6, indexed by completer, wre, dynamic pc. The reserved pc
 * value 1 cannot get into FPSR; its slots repeat double-extended.
 */
const struct fp_prec fp_prec_table[3][2][4] = {
	[FP_PC_NONE] = {
		{ PREC(24, 15), PREC(64, 15), PREC(53, 15), PREC(64, 15) },
		{ PREC(24, 17), PREC(64, 17), PREC(53, 17), PREC(64, 17) },
	},
	[FP_PC_S] = {
		{ PREC(24, 8), PREC(24, 8), PREC(24, 8), PREC(24, 8) },
		{ PREC(24, 17), PREC(24, 17), PREC(24, 17), PREC(24, 17) },
	},
	[FP_PC_D] = {
		{ PREC(53, 11), PREC(53, 11), PREC(53, 11), PREC(53, 11) },
		{ PREC(53, 17), PREC(53, 17), PREC(53, 17), PREC(53, 17) },
	},
};

const struct fp_prec fp_prec_parallel = {
	.bits = 24,
	.emin = 0xff81,
	.emax = 0x1007e,
	.wrap = 0xff,
};

bool fp_round_up(unsigned int rc, uint32_t sign, bool lsb, bool guard, bool sticky)
{
	switch (rc & 3) {
	case FP_RC_NEAREST: return guard && (lsb || sticky);
	case FP_RC_DOWN: return sign && (guard || sticky);
	case FP_RC_UP: return !sign && (guard || sticky);
	default: return false;
	}
}

/* The rounded top of @sig; *@up tells an increment, *@inexact any loss. A carry gives 0. */
static inline uint64_t round_sig(unsigned int rc, unsigned int bits, uint32_t sign, u128 sig,
				 bool *up, bool *inexact)
{
	uint64_t hi = sig >> 64, lo = sig;
	uint64_t unit = 1ull << (64 - bits);
	uint64_t below = hi & (unit - 1);
	bool guard, sticky;

	if (bits == 64) {
		guard = lo >> 63;
		sticky = lo << 1;
	} else {
		guard = below & unit >> 1;
		sticky = (below & ((unit >> 1) - 1)) | lo;
	}
	*inexact = guard || sticky;
	*up = fp_round_up(rc, sign, hi & unit, guard, sticky);
	return (hi - below) + (*up ? unit : 0);
}

/* Deliver a result whose trap is enabled: rounded once, exponent bits cut off. */
static void wrap_result(const struct fp_prec *p, uint32_t sign, int exp, uint64_t sig,
			struct fpreg *r)
{
	unsigned int base = p->wrap == FP_EXP_ONES ? 0 : FP_SNGL_BIAS_DIFF;

	*r = (struct fpreg){ sig, base + (((unsigned int)exp - base) & p->wrap), sign };
}

static unsigned int overflow(const struct fp_env *env, const struct fp_prec *p, uint32_t sign,
			     struct fpreg *r)
{
	bool inf = env->rc == FP_RC_NEAREST || env->rc == (sign ? FP_RC_DOWN : FP_RC_UP);

	if (inf)
		*r = fp_infinity(sign);
	else
		*r = (struct fpreg){ ~0ull << (64 - p->bits), p->emax, sign };
	return FP_O | FP_I | fp_inexact_trap(env, inf);
}

static unsigned int underflow(const struct fp_env *env, const struct fp_prec *p, uint32_t sign,
			      int exp, u128 sig, struct fpreg *r)
{
	int shift = p->emin - exp;
	bool up, inexact;
	uint64_t s;

	if (env->ftz) {
		*r = fp_zero(sign);
		return FP_U | FP_I | fp_inexact_trap(env, false);
	}
	assert(shift > 0);
	if (shift < 128)
		sig = sig >> shift | !!(sig << (128 - shift));
	else
		sig = 1;
	s = round_sig(env->rc, p->bits, sign, sig, &up, &inexact);
	/* Double-extended denormals have exponent 0 (SDM vol 1 §5.1.3), others Emin. */
	*r = (struct fpreg){ s, p->emin, sign };
	if (!s || (p->emin == 0xc001 && !(s >> 63)))
		r->exp = 0;
	return inexact ? FP_U | FP_I | fp_inexact_trap(env, up) : 0;
}

/**
 * fp_round - round to @p and deliver
 * @exp: register-biased exponent, unbounded
 * @sig: significand with bit 127 set; bit 0 stands for everything below it
 *
 * Return: the status word.
 */
unsigned int fp_round(const struct fp_env *env, const struct fp_prec *p, uint32_t sign, int exp,
		      u128 sig, struct fpreg *r)
{
	unsigned int st, isr;
	bool up, inexact;
	uint64_t s = round_sig(env->rc, p->bits, sign, sig, &up, &inexact);
	int e = exp;

	if (unlikely(!s)) {
		s = FP_SIG_INT;
		e++;
	}
	if (likely(e >= p->emin && e <= p->emax)) {
		*r = (struct fpreg){ s, e, sign };
		return inexact ? FP_I | fp_inexact_trap(env, up) : 0;
	}
	if (e > p->emax) {
		if (env->traps & FP_O)
			return overflow(env, p, sign, r);
		st = FP_O;
		isr = FP_ISR_TRAP_O;
	} else {
		if (env->traps & FP_U)
			return underflow(env, p, sign, exp, sig, r);
		st = FP_U;
		isr = FP_ISR_TRAP_U;
	}
	/* The trap handler needs to know of an inexact first rounding, enabled or not. */
	if (inexact) {
		st |= FP_I;
		isr |= FP_ISR_TRAP_I | (up ? FP_ISR_TRAP_FPA : 0);
	}
	wrap_result(p, sign, e, s, r);
	return st | FP_ST_TRAP(isr);
}

/* Both halves count: a fault in either faults the instruction (SDM vol 2 §8.3). */
enum fp_outcome fp_finish_pair(struct fp_env *env, unsigned int hi, unsigned int lo)
{
	unsigned int fhi = (hi & FP_ST_FAULTS) >> FP_ST_FAULT_SHIFT;
	unsigned int flo = (lo & FP_ST_FAULTS) >> FP_ST_FAULT_SHIFT;
	unsigned int thi = hi >> FP_ST_TRAP_SHIFT;
	unsigned int tlo = lo >> FP_ST_TRAP_SHIFT;

	env->flags = 0;
	env->isr = fhi | flo << FP_ISR_FAULT_LO_SHIFT;
	if (env->isr)
		return FP_FAULT;
	env->flags = (hi | lo) & 0x3f;
	env->isr = thi | tlo >> (11 - FP_ISR_TRAP_LO_SHIFT);
	if (!env->isr)
		return FP_DONE;
	env->isr |= FP_ISR_TRAP_FP;
	return FP_TRAP;
}
