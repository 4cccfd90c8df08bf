/* SPDX-License-Identifier: MIT */
#ifndef RT_MATH_H
#define RT_MATH_H

#define HUGE_VAL  __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY  __builtin_inff()
#define NAN	  __builtin_nanf("")

#define isnan(x)	  __builtin_isnan(x)
#define isinf(x)	  __builtin_isinf(x)
#define isfinite(x)	  __builtin_isfinite(x)
#define signbit(x)	  __builtin_signbit(x)
#define isunordered(x, y) __builtin_isunordered(x, y)

double floor(double x);
double ceil(double x);
double fabs(double x);
double sqrt(double x);
double pow(double x, double y);
double fmax(double x, double y);
float fmaxf(float x, float y);
long double fmaxl(long double x, long double y);
int ilogb(double x);
int ilogbf(float x);
int ilogbl(long double x);
double scalbn(double x, int n);
float scalbnf(float x, int n);
long double scalbnl(long double x, int n);
double copysign(double x, double y);
double frexp(double x, int *n);
double ldexp(double x, int n);

#endif
