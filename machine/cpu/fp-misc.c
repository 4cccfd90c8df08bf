// SPDX-License-Identifier: MIT
/*
 * FPSR fields (SDM vol 1 §5.2; vol 3 fsetc, fclrf, fchkf) and the operations on
 * significands and sign/exponent fields that raise no exception. NaTVal goes in,
 * NaTVal comes out, throughout.
 */
#include "fp-impl.h"

struct fp_env fp_env_get(uint64_t fpsr, unsigned int sf)
{
	unsigned int c = fpsr >> FPSR_SF_SHIFT(sf);
	struct fp_env env = {
		.ftz = c & 1,
		.wre = c >> 1 & 1,
		.pc = c >> 2 & 3,
		.rc = c >> 4 & 3,
		.td = sf ? c >> 6 & 1 : 0,
		.traps = fpsr & 0x3f,
	};

	if (env.td)
		env.traps = 0x3f;
	return env;
}

bool fp_fpsr_valid(uint64_t fpsr)
{
	unsigned int sf;

	/* Bits 63:58, and td of sf0, are reserved; so is precision control 1. */
	if (fpsr >> 58 || fpsr >> (FPSR_SF_SHIFT(0) + 6) & 1)
		return false;
	for (sf = 0; sf < 4; sf++)
		if ((fpsr >> (FPSR_SF_SHIFT(sf) + 2) & 3) == 1)
			return false;
	return true;
}

uint64_t fp_fsetc(uint64_t fpsr, unsigned int sf, unsigned int amask7, unsigned int omask7)
{
	/* Every field starts from the controls of sf0, not from its own. */
	uint64_t controls = fpsr >> FPSR_SF_SHIFT(0) & FPSR_SF_CONTROLS;

	controls = ((controls & amask7) | omask7) & FPSR_SF_CONTROLS;
	fpsr &= ~(FPSR_SF_CONTROLS << FPSR_SF_SHIFT(sf));
	return fpsr | controls << FPSR_SF_SHIFT(sf);
}

uint64_t fp_fclrf(uint64_t fpsr, unsigned int sf)
{
	return fpsr & ~(FPSR_SF_FLAGS << FPSR_SF_SHIFT(sf));
}

bool fp_fchkf(uint64_t fpsr, unsigned int sf)
{
	unsigned int flags = fpsr >> (FPSR_SF_SHIFT(sf) + 7) & 0x3f;
	unsigned int flags0 = fpsr >> (FPSR_SF_SHIFT(0) + 7) & 0x3f;
	unsigned int disabled = fpsr & 0x3f;

	return flags & ~disabled || flags & ~flags0;
}

struct fpreg fp_xma(enum fp_xma op, const struct fpreg *f3, const struct fpreg *f4,
		    const struct fpreg *f2)
{
	u128 prod;

	if (fp_is_natval(f3) || fp_is_natval(f4) || fp_is_natval(f2))
		return FP_REG_NATVAL;
	if (op == FP_XMA_H)
		prod = (u128)((__int128)(int64_t)f3->sig * (int64_t)f4->sig);
	else
		prod = (u128)f3->sig * f4->sig;
	/* The addend is zero-extended even in the signed form. */
	prod += f2->sig;
	return fp_from_sig(op == FP_XMA_L ? prod : prod >> 64);
}

struct fpreg fp_fmerge(enum fp_merge op, const struct fpreg *f2, const struct fpreg *f3)
{
	if (fp_is_natval(f2) || fp_is_natval(f3))
		return FP_REG_NATVAL;
	switch (op) {
	case FP_MERGE_S: return (struct fpreg){ f3->sig, f3->exp, f2->sign };
	case FP_MERGE_NS: return (struct fpreg){ f3->sig, f3->exp, !f2->sign };
	default: return (struct fpreg){ f3->sig, f2->exp, f2->sign };
	}
}

struct fpreg fp_fpmerge(enum fp_merge op, const struct fpreg *f2, const struct fpreg *f3)
{
	const uint64_t signs = 0x8000000080000000ull, sign_exps = 0xff800000ff800000ull;
	uint64_t a = f2->sig, b = f3->sig;

	if (fp_is_natval(f2) || fp_is_natval(f3))
		return FP_REG_NATVAL;
	switch (op) {
	case FP_MERGE_S: return fp_from_sig((a & signs) | (b & ~signs));
	case FP_MERGE_NS: return fp_from_sig((~a & signs) | (b & ~signs));
	default: return fp_from_sig((a & sign_exps) | (b & ~sign_exps));
	}
}

static uint64_t halves(uint32_t hi, uint32_t lo)
{
	return (uint64_t)hi << 32 | lo;
}

static uint64_t pair(enum fp_pair op, const struct fpreg *f2, const struct fpreg *f3)
{
	const uint32_t sign = 1u << 31;
	uint64_t a = f2->sig, b = f3->sig;
	uint32_t ahi = a >> 32, alo = a, bhi = b >> 32, blo = b;

	switch (op) {
	case FP_MIX_L: return halves(ahi, bhi);
	case FP_MIX_R: return halves(alo, blo);
	case FP_MIX_LR: return halves(ahi, blo);
	case FP_SXT_L: return halves(ahi & sign ? ~0u : 0, bhi);
	case FP_SXT_R: return halves(alo & sign ? ~0u : 0, blo);
	case FP_SWAP: return halves(blo, ahi);
	case FP_SWAP_NL: return halves(blo ^ sign, ahi);
	case FP_SWAP_NR: return halves(blo, ahi ^ sign);
	case FP_PACK: return halves(fp_to_single(f2), fp_to_single(f3));
	case FP_AND: return a & b;
	case FP_ANDCM: return a & ~b;
	case FP_OR: return a | b;
	case FP_XOR: return a ^ b;
	}
	__builtin_unreachable();
}

struct fpreg fp_pair(enum fp_pair op, const struct fpreg *f2, const struct fpreg *f3)
{
	if (fp_is_natval(f2) || fp_is_natval(f3))
		return FP_REG_NATVAL;
	return fp_from_sig(pair(op, f2, f3));
}

struct fpreg fp_fselect(const struct fpreg *f3, const struct fpreg *f4, const struct fpreg *f2)
{
	if (fp_is_natval(f3) || fp_is_natval(f4) || fp_is_natval(f2))
		return FP_REG_NATVAL;
	return fp_from_sig((f3->sig & f2->sig) | (f4->sig & ~f2->sig));
}
