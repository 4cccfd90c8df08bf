# SPDX-License-Identifier: MIT
"""What pv_ops costs on bare metal: linux/cost, as a table."""

import os
import subprocess

from measure import TOP, fail

COLUMNS = ("workload", "times", "stock instructions", "pv_ops instructions",
           "instructions change %", "stock bundles", "pv_ops bundles", "bundles change %",
           "lowest %", "highest %")
VARIANTS = 4
UNLIMITED = "sites"
LIMIT = 0.1


def measure(lab, quick):
    """{"native": ...}"""
    lab.say("native cost: stock kernel against pv_ops kernel, each workload in variants")
    tool = [os.path.join(TOP, "linux/cost"), "--variants", "1" if quick else str(VARIANTS)]
    tool += [lab.path(name) for name in
             ("ia64-machine", "initramfs.cpio.gz", "vmlinux", "vmlinux-pv")]
    run = subprocess.run(tool, capture_output=True, text=True, check=False)
    if run.returncode:
        fail("linux/cost: " + run.stderr)
    rows = [line.replace("%", "").split() for line in run.stdout.splitlines()[1:]]
    if not rows or any(len(row) != len(COLUMNS) for row in rows):
        fail("linux/cost printed what is no table:\n" + run.stdout)
    return {"native": (COLUMNS, rows)}
