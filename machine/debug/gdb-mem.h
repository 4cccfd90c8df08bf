/* SPDX-License-Identifier: MIT */
/*
 * The guest's memory and register stack as gdb sees them.
 */
#ifndef DEBUG_GDB_MEM_H
#define DEBUG_GDB_MEM_H

#include "cpu/cpu.h"

/**
 * gdb_mem_read()/gdb_mem_write() - RAM by the address that the processor uses now
 *
 * No fault, no walk that leaves a trace, no device. Words of the backing store that the RSE
 * keeps in registers are those registers: memory reads as after flushrs, the current frame
 * included, as a debugger of IA-64 expects.
 * Return: how many bytes could be read (written), from the first on.
 */
size_t gdb_mem_read(struct cpu *cpu, uint64_t va, void *buf, size_t len);
size_t gdb_mem_write(struct cpu *cpu, uint64_t va, const void *buf, size_t len);

/** gdb_stack_end() - the address behind the current frame: what gdb calls bsp */
uint64_t gdb_stack_end(const struct cpu *cpu);
/** gdb_stack_rnat() - the NaT collection that gdb_stack_end() lies in, as after flushrs */
uint64_t gdb_stack_rnat(const struct cpu *cpu);
void gdb_stack_set_rnat(struct cpu *cpu, uint64_t val);
/**
 * gdb_stack_move() - spill everything, then make the frame of size @cfm that ends at @end current
 * Return: false, nothing changed, when @cfm is none or the stack's memory cannot be written.
 */
bool gdb_stack_move(struct cpu *cpu, uint64_t cfm, uint64_t end);

#endif
