// SPDX-License-Identifier: MIT
/*
 * The serial line (National PC16550D data sheet), in sparse I/O port space.
 *
 * Output works as soon as boot_info says where the port is; what is said before is lost.
 */
#include "uart.h"

#include "boot.h"
#include "domain.h"

enum { RBR = 0, THR = 0, IER = 1, IIR = 2, FCR = 2, MCR = 4, LSR = 5 };

#define IER_RDI	    0x01
#define IIR_NONE    0x01
#define FCR_ENABLE  0x07 /* FIFOs on and empty, interrupt at the first byte */
#define MCR_DTR_RTS 0x03
#define MCR_OUT2    0x08 /* gates the interrupt */
#define LSR_DR	    0x01
#define LSR_THRE    0x20

static void (*receive)(char c);

/* SDM vol 2 §10.7.1: four ports in each page of 4 KiB */
static volatile uint8_t *port(unsigned int reg)
{
	uint64_t p = boot_info.uart_port + reg;

	return ident_uc(boot_info.io_ports + ((p >> 2) << 12 | (p & 0xfff)));
}

static void uart_interrupt(void)
{
	/* an edge: the line must have been seen idle before another one comes */
	while (!(*port(IIR) & IIR_NONE)) {
		while (*port(LSR) & LSR_DR)
			receive(*port(RBR));
	}
}

void uart_put(char c)
{
	if (!boot_info.uart_port || !boot_info.io_ports)
		return;
	while (!(*port(LSR) & LSR_THRE))
		continue;
	*port(THR) = c;
	asm volatile("mf.a" ::: "memory");
}

void uart_init(void (*input)(char c))
{
	receive = input;
	*port(FCR) = FCR_ENABLE;
	*port(MCR) = MCR_DTR_RTS | MCR_OUT2;
	if (!boot_info.uart_irq)
		panic("the serial port has no interrupt");
	irq_route(boot_info.uart_gsi, uart_interrupt);
	*port(IER) = IER_RDI;
}
