# SPDX-License-Identifier: MIT
"""The results as CSV files, as a text, and as one HTML page with its plots inside."""

import csv
import html
import os
import subprocess

from measure import fail

STYLE = """body { font: 16px/1.5 sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; color: #222 }
h1 { font-size: 1.6em } h2 { margin-top: 2em; border-bottom: 1px solid #ccc }
table { border-collapse: collapse; font-size: 0.85em; margin: 1em 0 }
th, td { padding: 0.2em 0.7em; text-align: right; border-bottom: 1px solid #e4e4e4 }
th { vertical-align: bottom; background: #f4f4f4 } th:first-child, td:first-child { text-align: left }
td.text { text-align: left } figure { margin: 1em 0; overflow-x: auto } p.note { color: #666 }"""


def shown(value):
    """A cell as people read it: as many digits as mean something."""
    if value is None:
        return "-"
    if not isinstance(value, float):
        return "{:,}".format(value) if isinstance(value, int) else str(value)
    if value == int(value) and abs(value) < 1e15:
        return "{:,}".format(int(value))
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 3
    return "{:,.{}f}".format(value, digits)


def write_csv(path, columns, rows):
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(["" if value is None else value for value in row] for row in rows)


def as_text(columns, rows):
    """A table for a terminal."""
    cells = [list(columns)] + [[shown(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    lines = []
    for row in cells:
        fields = [row[0].ljust(widths[0])]
        fields += [value.rjust(width) for value, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(fields).rstrip())
    return "\n".join(lines) + "\n"


def as_html(columns, rows):
    def cell(value):
        kind = ' class="text"' if isinstance(value, str) else ""
        return "<td%s>%s</td>" % (kind, html.escape(shown(value)))

    head = "".join("<th>%s</th>" % html.escape(name) for name in columns)
    body = "\n".join("<tr>%s</tr>" % "".join(cell(v) for v in row) for row in rows)
    return "<table><thead><tr>%s</tr></thead>\n<tbody>%s</tbody></table>\n" % (head, body)


def bars(title, axis, names, series, lines=(), log=False):
    """A plot by gnuplot, as SVG: for each name a group of bars, one of each (label, values)."""
    data = "$data << EOD\n"
    for i, name in enumerate(names):
        data += '"%s" %s\n' % (name, " ".join("%.9g" % values[i] for _, values in series))
    data += "EOD\n"
    script = """set terminal svg size 960,400 font "sans-serif,13" background "#ffffff"
set title "%s"
set ylabel "%s"
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.85 noborder
set key top left
set grid ytics lc rgb "#dddddd"
set xtics rotate by -35 scale 0
set border 3
%s
%s
plot %s%s
""" % (title, axis, "set logscale y" if log else "", data,
       ", ".join('$data using %d:xtic(1) title "%s" lc rgb "%s"' % (i + 2, label, color)
                 for i, ((label, _), color) in
                 enumerate(zip(series, ("#3465a4", "#f57900", "#73d216", "#cc0000")))),
       "".join(', %s title "%s" with lines lc rgb "#888888" dt 2' % line for line in lines))
    run = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True, check=False)
    if run.returncode or "<svg" not in run.stdout:
        fail("gnuplot: " + run.stderr)
    return "<figure>%s</figure>\n" % run.stdout[run.stdout.index("<svg"):]


class Report:
    """Sections, each with paragraphs, plots and tables; written as three forms at the end."""

    def __init__(self, out, title, intro):
        self.out, self.title = out, title
        self.text = [title, "=" * len(title), "", intro, ""]
        self.html = ["<h1>%s</h1>\n<p>%s</p>\n" % (html.escape(title), html.escape(intro))]
        os.makedirs(out, exist_ok=True)

    def section(self, title, text=""):
        self.text += [title, "-" * len(title), text, ""]
        self.html.append("<h2>%s</h2>\n<p>%s</p>\n" % (html.escape(title), html.escape(text)))

    def note(self, text):
        self.text += [text, ""]
        self.html.append('<p class="note">%s</p>\n' % html.escape(text))

    def plot(self, *arguments, **options):
        self.html.append(bars(*arguments, **options))

    def table(self, name, columns, rows, only_csv=False):
        write_csv(os.path.join(self.out, name + ".csv"), columns, rows)
        if only_csv:
            return
        self.text += [as_text(columns, rows)]
        self.html.append(as_html(columns, rows))

    def write(self):
        with open(os.path.join(self.out, "summary.txt"), "w") as handle:
            handle.write("\n".join(self.text))
        with open(os.path.join(self.out, "index.html"), "w") as handle:
            handle.write('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
                         "<title>%s</title>\n<style>%s</style></head>\n<body>\n%s</body></html>\n"
                         % (html.escape(self.title), STYLE, "".join(self.html)))
