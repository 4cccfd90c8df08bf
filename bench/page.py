# SPDX-License-Identifier: MIT
"""How results look: as CSV files, as a text, and as one HTML page that needs nothing else."""

import csv
import html
import os
import textwrap

STYLE = """:root { color-scheme: light }
body { font: 16px/1.55 sans-serif; max-width: 58em; margin: 0 auto 4em; padding: 0 1em;
  color: #1a1a1a; background: #fff }
h1 { font-size: 1.7em; line-height: 1.2; margin-top: 1em }
h2 { margin-top: 2.2em; border-bottom: 2px solid #0072b2; padding-bottom: 0.1em; line-height: 1.25 }
h3 { margin-top: 1.6em } a { color: #005a8c }
nav { background: #f3f6f8; padding: 0.6em 1em; line-height: 1.9 }
nav a { margin-right: 1.2em; display: inline-block }
.wide { overflow-x: auto; margin: 1em 0 }
table { border-collapse: collapse; font-size: 0.86em; font-variant-numeric: tabular-nums }
th, td { padding: 0.25em 0.7em; text-align: right; border-bottom: 1px solid #ddd;
  vertical-align: top }
th { vertical-align: bottom; background: #f3f6f8 } th:first-child, .text { text-align: left }
td:first-child { white-space: nowrap }
dt { font-weight: bold; margin-top: 0.5em } dd { margin-left: 1.2em }
figure { margin: 1.2em 0 } figcaption { font-weight: bold } picture img { max-width: 100% }
summary { cursor: pointer; color: #005a8c } .note { color: #555 }
.short td:first-child { white-space: normal; text-align: left }
@media (max-width: 640px) { body { font-size: 15px } th, td { padding: 0.25em 0.45em }
  td:first-child { white-space: normal } }"""


def shown(value):
    """A cell as people read it: as many digits as mean something."""
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


def of_text(rows, i):
    """Is column @i words, not numbers?"""
    return any(isinstance(row[i], str) and row[i] for row in rows)


def as_text(columns, rows):
    """A table for a terminal."""
    cells = [list(columns)] + [[shown(value) for value in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    texts = [of_text(rows, i) for i in range(len(columns))]
    lines = []
    for row in cells:
        fields = [value.ljust(width) if left else value.rjust(width)
                  for value, width, left in zip(row, widths, texts)]
        lines.append("  ".join(fields).rstrip())
    return "\n".join(lines) + "\n"


def as_html(columns, rows, kind=""):
    def cell(value):
        return "<td%s>%s</td>" % (' class="text"' if isinstance(value, str) else "",
                                  html.escape(shown(value)))

    lefts = [of_text(rows, i) for i in range(len(columns))]
    head = "".join("<th%s>%s</th>" % (' class="text"' if left else "", html.escape(name))
                   for name, left in zip(columns, lefts))
    body = "\n".join("<tr>%s</tr>" % "".join(cell(v) for v in row) for row in rows)
    return ('<div class="wide"><table class="%s"><thead><tr>%s</tr></thead>\n'
            "<tbody>%s</tbody></table></div>\n" % (kind, head, body))


def anchor(title):
    return "".join(c if c.isalnum() else "-" for c in title.lower())


class Report:
    """Sections, each with paragraphs, plots and tables; written as text and HTML at the end."""

    def __init__(self, out, title):
        self.out, self.title = out, title
        self.text, self.html, self.sections = [], [], []

    def section(self, title, *paragraphs):
        self.sections.append(title)
        self.text += [title, "-" * len(title), ""]
        self.html.append('<h2 id="%s">%s</h2>\n' % (anchor(title), html.escape(title)))
        self.paragraphs(*paragraphs)

    def paragraphs(self, *paragraphs):
        for text in paragraphs:
            self.text += [textwrap.fill(text, 100), ""]
            self.html.append("<p>%s</p>\n" % html.escape(text))

    def subsection(self, title, *paragraphs):
        self.text += [title, ""]
        self.html.append("<h3>%s</h3>\n" % html.escape(title))
        self.paragraphs(*paragraphs)

    def terms(self, terms):
        """What words mean."""
        for word, meaning in terms:
            self.text += [textwrap.fill("%s: %s" % (word, meaning), 100, subsequent_indent="    ")]
        self.text.append("")
        self.html.append("<dl>%s</dl>\n" % "\n".join(
            "<dt>%s</dt><dd>%s</dd>" % (html.escape(word), html.escape(meaning))
            for word, meaning in terms))

    def note(self, text):
        self.text += [textwrap.fill(text, 100), ""]
        self.html.append('<p class="note">%s</p>\n' % html.escape(text))

    def plot(self, picture):
        self.html.append(picture)

    def table(self, columns, rows, fold=None, kind=""):
        """@fold: what is written where it can be unfolded; the text does without it."""
        made = as_html(columns, rows, kind)
        if fold:
            made = "<details><summary>%s</summary>%s</details>\n" % (html.escape(fold), made)
            self.text += [fold + ": in the CSV files", ""]
        else:
            self.text += [as_text(columns, rows)]
        self.html.append(made)

    def write(self, first):
        """@first: a Report without sections, whose parts come before all others."""
        links = "".join('<a href="#%s">%s</a> ' % (anchor(title), html.escape(title))
                        for title in self.sections)
        with open(os.path.join(self.out, "summary.txt"), "w") as handle:
            handle.write("\n".join([self.title, "=" * len(self.title), ""] + first.text
                                   + self.text))
        with open(os.path.join(self.out, "index.html"), "w") as handle:
            handle.write('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
                         '<meta name="viewport" content="width=device-width, initial-scale=1">'
                         "<title>%s</title>\n<style>%s</style></head>\n<body>\n<h1>%s</h1>\n"
                         "%s<nav>%s</nav>\n%s</body></html>\n"
                         % (html.escape(self.title), STYLE, html.escape(self.title),
                            "".join(first.html), links, "".join(self.html)))
