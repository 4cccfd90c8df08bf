// SPDX-License-Identifier: MIT
/*
 * EFI variables (UEFI 2.0 §7.2), kept in the host's memory for the life of the machine.
 *
 * Boot services have ended when the kernel runs, so only non-volatile variables with
 * runtime access can be seen or set.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/parts.h"
#include "fw/efi.h"

#define VAR_NON_VOLATILE 0x01
#define VAR_BOOT	 0x02
#define VAR_RUNTIME	 0x04
#define VAR_APPEND	 0x40
#define VAR_NEEDED	 (VAR_NON_VOLATILE | VAR_BOOT | VAR_RUNTIME)

#define STORE_MAX 65536
#define DATA_MAX  16384

struct key {
	uint8_t guid[16];
	uint16_t name[FW_GUEST_STRING / 2];
	size_t name_size; /* with the NUL; 0: longer than any variable's */
};

/* Two bytes at a time: what follows the NUL need not be mapped. */
static enum exec read_key(struct cpu *cpu, struct key *key, uint64_t name, uint64_t guid)
{
	enum exec r = mem_copy_in(cpu, key->guid, guid, sizeof(key->guid));

	key->name_size = 0;
	for (size_t i = 0; r == EXEC_NEXT && i < FW_GUEST_STRING / 2; i++) {
		r = mem_copy_in(cpu, &key->name[i], name + 2 * i, 2);
		if (r == EXEC_NEXT && !key->name[i]) {
			key->name_size = 2 * i + 2;
			break;
		}
	}
	return r;
}

static struct efi_var **find(struct firmware *fw, const struct key *key)
{
	struct efi_var **p;

	for (p = &fw->vars; *p; p = &(*p)->next) {
		if ((*p)->name_size == key->name_size &&
		    !memcmp((*p)->guid, key->guid, sizeof(key->guid)) &&
		    !memcmp((*p)->name, key->name, key->name_size))
			break;
	}
	return p;
}

static void unlink_var(struct firmware *fw, struct efi_var **p)
{
	struct efi_var *v = *p;

	*p = v->next;
	fw->vars_size -= v->size + v->name_size;
	free(v->name);
	free(v->data);
	free(v);
}

void efi_var_clear(struct firmware *fw)
{
	while (fw->vars)
		unlink_var(fw, &fw->vars);
}

/* a: name, GUID, attributes (may be NULL), size (in and out), data */
enum exec efi_get_variable(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			   uint64_t *status)
{
	const struct efi_var *v;
	struct key key;
	uint64_t room, size;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0] || !a[1] || !a[3])
		return EXEC_NEXT;
	r = read_key(cpu, &key, a[0], a[1]);
	if (r == EXEC_NEXT)
		r = mem_copy_in(cpu, &room, a[3], 8);
	if (r != EXEC_NEXT)
		return r;
	v = *find(fw, &key);
	*status = EFI_NOT_FOUND;
	if (!v)
		return EXEC_NEXT;
	*status = EFI_INVALID_PARAMETER;
	if (room >= v->size && !a[4])
		return EXEC_NEXT;

	size = v->size;
	if (room >= size) {
		*status = EFI_SUCCESS;
		r = mem_copy_out(cpu, a[4], v->data, size);
	} else {
		*status = EFI_BUFFER_TOO_SMALL;
	}
	if (r == EXEC_NEXT && a[2])
		r = mem_copy_out(cpu, a[2], &v->attr, 4);
	if (r == EXEC_NEXT)
		r = mem_copy_out(cpu, a[3], &size, 8);
	return r;
}

/* a: size of the name buffer (in and out), name (in and out), GUID (in and out) */
enum exec efi_get_next_variable_name(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				     uint64_t *status)
{
	const struct efi_var *v;
	struct key key;
	uint64_t room, size;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0] || !a[1] || !a[2])
		return EXEC_NEXT;
	r = mem_copy_in(cpu, &room, a[0], 8);
	if (r == EXEC_NEXT)
		r = read_key(cpu, &key, a[1], a[2]);
	if (r != EXEC_NEXT || !key.name_size || key.name_size > room)
		return r;
	if (key.name_size > 2) {
		v = *find(fw, &key);
		if (!v)
			return EXEC_NEXT; /* not a variable's name: an invalid parameter */
		v = v->next;
	} else {
		v = fw->vars;
	}
	*status = EFI_NOT_FOUND;
	if (!v)
		return EXEC_NEXT;

	size = v->name_size;
	*status = EFI_BUFFER_TOO_SMALL;
	if (room >= size) {
		*status = EFI_SUCCESS;
		r = mem_copy_out(cpu, a[1], v->name, size);
		if (r == EXEC_NEXT)
			r = mem_copy_out(cpu, a[2], v->guid, sizeof(v->guid));
	}
	if (r == EXEC_NEXT)
		r = mem_copy_out(cpu, a[0], &size, 8);
	return r;
}

/* A new variable goes to the head: an iteration under way still meets each old one once. */
static uint64_t create(struct firmware *fw, const struct key *key, uint32_t attr, uint8_t *data,
		       size_t size)
{
	struct efi_var *v = calloc(1, sizeof(*v));
	uint16_t *name = malloc(key->name_size);

	if (!v || !name || fw->vars_size + size + key->name_size > STORE_MAX) {
		free(v);
		free(name);
		free(data);
		return EFI_OUT_OF_RESOURCES;
	}
	memcpy(name, key->name, key->name_size);
	memcpy(v->guid, key->guid, sizeof(v->guid));
	v->name = name;
	v->name_size = key->name_size;
	v->attr = attr;
	v->data = data;
	v->size = size;
	v->next = fw->vars;
	fw->vars = v;
	fw->vars_size += size + key->name_size;
	return EFI_SUCCESS;
}

/* Takes @data. */
static uint64_t store(struct firmware *fw, const struct key *key, uint32_t attr, uint8_t *data,
		      size_t size)
{
	struct efi_var *v = *find(fw, key);
	size_t old = v && attr & VAR_APPEND ? v->size : 0;
	uint8_t *joined;

	attr &= ~VAR_APPEND;
	if (!v)
		return create(fw, key, attr, data, size);
	joined = NULL;
	if (old + size <= DATA_MAX && fw->vars_size - v->size + old + size <= STORE_MAX)
		joined = malloc(old + size);
	if (!joined) {
		free(data);
		return EFI_OUT_OF_RESOURCES;
	}
	memcpy(joined, v->data, old);
	memcpy(joined + old, data, size);
	free(data);
	free(v->data);
	fw->vars_size += old + size - v->size;
	v->data = joined;
	v->size = old + size;
	return EFI_SUCCESS;
}

/* a: name, GUID, attributes, size, data */
enum exec efi_set_variable(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
			   uint64_t *status)
{
	uint32_t attr = a[2], kind = attr & ~VAR_APPEND;
	struct efi_var **old;
	uint8_t *data;
	struct key key;
	enum exec r;

	*status = EFI_INVALID_PARAMETER;
	if (!a[0] || !a[1] || (a[3] && !a[4]))
		return EXEC_NEXT;
	r = read_key(cpu, &key, a[0], a[1]);
	if (r != EXEC_NEXT || key.name_size <= 2)
		return r;
	old = find(fw, &key);
	if (!kind || (!a[3] && !(attr & VAR_APPEND))) {
		*status = *old ? EFI_SUCCESS : EFI_NOT_FOUND;
		if (*old)
			unlink_var(fw, old);
		return EXEC_NEXT;
	}
	if (kind != VAR_NEEDED)
		return EXEC_NEXT;
	*status = EFI_SUCCESS;
	if (!a[3])
		return EXEC_NEXT; /* nothing to append */
	*status = EFI_OUT_OF_RESOURCES;
	data = a[3] <= DATA_MAX ? malloc(a[3]) : NULL;
	if (!data)
		return EXEC_NEXT;
	r = mem_copy_in(cpu, data, a[4], a[3]);
	if (r == EXEC_NEXT)
		*status = store(fw, &key, attr, data, a[3]);
	else
		free(data);
	return r;
}

/* a: attributes, then where to: size of the store, what is left of it, the largest variable */
enum exec efi_query_variable_info(struct firmware *fw, struct cpu *cpu, const uint64_t *a,
				  uint64_t *status)
{
	const uint64_t info[] = { STORE_MAX, STORE_MAX - fw->vars_size, DATA_MAX };
	enum exec r = EXEC_NEXT;

	*status = EFI_INVALID_PARAMETER;
	if (a[0] != VAR_NEEDED || !a[1] || !a[2] || !a[3])
		return EXEC_NEXT;
	for (unsigned i = 0; i < 3 && r == EXEC_NEXT; i++)
		r = mem_copy_out(cpu, a[1 + i], &info[i], 8);
	*status = EFI_SUCCESS;
	return r;
}
