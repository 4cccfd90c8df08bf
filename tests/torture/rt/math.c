// SPDX-License-Identifier: MIT
/*
 * The functions of <math.h> that the torture tests call. Double values fit the
 * register format with room to spare, so that simple formulas are exact.
 */
#include <limits.h>
#include <math.h>

double floor(double x)
{
	double whole;

	if (!(__builtin_fabs(x) < 0x1p52))
		return x;
	whole = (long)x;
	return __builtin_copysign(whole > x ? whole - 1 : whole, x);
}

double fabs(double x)
{
	return __builtin_fabs(x);
}

double copysign(double x, double y)
{
	return __builtin_copysign(x, y);
}

double ceil(double x)
{
	return -floor(-x);
}

double sqrt(double x)
{
	return __builtin_sqrt(x);
}

double fmax(double x, double y)
{
	return isnan(x) || y > x ? y : x;
}

float fmaxf(float x, float y)
{
	return isnan(x) || y > x ? y : x;
}

long double fmaxl(long double x, long double y)
{
	return isnan(x) || y > x ? y : x;
}

int ilogbl(long double x)
{
	int n = 0;

	if (isnan(x) || !x)
		return INT_MIN;
	if (isinf(x))
		return INT_MAX;
	if (x < 0)
		x = -x;
	for (; x >= 2; n++)
		x /= 2;
	for (; x < 1; n--)
		x *= 2;
	return n;
}

int ilogb(double x)
{
	return ilogbl(x);
}

int ilogbf(float x)
{
	return ilogbl(x);
}

long double scalbnl(long double x, int n)
{
	for (; n > 0 && x && !isinf(x); n--)
		x *= 2;
	for (; n < 0 && x && !isinf(x); n++)
		x /= 2;
	return x;
}

double scalbn(double x, int n)
{
	return scalbnl(x, n);
}

float scalbnf(float x, int n)
{
	return scalbnl(x, n);
}

double ldexp(double x, int n)
{
	return scalbnl(x, n);
}

double frexp(double x, int *n)
{
	*n = 0;
	if (!x || isnan(x) || isinf(x))
		return x;
	*n = ilogb(x) + 1;
	return scalbnl(x, -*n);
}

/*
 * The logarithm to the base 2 a bit at a time (squaring doubles it), and the power by
 * square roots: all of a long double's precision is more than a test looks at.
 */
static long double log2_of(long double x)
{
	int whole = ilogbl(x), i;
	long double bit = 0.5, fraction = 0;

	x = scalbnl(x, -whole);
	for (i = 0; i < 63; i++, bit /= 2) {
		x *= x;
		if (x >= 2) {
			x /= 2;
			fraction += bit;
		}
	}
	return whole + fraction;
}

static long double exp2_of(long double x)
{
	long double whole = floor(x), root = 2, result = 1;
	int i;

	for (x -= whole, i = 0; i < 63; i++) {
		root = __builtin_sqrtl(root);
		x *= 2;
		if (x >= 1) {
			x -= 1;
			result *= root;
		}
	}
	return scalbnl(result, whole);
}

/* pow() - for a finite @x > 0 and a finite @y; NaN for anything else */
double pow(double x, double y)
{
	if (!(x > 0) || isinf(x) || isnan(y) || isinf(y))
		return NAN;
	return exp2_of(y * log2_of(x));
}
