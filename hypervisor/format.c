// SPDX-License-Identifier: MIT
/*
 * Formatted text: the part of printf that the hypervisor uses. Knows nothing but lib.h.
 */
#include "lib.h"

/* Where formatted text goes. */
struct sink {
	char *to;
	size_t size, len;
};

struct spec {
	bool left, zero, alternate;
	unsigned int width, longs;
	int precision; /* -1: none */
};

static void put(struct sink *s, char c)
{
	if (s->len + 1 < s->size)
		s->to[s->len] = c;
	s->len++;
}

static void put_padded(struct sink *s, const struct spec *f, const char *text, size_t len)
{
	size_t fill = f->width > len ? f->width - len : 0;

	for (; !f->left && fill; fill--)
		put(s, ' ');
	for (size_t i = 0; i < len; i++)
		put(s, text[i]);
	for (; fill; fill--)
		put(s, ' ');
}

static void put_number(struct sink *s, const struct spec *f, uint64_t n, bool negative,
		       unsigned int base)
{
	char text[72];
	size_t at = sizeof(text), least = f->zero && !f->left ? min(f->width, 64u) : 1;
	bool prefix = base == 16 && f->alternate && n;

	do {
		text[--at] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	while (sizeof(text) - at + negative + 2 * prefix < least)
		text[--at] = '0';
	if (prefix) {
		text[--at] = 'x';
		text[--at] = '0';
	}
	if (negative)
		text[--at] = '-';
	put_padded(s, f, text + at, sizeof(text) - at);
}

static const char *parse_spec(const char *fmt, struct spec *f, va_list *ap)
{
	*f = (struct spec){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '-')
			f->left = true;
		else if (*fmt == '0')
			f->zero = true;
		else if (*fmt == '#')
			f->alternate = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		f->width = f->width * 10 + *fmt - '0';
	if (*fmt == '.') {
		f->precision = 0;
		if (fmt[1] == '*') {
			f->precision = va_arg(*ap, int);
			fmt++;
		}
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			f->precision = f->precision * 10 + *fmt - '0';
	}
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		f->longs++;
	return fmt;
}

static void put_string(struct sink *s, const struct spec *f, const char *text)
{
	size_t len = 0, most = f->precision < 0 ? SIZE_MAX : (size_t)f->precision;

	while (len < most && text[len])
		len++;
	put_padded(s, f, text, len);
}

static void put_conversion(struct sink *s, const struct spec *f, char c, va_list *ap)
{
	int64_t d;
	char one;

	switch (c) {
	case 'c':
		one = va_arg(*ap, int);
		put_padded(s, f, &one, 1);
		break;
	case 's': put_string(s, f, va_arg(*ap, const char *)); break;
	case 'd':
	case 'i':
		d = f->longs ? va_arg(*ap, int64_t) : va_arg(*ap, int);
		put_number(s, f, d < 0 ? -(uint64_t)d : (uint64_t)d, d < 0, 10);
		break;
	case 'u':
	case 'x':
		put_number(s, f, f->longs ? va_arg(*ap, uint64_t) : va_arg(*ap, unsigned int),
			   false, c == 'u' ? 10 : 16);
		break;
	case 'p': put_number(s, f, (uintptr_t)va_arg(*ap, void *), false, 16); break;
	default: put(s, c); break;
	}
}

int vformat(char *to, size_t size, const char *fmt, va_list args)
{
	struct sink s = { to, size, 0 };
	struct spec f;
	va_list ap;

	va_copy(ap, args);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&s, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &f, &ap);
		if (!*fmt)
			break;
		put_conversion(&s, &f, *fmt, &ap);
	}
	va_end(ap);
	if (size)
		to[min(s.len, size - 1)] = '\0';
	return s.len;
}

int format(char *to, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vformat(to, size, fmt, ap);
	va_end(ap);
	return n;
}
