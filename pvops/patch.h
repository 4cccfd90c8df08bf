/* SPDX-License-Identifier: MIT */
/*
 * patch.h - the binary patcher.
 *
 * Given the records of pv sites and a choice for each operation, it makes the code under
 * the records call the backend: plan (relocate.c, emit.c), check (plan.c), write (patch.c).
 * Only text that was checked is written; what cannot be patched is refused with a reason
 * and stays as it was. The patcher has no state of its own: the environment holds it, so
 * that it runs in a kernel, in a hypervisor and on the host. It allocates nothing and
 * contains no site. No processor may execute the text while it is patched.
 */
#ifndef PVOPS_PATCH_H
#define PVOPS_PATCH_H

#include "bundle.h"
#include "op.h"
#include "site.h"

/** enum pv_action - what becomes of an operation's sites */
enum pv_action {
	PV_NATIVE, /* they stay as they are */
	PV_INSN,   /* another instruction, in place where its unit fits */
	PV_CALL,   /* a call of a C function, which loses no register but the site's target */
	PV_SHORT,  /* a few bundles of the backend's, out of line; a call where they do not suit */
};

/* Operands of a PV_INSN instruction that are taken from the site's own */
#define PV_TAKE_R1  1u
#define PV_TAKE_R2  2u
#define PV_TAKE_R3  4u
#define PV_TAKE_IMM 8u

/**
 * struct pv_short - bundles that stand for a site (pvops/short.h has how they are written)
 * @code: IA-64 bundles, 16 bytes each; the last one ends in a stop
 * @bundles: how many, at most PV_SHORT_BUNDLES
 * @qp: it is for sites with this predicate only; PV_SHORT_ANY: for any
 * @apart: it has predicates of its own, so that what is predicated branches to it. Otherwise
 *	each instruction gets the site's predicate
 */
struct pv_short {
	const void *code;
	uint8_t bundles;
	uint8_t qp;
	bool apart;
};
#define PV_SHORT_ANY	 0xff
#define PV_SHORT_BUNDLES 8

/**
 * struct pv_choice - a backend's choice for one operation
 * @action: enum pv_action
 * @take: PV_INSN: operands of @insn that come from the site; its predicate always does
 * @insn: PV_INSN: the instruction; not IP-relative
 * @fn: PV_CALL, PV_SHORT: the C function's pointer (on IA-64, the address of its descriptor)
 * @via: PV_CALL, PV_SHORT: code to call in place of pv_thunk, with pv_thunk's contract; 0: none
 * @code: PV_SHORT; of an operation of shape EACH, the second is for the parts that pass 0
 */
struct pv_choice {
	uint8_t action;
	uint8_t take;
	struct isa_insn insn;
	uint64_t fn;
	uint64_t via;
	const struct pv_short *code[2];
};

/** enum pv_reason - why a site is not patched; pv_reason_text() has the words */
enum pv_reason {
	PV_OK,
	PV_BAD_RECORD,	/* op or flags unknown, slot number 3, address not aligned */
	PV_BAD_CHOICE,	/* the choice does not suit the operation */
	PV_NOT_TEXT,	/* the address is not text that may be patched */
	PV_NOT_NATIVE,	/* the instruction is not the operation's native one */
	PV_DUPLICATE,	/* two records name one instruction */
	PV_BAD_OPERAND, /* an operand is gp or sp, or the target is r0 or tp */
	PV_BAD_RUN,	/* a composite operation's parts do not follow one another */
	PV_BAD_BUNDLE,	/* another slot of the bundle holds no valid instruction */
	PV_NOT_MOVABLE, /* another instruction of the bundle means something else elsewhere */
	PV_NO_ENCODING, /* a replacement cannot be encoded */
	PV_NO_ROOM,	/* the copy area or the list of moved bundles is full */
	PV_REASONS
};

/**
 * struct pv_moved - a bundle that was replaced by a branch to its copy
 * @original: its address
 * @copy: the copy's address
 * @start: by slot: the copy's bundle where its instruction begins; PV_MOVED_END: none
 * @tail: by slot: where what belongs to it goes on behind the copy's main part
 * @main: bundles of the main part
 * @bundles: bundles of the copy
 */
struct pv_moved {
	uint64_t original;
	uint64_t copy;
	uint8_t start[3];
	uint8_t tail[3];
	uint8_t main;
	uint8_t bundles;
};
#define PV_MOVED_END 0xff

/* What is patched together has at most so many bundles, and copies of so many bytes. */
#define PV_UNIT_BUNDLES 8
#define PV_UNIT_BYTES	9216

/**
 * struct pv_patch_env - what the patcher works with; given and kept by its user
 * @copy: memory for out-of-line code, 16-byte aligned
 * @copy_address: the address at which it is executed
 * @copy_bytes: its size
 * @copy_used: how much is in use
 * @moved: list of the moved bundles, in the order of their copies
 * @moved_max: its size
 * @moved_count: how many are in use
 * @thunk: address of pv_thunk, code, not a descriptor
 * @gp: what r1 holds at every site; 0: this is not known, and PV_SHORT is a call. (In compiled
 *	code a site is a volatile asm, across which no compiler moves a change of gp.)
 * @check_only: plan and check, write no text. The copy area and the list are scratch then:
 *	PV_UNIT_BYTES and PV_UNIT_BUNDLES do
 * @text: where the bundle at an address can be read and written; NULL: not patchable text
 * @flush: fc.i on the line that holds a bundle
 * @sync: sync.i and srlz.i: what was flushed is what is fetched from now on
 * @refused: told of each site that is refused; may be NULL
 * @data: the user's own
 */
struct pv_patch_env {
	uint8_t *copy;
	uint64_t copy_address;
	size_t copy_bytes;
	size_t copy_used;
	struct pv_moved *moved;
	size_t moved_max;
	size_t moved_count;
	uint64_t thunk;
	uint64_t gp;
	bool check_only;
	void *(*text)(struct pv_patch_env *env, uint64_t address);
	void (*flush)(struct pv_patch_env *env, const void *bundle);
	void (*sync)(struct pv_patch_env *env);
	void (*refused)(struct pv_patch_env *env, const struct pv_site *site,
			enum pv_reason reason);
	void *data;
};

/**
 * struct pv_patch_result - what was done, added up over calls
 * @sites: records looked at; the sum of the next four
 * @native: left alone, by choice
 * @in_place: replaced where they stood
 * @moved: patched out of line
 * @refused: left alone because they had to be
 * @bundles: bundles that branch to a copy now
 * @copied: bytes of their copies
 * @reasons: refused sites by enum pv_reason
 */
struct pv_patch_result {
	unsigned int sites;
	unsigned int native;
	unsigned int in_place;
	unsigned int moved;
	unsigned int refused;
	unsigned int bundles;
	size_t copied;
	unsigned int reasons[PV_REASONS];
};

/**
 * pv_patch - patch the sites that a list of records names
 * @first: the records; they are sorted by address
 * @end: behind the last one
 * @choices: by enum pv_op
 * @env: the environment
 * @res: counts, added to
 *
 * Sites that share a bundle, and the parts of one composite operation, are patched
 * together or refused together.
 *
 * Return: the number of sites refused in this call.
 */
unsigned int pv_patch(struct pv_site *first, struct pv_site *end, const struct pv_choice *choices,
		      struct pv_patch_env *env, struct pv_patch_result *res);

/** pv_reason_text - a reason in words */
const char *pv_reason_text(enum pv_reason reason);

/**
 * pv_original_ip - where an address in a copy would be, had nothing been moved
 * @ip: bundle address, the slot in bits 1:0
 *
 * Return: the original bundle and slot; @ip itself if it is not in a copy.
 */
uint64_t pv_original_ip(const struct pv_patch_env *env, uint64_t ip);

#define PV_FRAME_IN_PLACE -1 /* in the register itself */
#define PV_FRAME_IN_GP	  -2 /* in r1 */

/**
 * struct pv_frame - the frame of a site, seen from within its copy
 * @original: bundle and slot that the address in the copy stands for; of a called function that
 *	does not run yet: the address itself, called from where b0 says
 * @sp: how far the stack pointer is below what it is at the site
 * @rp: where the site's b0 is: an offset from the stack pointer, or PV_FRAME_IN_...
 * @pfs: the same for its ar.pfs
 */
struct pv_frame {
	uint64_t original;
	int sp;
	int rp;
	int pfs;
};

/**
 * pv_copy_frame - for an unwinder that has come to an address in a copy
 * @ip: bundle address, the slot in bits 1:0
 * @called: it is the address that the thunk returns to; else execution was interrupted there
 *
 * Return: false if the address is not in a copy.
 */
bool pv_copy_frame(const struct pv_patch_env *env, uint64_t ip, bool called,
		   struct pv_frame *frame);

/**
 * pv_resume_ip - where execution is to continue for an address of the original code
 * @ip: bundle address, the slot in bits 1:0
 *
 * A moved bundle cannot be entered in its middle any more. For exception tables.
 *
 * Return: the place in the copy; @ip itself if its bundle was not moved or the slot is 0.
 */
uint64_t pv_resume_ip(const struct pv_patch_env *env, uint64_t ip);

/**
 * pv_patch_branch - let an entry point be another one
 * @env: text, flush and sync are used
 * @from: address of the first bundle of the entry point that is replaced
 * @to: address to branch to
 * @old: receives what was there; may be NULL
 *
 * Return: false, and nothing written, if @from is not text or holds no valid bundle.
 */
bool pv_patch_branch(struct pv_patch_env *env, uint64_t from, uint64_t to, struct isa_bundle *old);

/** struct pv_branch - an entry point @from that is to be @to; addresses of bundles */
struct pv_branch {
	uint64_t from;
	uint64_t to;
};

/**
 * pv_patch_branches - pv_patch_branch() for entry points that belong together
 *
 * Return: false, and nothing written, if one of them is not text or holds no valid bundle.
 */
bool pv_patch_branches(struct pv_patch_env *env, const struct pv_branch *list, size_t count);

/** pv_unpatch_branch - put back what pv_patch_branch() saved */
bool pv_unpatch_branch(struct pv_patch_env *env, uint64_t from, const struct isa_bundle *old);

/**
 * pv_selftest - patch a function of the patcher's own, call it, compare
 * @env: with room in the copy area; it gets it back
 *
 * Return: NULL, or what went wrong.
 */
const char *pv_selftest(struct pv_patch_env *env);

/* thunk.S: not a function of C; only copies call it. */
extern const char pv_thunk[];

#endif
