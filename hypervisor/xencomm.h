/* SPDX-License-Identifier: MIT */
/*
 * xencomm.h - memory that a guest names by a handle (abi/xen.h), the one form of a pointer
 * in a hypercall.
 */
#ifndef HV_XENCOMM_H
#define HV_XENCOMM_H

#include "domain.h"

/**
 * xencomm_read, xencomm_write - @bytes at @offset of the buffer behind @handle
 * Return: false if any of them is not the guest's memory; what came before has been copied
 */
bool xencomm_read(struct domain *d, void *to, uint64_t handle, uint64_t offset, uint64_t bytes);
bool xencomm_write(struct domain *d, uint64_t handle, uint64_t offset, const void *from,
		   uint64_t bytes);

#endif
