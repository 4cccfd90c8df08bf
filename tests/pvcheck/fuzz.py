#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fuzz.py PVCHECK SECONDS [SEED] FILE...: damaged ELF files against pvcheck.

Each round takes one of the files, changes some bytes - mostly in the ELF header, the
section headers and the tables they describe - or cuts it, and runs pvcheck on it. What
counts as a failure: any exit status but 0, 1, 2; status 2 without exactly one line on
stderr; more than ten seconds. The failing file is kept. Best with a build that has
sanitizers. The seed makes a run repeatable.
"""
import os
import random
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


def verdict(pvcheck, path):
    try:
        run = subprocess.run([pvcheck, "--json", path], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return "it takes more than 10 seconds"
    lines = run.stderr.decode(errors="replace").splitlines()
    if run.returncode not in (0, 1, 2):
        return f"exit status {run.returncode}: {' / '.join(lines[:3])}"
    if len(lines) != (1 if run.returncode == 2 else 0):
        return f"exit status {run.returncode} with {len(lines)} lines on stderr"
    return None


def main():
    pvcheck, seconds, rest = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    seed = int(rest.pop(0)) if rest and rest[0].isdigit() else 1
    files = [(data, interesting(data)) for data in (open(f, "rb").read() for f in rest)]
    rng = random.Random(seed)
    scratch = tempfile.mkdtemp(prefix="pvcheck-fuzz-")
    path = os.path.join(scratch, "damaged")
    end, rounds, failures = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end and failures < 10:
        data = damage(rng, *rng.choice(files))
        with open(path, "wb") as out:
            out.write(data)
        why = verdict(pvcheck, path)
        rounds += 1
        if why:
            failures += 1
            kept = os.path.join(scratch, f"failure-{failures}")
            os.rename(path, kept)
            print(f"round {rounds}: {why}; kept as {kept}")
    if not failures:
        if os.path.exists(path):
            os.unlink(path)
        os.rmdir(scratch)
    print(f"{rounds} damaged files, {failures} failures (seed {seed})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
