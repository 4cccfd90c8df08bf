#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""seed.py VMLINUX OUT PLACE OLD NEW [N]: a kernel whose audit flavour destroys one wrong register.
seed.py VMLINUX OUT SYMBOL template NUMBER: a kernel whose first bundle at a symbol is damaged.

Each macro of the audit flavour ends by loading a pattern into the registers that its
operands declare as clobbers. From the label PLACE on (SYMBOL, or audit_ivt:SYMBOL) this
takes the N-th (1st) such instruction whose register is OLD and makes it rNEW: as if the
code had declared a register that it still needs. In the vector table a macro is a branch
to its instructions, which is followed.
"""

import struct
import sys

POISON = 0xDEADBEEFBAADF00D
MLX = (0x04, 0x05)
UNITS = {  # template >> 1: which slots are B units
    0x08: (2,), 0x09: (1, 2), 0x0B: (0, 1, 2), 0x0C: (2,), 0x0E: (2,),
}


class Elf:
    def __init__(self, data):
        self.data = bytearray(data)
        (phoff, shoff) = struct.unpack_from("<QQ", data, 32)
        (phsize, phnum, shsize, shnum) = struct.unpack_from("<HHHH", data, 54)
        self.segments = []
        for i in range(phnum):
            kind, _, offset, vaddr, _, filesz = struct.unpack_from("<IIQQQQ", data, phoff + i * phsize)
            if kind == 1:
                self.segments.append((vaddr, offset, filesz))
        self.sections = [
            struct.unpack_from("<IIQQQQIIQQ", data, shoff + i * shsize) for i in range(shnum)
        ]

    def offset(self, address):
        for vaddr, offset, size in self.segments:
            if vaddr <= address < vaddr + size:
                return address - vaddr + offset
        sys.exit("seed.py: 0x%x is not in the file" % address)

    def symbol(self, name, lowest=0):
        """The first one of this name, at or above an address."""
        for section in self.sections:
            if section[1] != 2:
                continue
            strings = self.sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], 24):
                (start,) = struct.unpack_from("<I", self.data, at)
                (value,) = struct.unpack_from("<Q", self.data, at + 8)
                text = self.data[strings + start : self.data.index(0, strings + start)]
                if value >= lowest and text.decode() == name:
                    return value
        sys.exit("seed.py: no symbol %s" % name)

    def bundle(self, address):
        return int.from_bytes(self.data[self.offset(address) :][:16], "little")

    def put(self, address, bundle):
        at = self.offset(address)
        self.data[at : at + 16] = bundle.to_bytes(16, "little")


def movl(bundle):
    """(register, value) of the movl in a bundle, or None."""
    if (bundle & 0x1F) not in MLX:
        return None
    x, imm41 = bundle >> 87, bundle >> 46 & (1 << 41) - 1
    if x >> 37 != 6 or x >> 20 & 1:
        return None
    value = (
        (x >> 36 & 1) << 63 | imm41 << 22 | (x >> 21 & 1) << 21 | (x >> 22 & 0x1F) << 16
        | (x >> 27 & 0x1FF) << 7 | x >> 13 & 0x7F
    )
    return x >> 6 & 0x7F, value


def branch(bundle, at):
    """Where an unconditional IP-relative branch of a bundle goes, or None."""
    for slot in UNITS.get((bundle & 0x1F) >> 1, ()):
        insn = bundle >> 5 + 41 * slot & (1 << 41) - 1
        if insn >> 37 == 4 and insn & 0x3F == 0 and insn >> 6 & 7 == 0:
            distance = (insn >> 13 & 0xFFFFF) - (insn >> 36 & 1) * (1 << 20)
            return at + 16 * distance
    return None


def poisons(elf, at, follow):
    """Addresses of the bundles that load the pattern, in the order of the source."""
    for _ in range(4096):
        inner = follow and branch(elf.bundle(at), at)
        while inner:
            if (movl(elf.bundle(inner)) or (0, 0))[1] == POISON:
                yield inner
            inner = not branch(elf.bundle(inner), inner) and inner + 16
        if (movl(elf.bundle(at)) or (0, 0))[1] == POISON:
            yield at
        at += 16


def main():
    vmlinux, out, place, old, new = sys.argv[1:6]
    nth = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    elf = Elf(open(vmlinux, "rb").read())
    if old == "template":
        at = elf.symbol(place)
        elf.put(at, elf.bundle(at) & ~0x1F | int(new, 0))
        open(out, "wb").write(elf.data)
        return
    table, _, label = place.rpartition(":")
    at = elf.symbol(label, elf.symbol(table) if table else 0)
    for address in poisons(elf, at, table == "audit_ivt"):
        if movl(elf.bundle(address))[0] != int(old.lstrip("r")):
            continue
        nth -= 1
        if nth == 0:
            mask = 0x7F << 6 + 87
            value = int(new.lstrip("r")) << 6 + 87
            elf.put(address, elf.bundle(address) & ~mask | value)
            open(out, "wb").write(elf.data)
            return
    sys.exit("seed.py: no such macro behind %s" % place)


main()
