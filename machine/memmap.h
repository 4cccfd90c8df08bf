/* SPDX-License-Identifier: MIT */
/*
 * The machine's physical address space, once.
 *
 *   0000_0000_0000  RAM, the first part of -m (at most 3 GiB here)
 *	0010_0000      firmware: stubs, tables (FW_BASE, FW_SIZE, 15 MiB, runtime and ACPI)
 *	0400_0000      where Linux links its first segment (64 MiB); the loader obeys p_paddr
 *   0000_c000_0000  hole for devices below 4 GiB
 *	e000_0000      PCI memory window (236 MiB)
 *	fec0_0000      I/O SAPIC
 *	fed0_0000      exit device (test)
 *	fee0_0000      processor interrupt block (2 MiB)
 *   0001_0000_0000  RAM, the rest of -m
 *   0fff_fc00_0000  I/O ports, sparse: 4 ports a 4 KiB page (64 MiB)
 */
#ifndef MEMMAP_H
#define MEMMAP_H

#define RAM_LOW_MAX   0xc0000000UL
#define RAM_HIGH_BASE 0x100000000UL
#define FW_BASE	      0x00100000UL
#define FW_SIZE	      0x00f00000UL
#define PCI_MEM_BASE  0xe0000000UL
#define PCI_MEM_SIZE  0x0ec00000UL
#define IOSAPIC_BASE  0xfec00000UL
#define IOSAPIC_SIZE  0x1000UL
#define EXITDEV_BASE  0xfed00000UL
#define EXITDEV_SIZE  0x10000UL /* a page of any size Linux uses, so that it can be mapped */
#define PIB_BASE      0xfee00000UL
#define PIB_SIZE      0x00200000UL
#define IO_PORT_BASE  0x0ffffc000000UL
#define IO_PORT_SIZE  0x04000000UL

/* Ports */
#define PORT_COM1    0x3f8
#define PORT_PM1_EVT 0x600 /* 4 bytes: status, enable */
#define PORT_PM1_CNT 0x604 /* 2 bytes */
#define PORT_PM_TMR  0x608 /* 4 bytes */
#define PORT_RESET   0x60c /* 1 byte; writing RESET_VALUE resets */
#define RESET_VALUE  0x06

/* Global system interrupts at the I/O SAPIC */
#define GSI_COM1     4
#define GSI_SCI	     9
#define GSI_CPEI     10 /* corrected platform errors; nothing asserts it */
#define GSI_PCI_BASE 16 /* and three more: INTA# of device n is at 16 + n mod 4 */
#define IOSAPIC_PINS 24

/* One tick of ar.itc per bundle while running; see board.c */
#define ITC_HZ	  100000000UL
#define PM_TMR_HZ 3579545UL

/*
 * A firmware entry point is a stub in [FW_BASE, FW_BASE + FW_SIZE) whose break instruction
 * has an immediate of FW_BREAK + index; the processor hands it to cpu_ops.firmware.
 */
#define FW_BREAK      0x1fe000
#define FW_BREAK_MASK 0x1ff000

#endif
