/* SPDX-License-Identifier: MIT */
/*
 * pvcheck.h - what the parts of pvcheck share.
 *
 * A run is: load an ELF file (elf.c), walk its bundles once (walk.c) while classifying
 * instructions (classify.c), looking for dependency violations (hazard.c) and collecting
 * the control flow (flow.c); then the records (sites.c), the flavours of the assembly
 * sources (flavour.c) and what is native-only (native.c) decide which of the collected
 * instructions are findings (rules.c); report.c prints them. There is no global state.
 */
#ifndef PVCHECK_PVCHECK_H
#define PVCHECK_PVCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bundle.h"
#include "isa.h"
#include "op.h"
#include "site.h"

#define PC_NO_SECTION UINT32_MAX
#define PC_NO_BUNDLE  UINT32_MAX

/** enum pc_rule - the rows of rules.def */
enum pc_rule {
#define RULE(id, ...) PC_RULE_##id,
#include "rules.def"
	PC_RULE_COUNT
};

/** enum pc_class - what an instruction means to a guest kernel at CPL > 0 */
enum pc_class {
	PC_HARMLESS,
	PC_KEPT,       /* depends on privileged state that the hypervisor keeps right */
	PC_SENSITIVE,  /* does not fault, but its result is another one */
	PC_PRIVILEGED, /* faults: the hypervisor can emulate it, slowly */
	PC_CLASS_COUNT
};

/**
 * struct pc_section - an allocated section
 * @name: from the file
 * @data: its bytes, NULL if it has none there
 * @addr: address; in a relocatable file one that pvcheck gives it
 * @size: in bytes
 * @shndx: index in the file
 * @bundle: exec: index of its first bundle among all bundles
 * @exec: has instructions
 */
struct pc_section {
	const char *name;
	const uint8_t *data;
	uint64_t addr, size;
	uint32_t shndx;
	uint32_t bundle;
	bool exec;
	bool unwind; /* an unwind table */
};

/** struct pc_symbol - a symbol that has an address; @file: of a local one, or "" */
struct pc_symbol {
	const char *name;
	const char *file;
	uint64_t addr, size;
	uint32_t section; /* index in struct pc_image */
	uint32_t unit;	  /* number of the FILE symbol before it; 0: global */
	bool func;
	bool local;
};

/** struct pc_reloc - a relocation of a relocatable file, @target: S + A, 0 if undefined */
struct pc_reloc {
	uint64_t addr, target;
	uint32_t type;
	bool defined;
};

/**
 * struct pc_image - a loaded file
 * @symbol: sorted by address, the best name for an address first
 * @reloc: sorted by address
 * @bundles: how many there are in all executable sections
 */
struct pc_image {
	const char *path;
	int fd;
	void *elf;
	bool relocatable;
	uint64_t entry;
	struct pc_section *section;
	size_t sections;
	struct pc_symbol *symbol;
	size_t symbols;
	struct pc_reloc *reloc;
	size_t relocs;
	uint32_t bundles;
};

/** struct pc_bundle - a bundle during the walk */
struct pc_bundle {
	const struct pc_section *section;
	uint64_t addr;
	uint32_t index;
	struct isa_bundle raw;
	struct isa_insn insn[ISA_BUNDLE_SLOTS];
	bool decoded[ISA_BUNDLE_SLOTS]; /* false: reserved, or slot 1 of MLX */
};

/** struct pc_finding - @addr has the slot in its low bits; @text: what exactly, malloc()ed */
struct pc_finding {
	uint64_t addr;
	uint64_t also; /* another address that explains it, 0: none */
	char *text;
	char *source; /* file name and line from DWARF, malloc()ed, or NULL */
	uint32_t line;
	uint16_t rule;
	bool in_code; /* addr is an instruction */
	bool known;   /* in the baseline */
};

/** struct pc_hit - an instruction that is not harmless */
struct pc_hit {
	uint64_t addr;
	uint32_t bundle;
	uint16_t insn;
	uint8_t class;
	bool recorded; /* by a valid site */
};

struct pc_flow;
struct pc_native;

/** struct pc_kept - how many instructions keep their meaning for one reason of classes.def */
struct pc_kept {
	const char *why;
	uint64_t count;
};

/** struct pc_check - one file being checked */
struct pc_check {
	struct pc_image image;
	struct pc_flow *flow;
	const struct pc_native *native;
	bool flavours_privileged; /* every flavour here runs at level 0 */
	bool *native_symbol;	  /* by symbol: one of several flavours */
	bool *used;		  /* by exception of native */
	struct pc_hit *hit;
	size_t hits;
	struct pc_finding *finding;
	size_t findings;
	size_t sites;
	uint64_t counts[PC_CLASS_COUNT]; /* instructions by class */
	struct pc_kept *kept;
	size_t kepts;
	uint64_t native_only; /* hits in native-only code */
};

/* ---- util.c ---- */

/** pc_grow - room for one more element, or die: *array has *count of them */
void *pc_grow(void *array, size_t count, size_t size);
/** pc_room - zeroed memory, at least one element, or die */
void *pc_room(size_t count, size_t size);
char *pc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- elf.c ---- */

/**
 * pc_image_open - load an ELF file
 *
 * Return: NULL, or why the file cannot be checked (malloc()ed). pc_image_close() is due
 * in either case.
 */
char *pc_image_open(struct pc_image *image, const char *path);
void pc_image_close(struct pc_image *image);
const struct pc_section *pc_section_at(const struct pc_image *image, uint64_t addr);
const struct pc_section *pc_section_named(const struct pc_image *image, const char *name);
/** pc_symbol_at - the symbol that an address belongs to, NULL if there is none */
const struct pc_symbol *pc_symbol_at(const struct pc_image *image, uint64_t addr);
const struct pc_symbol *pc_symbol_named(const struct pc_image *image, const char *name);
/** pc_reloc_find - the first relocation at or behind an address, by index */
size_t pc_reloc_find(const struct pc_image *image, uint64_t addr);
/** pc_bundle_index - of an address in executable code; PC_NO_BUNDLE elsewhere */
uint32_t pc_bundle_index(const struct pc_image *image, uint64_t addr);
uint64_t pc_bundle_addr(const struct pc_image *image, uint32_t index);

/* ---- walk.c ---- */

/** pc_bundle_read - decode the bundle at an address; false: not in executable code */
bool pc_bundle_read(const struct pc_image *image, uint64_t addr, struct pc_bundle *b);
/** pc_walk - everything that looks at each instruction */
void pc_walk(struct pc_check *check);

/* ---- classify.c ---- */

enum pc_class pc_classify(const struct isa_insn *insn);
/** pc_class_why - of a PC_KEPT instruction: who keeps its meaning; else "" */
const char *pc_class_why(const struct isa_insn *insn);
extern const char *const pc_class_name[PC_CLASS_COUNT];

/* ---- ops.c: ops.def ---- */

/** pc_op_hint - names of the operations and macros that stand for an instruction; malloc()ed */
char *pc_op_hint(const struct isa_insn *insn);
extern const char *const pc_entry_names[]; /* PV_ENTRY rows of ops.def, NULL at the end */

/* ---- hazard.c ---- */

struct pc_hazards;
struct pc_hazards *pc_hazards_new(void);
void pc_hazards_free(struct pc_hazards *h);
void pc_hazards_new_group(struct pc_hazards *h);
void pc_hazards_bundle(struct pc_hazards *h, struct pc_check *check, const struct pc_bundle *b);

/* ---- flow.c: which bundles can be reached from where ---- */

struct pc_flow *pc_flow_new(uint32_t bundles);
void pc_flow_free(struct pc_flow *flow);
void pc_flow_bundle(struct pc_flow *flow, const struct pc_image *image, const struct pc_bundle *b);
/** pc_flow_cut - what a bundle does is not followed any more (it becomes a branch) */
void pc_flow_cut(struct pc_flow *flow, uint32_t bundle, uint8_t marks);
/** pc_flow_mark - set a mark on all that is reachable from a bundle */
void pc_flow_mark(struct pc_flow *flow, uint32_t from, uint8_t mark);
uint8_t pc_flow_marks(const struct pc_flow *flow, uint32_t bundle);
/** pc_flow_each - call fn for each edge */
void pc_flow_each(const struct pc_flow *flow, void (*fn)(void *ctx, uint32_t from, uint32_t to),
		  void *ctx);

/* ---- native.c: what only bare metal runs ---- */

#define PC_MARK_GUEST  1u
#define PC_MARK_NATIVE 2u

/** pc_native_parse - read the exceptions; on a bad line says so on stderr and returns NULL */
struct pc_native *pc_native_parse(const char *text, size_t size, const char *origin);
struct pc_native *pc_native_read(const char *path);
struct pc_native *pc_native_built_in(void);
void pc_native_free(struct pc_native *native);
void pc_native_compute(struct pc_check *check);
/** pc_native_member - is this the native function of an operation of pv_cpu_ops? */
bool pc_native_member(const char *name);
/** pc_native_only - may an instruction of this class be in this bundle? */
bool pc_native_only(const struct pc_check *check, uint32_t bundle, enum pc_class class);
/** pc_native_print - the exceptions that were used, with their reasons */
void pc_native_print(const struct pc_check *check, FILE *out);

/* ---- unwind.c ---- */

/** pc_unwind_covers - is there unwind information for the code at an address? */
bool pc_unwind_covers(const struct pc_image *image, uint64_t addr);

/* ---- sites.c, movable.c, flavour.c, rules.c ---- */

void pc_sites_check(struct pc_check *check);
/** pc_movable_check - good records, sorted: report those that the patcher would refuse */
void pc_movable_check(struct pc_check *check, struct pv_site *site, size_t count);
void pc_flavours_check(struct pc_check *check);
bool pc_flavour_section(const struct pc_section *section);
/** pc_flavours_find - which symbols are the native one of several flavours: native_symbol[] */
void pc_flavours_find(struct pc_check *check);
/** pc_find - add a finding; text is malloc()ed and becomes the finding's */
void pc_find(struct pc_check *check, enum pc_rule rule, uint64_t addr, bool in_code, uint64_t also,
	     char *text);
/** pc_run - all checks of one loaded image */
void pc_run(struct pc_check *check);
void pc_check_free(struct pc_check *check);

struct pc_rule_row {
	const char *name, *level, *text, *hint;
};
extern const struct pc_rule_row pc_rules[PC_RULE_COUNT];

/* ---- dwarf.c ---- */

/** pc_lines - fill in file and line of the findings, as far as the file has them */
void pc_lines(struct pc_check *check);

/* ---- baseline.c ---- */

struct pc_baseline;
struct pc_baseline *pc_baseline_read(const char *path);
void pc_baseline_apply(struct pc_baseline *baseline, struct pc_check *check);
bool pc_baseline_write(const char *path, const struct pc_check *checks, size_t count);
void pc_baseline_free(struct pc_baseline *baseline);

/* ---- report.c, report-json.c ---- */

/** pc_where - "symbol+0x10" or "section+0x10"; malloc()ed */
char *pc_where(const struct pc_image *image, uint64_t addr);
/** pc_insn_text - the instruction at an address; malloc()ed */
char *pc_insn_text(const struct pc_image *image, uint64_t addr);
void pc_report_text(const struct pc_check *check, FILE *out);
void pc_report_summary(const struct pc_check *check, FILE *out);
void pc_report_json(const struct pc_check *checks, size_t count, FILE *out);
void pc_report_sarif(const struct pc_check *checks, size_t count, FILE *out);

#endif
