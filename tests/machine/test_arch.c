// SPDX-License-Identifier: MIT
/*
 * Architecture by architecture page: page sizes and RID bits, protection keys, debug registers,
 * big-endian data, what the one-instruction PSR bits suppress, mandatory RSE faults, NaT
 * consumption wherever a register is consumed. Code runs in the run loop, from physical
 * addresses unless the fetch is what is tested; what is expected is the SDM's.
 */
#include "core.h"

#define VA	0x2000000000100000UL
#define PA	0x400000UL
#define PS_16K	(14UL << 2)
#define PTE_OK	(PTE_P | PTE_A | PTE_D | 3UL << 9) /* ar 3: RWX at the page's level, 0 */
#define PTE_PL3 (3UL << 7)
#define KEY(k)	((uint64_t)(k) << 8)

static void stay_in_handlers(struct env *env)
{
	uint64_t at = env->at;

	for (unsigned v = 0; v < 0x7000; v += 0x100) {
		env->at = IVT + v;
		emit(env, BBB, NOP_B, NOP_B, I(br_cond, .imm = 0));
	}
	env->at = at;
}

/* Run one instruction of the M unit under @psr. Return: the vector it led to, or 0 */
static unsigned one(struct env *env, uint64_t psr, struct isa_insn insn)
{
	struct cpu *cpu = env->cpu;

	cpu->ip = env->at;
	cpu->ri = 0;
	emit(env, MMI, insn, NOP_M, NOP_I);
	set_psr(env, psr);
	run(env, 1);
	return cpu->ip == env->at ? 0 : cpu->ip - IVT;
}

#define LD8 I(ld, .r1 = 8, .r3 = 9, .c = { 3 })
#define ST8 I(st, .r2 = 8, .r3 = 9, .c = { 3 })

static void expect(struct env *env, unsigned got, unsigned vector, uint64_t isr)
{
	assert_int_equal(got, vector);
	if (vector) {
		assert_int_equal(env->cpu->cr[CR_ISR], isr);
		assert_int_equal(env->cpu->cr[CR_IFA], env->cpu->gr[9].val);
	}
}

/* ---- translations ---- */

/* SDM vol 2 table 4-4; itc takes those and no other, a translation covers just its page */
static void test_page_sizes(void **state)
{
	static const uint8_t sizes[] = { 12, 13, 14, 16, 18, 20, 22, 24, 26, 28, 32 };
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t base = 0x2000001000000000, insertable = 1UL << 30; /* 1G: Itanium 2's own */

	for (unsigned i = 0; i < sizeof(sizes); i++)
		insertable |= 1UL << sizes[i];
	for (unsigned ps = 0; ps < 64; ps++) {
		uint64_t size = 1UL << ps, pa = 0x3000000000 & -size;

		cpu->cr[CR_IFA] = base + (size >> 1) + 8; /* anywhere in it */
		cpu->cr[CR_ITIR] = (uint64_t)ps << 2;
		cpu->gr[8].val = pa | PTE_OK;
		if (!(insertable >> ps & 1)) {
			assert_int_equal(one(env, 0, I(itc_d, .r2 = 8)), VEC_GENERAL);
			assert_int_equal(cpu->cr[CR_ISR], GEX_RESERVED_REG | ISR_NI);
			continue;
		}
		assert_int_equal(one(env, 0, I(itc_d, .r2 = 8)), 0);
		cpu->gr[9].val = base + size - 1;
		assert_int_equal(one(env, PSR_IC, I(tpa, .r1 = 10, .r3 = 9)), 0);
		assert_int_equal(cpu->gr[10].val, pa + size - 1);
		cpu->gr[9].val = base;
		assert_int_equal(one(env, PSR_IC, I(tpa, .r1 = 10, .r3 = 9)), 0);
		assert_int_equal(cpu->gr[10].val, pa);
		for (unsigned k = 0; k < 2; k++) {
			cpu->gr[9].val = k ? base + size : base - 1;
			assert_int_equal(one(env, PSR_IC, I(tpa, .r1 = 10, .r3 = 9)), VEC_ALT_DTLB);
		}
		cpu->gr[9].val = base; /* and so it goes, whole, for a purge of its last page */
		cpu->gr[10].val = base + size - 4096;
		cpu->gr[11].val = 12 << 2;
		assert_int_equal(one(env, 0, I(ptc_l, .r3 = 10, .r2 = 11)), 0);
		assert_int_equal(one(env, PSR_IC, I(tpa, .r1 = 10, .r3 = 9)), VEC_ALT_DTLB);
	}
}

/* ---- region identifiers of 24 bits ---- */

#define RIDS 25 /* each bit by itself; the last is RID 0 */

/* mov rr: what was written reads back, all of it */
static void rid_set(struct env *env, unsigned bit)
{
	struct cpu *cpu = env->cpu;

	cpu->gr[12].val = 1UL << 61; /* region 1 */
	cpu->gr[13].val = (bit < 24 ? 1UL << (8 + bit) : 0) | PS_16K;
	assert_int_equal(one(env, 0, I(mov_to_rr, .r3 = 12, .r2 = 13)), 0);
	assert_int_equal(one(env, 0, I(mov_from_rr, .r1 = 14, .r3 = 12)), 0);
	assert_int_equal(cpu->gr[14].val, cpu->gr[13].val);
}

/* Where VA is, as a reference or a fetch finds it; 0: nowhere */
static uint64_t rid_finds(struct env *env, bool insn)
{
	struct cpu *cpu = env->cpu;
	uint64_t pa = 0;

	cpu->gr[9].val = VA;
	if (!insn)
		return one(env, PSR_IC, I(tpa, .r1 = 10, .r3 = 9)) ? 0 : cpu->gr[10].val;
	set_psr(env, PSR_IC | PSR_IT);
	return tlb_fetch(cpu, VA, &pa) == EXEC_NEXT ? pa : 0;
}

static void rid_insert(struct env *env, bool insn, bool tr, unsigned bit)
{
	struct isa_insn by[2][2] = { { I(itc_d, .r2 = 8), I(itr_d, .r3 = 10, .r2 = 8) },
				     { I(itc_i, .r2 = 8), I(itr_i, .r3 = 10, .r2 = 8) } };
	struct cpu *cpu = env->cpu;

	cpu->cr[CR_IFA] = VA;
	cpu->cr[CR_ITIR] = PS_16K;
	cpu->gr[8].val = (PA + 0x4000 * bit) | PTE_OK;
	cpu->gr[10].val = bit; /* the register */
	assert_int_equal(one(env, 0, by[insn][tr]), 0);
}

static void rid_purge(struct env *env, bool insn, bool tr)
{
	struct isa_insn ptr[2] = { I(ptr_d, .r3 = 9, .r2 = 11), I(ptr_i, .r3 = 9, .r2 = 11) };
	struct cpu *cpu = env->cpu;

	cpu->gr[9].val = VA;
	cpu->gr[11].val = PS_16K;
	assert_int_equal(one(env, 0, tr ? ptr[insn] : I(ptc_l, .r3 = 9, .r2 = 11)), 0);
}

/*
 * Each of the bits distinguishes address spaces, for both sides, caches and registers; a purge is of
 * one. Bit 32 of a region register is reserved.
 */
static void test_rid_bits(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;

	for (unsigned kind = 0; kind < 4; kind++) {
		bool insn = kind & 1, tr = kind & 2;

		for (unsigned bit = 0; bit < RIDS; bit++) {
			rid_set(env, bit);
			assert_int_equal(rid_finds(env, insn), 0); /* the others' is not it */
			rid_insert(env, insn, tr, bit);
		}
		for (unsigned gone = 0; gone < RIDS; gone++) {
			rid_set(env, gone);
			assert_int_equal(rid_finds(env, insn), PA + 0x4000 * gone);
			rid_purge(env, insn, tr);
			assert_int_equal(rid_finds(env, insn), 0);
		}
	}
	cpu->gr[13].val = 1UL << 32 | PS_16K;
	assert_int_equal(one(env, 0, I(mov_to_rr, .r3 = 12, .r2 = 13)), VEC_GENERAL);
	assert_int_equal(cpu->cr[CR_ISR], GEX_RESERVED_REG | ISR_NI);
}

/* The long VHPT's entry for a page is of one RID: hash and tag together tell all apart. */
static void test_rid_bits_hashed(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint64_t hash[RIDS], tag[RIDS];

	cpu->cr[CR_PTA] = 0x4000000UL | 15UL << 2 | 1UL << 8; /* 32 KiB, the smallest; long */
	for (unsigned bit = 0; bit < RIDS; bit++) {
		rid_set(env, bit);
		cpu->gr[9].val = VA;
		assert_int_equal(one(env, 0, I(thash, .r1 = 10, .r3 = 9)), 0);
		hash[bit] = cpu->gr[10].val;
		assert_int_equal(one(env, 0, I(ttag, .r1 = 10, .r3 = 9)), 0);
		tag[bit] = cpu->gr[10].val;
		assert_int_equal(hash[bit] >> 15, 0x4000000UL >> 15); /* in the table */
		for (unsigned other = 0; other < bit; other++)
			assert_false(hash[other] == hash[bit] && tag[other] == tag[bit]);
	}
}

/* ---- protection keys, SDM vol 2 §4.1.3 ---- */

/* For data: a miss, then what each of the three disable bits disables, PSR.pk on and off */
static void test_keys(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t on = PSR_IC | PSR_DT | PSR_PK, off = PSR_IC | PSR_DT;

	tlb_insert_tc(cpu, false, PA | PTE_OK, KEY(0xabcdef) | PS_16K, VA);
	cpu->gr[9].val = VA;
	cpu->gr[20].val = 5;
	expect(env, one(env, off, LD8), 0, 0);
	expect(env, one(env, on, LD8), VEC_DKEY_MISS, ISR_R);
	expect(env, one(env, on, ST8), VEC_DKEY_MISS, ISR_W);
	for (unsigned bits = 0; bits < 8; bits++) { /* wd, rd, xd */
		bool wd = bits & 1, rd = bits & 2;

		cpu->gr[21].val = KEY(0xabcdef) | bits << 1 | 1;
		assert_int_equal(one(env, 0, I(mov_to_pkr, .r3 = 20, .r2 = 21)), 0);
		expect(env, one(env, on, LD8), rd ? VEC_KEY_PERM : 0, ISR_R);
		expect(env, one(env, on, ST8), wd ? VEC_KEY_PERM : 0, ISR_W);
		expect(env, one(env, on, I(xchg, .r1 = 10, .r3 = 9, .r2 = 8, .c = { 3 })),
		       rd || wd ? VEC_KEY_PERM : 0, ISR_R | ISR_W);
		expect(env, one(env, off, ST8), 0, 0);
		/* probe answers, and does not fault for lack of permission */
		expect(env, one(env, on, I(probe_w_imm, .r1 = 10, .r3 = 9)), 0, 0);
		assert_int_equal(cpu->gr[10].val, !wd);
	}
	cpu->gr[21].val = KEY(0xabcdee) | 1; /* another key, one bit apart */
	one(env, 0, I(mov_to_pkr, .r3 = 20, .r2 = 21));
	expect(env, one(env, on, LD8), VEC_DKEY_MISS, ISR_R);
	expect(env, one(env, on, I(probe_w_imm, .r1 = 10, .r3 = 9)), VEC_DKEY_MISS,
	       ISR_NA | ISR_W | NA_PROBE);
	cpu->gr[21].val = KEY(0xabcdef); /* the key, but not valid */
	one(env, 0, I(mov_to_pkr, .r3 = 20, .r2 = 21));
	expect(env, one(env, on, LD8), VEC_DKEY_MISS, ISR_R);
}

static void test_instruction_keys(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t psr = PSR_IC | PSR_IT | PSR_PK;

	emit(env, MII, NOP_M, NOP_I, NOP_I);
	tlb_insert_tc(cpu, true, CODE | PTE_OK, KEY(7) | PS_16K, VA);
	tlb_insert_tr(cpu, true, 0, IVT | PTE_OK, KEY(8) | 16 << 2, IVT);
	cpu->pkr[1] = KEY(8) | 1;
	for (unsigned i = 0; i < 3; i++) {
		static const unsigned vector[] = { VEC_IKEY_MISS, VEC_KEY_PERM, 0 };

		cpu->pkr[0] = i ? KEY(7) | 1 | (i == 1 ? PKR_XD : PKR_RD | PKR_WD) : 0;
		cpu->ip = VA;
		set_psr(env, psr);
		run(env, 1);
		if (!vector[i]) {
			assert_int_equal(cpu->ip, VA + 16);
			continue;
		}
		assert_int_equal(cpu->ip, IVT + vector[i]);
		assert_int_equal(cpu->cr[CR_IFA], VA);
		assert_int_equal(cpu->cr[CR_ISR], ISR_X);
	}
}

/* ---- debug registers, SDM vol 2 §7.1 ---- */

static void test_data_breakpoints(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t on = PSR_IC | PSR_DT | PSR_DB, exact = (1UL << 56) - 1;

	tlb_insert_tc(cpu, false, PA | PTE_OK | PTE_PL3, PS_16K, VA);
	for (unsigned pair = 0; pair < CPU_NDBR; pair += 2) {
		memset(cpu->dbr, 0, sizeof(cpu->dbr));
		cpu->dbr[pair] = VA + 0x40;
		cpu->dbr[pair + 1] = 1UL << 63 | 0xfUL << 56 | (exact & ~7UL); /* loads, 8 bytes */
		cpu->gr[9].val = VA + 0x40;
		expect(env, one(env, on, LD8), VEC_DEBUG, ISR_R);
		expect(env, one(env, on, ST8), 0, 0);
		expect(env, one(env, on & ~PSR_DB, LD8), 0, 0);
		expect(env, one(env, on | PSR_DD, LD8), 0, 0);
		assert_false(cpu->psr & PSR_DD); /* for one instruction */
		expect(env, one(env, on, LD8), VEC_DEBUG, ISR_R);
		cpu->gr[9].val = VA + 0x48;
		expect(env, one(env, on, LD8), 0, 0);
		cpu->gr[9].val = VA + 0x47; /* a byte of it */
		expect(env, one(env, on, I(ld, .r1 = 8, .r3 = 9)), VEC_DEBUG, ISR_R);
		cpu->dbr[pair + 1] = 1UL << 62 | 1UL << (56 + 3) | (exact & ~0xfffUL);
		cpu->gr[9].val = VA + 0xff8; /* a store, anywhere in the page, at level 3 */
		expect(env, one(env, on, ST8), 0, 0);
		expect(env, one(env, on | 3UL << PSR_CPL_SHIFT, ST8), VEC_DEBUG, ISR_W);
		expect(env, one(env, on | 3UL << PSR_CPL_SHIFT, LD8), 0, 0);
	}
}

static void test_instruction_breakpoints(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t exact = (1UL << 56) - 1;

	stay_in_handlers(env);
	for (unsigned i = 0; i < 4; i++)
		emit(env, MII, NOP_M, NOP_I, NOP_I);
	for (unsigned pair = 0; pair < CPU_NIBR; pair += 2) {
		memset(cpu->ibr, 0, sizeof(cpu->ibr));
		cpu->ibr[pair] = CODE + 32;
		cpu->ibr[pair + 1] = 1UL << 63 | 1UL << 56 | (exact & ~15UL);
		cpu->ip = CODE;
		set_psr(env, PSR_IC | PSR_DB);
		run(env, 4);
		assert_int_equal(cpu->ip, IVT + VEC_DEBUG);
		assert_int_equal(cpu->cr[CR_IIP], CODE + 32);
		assert_int_equal(cpu->cr[CR_ISR], ISR_X);
		assert_int_equal(cpu->cr[CR_IFA], CODE + 32);
		/* PSR.id: past it, for one instruction; slot 1 of the bundle is there again */
		cpu->ip = CODE + 32;
		set_psr(env, PSR_IC | PSR_DB | PSR_ID);
		run(env, 1);
		assert_int_equal(cpu->cr[CR_IIP], CODE + 32);
		assert_int_equal(cpu->cr[CR_IPSR] >> PSR_RI_SHIFT & 3, 1);
		cpu->ip = CODE; /* not at another level, not with PSR.db = 0 */
		set_psr(env, PSR_IC | PSR_DB | 1UL << PSR_CPL_SHIFT);
		run(env, 4);
		assert_int_equal(cpu->ip, CODE + 64);
		cpu->ip = CODE;
		set_psr(env, PSR_IC);
		run(env, 4);
		assert_int_equal(cpu->ip, CODE + 64);
	}
}

/* PSR.da and PSR.ia: no access or dirty bit fault, for one instruction */
static void test_access_bits(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t psr = PSR_IC | PSR_DT;
	uint64_t va;

	tlb_insert_tc(cpu, false, PA | (PTE_OK & ~(PTE_A | PTE_D)), PS_16K, VA);
	cpu->gr[9].val = VA;
	expect(env, one(env, psr, LD8), VEC_DACCESS_BIT, ISR_R);
	expect(env, one(env, psr, ST8), VEC_DIRTY, ISR_W);
	expect(env, one(env, psr | PSR_DA, LD8), 0, 0);
	assert_false(cpu->psr & PSR_DA);
	expect(env, one(env, psr | PSR_DA, ST8), 0, 0);
	expect(env, one(env, psr, LD8), VEC_DACCESS_BIT, ISR_R);

	tlb_insert_tc(cpu, true, CODE | (PTE_OK & ~PTE_A), PS_16K, VA);
	tlb_insert_tr(cpu, true, 0, IVT | PTE_OK, 16 << 2, IVT);
	cpu->ip = va = VA + env->at - CODE;
	emit(env, MII, NOP_M, NOP_I, NOP_I);
	set_psr(env, PSR_IC | PSR_IT | PSR_IA);
	run(env, 1);
	assert_int_equal(cpu->ip, IVT + VEC_IACCESS_BIT); /* in slot 1 */
	assert_int_equal(cpu->cr[CR_IIP], va);
	assert_int_equal(cpu->cr[CR_IPSR] >> PSR_RI_SHIFT & 3, 1);
	assert_int_equal(cpu->cr[CR_ISR], ISR_X | 1UL << ISR_EI_SHIFT);
}

/* ---- big-endian data ---- */

static void test_big_endian(void **state)
{
	static const uint8_t bytes[16] = { 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18,
					   0x3f, 0xc0, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78 };
	static const uint64_t value[] = { 0x40, 0x4009, 0x400921fb, 0x400921fb54442d18 };
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint8_t out[16];

	bus_copy_to(env->bus, PA, bytes, 16);
	for (unsigned sz = 0; sz < 4; sz++) {
		cpu->gr[9].val = PA;
		assert_int_equal(one(env, PSR_BE, I(ld, .r1 = 8, .r3 = 9, .c = { sz })), 0);
		assert_int_equal(cpu->gr[8].val, value[sz]);
		cpu->gr[9].val = PA + 64;
		assert_int_equal(one(env, PSR_BE, I(st, .r2 = 8, .r3 = 9, .c = { sz })), 0);
		bus_copy_from(env->bus, out, PA + 64, 16);
		assert_memory_equal(out, bytes, 1u << sz);
	}
	cpu->gr[9].val = PA; /* a double; a single; a pair keeps the order of its registers */
	one(env, PSR_BE, I(ldf, .r1 = 8, .r3 = 9, .c = { ISA_FSZ_D }));
	assert_int_equal(fp_to_double(cpu_fr(cpu, 8)), value[3]);
	one(env, PSR_BE, I(ldfp, .r1 = 8, .r2 = 9, .r3 = 9, .c = { ISA_FSZ_D }));
	assert_int_equal(fp_to_double(cpu_fr(cpu, 8)), value[3]);
	assert_int_equal(fp_to_double(cpu_fr(cpu, 9)), 0x3fc0000012345678);
	cpu->gr[9].val = PA + 8;
	one(env, PSR_BE, I(ldf, .r1 = 8, .r3 = 9, .c = { ISA_FSZ_S }));
	assert_int_equal(fp_to_single(cpu_fr(cpu, 8)), 0x3fc00000);
	cpu->gr[9].val = PA + 64;
	one(env, PSR_BE, I(stf, .r2 = 8, .r3 = 9, .c = { ISA_FSZ_S }));
	bus_copy_from(env->bus, out, PA + 64, 4);
	assert_memory_equal(out, bytes + 8, 4);
	/* within an aligned 8 bytes also misaligned */
	cpu->gr[9].val = PA + 1;
	assert_int_equal(one(env, PSR_BE, I(ld, .r1 = 8, .r3 = 9, .c = { 2 })), 0);
	assert_int_equal(cpu->gr[8].val, 0x0921fb54);
}

/* Sixteen and ten bytes, and read-modify-write: SDM vol 1 §4.4.1 (figures 5-4 to 5-6 for f) */
static void test_big_endian_long(void **state)
{
	/* sign and exponent of -pi, then its significand; fill has six bytes of 0 in front */
	static const uint8_t ext[16] = {
		0xc0, 0x00, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x35
	};
	static const uint8_t fill[16] = { 0,	0,    0,    0,	  0,	0x03, 0x00, 0x00,
					  0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x35 };
	static const uint8_t pair[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint8_t out[16];

	bus_copy_to(env->bus, PA, ext, 16);
	cpu->gr[9].val = PA;
	assert_int_equal(one(env, PSR_BE, I(ldf, .r1 = 8, .r3 = 9, .c = { ISA_FSZ_E })), 0);
	cpu->gr[9].val = PA + 32;
	assert_int_equal(one(env, PSR_BE, I(stf_spill, .r2 = 8, .r3 = 9)), 0);
	bus_copy_from(env->bus, out, PA + 32, 16);
	assert_memory_equal(out, fill, 16);
	assert_int_equal(one(env, PSR_BE, I(ldf_fill, .r1 = 9, .r3 = 9)), 0);
	cpu->gr[9].val = PA + 48;
	assert_int_equal(one(env, PSR_BE, I(stf, .r2 = 9, .r3 = 9, .c = { ISA_FSZ_E })), 0);
	bus_copy_from(env->bus, out, PA + 48, 10);
	assert_memory_equal(out, ext, 10);

	/* ld16: the lower address is the register's, the higher CSD's, each by itself reversed */
	bus_copy_to(env->bus, PA, pair, 16);
	cpu->gr[9].val = PA;
	assert_int_equal(one(env, PSR_BE, I(ld16, .r1 = 8, .r3 = 9)), 0);
	assert_int_equal(cpu->gr[8].val, 0x0102030405060708);
	assert_int_equal(cpu->ar[AR_CSD], 0x090a0b0c0d0e0f10);

	cpu->gr[8].val = 0x11121314;
	assert_int_equal(one(env, PSR_BE, I(xchg, .r1 = 10, .r2 = 8, .r3 = 9, .c = { 2 })), 0);
	assert_int_equal(cpu->gr[10].val, 0x01020304);
	assert_int_equal(one(env, PSR_BE, I(fetchadd, .r1 = 10, .r3 = 9, .imm = -4, .c = { 3 })),
			 0);
	assert_int_equal(cpu->gr[10].val, 0x1112131405060708);
	cpu->ar[AR_CCV] = 0x0506;
	cpu->gr[9].val = PA + 4;
	assert_int_equal(one(env, PSR_BE, I(cmpxchg, .r1 = 10, .r2 = 8, .r3 = 9, .c = { 1 })), 0);
	assert_int_equal(cpu->gr[10].val, 0x0506);
	bus_copy_from(env->bus, out, PA, 8);
	assert_memory_equal(out, "\x11\x12\x13\x14\x13\x14\x07\x04", 8);
}

/* RSC.be, not PSR.be, is the order of the register stack. */
static void test_big_endian_stack(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	uint8_t out[8];

	cpu->ar[AR_RSC] = 1 << 4;
	emit(env, MII, I(alloc, .r1 = 8, .imm = 2), NOP_I, NOP_I);
	run(env, 1);
	cpu_gr(cpu, 32)->val = 0x0102030405060708;
	emit(env, MIB, NOP_M, NOP_I, I(cover));
	emit(env, MII, I(flushrs), NOP_I, NOP_I);
	run(env, 2);
	bus_copy_from(env->bus, out, STACK, 8);
	assert_memory_equal(out, "\1\2\3\4\5\6\7\10", 8);
}

/* ---- mandatory RSE references that fault, SDM vol 2 §6.6 ---- */

/* alloc needs room: its store faults, nothing has happened, and once there is a page it goes on */
static void test_mandatory_store(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t psr = PSR_IC | PSR_DT | PSR_RT;
	uint64_t word;

	stay_in_handlers(env);
	rse_write_bspstore(cpu, VA);
	cpu->ip = env->at;
	emit(env, MII, I(alloc, .r1 = 8, .imm = 96), NOP_I, NOP_I);
	emit(env, MIB, NOP_M, NOP_I, I(cover));
	run(env, 1);
	cpu_gr(cpu, 32)->val = 0x1234;
	run(env, 1);
	assert_int_equal(cpu->ndirty, 96);
	cpu->ip = env->at;
	emit(env, MII, I(alloc, .r1 = 8, .imm = 1), NOP_I, NOP_I);
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->ip, IVT + VEC_ALT_DTLB);
	assert_int_equal(cpu->cr[CR_ISR], ISR_W | ISR_RS);
	assert_int_equal(cpu->cr[CR_IFA], VA);
	assert_int_equal(cpu->cr[CR_IIP], env->at - 16);
	assert_int_equal(cpu->cfm.sof, 0);
	assert_int_equal(cpu->ndirty, 96);
	tlb_insert_tc(cpu, false, PA | PTE_OK, PS_16K, VA);
	cpu->ip = env->at - 16;
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->ip, env->at);
	assert_int_equal(cpu->cfm.sof, 1);
	bus_copy_from(env->bus, &word, PA, 8);
	assert_int_equal(word, 0x1234);
}

/* flushrs: what was stored before the fault stays stored, it goes on from there */
static void test_flushrs_fault(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t psr = PSR_IC | PSR_DT | PSR_RT, end = VA + 0x4000;
	uint64_t word;

	stay_in_handlers(env);
	tlb_insert_tc(cpu, false, PA | PTE_OK, PS_16K, VA);
	rse_write_bspstore(cpu, end - 16 * 8);
	cpu->ip = env->at;
	emit(env, MII, I(alloc, .r1 = 8, .imm = 40), NOP_I, NOP_I);
	emit(env, MIB, NOP_M, NOP_I, I(cover));
	run(env, 1);
	for (unsigned i = 0; i < 40; i++)
		cpu_gr(cpu, 32 + i)->val = 100 + i;
	run(env, 1);
	cpu->ip = env->at;
	emit(env, MII, I(flushrs), NOP_I, NOP_I);
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->ip, IVT + VEC_ALT_DTLB);
	assert_int_equal(cpu->cr[CR_ISR], ISR_W | ISR_RS);
	assert_int_equal(cpu->cr[CR_IFA], end);
	assert_int_equal(cpu->bspstore, end); /* 15 registers and a NaT collection are out */
	tlb_insert_tc(cpu, false, (PA + 0x8000) | PTE_OK, PS_16K, end);
	cpu->ip = env->at - 16;
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->bspstore, cpu->bsp);
	bus_copy_from(env->bus, &word, PA + 0x4000 - 16, 8);
	assert_int_equal(word, 114);
	bus_copy_from(env->bus, &word, PA + 0x8000, 8);
	assert_int_equal(word, 115);
}

/* ---- NaT consumption: each instruction that may not pass a NaT on ---- */

#define R2 1
#define R3 2

struct consumer {
	struct isa_insn insn;
	unsigned regs; /* which of r2 and r3 it consumes */
	uint64_t isr;  /* beside the code of a register */
};

static const struct consumer consumers[] = {
	/* references: base and, for stores, data */
	{ I(ld, .r1 = 8, .c = { 3 }), R3, ISR_R },
	{ I(ld_imm, .r1 = 8, .imm = 8, .c = { 3 }), R3, ISR_R },
	{ I(ld8_fill, .r1 = 8), R3, ISR_R },
	{ I(ld16, .r1 = 8), R3, ISR_R },
	{ I(st, .c = { 3 }), R2 | R3, ISR_W },
	{ I(st_imm, .imm = 8, .c = { 3 }), R2 | R3, ISR_W },
	{ I(st8_spill), R3, ISR_W },
	{ I(st16), R2 | R3, ISR_W },
	{ I(ldf, .r1 = 8, .c = { ISA_FSZ_D }), R3, ISR_R },
	{ I(ldf_fill, .r1 = 8), R3, ISR_R },
	{ I(cmpxchg, .r1 = 8, .c = { 3 }), R2 | R3, ISR_R | ISR_W },
	{ I(xchg, .r1 = 8, .c = { 3 }), R2 | R3, ISR_R | ISR_W },
	{ I(cmp8xchg16, .r1 = 8), R2 | R3, ISR_R | ISR_W },
	{ I(fetchadd, .r1 = 8, .imm = 1, .c = { 3 }), R3, ISR_R | ISR_W },
	{ I(lfetch, .c = { 1 }), R3, ISR_R | ISR_NA | NA_LFETCH },
	{ I(fc), R3, ISR_R | ISR_NA | NA_FC },
	{ I(fc_i), R3, ISR_R | ISR_NA | NA_FC },
	{ I(probe_r, .r1 = 8), R2 | R3, ISR_R | ISR_NA | NA_PROBE },
	{ I(probe_w, .r1 = 8), R2 | R3, ISR_W | ISR_NA | NA_PROBE },
	{ I(probe_r_fault), R3, ISR_R | ISR_NA | NA_PROBE_FAULT },
	{ I(probe_w_fault), R3, ISR_W | ISR_NA | NA_PROBE_FAULT },
	{ I(probe_rw_fault), R3, ISR_R | ISR_W | ISR_NA | NA_PROBE_FAULT },
	{ I(tpa, .r1 = 8), R3, ISR_NA | NA_TPA },
	{ I(tak, .r1 = 8), R3, ISR_NA | NA_TAK },
	/* registers that have no NaT bit */
	{ I(mov_to_cr), R2, 0 },
	{ I(mov_to_psr_l), R2, 0 },
	{ I(mov_to_psr_um), R2, 0 },
	{ I(mov_to_rr), R2 | R3, 0 },
	{ I(mov_to_pkr), R2 | R3, 0 },
	{ I(mov_to_dbr), R2 | R3, 0 },
	{ I(mov_to_ibr), R2 | R3, 0 },
	{ I(mov_to_pmc), R2 | R3, 0 },
	{ I(mov_to_pmd), R2 | R3, 0 },
	{ I(mov_from_rr, .r1 = 8), R3, 0 },
	{ I(mov_from_pkr, .r1 = 8), R3, 0 },
	{ I(mov_from_dbr, .r1 = 8), R3, 0 },
	{ I(mov_from_ibr, .r1 = 8), R3, 0 },
	{ I(mov_from_pmc, .r1 = 8), R3, 0 },
	{ I(mov_from_pmd, .r1 = 8), R3, 0 },
	{ I(mov_from_cpuid, .r1 = 8), R3, 0 },
	{ I(itr_d), R2 | R3, 0 },
	{ I(itr_i), R2 | R3, 0 },
	{ I(ptc_l), R2 | R3, 0 },
	{ I(ptc_g), R2 | R3, 0 },
	{ I(ptc_ga), R2 | R3, 0 },
	{ I(ptc_e), R3, 0 },
	{ I(ptr_d), R2 | R3, 0 },
	{ I(ptr_i), R2 | R3, 0 },
	{ I(itc_d), R2, 0 },
	{ I(itc_i), R2, 0 },
};

static void consume(struct env *env, const struct consumer *c, bool nat2, bool nat3)
{
	struct cpu *cpu = env->cpu;
	struct isa_insn insn = c->insn;
	unsigned want = (nat2 && c->regs & R2) || (nat3 && c->regs & R3);

	if (c->regs & R2 || insn.id == ISA_st8_spill)
		insn.r2 = 10;
	if (c->regs & R3)
		insn.r3 = 9;
	if (insn.id == ISA_mov_to_cr)
		insn.r3 = CR_ITM;
	cpu->gr[9] = (struct gr){ .val = PA, .nat = nat3 };
	cpu->gr[10] = (struct gr){ .nat = nat2 };
	/* PSR.ic = 0, as the insertions want it; so ISR.ni is there */
	if (!want)
		return;
	assert_int_equal(one(env, 0, insn), VEC_NAT_CONSUMPTION);
	assert_int_equal(cpu->cr[CR_ISR], c->isr | NAT_REGISTER | ISR_NI);
	assert_int_equal(cpu->gr[9].val, PA); /* no base register was updated */
}

static void test_nat_consumption(void **state)
{
	struct env *env = *state;

	for (unsigned i = 0; i < sizeof(consumers) / sizeof(consumers[0]); i++)
		for (unsigned n = 1; n < 4; n++)
			consume(env, &consumers[i], n & 1, n & 2);
}

/* Those of the I unit */
static void test_nat_consumption_i(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const struct isa_insn insn[] = {
		I(mov_to_br, .r1 = 3, .r2 = 10),
		I(mov_pr, .r2 = 10, .imm = -2),
		I(mov_to_ar_i, .r3 = AR_LC, .r2 = 10),
	};

	for (unsigned i = 0; i < 3; i++) {
		cpu->ip = env->at;
		emit(env, MII, NOP_M, insn[i], NOP_I);
		cpu->gr[10].nat = 1;
		set_psr(env, PSR_IC);
		run(env, 1);
		assert_int_equal(cpu->ip, IVT + VEC_NAT_CONSUMPTION);
		assert_int_equal(cpu->cr[CR_ISR], NAT_REGISTER | 1UL << ISR_EI_SHIFT);
	}
}

/* loadrs loads from the top down; it faults as a reference of the RSE, of no incomplete frame */
static void test_loadrs_fault(void **state)
{
	struct env *env = *state;
	struct cpu *cpu = env->cpu;
	const uint64_t psr = PSR_IC | PSR_DT | PSR_RT;
	uint64_t word = 0x4321;

	stay_in_handlers(env);
	rse_write_bspstore(cpu, VA + 64);
	cpu->ar[AR_RSC] = 64UL << 16;
	cpu->ip = env->at;
	emit(env, MII, I(loadrs), NOP_I, NOP_I);
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->ip, IVT + VEC_ALT_DTLB);
	assert_int_equal(cpu->cr[CR_ISR], ISR_R | ISR_RS);
	assert_int_equal(cpu->cr[CR_IFA], VA + 56);
	assert_int_equal(cpu->cr[CR_IIP], env->at - 16);
	assert_int_equal(cpu->bspstore, VA + 64);
	bus_copy_to(env->bus, PA + 56, &word, 8);
	tlb_insert_tc(cpu, false, PA | PTE_OK, PS_16K, VA);
	cpu->ip = env->at - 16;
	set_psr(env, psr);
	run(env, 1);
	assert_int_equal(cpu->ip, env->at);
	assert_int_equal(cpu->bspstore, VA);
	assert_int_equal(cpu->bsp, VA + 64);
	assert_int_equal(cpu->ndirty, 8);
	assert_int_equal(cpu->grp[1][31].val, 0x4321); /* the one below r32 */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_page_sizes),
		TEST(test_rid_bits),
		TEST(test_rid_bits_hashed),
		TEST(test_keys),
		TEST(test_instruction_keys),
		TEST(test_data_breakpoints),
		TEST(test_instruction_breakpoints),
		TEST(test_access_bits),
		TEST(test_big_endian),
		TEST(test_big_endian_long),
		TEST(test_big_endian_stack),
		TEST(test_mandatory_store),
		TEST(test_flushrs_fault),
		TEST(test_loadrs_fault),
		TEST(test_nat_consumption),
		TEST(test_nat_consumption_i),
	};

	return cmocka_run_group_tests_name("arch", tests, NULL, NULL);
}
