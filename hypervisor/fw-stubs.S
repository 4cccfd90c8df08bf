/* SPDX-License-Identifier: MIT */
/*
 * fw-stubs.S - the first page of a guest: firmware entry points (addresses: fw.h).
 *
 * Each loads its class and breaks; what came before a break in its group is done when the
 * hypervisor looks. PAL procedures 0 to 255 are static and return by a plain branch, 256 to
 * 511 are stacked (SDM vol 2 §11.10.1).
 */
	.explicit
	.macro	stub class
	{ .mib
	mov	r2 = \class
	break.i	0x1000
	br.ret.sptk.many b0
	}
	.endm

	.text
	.balign	16
	.global	fw_stubs
fw_stubs:
	.org	0x100
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
	stub	0x300 + \n
	.endr
	.org	0x800
	{ .mii
	mov	r2 = 0x1000
	tbit.z	p7, p8 = r28, 8
	break.i	0x1000
	}
	{ .bbb
(p7)	br.cond.sptk.many b0
(p8)	br.ret.sptk.many b0
	nop.b	0
	}
	.org	0x820
	stub	0x1100
	.org	0x840
	stub	0x1200
	.org	0x1000
	.global	fw_stubs_end
fw_stubs_end:
