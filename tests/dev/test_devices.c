// SPDX-License-Identifier: MIT
/*
 * The bus, the I/O SAPIC, the UART and the ACPI registers, driven through the bus as a guest
 * drives them. There is a processor, but it never runs: its IRR shows what was delivered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cpu/parts.h"
#include "dev/acpipm.h"
#include "dev/exitdev.h"
#include "dev/uart.h"
#include "irq/iosapic.h"
#include "machine.h"

#define MIB (1UL << 20)
#define GIB (1UL << 30)

static uint64_t no_time(void *opaque, struct cpu *cpu)
{
	(void)opaque, (void)cpu;
	return 0;
}

static const struct cpu_ops ops = { .itc_now = no_time };

static int setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->opt.no_reboot = true;
	m->bus = bus_create(4 * GIB);
	m->cpus[0] = cpu_create(0, m->bus, &ops, m);
	m->ncpus = 1;
	m->iosapic = iosapic_create(m);
	pib_create(m);
	m->com1 = uart_create(m, PORT_COM1, GSI_COM1);
	m->pm = acpipm_create(m);
	exitdev_create(m);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	acpipm_destroy(m->pm);
	uart_destroy(m->com1);
	iosapic_destroy(m->iosapic);
	cpu_destroy(m->cpus[0]);
	bus_destroy(m->bus);
	free(m);
	return 0;
}

static uint64_t rd(struct machine *m, uint64_t pa, unsigned size)
{
	uint64_t val;

	assert_true(bus_read(m->bus, pa, size, &val));
	return val;
}

static void wr(struct machine *m, uint64_t pa, unsigned size, uint64_t val)
{
	assert_true(bus_write(m->bus, pa, size, val));
}

static uint64_t port(unsigned p)
{
	return IO_PORT_BASE + ((uint64_t)p >> 2 << 12) + p % 4096;
}

static uint8_t in(struct machine *m, unsigned p)
{
	return rd(m, port(p), 1);
}

static void out(struct machine *m, unsigned p, uint8_t val)
{
	wr(m, port(p), 1, val);
}

/* Was @vector delivered since the last call? */
static bool delivered(struct machine *m, unsigned vector)
{
	uint64_t *word = &m->cpus[0]->irr[vector / 64], bit = UINT64_C(1) << vector % 64;
	bool was = *word & bit;

	*word &= ~bit;
	return was;
}

/* ---- bus ---- */

static void ram_around_the_hole(void **state)
{
	struct machine *m = *state;
	uint64_t room, base, size, val;

	assert_true(bus_ram_range(m->bus, 0, &base, &size));
	assert_int_equal(base, 0);
	assert_int_equal(size, 3 * GIB);
	assert_true(bus_ram_range(m->bus, 1, &base, &size));
	assert_int_equal(base, 4 * GIB);
	assert_int_equal(size, GIB);
	assert_false(bus_ram_range(m->bus, 2, &base, &size));

	assert_non_null(bus_ram(m->bus, 3 * GIB - 8, &room));
	assert_int_equal(room, 8);
	assert_null(bus_ram(m->bus, 3 * GIB, &room));
	assert_null(bus_ram(m->bus, 5 * GIB, NULL));
	wr(m, 5 * GIB - 8, 8, 0x1122334455667788);
	assert_int_equal(rd(m, 5 * GIB - 4, 4), 0x11223344);

	assert_false(bus_read(m->bus, 3 * GIB - 4, 8, &val)); /* half RAM */
	assert_false(bus_read(m->bus, 3 * GIB, 1, &val));
	assert_false(bus_write(m->bus, UINT64_MAX, 1, 0));
	assert_false(bus_copy_to(m->bus, 3 * GIB - 1, "ab", 2));
	assert_true(bus_copy_to(m->bus, 3 * GIB - 2, "ab", 2));
	bus_clear_ram(m->bus);
	assert_int_equal(rd(m, 3 * GIB - 2, 2), 0);
}

static void port_window(void **state)
{
	struct machine *m = *state;

	out(m, PORT_COM1 + 7, 0x5a);
	assert_int_equal(in(m, PORT_COM1 + 7), 0x5a);
	/* the low address bits of the port are there twice; the page decides */
	assert_int_equal(rd(m, IO_PORT_BASE + (0x3fcUL >> 2 << 12) + 3, 1), 0x5a);
	assert_int_equal(rd(m, port(0x80), 4), 0xffffffff); /* nobody there */
	wr(m, port(0x80), 1, 1);
	assert_int_equal(in(m, 0xffff), 0xff);
}

static void exit_device(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, EXITDEV_BASE, 4), 0x54495845);
	wr(m, EXITDEV_BASE, 8, 0x107);
	assert_true(m->ending);
	assert_int_equal(m->exit_status, 7);
	machine_end(m, 9); /* the first counts */
	assert_int_equal(m->exit_status, 7);
}

/* ---- I/O SAPIC ---- */

static void rte(struct machine *m, unsigned pin, uint32_t low, uint32_t high)
{
	wr(m, IOSAPIC_BASE, 4, 0x11 + 2 * pin);
	wr(m, IOSAPIC_BASE + 0x10, 4, high);
	wr(m, IOSAPIC_BASE, 4, 0x10 + 2 * pin);
	wr(m, IOSAPIC_BASE + 0x10, 4, low);
}

static uint32_t rte_low(struct machine *m, unsigned pin)
{
	wr(m, IOSAPIC_BASE, 4, 0x10 + 2 * pin);
	return rd(m, IOSAPIC_BASE + 0x10, 4);
}

static void iosapic_registers(void **state)
{
	struct machine *m = *state;

	wr(m, IOSAPIC_BASE, 4, 1);
	assert_int_equal(rd(m, IOSAPIC_BASE + 0x10, 4), 0x00170020);
	assert_int_equal(rte_low(m, 23), 0x10000);
	rte(m, 23, 0xffffffff, 0xffffffff);
	assert_int_equal(rte_low(m, 23), 0x1a7ff);
	wr(m, IOSAPIC_BASE, 4, 0x40); /* no such entry */
	wr(m, IOSAPIC_BASE + 0x10, 4, 1);
	assert_int_equal(rd(m, IOSAPIC_BASE + 0x10, 4), 0);
}

static void iosapic_edge(void **state)
{
	struct machine *m = *state;

	rte(m, 5, 0x1005, 0); /* delivery status is not to be written */
	iosapic_set(m->iosapic, 5, true);
	assert_false(delivered(m, 0x05)); /* a reserved vector */
	iosapic_set(m->iosapic, 5, false);
	rte(m, 5, 0x40, 0);
	iosapic_set(m->iosapic, 5, true);
	assert_true(delivered(m, 0x40));
	iosapic_set(m->iosapic, 5, true);
	assert_false(delivered(m, 0x40));
	iosapic_set(m->iosapic, 5, false);
	rte(m, 5, 0x10040, 0); /* masked: lost */
	iosapic_set(m->iosapic, 5, true);
	rte(m, 5, 0x40, 0);
	assert_false(delivered(m, 0x40));
	iosapic_set(m->iosapic, 5, false);
	rte(m, 5, 0x40, 0x01000000); /* for a processor that is not there */
	iosapic_set(m->iosapic, 5, true);
	assert_false(delivered(m, 0x40));
	iosapic_set(m->iosapic, 5, false);
	rte(m, 5, 0x140, 0); /* lowest priority */
	iosapic_set(m->iosapic, 5, true);
	assert_true(delivered(m, 0x40));
}

static void iosapic_level(void **state)
{
	struct machine *m = *state;

	rte(m, 16, 0xa050, 0); /* a PCI pin: level, active low */
	assert_false(delivered(m, 0x50));
	iosapic_set(m->iosapic, 16, true);
	assert_true(delivered(m, 0x50));
	assert_true(rte_low(m, 16) & 0x4000);
	iosapic_set(m->iosapic, 16, false);
	iosapic_set(m->iosapic, 16, true);
	assert_false(delivered(m, 0x50)); /* not before the end of the first */
	wr(m, IOSAPIC_BASE + 0x40, 4, 0x51);
	assert_false(delivered(m, 0x50));
	wr(m, IOSAPIC_BASE + 0x40, 4, 0x50);
	assert_true(delivered(m, 0x50)); /* still asserted */
	iosapic_set(m->iosapic, 16, false);
	wr(m, IOSAPIC_BASE + 0x40, 4, 0x50);
	assert_false(delivered(m, 0x50));
	assert_false(rte_low(m, 16) & 0x4000);
	rte(m, 16, 0x8050, 0); /* the wrong polarity: active though nobody asserts it */
	assert_true(delivered(m, 0x50));
}

static void messages(void **state)
{
	struct machine *m = *state;

	wr(m, PIB_BASE, 8, 0xfe);
	assert_true(delivered(m, 0xfe));
	wr(m, PIB_BASE + 8, 8, 0xfd); /* redirectable */
	assert_true(delivered(m, 0xfd));
	wr(m, PIB_BASE, 4, 0xfe); /* malformed */
	assert_false(delivered(m, 0xfe));
	wr(m, PIB_BASE + 0x1000, 8, 0xfe); /* nobody has id 1 */
	assert_false(delivered(m, 0xfe));
	wr(m, PIB_BASE, 8, 0x400);
	assert_true(delivered(m, 2));
	wr(m, PIB_BASE, 8, 0x700);
	assert_true(delivered(m, 0));
	assert_int_equal(rd(m, PIB_BASE + 0x1e0000, 1), 0xff);
	wr(m, PIB_BASE + 0x1e0008, 1, 0);
	wr(m, PIB_BASE, 8, 0x200); /* PMI: nobody there has anything to do */
	assert_int_equal(m->cpus[0]->stop, CPU_STOP_NONE);
	assert_false(m->cpus[0]->init_pending);
	m->cpus[0]->halted = true;
	wr(m, PIB_BASE, 8, 0x500); /* INIT, which ends a halt */
	assert_true(m->cpus[0]->init_pending);
	assert_false(m->cpus[0]->halted);
}

/* ---- UART ---- */

#define RBR (PORT_COM1 + 0)
#define IER (PORT_COM1 + 1)
#define FCR (PORT_COM1 + 2)
#define LCR (PORT_COM1 + 3)
#define MCR (PORT_COM1 + 4)
#define LSR (PORT_COM1 + 5)
#define MSR (PORT_COM1 + 6)

static void uart_is_16550a(void **state)
{
	struct machine *m = *state;

	out(m, IER, 0xff);
	assert_int_equal(in(m, IER), 0x0f);
	out(m, IER, 0);
	out(m, MCR, 0x1a); /* loopback, OUT2, RTS */
	assert_int_equal(in(m, MSR) & 0xf0, 0x90);
	out(m, MCR, 0);
	assert_int_equal(in(m, MSR) & 0xf0, 0xb0);
	assert_int_equal(in(m, FCR), 0x01);
	out(m, FCR, 1);
	assert_int_equal(in(m, FCR), 0xc1);
	out(m, FCR, 0x21); /* no 64-byte FIFO */
	assert_int_equal(in(m, FCR), 0xc1);
	out(m, LCR, 0x83);
	out(m, RBR, 0x34);
	out(m, IER, 0x12);
	assert_int_equal(in(m, RBR), 0x34);
	assert_int_equal(in(m, IER), 0x12);
	out(m, LCR, 0x03);
	assert_int_equal(in(m, IER), 0);
	assert_int_equal(in(m, LSR), 0x60);
}

static void uart_receives(void **state)
{
	struct machine *m = *state;

	rte(m, GSI_COM1, 0x31, 0);
	assert_int_equal(uart_room(m->com1), 0); /* no RTS */
	out(m, MCR, 0x0b);
	assert_int_equal(uart_room(m->com1), 1); /* no FIFO yet */
	out(m, FCR, 0x81);
	assert_int_equal(uart_room(m->com1), 16);
	out(m, IER, 1);
	uart_receive(m->com1, 'a');
	assert_true(delivered(m, 0x31));
	assert_int_equal(in(m, FCR), 0xcc); /* timeout: below the trigger of 8 */
	assert_int_equal(in(m, LSR), 0x61);
	for (unsigned i = 1; i < 16; i++)
		uart_receive(m->com1, 'a' + i);
	assert_int_equal(uart_room(m->com1), 0);
	assert_int_equal(in(m, FCR), 0xc4);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(in(m, RBR), 'a' + i);
	assert_int_equal(in(m, LSR), 0x60);
	assert_int_equal(in(m, FCR), 0xc1);
	uart_receive(m->com1, 'z');
	assert_true(delivered(m, 0x31));
	out(m, FCR, 0x83); /* clears */
	assert_int_equal(in(m, LSR), 0x60);
}

static void uart_loops_back(void **state)
{
	struct machine *m = *state;

	out(m, FCR, 1);
	out(m, MCR, 0x1b);
	for (unsigned i = 0; i < 17; i++)
		out(m, RBR, i);
	assert_int_equal(in(m, LSR), 0x63); /* the 17th was too much */
	assert_int_equal(in(m, LSR), 0x61);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(in(m, RBR), i);
}

static void uart_interrupts_when_empty(void **state)
{
	struct machine *m = *state;

	rte(m, GSI_COM1, 0x31, 0);
	out(m, MCR, 0x03); /* OUT2 gates the pin */
	out(m, IER, 2);
	assert_false(delivered(m, 0x31));
	assert_int_equal(in(m, FCR), 0x02);
	assert_int_equal(in(m, FCR), 0x01); /* reading it was the acknowledgement */
	out(m, IER, 0);
	out(m, MCR, 0x0b);
	out(m, IER, 2);
	assert_true(delivered(m, 0x31));
	out(m, IER, 0);
	assert_int_equal(in(m, FCR), 0x01);
}

/* ---- ACPI ---- */

static void pm_timer(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, port(PORT_PM_TMR), 4), 0);
	m->sched.latest = ITC_HZ;
	assert_int_equal(rd(m, port(PORT_PM_TMR), 4), PM_TMR_HZ);
	assert_int_equal(in(m, PORT_PM_TMR + 1), PM_TMR_HZ >> 8 & 0xff);
	assert_int_equal(acpipm_next(m->pm), MACHINE_NEVER);
	rte(m, GSI_SCI, 0xa029, 0);
	wr(m, port(PORT_PM1_EVT + 2), 2, 1);
	assert_false(delivered(m, 0x29));
	m->sched.latest = acpipm_next(m->pm) - 1;
	acpipm_tick(m->pm);
	assert_false(delivered(m, 0x29));
	m->sched.latest++;
	acpipm_tick(m->pm); /* bit 31 has changed */
	assert_true(delivered(m, 0x29));
	assert_int_equal(rd(m, port(PORT_PM1_EVT), 4), 0x00010001);
	wr(m, port(PORT_PM1_EVT), 2, 1);
	assert_int_equal(rd(m, port(PORT_PM1_EVT), 4), 0x00010000);
}

static void pm_control(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, port(PORT_PM1_CNT), 2), 1);
	wr(m, port(PORT_PM1_CNT), 2, 5 << 10);
	assert_int_equal(rd(m, port(PORT_PM1_CNT), 2), 5 << 10 | 1);
	assert_false(m->ending);
	wr(m, port(PORT_PM1_CNT), 2, 5 << 10 | 1 << 13);
	assert_true(m->ending);
	assert_int_equal(m->exit_status, EXIT_POWEROFF);
}

static void reset_register(void **state)
{
	struct machine *m = *state;

	out(m, PORT_RESET, 1);
	assert_false(m->ending);
	out(m, PORT_RESET, RESET_VALUE);
	assert_true(m->ending);
	assert_int_equal(m->exit_status, EXIT_RESET);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ram_around_the_hole),
		TEST(port_window),
		TEST(exit_device),
		TEST(iosapic_registers),
		TEST(iosapic_edge),
		TEST(iosapic_level),
		TEST(messages),
		TEST(uart_is_16550a),
		TEST(uart_receives),
		TEST(uart_loops_back),
		TEST(pm_timer),
		TEST(uart_interrupts_when_empty),
		TEST(pm_control),
		TEST(reset_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
