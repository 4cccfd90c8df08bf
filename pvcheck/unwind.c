// SPDX-License-Identifier: MIT
/*
 * unwind.c - the unwind information of a function, without what its length changes.
 *
 * The unwind table has entries of three words: start and end of a piece of code and its
 * descriptors, relative to the segment; in a relocatable file the relocations say it. Two
 * flavours of a source have the same descriptors, but for lengths of regions and for points
 * in time within them, which count instruction slots ("Itanium Software Conventions and
 * Runtime Architecture Guide", appendix B). pc_unwind_of() gives a function's descriptors
 * with these left out.
 */
#include "pvcheck.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_BYTES 24
#define HEADER	    8 /* of an entry: version, flags, and in the low half the number of words */

/** struct reader - descriptors that are being read, and what is kept of them */
struct reader {
	const uint8_t *at, *end;
	uint64_t region; /* slots of the current region */
	bool body;
	struct pc_unwind *out;
};

/* Where the segment starts that an address is in. */
static uint64_t segment_base(const struct pc_image *image, uint64_t addr)
{
	size_t count = 0;

	if (elf_getphdrnum(image->elf, &count))
		return 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr phdr;

		if (gelf_getphdr(image->elf, i, &phdr) && phdr.p_type == PT_LOAD &&
		    addr - phdr.p_vaddr < phdr.p_memsz)
			return phdr.p_vaddr;
	}
	return 0;
}

static uint64_t value_at(const struct pc_image *image, const struct pc_section *s, uint64_t offset,
			 uint64_t base)
{
	size_t i;

	if (!image->relocatable)
		return base + pc_word(s->data + offset);
	i = pc_reloc_find(image, s->addr + offset);
	return i < image->relocs && image->reloc[i].addr == s->addr + offset &&
			       image->reloc[i].defined
		       ? image->reloc[i].target
		       : 0;
}

/* ---- descriptors ---- */

static void keep(struct reader *r, uint8_t byte)
{
	r->out->byte = pc_grow(r->out->byte, r->out->count, 1);
	r->out->byte[r->out->count++] = byte;
}

static uint8_t next(struct reader *r)
{
	return r->at < r->end ? *r->at++ : 0;
}

static void keep_bytes(struct reader *r, unsigned int count)
{
	while (count--)
		keep(r, next(r));
}

static uint64_t leb(struct reader *r, bool kept)
{
	uint64_t v = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = next(r);
		if (kept)
			keep(r, byte);
		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && r->at < r->end);
	return v;
}

/* P4: two bits a slot, for the register that is saved there; the order is what counts. */
static void save_mask(struct reader *r)
{
	uint64_t bytes = (r->region * 2 + 7) / 8;

	for (; bytes && r->at < r->end; bytes--) {
		uint8_t mask = next(r);

		for (int shift = 6; shift >= 0; shift -= 2)
			if (mask >> shift & 3)
				keep(r, mask >> shift & 3);
	}
}

/* P7: of most the first number is a time, of the others an offset. */
static void stack_descriptor(struct reader *r, uint8_t first)
{
	unsigned int kind = first & 15;
	bool is_offset = kind == 2 || kind == 3 || (kind > 4 && kind & 1);

	leb(r, is_offset);
	if (!kind)
		leb(r, true); /* the size of the frame */
}

/* P8: 7, 10, 13, 16 and 19 say when, the others where. */
static void saved_descriptor(struct reader *r)
{
	uint8_t kind = next(r);

	keep(r, kind);
	leb(r, !(kind >= 7 && (kind - 7) % 3 == 0));
}

static void prologue_descriptor(struct reader *r, uint8_t first)
{
	if (first < 0xa0 || (first >= 0xc0 && first < 0xe0))
		return; /* P1, P6: the byte is all */
	if (first < 0xb8)
		keep_bytes(r, 1); /* P2, P3 */
	else if (first == 0xb8)
		save_mask(r);
	else if (first == 0xb9)
		keep_bytes(r, 3); /* P5 */
	else if (first >= 0xe0 && first < 0xf0)
		stack_descriptor(r, first);
	else if (first == 0xf0)
		saved_descriptor(r);
	else if (first == 0xf1 || first == 0xff)
		keep_bytes(r, 2); /* P9, P10 */
}

static void body_descriptor(struct reader *r, uint8_t first)
{
	if (first < 0xc0)
		return; /* B1 */
	if (first < 0xe0) {
		leb(r, false); /* B2 */
	} else if (first == 0xe0) {
		leb(r, false); /* B3 */
		leb(r, true);
	} else if (first == 0xf0 || first == 0xf8) {
		leb(r, true); /* B4 */
	}
}

/* X1 to X4, which both kinds of region have. False: it is none of them. */
static bool predicated_descriptor(struct reader *r, uint8_t first)
{
	static const uint8_t bytes[] = { 1, 2, 2, 3 };

	if (first < 0xf9 || first > 0xfc)
		return false;
	keep_bytes(r, bytes[first - 0xf9]);
	leb(r, false);
	if (!((first - 0xf9) & 1))
		leb(r, true);
	return true;
}

/* R1 to R3. */
static void region(struct reader *r, uint8_t first)
{
	if (first < 0x40) {
		r->body = first >> 5 & 1;
		r->region = first & 31;
	} else if (first < 0x60) {
		r->body = false;
		keep_bytes(r, 1);
		r->region = leb(r, false);
	} else {
		r->body = first & 1;
		r->region = leb(r, false);
	}
	keep(r, first < 0x40 || first >= 0x60 ? r->body : first);
}

static void read_descriptors(struct reader *r)
{
	while (r->at < r->end) {
		uint8_t first = next(r);

		if (first < 0x80) {
			region(r, first);
			continue;
		}
		keep(r, first);
		if (predicated_descriptor(r, first))
			continue;
		if (r->body)
			body_descriptor(r, first);
		else
			prologue_descriptor(r, first);
	}
}

/* The descriptors of one entry; those that are not wholly in the file are left out. */
static void read_entry(const struct pc_image *image, uint64_t info, struct pc_unwind *out)
{
	const struct pc_section *s = pc_section_at(image, info);
	struct reader r = { .out = out };
	uint64_t offset, bytes;

	if (!s || !s->data)
		return;
	offset = info - s->addr;
	if (s->size - offset < HEADER)
		return;
	bytes = (pc_word(s->data + offset) & UINT32_MAX) * 8;
	if (bytes > s->size - offset - HEADER)
		return;
	r.at = s->data + offset + HEADER;
	r.end = r.at + bytes;
	read_descriptors(&r);
}

void pc_unwind_of(const struct pc_image *image, uint64_t addr, uint64_t size, struct pc_unwind *out)
{
	uint64_t base = image->relocatable ? 0 : segment_base(image, addr);

	*out = (struct pc_unwind){ 0 };
	for (size_t i = 0; i < image->sections; i++) {
		const struct pc_section *s = &image->section[i];

		for (uint64_t at = 0; s->unwind && s->data && at + ENTRY_BYTES <= s->size;
		     at += ENTRY_BYTES) {
			uint64_t start = value_at(image, s, at, base);
			uint64_t end = value_at(image, s, at + 8, base);

			if (addr >= end || (start > addr && start - addr >= size))
				continue;
			out->entries++;
			read_entry(image, value_at(image, s, at + 16, base), out);
		}
	}
}

bool pc_unwind_alike(const struct pc_unwind *a, const struct pc_unwind *b)
{
	/* Fill bytes at the end make no difference. */
	size_t shorter = a->count < b->count ? a->count : b->count;

	if (a->entries != b->entries || (shorter && memcmp(a->byte, b->byte, shorter)))
		return false;
	for (size_t i = shorter; i < a->count; i++)
		if (a->byte[i])
			return false;
	for (size_t i = shorter; i < b->count; i++)
		if (b->byte[i])
			return false;
	return true;
}
