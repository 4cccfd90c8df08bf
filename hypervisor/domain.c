// SPDX-License-Identifier: MIT
/*
 * The life of a guest: built from a configuration, ended for a reason, taken apart.
 *
 * Everything that a guest has is reached from its struct domain and given back by release();
 * a guest that could not be built is taken apart the same way.
 */
#include <stdarg.h>

#include "console.h"
#include "create.h"
#include "evtchn.h"
#include "fw.h"
#include "heap.h"
#include "lib.h"
#include "lock.h"
#include "monitor.h"
#include "sched.h"
#include "store.h"
#include "xen.h"

#define DOMAIN_ID_MAX 0x7fef	   /* XEN_DOMID_SELF is behind it */
#define MEM_GRANULE   (16ul << 20) /* Linux ignores what does not fill one */
#define MEM_DEFAULT   (512ul << 20)

/* Pages at the end of a guest's memory, counted from its end (Xen/ia64's builder). */
#define PFN_CONSOLE 1
#define PFN_STORE   2
#define PFN_START   3
#define PFN_MEMMAP  4

struct domain *domains;
static unsigned int last_id;
static unsigned int failed;

unsigned int domains_failed(void)
{
	return failed;
}

void domain_failed(void)
{
	failed++;
}

struct domain *domain_find(const char *name)
{
	const char *end;
	uint64_t id;

	if (!parse_number(name, &id, &end) || *end)
		id = 0;
	for (struct domain *d = domains; d; d = d->next)
		if (!d->dying && (!strcmp(d->name, name) || d->id == id))
			return d;
	return NULL;
}

/* ---- configuration ---- */

static const char *find_module(const struct boot_module **m, const char *name)
{
	*m = boot_find_module(name);
	return *m ? NULL : "there is no module of that name";
}

static const char *set_number(uint64_t *n, const char *text)
{
	const char *end;

	return parse_number(text, n, &end) && !*end ? NULL : "restarts= and limit= need a number";
}

static const char *set_parameter(struct domain_config *c, const char *word)
{
	const char *end;

	if (!strncmp(word, "name=", 5) && word[5]) {
		copy_string(c->name, word + 5, sizeof(c->name));
		return NULL;
	}
	if (!strncmp(word, "mem=", 4)) {
		if (!parse_number(word + 4, &c->memory, &end) || *end ||
		    c->memory < GUEST_MEM_MIN || c->memory > GUEST_MEM_MAX)
			return "mem= must be a size, from 4M to 64G";
		return NULL;
	}
	if (!strncmp(word, "vcpus=", 6)) {
		if (!parse_number(word + 6, &c->vcpus, &end) || *end || !c->vcpus ||
		    c->vcpus > VCPU_MAX)
			return "vcpus= must be a number, from 1 to 16";
		return NULL;
	}
	if (!strncmp(word, "kernel=", 7))
		return find_module(&c->kernel, word + 7);
	if (!strcmp(word, "initrd=none")) {
		c->initrd = NULL;
		return NULL;
	}
	if (!strncmp(word, "initrd=", 7))
		return find_module(&c->initrd, word + 7);
	if (!strncmp(word, "restarts=", 9))
		return set_number(&c->restarts, word + 9);
	if (!strncmp(word, "limit=", 6))
		return set_number(&c->limit, word + 6);
	return "unknown parameter; there are name=, mem=, vcpus=, kernel=, initrd=, restarts=, "
	       "limit=";
}

/* The next word of @text, up to a space or a bracket. */
static const char *take_word(const char *text, char *word, unsigned int size)
{
	unsigned int n = 0;

	while (*text == ' ')
		text++;
	for (; *text && *text != ' ' && *text != ']'; text++)
		if (n < size - 1)
			word[n++] = *text;
	word[n] = '\0';
	return text;
}

const char *config_parse(struct domain_config *c, const char *text)
{
	char word[64];
	const char *why;

	*c = (struct domain_config){ .vcpus = 1,
				     .kernel = boot_find_module("kernel"),
				     .initrd = boot_find_module("initrd") };
	while (*text == ' ')
		text++;
	if (*text == '[') {
		for (text++; *text != ']';) {
			text = take_word(text, word, sizeof(word));
			if (!*text)
				return "there is no ] behind the [";
			why = word[0] ? set_parameter(c, word) : NULL;
			if (why)
				return why;
		}
		for (text++; *text == ' ';)
			text++;
	}
	if (strlen(text) >= GUEST_CMDLINE)
		return "its command line is longer than 1023 characters";
	copy_string(c->cmdline, text, GUEST_CMDLINE);
	return c->kernel ? NULL : "there is no kernel (-kernel, or kernel=MODULE)";
}

/* ---- building ---- */

static unsigned int free_rid_block(void)
{
	for (unsigned int block = 1; block < 63; block++) {
		struct domain *d = domains;

		while (d && d->rid_block != block)
			d = d->next;
		if (!d)
			return block;
	}
	return 0;
}

/* Numbers come again late, so that a name of the past is no name of the present. */
static unsigned int new_id(void)
{
	struct domain *d;

	do {
		last_id = last_id % DOMAIN_ID_MAX + 1;
		d = domains;
		while (d && d->id != last_id)
			d = d->next;
	} while (d);
	return last_id;
}

static void add_to_list(struct domain *d)
{
	struct domain **link = &domains;

	while (*link)
		link = &(*link)->next;
	*link = d;
}

static void name_domain(struct domain *d, const char *wanted)
{
	if (wanted[0] && !domain_find(wanted))
		copy_string(d->name, wanted, sizeof(d->name));
	else
		format(d->name, sizeof(d->name), "guest%u", d->id);
}

/* A share of what there is, if the configuration does not say. */
static const char *give_memory(struct domain *d, uint64_t bytes)
{
	if (!bytes)
		bytes = min(guest_memory_largest() & -MEM_GRANULE, MEM_DEFAULT);
	bytes &= -(uint64_t)PAGE_SIZE;
	d->base = bytes >= GUEST_MEM_MIN ? guest_memory_alloc(bytes) : 0;
	if (!d->base)
		return "there is not so much memory";
	d->pages = bytes / PAGE_SIZE;
	return NULL;
}

static const char *give_pages(struct domain *d)
{
	d->shared = heap_alloc(PAGE_SIZE, PAGE_SIZE);
	if (!d->shared || !evtchn_create(d))
		return "the hypervisor's heap is full";
	for (d->vcpus = 0; d->vcpus < d->config->vcpus; d->vcpus++) {
		d->vcpu[d->vcpus] = vcpu_alloc(d, d->vcpus);
		if (!d->vcpu[d->vcpus])
			return "the hypervisor's heap is full";
	}
	d->fw = heap_alloc(sizeof(*d->fw), 8);
	if (!d->fw ||
	    !console_create(d, guest_phys(d, (d->pages - PFN_CONSOLE) * PAGE_SIZE, PAGE_SIZE)) ||
	    !store_create(d, guest_phys(d, (d->pages - PFN_STORE) * PAGE_SIZE, PAGE_SIZE)))
		return "the hypervisor's heap is full";
	return NULL;
}

/*
 * As high as a loader would place it: behind the kernel there may be more of it than its
 * program headers say. Linux ignores what does not fill a granule. 0: no room.
 */
static uint64_t place_initrd(struct domain *d, uint64_t kernel_end, uint64_t size)
{
	uint64_t limit = (d->pages - PFN_MEMMAP) * PAGE_SIZE, low = round_up(kernel_end, 65536);
	uint64_t top = limit & -MEM_GRANULE;

	if (top >= size && ((top - size) & -65536ul) >= low)
		return (top - size) & -65536ul;
	return low <= limit && size <= limit - low ? low : 0;
}

/* The lock is not needed: nobody else knows the guest yet. */
static const char *load(struct domain *d, uint64_t *entry, uint64_t *initrd)
{
	const struct domain_config *c = d->config;
	unsigned int depth = hv_lock_drop();
	const char *why;
	uint64_t end;

	why = elf_load(d, ident_wb(c->kernel->base), c->kernel->size, entry, &end);
	hv_lock_again(depth);
	*initrd = 0;
	if (why || !c->initrd)
		return why;
	*initrd = place_initrd(d, end, c->initrd->size);
	if (!*initrd)
		return "its initrd does not fit into its memory";
	memcpy(guest_phys(d, *initrd, c->initrd->size), ident_wb(c->initrd->base), c->initrd->size);
	return NULL;
}

static void fill_start_info(struct domain *d, uint64_t initrd, uint64_t memmap_size)
{
	const struct domain_config *c = d->config;
	uint64_t at = d->start_info_pfn * PAGE_SIZE, initrd_size = c->initrd ? c->initrd->size : 0;
	struct xen_start_info *si = guest_phys(d, at, PAGE_SIZE);
	struct xen_boot_param *bp = (void *)((uint8_t *)si + XEN_BOOT_PARAM_OFS);

	*si = (struct xen_start_info){
		.magic = XEN_START_MAGIC,
		.nr_pages = d->pages,
		.store_pfn = d->pages - PFN_STORE,
		.store_evtchn = store_port(d),
		.console_pfn = d->pages - PFN_CONSOLE,
		.console_evtchn = console_port(d),
		.mod_start = initrd_size ? initrd : 0,
		.mod_len = initrd_size,
	};
	format(si->cmd_line, sizeof(si->cmd_line), c->restart ? "%s restart=%lu" : "%s", c->cmdline,
	       c->restart);
	*bp = (struct xen_boot_param){
		.command_line = at + offsetof(struct xen_start_info, cmd_line),
		.efi_systab = FW_SYSTAB,
		.efi_memmap = FW_MEMMAP,
		.efi_memmap_size = memmap_size,
		.efi_memdesc_size = sizeof(struct efi_desc),
		.efi_memdesc_version = EFI_DESC_VERSION,
		.num_cols = 80,
		.num_rows = 25,
		.orig_y = 24,
		.initrd_start = si->mod_start,
		.initrd_size = initrd_size,
	};
}

/* The memory map once more, where the builder of Xen has it: a head of three words first. */
static void fill_memmap_page(struct domain *d, uint64_t memmap_size)
{
	uint64_t pfn = d->pages - PFN_MEMMAP;
	uint64_t *page = guest_phys(d, pfn * PAGE_SIZE, PAGE_SIZE);

	page[0] = memmap_size;
	page[1] = sizeof(struct efi_desc);
	page[2] = EFI_DESC_VERSION;
	memcpy(page + 3, guest_phys(d, FW_MEMMAP, memmap_size), memmap_size);
	d->shared->memmap_info_pfn = pfn;
	d->shared->memmap_info_pages = 1;
}

static void fill_shared_info(struct domain *d)
{
	uint64_t seconds = efi_time() - to_ns(now()) / 1000000000;

	for (unsigned int i = 0; i < XEN_MAX_VCPUS; i++)
		d->shared->vcpu[i].upcall_mask = 1;
	d->shared->wc_version = 2;
	d->shared->wc_sec = seconds;
	d->shared->start_info_pfn = d->start_info_pfn;
}

static const char *build(struct domain *d)
{
	uint64_t entry, initrd, memmap_size;
	const char *why = give_memory(d, d->config->memory);

	if (!why)
		why = give_pages(d);
	if (!why)
		why = load(d, &entry, &initrd);
	if (why)
		return why;
	d->start_info_pfn = d->pages - PFN_START;
	d->xsi_va = XSI_DEFAULT;
	fill_shared_info(d);
	fw_image(d, &memmap_size);
	fill_start_info(d, initrd, memmap_size);
	fill_memmap_page(d, memmap_size);
	vcpu_reset_state(d->vcpu[0], entry, d->start_info_pfn * PAGE_SIZE + XEN_BOOT_PARAM_OFS);
	return NULL;
}

/* All that a guest has; also one that is not complete. It is in no list any more. */
static void release(struct domain *d)
{
	for (unsigned int i = 0; i < d->vcpus; i++)
		if (d->vcpu[i])
			vcpu_free(d->vcpu[i]);
	evtchn_destroy(d);
	console_destroy(d);
	store_destroy(d);
	heap_free(d->fw);
	heap_free(d->shared);
	heap_free(d->config);
	if (d->base)
		guest_memory_free(d->base, d->pages * PAGE_SIZE);
	heap_free(d);
}

static unsigned int count_domains(void)
{
	unsigned int n = 0;

	for (struct domain *d = domains; d; d = d->next)
		n++;
	return n;
}

const char *domain_create(const struct domain_config *c)
{
	struct domain *d = heap_alloc(sizeof(*d), 64);
	const char *why;

	if (count_domains() == DOMAINS_MAX || !d) {
		heap_free(d);
		return "there are too many guests";
	}
	d->config = heap_alloc(sizeof(*c), 8);
	if (!d->config) {
		heap_free(d);
		return "the hypervisor's heap is full";
	}
	*d->config = *c;
	d->id = new_id();
	d->rid_block = free_rid_block();
	d->shutdown_reason = -1;
	name_domain(d, c->name);
	why = build(d);
	if (why) {
		release(d);
		return why;
	}
	assert_locked();
	add_to_list(d);
	hv_printf("%s: guest %u, %lu MiB of memory at %#lx, vcpus: %u\n", d->name, d->id,
		  d->pages * PAGE_SIZE >> 20, d->base, d->vcpus);
	if (c->limit)
		d->deadline = now() + from_ns(c->limit * 1000000);
	sched_ready(d->vcpu[0]);
	return NULL;
}

/* ---- the end ---- */

static const char *const reasons[] = {
	[XEN_SHUTDOWN_poweroff] = "powered off",
	[XEN_SHUTDOWN_reboot] = "rebooted",
	[XEN_SHUTDOWN_suspend] = "suspended", /* it will not come back: nothing resumes it */
	[XEN_SHUTDOWN_crash] = "crashed",
	[DOMAIN_DESTROYED] = "destroyed",
	[DOMAIN_TIME_UP] = "ended, for its time was up", /* limit= */
};

void domain_end(struct domain *d, int reason)
{
	assert_locked();
	if (d->dying)
		return;
	d->shutdown_reason = reason;
	for (unsigned int i = 0; i < d->vcpus; i++)
		sched_stop(d->vcpu[i], VCPU_DOWN);
	console_drain(d);
	d->dying = true;
	sched_idle_work();
}

void domain_crash(struct vcpu *v, const char *fmt, ...)
{
	char why[160];
	va_list ap;

	va_start(ap, fmt);
	vformat(why, sizeof(why), fmt, ap);
	va_end(ap);
	hv_lock();
	if (!v->domain->dying) {
		hv_printf("%s: vcpu %u crashed: %s\n", v->domain->name, v->id, why);
		domain_end(v->domain, XEN_SHUTDOWN_crash);
	}
	hv_unlock();
}

void domain_check_deadlines(uint64_t t)
{
	for (struct domain *d = domains; d; d = d->next)
		if (d->deadline && (int64_t)(t - d->deadline) >= 0)
			domain_end(d, DOMAIN_TIME_UP);
}

/* Whether a guest that has ended for @reason is to start anew. */
static bool starts_again(struct domain_config *c, int reason)
{
	switch (reason) {
	case XEN_SHUTDOWN_poweroff:
	case DOMAIN_DESTROYED: return false;
	case XEN_SHUTDOWN_reboot:
		if (!option_set("noreboot"))
			return true;
		break;
	}
	return c->restart++ < c->restarts;
}

static void restart(const struct domain_config *c)
{
	const char *why = domain_create(c);

	if (!why)
		return;
	hv_printf("%s: cannot start again: %s\n", c->name, why);
	failed++;
}

static void reap(struct domain *d)
{
	int reason = d->shutdown_reason;
	struct domain_config config = *d->config;
	unsigned int depth;
	char name[16];

	copy_string(name, d->name, sizeof(name));
	copy_string(config.name, d->name, sizeof(config.name));
	if (option_set("stats"))
		stats_print(d);
	release(d);
	depth = hv_lock_drop();
	image_check();
	hv_lock_again(depth);
	hv_printf("%s: %s; heap %lu bytes in use, guest memory %lu KiB free\n", name,
		  reasons[reason], heap_used(), guest_memory_free_bytes() >> 10);
	if (starts_again(&config, reason))
		restart(&config);
	else if (reason != XEN_SHUTDOWN_poweroff && reason != DOMAIN_DESTROYED)
		failed++;
}

void domain_reap(void)
{
	struct domain **link = &domains, *d;

	while ((d = *link)) {
		if (!d->dying || sched_runs_any(d)) {
			link = &d->next; /* or later: who leaves its processor says so */
			continue;
		}
		*link = d->next;
		reap(d);
	}
}
