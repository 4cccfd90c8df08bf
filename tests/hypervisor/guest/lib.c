// SPDX-License-Identifier: MIT
/*
 * lib.c - hypercalls and printing of the bare guest.
 */
#include <stdarg.h>
#include <stddef.h>

#include "guest.h"

/* hypercall(number, a, b, c): the arguments go where the ABI has them, r32 up and r2. */
asm(".text\n.global hypercall\n.proc hypercall\nhypercall:\n"
    "	alloc	r36 = ar.pfs, 4, 1, 0, 0\n"
    "	mov	r2 = r32;;\n"
    "	mov	r32 = r33\n	mov	r33 = r34\n	mov	r34 = r35;;\n"
    "	break	0x1000;;\n"
    "	mov	ar.pfs = r36\n	br.ret.sptk b0\n.endp hypercall\n");

/* The compiler calls these. */
void *memcpy(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int c, size_t n)
{
	char *t = to;

	while (n--)
		*t++ = c;
	return to;
}

static char line[256];
static size_t len;

static void put(char c)
{
	if (len < sizeof(line))
		line[len++] = c;
}

static void put_number(uint64_t n, unsigned int base, bool negative)
{
	char text[24];
	unsigned int at = sizeof(text);

	if (negative)
		put('-');
	do {
		uint64_t q = 0, r = n; /* no division */

		if (base == 16) {
			q = n >> 4;
			r = n & 15;
		} else {
			for (int i = 60; i >= 0; i--)
				if (r >> i >= 10) {
					r -= (uint64_t)10 << i;
					q |= (uint64_t)1 << i;
				}
		}
		text[--at] = "0123456789abcdef"[r];
		n = q;
	} while (n);
	while (at < sizeof(text))
		put(text[at++]);
}

static void put_arg(char kind, uint64_t v)
{
	switch (kind) {
	case 'd': put_number((int64_t)v < 0 ? -v : v, 10, (int64_t)v < 0); break;
	case 'u': put_number(v, 10, false); break;
	case 'x': put_number(v, 16, false); break;
	case 's':
		for (const char *s = (const char *)v; *s; s++)
			put(*s);
		break;
	}
}

void print(const char *fmt, ...)
{
	va_list ap;

	len = 0;
	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		bool is_long = false;

		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		if (*++fmt == '#') {
			put('0');
			put('x');
			fmt++;
		}
		if (*fmt == 'l') {
			is_long = true;
			fmt++;
		}
		if (*fmt == 'd' && !is_long)
			put_arg('d', va_arg(ap, int));
		else if (is_long || *fmt == 's')
			put_arg(*fmt, va_arg(ap, uint64_t));
		else
			put_arg(*fmt, va_arg(ap, unsigned int));
	}
	va_end(ap);
	hypercall(XEN_CALL_console_io, XEN_CONSOLE_WRITE, len, inline_handle(line));
}

void guest_exit(int status)
{
	static struct xen_sched_shutdown arg;

	arg.reason = status ? XEN_SHUTDOWN_crash : XEN_SHUTDOWN_poweroff;
	for (;;)
		hypercall(XEN_CALL_sched_op, SCHEDOP_shutdown, inline_handle(&arg), 0);
}

void __attribute__((weak)) interrupted(struct frame *f)
{
	print("interruption %#lx ip %#lx isr %#lx ifa %#lx\n", f->vector, f->iip, f->isr, f->ifa);
	guest_exit(1);
}
