# SPDX-License-Identifier: MIT
"""What a guest pays: the same vmlinux natively, as a patched guest of the hypervisor, and as
a guest whose C sites are left to trap and be emulated."""

from measure import workloads

COLUMNS = ("workload", "native bundles", "guest bundles", "guest / native",
           "in the hypervisor", "in the guest's kernel", "in user programs",
           "trapping guest bundles", "trapping / native")
CAUSES = ("workload", "guest", "cause", "times")
TITLE = "The cost of being a guest"
TEXT = """Bundles for doing each workload once: natively, as a guest that patched itself, and as a
guest whose C code was left unpatched, so that the hypervisor emulates each privileged instruction. For the
patched guest also where they were spent."""


def per_operation(lab, environment, name, count):
    """{cause: times}, what the hypervisor counted for one."""
    once, twice = (lab.boot(environment, name, n).guest_counters() for n in (count, 2 * count))
    grown = {text: (twice[text] - once.get(text, 0)) / count for text in twice}
    return {text: times for text, times in grown.items() if times >= 0.005}


def measure(lab, quick):
    """Rows as COLUMNS, rows as CAUSES."""
    chosen = [row[:2] for row in workloads()]
    if quick:
        chosen = [row for row in chosen if row[0] in ("null", "fork", "fault")]
    lab.say("guest cost: %d workloads, three ways" % len(chosen))
    lab.prepare([(environment, name, n) for name, count in chosen
                 for environment in ("pv", "guest", "trap") for n in (count, 2 * count)])
    rows, causes = [], []
    for name, count in chosen:
        native, guest, trap = (lab.difference(environment, name, count, lambda run: run["bundles"])
                               for environment in ("pv", "guest", "trap"))
        levels = [lab.difference("guest", name, count, lambda run, cpl=cpl: run.level(cpl))
                  for cpl in (0, 1, 3)]
        rows.append([name, native, guest, guest / native] + levels + [trap, trap / native])
        for environment, label in (("guest", "patched"), ("trap", "trapping")):
            found = per_operation(lab, environment, name, count)
            causes += [[name, label, text, found[text]] for text in sorted(found)]
    return rows, causes
