// SPDX-License-Identifier: MIT
/*
 * F unit: the state around the arithmetic of fp.h (SDM vol 3 §4.6).
 *
 * Each handler checks that the registers it names are enabled (PSR.dfl, PSR.dfh), computes,
 * and then either faults with nothing changed, or writes its target, PSR.mfl/mfh and the
 * flags of its status field, and traps if it has to (SDM vol 1 §5.4). Targets f0 and f1,
 * and p1 == p2, are refused when the slot is decoded.
 */
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "cpu/fault.h"
#include "cpu/fp.h"

/* 1 for f2-f31, 2 for f32-f127: a PSR.dfl/dfh bit, and the ISR code of the fault. */
static inline unsigned bank(unsigned f)
{
	return f >= 32 ? 2 : f >= 2;
}

/* The banks among @banks that are disabled. */
static inline unsigned disabled(const struct cpu *cpu, unsigned banks)
{
	return banks & (cpu->psr / PSR_DFL);
}

static inline unsigned banks3(const struct op *op)
{
	return bank(op->r1) | bank(op->r2) | bank(op->r3);
}

static inline unsigned banks4(const struct op *op)
{
	return banks3(op) | bank(op->r4);
}

static inline void put_fr(struct cpu *cpu, unsigned f, struct fpreg v)
{
	*cpu_fr(cpu, f) = v;
	cpu->psr |= f < 32 ? PSR_MFL : PSR_MFH;
}

static inline struct fp_env env_of(const struct cpu *cpu, unsigned sf)
{
	return fp_env_get(cpu->ar[AR_FPSR], sf);
}

/* After the results are written: the flags, and the trap if there is one. */
static inline enum exec commit(struct cpu *cpu, unsigned sf, const struct fp_env *env,
			       enum fp_outcome out)
{
	cpu->ar[AR_FPSR] = fp_env_commit(cpu->ar[AR_FPSR], sf, env);
	return likely(out == FP_DONE) ? EXEC_NEXT : fault_fp_trap(cpu, env->isr);
}

/* Ends an instruction whose only result is @v for f1. */
static inline enum exec finish(struct cpu *cpu, const struct op *op, unsigned sf,
			       const struct fp_env *env, enum fp_outcome out, const struct fpreg *v)
{
	if (unlikely(out == FP_FAULT))
		return fault_fp(cpu, env->isr);
	put_fr(cpu, op->r1, *v);
	return commit(cpu, sf, env, out);
}

static inline void put_pair(struct cpu *cpu, const struct op *op, bool v1, bool v2)
{
	cpu_set_pr(cpu, op->p1, v1);
	cpu_set_pr(cpu, op->p2, v2);
}

/* ---- multiply-add; with f0 as the addend nothing is added (page fma) ---- */

static inline const struct fpreg *addend(struct cpu *cpu, const struct op *op)
{
	return op->r2 ? cpu_fr(cpu, op->r2) : NULL;
}

#define FMA(id)                                                                                    \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, banks4(op));                                         \
		struct fp_env env = env_of(cpu, op->c[1]);                                         \
		enum fp_outcome out;                                                               \
		struct fpreg v;                                                                    \
                                                                                                   \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		out = fp_##id(&env, op->c[0], &v, cpu_fr(cpu, op->r3), cpu_fr(cpu, op->r4),        \
			      addend(cpu, op));                                                    \
		return finish(cpu, op, op->c[1], &env, out, &v);                                   \
	}

#define FPMA(id)                                                                                   \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, banks4(op));                                         \
		struct fp_env env = env_of(cpu, op->c[0]);                                         \
		enum fp_outcome out;                                                               \
		struct fpreg v;                                                                    \
                                                                                                   \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		out = fp_##id(&env, &v, cpu_fr(cpu, op->r3), cpu_fr(cpu, op->r4),                  \
			      addend(cpu, op));                                                    \
		return finish(cpu, op, op->c[0], &env, out, &v);                                   \
	}

_Static_assert((int)ISA_PC_NONE == FP_PC_NONE && (int)ISA_PC_S == FP_PC_S &&
		       (int)ISA_PC_D == FP_PC_D,
	       "precision completers");

FMA(fma)
FMA(fms)
FMA(fnma)
FPMA(fpma)
FPMA(fpms)
FPMA(fpnma)

/* ---- approximations: PR[p2] is written even under a false predicate ---- */

#define APPROX(id, sources, ...)                                                                   \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, bank(op->r1) | (sources));                           \
		struct fp_env env = env_of(cpu, op->c[0]);                                         \
		enum fp_outcome out;                                                               \
		struct fpreg v;                                                                    \
		bool p2;                                                                           \
                                                                                                   \
		if (!cpu_pr(cpu, op->qpx)) {                                                       \
			cpu_set_pr(cpu, op->p2, false);                                            \
			return EXEC_NEXT;                                                          \
		}                                                                                  \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		out = fp_##id(&env, &v, &p2, __VA_ARGS__);                                         \
		if (out != FP_FAULT)                                                               \
			cpu_set_pr(cpu, op->p2, p2);                                               \
		return finish(cpu, op, op->c[0], &env, out, &v);                                   \
	}

APPROX(frcpa, bank(op->r2) | bank(op->r3), cpu_fr(cpu, op->r2), cpu_fr(cpu, op->r3))
APPROX(fprcpa, bank(op->r2) | bank(op->r3), cpu_fr(cpu, op->r2), cpu_fr(cpu, op->r3))
APPROX(frsqrta, bank(op->r3), cpu_fr(cpu, op->r3))
APPROX(fprsqrta, bank(op->r3), cpu_fr(cpu, op->r3))

/* ---- compare and classify; .unc acts whatever its predicate is ---- */

_Static_assert((int)ISA_FREL_UNORD == FP_REL_UNORD && (int)ISA_FPREL_ORD == FP_REL_ORD,
	       "relations");

enum exec exec_fcmp(struct cpu *cpu, const struct op *op)
{
	unsigned code = disabled(cpu, bank(op->r2) | bank(op->r3));
	struct fp_env env = env_of(cpu, op->c[2]);
	enum fp_outcome out;
	bool v1, v2;

	if (!cpu_pr(cpu, op->qpx)) {
		put_pair(cpu, op, false, false);
		return EXEC_NEXT;
	}
	if (unlikely(code))
		return fault_disabled_fp(cpu, code, 0);
	out = fp_fcmp(&env, op->c[0], cpu_fr(cpu, op->r2), cpu_fr(cpu, op->r3), &v1, &v2);
	if (out == FP_FAULT)
		return fault_fp(cpu, env.isr);
	put_pair(cpu, op, v1, v2);
	return commit(cpu, op->c[2], &env, out);
}

enum exec exec_fclass_m(struct cpu *cpu, const struct op *op)
{
	unsigned code = disabled(cpu, bank(op->r2));
	bool v1 = false, v2 = false;

	if (cpu_pr(cpu, op->qpx)) {
		if (unlikely(code))
			return fault_disabled_fp(cpu, code, 0);
		fp_fclass(cpu_fr(cpu, op->r2), op->imm, &v1, &v2);
	}
	put_pair(cpu, op, v1, v2);
	return EXEC_NEXT;
}

/* Defines a row f1 = f(f2, f3) with a status field, the completer @sf. */
#define ARITH(id, sf, ...)                                                                         \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, banks3(op));                                         \
		struct fp_env env = env_of(cpu, op->c[sf]);                                        \
		const struct fpreg *f2 = cpu_fr(cpu, op->r2), *f3 = cpu_fr(cpu, op->r3);           \
		enum fp_outcome out;                                                               \
		struct fpreg v;                                                                    \
                                                                                                   \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		out = __VA_ARGS__;                                                                 \
		return finish(cpu, op, op->c[sf], &env, out, &v);                                  \
	}

ARITH(fpcmp, 1, fp_fpcmp(&env, op->c[0], &v, f2, f3))
ARITH(fmin, 0, fp_fminmax(&env, FP_MIN, &v, f2, f3))
ARITH(fmax, 0, fp_fminmax(&env, FP_MAX, &v, f2, f3))
ARITH(famin, 0, fp_fminmax(&env, FP_AMIN, &v, f2, f3))
ARITH(famax, 0, fp_fminmax(&env, FP_AMAX, &v, f2, f3))
ARITH(fpmin, 0, fp_fpminmax(&env, FP_MIN, &v, f2, f3))
ARITH(fpmax, 0, fp_fpminmax(&env, FP_MAX, &v, f2, f3))
ARITH(fpamin, 0, fp_fpminmax(&env, FP_AMIN, &v, f2, f3))
ARITH(fpamax, 0, fp_fpminmax(&env, FP_AMAX, &v, f2, f3))

/* ---- conversions: one source ---- */

/* Completers: unsigned, truncating, status field. */
static inline enum fp_cvt cvt_op(const struct op *op)
{
	return op->c[1] ? (op->c[0] ? FP_FXU_TRUNC : FP_FX_TRUNC) : (op->c[0] ? FP_FXU : FP_FX);
}

#define CONVERT(id)                                                                                \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, bank(op->r1) | bank(op->r2));                        \
		struct fp_env env = env_of(cpu, op->c[2]);                                         \
		enum fp_outcome out;                                                               \
		struct fpreg v;                                                                    \
                                                                                                   \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		out = fp_##id(&env, cvt_op(op), &v, cpu_fr(cpu, op->r2));                          \
		return finish(cpu, op, op->c[2], &env, out, &v);                                   \
	}

CONVERT(fcvt_fx)
CONVERT(fpcvt_fx)

/* ---- operations without exceptions ---- */

/* Defines a row that computes f1 from the registers of @banks. */
#define PLAIN(id, banks, ...)                                                                      \
	enum exec exec_##id(struct cpu *cpu, const struct op *op)                                  \
	{                                                                                          \
		unsigned code = disabled(cpu, (banks));                                            \
                                                                                                   \
		if (unlikely(code))                                                                \
			return fault_disabled_fp(cpu, code, 0);                                    \
		put_fr(cpu, op->r1, __VA_ARGS__);                                                  \
		return EXEC_NEXT;                                                                  \
	}

#define F2 cpu_fr(cpu, op->r2)
#define F3 cpu_fr(cpu, op->r3)
#define F4 cpu_fr(cpu, op->r4)

_Static_assert((int)ISA_FMERGE_NS == FP_MERGE_NS && (int)ISA_FMERGE_SE == FP_MERGE_SE, "merges");

static inline enum fp_xma xma_op(unsigned c)
{
	return c == ISA_XMA_L ? FP_XMA_L : c == ISA_XMA_H ? FP_XMA_H : FP_XMA_HU;
}

static inline enum fp_pair mix_op(unsigned c)
{
	return c == ISA_FMIX_LR ? FP_MIX_LR : c == ISA_FMIX_R ? FP_MIX_R : FP_MIX_L;
}

static inline enum fp_pair swap_op(unsigned c)
{
	return c == ISA_FSWAP_NONE ? FP_SWAP : c == ISA_FSWAP_NL ? FP_SWAP_NL : FP_SWAP_NR;
}

PLAIN(fcvt_xf, bank(op->r1) | bank(op->r2), fp_fcvt_xf(F2))
PLAIN(xma, banks4(op), fp_xma(xma_op(op->c[0]), F3, F4, F2))
PLAIN(fselect, banks4(op), fp_fselect(F3, F4, F2))
PLAIN(fmerge, banks3(op), fp_fmerge(op->c[0], F2, F3))
PLAIN(fpmerge, banks3(op), fp_fpmerge(op->c[0], F2, F3))
PLAIN(fmix, banks3(op), fp_pair(mix_op(op->c[0]), F2, F3))
PLAIN(fsxt, banks3(op), fp_pair(op->c[0] == ISA_LR_L ? FP_SXT_L : FP_SXT_R, F2, F3))
PLAIN(fswap, banks3(op), fp_pair(swap_op(op->c[0]), F2, F3))
PLAIN(fpack, banks3(op), fp_pair(FP_PACK, F2, F3))
PLAIN(fand, banks3(op), fp_pair(FP_AND, F2, F3))
PLAIN(fandcm, banks3(op), fp_pair(FP_ANDCM, F2, F3))
PLAIN(for, banks3(op), fp_pair(FP_OR, F2, F3))
PLAIN(fxor, banks3(op), fp_pair(FP_XOR, F2, F3))

/* ---- the status register itself ---- */

enum exec exec_fclrf(struct cpu *cpu, const struct op *op)
{
	cpu->ar[AR_FPSR] = fp_fclrf(cpu->ar[AR_FPSR], op->c[0]);
	return EXEC_NEXT;
}

/* The masks: amask7 in @imm, omask7 in @len. */
enum exec exec_fsetc(struct cpu *cpu, const struct op *op)
{
	uint64_t fpsr = fp_fsetc(cpu->ar[AR_FPSR], op->c[0], op->imm, op->len);

	if (!fp_fpsr_valid(fpsr))
		return fault_reserved_reg_field(cpu);
	cpu->ar[AR_FPSR] = fpsr;
	return EXEC_NEXT;
}

/* As chk does, this branches by itself rather than raise a Speculative Operation fault. */
enum exec exec_fchkf(struct cpu *cpu, const struct op *op)
{
	if (!fp_fchkf(cpu->ar[AR_FPSR], op->c[0]))
		return EXEC_NEXT;
	cpu->ip += op->imm;
	cpu->ri = 0;
	return EXEC_BRANCH;
}
