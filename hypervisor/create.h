/* SPDX-License-Identifier: MIT */
/*
 * create.h - making and ending guests: the domain builder and its opposite.
 */
#ifndef HV_CREATE_H
#define HV_CREATE_H

#include "boot.h"
#include "domain.h"

#define GUEST_CMDLINE 1024 /* with its NUL: start_info has no more */
#define GUEST_MEM_MIN (4ul << 20)
#define GUEST_MEM_MAX (64ul << 30)

/**
 * struct domain_config - what a guest is made from; kept for a reboot
 * @memory: bytes, 0: a fair share of what is free
 * @vcpus: its virtual processors; all but the first wait for the guest to start them
 * @restarts: how often it is started again when it has crashed or used up its
 *	      time; @restart: how often it was
 * @limit: milliseconds that it may live, 0: no limit
 * @kernel: an ELF file; @initrd: NULL for none
 */
struct domain_config {
	char name[16];
	uint64_t memory;
	const struct boot_module *kernel, *initrd;
	uint64_t vcpus, restarts, restart, limit;
	char cmdline[GUEST_CMDLINE];
};

/**
 * config_parse - "[name=N mem=SIZE vcpus=N kernel=MODULE initrd=MODULE|none restarts=N limit=MS]
 * TEXT"
 *
 * TEXT is its command line. All of the brackets, and each word in them, may be absent; kernel
 * and initrd then are those of -kernel and -initrd. Return: NULL, or what is wrong.
 */
const char *config_parse(struct domain_config *c, const char *text);

/** domain_create - build it, ready to run; NULL: it is built, or why it is not */
const char *domain_create(const struct domain_config *c);

/* Ends that are none of enum xen_shutdown_reason */
#define DOMAIN_DESTROYED 16
#define DOMAIN_TIME_UP	 17

/** domain_end - stop a guest for good; the idle vcpu will give back what it had */
void domain_end(struct domain *d, int reason);

/** domain_reap - (idle vcpu) give back what ended guests had; those that reboot start again */
void domain_reap(void);

/** domain_find - by name or number; NULL: there is none */
struct domain *domain_find(const char *name);

/** domain_check_deadlines - end those that have lived as long as they may; @t: now */
void domain_check_deadlines(uint64_t t);

/**
 * domains_failed - how many crashed for good, ran out of time, rebooted where that is not wanted,
 * or could not be started; domain_failed(): one more
 */
unsigned int domains_failed(void);
void domain_failed(void);

/**
 * elf_load - (elf.c) a kernel's segments into the guest's memory
 * @entry: the ELF note's, or e_entry if there is none
 * @end: behind the last segment
 * Return: NULL, or what is wrong with the file
 */
const char *elf_load(struct domain *d, const void *file, uint64_t size, uint64_t *entry,
		     uint64_t *end);

#endif
