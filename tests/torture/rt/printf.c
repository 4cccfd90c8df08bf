// SPDX-License-Identifier: MIT
/*
 * printf() and its relatives for the torture tests: the integer and string
 * conversions, and %e, %f, %g as far as their digits can be computed in a long
 * double. What is not here ends the test, so that it cannot pass unseen.
 *
 * No function here calls another that C defines but abort(), see string.c; the tests
 * replace some of these functions too.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "rt.h"

/* Where output goes: to @buf of @size, or, with a file, to it whenever @buf is full. */
struct sink {
	char *buf;
	size_t size, used;
	size_t total;
	FILE *file;
	bool failed;
};

struct spec {
	bool left, plus, space, alternate, zero;
	int width, precision; /* precision < 0: none */
	char length;	      /* H: hh, h, l, q: ll and the like, L */
};

static void flush(struct sink *s)
{
	if (s->used && rt_write(s->file->fd, s->buf, s->used) < 0)
		s->failed = true;
	s->used = 0;
}

static void put(struct sink *s, char c)
{
	if (s->file && s->used == s->size)
		flush(s);
	if (s->used < s->size)
		s->buf[s->used++] = c;
	s->total++;
}

static void pad(struct sink *s, char c, int n)
{
	while (n-- > 0)
		put(s, c);
}

/* put_field() - @prefix and @n characters of @text in the width of @spec */
static void put_field(struct sink *s, const struct spec *spec, const char *prefix, int zeros,
		      const char *text, int n)
{
	int len = zeros + n, i;

	for (i = 0; prefix[i]; i++)
		len++;
	if (!spec->left && !spec->zero)
		pad(s, ' ', spec->width - len);
	while (*prefix)
		put(s, *prefix++);
	if (!spec->left && spec->zero)
		pad(s, '0', spec->width - len);
	pad(s, '0', zeros);
	for (i = 0; i < n; i++)
		put(s, text[i]);
	if (spec->left)
		pad(s, ' ', spec->width - len);
}

static const char *sign_prefix(const struct spec *spec, bool minus)
{
	return minus ? "-" : spec->plus ? "+" : spec->space ? " " : "";
}

static void put_integer(struct sink *s, struct spec *spec, uintmax_t v, char conversion, bool minus)
{
	const char *digits = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = conversion == 'o' ? 8 : (conversion | 0x20) == 'x' ? 16 : 10;
	const char *prefix = "";
	char text[24], *p = text + sizeof text;
	int n, zeros;

	if (conversion == 'd')
		prefix = sign_prefix(spec, minus);
	else if (base == 16 && spec->alternate && v)
		prefix = conversion == 'X' ? "0X" : "0x";
	for (; v; v /= base)
		*--p = digits[v % base];
	n = text + sizeof text - p;
	if (spec->precision >= 0)
		spec->zero = false;
	zeros = spec->precision < 0 ? !n : spec->precision - n;
	if (base == 8 && spec->alternate && zeros <= 0)
		zeros = 1;
	put_field(s, spec, prefix, zeros > 0 ? zeros : 0, p, n);
}

/*
 * decimal() - @digits (without a terminator) and decimal exponent of @v > 0, rounded
 * to @places digits, or with @fixed to so many after the point; the number of digits
 */
static int decimal(long double v, char digits[48], int places, bool fixed, int *exponent)
{
	int e = 0, n, i;

	while (v >= 10)
		v /= 10, e++;
	while (v < 1)
		v *= 10, e--;
	n = fixed ? e + 1 + places : places;
	if (n > 40)
		n = 40;
	for (i = 0; i <= n || i < 1; i++) {
		int d = v;

		digits[i] = d;
		v = (v - d) * 10;
	}
	if (n >= 0 && (digits[n] > 5 || (digits[n] == 5 && (v > 0 || (n && digits[n - 1] & 1))))) {
		for (i = n - 1; i >= 0 && ++digits[i] == 10; i--)
			digits[i] = 0;
		if (i < 0) { /* all nines, or no digit at all */
			for (i = n; i > 0; i--)
				digits[i] = digits[i - 1];
			digits[0] = 1;
			e++;
			n += fixed;
		}
	}
	*exponent = e;
	return n > 0 ? n : 0;
}

static int put_exponent(char *text, int e, char letter)
{
	int n = 0, a = e < 0 ? -e : e;

	text[n++] = letter;
	text[n++] = e < 0 ? '-' : '+';
	if (a >= 1000)
		text[n++] = '0' + a / 1000;
	if (a >= 100)
		text[n++] = '0' + a / 100 % 10;
	text[n++] = '0' + a / 10 % 10;
	text[n++] = '0' + a % 10;
	return n;
}

/* put_digits() - the digits with @places of them after the point; the length of @text */
static int put_digits(char *text, const char *digits, int have, int e, int places, bool point)
{
	int n = 0, i = 0;

	if (e < 0)
		text[n++] = '0';
	for (; i <= e; i++)
		text[n++] = '0' + (i < have ? digits[i] : 0);
	if (point)
		text[n++] = '.';
	for (i = e + 1; places > 0; places--, i++)
		text[n++] = '0' + (i >= 0 && i < have ? digits[i] : 0);
	return n;
}

/* general_places() - %g: the digits after the point, less the zeros at the end */
static int general_places(const struct spec *spec, const char *digits, int have, int e, int places)
{
	while (!spec->alternate && places > 0 && (e + places >= have || !digits[e + places]))
		places--;
	return places;
}

static void put_float(struct sink *s, struct spec *spec, long double v, char conversion)
{
	char digits[48] = "", text[128];
	bool minus = __builtin_signbit(v), general = (conversion | 0x20) == 'g';
	bool fixed = (conversion | 0x20) == 'f';
	int places = spec->precision < 0 ? 6 : spec->precision, e = 0, n, have = 0;

	if (v != v || v - v != 0) {
		spec->zero = false;
		put_field(s, spec, sign_prefix(spec, minus), 0, v != v ? "nan" : "inf", 3);
		return;
	}
	if (places > 30 || (fixed && (v >= 1e9L || v <= -1e9L)))
		abort(); /* more digits than this runtime computes */
	if (general && !places)
		places = 1;
	if (v)
		have = decimal(minus ? -v : v, digits, places + (!fixed && !general), fixed, &e);
	if (general) {
		fixed = e >= -4 && e < places;
		places = general_places(spec, digits, have, fixed ? e : 0,
					fixed ? places - 1 - e : places - 1);
	}
	n = put_digits(text, digits, have, fixed ? e : 0, places, places || spec->alternate);
	if (!fixed)
		n += put_exponent(text + n, e, conversion & 0x20 ? 'e' : 'E');
	put_field(s, spec, sign_prefix(spec, minus), 0, text, n);
}

static void put_string(struct sink *s, struct spec *spec, const char *text)
{
	int n = 0;

	if (!text)
		text = "(null)";
	while ((spec->precision < 0 || n < spec->precision) && text[n])
		n++;
	spec->zero = false;
	put_field(s, spec, "", 0, text, n);
}

static intmax_t next_signed(const struct spec *spec, va_list *ap)
{
	switch (spec->length) {
	case 'H': return (signed char)va_arg(*ap, int);
	case 'h': return (short)va_arg(*ap, int);
	case 'l':
	case 'q': return va_arg(*ap, long);
	default: return va_arg(*ap, int);
	}
}

static uintmax_t next_unsigned(const struct spec *spec, va_list *ap)
{
	switch (spec->length) {
	case 'H': return (unsigned char)va_arg(*ap, int);
	case 'h': return (unsigned short)va_arg(*ap, int);
	case 'l':
	case 'q': return va_arg(*ap, unsigned long);
	default: return va_arg(*ap, unsigned);
	}
}

static int number(const char **format, va_list *ap)
{
	int n = 0;

	if (**format == '*') {
		++*format;
		return va_arg(*ap, int);
	}
	while (**format >= '0' && **format <= '9')
		n = 10 * n + (*(*format)++ - '0');
	return n;
}

/* parse() - what stands between the % and the conversion */
static const char *parse(const char *f, struct spec *spec, va_list *ap)
{
	*spec = (struct spec){ .precision = -1 };
	for (;; f++) {
		if (*f == '-')
			spec->left = true;
		else if (*f == '+')
			spec->plus = true;
		else if (*f == ' ')
			spec->space = true;
		else if (*f == '#')
			spec->alternate = true;
		else if (*f == '0')
			spec->zero = true;
		else
			break;
	}
	spec->width = number(&f, ap);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	if (*f == '.') {
		f++;
		spec->precision = number(&f, ap);
	}
	for (;; f++) {
		if (*f == 'h')
			spec->length = spec->length == 'h' ? 'H' : 'h';
		else if (*f == 'l' || *f == 'z' || *f == 't' || *f == 'j')
			spec->length = 'l';
		else if (*f == 'q' || *f == 'L')
			spec->length = *f;
		else
			return f;
	}
}

static void convert(struct sink *s, struct spec *spec, char conversion, va_list *ap)
{
	intmax_t v;
	char c;

	switch (conversion) {
	case 'd':
	case 'i':
		v = next_signed(spec, ap);
		put_integer(s, spec, v < 0 ? -(uintmax_t)v : (uintmax_t)v, 'd', v < 0);
		break;
	case 'u':
	case 'o':
	case 'x':
	case 'X': put_integer(s, spec, next_unsigned(spec, ap), conversion, false); break;
	case 'p':
		spec->alternate = true;
		put_integer(s, spec, va_arg(*ap, uintptr_t), 'x', false);
		break;
	case 'c':
		c = va_arg(*ap, int);
		spec->zero = false;
		put_field(s, spec, "", 0, &c, 1);
		break;
	case 's': put_string(s, spec, va_arg(*ap, const char *)); break;
	case 'n': *va_arg(*ap, int *) = s->total; break;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		if (spec->length == 'L')
			put_float(s, spec, va_arg(*ap, long double), conversion);
		else
			put_float(s, spec, va_arg(*ap, double), conversion);
		break;
	case '%': put(s, '%'); break;
	default: abort(); /* a conversion that this runtime lacks must not pass unseen */
	}
}

static void format_to(struct sink *s, const char *f, va_list *ap)
{
	struct spec spec;

	for (; *f; f++) {
		if (*f != '%') {
			put(s, *f);
			continue;
		}
		f = parse(f + 1, &spec, ap);
		convert(s, &spec, *f, ap);
	}
}

static int format_file(FILE *file, const char *format, va_list *ap)
{
	char buf[256];
	struct sink s = { .buf = buf, .size = sizeof buf, .file = file };

	format_to(&s, format, ap);
	flush(&s);
	return s.failed ? -1 : (int)s.total;
}

static int format_buffer(char *buf, size_t size, const char *format, va_list *ap)
{
	struct sink s = { .buf = buf, .size = size ? size - 1 : 0 };

	format_to(&s, format, ap);
	if (size)
		buf[s.used] = '\0';
	return s.total;
}

#define UNLIMITED ((size_t)INTPTR_MAX)

int printf(const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = format_file(stdout, format, &ap);
	va_end(ap);
	return n;
}

int fprintf(FILE *f, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = format_file(f, format, &ap);
	va_end(ap);
	return n;
}

int sprintf(char *buf, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = format_buffer(buf, UNLIMITED, format, &ap);
	va_end(ap);
	return n;
}

int snprintf(char *buf, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = format_buffer(buf, size, format, &ap);
	va_end(ap);
	return n;
}

/* A va_list parameter may be an array: it is copied for its address. */
int vprintf(const char *format, va_list ap)
{
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = format_file(stdout, format, &copy);
	va_end(copy);
	return n;
}

int vfprintf(FILE *f, const char *format, va_list ap)
{
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = format_file(f, format, &copy);
	va_end(copy);
	return n;
}

int vsprintf(char *buf, const char *format, va_list ap)
{
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = format_buffer(buf, UNLIMITED, format, &copy);
	va_end(copy);
	return n;
}

int vsnprintf(char *buf, size_t size, const char *format, va_list ap)
{
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = format_buffer(buf, size, format, &copy);
	va_end(copy);
	return n;
}
