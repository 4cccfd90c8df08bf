/* SPDX-License-Identifier: MIT */
/*
 * bundle.h - 128-bit bundles: three 41-bit slots and a 5-bit template.
 *
 * Owns the template table (SDM vol 1 table 3-10) and the packing of a bundle into 16
 * bytes, which are little-endian in memory whatever PSR.be says (vol 1 §3.3). Which
 * instruction a slot holds is isa.h's business.
 */
#ifndef ISA_BUNDLE_H
#define ISA_BUNDLE_H

#include "isa.h"

#define ISA_BUNDLE_BYTES 16
#define ISA_BUNDLE_SLOTS 3
#define ISA_SLOT_BITS	 41
#define ISA_SLOT_MASK	 ((UINT64_C(1) << ISA_SLOT_BITS) - 1)
#define ISA_TEMPLATES	 32
#define ISA_TEMPLATE_MLX 4 /* and 5, with a stop at its end */

/** struct isa_bundle - an unpacked bundle */
struct isa_bundle {
	uint64_t slot[ISA_BUNDLE_SLOTS];
	uint8_t template;
};

/**
 * struct isa_template - what a template says
 * @unit: enum isa_slot of each slot; all ISA_SLOT_NONE: reserved, Illegal Operation fault
 * @stop: bit n: an instruction group ends after slot n
 * @name: "MII", "MLX" ...; "" if reserved
 */
struct isa_template {
	uint8_t unit[ISA_BUNDLE_SLOTS];
	uint8_t stop;
	char name[4];
};

extern const struct isa_template isa_templates[ISA_TEMPLATES];

static inline bool isa_template_valid(unsigned int template)
{
	return template <ISA_TEMPLATES &&isa_templates[template].unit[0] != ISA_SLOT_NONE;
}

/** isa_bundle_words - unpack a bundle from its low and high 64-bit words */
static inline struct isa_bundle isa_bundle_words(uint64_t lo, uint64_t hi)
{
	return (struct isa_bundle){
		.template = lo & 0x1f,
		.slot = { (lo >> 5) & ISA_SLOT_MASK, (lo >> 46 | hi << 18) & ISA_SLOT_MASK,
			  hi >> 23 },
	};
}

static inline uint64_t isa_bundle_lo(const struct isa_bundle *b)
{
	return (b->template & 0x1f) | (b->slot[0] & ISA_SLOT_MASK) << 5 | b->slot[1] << 46;
}

static inline uint64_t isa_bundle_hi(const struct isa_bundle *b)
{
	return (b->slot[1] & ISA_SLOT_MASK) >> 18 | b->slot[2] << 23;
}

/** isa_bundle_unpack - read a bundle from memory */
struct isa_bundle isa_bundle_unpack(const uint8_t bytes[ISA_BUNDLE_BYTES]);

/** isa_bundle_pack - write a bundle to memory */
void isa_bundle_pack(const struct isa_bundle *b, uint8_t bytes[ISA_BUNDLE_BYTES]);

/**
 * isa_bundle_decode - decode one slot of a bundle
 *
 * An MLX bundle's long instruction is slot 2's here; SDM vol 2 §3.4 has its faults
 * report slot 1 in ISR.ei. Slot 1 of MLX and slots of a reserved template decode to
 * ISA_INVALID.
 */
bool isa_bundle_decode(struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot);

/** isa_bundle_decode_likely - the same, sooner if it is the instruction that is expected */
bool isa_bundle_decode_likely(struct isa_insn *insn, const struct isa_bundle *b, unsigned int slot,
			      enum isa_id likely);

#endif
