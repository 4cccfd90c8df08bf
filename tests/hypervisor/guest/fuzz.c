// SPDX-License-Identifier: MIT
/*
 * fuzz - a hostile guest. Words: seed=N rounds=N vcpus=N (all processors do the same); restart=N
 * comes from the hypervisor when it is started again, and makes another seed.
 *
 * Each round does one thing that a kernel should not: a hypercall or a hyperprivop with any
 * arguments, a store to the shared pages, a bundle of random bits or of privileged
 * instructions, a reference or a jump to an address that is not its own, a translation of
 * memory that is not its own, inserted or in its page table, a region id of somebody else, rings
 * that contradict themselves while they are looked at. It prints little: what counts is what the
 * others and the hypervisor say afterwards.
 */
#include "fuzz.h"
#include "ops.h"
#include "others.h"
#include "words.h"

struct fuzz_regs {
	uint64_t stacked[8], b6, r2, r8[4], r14[18];
};

void fuzz_go(const struct fuzz_regs *r, char *code);
void fuzz_resume(void);
void fuzz_begin(void);
void fuzz_next(unsigned int cpu);
extern char fuzz_ivt[], fuzz_code[], fuzz_start[];

#define XSI	   XEN_XSI_LINUX
#define BREAK_IMM  XEN_HYPERCALL_BREAK
#define SHARED_MAX 0x8000 /* both shared pages */

#define TABLE_SHIFT 15
#define PTA_VE	    1
#define PAGE_ITIR   (14ul << 2)
#define HOLE	    0xf000000000000000 /* where the hypervisor has all memory */

static uint64_t state, rounds, done;
static uint8_t buffer[65536] __attribute__((aligned(16384)));
static uint8_t table[1 << TABLE_SHIFT] __attribute__((aligned(1 << TABLE_SHIFT)));
static const struct xen_start_info *start_info;

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1d;
}

static uint64_t below(uint64_t n)
{
	return (uint32_t)any() * n >> 32;
}

/* A number that somebody may have forgotten to think of. */
static uint64_t value(void)
{
	static const uint64_t edges[] = {
		0,
		1,
		7,
		8,
		15,
		16,
		63,
		64,
		127,
		128,
		255,
		4095,
		4096,
		0x7fff,
		0xffff,
		0x10000,
		0x7ff0,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		1ul << 40,
		(1ul << 40) + 0x4000,
		(1ul << 40) + 0x104000,
		1ul << 44,
		1ul << 50,
		1ul << 61,
		1ul << 62,
		1ul << 63,
		~0ul,
		~0ul >> 1,
		0xfffffffffff00000,
		0xfffffffffff04000,
		0xf000000000000000,
		0xf000000004000000,
		0xf200000000000000,
		0xf400000004000000,
		0xf4ffffffffff0000,
		0xf500000000000000,
		0xf7ffffffffffffff,
		0xfee00000,
		0xfed00000,
		0xfec00000,
		0xffffc000000,
		0x4000000,
		0x8000000,
		0xc0000000,
	};

	switch (below(9)) {
	case 0: return any();
	case 1: return any() >> below(64);
	case 2: return edges[below(sizeof(edges) / 8)] + below(33) - 16;
	case 3: return (uint64_t)buffer + below(sizeof(buffer));
	case 4: return ((uint64_t)buffer + below(sizeof(buffer))) | XENCOMM_INLINE;
	case 5: return below(64);
	case 6: return 0xf000000000000000 | (any() & 0x07ffffffffffffff);
	case 7: return XENCOMM_INLINE | edges[below(sizeof(edges) / 8)];
	default: return edges[below(sizeof(edges) / 8)];
	}
}

/* ---- code ---- */

static void put_bundle(char *code, unsigned int at, uint64_t low, uint64_t high)
{
	volatile uint64_t *p = (volatile uint64_t *)(code + 16 * at);

	p[0] = low;
	p[1] = high;
	asm volatile("fc %0;; sync.i;; srlz.i;;" ::"r"(p) : "memory");
}

/* A bundle: template, three slots of 41 bits. */
static void put_slots(char *code, unsigned int at, uint64_t template, uint64_t s0, uint64_t s1,
		      uint64_t s2)
{
	const uint64_t m = (1ul << 41) - 1;

	s0 &= m;
	s1 &= m;
	s2 &= m;
	put_bundle(code, at, template | s0 << 5 | s1 << 46, s1 >> 18 | s2 << 23);
}

#define NOP_M (1ul << 27)
#define NOP_I (1ul << 27)
#define NOP_B (2ul << 37)
#define MIB   0x11
#define MMI   0x09

/* The same in an M and in an I slot. */
static uint64_t break_slot(uint64_t imm)
{
	return (imm & 0xfffff) << 6 | (imm >> 20 & 1) << 36;
}

static void put_break(char *code, uint64_t imm)
{
	put_slots(code, 0, MIB, break_slot(imm), NOP_I, NOP_B);
}

/* ld8 r8 = [r14] or st8 [r14] = r8 */
static void put_reference(char *code, unsigned int at)
{
	put_slots(code, at, MMI,
		  4ul << 37 | (below(2) ? 3ul : 0x33ul) << 30 | 14ul << 20 | 8ul << 13 | 8 << 6,
		  NOP_M, NOP_I);
}

/* br.cond b6 */
static void put_jump(char *code, unsigned int at)
{
	put_slots(code, at, MIB, NOP_M, NOP_I, 0x20ul << 27 | 6ul << 13);
}

/* ---- what it does ---- */

static void random_store(void)
{
	volatile uint8_t *p = (volatile uint8_t *)(XSI + below(SHARED_MAX));
	uint64_t v = value();

	switch (below(4)) {
	case 0: *p = v; break;
	case 1: *(volatile uint16_t *)((uint64_t)p & -2ul) = v; break;
	case 2: *(volatile uint32_t *)((uint64_t)p & -4ul) = v; break;
	case 3: *(volatile uint64_t *)((uint64_t)p & -8ul) = v; break;
	}
}

static void random_buffer(void)
{
	uint64_t at = below(sizeof(buffer) / 8 - 16);

	for (unsigned int i = 0; i < 16; i++)
		((volatile uint64_t *)buffer)[at + i] =
			below(4) ? value() : XENCOMM_MAGIC | 8ul << 32;
}

/* A system instruction of the M unit: major opcode 1 or 0, any of its forms. */
static uint64_t system_slot(void)
{
	static const uint8_t x6[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0e, 0x0f, 0x10, 0x11,
				      0x12, 0x13, 0x14, 0x15, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1e,
				      0x1f, 0x21, 0x24, 0x25, 0x29, 0x2a, 0x2c, 0x2d, 0x2e, 0x2f,
				      0x30, 0x31, 0x34, 0x39, 0x06, 0x07, 0x26, 0x20, 0x22, 0x28 };
	uint64_t fields = any() & 0x1ffffffff;

	if (below(4) == 0) /* ssm, rsm, sum, rum: x4 in bits 30:27 */
		return (fields & ~(0xful << 27 | 0x3f)) | (4 + below(4)) << 27;
	return 1ul << 37 | (uint64_t)x6[below(sizeof(x6))] << 27 | (fields & 0x7ffffc0);
}

static void random_registers(struct fuzz_regs *r)
{
	uint64_t *p = (uint64_t *)r;

	for (unsigned int i = 0; i < sizeof(*r) / 8; i++)
		p[i] = value();
}

/* Whether a call would end this guest, or let it sleep for ever: it does so rarely. */
static bool ends_it(const struct fuzz_regs *r)
{
	switch (r->r2) {
	case XEN_CLASS_efi_reset_system:
	case XEN_CLASS_sal_return:
	case XEN_CLASS_set_shared_info_va:
	case XEN_CALL_sched_op:
	case XEN_CALL_sched_op_compat: return true;
	case XEN_CLASS_pal: return r->r14[14] == 28 || r->r14[14] == 29; /* halt: r28 */
	case XEN_CLASS_sal: return r->stacked[0] == 0x02000000;
	default: return false;
	}
}

static void number_of_call(struct fuzz_regs *r)
{
	static const uint64_t classes[] = { 0x200, 0x300, 0x301, 0x304, 0x305,	0x30a,	0x400,
					    0x500, 0x501, 0x700, 0x800, 0x1000, 0x1100, 0x1200 };

	if (below(2))
		r->r2 = below(66);
	else
		r->r2 = below(8) ? classes[below(14)] : value();
	r->stacked[0] = below(4) ? below(40) : value();
	r->r14[14] = below(2) ? below(300) : value(); /* r28 */
	if (ends_it(r) && below(50))
		r->r2 = XEN_CALL_event_channel_op;
}

/* Return to a context of random state, at the code that was written. */
static void random_rfi(char *code)
{
	volatile struct xen_mapped_regs *mr = (void *)(XSI + XEN_MAPPED_REGS_OFS);

	mr->ipsr = any() & (below(2) ? ~0ul : 0x1010000ffffful);
	if (below(2))
		mr->ipsr |= 1ul << 36 | 1ul << 27 | 1ul << 17;
	if (below(30))
		mr->ipsr &= ~(1ul << 15); /* pk: ends it */
	if (below(30))
		mr->ipsr |= 1ul << 13; /* a fault without psr.ic: ends it as well */
	mr->iip = below(8) ? (uint64_t)code + 16 : value();
	mr->ifs = below(2) ? 1ul << 63 | below(97) : any();
	put_break(code, XEN_PRIVOP_RFI);
}

/*
 * A translation such as a kernel makes, but of any memory, of any size, perhaps of an address
 * of the hypervisor's: then a reference by it.
 */
static void random_translation(char *code, struct fuzz_regs *r)
{
	static const uint8_t sizes[] = { 12, 13, 14, 14, 14, 16, 18, 20, 22, 24, 26, 28, 30, 63 };
	volatile struct xen_mapped_regs *mr = (void *)(XSI + XEN_MAPPED_REGS_OFS);
	uint64_t va = value(), ps = sizes[below(sizeof(sizes))];

	if (below(20)) /* not where this code is, nor where it would be ended at once */
		va = (va & ~(7ul << 61)) | (1 + below(6)) << 61;
	mr->ifa = va;
	mr->itir = ps << 2 | (below(4) ? 0 : any() & 0xffffff00);
	r->r8[0] = 0x61 | below(4) << 7 | below(8) << 9 | (value() & 0x3fffffffff000);
	r->r14[0] = va;
	put_slots(code, 0, MIB, break_slot(XEN_PRIVOP_SSM_DT),
		  break_slot(below(4) ? XEN_PRIVOP_ITC_D : XEN_PRIVOP_ITC_I), NOP_B);
	put_reference(code, 1);
}

/* The region id of another guest, or of the hypervisor: then a reference in its region. */
static void random_region(char *code, struct fuzz_regs *r)
{
	uint64_t va = 0x4000000 + (value() & 0x1fffffffffffffff);

	va = (va & ~(7ul << 61)) | (below(20) ? 1 + below(7) : 0) << 61;
	r->r8[0] = va;
	r->r8[1] = (below(4) ? any() & 0xffffff : below(64) << 18 | below(64)) << 8 |
		   (below(4) ? 14 : below(64)) << 2 | below(2);
	r->r14[0] = va;
	put_slots(code, 0, MIB,
		  break_slot(below(8) ? XEN_PRIVOP_SET_RR : XEN_PRIVOP_SET_RR0_TO_RR4),
		  break_slot(XEN_PRIVOP_SSM_DT), NOP_B);
	put_reference(code, 1);
}

/*
 * An entry of its short page table for any address, now and then one of the hypervisor's, which
 * ends it; then a reference. The table's page has a translation that is no translation register.
 */
static void random_walk(char *code, struct fuzz_regs *r)
{
	uint64_t va = value() | 1ul << 63, rr, at;

	if (va >> 59 == HOLE >> 59)
		va = below(30) ? va | 1ul << 59 : HOLE | below(1ul << 29);
	rr = (below(8) ? 1 + (va >> 61) : any() & 0xffffff) << 8 | PAGE_ITIR | 1;
	asm volatile(
		"mov cr.pta = %0;; srlz.d;;" ::"r"((uint64_t)table | TABLE_SHIFT << 2 | PTA_VE));
	set_rr(va, rr);
	at = thash(va);
	*(volatile uint64_t *)(table + (at & (sizeof(table) - 8))) =
		0x61 | below(4) << 7 | below(8) << 9 |
		(below(2) ? (uint64_t)buffer : value() & 0x3fffffffff000);
	insert(true, at, (at & 0xffffc000) | PTE_RW, PAGE_ITIR);
	r->r14[0] = va;
	r->b6 = va;
	put_break(code, XEN_PRIVOP_SSM_DT);
	if (below(2))
		put_reference(code, 1);
	else
		put_jump(code, 1);
}

/*
 * Indices of the console's or the store's ring, over and over, while other processors do
 * something else; and the other side is told to look.
 */
static void random_ring(void)
{
	uint64_t page = (below(2) ? start_info->console_pfn : start_info->store_pfn) << 14;
	static struct xen_evtchn_port port[2];
	volatile uint32_t *index;

	/* both rings: two rings of bytes, then four indices */
	index = (volatile uint32_t *)(page + (page >> 14 == start_info->console_pfn
						      ? offsetof(struct xen_console_ring, in_cons)
						      : offsetof(struct xen_store_ring, req_cons)));
	for (uint64_t times = 1 + (below(4) ? 0 : below(2000)); times; times--) {
		index[1] = index[0] + below(3) * 512;
		index[2] = index[3];
		index[3] = index[2] + (below(4) ? 0 : below(2049));
		if (!below(16))
			index[below(4)] = value();
	}
	port[0].port = start_info->console_evtchn;
	port[1].port = start_info->store_evtchn;
	hypercall(XEN_CALL_event_channel_op, EVTCHNOP_send, inline_handle(&port[below(2)]), 0);
}

void fuzz_next(unsigned int cpu)
{
	static struct fuzz_regs regs[FUZZ_CPUS];
	struct fuzz_regs *r = &regs[cpu];
	char *code = fuzz_code + (cpu << FUZZ_CODE_SHIFT);

	if (done++ >= rounds) {
		static struct xen_sched_shutdown again = { XEN_SHUTDOWN_reboot };

		print("fuzz: done\n");
		hypercall(XEN_CALL_sched_op, SCHEDOP_shutdown, inline_handle(&again), 0);
	}
	random_registers(r);
	put_slots(code, 0, MIB, NOP_M, NOP_I, NOP_B);
	put_slots(code, 1, MIB, NOP_M, NOP_I, NOP_B);
	switch (below(22)) {
	case 0:
	case 1:
	case 2:
		number_of_call(r);
		put_break(code, BREAK_IMM);
		break;
	case 3:
	case 4: put_break(code, 1 + below(XEN_HYPERPRIVOP_MAX)); break;
	case 5: random_store(); break;
	case 6: random_buffer(); break;
	case 7: put_bundle(code, 0, any(), any()); break;
	case 8: put_slots(code, 0, MMI, system_slot(), system_slot(), NOP_I); break;
	case 9: put_reference(code, 0); break;
	case 10: put_jump(code, 0); break;
	case 11: put_break(code, any() & 0x1fffff); break;
	case 12:
	case 13: random_rfi(code); break;
	case 14:
	case 15: random_translation(code, r); break;
	case 16:
	case 17: random_region(code, r); break;
	case 18:
	case 19:
	case 20: random_walk(code, r); break;
	case 21: random_ring(); break;
	}
	fuzz_go(r, code);
}

/* Its own memory, also while references are virtual: handlers must be found. */
static void map_itself(void)
{
	const uint64_t pte = 0x661 | 0x4000000, itir = 26 << 2, slot = 3;

	asm volatile("rsm 1 << 13;; srlz.d;;\n"
		     "mov cr.ifa = %0;; mov cr.itir = %1;;\n"
		     "itr.d dtr[%2] = %3;; itr.i itr[%2] = %3;;\n"
		     "ssm 1 << 13;; srlz.d;;\n" ::"r"(0x4000000ul),
		     "r"(itir), "r"(slot), "r"(pte));
}

void fuzz_begin(void)
{
	map_itself();
	asm volatile("mov cr.iva = %0;; srlz.i;;" ::"r"(fuzz_ivt));
	fuzz_resume();
}

void guest_main(uint64_t boot_param)
{
	const char *words = guest_cmdline(boot_param);
	uint64_t seed = word_number(words, "seed", 1) * 100003 + word_number(words, "restart", 0);

	print("fuzz: %s\n", words);
	start_info = (const void *)(boot_param - XEN_BOOT_PARAM_OFS);
	state = seed * 0x9e3779b97f4a7c15 + 1;
	rounds = word_number(words, "rounds", 1000);
	map_shared_pages();
	/* through SAL's boot rendezvous; random calls send them to sleep, and wake them */
	start_others(word_number(words, "vcpus", 1), fuzz_start);
	fuzz_begin();
}
