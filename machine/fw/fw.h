/* SPDX-License-Identifier: MIT */
/*
 * The firmware: PAL, SAL and EFI as an operating system meets them after its loader.
 *
 * What the guest sees lies in RAM between FW_BASE and FW_END (of several processors
 * FW_AP_STACK_END): entry stubs, tables, the boot parameters, stacks. A stub holds a break
 * instruction that hands the call to fw_call(); the procedures themselves run on the host.
 * Guest pointers go through the translation that is in force at the call; when that faults,
 * the break is executed again after the guest's handler, so a procedure must copy in first,
 * copy out next and change its own state last.
 */
#ifndef FW_FW_H
#define FW_FW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"
#include "fw/efi-map.h"
#include "machine.h"

/*
 *   0010_0000  PAL entry point (64 KiB, EFI type PAL code: Linux maps it with one ITR)
 *   0011_0000  SAL and EFI entry points (runtime services code)
 *   0012_0000  interruption vector table until the guest sets cr.iva (boot services code)
 *   0013_0000  EFI and SAL tables, function descriptors (runtime services data)
 *   0014_0000  ACPI tables (ACPI reclaim)
 *   0015_0000  FACS (ACPI NVS)
 *   0016_0000  ia64_boot_param, command line, EFI memory map (loader data)
 *   0018_0000  boot stack and register backing store (boot services data)
 *   001c_0000  application processors' boot stacks, where there are any (runtime services data)
 */
#define FW_PAL_BASE   (FW_BASE + 0x00000)
#define FW_CODE_BASE  (FW_BASE + 0x10000)
#define FW_IVT_BASE   (FW_BASE + 0x20000)
#define FW_DATA_BASE  (FW_BASE + 0x30000)
#define FW_ACPI_BASE  (FW_BASE + 0x40000)
#define FW_NVS_BASE   (FW_BASE + 0x50000)
#define FW_PARAM_BASE (FW_BASE + 0x60000)
#define FW_STACK_BASE (FW_BASE + 0x80000)
#define FW_END	      (FW_BASE + 0xc0000)
#define FW_AREA_SIZE  0x10000UL
#define FW_STACK_SIZE (FW_END - FW_STACK_BASE)

#define FW_AP_STACK_BASE FW_END
#define FW_AP_STACK_SIZE 0x1000UL
#define FW_AP_STACK_END	 (FW_AP_STACK_BASE + (MACHINE_MAX_CPUS - 1) * FW_AP_STACK_SIZE)

/* Min-state save areas, behind the tables: one for each processor that registers none */
#define FW_MIN_STATE_BASE (FW_DATA_BASE + 0x8000)
#define FW_MIN_STATE_SIZE 512UL

#define FW_IVT_SIZE	0x8000UL
#define FW_IVT_STEP	0x100UL
#define FW_CMDLINE_MAX	4096 /* with its NUL; Linux keeps 2048 */
#define FW_VENDOR	"IA-64 emulator"
#define FW_VERSION	0x0100
#define FW_AP_VECTOR	0xff /* external interrupt that wakes an application processor */
#define FW_RAM_MIN	(16UL << 20)
#define FW_GUEST_STRING 1024 /* longest EFI variable name, bytes with its NUL */

/* The stubs, by the number in their break instruction. */
enum fw_stub {
	FW_STUB_PAL,
	FW_STUB_SAL,
	FW_STUB_EFI, /* the EFI runtime services in the order of their table */
	FW_STUB_EFI_END = FW_STUB_EFI + 14,
	FW_STUB_RETURN = FW_STUB_EFI_END, /* the kernel returned to its loader */
	FW_STUB_AP,			  /* where an application processor waits to be wanted */
	FW_STUB_INIT_RETURN,		  /* the guest's INIT handler has done */
	FW_STUB_IVT,			  /* any vector of the firmware's own table */
	FW_STUB_COUNT
};

/* What a procedure returns in r8-r11. */
struct fw_ret {
	int64_t status;
	uint64_t v[3];
};

/* An EFI variable; the store is a list, newest first. */
struct efi_var {
	struct efi_var *next;
	uint8_t guid[16];
	uint16_t *name;	  /* NUL-terminated */
	size_t name_size; /* bytes, with the NUL */
	uint32_t attr;
	uint8_t *data;
	size_t size;
};

/* An operating system's entry for a machine event, as registered with SAL_SET_VECTORS. */
struct sal_vector {
	uint64_t entry[2], gp[2], length[2];
};

/* What they are for: the first argument of SAL_SET_VECTORS */
enum { SAL_VECTOR_MCA, SAL_VECTOR_INIT, SAL_VECTOR_BOOT_RENDEZ };

/* Where the loader put things. */
struct fw_module {
	uint64_t base, size;
};

struct fw_boot {
	uint64_t entry;
	struct fw_module initrd;
	struct fw_module guest; /* with -hypervisor: the file that -kernel names */
	struct fw_module module[MACHINE_MAX_MODULES];
};

struct firmware {
	struct machine *m;
	struct fw_boot boot;
	struct efi_map map; /* as handed to the guest */

	/* EFI */
	bool efi_virtual;    /* SetVirtualAddressMap has been called */
	int64_t time_offset; /* seconds, by SetTime */
	int16_t time_zone;
	uint8_t time_daylight;
	uint64_t monotonic;
	struct efi_var *vars;
	size_t vars_size;

	/* SAL */
	struct sal_vector vector[3];
	bool init_monarch; /* a processor is in the guest's INIT handler: others are slaves */
	uint64_t mc_param[4][2];

	/* PAL, per processor */
	uint64_t mc_expected[MACHINE_MAX_CPUS];
	uint64_t mc_save_area[MACHINE_MAX_CPUS];
};

/* ---- fw.c ---- */
/** fw_stub_address() - physical address of a stub; for FW_STUB_IVT that of the first vector */
uint64_t fw_stub_address(enum fw_stub stub);
/** fw_stack_args() - the procedure's stacked arguments (0 where not passed); false: a NaT */
bool fw_stack_args(struct cpu *cpu, uint64_t *arg, unsigned n);
/** fw_checksum() - the byte that makes all bytes of a table add up to 0 */
uint8_t fw_checksum(const void *table, size_t len);
/** fw_error() - print "ia64-machine: ..." on stderr; returns -1 */
int fw_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- load.c: kernel and initrd into RAM ---- */
/**
 * fw_load_files() - load what the command line names, enter it in @fw->map
 * Return: 0, or -1 after one line on stderr that names the file.
 */
int fw_load_files(struct firmware *fw);

/* ---- tables.c, acpi.c, boot.c: what the guest finds in RAM ---- */
void fw_build_stubs(struct firmware *fw);
void fw_build_tables(struct firmware *fw);
/** fw_acpi_build() - write all ACPI tables; returns the physical address of the RSDP */
uint64_t fw_acpi_build(struct firmware *fw);
/** fw_build_map() - enter RAM, firmware and devices in @fw->map (before the files are loaded) */
void fw_build_map(struct firmware *fw);
/** fw_build_boot() - boot parameters; returns the physical address of struct ia64_boot_param */
uint64_t fw_build_boot(struct firmware *fw);
/** fw_enter() - the boot processor's registers at the kernel's first instruction */
void fw_enter(struct firmware *fw, struct cpu *cpu, uint64_t boot_param);
/** fw_environment() - registers as a loader leaves them; backing store and stack at these ends */
void fw_environment(struct cpu *cpu, uint64_t bottom, uint64_t top);
/** fw_tables_virtual() - rewrite the pointers in the EFI tables by @map; false: one is missing */
bool fw_tables_virtual(struct firmware *fw, const struct efi_map *map);

/* ---- ap.c: application processors ---- */
/** fw_ap_start() - from power-on into the boot rendezvous */
void fw_ap_start(struct cpu *cpu);
/** fw_ap_wait() - at FW_STUB_AP: on to the operating system, or wait until it wants this one */
enum exec fw_ap_wait(struct firmware *fw, struct cpu *cpu);

/* ---- pal.c, sal.c, efi.c: the procedures ---- */
enum exec pal_call(struct firmware *fw, struct cpu *cpu);
enum exec sal_call(struct firmware *fw, struct cpu *cpu);
enum exec efi_call(struct firmware *fw, struct cpu *cpu, unsigned service);

/* ---- init.c ---- */
/** fw_init_return() - FW_STUB_INIT_RETURN; fw_init(), in machine.h, began it */
enum exec fw_init_return(struct firmware *fw, struct cpu *cpu);

#endif
