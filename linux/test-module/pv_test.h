/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pv_test: a module that consists of pv sites. Each file checks some; a check that
 * fails is printed and counted.
 */
#ifndef PV_TEST_H
#define PV_TEST_H

#include <linux/types.h>

/* pv_test_check - count a check; say what does not hold */
void pv_test_check(bool holds, const char *what);
#define CHECK(condition) pv_test_check(condition, #condition)

/* fault.c: a load that faults in a bundle with a site */
void pv_test_faults(void);

#endif
