# SPDX-License-Identifier: MIT
"""Plots by gnuplot: horizontal bars, one row for each name, as SVG pictures inside the page.

Each plot is made twice, for wide and for narrow windows. The colours are Okabe and Ito's,
which people with any kind of colour vision tell apart; a bar's number is written beside it.
"""

import base64
import html
import subprocess

from measure import fail

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
GREY = "#555555"
SIZES = (("(max-width: 640px)", 380), (None, 900))  # a condition of CSS, pixels
HEAD = """set encoding utf8
set terminal svg size {width},{height} fixed font "sans-serif,{font}" background "#ffffff"
unset title
set xlabel "{axis}"
set style fill solid 1.0 noborder
set border 1
set tics nomirror
set grid xtics lc rgb "#cccccc"
set yrange [{low}:{high}]
set ytics ({names}) scale 0
set key outside top left horizontal Left reverse samplen 1 {columns}
{settings}
{data}
plot {layers}
"""


def quoted(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("_", "\\\\_")


def number(value, form):
    """A value as a bar has it beside it; no -0.00."""
    text = form % value
    return text if any(c in "123456789" for c in text) else form % 0.0


def picture(title, draw, rows):
    """HTML: the picture for each of SIZES, by @draw(width), with @title and a text for @rows."""
    sources = []
    for condition, width in SIZES:
        run = subprocess.run(["gnuplot"], input=draw(width), capture_output=True, text=True,
                             check=False)
        if run.returncode or "<svg" not in run.stdout:
            fail("gnuplot: " + run.stderr)
        data = base64.b64encode(run.stdout.encode()).decode()
        url = "data:image/svg+xml;base64," + data
        sources.append('<source media="%s" srcset="%s">' % (condition, url) if condition else
                       '<img src="%s" alt="Plot: %s; the table has the %d rows as numbers">'
                       % (url, html.escape(title), rows))
    return "<figure><figcaption>%s</figcaption><picture>%s</picture></figure>\n" % (
        html.escape(title), "".join(sources))


class Plot:
    """Layers, drawn one over the other; row i of a plot is at y = -i."""

    def __init__(self):
        self.data, self.layers, self.keys = [], [], 0

    def layer(self, rows, style, label=""):
        name = "$d%d" % len(self.data)
        self.data.append("%s << EOD\n%s\nEOD" % (name, "\n".join(rows)))
        title = 'title "%s"' % quoted(label) if label else "notitle"
        self.layers.append("%s %s %s" % (name, style, title))
        self.keys += bool(label)

    def boxes(self, boxes, colour, label):
        """@boxes: (from x, to x, lower y, upper y)"""
        self.layer(["%g %g %g %g %g %g" % (high, top, low, high, bottom, top)
                    for low, high, bottom, top in boxes],
                   'using 1:2:3:4:5:6 with boxxyerror lc rgb "%s"' % colour, label)

    def texts(self, texts):
        """@texts: (x, y, text), which begins there"""
        self.layer(["%g %g %s" % text for text in texts],
                   'using 1:2:3 with labels left offset 0.4,0 tc rgb "#222222"')

    def script(self, width, axis, names, thick, settings):
        """The gnuplot text; a row is @thick pixels high."""
        narrow = width < 640
        per_line = 1 if narrow else 3
        return HEAD.format(
            width=width, height=thick * len(names) + 70 + 20 * -(-self.keys // per_line),
            font=12 if narrow else 13, axis=quoted(axis), settings=settings,
            low=-len(names) + 0.4, high=0.6, columns="maxcols %d" % per_line,
            names=", ".join('"%s" %d' % (quoted(name), -i) for i, name in enumerate(names)),
            data="\n".join(self.data), layers=", \\\n".join(self.layers))

    def picture(self, title, axis, names, thick, settings):
        return picture(title, lambda width: self.script(width, axis, names, thick, settings),
                       len(names))


def bars(title, axis, names, series, form="%.2f", log=False):
    """For each name a bar of each of @series [(label, values)], from 0 or, if @log, from 1."""
    plot, start = Plot(), 1.0 if log else 0.0
    most = max(max(values) for _, values in series)
    each = 0.8 / len(series)
    for k, (label, values) in enumerate(series):
        tops = [-i + 0.4 - each * k for i in range(len(names))]
        plot.boxes([(start, max(value, start), top - each * 0.92, top - each * 0.08)
                    for value, top in zip(values, tops)], COLOURS[k], label)
        plot.texts([(max(value, start), top - each / 2, number(value, form))
                    for value, top in zip(values, tops)])
    settings = "set xrange [%g:%g]" % (start, 1.3 * most ** 1.25 if log else 1.18 * most)
    if log:
        settings += "\nset logscale x\nset xtics (1, 2, 3, 5, 10, 20, 30, 50, 100)"
    return plot.picture(title, axis, names, 12 + 14 * len(series), settings)


def changes(title, axis, names, values, ranges, limit, labels, form="%+.3f"):
    """For each name a bar from 0 to its value, over it a line from the lowest to the highest of
    @ranges; @limit is an upright line. @labels: of bars, lines, limit."""
    plot = Plot()
    plot.boxes([(min(value, 0.0), max(value, 0.0), -i - 0.32, -i + 0.32)
                for i, value in enumerate(values)], COLOURS[0], labels[0])
    plot.layer(["%g %g %g 0" % (low, -i, high - low) for i, (low, high) in enumerate(ranges)],
               'using 1:2:3:4 with vectors nohead lw 2 lc rgb "%s"' % GREY, labels[1])
    plot.texts([(max(high, 0.0), -i, number(value, form))
                for i, (value, (_, high)) in enumerate(zip(values, ranges))])
    ends = ("%%g %g" % y for y in (0.6, 0.4 - len(names)))
    plot.layer([end % limit for end in ends], 'using 1:2 with lines lw 1.5 dt 2 lc rgb "%s"'
               % COLOURS[5], labels[2])
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    room = 0.18 * (max(high, limit) - min(low, 0.0))
    settings = 'set xrange [%g:%g]\nset yzeroaxis lt 1 lc rgb "%s"' % (
        min(low, 0.0) - room / 4, max(high, limit) + room, GREY)
    return plot.picture(title, axis, names, 24, settings)


def stacks(title, axis, names, parts, form="%.0f", top=None):
    """For each name one bar of @parts [(label, values)] end to end, with their sum beside it; one
    longer than @top is shrunk to that, its parts with it."""
    plot, reached = Plot(), [0.0] * len(names)
    drawn = [sum(max(values[i], 0.0) for _, values in parts) for i in range(len(names))]
    scale = [top / length if top and length > top else 1.0 for length in drawn]
    for k, (label, values) in enumerate(parts):
        ends = [at + max(value, 0.0) * by for at, value, by in zip(reached, values, scale)]
        plot.boxes([(low, high, -i - 0.36, -i + 0.36)
                    for i, (low, high) in enumerate(zip(reached, ends))], COLOURS[k], label)
        reached = ends
    sums = [sum(values[i] for _, values in parts) for i in range(len(names))]
    plot.texts([(reached[i], -i, number(sums[i], form) + ("→" if scale[i] < 1.0 else ""))
                for i in range(len(names))])
    return plot.picture(title, axis, names, 24, "set xrange [0:%g]" % (1.18 * max(reached)))
