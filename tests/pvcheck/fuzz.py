#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fuzz.py PVCHECK SECONDS [SEED] FILE[,TRACE]...: damaged ELF files against pvcheck.

Each round takes one of the files, changes some bytes - mostly in the ELF header, the
section headers and the tables they describe - or cuts it, and runs pvcheck on it. A file
that comes with a trace of what it ran (--ran) has that damaged as often as itself. What
counts as a failure: any exit status but 0, 1, 2; status 2 without exactly one line on
stderr; more than ten seconds of processor time. The failing file is kept. Best with a build that has
sanitizers. The seed makes a run repeatable.
"""
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time


def interesting(data):
    """Ranges worth damaging: headers, and the small sections."""
    shoff, = struct.unpack_from("<Q", data, 0x28)
    shnum, = struct.unpack_from("<H", data, 0x3C)
    ranges = [(0, 64), (shoff, shoff + 64 * shnum)]
    for i in range(shnum):
        at = shoff + 64 * i
        offset, size = struct.unpack_from("<QQ", data, at + 0x18)
        if 0 < size < 65536 and offset + size <= len(data):
            ranges.append((offset, offset + size))
    return ranges


def damage(rng, data, ranges):
    data = bytearray(data)
    if rng.random() < 0.1:
        return data[: rng.randrange(len(data))]
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        low, high = rng.choice(ranges) if rng.random() < 0.9 else (0, len(data))
        at = rng.randrange(low, max(low + 1, min(high, len(data))))
        kind = rng.random()
        if kind < 0.4:
            data[at] = rng.randrange(256)
        elif kind < 0.6:
            data[at] ^= 1 << rng.randrange(8)
        else:
            value = rng.choice((0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, len(data),
                                len(data) - 1, rng.randrange(2**64)))
            at &= ~7
            data[at:at + 8] = struct.pack("<Q", value)[: len(data) - at]
    return data


SECONDS_EACH = 10  # of processor time: a busy host is no finding


def limit_time():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_EACH, SECONDS_EACH + 1))


def verdict(pvcheck, path, trace):
    ran = ["--ran", trace] if trace else []
    try:
        run = subprocess.run([pvcheck, "--json", *ran, path], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, timeout=600, check=False,
                             preexec_fn=limit_time)
    except subprocess.TimeoutExpired:
        return "it hangs"
    if run.returncode == -signal.SIGXCPU:
        return f"it takes more than {SECONDS_EACH} seconds"
    lines = run.stderr.decode(errors="replace").splitlines()
    if run.returncode not in (0, 1, 2):
        return f"exit status {run.returncode}: {' / '.join(lines[:3])}"
    if len(lines) != (1 if run.returncode == 2 else 0):
        return f"exit status {run.returncode} with {len(lines)} lines on stderr"
    return None


def main():
    pvcheck, seconds, rest = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    seed = int(rest.pop(0)) if rest and rest[0].isdigit() else 1
    files = [tuple(open(part, "rb").read() for part in f.split(",")) for f in rest]
    files = [(*parts, interesting(parts[0])) for parts in files]
    rng = random.Random(seed)
    scratch = tempfile.mkdtemp(prefix="pvcheck-fuzz-")
    path, trace = os.path.join(scratch, "damaged"), os.path.join(scratch, "trace")
    end, rounds, failures = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end and failures < 10:
        data, *text, ranges = rng.choice(files)
        if text and rng.random() < 0.5:
            text = [damage(rng, text[0], [(0, len(text[0]))])]
        else:
            data = damage(rng, data, ranges)
        for name, content in zip((path, trace), (data, *text)):
            with open(name, "wb") as out:
                out.write(content)
        why = verdict(pvcheck, path, trace if text else None)
        rounds += 1
        if why:
            failures += 1
            kept = os.path.join(scratch, f"failure-{failures}")
            os.rename(path, kept)
            if text:
                os.rename(trace, kept + ".ran")
            print(f"round {rounds}: {why}; kept as {kept}")
    if not failures:
        for name in filter(os.path.exists, (path, trace)):
            os.unlink(name)
        os.rmdir(scratch)
    print(f"{rounds} damaged files, {failures} failures (seed {seed})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
