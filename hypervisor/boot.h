/* SPDX-License-Identifier: MIT */
/*
 * boot.h - what the hypervisor was started with, and the machine it runs on.
 *
 * efi.c reads everything once, from the loader's boot parameters and the firmware's tables,
 * and copies what must last. After that the firmware is used for the time of day, to halt
 * and to switch the machine off.
 */
#ifndef HV_BOOT_H
#define HV_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "layout.h"

#define BOOT_RANGES  64
#define BOOT_MODULES 16
#define BOOT_CMDLINE 4096
#define BOOT_LSAPICS 64

#define ident_wb(pa) ((void *)(IDENT_WB + (pa)))
#define ident_uc(pa) ((void *)(IDENT_UC + (pa)))

/* Exit status of the machine, where it has an exit device (argument exitdev=). */
#define EXIT_HV_OK    0
#define EXIT_HV_GUEST 80 /* a guest crashed */
#define EXIT_HV_PANIC 81

struct boot_range {
	uint64_t base, size;
};

/** struct boot_module - a file in memory; @base is physical */
struct boot_module {
	char name[32];
	uint64_t base, size;
};

/**
 * struct boot_info - see above
 * @memory: what is free, outside of the hypervisor's own 64 MiB
 * @module: -module, the guest's kernel as "kernel" and the initrd as "initrd"
 * @io_ports: physical address of the I/O port space
 * @itc_hz: ticks of ar.itc in a second; @tick_ns: ns a tick, 0: not a whole number
 * @lid: of the first processor: id, eid in bits 31:16; @lsapic: of all
 * @ipi_block: where interprocessor interrupts are written
 * @wakeup_vector: brings one out of SAL's boot rendezvous
 */
struct boot_info {
	char cmdline[BOOT_CMDLINE];
	struct boot_range memory[BOOT_RANGES];
	unsigned int ranges;
	struct boot_module module[BOOT_MODULES + 2];
	unsigned int modules;
	uint64_t io_ports;
	uint64_t iosapic, iosapic_gsi;
	uint16_t uart_port;
	uint32_t uart_gsi;
	bool uart_irq;
	uint64_t itc_hz, tick_ns;
	uint64_t lid, lsapic[BOOT_LSAPICS];
	unsigned int lsapics;
	uint64_t ipi_block;
	unsigned int wakeup_vector;
};

extern struct boot_info boot_info;

/** efi_init - fill in boot_info; panics if the machine lacks what the hypervisor needs */
void efi_init(uint64_t boot_param);

/** efi_time - seconds since 1970, UTC, by the machine's clock; 0 if it has none */
uint64_t efi_time(void);

/** boot_find_module - by name; NULL: there is none */
const struct boot_module *boot_find_module(const char *name);

/** sal_set_rendezvous - where processors go that are woken up; a physical address */
bool sal_set_rendezvous(uint64_t entry);

/** machine_off - end the machine; @status goes to the exit device if there is one */
void machine_off(int status) __attribute__((noreturn));

/** machine_set_exit_device - its physical address, or 0 */
void machine_set_exit_device(uint64_t pa);

/** pal_call - a procedure of the machine's PAL, static convention; @ret: r8 to r11 */
void pal_call(uint64_t index, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t ret[4]);

/** pal_halt - until an interrupt is pending */
void pal_halt(void);

/* irq.c: external interrupts of the machine */

typedef void irq_handler(void);

/** irq_init - each processor: its vectors, nothing enabled */
void irq_init(void);

/** irq_route - send an interrupt of the I/O SAPIC here; the vector is chosen by irq.c */
void irq_route(uint32_t gsi, irq_handler *handler);

/* main.c */

/** image_check - panics if code or constants of the hypervisor are not what they were first */
void image_check(void);

/** option_number, option_set, option_text - from the hypervisor's part of the command line */
bool option_number(const char *name, uint64_t *value);
bool option_set(const char *name);

#endif
