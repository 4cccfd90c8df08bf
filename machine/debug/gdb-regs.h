/* SPDX-License-Identifier: MIT */
/*
 * Registers by the numbers that gdb gives them on IA-64, when it is told nothing else.
 */
#ifndef DEBUG_GDB_REGS_H
#define DEBUG_GDB_REGS_H

#include "cpu/cpu.h"

enum {
	GDB_GR0 = 0,
	GDB_FR0 = 128,
	GDB_PR0 = 256,
	GDB_BR0 = 320,
	GDB_VFP = 328,
	GDB_VRAP,
	GDB_PR,
	GDB_IP,
	GDB_PSR,
	GDB_CFM,
	GDB_AR0,
	GDB_NREGS = GDB_AR0 + 128, /* what gdb numbers above, it computes itself */
};

#define GDB_REG_MAX 16

/** gdb_reg_size() - bytes: 16 for a floating-point register, else 8 */
static inline unsigned gdb_reg_size(unsigned n)
{
	return n >= GDB_FR0 && n < GDB_PR0 ? 16 : 8;
}

/** gdb_reg_read() - in the guest's byte order; false when it has no value now */
bool gdb_reg_read(struct cpu *cpu, unsigned n, uint8_t bytes[GDB_REG_MAX]);
/** gdb_reg_write() - false when it cannot be written, or not with this value */
bool gdb_reg_write(struct cpu *cpu, unsigned n, const uint8_t bytes[GDB_REG_MAX]);

#endif
