# SPDX-License-Identifier: MIT
"""What a guest pays: the same vmlinux natively, as a patched guest of the hypervisor, and as
a guest whose C sites are left to trap and be emulated; and what the hypervisor did for it."""

import causes
from measure import workloads

COLUMNS = ("workload", "native bundles", "guest bundles", "guest / native",
           "in the hypervisor", "in the guest's kernel", "in user programs",
           "trapping guest bundles", "trapping / native")
GROUPS = ("workload", *(label for label, _ in causes.GROUPS), "the guest's own longer code")
CAUSES = ("workload", "guest", "cause", "times", "bundles", "bundles each")
COUNTERS = ("workload", "guest", "counter", "times")
ENVIRONMENTS = ("pv", "guest", "trap")
LABELS = (("guest", "patched"), ("trap", "trapping"))
LEAST = 0.005  # what happens less often, for one, is not listed


def spent(lab, environment, name, count):
    """{cause: (times, bundles)} of the hypervisor, for doing it once."""
    once, twice = (lab.boot(environment, name, n).spent for n in (count, 2 * count))
    found = {}
    for cause, values in twice.items():
        grown = [(b - a) / count for a, b in zip(once.get(cause, (0, 0)), values)]
        if any(grown):
            found[cause] = grown
    return found


def grouped(found):
    """Bundles for each of causes.GROUPS."""
    return [sum(bundles for cause, (_, bundles) in found.items()
                if causes.group_of(cause) == label) for label, _ in causes.GROUPS]


def counted(lab, environment, name, count):
    """{text: times}, what the hypervisor itself counted for one."""
    once, twice = (lab.boot(environment, name, n).guest_counters() for n in (count, 2 * count))
    return {text: (twice[text] - once.get(text, 0)) / count for text in twice}


def cost(lab, name, count):
    """One of COLUMNS, one of GROUPS."""
    native, guest, trap = (lab.difference(environment, name, count, lambda run: run["bundles"])
                           for environment in ENVIRONMENTS)
    levels = [lab.difference("guest", name, count, lambda run, cpl=cpl: run.level(cpl))
              for cpl in (0, 1, 3)]
    groups = grouped(spent(lab, "guest", name, count))
    return ([name, native, guest, guest / native] + levels + [trap, trap / native],
            [name] + groups + [levels[1] + levels[2] - native])


def details(lab, name, count):
    """Rows of CAUSES, the dearest first; rows of COUNTERS."""
    rows, counters = [], []
    for environment, label in LABELS:
        found = spent(lab, environment, name, count)
        for cause, (times, bundles) in sorted(found.items(), key=lambda item: -item[1][1]):
            if times >= LEAST:
                rows.append([name, label, cause, times, bundles, bundles / times])
        found = counted(lab, environment, name, count)
        counters += [[name, label, text, found[text]] for text in sorted(found)
                     if found[text] >= LEAST]
    return rows, counters


def measure(lab, quick):
    """Tables as COLUMNS, GROUPS, CAUSES, COUNTERS."""
    chosen = [row[:2] for row in workloads()]
    if quick:
        chosen = [row for row in chosen if row[0] in ("null", "fork", "fault")]
    lab.say("guest cost: %d workloads, three ways" % len(chosen))
    lab.prepare([(environment, name, n) for name, count in chosen
                 for environment in ENVIRONMENTS for n in (count, 2 * count)])
    tables = [[], [], [], []]
    for name, count in chosen:
        row, groups = cost(lab, name, count)
        found, counters = details(lab, name, count)
        for table, rows in zip(tables, ([row], [groups], found, counters)):
            table += rows
    names = (("guest", COLUMNS), ("guest-groups", GROUPS), ("guest-causes", CAUSES),
             ("guest-counters", COUNTERS))
    return {name: (columns, rows) for (name, columns), rows in zip(names, tables)}
