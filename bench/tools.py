# SPDX-License-Identifier: MIT
"""The patcher's and the checker's work, and how long it takes to set everything up."""

import os
import re
import subprocess
import time

from measure import fail

COLUMNS = ("what", "value", "unit")
PATCHER = "The patcher"
CHECKER = "The checker"
SETUP = "Setting up, once"


def patcher(lab):
    """What the kernel says of itself when it patches its sites."""
    rows = []
    for environment, words in (("pv", "pvbench=boot pv_ops=audit"), ("guest", "pvbench=boot")):
        run = lab.fresh(environment, words.replace("quiet", ""))
        said = re.search(r"pv_ops: (\w+): (\d+) sites: (\d+) native, (\d+) in place, (\d+) moved "
                         r"\((\d+) bundles, (\d+) KB\), (\d+) refused(?:, (\d+) ticks)?",
                         run.console)
        if not said:
            fail("the kernel does not say what was patched (%s)" % environment)
        units = ("sites", "left native", "in place", "out of line", "bundles replaced",
                 "KB of out-of-line code", "refused", "bundles executed to patch them")
        rows += [["%s: %s" % (said[1], unit), int(value), "bundles" if "exec" in unit else ""]
                 for unit, value in zip(units, said.groups()[1:]) if value]
    return rows


def checker(lab):
    kernel = lab.path("vmlinux-pv")
    start = time.monotonic()
    run = subprocess.run([lab.path("pvcheck"), "--summary", kernel], capture_output=True,
                         text=True, check=False)
    seconds = time.monotonic() - start
    found = re.search(r"(\d+) (?:slots|instructions)", run.stdout)
    if run.returncode or not found:
        fail("pvcheck: " + run.stdout + run.stderr)
    slots = int(found[1])
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
