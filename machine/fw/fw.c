// SPDX-License-Identifier: MIT
/*
 * The firmware as a whole: loading at power-on, and the way from a stub to its procedure.
 */
#include "fw/fw.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/fault.h"
#include "cpu/parts.h"
#include "fw/efi.h"
#include "pci/pci.h"

int fw_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("ia64-machine: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return -1;
}

uint8_t fw_checksum(const void *table, size_t len)
{
	const uint8_t *p = table;
	uint8_t sum = 0;

	while (len--)
		sum += *p++;
	return -sum;
}

uint64_t fw_stub_address(enum fw_stub stub)
{
	switch (stub) {
	case FW_STUB_PAL: return FW_PAL_BASE;
	case FW_STUB_IVT: return FW_IVT_BASE;
	default: return FW_CODE_BASE + stub * 16;
	}
}

/* A reset starts over, but what a real machine keeps in NVRAM or in its clock stays. */
static struct firmware *power_on(struct machine *m)
{
	struct firmware *fw = m->fw;

	if (!fw)
		fw = calloc(1, sizeof(*fw));
	if (!fw)
		return NULL;
	m->fw = fw;
	fw->m = m;
	memset(&fw->boot, 0, sizeof(fw->boot));
	fw->map.n = 0;
	fw->efi_virtual = false;
	memset(fw->vector, 0, sizeof(fw->vector));
	fw->init_monarch = false;
	memset(fw->mc_param, 0, sizeof(fw->mc_param));
	memset(fw->mc_expected, 0, sizeof(fw->mc_expected));
	memset(fw->mc_save_area, 0, sizeof(fw->mc_save_area));
	return fw;
}

int fw_load(struct machine *m)
{
	bool first = !m->fw;
	struct firmware *fw;
	uint64_t base, size;

	if (!bus_ram_range(m->bus, 0, &base, &size) || base || size < FW_RAM_MIN)
		return fw_error("-m: at least %lu MiB of RAM are needed", FW_RAM_MIN >> 20);
	if (m->opt.append && strlen(m->opt.append) >= FW_CMDLINE_MAX)
		return fw_error("-append: longer than %d bytes", FW_CMDLINE_MAX - 1);
	fw = power_on(m);
	if (!fw)
		return fw_error("not enough memory for the firmware");
	if (first)
		fw->time_zone = EFI_UNSPECIFIED_TIMEZONE;

	if (m->pci)
		pci_host_setup(m->pci);
	fw_build_map(fw);
	if (fw_load_files(fw))
		return -1;
	efi_map_merge(&fw->map);
	fw_build_stubs(fw);
	fw_build_tables(fw);
	fw_enter(fw, m->cpus[0], fw_build_boot(fw));
	for (unsigned i = 1; i < m->ncpus; i++)
		fw_ap_start(m->cpus[i]);
	return 0;
}

void fw_destroy(struct machine *m)
{
	if (!m->fw)
		return;
	efi_var_clear(m->fw);
	free(m->fw);
	m->fw = NULL;
}

bool fw_stack_args(struct cpu *cpu, uint64_t *arg, unsigned n)
{
	bool ok = true;

	for (unsigned i = 0; i < n; i++) {
		const struct gr *g = cpu_gr(cpu, 32 + i);

		arg[i] = 0;
		if (i >= cpu->cfm.sof)
			continue;
		arg[i] = g->val;
		ok = ok && !g->nat;
	}
	return ok;
}

/*
 * Nothing but the firmware's own vector table is installed: the guest has been interrupted
 * before it set cr.iva, and there is nobody to go on.
 */
static enum exec stray_interruption(struct cpu *cpu, uint64_t pa)
{
	return cpu_stop(
		cpu, CPU_STOP_MCHECK,
		"interruption at vector %#lx before the guest set cr.iva: iip %#lx isr %#lx "
		"ifa %#lx",
		pa - FW_IVT_BASE, cpu->cr[CR_IIP], cpu->cr[CR_ISR], cpu->cr[CR_IFA]);
}

enum exec fw_call(void *machine, struct cpu *cpu, unsigned index)
{
	struct firmware *fw = ((struct machine *)machine)->fw;
	enum exec r;
	uint64_t pa;

	r = tlb_fetch(cpu, cpu->ip, &pa);
	if (r == EXEC_FAULT)
		return r;
	pa &= ((1UL << CPU_PA_BITS) - 1) & ~15UL;
	if (index == FW_STUB_IVT && pa - FW_IVT_BASE < FW_IVT_SIZE)
		return stray_interruption(cpu, pa);
	/* the same number in the guest's own code is the guest's own break */
	if (index >= FW_STUB_IVT || pa != fw_stub_address(index))
		return fault_break(cpu, FW_BREAK + index);
	if (cpu_cpl(cpu))
		return fault_priv_op(cpu);
	if (index == FW_STUB_PAL)
		return pal_call(fw, cpu);
	if (index == FW_STUB_SAL)
		return sal_call(fw, cpu);
	if (index == FW_STUB_INIT_RETURN)
		return fw_init_return(fw, cpu);
	if (index == FW_STUB_AP)
		return fw_ap_wait(fw, cpu);
	if (index < FW_STUB_EFI_END)
		return efi_call(fw, cpu, index - FW_STUB_EFI);
	return cpu_stop(cpu, CPU_STOP_MCHECK, "the kernel returned to its loader, r8 = %#lx",
			cpu->gr[8].val);
}
