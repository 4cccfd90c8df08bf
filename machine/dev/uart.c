// SPDX-License-Identifier: MIT
/*
 * A 16550A UART (National PC16550D data sheet): FIFOs, interrupts, loopback, modem status.
 *
 * Sending takes no time: the transmitter is always empty again at once, and its interrupt
 * follows at once. The modem lines are wired to a terminal that is present and does hardware
 * flow control: it sends only while the guest asserts RTS, so that what is typed or piped in
 * before the guest opens the port is not lost. As on a PC, OUT2 gates the interrupt pin.
 */
#include "dev/uart.h"

#include <assert.h>
#include <stdlib.h>

#include "debug/trace.h"
#include "dev/console.h"
#include "irq/iosapic.h"
#include "machine.h"

#define FIFO_SIZE 16

enum { RBR = 0, THR = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7 };

#define IER_RDI	 0x01
#define IER_THRI 0x02
#define IER_RLSI 0x04
#define IER_MSI	 0x08

#define IIR_NONE    0x01
#define IIR_THRI    0x02
#define IIR_RDI	    0x04
#define IIR_RLSI    0x06
#define IIR_TIMEOUT 0x0c
#define IIR_FIFO    0xc0

#define FCR_ENABLE   0x01
#define FCR_CLEAR_RX 0x02

#define LCR_DLAB 0x80

#define MCR_DTR	 0x01
#define MCR_RTS	 0x02
#define MCR_OUT1 0x04
#define MCR_OUT2 0x08
#define MCR_LOOP 0x10

#define LSR_DR	 0x01
#define LSR_OE	 0x02
#define LSR_THRE 0x20
#define LSR_TEMT 0x40

#define MSR_CTS	 0x10
#define MSR_DSR	 0x20
#define MSR_RI	 0x40
#define MSR_DCD	 0x80
#define MSR_TERI 0x04

struct uart {
	struct machine *m;
	unsigned pin;
	uint8_t ier, fcr, lcr, mcr, scr, dll, dlm;
	uint8_t msr; /* lines and deltas */
	bool overrun, thre_pending;
	uint8_t fifo[FIFO_SIZE];
	unsigned head, count;
};

static unsigned depth(const struct uart *u)
{
	return u->fcr & FCR_ENABLE ? FIFO_SIZE : 1;
}

static unsigned trigger(const struct uart *u)
{
	static const uint8_t level[4] = { 1, 4, 8, 14 };

	return u->fcr & FCR_ENABLE ? level[u->fcr >> 6] : 1;
}

/* The interrupt with the highest priority, as IIR shows it. */
static uint8_t pending(const struct uart *u)
{
	if (u->ier & IER_RLSI && u->overrun)
		return IIR_RLSI;
	if (u->ier & IER_RDI && u->count >= trigger(u))
		return IIR_RDI;
	/* The character timeout passes at once: nothing more is on its way. */
	if (u->ier & IER_RDI && u->count)
		return IIR_TIMEOUT;
	if (u->ier & IER_THRI && u->thre_pending)
		return IIR_THRI;
	if (u->ier & IER_MSI && u->msr & 0x0f)
		return 0;
	return IIR_NONE;
}

static void update_irq(struct uart *u)
{
	bool gate = (u->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;

	iosapic_set(u->m->iosapic, u->pin, gate && pending(u) != IIR_NONE);
}

static void fifo_put(struct uart *u, uint8_t byte)
{
	if (u->count == depth(u)) {
		u->overrun = true;
		return;
	}
	u->fifo[(u->head + u->count++) % FIFO_SIZE] = byte;
}

static uint8_t fifo_get(struct uart *u)
{
	uint8_t byte = u->fifo[u->head];

	if (!u->count)
		return 0;
	u->head = (u->head + 1) % FIFO_SIZE;
	u->count--;
	return byte;
}

unsigned uart_room(const struct uart *u)
{
	if ((u->mcr & (MCR_RTS | MCR_LOOP)) != MCR_RTS)
		return 0;
	return depth(u) - u->count;
}

void uart_receive(struct uart *u, uint8_t byte)
{
	assert(uart_room(u));
	fifo_put(u, byte);
	update_irq(u);
}

/* What the modem lines are: a terminal's, or in loopback the outputs' own. */
static uint8_t modem_lines(const struct uart *u)
{
	uint8_t mcr = u->mcr;

	if (!(mcr & MCR_LOOP))
		return MSR_CTS | MSR_DSR | MSR_DCD;
	return (mcr & MCR_RTS ? MSR_CTS : 0) | (mcr & MCR_DTR ? MSR_DSR : 0) |
	       (mcr & MCR_OUT1 ? MSR_RI : 0) | (mcr & MCR_OUT2 ? MSR_DCD : 0);
}

static void update_modem(struct uart *u)
{
	uint8_t old = u->msr & 0xf0, now = modem_lines(u), delta = (old ^ now) >> 4;

	/* the ring indicator's delta is its trailing edge only */
	if (!(old & MSR_RI))
		delta &= ~MSR_TERI;
	u->msr = (u->msr & 0x0f) | delta | now;
}

static void transmit(struct uart *u, uint8_t byte)
{
	u->thre_pending = true;
	if (u->mcr & MCR_LOOP)
		fifo_put(u, byte);
	else
		console_write(u->m->console, byte);
}

static void write_fcr(struct uart *u, uint8_t val)
{
	/* Turning the FIFOs on or off empties them; the other bits need the enable bit. */
	if ((u->fcr ^ val) & FCR_ENABLE || (val & FCR_ENABLE && val & FCR_CLEAR_RX))
		u->count = 0;
	u->fcr = val & FCR_ENABLE ? val & 0xc1 : 0;
}

static void write_ier(struct uart *u, uint8_t val)
{
	/* Enabling the transmitter's interrupt while it is empty raises it. */
	if (val & IER_THRI && !(u->ier & IER_THRI))
		u->thre_pending = true;
	u->ier = val & 0x0f;
}

static void write_reg(struct uart *u, unsigned reg, uint8_t val)
{
	bool dlab = u->lcr & LCR_DLAB;

	switch (reg) {
	case THR:
		if (dlab)
			u->dll = val;
		else
			transmit(u, val);
		break;
	case IER:
		if (dlab)
			u->dlm = val;
		else
			write_ier(u, val);
		break;
	case FCR: write_fcr(u, val); break;
	case LCR: u->lcr = val; break;
	case MCR:
		u->mcr = val & 0x1f;
		update_modem(u);
		break;
	case SCR: u->scr = val; break;
	}
	update_irq(u);
}

static uint8_t read_iir(struct uart *u)
{
	uint8_t iir = pending(u);

	if (iir == IIR_THRI)
		u->thre_pending = false;
	return iir | (u->fcr & FCR_ENABLE ? IIR_FIFO : 0);
}

static uint8_t read_lsr(struct uart *u)
{
	uint8_t lsr = LSR_THRE | LSR_TEMT | (u->count ? LSR_DR : 0) | (u->overrun ? LSR_OE : 0);

	u->overrun = false;
	return lsr;
}

static uint8_t read_msr(struct uart *u)
{
	uint8_t msr = u->msr;

	u->msr &= 0xf0;
	return msr;
}

static uint8_t read_reg(struct uart *u, unsigned reg)
{
	bool dlab = u->lcr & LCR_DLAB;
	uint8_t val = 0;

	switch (reg) {
	case RBR: val = dlab ? u->dll : fifo_get(u); break;
	case IER: val = dlab ? u->dlm : u->ier; break;
	case IIR: val = read_iir(u); break;
	case LCR: val = u->lcr; break;
	case MCR: val = u->mcr; break;
	case LSR: val = read_lsr(u); break;
	case MSR: val = read_msr(u); break;
	case SCR: val = u->scr; break;
	}
	update_irq(u);
	return val;
}

/* An access of several bytes is one to each register, as on an 8-bit bus. */
static uint64_t uart_read(void *opaque, uint64_t off, unsigned size)
{
	struct uart *u = opaque;
	uint64_t val = 0;

	for (unsigned i = 0; i < size; i++)
		val |= (uint64_t)read_reg(u, off + i) << 8 * i;
	if (trace_on(u->m->trace, uart))
		trace_msg(u->m->trace, uart, "%lu -> %#lx", off, val);
	return val;
}

static void uart_write(void *opaque, uint64_t off, unsigned size, uint64_t val)
{
	struct uart *u = opaque;

	if (trace_on(u->m->trace, uart))
		trace_msg(u->m->trace, uart, "%lu <- %#lx", off, val);
	for (unsigned i = 0; i < size; i++)
		write_reg(u, off + i, val >> 8 * i);
}

static const struct bus_dev_ops uart_ops = {
	.read = uart_read,
	.write = uart_write,
};

void uart_reset(struct uart *u)
{
	u->ier = u->fcr = u->lcr = u->mcr = u->scr = 0;
	u->dll = 1; /* 115200, as firmware would leave it */
	u->dlm = 0;
	u->overrun = u->thre_pending = false;
	u->head = u->count = 0;
	u->msr = modem_lines(u);
	update_irq(u);
}

struct uart *uart_create(struct machine *m, uint16_t port, unsigned pin)
{
	struct uart *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->m = m;
	u->pin = pin;
	uart_reset(u);
	bus_add_port(m->bus, port, 8, "uart", &uart_ops, u);
	return u;
}

void uart_destroy(struct uart *u)
{
	free(u);
}
