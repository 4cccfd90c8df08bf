// SPDX-License-Identifier: MIT
/*
 * Application processors: SAL keeps them in its boot rendezvous until the operating system
 * wants them (SAL specification 3.2 §3.2.5, §4.2.6: AP wake-up descriptor).
 *
 * One that waits is halted at the stub FW_STUB_AP, interrupts off, and looks for the wake-up
 * vector when one is pending. The address that it hands over in b0 is that stub again: an
 * operating system that takes a processor off line branches there.
 */
#include "cpu/parts.h"
#include "debug/trace.h"
#include "fw/fw.h"

#define SPURIOUS 15

/* Take all pending interrupts; was the wake-up vector among them? */
static bool wanted(struct cpu *cpu)
{
	uint64_t vector;
	bool wanted = false;

	while ((vector = sapic_read_ivr(cpu)) != SPURIOUS) {
		sapic_write_eoi(cpu);
		wanted |= vector == FW_AP_VECTOR;
	}
	return wanted;
}

static void put_environment(struct cpu *cpu)
{
	uint64_t stack = FW_AP_STACK_BASE + (cpu->index - 1) * FW_AP_STACK_SIZE;

	fw_environment(cpu, stack, stack + FW_AP_STACK_SIZE);
	cpu->br[0] = fw_stub_address(FW_STUB_AP);
}

void fw_ap_start(struct cpu *cpu)
{
	put_environment(cpu);
	cpu->ip = fw_stub_address(FW_STUB_AP);
}

enum exec fw_ap_wait(struct firmware *fw, struct cpu *cpu)
{
	const struct sal_vector *os = &fw->vector[SAL_VECTOR_BOOT_RENDEZ];
	bool go;

	cpu->cr[CR_TPR] = 0;
	sapic_update(cpu);
	go = wanted(cpu) && os->entry[0];
	if (trace_on(cpu->trace, sal))
		trace_msg(cpu->trace, sal, "processor %u %s", cpu->index,
			  go ? "leaves the boot rendezvous" : "waits in the boot rendezvous");
	put_environment(cpu);
	cpu->ri = 0;
	cpu_kick(cpu);
	if (go) {
		cpu->gr[1] = (struct gr){ .val = os->gp[0] };
		cpu->ip = os->entry[0];
	} else {
		cpu->ip = fw_stub_address(FW_STUB_AP);
		cpu->halted = true;
	}
	return EXEC_RESUME;
}
