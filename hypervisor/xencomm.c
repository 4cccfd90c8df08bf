// SPDX-License-Identifier: MIT
/*
 * xencomm handles (Xen public/xencomm.h; abi/xen.h says what they look like).
 *
 * A descriptor is read again for each page, and it may change meanwhile: each address that
 * is used has been checked itself.
 */
#include "xencomm.h"

#include "lib.h"
#include "xen.h"

/* Pseudo-physical address of @offset in the buffer, and how many bytes follow in its page. */
static bool locate(struct domain *d, uint64_t handle, uint64_t offset, uint64_t *gpa,
		   uint64_t *room)
{
	const struct xencomm_desc *desc;
	const uint64_t *address;
	uint64_t first, index;

	if (handle & XENCOMM_INLINE) {
		*gpa = (handle & ~XENCOMM_INLINE) + offset;
		*room = PAGE_SIZE - *gpa % PAGE_SIZE;
		return true;
	}
	desc = guest_phys(d, handle, sizeof(*desc));
	if (!handle || handle & 7 || !desc || desc->magic != XENCOMM_MAGIC)
		return false;
	address = guest_phys(d, handle + sizeof(*desc), sizeof(*address));
	if (!address)
		return false;
	first = *address % PAGE_SIZE;
	index = (first + offset) / PAGE_SIZE;
	if (index >= desc->nr_addrs)
		return false;
	address =
		guest_phys(d, handle + sizeof(*desc) + index * sizeof(*address), sizeof(*address));
	if (!address || *address == XENCOMM_INVALID)
		return false;
	*gpa = (*address & -(uint64_t)PAGE_SIZE) + (first + offset) % PAGE_SIZE;
	*room = PAGE_SIZE - *gpa % PAGE_SIZE;
	return true;
}

static bool copy(struct domain *d, uint8_t *ours, uint64_t handle, uint64_t offset, uint64_t bytes,
		 bool write)
{
	while (bytes) {
		uint64_t gpa, room;
		void *theirs;

		if (!locate(d, handle, offset, &gpa, &room))
			return false;
		room = min(room, bytes);
		theirs = guest_phys(d, gpa, room);
		if (!theirs)
			return false;
		if (write)
			memcpy(theirs, ours, room);
		else
			memcpy(ours, theirs, room);
		ours += room;
		offset += room;
		bytes -= room;
	}
	return true;
}

bool xencomm_read(struct domain *d, void *to, uint64_t handle, uint64_t offset, uint64_t bytes)
{
	return copy(d, to, handle, offset, bytes, false);
}

bool xencomm_write(struct domain *d, uint64_t handle, uint64_t offset, const void *from,
		   uint64_t bytes)
{
	return copy(d, (uint8_t *)from, handle, offset, bytes, true);
}
