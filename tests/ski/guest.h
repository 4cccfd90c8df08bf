/* SPDX-License-Identifier: MIT */
/*
 * A user-level program on the machine's processor, without a kernel: it runs at privilege level
 * 3 with translation on, slot by slot; what a kernel would do at an interruption is done here.
 *
 * Translations are inserted on demand. A speculative load from an address that is no part of
 * the program is deferred (PSR.ed), as Linux does. write and exit are the system calls there
 * are; output goes nowhere. Any other interruption ends the run with a message.
 */
#ifndef TESTS_SKI_GUEST_H
#define TESTS_SKI_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "isa.h"
#include "regs.h"

struct guest;

enum guest_end { GUEST_RUNS, GUEST_EXITED, GUEST_STOPPED };

/** guest_create() - load a static ELF executable; NULL after a line on stderr */
struct guest *guest_create(const char *path);
void guest_destroy(struct guest *g);
/** guest_poke() - a word of the program's memory, for the initial stack */
bool guest_poke(struct guest *g, uint64_t va, uint64_t val);
/** guest_set() - registers from @regs; @all: CFM and the register stack too, at the start */
void guest_set(struct guest *g, const uint64_t *regs, bool all);
/** guest_get() - registers to @regs; what guest_get() left there must still be there */
void guest_get(struct guest *g, uint64_t *regs);
/** guest_step() - one slot; GUEST_STOPPED: guest_why() says why */
enum guest_end guest_step(struct guest *g);
const char *guest_why(const struct guest *g);
/** guest_insn() - the instruction at @ip (as REG_IP) and its text; false where there is none */
bool guest_insn(struct guest *g, uint64_t ip, struct isa_insn *insn, char *text, unsigned size);

#endif
