// SPDX-License-Identifier: MIT
/*
 * print.c - assembly text of a decoded instruction, spelled as the GNU tools spell it.
 *
 * Text goes through a small appender that counts what does not fit, so that no caller's
 * buffer is ever overrun. No pseudo-ops: "adds r1=0,r2", never "mov r1=r2".
 */
#include "table.h"

/** struct out - a text buffer that is being filled */
struct out {
	char *buf;
	size_t size, len;
};

static void put_char(struct out *o, char ch)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = ch;
	o->len++;
}

static void put_text(struct out *o, const char *s)
{
	while (*s)
		put_char(o, *s++);
}

static void put_number(struct out *o, uint64_t v, unsigned int base)
{
	char digits[20];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	while (n)
		put_char(o, digits[--n]);
}

static void put_dec(struct out *o, int64_t v)
{
	if (v < 0)
		put_char(o, '-');
	put_number(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10);
}

static void put_hex(struct out *o, uint64_t v)
{
	put_text(o, "0x");
	put_number(o, v, 16);
}

static void put_reg(struct out *o, const char *file, unsigned int n)
{
	put_text(o, file);
	put_number(o, n, 10);
}

static const char *const ar_names[128] = {
#define ISA_AR(number, name, units) [number] = "ar." #name,
#include "regs.def"
};

static const char *const cr_names[128] = {
#define ISA_CR(number, name) [number] = "cr." #name,
#include "regs.def"
};

static void put_named_reg(struct out *o, const char *name, const char *file, unsigned int n)
{
	if (name)
		put_text(o, name);
	else
		put_reg(o, file, n);
}

static void put_operand(struct out *o, const struct operand *op, const struct isa_insn *insn,
			uint64_t addr)
{
	const uint8_t *member = (const uint8_t *)insn + op->member;
	int64_t v = op->wide ? *(const int64_t *)(const void *)member : *member;

	switch ((enum operand_kind)op->kind) {
	case K_NONE: break;
	case K_EQ:
	case K_TEXT: put_text(o, op->text); break;
	case K_GR: put_reg(o, "r", v); break;
	case K_FR: put_reg(o, "f", v); break;
	case K_PREG: put_reg(o, "p", v); break;
	case K_BR: put_reg(o, "b", v); break;
	case K_AR: put_named_reg(o, ar_names[v & 0x7f], "ar", v); break;
	case K_CR: put_named_reg(o, cr_names[v & 0x7f], "cr", v); break;
	case K_DAHR: put_reg(o, "dahr", v); break;
	case K_IND:
		put_text(o, op->text);
		/* fall through */
	case K_MEM:
		put_reg(o, "[r", insn->r3);
		put_char(o, ']');
		break;
	case K_DEC:
	case K_LIST:
	case K_PAIR: put_dec(o, op->kind == K_PAIR ? insn->imm : v); break;
	case K_HEX: put_hex(o, v); break;
	case K_NAME:
		put_text(o, v >= 0 && v < op->count && op->names[v] ? op->names[v] : "?");
		break;
	case K_TARGET: put_hex(o, addr + (uint64_t)v); break;
	}
}

/* {} in the mnemonic is the next completer. */
static void put_mnemonic(struct out *o, const struct isa_row *row, const struct isa_insn *insn)
{
	unsigned int n = 0;

	for (const char *s = row->mnemonic; *s; s++) {
		const struct completer *cm;
		unsigned int v;

		if (*s != '{') {
			put_char(o, *s);
			continue;
		}
		cm = &isa_completers[row->completer[n]];
		v = insn->c[n++] - cm->base;
		put_text(o, v < cm->count && cm->names[v] ? cm->names[v] : ".?");
		s++;
	}
}

static void put_operands(struct out *o, const struct isa_row *row, const struct isa_insn *insn,
			 uint64_t addr)
{
	bool first = true;

	for (unsigned int i = 0; i < MAX_OPERANDS && row->operand[i]; i++) {
		const struct operand *op = &isa_operands[row->operand[i]];

		if (op->kind != K_EQ && !first)
			put_char(o, ',');
		put_operand(o, op, insn, addr);
		first = op->kind == K_EQ;
	}
}

size_t isa_print(char *buf, size_t size, const struct isa_insn *insn, uint64_t addr)
{
	struct out o = { buf, size, 0 };

	if (insn->id == ISA_INVALID || insn->id >= ISA_ID_COUNT) {
		put_text(&o, "invalid ");
		put_hex(&o, insn->raw);
	} else {
		const struct isa_row *row = &isa_rows[insn->id];

		if (insn->qp) {
			put_text(&o, insn->qp < 10 ? "(p0" : "(p");
			put_dec(&o, insn->qp);
			put_text(&o, ") ");
		}
		put_mnemonic(&o, row, insn);
		if (row->operand[0])
			put_char(&o, ' ');
		put_operands(&o, row, insn, addr);
	}
	if (size)
		buf[o.len < size ? o.len : size - 1] = '\0';
	return o.len;
}
