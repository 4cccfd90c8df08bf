#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""seed_kernel.py PVCHECK VMLINUX AS COUNT: breaks a paravirtualized kernel, one place at a time.

The kernel itself has to be clean. Then an instruction is planted over a nop in a random
function, or one site record is damaged, and pvcheck has to find exactly that: the rule and
the address. Prints TAP, from COUNT + 1 on.
"""
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

SEED = 61
# Nothing here writes a general register or must end its group, so that there is one finding.
PLANTED = {
    "rsm 0x4000": "unrecorded-privileged",
    "ssm 0x2000": "unrecorded-privileged",
    "mov cr.tpr=r0": "unrecorded-privileged",
    "mov cr.itm=r0": "unrecorded-privileged",
    "mov psr.l=r0": "unrecorded-privileged",
    "mov ar.k7=r0": "unrecorded-privileged",
    "mov rr[r0]=r0": "unrecorded-privileged",
    "mov pkr[r0]=r0": "unrecorded-privileged",
    "ptc.l r0,r0": "unrecorded-privileged",
    "ptr.d r0,r0": "unrecorded-privileged",
    "ptc.e r0": "unrecorded-privileged",
    "fc r0": "unrecorded-sensitive",
    "fc.i r0": "unrecorded-sensitive",
}
MASK = (1 << 41) - 1
UNITS = {0: "MII", 2: "MII", 4: "MLX", 8: "MMI", 10: "MMI", 12: "MFI", 14: "MMF", 16: "MIB",
         18: "MBB", 22: "BBB", 24: "MMB", 28: "MFB"}


class Image:
    """Enough of an ELF file to find code and site records."""

    def __init__(self, data):
        self.data = data
        shoff, = struct.unpack_from("<Q", data, 0x28)
        count, strings = struct.unpack_from("<HH", data, 0x3C)
        raw = [struct.unpack_from("<IIQQQQIIQQ", data, shoff + 64 * i) for i in range(count)]
        names = raw[strings][4]
        self.sections = {self.text(names + s[0]): s for s in raw}

    def text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode()

    def offset(self, addr):
        for s in self.sections.values():
            if s[2] & 2 and s[1] != 8 and s[3] <= addr < s[3] + s[5]:
                return s[4] + addr - s[3]
        raise ValueError(hex(addr))

    def symbols(self, table=".symtab", strings=".strtab"):
        """Of a symbol: its place in the file, name, value and size."""
        symtab, strtab = self.sections[table], self.sections[strings][4]
        for at in range(symtab[4], symtab[4] + symtab[5], 24):
            name, _, _, _, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
            yield at, self.text(strtab + name), value, size

    def symbol(self, name, section=None):
        """The place in the file and the value of a symbol, in a section if one is named."""
        _, _, _, low, _, size = self.sections[section][:6] if section else 6 * (0,)
        return next((at, value) for at, found, value, _ in self.symbols()
                    if found == name and (not section or low <= value < low + size))

    def functions(self):
        symtab = self.sections[".symtab"]
        strtab = self.sections[".strtab"][4]
        text = self.sections[".text"]
        for at in range(symtab[4], symtab[4] + symtab[5], 24):
            name, info, _, _, value, size = struct.unpack_from("<IBBHQQ", self.data, at)
            if info == 0x12 and size >= 256 and text[3] <= value < text[3] + text[5]:
                yield self.text(strtab + name), value, size


def get_slot(data, at, slot):
    return int.from_bytes(data[at:at + 16], "little") >> (5 + 41 * slot) & MASK


def set_slot(data, at, slot, bits):
    word = int.from_bytes(data[at:at + 16], "little")
    word = word & ~(MASK << (5 + 41 * slot)) | bits << (5 + 41 * slot)
    data[at:at + 16] = word.to_bytes(16, "little")


def assemble(assembler, scratch):
    """The 41 bits of each planted instruction: each is slot 0 of its own bundle."""
    obj = os.path.join(scratch, "planted.o")
    source = "".join("{ .mii\n%s\nnop.i 0\nnop.i 0\n;;\n}\n" % insn for insn in PLANTED)
    # It warns of dependencies between them; they never are in one place.
    subprocess.run([assembler, "-o", obj, "-"], input=source, text=True, check=True,
                   stderr=subprocess.DEVNULL)
    image = Image(open(obj, "rb").read())
    start = image.sections[".text"][4]
    return {insn: get_slot(image.data, start + 16 * i, 0) for i, insn in enumerate(PLANTED)}


class Tap:
    def __init__(self, pvcheck, scratch, count):
        self.pvcheck, self.path = pvcheck, os.path.join(scratch, "vmlinux")
        self.count, self.failed = count, 0

    def check(self, name, data, want):
        """want: {(rule, address or None)}"""
        with open(self.path, "wb") as out:
            out.write(data)
        run = subprocess.run([self.pvcheck, "--json", self.path], capture_output=True,
                             text=True, check=False)
        found = json.loads(run.stdout)[0]["findings"] if run.stdout else []
        got = {(f["rule"], int(f["address"], 16) | f["slot"] if "address" in f else None)
               for f in found}
        good = got == want and len(found) == len(want) and run.returncode == bool(want)
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            self.failed += 1
            for f in found[:5]:
                print("   ", f["rule"], f["where"], f.get("instruction"))
            print(f"    {len(found)} findings; expected {want}; {run.stderr.strip()}")
        return good


def nops(image, rng):
    """Slots that hold nop.m 0, in random functions; native-only ones are left out."""
    nop_m = 1 << 27
    names = [f for f in image.functions()
             if not f[0].startswith(("ia64_", "audit_", "pv_", "efi_", "esi_", "relocate"))]
    while True:
        name, addr, size = rng.choice(names)
        at = image.offset(addr)
        for i in rng.sample(range(size // 16), size // 16):
            units = UNITS.get(image.data[at + 16 * i] & 0x1E, "???")
            slots = [s for s in range(2) if units[s] == "M" and
                     get_slot(image.data, at + 16 * i, s) == nop_m]
            if slots:
                yield name, addr + 16 * i, slots[0]
                break


def plant(tap, image, rng, bits):
    places = nops(image, rng)
    for insn, rule in PLANTED.items():
        for _ in range(3):
            name, addr, slot = next(places)
            data = bytearray(image.data)
            set_slot(data, image.offset(addr), slot, bits[insn])
            tap.check(f"{insn} in {name}: {rule}", data, {(rule, addr | slot)})


def damage_records(tap, image, rng, bits):
    _, _, _, base, start, size = image.sections[".pv_sites"][:6]
    records = [(start + at, *struct.unpack_from("<QQ", image.data, start + at))
               for at in range(0, size, 16)]
    ssm_i, rsm_i = 1, 2  # the first rows of ops.def
    plain = [r for r in records if r[2] == rsm_i]
    for number in range(4):
        at, where, _ = rng.choice(plain)
        data = bytearray(image.data)
        struct.pack_into("<Q", data, at + 8, (ssm_i, 0, 1 << 20, rsm_i | 1 << 32)[number])
        rule = "site-mismatch" if number == 0 else "site-op"
        tap.check(f"another operation in a record ({number}): {rule}", data, {(rule, where)})
    at, where, _ = rng.choice(plain)
    data = bytearray(image.data)
    set_slot(data, image.offset(where & ~15), where & 3, bits["mov psr.l=r0"])
    tap.check("another instruction under a record: site-mismatch", data, {("site-mismatch", where)})
    one, two = rng.sample(plain, 2)
    data = bytearray(image.data)
    struct.pack_into("<Q", data, one[0], two[1])
    tap.check("a record twice, and so one missing: site-twice", data,
              {("site-twice", two[1]), ("unrecorded-privileged", one[1])})
    at, where, _ = rng.choice(plain)
    data = bytearray(image.data)
    struct.pack_into("<Q", data, at, base)
    tap.check("a record of data: site-place", data,
              {("site-place", None), ("unrecorded-privileged", where)})
    data = bytearray(image.data)
    struct.pack_into("<Q", data, at, where & ~15 | 4)
    tap.check("a record of no slot: site-slot", data,
              {("site-slot", where & ~15), ("unrecorded-privileged", where)})


def change(image, at, form, value):
    data = bytearray(image.data)
    struct.pack_into(form, data, at, value)
    return data


def damage_flavour(tap, image):
    """Places and tables of the audit flavour, each one wrong."""
    _, table = image.symbol("audit_fsyscall_table")
    at = image.offset(table)
    entry = next(i for i in range(1, 512) if struct.unpack_from("<Q", image.data, at + 8 * i)[0])
    tap.check("a fast system call is missing: flavour-layout",
              change(image, at + 8 * entry, "<Q", 0), {("flavour-layout", None)})
    _, ivt = image.symbol("audit_ivt")
    at, value = image.symbol("itlb_miss", ".text.pv_asm")
    tap.check("a vector slipped: flavour-layout", change(image, at + 8, "<Q", value + 16),
              {("flavour-layout", ivt + 0x400)})
    start = image.offset(image.symbol("audit_gate")[1])
    gate = Image(image.data[start:image.data.index(b"LINUX_2.5", start) + 65536])
    at, value = next((at, value) for at, name, value, _ in gate.symbols(".dynsym", ".dynstr")
                     if name == "__kernel_sigtramp")
    tap.check("a gate page's symbol moved: flavour-layout",
              change(image, start + at + 8, "<Q", value + 16), {("flavour-layout", None)})
    damage_unwind(tap, image)


def damage_unwind(tap, image):
    """A procedure with another one's unwind descriptors."""
    _, entry = image.symbol("audit_leave_kernel")
    _, _, _, _, start, size = image.sections[".IA_64.unwind"][:6]
    base = image.sections[".text"][3]
    rows = [(at, *struct.unpack_from("<QQQ", image.data, at))
            for at in range(start, start + size, 24)]
    mine = next(r for r in rows if r[1] <= entry - base < r[2])
    longest = max(rows, key=lambda r: image.data[image.offset(base + r[3])])
    tap.check("another procedure's unwind information: flavour-unwind",
              change(image, mine[0] + 16, "<Q", longest[3]), {("flavour-unwind", entry)})


def damage_backend(tap, image, bits):
    """A member that is no function; a site in what runs before the sites are patched."""
    at, _ = image.symbol("audit_thash")
    _, setup = image.symbol("audit_setup")
    tap.check("an operation without a function: backend-missing",
              change(image, at + 4, "<B", 0), {("backend-missing", setup)})
    _, _, _, _, start, size = image.sections[".pv_sites"][:6]
    rsm_i = 2
    record, where = next((start + at, struct.unpack_from("<Q", image.data, start + at)[0])
                         for at in range(0, size, 16)
                         if image.data[start + at + 8] == rsm_i)
    name, addr, length = next(f for f in image.functions() if f[0] == "strstr")
    place = next(addr + 16 * i for i in range(length // 16)
                 if UNITS.get(image.data[image.offset(addr) + 16 * i] & 0x1E, "?")[0] == "M" and
                 get_slot(image.data, image.offset(addr) + 16 * i, 0) == 1 << 27)
    data = change(image, record, "<Q", place)
    set_slot(data, image.offset(place), 0, bits["rsm 0x4000"])
    tap.check(f"a site in {name}(), which pv_start() calls: site-early", data,
              {("site-early", place), ("unrecorded-privileged", where)})


def main():
    pvcheck, kernel, assembler, count = sys.argv[1:]
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="pvcheck-seed-") as scratch:
        bits = assemble(assembler, scratch)
        image = Image(open(kernel, "rb").read())
        tap = Tap(pvcheck, scratch, int(count))
        if tap.check("the kernel as it is: clean", image.data, set()):
            plant(tap, image, rng, bits)
            damage_records(tap, image, rng, bits)
            damage_flavour(tap, image)
            damage_backend(tap, image, bits)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
