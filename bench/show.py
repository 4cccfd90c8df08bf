# SPDX-License-Identifier: MIT
"""The page: which table and which plot comes where, made from a run's CSV files alone."""

import csv
import os

import figures
import native
import words
from measure import workloads
from page import Report
from plots import bars, changes, stacks

UNCUT = 100  # percent: longer bars are drawn as if they were that


def typed(text):
    """A cell as what it was."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def load(directory):
    """{table: (columns, rows)}, numbers as such where there may be some"""
    tables = {}
    for name in sorted(os.listdir(directory)):
        if name.endswith(".csv"):
            with open(os.path.join(directory, name), newline="") as handle:
                rows = list(csv.reader(handle))
            kind = str if name == "versions.csv" else typed
            tables[name[:-len(".csv")]] = (rows[0], [[kind(text) for text in row]
                                                     for row in rows[1:]])
    return tables


def show_native(report, tables):
    rows = tables["native"][1]
    report.section(*words.NATIVE)
    limited = [row for row in rows if row[0] != native.UNLIMITED]
    report.plot(changes("Bundles with pv_ops, against the stock kernel", "change in percent",
                        [row[0] for row in limited], [row[7] for row in limited],
                        [(row[8], row[9]) for row in limited], native.LIMIT, words.NATIVE_LABELS))
    report.table(*tables["native"])
    report.note(words.NATIVE_NOTE)


def show_guest(report, tables):
    rows, groups = tables["guest"][1], tables["guest-groups"][1]
    report.section(*words.GUEST)
    names = [row[0] for row in rows]
    report.plot(bars("Bundles as a guest, in multiples of native", "times native, logarithmic",
                     names, [("patched guest", [row[3] for row in rows]),
                             ("guest whose C sites trap", [row[8] for row in rows])], log=True))
    report.table(*tables["guest"])
    report.subsection(*words.BEYOND)
    report.plot(stacks("What the patched guest does beyond native, by cause",
                       "percent of native bundles", names,
                       [(label, [row[1 + k] * 100 / of[1] for row, of in zip(groups, rows)])
                        for k, label in enumerate(tables["guest-groups"][0][1:])],
                       top=UNCUT, form="%.1f"))
    report.table(*tables["guest-groups"])
    report.table(*tables["guest-causes"],
                 "Each cause: how often, and its bundles, for patched and for trapping guests")
    report.table(*tables["guest-counters"], "What the hypervisor itself counted")


def show_speed(report, tables):
    report.section(*words.SPEED)
    rows = tables["speed"][1]
    report.plot(bars("Speed on this host", "million instructions a second of the host's processor",
                     ["%s, %s" % (row[0], row[1]) for row in rows],
                     [("best of the runs", [row[5] for row in rows])], form="%.0f"))
    report.table(*tables["speed"])
    report.note("Other simulators: " + dict(tables["versions"][1])["other simulators"])
    report.subsection(*words.OPERATIONS)
    report.table(*tables["speed-operations"])


def show_tools(report, tables):
    report.section(*words.PATCHER)
    report.table(*tables["patcher"])
    report.section(*words.CHECKER)
    report.table(*tables["checker"])


def show_setup(report, tables):
    report.section(*words.SETUP)
    report.table(*tables["setup"])


PARTS = (("native", show_native), ("guest", show_guest), ("speed", show_speed),
         ("checker", show_tools), ("setup", show_setup))


def introduction(directory):
    """What comes first."""
    found = figures.load(directory)
    first = Report(directory, "")
    first.paragraphs(*words.INTRO)
    first.paragraphs("Measured on %s (%s), project version %s, kernel source %s." % tuple(
        figures.text_of(found, name) for name in ("date", "host", "project", "kernel")))
    first.table(("in short", ""), figures.in_short(found), kind="short")
    return first


def page(directory):
    """Write index.html and summary.txt there."""
    tables = load(directory)
    report = Report(directory, words.TITLE)
    report.section(*words.WORDS)
    report.terms(words.TERMS)
    report.section(*words.WORKLOADS)
    report.table(("workload", "what is done once"),
                 list(words.ONCE) + [[name, doc] for name, _, doc in workloads()])
    for table, part in PARTS:
        if table in tables:
            part(report, tables)
    report.section(*words.VERSIONS)
    report.table(*tables["versions"])
    report.section(*words.AGAIN)
    report.write(introduction(directory))
