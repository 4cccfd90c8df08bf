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
	uint32_t embedded; /* in which image that is data, counted from 1; 0: in none */
	uint64_t linked;   /* @embedded: where its image expects to be mapped */
	bool exec;
	bool unwind; /* an unwind table */
};

/** struct pc_embed - an ELF image that is data of the file; its code is @sections of the image */
struct pc_embed {
	uint64_t addr;
	uint32_t first, sections;
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
 * @by_name: the same, sorted by name
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
	const struct pc_symbol **by_name;
	struct pc_reloc *reloc;
	size_t relocs;
	struct pc_embed *embed;
	size_t embeds;
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
struct pc_exceptions;

/** struct pc_kept - how many instructions keep their meaning for one reason of classes.def */
struct pc_kept {
	const char *why;
	uint64_t count;
};

/** enum pc_verdict - what pvcheck says of an instruction that ran in a guest (ran.c) */
enum pc_verdict {
	PC_RAN_USER,	  /* at level 3 */
	PC_RAN_ELSEWHERE, /* no code of the file: modules, firmware, out-of-line copies */
	PC_RAN_KEPT,
	PC_RAN_SITE,  /* a site or a native function of an operation: left native, and faults */
	PC_RAN_TRAPS, /* allowed: an exception, or what faults before the sites are patched */
	PC_RAN_FOUND, /* a finding as it is */
	PC_RAN_CLEAN, /* called clean: a finding now */
	PC_RAN_COUNT
};

/** struct pc_check - one file being checked */
struct pc_check {
	struct pc_image image;
	struct pc_flow *flow;
	const struct pc_exceptions *exceptions;
	bool flavours_privileged; /* every flavour here runs at level 0 */
	bool *native_symbol;	  /* by symbol: one of several flavours */
	bool *used;		  /* by exception; NULL: none was needed */
	struct pc_hit *hit;
	size_t hits;
	struct pc_finding *finding;
	size_t findings;
	size_t sites;
	uint32_t *op_sites;		 /* by operation: sites that are one */
	uint64_t counts[PC_CLASS_COUNT]; /* instructions by class */
	struct pc_kept *kept;
	size_t kepts;
	uint64_t native_only; /* hits in native-only code */
	bool guests_boot;     /* a backend for guests exists: boot code is not bare metal's own */
	bool ran;	      /* the next member is filled in */
	uint64_t verdicts[PC_RAN_COUNT];
};

/* ---- util.c ---- */

/** pc_grow - room for one more element, or die: *array has *count of them */
void *pc_grow(void *array, size_t count, size_t size);
/** pc_room - zeroed memory, at least one element, or die */
void *pc_room(size_t count, size_t size);
char *pc_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/**
 * pc_each_line - call fn for each line of a file, until it answers false
 * @what: what the lines are of, for the message then
 *
 * Return: false after one line on stderr: fn refused a line, or the file cannot be read.
 */
bool pc_each_line(const char *path, const char *what, bool (*fn)(void *ctx, char *line), void *ctx);
/** pc_printable - in place: what is no printable ASCII becomes '?', as names come from files */
char *pc_printable(char *text);

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

/* ---- embed.c ---- */

/** pc_embedded_load - find images in data sections; NULL, or what is wrong (malloc()ed) */
char *pc_embedded_load(struct pc_image *image);

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
/** pc_flow_mark_branches - the same, but an address that is only formed is not followed */
void pc_flow_mark_branches(struct pc_flow *flow, uint32_t from, uint8_t mark);
/** pc_flow_via - from where that reached a bundle first; the bundle itself: it was the start */
uint32_t pc_flow_via(const struct pc_flow *flow, uint32_t bundle);
uint8_t pc_flow_marks(const struct pc_flow *flow, uint32_t bundle);
/** pc_flow_each - call fn for each edge */
void pc_flow_each(const struct pc_flow *flow, void (*fn)(void *ctx, uint32_t from, uint32_t to),
		  void *ctx);

/* ---- exceptions.c: what a file of reasons excuses ---- */

/** enum pc_exception_kind - what an exception says of the name that it is about */
enum pc_exception_kind {
	PC_EXCEPT_ENTRY,    /* a symbol: what is reached from it alone is native-only */
	PC_EXCEPT_FUNCTION, /* a symbol: its code may be anything */
	PC_EXCEPT_TRAPS,    /* a symbol: its code may trap in a guest */
	PC_EXCEPT_LATER,    /* a symbol: its code only runs behind pv_start() */
	PC_EXCEPT_NATIVE,   /* BACKEND_OPERATION: left native on purpose */
	PC_EXCEPT_SCRATCH,  /* a register: Linux never uses it */
	PC_EXCEPT_FLAVOUR,  /* a sensitive instruction, as printed: a guest's macros mean it */
	PC_EXCEPT_COUNT
};

/** pc_exceptions_parse - read exceptions; on a bad line says so on stderr and returns NULL */
struct pc_exceptions *pc_exceptions_parse(const char *text, size_t size, const char *origin);
struct pc_exceptions *pc_exceptions_read(const char *path);
struct pc_exceptions *pc_exceptions_built_in(void);
void pc_exceptions_free(struct pc_exceptions *list);
/** pc_excepted - is there an exception? It is noted as needed; pc_exception_has() only asks */
bool pc_excepted(struct pc_check *check, enum pc_exception_kind kind, const char *name);
bool pc_exception_has(const struct pc_check *check, enum pc_exception_kind kind, const char *name);
/** pc_exceptions_print - the exceptions that were needed, with their reasons */
void pc_exceptions_print(const struct pc_check *check, FILE *out);

/* ---- native.c: what only bare metal runs ---- */

#define PC_MARK_GUEST  1u
#define PC_MARK_NATIVE 2u
#define PC_MARK_EARLY  4u /* runs before the sites are patched */

void pc_native_compute(struct pc_check *check);
/** pc_early_check - sites that run before they are patched */
void pc_early_check(struct pc_check *check);
/** pc_selection - the bundle that calls pv_start(), or PC_NO_BUNDLE */
uint32_t pc_selection(const struct pc_check *check);
/** pc_native_member - is this the native function of an operation of pv_cpu_ops? */
bool pc_native_member(const char *name);
/** pc_symbol_excepted - is there an exception for the function that an address is in? */
bool pc_symbol_excepted(struct pc_check *check, uint64_t addr, enum pc_class class);
/** pc_native_only - may an instruction of this class be in this bundle? */
bool pc_native_only(struct pc_check *check, uint32_t bundle, enum pc_class class);

/* ---- backend.c: backends by their names ---- */

/** struct pc_backend - a prefix with a PREFIX_setup() and PREFIX_OPERATION()s */
struct pc_backend {
	const char *prefix; /* of length bytes, without the underscore */
	size_t length;
	const struct pc_symbol *setup;
};

/** pc_backends - those of an image; malloc()ed */
struct pc_backend *pc_backends(const struct pc_image *image, size_t *count);
void pc_backends_check(struct pc_check *check);

/* ---- contract.c: the assembly macros ---- */

/** pc_contract_section - does it hold macros that are expanded to be looked at, never run? */
bool pc_contract_section(const struct pc_section *section);
void pc_contract_check(struct pc_check *check);

/* ---- unwind.c ---- */

/** struct pc_unwind - a function's unwind descriptors, without lengths and times; free(byte) */
struct pc_unwind {
	uint8_t *byte;
	size_t count;
	unsigned int entries; /* of the unwind table */
};

void pc_unwind_of(const struct pc_image *image, uint64_t addr, uint64_t size,
		  struct pc_unwind *out);
bool pc_unwind_alike(const struct pc_unwind *a, const struct pc_unwind *b);

/* ---- sites.c, movable.c, flavour.c, rules.c ---- */

void pc_sites_check(struct pc_check *check);
/** pc_movable_check - good records, sorted: report those that the patcher would refuse */
void pc_movable_check(struct pc_check *check, struct pv_site *site, size_t count);
void pc_flavours_check(struct pc_check *check);
bool pc_flavour_section(const struct pc_section *section);

/**
 * pc_flavour_means - is this sensitive instruction one that a guest's macros contain on purpose?
 *
 * In a flavour of the assembly sources what does not fault may still be right, where the
 * backend knows what it does there: the exceptions say which.
 */
bool pc_flavour_means(struct pc_check *check, const struct pc_hit *hit);
/** pc_entry_prefix - of PREFIX_NAME, PREFIX without an underscore: its length with one; or 0 */
size_t pc_entry_prefix(const char *symbol, const char *entry);
/** pc_layouts_check - vector tables, fast system calls and gate pages against the native ones */
void pc_layouts_check(struct pc_check *check);
/** pc_fsys_table - the words of a table of fast system calls; NULL: it cannot be read */
const uint8_t *pc_fsys_table(const struct pc_image *image, const struct pc_symbol *s,
			     size_t *count);
bool pc_is_fsys_table(const char *name);
uint64_t pc_word(const uint8_t *p);
/** pc_embed_flavour - the label PREFIX_gate of an embedded image; NULL: a native one */
const char *pc_embed_flavour(const struct pc_image *image, const struct pc_embed *embed);
/** pc_flavours_find - which symbols are the native one of several flavours: native_symbol[] */
void pc_flavours_find(struct pc_check *check);
/** pc_find - add a finding; text is malloc()ed and becomes the finding's */
void pc_find(struct pc_check *check, enum pc_rule rule, uint64_t addr, bool in_code, uint64_t also,
	     char *text);
/** pc_run - all checks of one loaded image */
void pc_run(struct pc_check *check);
/** pc_sort_findings - by address, with file and line: behind the last pc_find() */
void pc_sort_findings(struct pc_check *check);
/** pc_hit_at - the instruction at an address if it is not harmless, or NULL */
struct pc_hit *pc_hit_at(const struct pc_check *check, uint64_t addr);
void pc_check_free(struct pc_check *check);

struct pc_rule_row {
	const char *name, *level, *text, *hint;
};
extern const struct pc_rule_row pc_rules[PC_RULE_COUNT];

/* ---- ran.c: what the machine saw ---- */

/**
 * pc_ran - hold what ran in a guest against what the checks said
 * @path: trace lines of the machine's item `sensitive`
 *
 * To be called behind pc_run(). What pvcheck called clean, and is not, becomes a finding.
 * Return: false after a line on stderr: the trace cannot be read.
 */
bool pc_ran(struct pc_check *check, const char *path);
void pc_ran_print(const struct pc_check *check, FILE *out);

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
void pc_report_text(struct pc_check *check, FILE *out);
void pc_report_summary(const struct pc_check *check, FILE *out);
void pc_report_json(const struct pc_check *checks, size_t count, FILE *out);
void pc_report_sarif(const struct pc_check *checks, size_t count, FILE *out);

#endif
