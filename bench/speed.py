# SPDX-License-Identifier: MIT
"""How fast the machine is on this host, beside other simulators of IA-64 that are in PATH:
the same program, run in turns."""

import shutil

from measure import timed

COLUMNS = ("what", "simulator", "million instructions", "CPU seconds", "slowest run",
           "million instructions / s", "ratio to ours")
SINGLE = ("operation", "bundles", "microseconds of the host's CPU")
RUNS = 5
OPERATIONS = (("system call", "null", 200000), ("read and write of a byte", "io", 100000),
              ("page fault", "fault", 20000), ("fork, exec, wait", "exec", 500),
              ("pipe round trip", "pipe", 20000))


def peers():
    """[(name, function of a program that gives the command, or None)]"""
    ski = shutil.which("bski") or shutil.which("ski")
    qemu = shutil.which("qemu-ia64")
    return [("Ski", ski and (lambda program: [ski, program]),
             "neither bski nor ski is in PATH"),
            ("QEMU's IA-64 fork, user mode", qemu and (lambda program: [qemu, program]),
             "qemu-ia64 is not in PATH")]


def compute(lab, times):
    """Seconds of the program alone, ours first, the others as they are there."""
    program = lab.path("userland/bench/compute")
    there = [(name, make) for name, make, _ in peers() if make]
    seconds = [[] for _ in range(1 + len(there))]
    for _ in range(times):
        runs = [lab.fresh("pv", "pvbench=" + name) for name in ("compute", "boot")]
        seconds[0].append(runs[0]["host CPU seconds"] - runs[1]["host CPU seconds"])
        for i, (_, make) in enumerate(there):
            seconds[i + 1].append(timed(make(program))[0])
    millions = (runs[0]["instructions"] - runs[1]["instructions"]) / 1e6
    names = ["this machine"] + [name for name, _ in there]
    return [["computing program", name, millions, min(s), max(s), millions / min(s),
             min(s) / min(seconds[0])] for name, s in zip(names, seconds)]


def boot(lab, times):
    runs = [lab.fresh("pv", "pvbench=boot") for _ in range(times)]
    seconds = [run["host CPU seconds"] for run in runs]
    millions = runs[0]["instructions"] / 1e6
    return [["boot and power off", "this machine", millions, min(seconds), max(seconds),
             millions / min(seconds), 1.0]]


def operation(lab, text, name, count):
    once, often = (lab.fresh("pv", "pvbench=%s pvcount=%d" % (name, n)) for n in (1, count))
    each = [(often[c] - once[c]) / (count - 1) for c in ("bundles", "host CPU seconds")]
    return [text, each[0], each[1] * 1e6]


def measure(lab, quick):
    """Tables as COLUMNS, SINGLE."""
    lab.say("speed of the machine, one run after the other")
    times = 1 if quick else RUNS
    rows = compute(lab, times) + boot(lab, times)
    single = [operation(lab, text, name, count // (20 if quick else 1))
              for text, name, count in OPERATIONS]
    return {"speed": (COLUMNS, rows), "speed-operations": (SINGLE, single)}
