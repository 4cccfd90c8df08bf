// SPDX-License-Identifier: MIT
/*
 * smp.c - application processors: woken up one after the other from SAL's boot rendezvous (SAL
 * specification 3.2 §3.2.5), and interprocessor interrupts (SDM vol 2 §5.8.4).
 *
 * A processor's area, which it sees at PERCPU_BASE, is a piece of the heap: struct percpu, and
 * behind it the stack of its idle vcpu.
 */
#include "smp.h"

#include "boot.h"
#include "cpu.h"
#include "lib.h"
#include "lock.h"
#include "sched.h"

#define AREA	      (1ul << PERCPU_SHIFT)
#define STACK_OFFSET  4096
#define START_TIMEOUT 1000000000ul /* ns */

_Static_assert(sizeof(struct percpu) <= STACK_OFFSET, "the stack begins behind it");

struct percpu *cpus[CPUS_MAX];
unsigned int cpu_count = 1;

/* What head.S reads, physically: where its area is, its stack's ends */
struct {
	uint64_t area, stack, stack_end;
} ap_boot;

extern char ap_start[]; /* head.S */

static void send_ipi(uint64_t lid, unsigned int vector)
{
	volatile uint64_t *to = ident_uc(boot_info.ipi_block + ((lid & 0xffff0000) >> 12));

	asm volatile("mf" ::: "memory");
	*to = vector;
}

void cpu_kick(struct percpu *cpu)
{
	if (cpu != this_cpu->self)
		send_ipi(cpu->lid, VECTOR_KICK);
}

static struct percpu *new_area(uint64_t lid)
{
	struct percpu *cpu = heap_alloc(AREA, AREA);

	if (!cpu || !cpu_prepare(cpu))
		return NULL; /* what there is of it is not worth giving back */
	cpu->id = cpu_count;
	cpu->lid = lid;
	return cpu;
}

static bool start(uint64_t lid)
{
	struct percpu *cpu = new_area(lid);
	uint64_t area = (uint64_t)cpu, until = now() + from_ns(START_TIMEOUT);

	if (!cpu) {
		hv_printf("processor %u: the heap is full\n", cpu_count);
		return false;
	}
	ap_boot.area = area - HV_OFFSET;
	ap_boot.stack = area + STACK_OFFSET;
	ap_boot.stack_end = area + AREA;
	send_ipi(lid, boot_info.wakeup_vector);
	while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE)) {
		if ((int64_t)(now() - until) > 0) {
			hv_printf("processor %u (lid %#lx) does not start\n", cpu_count, lid);
			return false;
		}
		cpu_relax();
	}
	cpus[cpu_count++] = cpu;
	return true;
}

void smp_init(void)
{
	cpus[0] = this_cpu->self;
	this_cpu->lid = boot_info.lid;
	if (boot_info.lsapics < 2)
		return;
	if (!boot_info.wakeup_vector || !sal_set_rendezvous((uint64_t)ap_start - HV_OFFSET)) {
		hv_printf("the firmware does not start other processors\n");
		return;
	}
	several = true;
	for (unsigned int i = 0; i < boot_info.lsapics; i++)
		if (boot_info.lsapic[i] != (boot_info.lid & 0xffff0000) &&
		    !start(boot_info.lsapic[i]))
			break; /* one that starts late would find another one's area */
	hv_printf("processors: %u\n", cpu_count);
}

void ap_main(void)
{
	struct percpu *cpu = this_cpu;

	cpu_init(cpu->self);
	irq_init();
	hv_lock();
	__atomic_store_n(&cpu->online, true, __ATOMIC_RELEASE);
	idle();
}
