# SPDX-License-Identifier: MIT
# Builds and runs everything; `make help` lists the targets.
#
# Quick things are built below build/. What takes minutes (cross compiler,
# kernels, C library) is kept in the user's cache directory by the scripts that
# build it; build/ then holds links to it.

# `make SANITIZE=address,undefined check` builds and tests instrumented, apart.
ifdef SANITIZE
O := build/sanitize
else
O := build
endif

ifeq ($(origin CC),default)
CC      := gcc
endif
CFLAGS  ?= -O2 -g
OURS    := -std=gnu11 -Wall -Wextra -Werror $(if $(SANITIZE),-fsanitize=$(SANITIZE) \
	   -fno-sanitize-recover=all -fno-omit-frame-pointer)
LIBS    := -lelf -lz
MACHINE := $(O)/ia64-machine
APPEND  ?=
MEMORY  ?= 512M
KERNEL  ?= pv
PVCHECK ?= $(CURDIR)/$(O)/pvcheck
Q       := $(if $(V),,@)

export CROSS_FILE := $(CURDIR)/$(O)/cross

# --- what there is ----------------------------------------------------------

isa_src     := $(wildcard isa/*.c)
machine_src := $(wildcard machine/*.c machine/*/*.c)
asl_src     := $(wildcard machine/fw/*.asl)
test_src    := $(wildcard tests/*/test_*.c)
suites      := $(wildcard tests/*/*.test userland/*.test)

isa_obj     := $(isa_src:%.c=$(O)/%.o)
pvops_obj   := $(patsubst %.c,$(O)/%.o,$(filter-out %/selftest.c,$(wildcard pvops/*.c)))
machine_obj := $(machine_src:%.c=$(O)/%.o)
pvcheck_obj := $(patsubst pvcheck/%.c,$(O)/pvcheck.o/%.o,$(wildcard pvcheck/*.c))
asl_hex     := $(asl_src:%.asl=$(O)/%.aml.h)
test_exe    := $(test_src:%.c=$(O)/%)
formatted   := $(filter-out %.def pvops/pvasm.h,$(wildcard isa/*.[ch] pvcheck/*.[ch] pvops/*.[ch] machine/*.[ch] machine/*/*.[ch] \
	       tests/*/*.[ch] tests/pvops/guest/*.[ch] tests/hypervisor/guest/*.[ch] hypervisor/*.[ch] \
	       userland/*.[ch] userland/*/*.[ch] userland/*/*/*.[ch]))

.PHONY: help run check machine hypervisor pvcheck toolchain kernel kernel-stock kernel-pv userland bench figures bless cost unit torture seeds kernel-tests fp fuzz clean format format-check FORCE
.DELETE_ON_ERROR:
.SECONDARY:

help:
	@echo 'make run           set up everything, boot one Linux natively and as a guest, with its'
	@echo '                   tests; ON=native or ON=xen: to a shell on either'
	@echo 'make check         set up everything, run all tests'
	@echo 'make unit          host unit tests only (seconds)'
	@echo 'make bench         measure everything: bench/out/index.html, summary.txt, CSV files'
	@echo 'make figures       take the figures of a whole make bench into README.md and docs/'
	@echo 'make bless         take the present costs of workloads as those that make check expects'
	@echo 'make cost          what pv_ops costs on bare metal, by workload, VARIANTS=8 of each'
	@echo 'make torture       GCC'"'"'s gcc.c-torture/execute on the machine (about 10 minutes)'
	@echo 'make seeds         Linux on four processors, each of SEEDS="1 100" an interleaving'
	@echo 'make kernel-tests  Linux'"'"'s own tests (KUnit, lib/test_*, torture), natively, under audit,'
	@echo '                   as a guest; a kernel of its own, TORTURE=15 virtual seconds a lock'
	@echo 'make machine       the emulator: build/ia64-machine'
	@echo 'make fp            floating point against MPFR, FP_TEST_COUNT=10000000 sets an instruction'
	@echo 'make fuzz          fuzz all that takes foreign input, FUZZ_SECONDS=600 for each target'
	@echo 'make pvcheck       the checker of kernels, modules and objects: build/pvcheck'
	@echo 'make toolchain     the IA-64 cross compiler (about 6 minutes, once)'
	@echo 'make kernel        Linux 6.1, stock (build/vmlinux) and with pv_ops (build/vmlinux-pv);'
	@echo '                   about 5 minutes each, once; kernel-stock, kernel-pv: one of them'
	@echo 'make userland      the shell, tools and tests: build/initramfs.cpio.gz'
	@echo 'make format        apply clang-format to the host C files'
	@echo 'make format-check  fail if a host C file is not formatted'
	@echo 'make clean         remove build/ (not the cache)'
	@echo
	@echo 'Variables: V=1 shows commands; ON=native|xen, KERNEL=pv|stock, MEMORY=512M, APPEND="..."'
	@echo 'for run; PVCHECK= builds a pv kernel that is not checked.'
	@echo 'SANITIZE=address,undefined builds below build/sanitize; JOBS=N.'

# --- using it -----------------------------------------------------------------

# Natively and as a guest, one after the other; ON=native or ON=xen: one of them, with a shell.
# The stock kernel can only run natively.
ON ?= $(if $(filter pv,$(KERNEL)),both,native)

run: machine hypervisor kernel-$(KERNEL) userland
	$(Q)O=$(O) MEMORY="$(MEMORY)" APPEND="$(APPEND)" VMLINUX=$(O)/vmlinux$(if $(filter pv,$(KERNEL)),-pv) \
		scripts/run.sh $(ON)

check: machine hypervisor pvcheck kernel userland $(test_exe)
	$(Q)O=$(O) tests/run $(test_exe) $(suites)

unit: $(test_exe)
	$(Q)O=$(O) tests/run $(test_exe)

# At most 0.1 % more bundles on any workload, or it fails.
VARIANTS ?= 8
cost: machine kernel userland
	$(Q)linux/cost --variants $(VARIANTS) --limit 0.1 $(MACHINE) $(O)/initramfs.cpio.gz \
		$(O)/vmlinux $(O)/vmlinux-pv

bench: machine hypervisor pvcheck kernel userland
	$(Q)O=$(O) bench/run $(BENCH)

# DIR: where its CSV files are, if not in bench/out.
figures:
	$(Q)bench/publish take $(DIR)

bless: machine hypervisor kernel userland
	$(Q)O=$(O) bench/baseline bless

# The tests compiled at each of LEVELS; a sample of them is in `make check`.
LEVELS ?= O0 O2 O3

torture: machine kernel-stock
	$(Q)O=$(O) tests/torture/torture.sh $(LEVELS)

# Four processors, 100 interleavings: natively, with every pv operation replaced, and as a guest;
# ON="audit xen": there.
SEEDS ?= 1 100

seeds: machine hypervisor kernel-pv userland
	$(Q)O=$(O) tests/smp/seeds.sh $(SEEDS)

# Linux's own tests, each kind of lock torture for TORTURE virtual seconds; ON as above.
TORTURE ?= 15

$(O)/linux-tests.dir: $(O)/cross FORCE | $(O)/pvcheck
	$(Q)KERNEL=pv PVCHECK="$(PVCHECK)" linux/build.sh "$$(cat $<)" ref kernel-tests >$@.new
	$(keep_if_same)

kernel-tests: machine hypervisor kernel-pv userland $(O)/linux-tests.dir
	$(Q)O=$(O) tests/smp/kernel-tests.sh "$$(cat $(O)/linux-tests.dir)" $(TORTURE)

# `make check` takes a million operand sets for each instruction.
fp: $(filter $(O)/tests/fp/%,$(test_exe))
	$(Q)for t in $^; do FP_TEST_COUNT=$(or $(FP_TEST_COUNT),10000000) CMOCKA_MESSAGE_OUTPUT=TAP $$t || exit 1; done

# FUZZ="gdb guest": these alone. Crashes and what covers more are left in build/tests/fuzz.
fuzz: $(O)/.packages machine hypervisor
	$(Q)O=$(O) tests/fuzz/fuzz.test long $(FUZZ)
	$(Q)case " $(FUZZ) " in "  " | *" hostile "*) O=$(O) sh tests/hypervisor/hostile.test long ;; esac

# --- packages, compiler, kernel, userland -------------------------------------

# Once for each clone, and again when the list changes.
$(O)/.packages: scripts/packages.sh
	$(Q)scripts/packages.sh
	@mkdir -p $(@D) && touch $@

# Each of these scripts prints where its result is; that takes no time when the
# cache has it. A file is only touched when its content changes.
define keep_if_same
@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
endef

$(O)/cross: FORCE | $(O)/.packages
	$(Q)toolchain/build.sh >$@.new
	$(keep_if_same)

# The two kernels have the same configuration but for pv_ops.
$(O)/linux.dir: $(O)/cross FORCE
	$(Q)KERNEL=stock linux/build.sh "$$(cat $<)" >$@.new
	$(keep_if_same)

$(O)/linux-pv.dir: $(O)/cross FORCE | $(O)/pvcheck
	$(Q)KERNEL=pv PVCHECK="$(PVCHECK)" linux/build.sh "$$(cat $<)" >$@.new
	$(keep_if_same)

$(O)/klibc.dir: $(O)/cross $(O)/linux.dir FORCE
	$(Q)userland/build-klibc.sh "$$(cat $(O)/cross)" "$$(cat $(O)/linux.dir)" >$@.new
	$(keep_if_same)

toolchain: $(O)/cross

kernel: kernel-stock kernel-pv

kernel-stock: $(O)/linux.dir
	$(Q)ln -sfn "$$(cat $<)/vmlinux" $(O)/vmlinux
	$(Q)ln -sfn "$$(cat $<)/System.map" $(O)/System.map

kernel-pv: $(O)/linux-pv.dir
	$(Q)ln -sfn "$$(cat $<)/vmlinux" $(O)/vmlinux-pv
	$(Q)ln -sfn "$$(cat $<)/System.map" $(O)/System.map-pv

userland: $(O)/initramfs.cpio.gz

guest_src := $(wildcard userland/* userland/*/* userland/*/*/*)

$(O)/initramfs.cpio.gz: $(O)/klibc.dir $(guest_src)
	$(Q)userland/build.sh "$$(cat $(O)/cross)" "$$(cat $(O)/linux.dir)" \
		"$$(cat $(O)/klibc.dir)" $(O)/userland $@

# --- the machine ----------------------------------------------------------------

machine: $(MACHINE)

# An include path holds what its directory may use, so that an upward include
# does not compile.
$(O)/isa/%.o: isa/%.c | $(O)/.packages
	@mkdir -p $(@D); echo "  CC      $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -MMD -MP -c -o $@ $<

$(O)/machine/%.o: machine/%.c | $(O)/.packages $(asl_hex)
	@mkdir -p $(@D); echo "  CC      $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Imachine -I$(O)/machine -MMD -MP -c -o $@ $<

# All of pvops/ but its self-test, which is IA-64 code.
$(O)/pvops/%.o: pvops/%.c | $(O)/.packages
	@mkdir -p $(@D); echo "  CC      $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Iabi -Ipvops -MMD -MP -c -o $@ $<

# machine/fw/NAME.asl becomes the array NAME_aml[], in "fw/NAME.aml.h".
$(O)/machine/fw/%.aml.h: machine/fw/%.asl | $(O)/.packages
	@mkdir -p $(@D); echo "  IASL    $<"
	$(Q)iasl -ve -vs -vi -p $(O)/machine/fw/$* $< >$@.log || { cat $@.log >&2; exit 1; }
	$(Q)(echo 'static const unsigned char $*_aml[] = {'; \
	     od -An -v -tx1 $(O)/machine/fw/$*.aml | sed 's/ \(..\)/ 0x\1,/g'; echo '};') >$@

$(O)/libisa.a: $(isa_obj)
$(O)/libpvops.a: $(pvops_obj)
$(O)/libmachine.a: $(filter-out %/machine/main.o,$(machine_obj))
$(O)/%.a:
	@mkdir -p $(@D); echo "  AR      $@"; rm -f $@
	$(Q)ar rcs $@ $^

$(MACHINE): $(O)/machine/main.o $(O)/libmachine.a $(O)/libisa.a
	@echo "  LD      $@"
	$(Q)$(CC) $(OURS) $(CFLAGS) -o $@ $^ $(LIBS)

# --- the hypervisor: IA-64 code ---------------------------------------------------

hypervisor: $(O)/hypervisor

hv_src  := $(filter-out hypervisor/asm-offsets.c,$(wildcard hypervisor/*.c hypervisor/*/*.c hypervisor/*.S))
hv_obj  := $(hv_src:%=$(O)/hv/%.o) $(patsubst %,$(O)/hv/%.c.o,isa/bundle isa/decode isa/table)
# f6 to f11 are what an entry saves of the guest's; the rest is not the compiler's.
HVFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -ffreestanding -fno-builtin-printf \
	   -mfixed-range=f12-f15,f32-f127 -minline-int-divide-min-latency \
	   -Ihypervisor -Iabi -Iisa -I$(O)/hv

$(O)/hv/%.c.o: %.c $(O)/cross
	@mkdir -p $(@D); echo "  HVCC    $<"
	$(Q)"$$(cat $(O)/cross)gcc" $(HVFLAGS) -MMD -MP -c -o $@ $<

$(O)/hv/%.S.o: %.S $(O)/hv/offsets.h $(O)/cross
	@mkdir -p $(@D); echo "  HVAS    $<"
	$(Q)"$$(cat $(O)/cross)gcc" $(HVFLAGS) -Wa,--fatal-warnings -MMD -MP -c -o $@ $<

# Lines "->NAME value" of the assembly, as definitions.
$(O)/hv/offsets.h: hypervisor/asm-offsets.c $(O)/cross
	@mkdir -p $(@D); echo "  HVOFS   $<"
	$(Q)"$$(cat $(O)/cross)gcc" $(HVFLAGS) -MMD -MP -MT $@ -MF $(O)/hv/offsets.d -S -o $(O)/hv/offsets.s $<
	$(Q)sed -n 's/^->\([A-Za-z0-9_]*\) \(.*\)/#define \1 \2/p' $(O)/hv/offsets.s >$@

$(O)/hypervisor: $(hv_obj) hypervisor/hv.lds
	@echo "  HVLD    $@"
	$(Q)"$$(cat $(O)/cross)ld" -static --no-warn-rwx-segments -T hypervisor/hv.lds -o $@ $(hv_obj)

-include $(hv_obj:.o=.d) $(O)/hv/offsets.d

# --- pvcheck --------------------------------------------------------------------

pvcheck: $(O)/pvcheck

# Its objects are in pvcheck.o/: the program has the directory's name.
$(O)/pvcheck.o/%.o: pvcheck/%.c | $(O)/.packages $(O)/pvcheck.o/exceptions.txt.h
	@mkdir -p $(@D); echo "  CC      $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Iabi -Ipvops -Ipvcheck -I$(O)/pvcheck.o -MMD -MP \
		-c -o $@ $<

# The exceptions as the elements of an array of char.
$(O)/pvcheck.o/exceptions.txt.h: pvcheck/exceptions.txt
	@mkdir -p $(@D)
	$(Q)od -An -v -tx1 $< | sed 's/ \(..\)/ 0x\1,/g' >$@

$(O)/libpvcheck.a: $(filter-out %/main.o %/no-native.o,$(pvcheck_obj))
pvcheck_lib := $(O)/libpvcheck.a $(O)/pvcheck.o/no-native.o $(O)/libpvops.a $(O)/libisa.a

$(O)/pvcheck: $(O)/pvcheck.o/main.o $(pvcheck_lib)
	@echo "  LD      $@"
	$(Q)$(CC) $(OURS) $(CFLAGS) -o $@ $^ -ldw $(LIBS)

# --- unit tests: tests/AREA/test_NAME.c with cmocka ------------------------------

$(O)/tests/isa/%: tests/isa/%.c $(O)/libisa.a
	@mkdir -p $(@D); echo "  TEST    $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Itests -MMD -MP -MF $@.d -o $@ $< $(O)/libisa.a \
		-lcmocka $(LIBS)

$(O)/tests/pvops/%: tests/pvops/%.c $(O)/libpvops.a $(O)/libisa.a
	@mkdir -p $(@D); echo "  TEST    $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Iabi -Ipvops -Itests -MMD -MP -MF $@.d -o $@ $< \
		$(O)/libpvops.a $(O)/libisa.a -lcmocka

$(O)/tests/pvcheck/%: tests/pvcheck/%.c $(pvcheck_lib)
	@mkdir -p $(@D); echo "  TEST    $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Iabi -Ipvops -Ipvcheck -Itests -MMD -MP -MF $@.d -o $@ \
		$< $(pvcheck_lib) -ldw -lcmocka $(LIBS)

# The floating-point tests have MPFR as their oracle.
$(O)/tests/fp/%: LIBS += -lmpfr -lgmp

$(O)/tests/%: tests/%.c $(O)/libmachine.a $(O)/libisa.a
	@mkdir -p $(@D); echo "  TEST    $<"
	$(Q)$(CC) $(OURS) $(CFLAGS) -Iisa -Imachine -I$(O)/machine -Itests -MMD -MP -MF $@.d \
		-o $@ $< $(O)/libmachine.a $(O)/libisa.a -lcmocka $(LIBS) -lm

-include $(pvcheck_obj:.o=.d) $(isa_obj:.o=.d) $(pvops_obj:.o=.d) $(machine_obj:.o=.d) $(test_exe:%=%.d)

# --- housekeeping ------------------------------------------------------------------

format:
	clang-format -i $(formatted)

format-check:
	clang-format --dry-run -Werror $(formatted)

clean:
	rm -rf build
