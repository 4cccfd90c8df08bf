/* SPDX-License-Identifier: GPL-2.0-only */
/* The layout of the native gate page: both must have their symbols alike. */

#include "../../kernel/gate.lds.S"
