#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""integrate.py apply|revert|status [--untested] TREE: put pv_ops into a Linux tree, or take it out.

Added files come from linux/files (same path in the tree) and from isa, abi, pvops and
backends (below arch/ia64/paravirt). Edits of existing files are linux/edits/*.edit, each
anchored on a piece of code that must occur exactly once. Everything is read and checked
before anything is written; the originals and a stamp are kept in the tree, so that revert
gives back every byte. Use it through linux/apply, linux/revert and linux/status.

A tree of another version than 6.1 may fit: status says so, and apply takes it with
--untested.
"""

import hashlib
import json
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
FITS = "6.1"
STATE = ".pv-ia64"  # in the tree: stamp.json, and orig/ with the files as they were
SHARED = ("isa", "abi", "pvops", "backends")
SUFFIXES = (".c", ".h", ".S", ".def")


class Problem(Exception):
    """What stops the tool, as one line for the user."""


def digest(data):
    return hashlib.sha256(data).hexdigest()


def read(path):
    with open(path, "rb") as handle:
        return handle.read()


# --- what there is to apply -------------------------------------------------------


def walk(root):
    for where, dirs, names in os.walk(root):
        dirs.sort()
        for name in sorted(names):
            yield os.path.join(where, name)


def added_files():
    """Path in the tree -> contents."""
    files = {}
    base = os.path.join(HERE, "files")
    for path in walk(base):
        files[os.path.relpath(path, base)] = read(path)
    for directory in SHARED:
        for path in walk(os.path.join(TOP, directory)):
            if path.endswith(SUFFIXES):
                files["arch/ia64/paravirt/" + os.path.relpath(path, TOP)] = read(path)
    return files


class Edit:
    """One anchored change: `kind` is before, after or replace."""

    def __init__(self, source, target, kind, anchor, text):
        self.source, self.target, self.kind = source, target, kind
        self.anchor, self.text = anchor, text

    def place(self, content):
        """Where in the original `content` this goes: (start, end, replacement)."""
        count = content.count(self.anchor)
        if count != 1:
            telling = max(self.anchor.decode().splitlines(), key=lambda l: len(l.strip()))
            found = "is not there" if count == 0 else "occurs %d times" % count
            raise Problem(
                "%s: the anchor of %s %s: %r" % (self.target, self.source, found, telling.strip())
            )
        start = content.index(self.anchor)
        end = start + len(self.anchor)
        if self.kind == "before":
            return start, start, self.text
        if self.kind == "after":
            return end, end, self.text
        return start, end, self.text


def parse_edits(path):
    """A .edit file: '@@ file F', then '@@ KIND', anchor, '@@ text', text, '@@ end', ..."""
    name = os.path.basename(path)
    target, kind, where = None, None, None
    anchor, text = [], []
    edits = []
    for number, line in enumerate(read(path).decode().splitlines(keepends=True), 1):
        word = line.split()
        if not line.startswith("@@"):
            if where is not None:
                where.append(line)
            elif line.strip() and not line.startswith("#"):
                raise Problem("%s:%d: text outside of an edit" % (name, number))
        elif word[1:2] == ["file"] and len(word) == 3 and where is None:
            target = word[2]
        elif word[1:] in (["before"], ["after"], ["replace"]) and where is None and target:
            kind, anchor, text = word[1], [], []
            where = anchor
        elif word[1:] == ["text"] and where is anchor and "".join(anchor).strip():
            where = text
        elif word[1:] == ["end"] and where is text and text:
            edits.append(
                Edit(name, target, kind, "".join(anchor).encode(), "".join(text).encode())
            )
            where = None
        else:
            raise Problem("%s:%d: %s does not belong here" % (name, number, line.strip()))
    if where is not None:
        raise Problem("%s: ends within an edit" % name)
    return edits


def all_edits():
    directory = os.path.join(HERE, "edits")
    edits = []
    for name in sorted(os.listdir(directory)):
        if name.endswith(".edit"):
            edits += parse_edits(os.path.join(directory, name))
    return edits


def edited(content, edits):
    """`content` with all of its edits, which are placed on the original."""
    places = sorted((edit.place(content) for edit in edits), key=lambda place: place[:2])
    out, last = [], 0
    for start, end, text in places:
        if start < last:
            raise Problem("%s: two edits overlap" % edits[0].target)
        out += [content[last:start], text]
        last = end
    return b"".join(out + [content[last:]])


# --- the tree ---------------------------------------------------------------------


def tree_version(tree):
    try:
        text = read(os.path.join(tree, "Makefile")).decode(errors="replace")
    except OSError:
        raise Problem("%s is not a Linux source tree: no Makefile" % tree)
    values = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL) *= *(\d*)", text, re.M))
    if "VERSION" not in values or "PATCHLEVEL" not in values:
        raise Problem("%s is not a Linux source tree: its Makefile names no version" % tree)
    return "%s.%s" % (values["VERSION"], values["PATCHLEVEL"])


def stamp_path(tree):
    return os.path.join(tree, STATE, "stamp.json")


def load_stamp(tree):
    try:
        return json.loads(read(stamp_path(tree)))
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise Problem("%s is damaged (%s): unpack the tree afresh" % (stamp_path(tree), error))


def original(tree, stamp, path):
    """A file of the tree as it was before anything was applied."""
    if stamp and path in stamp["edited"]:
        return read(os.path.join(tree, STATE, "orig", path))
    return read(os.path.join(tree, path))


def compute(tree, stamp):
    """All results: (added files, edited files); every anchor has been checked."""
    by_file, results, problems = {}, {}, []
    for edit in all_edits():
        by_file.setdefault(edit.target, []).append(edit)
    for path, edits in by_file.items():
        try:
            results[path] = edited(original(tree, stamp, path), edits)
        except FileNotFoundError:
            problems.append("%s, which %s edits, is not there" % (path, edits[0].source))
        except Problem as problem:
            problems.append(str(problem))
    added = added_files()
    ours = stamp["added"] if stamp else {}
    for path in added:
        if path in results:
            problems.append("%s is both added and edited" % path)
        elif path not in ours and os.path.lexists(os.path.join(tree, path)):
            problems.append("%s exists already, and is not from here" % path)
    return added, results, problems


def whole(files):
    return digest(json.dumps({k: digest(v) for k, v in files.items()}, sort_keys=True).encode())


def damage(tree, stamp):
    """What differs from the state the stamp describes: a list of texts."""
    wrong = []
    for path, want in {**stamp["added"], **stamp["edited"]}.items():
        try:
            if digest(read(os.path.join(tree, path))) != want:
                wrong.append("%s was changed" % path)
        except OSError:
            wrong.append("%s is missing" % path)
    return wrong


def check_writable(tree, paths):
    for path in [STATE] + sorted(paths):
        where = os.path.join(tree, path)
        while not os.path.lexists(where):
            where = os.path.dirname(where)
        if not os.access(where, os.W_OK) or not os.access(os.path.dirname(where), os.W_OK):
            raise Problem("cannot write %s: nothing was changed" % os.path.join(tree, path))


def write(tree, path, data):
    """Replace a file as a whole; leave it alone if it has these contents already."""
    where = os.path.join(tree, path)
    os.makedirs(os.path.dirname(where), exist_ok=True)
    if os.path.exists(where):
        if read(where) == data:
            return
        mode = os.stat(where).st_mode
    else:
        mode = None
    with open(where + ".pv-new", "wb") as handle:
        handle.write(data)
    if mode is not None:
        os.chmod(where + ".pv-new", mode)
    os.replace(where + ".pv-new", where)


def remove(tree, path):
    """Remove a file of ours, and the directories that were made for it."""
    where = os.path.join(tree, path)
    if os.path.lexists(where):
        os.unlink(where)
    where = os.path.dirname(where)
    while where != tree and os.path.isdir(where) and not os.listdir(where):
        os.rmdir(where)
        where = os.path.dirname(where)


# --- commands ---------------------------------------------------------------------


def verdict(tree):
    """What an unpatched tree is, in words, and the edits' problems with it."""
    version = tree_version(tree)
    if not os.path.isdir(os.path.join(tree, "arch/ia64")):
        raise Problem("%s is Linux %s, which has no arch/ia64" % (tree, version))
    problems = compute(tree, None)[2]
    total = len(all_edits())
    if problems:
        text = "%d of the %d edits do not fit:" % (len(problems), total)
        text = "\n  ".join([text] + problems)
    else:
        text = "all %d edits fit" % total
    if version != FITS:
        text = "these edits are for %s; %s" % (FITS, text)
        if not problems:
            text += ", untested: apply --untested"
    return version, text, problems


def check_version(tree, untested):
    version, text, problems = verdict(tree)
    if version != FITS and (problems or not untested):
        raise Problem("%s is Linux %s; %s" % (tree, version, text))


def apply(tree, untested):
    stamp = load_stamp(tree)
    if stamp and stamp["state"] != "applied":
        raise Problem("%s is half patched (an apply or revert was interrupted): revert it" % tree)
    if stamp:
        wrong = damage(tree, stamp)
        if wrong:
            raise Problem("%s was changed since it was patched: %s" % (tree, "; ".join(wrong[:3])))
    else:
        check_version(tree, untested)
    added, results, problems = compute(tree, stamp)
    if problems:
        raise Problem("nothing was changed\n  " + "\n  ".join(problems))
    content = whole({**added, **results})
    if stamp and stamp["content"] == content:
        return "%s is patched already" % tree
    originals = {path: original(tree, stamp, path) for path in results}
    gone = [p for p in (stamp["added"] if stamp else {}) if p not in added]
    restored = [p for p in (stamp["edited"] if stamp else {}) if p not in results]
    restore = {path: original(tree, stamp, path) for path in restored}
    check_writable(tree, [*added, *results, *gone, *restored])

    for path, data in {**restore, **originals}.items():
        write(tree, os.path.join(STATE, "orig", path), data)
    new = {
        "state": "applying",
        "content": content,
        "added": {path: digest(data) for path, data in added.items()},
        "edited": {path: digest(data) for path, data in {**results, **restore}.items()},
        "before": {path: digest(data) for path, data in {**originals, **restore}.items()},
    }
    new["added"].update({path: "" for path in gone})
    save_stamp(tree, new)
    for path, data in {**added, **results, **restore}.items():
        write(tree, path, data)
    for path in gone:
        remove(tree, path)
        del new["added"][path]
    for path in restored:
        del new["edited"][path], new["before"][path]
        remove(tree, os.path.join(STATE, "orig", path))
    new["state"] = "applied"
    save_stamp(tree, new)
    return "%s: %d files added, %d edits in %d files" % (
        tree,
        len(added),
        len(all_edits()),
        len(results),
    )


def save_stamp(tree, stamp):
    write(tree, os.path.join(STATE, "stamp.json"), json.dumps(stamp, indent=1).encode())


def revert(tree, _untested):
    stamp = load_stamp(tree)
    if not stamp:
        return "%s is not patched" % tree
    if stamp["state"] == "applied":
        wrong = [w for w in damage(tree, stamp) if not w.endswith("is missing")]
        if wrong:
            raise Problem("%s was changed since it was patched: %s" % (tree, "; ".join(wrong[:3])))
    originals = {}
    for path, want in stamp["before"].items():
        originals[path] = read(os.path.join(tree, STATE, "orig", path))
        if digest(originals[path]) != want:
            raise Problem("%s/orig/%s is damaged: unpack the tree afresh" % (STATE, path))
    check_writable(tree, [*stamp["added"], *originals])
    stamp["state"] = "reverting"
    save_stamp(tree, stamp)
    for path, data in originals.items():
        write(tree, path, data)
    for path in stamp["added"]:
        remove(tree, path)
    shutil.rmtree(os.path.join(tree, STATE))
    return "%s: reverted" % tree


def status(tree, _untested):
    stamp = load_stamp(tree)
    if not stamp:
        version, text, _ = verdict(tree)
        return "%s: Linux %s, not patched; %s" % (tree, version, text)
    if stamp["state"] != "applied":
        return "%s: half patched (an apply or revert was interrupted); revert it" % tree
    wrong = damage(tree, stamp)
    if wrong:
        return "%s: patched, then changed:\n  %s" % (tree, "\n  ".join(wrong))
    added, results, problems = compute(tree, stamp)
    if problems or whole({**added, **results}) != stamp["content"]:
        return "%s: patched by another version of these files; apply brings it up to date" % tree
    return "%s: patched" % tree


def main(arguments):
    commands = {"apply": apply, "revert": revert, "status": status}
    untested = "--untested" in arguments[1:2]
    if untested:
        del arguments[1]
    if len(arguments) != 2 or arguments[0] not in commands:
        print("usage: linux/apply [--untested] TREE, linux/revert TREE, linux/status TREE", file=sys.stderr)
        return 2
    try:
        tree = os.path.realpath(arguments[1])
        if not os.path.isdir(tree):
            raise Problem("%s is not a directory" % arguments[1])
        print(commands[arguments[0]](tree, untested))
        return 0
    except (Problem, OSError) as problem:
        print("%s: %s" % (arguments[0], problem), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
