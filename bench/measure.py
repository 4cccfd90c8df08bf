# SPDX-License-Identifier: MIT
"""Runs of the machine, and what its counters said: the base of all that bench/ measures.

A Lab knows where the built things are. Lab.boot() runs one kernel with one workload and
returns a Run; equal requests are run once. Counts are the machine's and repeat exactly;
"host CPU seconds" are this host's, and are only ever compared within one run of bench/.
"""

import os
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
TIMEOUT = 900
# What in the CSV files is not exact: these columns, rows of these units, and these tables.
HOST_COLUMNS = ("CPU seconds", "slowest run", "million instructions / s", "ratio to ours",
                "microseconds of the host's CPU", "seconds", "when")
HOST_UNITS = ("CPU s", "million slots / CPU s")
HOST_TABLES = ("versions",)


def fail(text):
    sys.exit("bench: " + text)


def children_seconds():
    """Processor time of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command):
    """The processor time that a command takes, whatever else the host does; what it prints."""
    before = children_seconds()
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                         errors="replace", check=False)
    if run.returncode:
        fail("%s failed:\n%s" % (" ".join(command), run.stdout[-600:] + run.stderr[-600:]))
    return children_seconds() - before, run.stdout


def workloads():
    """[(name, count, doc)] of userland/bench/bench.def."""
    with open(os.path.join(TOP, "userland/bench/bench.def")) as handle:
        rows = re.findall(r'^WORKLOAD\((\w+), (\d+), "([^"]*)"', handle.read(), re.M)
    return [(name, int(count), doc) for name, count, doc in rows]


class Run:
    """One run: the machine's counters by name, and the console."""

    def __init__(self, console, stats):
        self.console = console
        self.spent = {}  # what level 0 did, of a run that was traced: causes.run()
        self.counters = {}
        for name, value in re.findall(r"^ *(\S.*?)  +([\d.]+)$", stats, re.M):
            number = float(value) if "." in value else int(value)
            self.counters.setdefault(name, number)

    def __getitem__(self, name):
        return self.counters.get(name, 0)

    def guest_counters(self):
        """What the hypervisor counted for its guest, by its words."""
        rows = re.findall(r"^(?:\(hv\) )?guest1: +(\d+) (\S.*?)\r?$", self.console, re.M)
        return {text: int(n) for n, text in rows}

    def level(self, cpl):
        """Bundles at a privilege level."""
        return self["at privilege level %d" % cpl]


class Lab:
    """Where the built things are (@build), and the runs made so far. @runner makes
    one instead of Lab.fresh()."""

    def __init__(self, build, runner=None):
        self.build, self.runner = build, runner or Lab.fresh
        self.runs = {}
        self.started = time.time()

    def path(self, name):
        path = os.path.join(self.build, name)
        if not os.path.exists(path):
            fail("%s is not built; `make bench` builds it" % path)
        return path

    def say(self, text):
        print("[%4ds] bench: %s" % (time.time() - self.started, text), file=sys.stderr, flush=True)

    def command(self, environment, words):
        """stock, pv: a kernel on the machine; guest, trap: pv under the hypervisor."""
        machine = [self.path("ia64-machine"), "-initrd", self.initrd(environment), "-m", "512M"]
        machine += ["-nographic", "-no-reboot", "-stats", "-timeout", str(TIMEOUT)]
        if environment in ("stock", "pv"):
            kernel = "vmlinux" if environment == "stock" else "vmlinux-pv"
            return machine + ["-kernel", self.path(kernel), "-append",
                              "console=ttyS0,115200 panic=5 quiet " + words]
        words = "console=hvc0 panic=5 quiet " + words
        if environment == "trap":
            words += " pv_ops=native"
        return machine + ["-hypervisor", self.path("hypervisor"), "-kernel",
                          self.path("vmlinux-pv"), "-append",
                          "stats exitdev=0xfed00000 -- [mem=256M] " + words]

    def initrd(self, environment):
        """The archive, with the test module that fits the kernel."""
        kernel = "vmlinux" if environment == "stock" else "vmlinux-pv"
        made = os.path.join(self.build, "bench", kernel + ".initrd")
        sources = [self.path(kernel), self.path("initramfs.cpio.gz")]
        newest = max(os.path.getmtime(source) for source in sources)
        if os.path.exists(made) and os.path.getmtime(made) > newest:
            return made
        os.makedirs(os.path.dirname(made), exist_ok=True)
        with open(made + ".new", "wb") as out:
            tool = [os.path.join(TOP, "linux/with-module")] + sources
            if subprocess.run(tool, stdout=out, check=False).returncode:
                fail("no archive with the module for %s" % kernel)
        os.rename(made + ".new", made)
        return made

    def boot(self, environment, workload, count=None):
        """The Run of a workload, done @count times if it has a count."""
        words = "pvbench=" + workload + ("" if count is None else " pvcount=%d" % count)
        key = (environment, words)
        if key not in self.runs:
            self.runs[key] = self.runner(self, environment, words)
        return self.runs[key]

    def fresh(self, environment, words, options=()):
        run = subprocess.run(self.command(environment, words) + list(options),
                             stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             errors="replace", check=False)
        if run.returncode or "pvbench: done" not in run.stdout:
            fail("%s failed (%s, status %d):\n%s" % (
                words, environment, run.returncode, run.stdout[-600:] + run.stderr[-600:]))
        if "# SKIP" in run.stdout:
            fail("%s cannot be measured (%s)" % (words, environment))
        return Run(run.stdout, run.stderr)

    def prepare(self, requests):
        """Make many runs, on all of the host's processors: counts do not mind."""
        for environment in sorted({request[0] for request in requests}):
            self.initrd(environment)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(self.boot, *request) for request in requests]:
                done.result()

    def difference(self, environment, workload, count, value):
        """What @value(run) grows by when the workload is done once more, on average."""
        once, twice = (self.boot(environment, workload, n) for n in (count, 2 * count))
        return (value(twice) - value(once)) / count
