// SPDX-License-Identifier: MIT
/*
 * Multimedia instructions: against the host's own vector unit (SSE2 has most of the same
 * operations) on many random vectors, and against examples worked out by hand for the rest.
 */
#include "exec/fixture.h"

static uint64_t run(struct cpu *cpu, exec_fn fn, uint64_t a, uint64_t b, struct op op)
{
	op.r1 = 32;
	op.r2 = 33;
	op.r3 = 34;
	set_gr(cpu, 33, a);
	set_gr(cpu, 34, b);
	assert_int_equal(step(cpu, fn, &op), EXEC_NEXT);
	assert_int_equal(cpu_gr(cpu, 32)->nat, 0);
	return cpu_gr(cpu, 32)->val;
}

#ifdef __SSE2__
#include <emmintrin.h>

static uint64_t rnd(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* Random, but with extreme elements often. */
static uint64_t vector(uint64_t *s)
{
	static const uint8_t extreme[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	uint64_t v = rnd(s);

	for (int i = 0; i < 64; i += 8)
		if (rnd(s) & 1)
			v = (v & ~(0xffUL << i)) | (uint64_t)extreme[rnd(s) % 5] << i;
	return v;
}

typedef __m128i (*host_fn)(__m128i x, __m128i y, unsigned n);

#define HOST(name, expr)                                                                           \
	static __m128i h_##name(__m128i x, __m128i y, unsigned n)                                  \
	{                                                                                          \
		(void)x, (void)y, (void)n;                                                         \
		return expr;                                                                       \
	}

#define N _mm_cvtsi32_si128(n)

HOST(padd1, _mm_add_epi8(x, y))
HOST(padd1s, _mm_adds_epi8(x, y))
HOST(padd1u, _mm_adds_epu8(x, y))
HOST(padd2, _mm_add_epi16(x, y))
HOST(padd2s, _mm_adds_epi16(x, y))
HOST(padd2u, _mm_adds_epu16(x, y))
HOST(padd4, _mm_add_epi32(x, y))
HOST(psub1, _mm_sub_epi8(x, y))
HOST(psub1s, _mm_subs_epi8(x, y))
HOST(psub1u, _mm_subs_epu8(x, y))
HOST(psub2, _mm_sub_epi16(x, y))
HOST(psub2s, _mm_subs_epi16(x, y))
HOST(psub2u, _mm_subs_epu16(x, y))
HOST(psub4, _mm_sub_epi32(x, y))
HOST(pavg1, _mm_avg_epu8(x, y))
HOST(pavg2, _mm_avg_epu16(x, y))
HOST(pcmp1_eq, _mm_cmpeq_epi8(x, y))
HOST(pcmp2_eq, _mm_cmpeq_epi16(x, y))
HOST(pcmp4_eq, _mm_cmpeq_epi32(x, y))
HOST(pcmp1_gt, _mm_cmpgt_epi8(x, y))
HOST(pcmp2_gt, _mm_cmpgt_epi16(x, y))
HOST(pcmp4_gt, _mm_cmpgt_epi32(x, y))
HOST(pmin1_u, _mm_min_epu8(x, y))
HOST(pmax1_u, _mm_max_epu8(x, y))
HOST(pmin2, _mm_min_epi16(x, y))
HOST(pmax2, _mm_max_epi16(x, y))
HOST(psad1, _mm_sad_epu8(x, y))
HOST(mul_lo, _mm_mullo_epi16(x, y))
HOST(mul_hi, _mm_mulhi_epi16(x, y))
HOST(mul_hiu, _mm_mulhi_epu16(x, y))
HOST(mpy4, _mm_mul_epu32(x, y))
HOST(unpack1_l, _mm_unpacklo_epi8(y, x))
HOST(unpack2_l, _mm_unpacklo_epi16(y, x))
HOST(unpack4_l, _mm_unpacklo_epi32(y, x))
HOST(unpack1_h, _mm_srli_si128(_mm_unpacklo_epi8(y, x), 8))
HOST(unpack2_h, _mm_srli_si128(_mm_unpacklo_epi16(y, x), 8))
HOST(unpack4_h, _mm_srli_si128(_mm_unpacklo_epi32(y, x), 8))
HOST(pack2_sss, _mm_packs_epi16(_mm_unpacklo_epi64(x, y), y))
HOST(pack2_uss, _mm_packus_epi16(_mm_unpacklo_epi64(x, y), y))
HOST(pack4_sss, _mm_packs_epi32(_mm_unpacklo_epi64(x, y), y))
HOST(pshl2, _mm_sll_epi16(x, N))
HOST(pshl4, _mm_sll_epi32(x, N))
HOST(pshr2, _mm_sra_epi16(y, N))
HOST(pshr4, _mm_sra_epi32(y, N))
HOST(pshr2_u, _mm_srl_epi16(y, N))
HOST(pshr4_u, _mm_srl_epi32(y, N))

static const struct {
	exec_fn fn;
	host_fn host;
	unsigned c0;
	int pos; /* -1: a random count */
} same[] = {
	{ exec_padd1, h_padd1, 0, 0 },
	{ exec_padd1, h_padd1s, ISA_SAT_SSS, 0 },
	{ exec_padd1, h_padd1u, ISA_SAT_UUU, 0 },
	{ exec_padd2, h_padd2, 0, 0 },
	{ exec_padd2, h_padd2s, ISA_SAT_SSS, 0 },
	{ exec_padd2, h_padd2u, ISA_SAT_UUU, 0 },
	{ exec_padd4, h_padd4, 0, 0 },
	{ exec_psub1, h_psub1, 0, 0 },
	{ exec_psub1, h_psub1s, ISA_SAT_SSS, 0 },
	{ exec_psub1, h_psub1u, ISA_SAT_UUU, 0 },
	{ exec_psub2, h_psub2, 0, 0 },
	{ exec_psub2, h_psub2s, ISA_SAT_SSS, 0 },
	{ exec_psub2, h_psub2u, ISA_SAT_UUU, 0 },
	{ exec_psub4, h_psub4, 0, 0 },
	{ exec_pavg1, h_pavg1, 1, 0 },
	{ exec_pavg2, h_pavg2, 1, 0 },
	{ exec_pcmp1_eq, h_pcmp1_eq, 0, 0 },
	{ exec_pcmp2_eq, h_pcmp2_eq, 0, 0 },
	{ exec_pcmp4_eq, h_pcmp4_eq, 0, 0 },
	{ exec_pcmp1_gt, h_pcmp1_gt, 0, 0 },
	{ exec_pcmp2_gt, h_pcmp2_gt, 0, 0 },
	{ exec_pcmp4_gt, h_pcmp4_gt, 0, 0 },
	{ exec_pmin1_u, h_pmin1_u, 0, 0 },
	{ exec_pmax1_u, h_pmax1_u, 0, 0 },
	{ exec_pmin2, h_pmin2, 0, 0 },
	{ exec_pmax2, h_pmax2, 0, 0 },
	{ exec_psad1, h_psad1, 0, 0 },
	{ exec_pmpyshr2, h_mul_lo, 0, 0 },
	{ exec_pmpyshr2_u, h_mul_lo, 0, 0 },
	{ exec_pmpyshr2, h_mul_hi, 0, 16 },
	{ exec_pmpyshr2_u, h_mul_hiu, 0, 16 },
	{ exec_mpy4, h_mpy4, 0, 0 },
	{ exec_unpack1_l, h_unpack1_l, 0, 0 },
	{ exec_unpack2_l, h_unpack2_l, 0, 0 },
	{ exec_unpack4_l, h_unpack4_l, 0, 0 },
	{ exec_unpack1_h, h_unpack1_h, 0, 0 },
	{ exec_unpack2_h, h_unpack2_h, 0, 0 },
	{ exec_unpack4_h, h_unpack4_h, 0, 0 },
	{ exec_mix4_l, h_unpack4_h, 0, 0 },
	{ exec_mix4_r, h_unpack4_l, 0, 0 },
	{ exec_pack2_sss, h_pack2_sss, 0, 0 },
	{ exec_pack2_uss, h_pack2_uss, 0, 0 },
	{ exec_pack4_sss, h_pack4_sss, 0, 0 },
	{ exec_pshl2_imm, h_pshl2, 0, -1 },
	{ exec_pshl4_imm, h_pshl4, 0, -1 },
	{ exec_pshr2_imm, h_pshr2, 0, -1 },
	{ exec_pshr4_imm, h_pshr4, 0, -1 },
	{ exec_pshr2_u_imm, h_pshr2_u, 0, -1 },
	{ exec_pshr4_u_imm, h_pshr4_u, 0, -1 },
};

static void test_against_host(void **state)
{
	struct cpu *cpu = *state;
	uint64_t seed = 0x9e3779b97f4a7c15;

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		for (int n = 0; n < 2000; n++) {
			uint64_t a = vector(&seed), b = vector(&seed), got, want;
			unsigned pos = same[i].pos < 0 ? rnd(&seed) & 31 : (unsigned)same[i].pos;
			struct op op = { .pos = pos, .c = { same[i].c0 } };

			got = run(cpu, same[i].fn, a, b, op);
			want = _mm_cvtsi128_si64(
				same[i].host(_mm_cvtsi64_si128(a), _mm_cvtsi64_si128(b), pos));
			if (got != want)
				fail_msg("same[%zu] %#lx %#lx: %#lx, want %#lx", i, a, b, got,
					 want);
		}
	}
}
#endif

static const struct {
	exec_fn fn;
	uint64_t a, b;
	unsigned c0, pos;
	int64_t imm;
	uint64_t want;
} rows[] = {
	/* .uus: unsigned plus signed */
	{ exec_padd1, 0xfe05800000000000, 0x05fa80ff01000000, ISA_SAT_UUS, 0, 0,
	  0xff00000001000000 },
	{ exec_padd2, 0xfffe000580000001, 0x0005fffa8000ffff, ISA_SAT_UUS, 0, 0,
	  0xffff000000000000 },
	{ exec_psub1, 0xfe05800000000000, 0xfb0680ff01000000, ISA_SAT_UUS, 0, 0,
	  0xff00ff0100000000 },
	{ exec_psub2, 0xfffe000580000001, 0xfffb00068000ffff, ISA_SAT_UUS, 0, 0,
	  0xffff0000ffff0002 },
	/* without .raz the bit shifted out sticks: (1 + 2) / 2 = 1, (2 + 3) / 2 = 3 */
	{ exec_pavg1, 0x0102ff0000000000, 0x0203ff0100000000, 0, 0, 0, 0x0103ff0100000000 },
	{ exec_pavg2, 0x00010002ffff0004, 0x00020003ffff0002, 0, 0, 0, 0x00010003ffff0003 },
	/* (0 - 1) / 2 = ff|1, (5 - 2) / 2 = 1, (6 - 1) / 2 = 3, (0 - 255) / 2 = 81 */
	{ exec_pavgsub1, 0x0005060000000000, 0x010201ff00000000, 0, 0, 0, 0xff01038100000000 },
	{ exec_pavgsub2, 0x0000000500060000, 0x000100020001ffff, 0, 0, 0, 0xffff000100038001 },
	/* 4000 << 1 overflows, whatever is added */
	{ exec_pshladd2, 0x4000c0000001bfff, 0x8000000000020000, 0, 1, 0, 0x7fff800000048000 },
	{ exec_pshladd2, 0x0fff000100020003, 0x0007000000000000, 0, 3, 0, 0x7fff000800100018 },
	{ exec_pshradd2, 0xfff80008ffff7fff, 0x0001000100007fff, 0, 2, 0, 0xffff0003ffff7fff },
	{ exec_pmpyshr2, 0xffff000300040005, 0x0002000300008000, 0, 7, 0, 0xffff00000000fb00 },
	{ exec_pmpyshr2_u, 0xffff000300040005, 0xffff000300008000, 0, 15, 0, 0xfffc000000000005 },
	{ exec_pmpy2_r, 0x0007ffff00058000, 0x00090002000b8000, 0, 0, 0, 0xfffffffe40000000 },
	{ exec_pmpy2_l, 0x0007ffff00058000, 0x00090002000b8000, 0, 0, 0, 0x0000003f00000037 },
	{ exec_mpyshl4, 0x0000000300000007, 0x0000000b00000005, 0, 0, 0, 0x0000000f00000000 },
	{ exec_mix1_l, 0x1716151413121110, 0x2726252423222120, 0, 0, 0, 0x1727152513231121 },
	{ exec_mix1_r, 0x1716151413121110, 0x2726252423222120, 0, 0, 0, 0x1626142412221020 },
	{ exec_mix2_l, 0x1716151413121110, 0x2726252423222120, 0, 0, 0, 0x1716272613122322 },
	{ exec_mix2_r, 0x1716151413121110, 0x2726252423222120, 0, 0, 0, 0x1514252411102120 },
	/* the figures of page mux */
	{ exec_mux1, 0x1716151413121110, 0, 0, 0, 0x0, 0x1010101010101010 },
	{ exec_mux1, 0x1716151413121110, 0, 0, 0, 0x8, 0x1713151116121410 },
	{ exec_mux1, 0x1716151413121110, 0, 0, 0, 0x9, 0x1713161215111410 },
	{ exec_mux1, 0x1716151413121110, 0, 0, 0, 0xa, 0x1715131116141210 },
	{ exec_mux1, 0x1716151413121110, 0, 0, 0, 0xb, 0x1011121314151617 },
	{ exec_mux2, 0x1716151413121110, 0, 0, 0, 0x8d, 0x1514111017161312 },
	{ exec_mux2, 0x1716151413121110, 0, 0, 0, 0x1b, 0x1110131215141716 },
	/* counts in registers */
	{ exec_pshl2, 0x0001800200030004, 15, 0, 0, 0, 0x8000000080000000 },
	{ exec_pshl2, 0x0001800200030004, 1UL << 40, 0, 0, 0, 0 },
	{ exec_pshl4, 0x0000000180000003, 31, 0, 0, 0, 0x8000000080000000 },
	{ exec_pshl4, 0x0000000180000003, 32, 0, 0, 0, 0 },
	{ exec_pshr2, 17, 0x8000700080017fff, 0, 0, 0, 0xffff0000ffff0000 },
	{ exec_pshr4, 1UL << 63, 0x800000007fffffff, 0, 0, 0, 0xffffffff00000000 },
	{ exec_pshr2_u, 15, 0x8000700080017fff, 0, 0, 0, 0x0001000000010000 },
	{ exec_pshr2_u, 16, 0x8000700080017fff, 0, 0, 0, 0 },
	{ exec_pshr4_u, 33, 0x800000007fffffff, 0, 0, 0, 0 },
};

static void test_by_hand(void **state)
{
	struct cpu *cpu = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct op op = { .imm = rows[i].imm, .pos = rows[i].pos, .c = { rows[i].c0 } };
		uint64_t got = run(cpu, rows[i].fn, rows[i].a, rows[i].b, op);

		if (got != rows[i].want)
			fail_msg("rows[%zu]: %#lx, want %#lx", i, got, rows[i].want);
	}
}

static void test_nat(void **state)
{
	struct cpu *cpu = *state;
	struct op op = { .r1 = 32, .r2 = 33, .r3 = 34 };

	set_nat(cpu, 34);
	assert_int_equal(step(cpu, exec_psad1, &op), EXEC_NEXT);
	assert_int_equal(cpu_gr(cpu, 32)->nat, 1);
	assert_int_equal(step(cpu, exec_mux1, &op), EXEC_NEXT);
	assert_int_equal(cpu_gr(cpu, 32)->nat, 0);
	set_nat(cpu, 33);
	assert_int_equal(step(cpu, exec_pshl2_imm, &op), EXEC_NEXT);
	assert_int_equal(cpu_gr(cpu, 32)->nat, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef __SSE2__
		TEST(test_against_host),
#endif
		TEST(test_by_hand),
		TEST(test_nat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
