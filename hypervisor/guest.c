// SPDX-License-Identifier: MIT
/*
 * guest.c - a guest's registers and memory, seen from C.
 *
 * Stacked registers are where save_guest left them: below the address at which our own part of
 * the backing store begins, with their NaT bits in the collections between them
 * (SDM vol 2 §6.1). Memory is reached through the hypervisor's identity mapping, page by
 * page, after a look at the guest's translations; nothing here can fault.
 */
#include "cpu.h"
#include "entry.h"
#include "guest.h"
#include "lib.h"
#include "vmmu.h"
#include "xen.h"

#define IFS_SOF(ifs)	((ifs)&0x7f)
#define IFS_SOR(ifs)	(((ifs) >> 14 & 0xf) * 8)
#define IFS_RRB_GR(ifs) ((ifs) >> 18 & 0x7f)

static uint64_t backing_store(const struct vcpu *v)
{
	return (uint64_t)v->stack;
}

/* The address @n registers below @addr: one in 64 words is a NaT collection. */
static uint64_t skip_down(uint64_t addr, unsigned int n)
{
	while (n--) {
		addr -= 8;
		if ((addr & 0x1f8) == 0x1f8)
			addr -= 8;
	}
	return addr;
}

/* Where a stacked register of the guest is; 0: not in its frame, or left in the guest's memory. */
static uint64_t stacked_slot(struct vcpu *v, unsigned int reg)
{
	uint64_t ifs = v->regs->ifs, bottom = backing_store(v), addr;
	unsigned int n = reg - 32, sof = IFS_SOF(ifs), sor = IFS_SOR(ifs);

	if (!(ifs & IFS_VALID) || n >= sof)
		return 0;
	if (n < sor)
		n = (n + IFS_RRB_GR(ifs)) % sor;
	addr = skip_down(bottom + (v->regs->loadrs >> 16), sof - n);
	return addr >= bottom ? addr : 0;
}

/* The word that holds the NaT bit of the register at @addr, after a flush. */
static bool nat_get(uint64_t addr)
{
	uint64_t collection = addr | 0x1f8, word;

	word = collection < AR_READ(bspstore) ? *(uint64_t *)collection : AR_READ(rnat);
	return word >> (addr >> 3 & 63) & 1;
}

static void nat_clear(uint64_t addr)
{
	uint64_t collection = addr | 0x1f8, bit = 1ul << (addr >> 3 & 63);

	if (collection < AR_READ(bspstore))
		*(uint64_t *)collection &= ~bit;
	else
		AR_WRITE(rnat, AR_READ(rnat) & ~bit);
}

bool guest_gr_exists(struct vcpu *v, unsigned int reg)
{
	return reg < 32 || reg - 32 < IFS_SOF(v->regs->ifs);
}

uint64_t guest_gr(struct vcpu *v, unsigned int reg)
{
	uint64_t addr;

	if (!reg)
		return 0;
	if (reg < 32)
		return v->regs->gr[reg - 1];
	flush_register_stack();
	addr = stacked_slot(v, reg);
	return addr ? *(uint64_t *)addr : 0;
}

bool guest_gr_nat(struct vcpu *v, unsigned int reg)
{
	uint64_t addr;

	if (reg < 32)
		return v->regs->gr_nat >> reg & 1;
	flush_register_stack();
	addr = stacked_slot(v, reg);
	return addr && nat_get(addr);
}

void guest_set_gr(struct vcpu *v, unsigned int reg, uint64_t value)
{
	uint64_t addr;

	if (!reg)
		return;
	if (reg < 32) {
		v->regs->gr[reg - 1] = value;
		v->regs->gr_nat &= ~(1ul << reg);
		return;
	}
	flush_register_stack();
	addr = stacked_slot(v, reg);
	if (!addr)
		return;
	*(uint64_t *)addr = value;
	nat_clear(addr);
	drop_clean_partition();
}

void *guest_phys(struct domain *d, uint64_t gpa, uint64_t bytes)
{
	uint64_t size = d->pages << PAGE_SHIFT, off = gpa & (PAGE_SIZE - 1), page;

	if (gpa < size)
		return bytes <= size - gpa ? (void *)(IDENT_WB + d->base + gpa) : NULL;
	if (gpa < XEN_SHARED_INFO_PADDR || bytes > PAGE_SIZE - off)
		return NULL;
	page = (gpa - XEN_SHARED_INFO_PADDR) >> PAGE_SHIFT;
	if (!page)
		return (char *)d->shared + off;
	if (page > VCPU_MAX || !d->vcpu[page - 1])
		return NULL;
	return (char *)d->vcpu[page - 1]->mregs + off;
}

/* The piece of guest memory at @va up to the next 4 KiB; NULL: the guest's kernel may not. */
static void *guest_piece(struct vcpu *v, uint64_t va, uint64_t *bytes, bool write)
{
	uint64_t gpa, room = 4096 - (va & 4095);

	if (*bytes > room)
		*bytes = room;
	gpa = vmmu_translate(v, va);
	if (gpa == ~0ul || (write && !vmmu_may_write(v, va)))
		return NULL;
	return guest_phys(v->domain, gpa, *bytes);
}

bool copy_from_guest(struct vcpu *v, void *to, uint64_t va, uint64_t bytes)
{
	uint64_t n;

	for (char *p = to; bytes; p += n, va += n, bytes -= n) {
		const void *from;

		n = bytes;
		from = guest_piece(v, va, &n, false);
		if (!from)
			return false;
		memcpy(p, from, n);
	}
	return true;
}

bool copy_to_guest(struct vcpu *v, uint64_t va, const void *from, uint64_t bytes)
{
	uint64_t n;

	for (const char *p = from; bytes; p += n, va += n, bytes -= n) {
		void *to;

		n = bytes;
		to = guest_piece(v, va, &n, true);
		if (!to)
			return false;
		memcpy(to, p, n);
	}
	return true;
}
