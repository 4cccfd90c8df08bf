# SPDX-License-Identifier: MIT
"""The patcher's and the checker's work, and how long it takes to set everything up."""

import os
import re
import shutil
import subprocess
import time

from measure import TIMEOUT, TOP, children_seconds, fail, timed

COLUMNS = ("what", "value", "unit")
PATCHED = ("what", "as a Xen guest", "under audit", "unit")
STEPS = ("step", "seconds", "CPU seconds", "when")
CLONE = "new clone to the native prompt, cache filled"
TICKS = 100e6  # of the machine's interval time counter in a second: a bundle is a tick


def patching(lab, environment, words):
    """From the call of pv_patch_kernel() to its return: bundles, as a debugger reads the ITC,
    and nanoseconds of the host's processor."""
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
        used = "shell cat /proc/%d/schedstat" % machine.pid
        script = ["set pagination off", "set confirm off", "target remote 127.0.0.1:" + port[1],
                  "hbreak pv_patch_kernel", "continue", used, "p $itc", "finish", used, "p $itc",
                  "kill"]
        gdb = subprocess.run(["gdb-multiarch", "-nx", "-q", "-batch"]
                             + [word for line in script for word in ("-ex", line)]
                             + [lab.path("vmlinux-pv")], stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=TIMEOUT, check=False)
    finally:
        machine.kill()
        machine.communicate()
    counter = [int(n) for n in re.findall(r"^\$\d+ = (\d+)$", gdb.stdout, re.M)]
    used = [int(n) for n in re.findall(r"^(\d+) \d+ \d+$", gdb.stdout, re.M)]
    if len(counter) != 2 or len(used) != 2:
        fail("gdb did not see the patcher:\n" + gdb.stdout + gdb.stderr)
    return counter[1] - counter[0], used[1] - used[0]


def patcher(lab):
    """Rows as PATCHED: what the kernel says of itself when it patches its sites, and what
    that took."""
    columns = []
    for environment, words in (("guest", "pvbench=boot"), ("pv", "pvbench=boot pv_ops=audit")):
        run = lab.fresh(environment, "loglevel=7 " + words)
        said = re.search(r"pv_ops: \w+: (\d+) sites: (\d+) native, (\d+) in place, (\d+) moved "
                         r"\((\d+) bundles, (\d+) KB\), (\d+) refused", run.console)
        if not said:
            fail("the kernel does not say what was patched (%s)" % environment)
        bundles, nanoseconds = patching(lab, environment, words)
        columns.append([int(value) for value in said.groups()]
                       + [bundles, bundles / int(said[1]), bundles / TICKS, nanoseconds / 1e9])
    names = (("sites", ""), ("left native", ""), ("patched in place", ""),
             ("patched out of line", ""), ("bundles replaced", ""), ("out-of-line code", "KB"),
             ("refused", ""), ("executed to patch all", "bundles"),
             ("executed for each site", "bundles"), ("the guest's time for it", "virtual s"),
             ("the host's time for it", "CPU s"))
    return [[text, *values, unit] for (text, unit), *values in zip(names, *columns)]


def checker(lab):
    """Rows as COLUMNS."""
    kernel = lab.path("vmlinux-pv")
    runs = [timed([lab.path("pvcheck"), "--summary", kernel]) for _ in range(3)]
    found = re.search(r": (\d+) bundles, ", runs[0][1])
    if not found:
        fail("pvcheck: " + runs[0][1])
    slots, seconds = 3 * int(found[1]), min(seconds for seconds, _ in runs)
    return [["slots of the kernel", slots, ""],
            ["size of the kernel", os.path.getsize(kernel) / 1e6, "MB"],
            ["time, best of three", seconds, "CPU s"],
            ["speed", slots / seconds / 1e6, "million slots / CPU s"]]


def measure(lab, _quick):
    """Tables as PATCHED, COLUMNS."""
    lab.say("patcher and checker")
    return {"patcher": (PATCHED, patcher(lab)), "checker": (COLUMNS, checker(lab))}


def recorded(lab):
    """What build scripts wrote down beside their results: seconds, of processors, who compiled."""
    rows = []
    for text, link in (("cross compiler", "cross"), ("kernel, stock", "linux.dir"),
                       ("kernel, pv_ops", "linux-pv.dir"), ("C library", "klibc.dir")):
        with open(lab.path(link)) as handle:
            where = handle.read().strip()
        where = re.sub(r"/bin/[^/]*$", "", where)
        try:
            with open(os.path.join(where, "build-seconds")) as handle:
                words = handle.read().split()
        except FileNotFoundError:
            rows.append([text, None, None, "found, not built by these scripts"])
            continue
        rows.append([text, int(words[0]), int(words[1]) if len(words) > 1 else None,
                     "once, kept in the cache" + ("; with ccache" if "ccache" in words else "")])
    return rows


def make(lab, target, until=None):
    """Seconds and CPU seconds of `make` with an empty directory of its own, until it ends or
    has printed @until."""
    build = os.path.relpath(os.path.join(lab.build, "bench/fresh"), TOP)
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("MAKE", "MFLAGS")) and name != "O"}
    before, start = children_seconds(), time.monotonic()
    run = subprocess.Popen(["make", "-C", TOP, "O=" + build, *target], env=clean,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
    said, seconds = b"", None
    while chunk := run.stdout.read1(4096):
        said += chunk
        if until and seconds is None and until in said:
            seconds = time.monotonic() - start
            run.stdin.write(b"poweroff\n")
            run.stdin.flush()
    if run.wait() or (until and seconds is None):
        fail("make %s failed:\n%s" % (" ".join(target), said[-600:].decode(errors="replace")))
    return seconds or time.monotonic() - start, children_seconds() - before


def setup(lab, _quick):
    """The table as STEPS."""
    rows = recorded(lab)
    fresh = os.path.join(lab.build, "bench/fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    lab.say("setting up anew what is not kept in the cache")
    here = "now, in an empty directory"
    steps = [[text, *make(lab, [target]), here] for text, target in
             (("machine", "machine"), ("hypervisor", "hypervisor"), ("checker", "pvcheck"),
              ("userland", "userland"))]
    steps.append(["boot to the native prompt", *make(lab, ["run", "ON=native"], b"ia64# "),
                  "now"])
    shutil.rmtree(fresh)
    steps.append([CLONE, sum(row[1] for row in steps), sum(row[2] for row in steps),
                  "the five above"])
    return {"setup": (STEPS, rows + steps)}
