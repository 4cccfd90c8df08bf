# SPDX-License-Identifier: MIT
"""What the hypervisor's bundles were spent for, from the machine's trace (-d int,level).

An entry into privilege level 0 is the work of the interruption that caused it, until the
level is left again: its vector and, for a break, who executed it and its immediate tell
which cause it was. Interruptions of the hypervisor itself count for the entry they are
in. Nothing is sampled: the sum over the causes is what -stats has for level 0.
"""

import functools
import os
import re
import tempfile

from measure import TOP, fail

GUESTS = ("guest", "trap")
SYSTEM_CALL, HYPERCALL = 0x100000, 0x1000
START = "the hypervisor's own start"
# What a plot shows as one, and which causes that are; the last takes all others.
GROUPS = (
    ("system call in, RFI out", r"system call|hyperprivop RFI"),
    ("TLB misses, page faults", r".*(TLB|VHPT|Page Not Present|Access-Bit|Dirty-Bit"
     r"|Access Rights|Key).*"),
    ("interrupts, timer", r"External Interrupt|hyperprivop (SET_ITM|GET_IVR|EOI|[GS]ET_TPR|SSM_I)"),
    ("other hyperprivops", r"hyperprivop .*"),
    ("hypercalls", r"hypercall"),
    ("instructions that trap", r".*"),
)


@functools.lru_cache(maxsize=None)
def hyperprivops():
    """{number: name}, of the interface's list."""
    with open(os.path.join(TOP, "abi/xen.def")) as handle:
        rows = re.findall(r"^XEN_HYPERPRIVOP\((\w+), (0x\w+),", handle.read(), re.M)
    return {int(number, 16): name for name, number in rows}


def name_of(level, text):
    """The cause of an entry from @level, by the trace's line of its interruption."""
    vector = text[text.index(" ") + 1:text.index(":")]
    if vector == "General Exception":
        return "privileged instruction emulated"
    if vector != "Break Instruction":
        return vector
    number = int(text[text.rindex(" "):], 16)
    if level == 3:
        return "system call" if number == SYSTEM_CALL else "other break of a program"
    if number == HYPERCALL:
        return "hypercall"
    return "hyperprivop " + hyperprivops().get(number, hex(number))


@functools.lru_cache(maxsize=None)
def group_of(cause):
    return next(label for label, pattern in GROUPS if re.fullmatch(pattern, cause))


def account(lines, bundles):
    """{cause: [times, bundles]} of level 0 in a trace of a run of @bundles in all."""
    spent = {START: [1, 0]}
    cause, since = START, 0  # since: None while the level is another
    for line in lines:
        now, item, text = line.split(" ", 2)
        if item == "level":
            old, new = int(text[0]), int(text[5])
            if old == 0:
                spent[cause][1] += int(now) - since
                since = None
            elif new == 0:
                cause, since, level = None, int(now), old
        elif cause is None:
            cause = name_of(level, text)
            spent.setdefault(cause, [0, 0])[0] += 1
    if cause is None:
        fail("a trace ends with an entry that has no cause")
    if since is not None:
        spent[cause][1] += bundles - since
    return spent


def run(lab, environment, words):
    """A Run that, if it is a guest's, knows what its bundles at level 0 were spent for."""
    if environment not in GUESTS:
        return lab.fresh(environment, words)
    with tempfile.NamedTemporaryFile("r", dir=os.path.join(lab.build, "bench")) as trace:
        made = lab.fresh(environment, words, ["-d", "int,level", "-D", trace.name])
        made.spent = account(trace, made["bundles"])
    if sum(bundles for _, bundles in made.spent.values()) != made.level(0):
        fail("%s: the causes do not add up to all bundles at level 0" % words)
    return made
