# SPDX-License-Identifier: MIT
"""Single figures out of a run's CSV files, by name: for the page's summary and, by
bench/publish, for the marked places of README.md and docs/."""

import csv
import os

import guest
import native
import tools


class Missing(Exception):
    """What a figure is made from is not in the run."""


def load(directory):
    """{table: [{column: text}]} of a run's CSV files; nothing of a directory that is not there."""
    tables = {}
    for name in sorted(os.listdir(directory)) if os.path.isdir(directory) else ():
        if name.endswith(".csv"):
            with open(os.path.join(directory, name), newline="") as handle:
                tables[name[:-len(".csv")]] = list(csv.DictReader(handle))
    return tables


def cell(tables, table, key, column):
    """The text in @column of the first row whose first cells are @key."""
    for row in tables.get(table, ()):
        if list(row.values())[:len(key)] == list(key):
            if not row[column]:
                break
            return row[column]
    raise Missing("%s.csv has no %s of %s" % (table, column, ", ".join(key)))


def value(tables, table, key, column):
    return float(cell(tables, table, key, column))


def version(what):
    return lambda tables: cell(tables, "versions", (what,), "version")


def ratio(workload, column):
    return lambda tables: "%.2f" % value(tables, "guest", (workload,), column)


def changes(tables):
    rows = [row for row in tables.get("native", ()) if row["workload"] != native.UNLIMITED]
    if not rows:
        raise Missing("native.csv is not there")
    return sorted(float(row["bundles change %"]) for row in rows)


def native_range(tables):
    each = changes(tables)
    return "%+.2f %% to %+.2f %%" % (each[0], each[-1])


def native_median(tables):
    each = changes(tables)
    return "%+.3f %%" % each[len(each) // 2]


def speed(what, simulator, column, form="%.0f"):
    return lambda tables: form % value(tables, "speed", (what, simulator), column)


def seconds(text):
    """As people say it."""
    n = round(float(text))
    return "%d min %d s" % divmod(n, 60) if n >= 60 else "%d s" % n


def step(name):
    """How long it took, by the clock; and of processors, if that is known."""
    def figure(tables):
        said = seconds(cell(tables, "setup", (name,), "seconds"))
        notes = []
        try:
            notes.append(seconds(cell(tables, "setup", (name,), "CPU seconds"))
                         + " of processor time")
        except Missing:
            pass
        if "ccache" in cell(tables, "setup", (name,), "when"):
            notes.append("with ccache")
        return said + (" (%s)" % ", ".join(notes) if notes else "")
    return figure


def patcher(what, form, scale=1.0):
    return lambda tables: form % (scale * value(tables, "patcher", (what,), "as a Xen guest"))


def spelled(number):
    return "{:,.0f}".format(number) if number >= 10000 else "%.0f" % number


def native_table(tables):
    lines = ["| once | stock bundles | with pv_ops | | lowest, highest of %d variants |"
             % native.VARIANTS, "|---|---|---|---|---|"]
    for row in tables.get("native", ()):
        lines.append("| %s | %s | %s | %+.3f %% | %+.3f %%, %+.3f %% |" % (
            row["workload"], spelled(float(row["stock bundles"])),
            spelled(float(row["pv_ops bundles"])), float(row["bundles change %"]),
            float(row["lowest %"]), float(row["highest %"])))
    if len(lines) == 2:
        raise Missing("native.csv is not there")
    return "\n".join(lines)


def guest_table(tables):
    lines = ["| once | native | guest | | in the hypervisor | C sites trap | |",
             "|---|---|---|---|---|---|---|"]
    for row in tables.get("guest", ()):
        number = {column: float(row[column]) for column in guest.COLUMNS[1:]}
        lines.append("| %s | %s | %s | %.2f | %s | %s | %.2f |" % (
            row["workload"], spelled(number["native bundles"]), spelled(number["guest bundles"]),
            number["guest / native"], spelled(number["in the hypervisor"]),
            spelled(number["trapping guest bundles"]), number["trapping / native"]))
    if len(lines) == 2:
        raise Missing("guest.csv is not there")
    return "\n".join(lines)


OURS, COMPUTE, BOOT = "this machine", "computing program", "boot and power off"
FIGURES = {
    "date": version("date"),
    "project": version("project"),
    "kernel": version("Debian's kernel source"),
    "compiler": version("compiler"),
    "host": version("host"),
    "native-range": native_range,
    "native-median": native_median,
    "native-table": native_table,
    "guest-null": ratio("null", "guest / native"),
    "guest-exec": ratio("exec", "guest / native"),
    "guest-compile": ratio("compile", "guest / native"),
    "trap-exec": ratio("exec", "trapping / native"),
    "trap-compile": ratio("compile", "trapping / native"),
    "guest-table": guest_table,
    "speed-compute": speed(COMPUTE, OURS, "million instructions / s"),
    "speed-boot": speed(BOOT, OURS, "million instructions / s"),
    "speed-ski": speed(COMPUTE, "Ski", "ratio to ours", "%.1f"),
    "patch-sites": patcher("sites", "%.0f"),
    "patch-milliseconds": patcher("the host's time for it", "%.0f", 1000.0),
    "checker-speed": lambda tables: "%.1f" % value(tables, "checker", ("speed",), "value"),
    "setup-compiler": step("cross compiler"),
    "setup-stock": step("kernel, stock"),
    "setup-pv": step("kernel, pv_ops"),
    "setup-library": step("C library"),
    "setup-clone": step(tools.CLONE),
}
SHORT = (
    ("pv_ops on bare metal: change of bundles, lowest and highest of all workloads; median",
     "{native-range}; {native-median}"),
    ("A guest, in multiples of native: a compiler-like program", "{guest-compile}"),
    ("the same: fork, exec and wait; system call that does nothing",
     "{guest-exec}; {guest-null}"),
    ("the same without patching (sites trap): compiler-like program; fork, exec and wait",
     "{trap-compile}; {trap-exec}"),
    ("The machine: million instructions a second, computing; booting Linux",
     "{speed-compute}; {speed-boot}"),
    ("Speed in multiples of Ski's", "{speed-ski}"),
    ("Sites that a guest patches; time for all of them", "{patch-sites}; {patch-milliseconds} ms"),
    ("Checker: million instruction slots a second", "{checker-speed}"),
    ("New clone to the native prompt, cache filled", "{setup-clone}"),
)


def text_of(tables, name):
    """The figure @name, or Missing."""
    return FIGURES[name](tables)


def in_short(tables):
    """Rows (what, figures) of what the run has."""
    rows = []
    for what, form in SHORT:
        try:
            for name in FIGURES:
                if "{%s}" % name in form:
                    form = form.replace("{%s}" % name, text_of(tables, name))
        except Missing:
            continue
        rows.append([what, form])
    return rows
