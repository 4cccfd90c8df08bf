// SPDX-License-Identifier: MIT
/*
 * The PCI host bridge and what its functions have in common: configuration space, BARs,
 * INTx, MSI-X. The function is a virtio block device, of which nothing is used here but that.
 */
#include "dev/pcbus.h"

static struct image image[2];

static int setup(void **state)
{
	struct machine *m = pcbus_create();

	for (unsigned i = 0; i < 2; i++) {
		image[i] = image_create(8);
		assert_true(pci_host_add(
			m->pci, virtio_blk_create(m, image_open(&image[i], false, false), i)));
	}
	pci_host_setup(m->pci);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	pcbus_destroy(*state);
	close(image[0].fd);
	close(image[1].fd);
	return 0;
}

static void nobody_there(void **state)
{
	struct machine *m = *state;

	assert_int_equal(cfg(m, 0, 0, 4), 0xffffffff);
	assert_int_equal(cfg(m, 3, 0, 2), 0xffff);
	assert_int_equal(cfg(m, 31, 255, 1), 0xff);
	assert_int_equal(pci_config_read(m->pci, 0, 1 << 3 | 1, 0, 4), 0xffffffff);
	assert_int_equal(pci_config_read(m->pci, 1, 1 << 3, 0, 4), 0xffffffff);
	assert_int_equal(pci_config_read(m->pci, 0, 1 << 3, 256, 4), 0xffffffff);
	assert_int_equal(pci_config_read(NULL, 0, 1 << 3, 0, 4), 0xffffffff);
	cfg_set(m, 3, 0, 4, 0);
	pci_config_write(NULL, 0, 1 << 3, 0, 4, 0);
	pci_config_write(m->pci, 0, 1 << 3, 0xffc, 4, 0);
}

/* All that software may write, and no more: PCI 3.0 §6.1 */
static void header(void **state)
{
	struct machine *m = *state;

	for (unsigned reg = 0; reg < 0x40; reg += 4)
		cfg_set(m, 1, reg, 4, 0xffffffff);
	assert_int_equal(cfg(m, 1, PCI_VENDOR, 2), 0x1af4);
	assert_int_equal(cfg(m, 1, PCI_DEVICE, 2), 0x1042);
	assert_int_equal(cfg(m, 1, PCI_COMMAND, 2), 0x0546);
	assert_int_equal(cfg(m, 1, PCI_STATUS, 2), 0x0010);
	assert_int_equal(cfg(m, 1, PCI_REVISION, 1), 1);
	assert_int_equal(cfg(m, 1, PCI_CLASS, 1) | cfg(m, 1, PCI_CLASS + 1, 2) << 8, 0x018000);
	assert_int_equal(cfg(m, 1, 0x0e, 1), 0); /* header type */
	assert_int_equal(cfg(m, 1, PCI_IRQ_LINE, 2), 0x01ff);
	/* a BAR's size is what is left of ones */
	assert_int_equal(cfg(m, 1, PCI_BAR0, 4), 0xffffc000);
	assert_int_equal(cfg(m, 1, PCI_BAR0 + 4, 4), 0);
	assert_int_equal(cfg(m, 1, PCI_BAR0 + 8, 4), 0xffffc000);
	assert_int_equal(cfg(m, 1, 0x30, 4), 0); /* no ROM */
	cfg_set(m, 1, PCI_BAR0 + 1, 1, 0xab);	 /* bytes and words, too */
	assert_int_equal(cfg(m, 1, PCI_BAR0, 4), 0xffff8000);
	pci_host_reset(m->pci);
	assert_int_equal(cfg(m, 1, PCI_BAR0, 4), 0);
	assert_int_equal(cfg(m, 1, PCI_COMMAND, 2), 0);
}

static void bars_decode(void **state)
{
	struct machine *m = *state;
	uint64_t a = bar(m, 1, 0), b = bar(m, 2, 0), free = PCI_MEM_BASE + 0x100000;

	/* as firmware left them: in the window, apart */
	assert_true(a >= PCI_MEM_BASE && b > bar(m, 1, 2) && bar(m, 1, 2) > a);
	assert_int_equal(rd(m, a + NUM_QUEUES, 2), 1);
	cfg_set(m, 1, PCI_BAR0, 4, free);
	assert_int_equal(rd(m, free + NUM_QUEUES, 2), 1);
	assert_int_equal(rd(m, a + NUM_QUEUES, 2), 0xffff);    /* master abort */
	assert_int_equal(rd(m, free + 0x3ffc, 8), UINT64_MAX); /* half of it behind the BAR */
	cfg_set(m, 1, PCI_COMMAND, 2, 0);
	assert_int_equal(rd(m, free + NUM_QUEUES, 2), 0xffff);
	wr(m, free + STATUS, 1, ACK);
	cfg_set(m, 1, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	assert_int_equal(rd(m, free + STATUS, 1), 0);
	/* at an address outside the window it answers nowhere */
	cfg_set(m, 1, PCI_BAR0, 4, 0x1000000);
	assert_int_equal(rd(m, 0x1000000 + NUM_QUEUES, 2), 0);
	assert_int_equal(rd(m, PCI_MEM_BASE + PCI_MEM_SIZE - 4, 4), 0xffffffff);
}

static unsigned find_cap(struct machine *m, unsigned id, unsigned type)
{
	for (unsigned cap = cfg(m, 1, PCI_CAP_POINTER, 1), n = 0; cap; n++) {
		assert_true(n < 20 && cap >= 0x40 && cap % 4 == 0);
		if (cfg(m, 1, cap, 1) == id && (!type || cfg(m, 1, cap + 3, 1) == type))
			return cap;
		cap = cfg(m, 1, cap + 1, 1);
	}
	return 0;
}

static void capabilities(void **state)
{
	struct machine *m = *state;
	unsigned msix = find_cap(m, 0x11, 0);

	assert_int_equal(cfg(m, 1, msix + 2, 2), 1);	     /* two vectors */
	assert_int_equal(cfg(m, 1, msix + 4, 4), 2);	     /* table: BAR 2 */
	assert_int_equal(cfg(m, 1, msix + 8, 4), 0x800 | 2); /* pending bits */
	for (unsigned type = 1; type <= 5; type++) {
		unsigned cap = find_cap(m, 9, type);

		assert_true(cap);
		assert_true(cfg(m, 1, cap + 2, 1) >= 16);
		assert_int_equal(cfg(m, 1, cap + 4, 1), 0);
		assert_true(cfg(m, 1, cap + 8, 4) + cfg(m, 1, cap + 12, 4) <= 0x4000);
	}
	assert_int_equal(cfg(m, 1, find_cap(m, 9, 2) + 16, 4), 4); /* step of notify */
}

/* virtio 1.1 §4.1.4.9: registers by way of the configuration space */
static void config_window(void **state)
{
	struct machine *m = *state;
	unsigned cap = find_cap(m, 9, 5);

	cfg_set(m, 1, cap + 8, 4, NUM_QUEUES);
	cfg_set(m, 1, cap + 12, 4, 2);
	assert_int_equal(cfg(m, 1, cap + 16, 2), 1);
	cfg_set(m, 1, cap + 8, 4, STATUS);
	cfg_set(m, 1, cap + 12, 4, 1);
	cfg_set(m, 1, cap + 16, 1, ACK);
	assert_int_equal(common(m, STATUS, 1), ACK);
	/* what lies outside a BAR, or is no register access, does nothing */
	cfg_set(m, 1, cap + 16, 4, 0x12345678);
	cfg_set(m, 1, cap + 8, 4, 0xffffffff);
	assert_int_equal(cfg(m, 1, cap + 16, 4), 0x12345678);
	cfg_set(m, 1, cap + 8, 4, STATUS);
	cfg_set(m, 1, cap + 4, 1, 1); /* no such BAR */
	cfg(m, 1, cap + 16, 4);
	cfg_set(m, 1, cap + 4, 1, 77);
	cfg(m, 1, cap + 16, 4);
	cfg_set(m, 1, cap + 4, 1, 0);
	cfg_set(m, 1, cap + 12, 4, 3);
	assert_int_equal(cfg(m, 1, cap + 16, 4), 0x12345678);
}

static struct pci_function *function(struct machine *m, struct pci_function *f, unsigned dev)
{
	*f = (struct pci_function){ .m = m, .host = m->pci, .dev = dev };
	return f;
}

static void intx(void **state)
{
	struct machine *m = *state;
	struct pci_function a, b; /* neighbours of device 1 on its line */

	function(m, &a, 5);
	function(m, &b, 9);
	pin_to(m, GSI_PCI_BASE + 1, VECTOR);
	pci_set_intx(&a, true);
	assert_true(delivered(m, VECTOR));
	pci_set_intx(&b, true);
	end_of(m, VECTOR);
	assert_true(delivered(m, VECTOR)); /* level */
	pci_set_intx(&a, false);
	end_of(m, VECTOR);
	assert_true(delivered(m, VECTOR)); /* the other one still asks */
	pci_set_intx(&b, false);
	end_of(m, VECTOR);
	assert_false(delivered(m, VECTOR));

	pci_set(&a, PCI_COMMAND, 2, PCI_COMMAND_NO_INTX);
	pci_set_intx(&a, true);
	assert_false(delivered(m, VECTOR));
	function(m, &b, 6);
	pci_set_intx(&b, true); /* another line */
	assert_false(delivered(m, VECTOR));
}

#define MSI_ADDR PIB_BASE /* id 0, eid 0 */

static void msix(void **state)
{
	struct machine *m = *state;
	struct pci_function f, *p = function(m, &f, 4);
	unsigned control;

	pci_add_bar(p, 0, 0x1000);
	pci_add_msix(p, 2, 0);
	control = p->msix.cap + 2;
	f.ops = &(struct pci_ops){ .name = "test" };
	pci_msix_write(p, 0, 8, MSI_ADDR | 3); /* the low bits are reserved */
	pci_msix_write(p, 8, 4, 0x50);
	pci_msix_write(p, 12, 4, 0xfffffffe); /* unmasked */
	assert_int_equal(pci_msix_read(p, 0, 8), MSI_ADDR);
	assert_int_equal(pci_msix_read(p, 8, 8), 0x50);
	assert_int_equal(pci_msix_read(p, 16 + 12, 4), 1); /* the other is masked */
	assert_int_equal(pci_msix_read(p, 32, 4), 0);
	assert_int_equal(pci_msix_read(p, 0, 2), 0);

	pci_msix_send(p, 0); /* not enabled */
	assert_false(delivered(m, 0x50));
	pci_function_write(p, control, 2, 0x8000);
	pci_msix_send(p, 0); /* enabled, but no bus master: it waits */
	assert_false(delivered(m, 0x50));
	f.writable[PCI_COMMAND] = 0xff;
	pci_function_write(p, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	assert_true(delivered(m, 0x50));
	pci_msix_send(p, 1);
	assert_int_equal(pci_msix_read(p, 0x800, 8), 2);
	pci_msix_write(p, 16, 4, MSI_ADDR);
	pci_msix_write(p, 24, 4, 0x151); /* lowest priority */
	assert_false(delivered(m, 0x51));
	pci_function_write(p, control, 2, 0xc000);
	pci_msix_write(p, 28, 4, 0);
	assert_false(delivered(m, 0x51)); /* all are masked */
	pci_function_write(p, control, 2, 0x8000);
	assert_true(delivered(m, 0x51));
	assert_int_equal(pci_msix_read(p, 0x800, 8), 0);

	/* a message that is none goes to memory, or nowhere */
	pci_msix_write(p, 0, 8, 0x2000);
	pci_msix_send(p, 0);
	assert_int_equal(rd(m, 0x2000, 8), 0x50);
	pci_msix_write(p, 0, 8, UINT64_MAX);
	pci_msix_send(p, 0);
	pci_msix_write(p, 0, 8, PIB_BASE + 0x180000);
	pci_msix_send(p, 0);
	pci_msix_send(p, 7);
	assert_false(delivered(m, 0x50));
}

static void many_devices(void **state)
{
	struct machine *m = *state;
	unsigned n = 2;

	while (!pci_host_full(m->pci)) {
		struct image img = image_create(1);

		assert_true(pci_host_add(m->pci,
					 virtio_blk_create(m, image_open(&img, true, false), n++)));
		close(img.fd);
	}
	assert_int_equal(n, 31);
	pci_host_setup(m->pci);
	for (unsigned dev = 1; dev < 32; dev++) {
		assert_int_equal(rd(m, bar(m, dev, 0) + NUM_QUEUES, 2), 1);
		assert_int_equal(cfg(m, dev, PCI_IRQ_LINE, 1), GSI_PCI_BASE + dev % 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_there, setup, teardown),
		cmocka_unit_test_setup_teardown(header, setup, teardown),
		cmocka_unit_test_setup_teardown(bars_decode, setup, teardown),
		cmocka_unit_test_setup_teardown(capabilities, setup, teardown),
		cmocka_unit_test_setup_teardown(config_window, setup, teardown),
		cmocka_unit_test_setup_teardown(intx, setup, teardown),
		cmocka_unit_test_setup_teardown(msix, setup, teardown),
		cmocka_unit_test_setup_teardown(many_devices, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
