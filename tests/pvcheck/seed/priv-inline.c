// SPDX-License-Identifier: MIT
/* Inline assembly in C that does not use the intrinsics. */
unsigned long seed(unsigned long address)
{
	unsigned long entry;

	asm volatile("thash %0=%1" : "=r"(entry) : "r"(address)); /* FIND unrecorded-sensitive */
	return entry;
}
