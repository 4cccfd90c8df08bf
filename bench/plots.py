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
{xrange}
{data}
plot {plots}
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


def script(width, axis, names, thick, blocks, plots, xrange, keys):
    """The gnuplot text: @thick is a row's height in pixels."""
    narrow = width < 640
    per_line = 1 if narrow else 3
    height = thick * len(names) + 70 + 20 * -(-keys // per_line)
    return HEAD.format(
        width=width, height=height, font=12 if narrow else 13, axis=quoted(axis),
        low=-len(names) + 0.4, high=0.6, xrange=xrange,
        names=", ".join('"%s" %d' % (quoted(name), -i) for i, name in enumerate(names)),
        columns="maxcols %d" % per_line, data="\n".join(blocks), plots=", \\\n".join(plots))


def bars(title, axis, names, series, form="%.2f", log=False, lines=(), spans=None, top=None):
    """For each name a bar of each of @series [(label, values)]. @lines [(x, label)] are
    upright ones, @spans [(low, high)] drawn over the bars of the only series. Bars that
    would be longer than @top end there; their number does not."""
    start = 1.0 if log else 0.0
    most = max(max(values) for _, values in series)
    if spans:
        most = max([most] + [high for _, high in spans])
    least = min([start] + [v for _, values in series for v in values]
                + [low for low, _ in spans or ()])
    end = min(most, top) if top else most
    # Room for the numbers.
    right = end ** 1.25 * 1.3 if log else end + 0.18 * (end - least)
    left = least if log or least == 0 else least - 0.18 * (end - least)
    each = 0.8 / len(series)
    blocks, plots = [], []
    for k, (label, values) in enumerate(series):
        rows = []
        for i, value in enumerate(values):
            y = -i + 0.4 - each * k
            rows.append("%g %g %g %g %g %g %s" % (
                start, y - each / 2, min(start, value), min(max(start, value), end),
                y - each * 0.92, y - each * 0.08, number(value, form)))
        blocks.append("$d%d << EOD\n%s\nEOD" % (k, "\n".join(rows)))
        plots.append('$d%d using 1:2:3:4:5:6 with boxxyerror lc rgb "%s" title "%s"'
                     % (k, COLOURS[k], quoted(label)))
        where = "($3 < %g ? $3 : $4):2:7" % start
        offset = "offset 0.4,0"
        if spans:
            blocks.append("$s << EOD\n%s\nEOD" % "\n".join(
                "%g %g %g %s" % (low, -i, high - low, number(values[i], form))
                for i, (low, high) in enumerate(spans)))
            plots.append('$s using 1:2:3:(0) with vectors nohead lw 2 lc rgb "%s" '
                         'title "lowest to highest of the variants"' % GREY)
            plots.append('$s using ($1+$3 > 0 ? $1+$3 : 0):2:4 with labels left %s '
                         'tc rgb "#222222" notitle' % offset)
        else:
            plots.append('$d%d using %s with labels left %s tc rgb "#222222" notitle'
                         % (k, where, offset))
    for k, (x, label) in enumerate(lines):
        blocks.append("$l%d << EOD\n%g %g\n%g 0.6\nEOD" % (k, x, -len(names) + 0.4, x))
        plots.append('$l%d using 1:2 with lines lw 1.5 dt 2 lc rgb "%s" title "%s"'
                     % (k, "#d55e00", quoted(label)))
    xrange = "set xrange [%g:%g]" % (left, right) + (
        "\nset logscale x\nset xtics (1, 2, 3, 5, 10, 20, 30, 50, 100)" if log else "")
    keys = len(series) + len(lines) + bool(spans)
    return picture(title, lambda width: script(width, axis, names, 12 + 14 * len(series), blocks,
                                               plots, xrange, keys), len(names))


def stacks(title, axis, names, parts, form="%.0f", top=None):
    """For each name one bar of @parts [(label, values)] end to end, with their sum beside it; one
    longer than @top is shrunk to that, its parts with it."""
    blocks, plots = [], []
    reached = [0.0] * len(names)
    totals = [sum(values[i] for _, values in parts) for i in range(len(names))]
    drawn = [sum(max(values[i], 0.0) for _, values in parts) for i in range(len(names))]
    scale = [top / long if top and long > top else 1.0 for long in drawn]
    for k, (label, values) in enumerate(parts):
        rows = []
        for i, value in enumerate(values):
            low, high = reached[i], reached[i] + max(value, 0.0) * scale[i]
            reached[i] = high
            rows.append("0 0 %g %g %g %g" % (low, high, -i - 0.36, -i + 0.36))
        blocks.append("$d%d << EOD\n%s\nEOD" % (k, "\n".join(rows)))
        plots.append('$d%d using 1:2:3:4:5:6 with boxxyerror lc rgb "%s" title "%s"'
                     % (k, COLOURS[k], quoted(label)))
    end = max(reached)
    blocks.append("$t << EOD\n%s\nEOD" % "\n".join(
        "%g %g %s%s" % (reached[i], -i, number(totals[i], form), "→" if scale[i] < 1.0 else "")
        for i in range(len(names))))
    plots.append('$t using 1:2:3 with labels left offset 0.4,0 tc rgb "#222222" notitle')
    return picture(title, lambda width: script(width, axis, names, 24, blocks, plots,
                                               "set xrange [0:%g]" % (1.18 * end), len(parts)),
                   len(names))
