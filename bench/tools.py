# SPDX-License-Identifier: MIT
"""The patcher's and the checker's work, and how long it takes to set everything up."""

import os
import re
import subprocess
import time

from measure import TIMEOUT, fail

COLUMNS = ("what", "value", "unit")
PATCHER = "The patcher"
CHECKER = "The checker"
SETUP = "Setting up, once"


def patching(lab, environment, words):
    """Bundles from the call of pv_patch_kernel() to its return: a debugger reads the ITC."""
    machine = subprocess.Popen(lab.command(environment, words) + ["-gdb", "tcp::0", "-S"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    try:
        port = None
        while port is None:
            line = machine.stderr.readline()
            if not line:
                fail("the machine does not listen for a debugger")
            port = re.search(r"listening on 127.0.0.1:(\d+)", line)
        script = ["set pagination off", "set confirm off", "target remote 127.0.0.1:" + port[1],
                  "hbreak pv_patch_kernel", "continue", "p $itc", "finish", "p $itc", "kill"]
        gdb = subprocess.run(["gdb-multiarch", "-nx", "-q", "-batch"]
                             + [word for line in script for word in ("-ex", line)]
                             + [lab.path("vmlinux-pv")], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=TIMEOUT, check=False)
    finally:
        machine.kill()
        machine.communicate()
    counter = [int(n) for n in re.findall(r"^\$\d+ = (\d+)$", gdb.stdout, re.M)]
    if len(counter) != 2:
        fail("gdb did not see the patcher:\n" + gdb.stdout + gdb.stderr)
    return counter[1] - counter[0]


def patcher(lab):
    """What the kernel says of itself when it patches its sites, and what that took."""
    rows = []
    for environment, words in (("pv", "pvbench=boot pv_ops=audit"), ("guest", "pvbench=boot")):
        run = lab.fresh(environment, "loglevel=7 " + words)
        said = re.search(r"pv_ops: (\w+): (\d+) sites: (\d+) native, (\d+) in place, (\d+) moved "
                         r"\((\d+) bundles, (\d+) KB\), (\d+) refused", run.console)
        if not said:
            fail("the kernel does not say what was patched (%s)" % environment)
        texts = ("sites", "left native", "patched in place", "patched out of line",
                 "bundles replaced", "out-of-line code", "refused")
        units = ("", "", "", "", "", "KB", "")
        rows += [["%s: %s" % (said[1], text), int(value), unit]
                 for text, unit, value in zip(texts, units, said.groups()[1:])]
        rows.append(["%s: executed to patch all" % said[1], patching(lab, environment, words),
                     "bundles"])
    return rows


def checker(lab):
    kernel = lab.path("vmlinux-pv")
    start = time.monotonic()
    run = subprocess.run([lab.path("pvcheck"), "--summary", kernel], capture_output=True,
                         text=True, check=False)
    seconds = time.monotonic() - start
    found = re.search(r": (\d+) bundles, ", run.stdout)
    if run.returncode or not found:
        fail("pvcheck: " + run.stdout + run.stderr)
    slots = 3 * int(found[1])
    return [["slots of the kernel", slots, ""], ["time", seconds, "s"],
            ["speed", slots / seconds / 1e6, "million slots / s"],
            ["size of the kernel", os.path.getsize(kernel) / 1e6, "MB"]]


def setup(lab):
    """Seconds as the build scripts wrote them down beside their results."""
    rows = []
    for text, link in (("cross compiler", "cross"), ("kernel, stock", "linux.dir"),
                       ("kernel, pv_ops", "linux-pv.dir"), ("C library", "klibc.dir")):
        with open(lab.path(link)) as handle:
            where = handle.read().strip()
        where = re.sub(r"/bin/[^/]*$", "", where)
        try:
            with open(os.path.join(where, "build-seconds")) as handle:
                rows.append([text, int(handle.read()), "s"])
        except FileNotFoundError:
            rows.append([text, None, "not built by these scripts, or by older ones"])
    return rows
