// SPDX-License-Identifier: MIT
/*
 * The procedures behind the stubs, called as a guest in physical mode would: PAL by static and
 * by stacked registers, SAL, EFI runtime services. Answers are compared with the processor's
 * own constants.
 */
#include "board.h"

#include <time.h>

#include "cpu/parts.h"
#include "fw/efi.h"

#define BUF 0x8000000UL /* guest memory for arguments */

static struct machine m;
static struct cpu *cpu;

static int setup(void **state)
{
	(void)state;
	board_boot(&m, 256 * MiB, 1);
	cpu = m.cpus[0];
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	board_fini(&m);
	return 0;
}

static enum exec call(enum fw_stub stub)
{
	cpu->ip = fw_stub_address(stub);
	cpu->ri = 0;
	for (unsigned r = 8; r < 12; r++)
		cpu->gr[r] = (struct gr){ 0xdead, 1 };
	return fw_call(&m, cpu, stub);
}

static void frame(unsigned n, const uint64_t *arg)
{
	cpu->cfm.sof = n;
	cpu->gr_limit = 32 + n;
	for (unsigned i = 0; i < n; i++)
		*cpu_gr(cpu, 32 + i) = (struct gr){ .val = arg[i] };
}

static int64_t result(unsigned i)
{
	assert_int_equal(cpu->gr[8 + i].nat, 0);
	return cpu->gr[8 + i].val;
}

static int64_t pal(uint64_t index, uint64_t a, uint64_t b, uint64_t c)
{
	cpu->gr[28] = (struct gr){ .val = index };
	cpu->gr[29] = (struct gr){ .val = a };
	cpu->gr[30] = (struct gr){ .val = b };
	cpu->gr[31] = (struct gr){ .val = c };
	assert_int_equal(call(FW_STUB_PAL), index == 29 ? EXEC_SYNC : EXEC_NEXT);
	return result(0);
}

static int64_t pal_stacked(uint64_t index, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t arg[] = { index, a, b, c };

	cpu->gr[28] = (struct gr){ .val = index };
	frame(4, arg);
	assert_int_equal(call(FW_STUB_PAL), EXEC_BRANCH);
	assert_int_equal(cpu->ip, fw_stub_address(FW_STUB_PAL) + 16);
	return result(0);
}

static int64_t sal(uint64_t index, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	const uint64_t arg[8] = { index, a, b, c, d };

	frame(8, arg);
	assert_int_equal(call(FW_STUB_SAL), EXEC_NEXT);
	return result(0);
}

static uint64_t efi(unsigned service, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	const uint64_t arg[8] = { a, b, c, d, e };

	frame(5, arg);
	assert_int_equal(call(FW_STUB_EFI + service), EXEC_NEXT);
	return result(0);
}

static void poke(uint64_t pa, const void *data, size_t len)
{
	assert_true(bus_copy_to(m.bus, pa, data, len));
}

/* ---- PAL ---- */

static void pal_memory(void **state)
{
	(void)state;
	assert_int_equal(pal(8, 0, 0, 0), 0); /* PAL_VM_SUMMARY */
	assert_int_equal(result(1) & 1, 1);
	assert_int_equal(result(1) >> 1 & 0x7f, CPU_PA_BITS);
	assert_int_equal(result(1) >> 16 & 0xff, CPU_NPKR - 1);
	assert_int_equal(result(1) >> 32 & 0xff, CPU_NTR - 1);
	assert_int_equal(result(1) >> 40 & 0xff, CPU_NTR - 1);
	assert_int_equal(result(2) & 0xff, CPU_VA_BITS - 1);
	assert_int_equal(result(2) >> 8 & 0xff, CPU_RID_BITS);
	assert_int_equal(pal(34, 0, 0, 0), 0); /* PAL_VM_PAGE_SIZE */
	for (unsigned ps = 0; ps < 64; ps++)
		assert_int_equal((uint64_t)result(1) >> ps & 1, tlb_page_size_ok(ps));
	assert_int_equal(pal(6, 0, 0, 0), 0); /* PAL_PTCE_INFO */
	assert_int_equal(result(2), 1UL << 32 | 1);
	assert_int_equal(pal(7, 0, 1, 0), 0); /* PAL_VM_INFO */
	assert_int_equal(result(1) >> 16 & 0xffff, CPU_NTC);
	assert_int_equal(pal(7, 1, 1, 0), -2);
	assert_int_equal(pal(19, 0, 0, 0), 0); /* PAL_RSE_INFO */
	assert_int_equal(result(1), CPU_NSTACKED);
}

/* What Linux's boot leans on: the caches are empty after it, translation registers stay. */
static void pal_ptce_purges(void **state)
{
	const uint64_t pte = PTE_P | PTE_A | PTE_D, itir = 18 << 2, percpu = 0xfffffffffffc0000;

	(void)state;
	tlb_insert_tc(cpu, false, pte | 0x4b40000, itir, percpu);
	tlb_insert_tc(cpu, true, pte | 0x4b40000, itir, percpu);
	tlb_insert_tr(cpu, false, 3, pte | 0x100000, itir, 0xa000000100000000);
	assert_int_equal(pal(6, 0, 0, 0), 0);
	assert_null(tlb_find(cpu, false, percpu));
	assert_null(tlb_find(cpu, true, percpu));
	assert_non_null(tlb_find(cpu, false, 0xa000000100000000));
	tlb_purge_tr(cpu, false, 0xa000000100000000, 18);
}

static void pal_caches(void **state)
{
	uint64_t levels, unique, found = 0;

	(void)state;
	assert_int_equal(pal(4, 0, 0, 0), 0);
	levels = result(1);
	unique = result(2);
	for (uint64_t level = 0; level < levels + 2; level++) {
		for (uint64_t type = 1; type <= 3; type++) {
			if (pal(2, level, type, 0) == 0) {
				assert_true(level < levels);
				assert_true((uint32_t)result(2) > 0);
				found++;
			} else {
				assert_int_equal(result(0), -2);
			}
		}
	}
	assert_int_equal(found, unique);
	assert_int_equal(pal(1, 3, 1, 0), 0); /* PAL_CACHE_FLUSH */
	assert_int_equal(pal(1, 9, 1, 0), -2);
}

static void pal_unknown(void **state)
{
	(void)state;
	assert_int_equal(pal(0, 0, 0, 0), -1);
	assert_int_equal(pal(63, 0, 0, 0), -1);
	assert_int_equal(pal(1UL << 40, 0, 0, 0), -1);
	assert_int_equal(pal_stacked(0x1ff, 0, 0, 0), -1);
}

/* No virtual machine extensions: bit 40 of the features, and none of PAL_VP_* */
static void pal_no_virtual_machines(void **state)
{
	(void)state;
	for (uint64_t i = 264; i <= 273; i++)
		assert_int_equal(pal_stacked(i, 0, 0, 0), -1);
	assert_int_equal(pal(50, 0, 0, 0), -1); /* PAL_VP_INFO */
	assert_int_equal(pal(17, 0, 0, 0), 0);	/* PAL_PROC_GET_FEATURES */
	for (unsigned i = 1; i <= 3; i++)	/* available, status, control */
		assert_int_equal(result(i) >> 40 & 1, 0);
	assert_int_equal(pal(18, 1UL << 40, 0, 0), -2); /* PAL_PROC_SET_FEATURES */
}

static void pal_buffers(void **state)
{
	(void)state;
	assert_int_equal(pal_stacked(274, 0, BUF, 0), 0); /* PAL_BRAND_INFO */
	assert_true(board_peek(&m, BUF, 1) != 0);
	assert_int_equal(pal_stacked(257, BUF, 0, 0), 0); /* PAL_HALT_INFO */
	assert_true(board_peek(&m, BUF, 8) >> 60 & 1);
	assert_int_equal(board_peek(&m, BUF + 8, 8), 0);
	assert_int_equal(pal(15, BUF, 0, 0), 0); /* PAL_PERF_MON_INFO */
	assert_int_equal(result(1), 0x08122f04); /* events retired, cycles; 47 bits; 4 pairs */
	assert_int_equal(board_peek(&m, BUF, 8), 0xff);
	for (unsigned i = 1; i < 16; i++)
		assert_int_equal(board_peek(&m, BUF + 8 * i, 8), i % 4 ? 0 : 0xf0);
	assert_int_equal(pal(15, BUF + 1, 0, 0), -2);
}

static void pal_tr_read(void **state)
{
	(void)state;
	cpu->dtr[3] = (struct tlb_entry){
		.va = 0x4000, .pte = 0x661, .itir = 14 << 2, .rid = 7, .valid = true
	};
	assert_int_equal(pal_stacked(261, 3, 1, BUF), 0);
	assert_int_equal(result(1), 0xf);
	assert_int_equal(board_peek(&m, BUF, 8), 0x661);
	assert_int_equal(board_peek(&m, BUF + 8, 8), 14 << 2);
	assert_int_equal(board_peek(&m, BUF + 16, 8), 0x4001);
	assert_int_equal(board_peek(&m, BUF + 24, 8) >> 8, 7);
	assert_int_equal(pal_stacked(261, 3, 0, BUF), 0);
	assert_int_equal(board_peek(&m, BUF + 16, 8) & 1, 0);
	assert_int_equal(pal_stacked(261, CPU_NTR, 0, BUF), -2);
	memset(&cpu->dtr[3], 0, sizeof(cpu->dtr[3]));
}

static void pal_halt(void **state)
{
	(void)state;
	assert_int_equal(pal(29, 0, 0, 0), 0);
	assert_true(cpu->halted);
	cpu->halted = false;
}

/* A NaT argument is refused, arguments that were not passed are 0. */
static void arguments(void **state)
{
	const uint64_t arg[] = { 0x01000012, 5 };

	(void)state;
	assert_int_equal(pal(2, 0, 1, 0), 0);
	cpu->gr[29].nat = 1;
	assert_int_equal(call(FW_STUB_PAL), EXEC_NEXT);
	assert_int_equal(result(0), -2);
	cpu->gr[29].nat = 0;
	frame(2, arg);
	frame(1, arg);
	assert_int_equal(call(FW_STUB_SAL), EXEC_NEXT);
	assert_int_equal(result(0), 0);
}

/* The break's number elsewhere is the guest's own, and user code is kept out. */
static void stray_break(void **state)
{
	(void)state;
	cpu->ip = FW_END + 0x1000;
	assert_int_equal(fw_call(&m, cpu, FW_STUB_PAL), EXEC_FAULT);
	assert_int_equal(cpu->fault.iim, FW_BREAK + FW_STUB_PAL);
	cpu->ip = fw_stub_address(FW_STUB_PAL);
	assert_int_equal(fw_call(&m, cpu, FW_STUB_SAL), EXEC_FAULT);
	assert_int_equal(fw_call(&m, cpu, 0xfff), EXEC_FAULT);
	cpu->psr |= PSR_CPL;
	assert_int_equal(call(FW_STUB_PAL), EXEC_FAULT);
	cpu->psr &= ~PSR_CPL;
}

/* ---- SAL ---- */

static void sal_calls(void **state)
{
	uint64_t base, num, den;

	(void)state;
	assert_int_equal(sal(0x01000012, 0, 0, 0, 0), 0); /* SAL_FREQ_BASE */
	base = result(1);
	assert_int_equal(pal(14, 0, 0, 0), 0); /* PAL_FREQ_RATIOS */
	num = (uint64_t)result(3) >> 32;
	den = (uint32_t)result(3);
	assert_int_equal(base * num / den, ITC_HZ);
	assert_int_equal(sal(0x01000001, 0, 0, BUF, 0), -5); /* nothing logged */
	assert_int_equal(sal(0x01000002, 4, 0, 0, 0), -2);
	assert_int_equal(sal(0x01000008, 3, 0, 0, 0), 0);
	assert_int_equal(sal(0x01000010, 0, 4, 0, 0), 0); /* SAL_PCI_CONFIG_READ */
	assert_int_equal(result(1), 0xffffffff);
	assert_int_equal(sal(0x01000010, 0, 2, 0, 0), 0);
	assert_int_equal(result(1), 0xffff);
	assert_int_equal(sal(0x01000010, 2, 4, 0, 0), -2);
	assert_int_equal(sal(0x01000005, 1, 1, 0xe8, 0), 0);
	assert_int_equal(sal(0x01000005, 1, 1, 8, 0), -2);
	assert_int_equal(sal(0x010000ff, 0, 0, 0, 0), -1);
	assert_int_equal(sal(0, 0, 0, 0, 0), -1);
}

/* ---- EFI ---- */

static void efi_time(void **state)
{
	struct tm tm = { 0 };

	(void)state;
	assert_int_equal(efi(EFI_GET_TIME, 0, 0, 0, 0, 0), EFI_INVALID_PARAMETER);
	assert_int_equal(efi(EFI_GET_TIME, BUF, BUF + 32, 0, 0, 0), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF, 2), 2000);
	assert_int_equal(board_peek(&m, BUF + 2, 1), 2);
	assert_int_equal(board_peek(&m, BUF + 3, 1), 29);
	assert_int_equal(board_peek(&m, BUF + 32, 4), 1);
	m.sched.latest += ITC_HZ * 86399 + ITC_HZ / 2;
	assert_int_equal(efi(EFI_GET_TIME, BUF, 0, 0, 0, 0), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF + 4, 3), 23 | 59 << 8 | 59 << 16);
	assert_int_equal(board_peek(&m, BUF + 8, 4) / 100000000, 5);

	for (int64_t day = -20000; day < 200000; day += 97) {
		time_t t = day * 86400 + 3661;
		uint8_t e[16] = { 0 };
		uint16_t year;

		gmtime_r(&t, &tm);
		year = tm.tm_year + 1900;
		memcpy(e, &year, 2);
		e[2] = tm.tm_mon + 1;
		e[3] = tm.tm_mday;
		e[4] = tm.tm_hour;
		e[5] = tm.tm_min;
		e[6] = tm.tm_sec;
		poke(BUF, e, sizeof(e));
		assert_int_equal(efi(EFI_SET_TIME, BUF, 0, 0, 0, 0), EFI_SUCCESS);
		assert_int_equal(efi(EFI_GET_TIME, BUF + 64, 0, 0, 0, 0), EFI_SUCCESS);
		assert_int_equal(board_peek(&m, BUF + 64, 8), board_peek(&m, BUF, 8));
	}
	poke(BUF, (uint8_t[16]){ 0xe7, 7, 2, 29 }, 16); /* 2023-02-29 */
	assert_int_equal(efi(EFI_SET_TIME, BUF, 0, 0, 0, 0), EFI_INVALID_PARAMETER);
	assert_int_equal(efi(EFI_GET_WAKEUP_TIME, BUF, BUF, BUF, 0, 0), EFI_UNSUPPORTED);
}

static const uint8_t guid[16] = { 1, 2, 3, 4 };

static uint64_t set_var(const char *name, uint64_t attr, const char *data)
{
	uint16_t wide[64] = { 0 };

	for (unsigned i = 0; name[i]; i++)
		wide[i] = name[i];
	poke(BUF, wide, sizeof(wide));
	poke(BUF + 256, guid, 16);
	poke(BUF + 512, data, strlen(data) + 1);
	return efi(EFI_SET_VARIABLE, BUF, BUF + 256, attr, strlen(data), BUF + 512);
}

static uint64_t get_var(uint64_t room)
{
	poke(BUF + 768, &room, 8);
	return efi(EFI_GET_VARIABLE, BUF, BUF + 256, BUF + 776, BUF + 768, BUF + 1024);
}

static void efi_variables(void **state)
{
	(void)state;
	assert_int_equal(set_var("Boot", 7, ""), EFI_NOT_FOUND); /* deletes */
	assert_int_equal(set_var("Boot", 7, "abc"), EFI_SUCCESS);
	assert_int_equal(get_var(2), EFI_BUFFER_TOO_SMALL);
	assert_int_equal(board_peek(&m, BUF + 768, 8), 3);
	assert_int_equal(get_var(64), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF + 776, 4), 7);
	assert_memory_equal("abc", &(uint32_t){ board_peek(&m, BUF + 1024, 4) }, 3);
	assert_int_equal(set_var("Boot", 0x47, "de"), EFI_SUCCESS); /* appends */
	assert_int_equal(get_var(64), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF + 768, 8), 5);
	assert_int_equal(set_var("Boot", 3, "x"), EFI_INVALID_PARAMETER); /* not at runtime */
	assert_int_equal(set_var("", 7, "x"), EFI_INVALID_PARAMETER);
	assert_int_equal(set_var("Other", 7, "x"), EFI_SUCCESS);
	assert_int_equal(set_var("Boot", 7, ""), EFI_SUCCESS);
	assert_int_equal(get_var(64), EFI_NOT_FOUND);
	assert_int_equal(m.fw->vars_size, 1 + 12);
	assert_int_equal(efi(EFI_GET_VARIABLE, 0, BUF, 0, BUF, BUF), EFI_INVALID_PARAMETER);
}

static void efi_variable_names(void **state)
{
	static const char *const names[] = { "A", "Bee", "Other" };
	unsigned seen = 0;
	uint64_t room = 256;

	(void)state;
	efi_var_clear(m.fw);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(set_var(names[i], 7, "x"), EFI_SUCCESS);
	poke(BUF, &(uint16_t){ 0 }, 2);
	poke(BUF + 768, &(uint64_t){ 4 }, 8);
	assert_int_equal(efi(EFI_GET_NEXT_VARIABLE_NAME, BUF + 768, BUF, BUF + 256, 0, 0),
			 EFI_BUFFER_TOO_SMALL);
	assert_int_equal(board_peek(&m, BUF + 768, 8), sizeof("Other") * 2);
	for (;; seen++) {
		poke(BUF + 768, &room, 8);
		if (efi(EFI_GET_NEXT_VARIABLE_NAME, BUF + 768, BUF, BUF + 256, 0, 0))
			break;
		assert_int_equal(board_peek(&m, BUF, 2), names[2 - seen][0]); /* newest first */
	}
	assert_int_equal(result(0), EFI_NOT_FOUND);
	assert_int_equal(seen, 3);
	poke(BUF, (uint16_t[]){ 'n', 'o', 0 }, 6);
	poke(BUF + 768, &(uint64_t){ 256 }, 8);
	assert_int_equal(efi(EFI_GET_NEXT_VARIABLE_NAME, BUF + 768, BUF, BUF + 256, 0, 0),
			 EFI_INVALID_PARAMETER);
}

static void efi_store_is_bounded(void **state)
{
	char name[16];
	unsigned i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "Var%u", i);
		if (set_var(name, 7, "0123456789abcdef") != EFI_SUCCESS)
			break;
	}
	assert_true(i > 100 && i < 5000);
	assert_int_equal(result(0), EFI_OUT_OF_RESOURCES);
	efi_var_clear(m.fw);
	assert_int_equal(m.fw->vars_size, 0);
	poke(BUF + 256, guid, 16);
	assert_int_equal(efi(EFI_SET_VARIABLE, BUF, BUF + 256, 7, 1UL << 60, BUF),
			 EFI_OUT_OF_RESOURCES);
}

static void efi_virtual_mode(void **state)
{
	uint64_t map, size, st, rt, offset = 0xe000000000000000;
	uint8_t desc[EFI_DESC_SIZE];

	(void)state;
	map = board_peek(&m, FW_PARAM_BASE + 16, 8);
	size = board_peek(&m, FW_PARAM_BASE + 24, 8);
	st = board_peek(&m, FW_PARAM_BASE + 8, 8);
	rt = board_peek(&m, st + 88, 8);
	assert_int_equal(efi(EFI_SET_VIRTUAL_ADDRESS_MAP, size, 8, 1, map, 0),
			 EFI_INVALID_PARAMETER);
	assert_int_equal(efi(EFI_SET_VIRTUAL_ADDRESS_MAP, 0, EFI_DESC_SIZE, 1, map, 0),
			 EFI_NO_MAPPING);
	assert_int_equal(board_peek(&m, st + 88, 8), rt);
	for (uint64_t d = map; d < map + size; d += EFI_DESC_SIZE) {
		struct efi_range r;

		bus_copy_from(m.bus, desc, d, sizeof(desc));
		efi_map_unpack(&r, desc);
		r.virt = r.base + offset;
		efi_map_pack(&r, desc);
		poke(d, desc, sizeof(desc));
	}
	assert_int_equal(efi(EFI_SET_VIRTUAL_ADDRESS_MAP, size, EFI_DESC_SIZE, 1, map, 0),
			 EFI_SUCCESS);
	assert_int_equal(board_peek(&m, st + 88, 8), rt + offset);
	for (unsigned i = 0; i < EFI_SERVICE_COUNT; i++) {
		uint64_t d = board_peek(&m, rt + 24 + i * 8, 8) - offset;

		assert_int_equal(board_peek(&m, d, 8), fw_stub_address(FW_STUB_EFI + i) + offset);
	}
	assert_int_equal(efi(EFI_SET_VIRTUAL_ADDRESS_MAP, size, EFI_DESC_SIZE, 1, map, 0),
			 EFI_UNSUPPORTED);
}

static void efi_rest(void **state)
{
	(void)state;
	assert_int_equal(efi(EFI_GET_NEXT_HIGH_MONO_COUNT, BUF, 0, 0, 0, 0), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF, 4), 1);
	assert_int_equal(efi(EFI_GET_NEXT_HIGH_MONO_COUNT, BUF, 0, 0, 0, 0), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF, 4), 2);
	assert_int_equal(efi(EFI_UPDATE_CAPSULE, 0, 0, 0, 0, 0), EFI_UNSUPPORTED);
	assert_int_equal(efi(EFI_CONVERT_POINTER, 0, BUF, 0, 0, 0), EFI_UNSUPPORTED);
	assert_int_equal(efi(EFI_QUERY_VARIABLE_INFO, 7, BUF, BUF + 8, BUF + 16, 0), EFI_SUCCESS);
	assert_int_equal(board_peek(&m, BUF, 8), board_peek(&m, BUF + 8, 8));
}

static void efi_reset(void **state)
{
	(void)state;
	frame(1, (uint64_t[]){ 0 });
	assert_int_equal(call(FW_STUB_EFI + EFI_RESET_SYSTEM), EXEC_STOP);
	assert_true(m.reset_request);
	frame(1, (uint64_t[]){ 2 });
	assert_int_equal(call(FW_STUB_EFI + EFI_RESET_SYSTEM), EXEC_STOP);
	assert_true(m.ending);
	assert_int_equal(m.exit_status, EXIT_POWEROFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pal_memory),
		cmocka_unit_test(pal_ptce_purges),
		cmocka_unit_test(pal_caches),
		cmocka_unit_test(pal_unknown),
		cmocka_unit_test(pal_no_virtual_machines),
		cmocka_unit_test(pal_buffers),
		cmocka_unit_test(pal_tr_read),
		cmocka_unit_test(pal_halt),
		cmocka_unit_test(arguments),
		cmocka_unit_test(stray_break),
		cmocka_unit_test(sal_calls),
		cmocka_unit_test(efi_time),
		cmocka_unit_test(efi_variables),
		cmocka_unit_test(efi_variable_names),
		cmocka_unit_test(efi_store_is_bounded),
		cmocka_unit_test(efi_virtual_mode),
		cmocka_unit_test(efi_rest),
		cmocka_unit_test(efi_reset),
	};

	return cmocka_run_group_tests_name("fw/calls", tests, setup, teardown);
}
