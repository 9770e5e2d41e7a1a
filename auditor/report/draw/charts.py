"""Charts as SVG, drawn by Vega-Lite without a browser. Each mark has a title to hover, and colour-blind
readers can distinguish the colours.

Each function takes plain numbers and gives SVG text with a `viewBox` and no style but fills, so that a page
can switch between light and dark by the few colours named here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from auditor.text import safe_text

INK = "#1c1c1c"
QUIET = "#5c5c5c"
LINE = "#d9d9d6"
SHADE = "#ececea"
PLAIN, STRONG = "#0072b2", "#d55e00"
"""From the palette of Okabe and Ito, like the colours of states, which the domains declare."""
BRIDGE: Mapping[str, str] = {"total": QUIET, "added": STRONG, "taken": PLAIN}
WIDTH, NARROW = 640, 340
"""Widths of a chart, in units that are pixels at its natural size: for a page, and for a telephone."""
_SVG = "http://www.w3.org/2000/svg"
_DROPPED = ("role", "aria-roledescription", "aria-label", "aria-hidden")

Values = Sequence[Mapping[str, object]]
Group = tuple[str, str, str]
"""Key, word and colour of one group in a stacked chart."""


def timeline(
    hours: Values,
    outages: Values,
    marks: Values,
    order: Sequence[Group],
    *,
    events: Values = (),
    zone: str = "UTC",
    width: int = WIDTH,
) -> str:
    """Attempts by hour, stacked by state in the `order`, over shaded outages, with dated marks.

    `hours`: from, to (wall times of the `zone`, written as if they were UTC), bottom, top, state, word, said;
    `outages`: from, to, said; `marks` and `events`: at, said.
    """
    import altair as alt

    time = alt.Scale(type="utc")
    axis = alt.Axis(
        title=zone, format="%d %b %H:%M", labelOverlap=True, grid=False, tickCount=max(3, width // 80)
    )
    bars = _stack(hours, order, time, axis, width)
    layers: list[Any] = []
    if outages:
        shade = alt.Chart(inline(outages)).mark_rect(color=SHADE, opacity=1)
        shaded = shade.encode(x=alt.X("from:T", scale=time), x2="to:T", description="said:N")
        name = alt.Chart(inline(outages)).mark_text(
            align="left", baseline="bottom", dx=2, dy=-3, color=QUIET, fontSize=11
        )
        layers += [shaded, name.encode(x=alt.X("from:T", scale=time), y=alt.value(0), text="name:N")]
    layers.append(bars)
    if marks:
        rule = alt.Chart(inline(marks)).mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1.5)
        layers.append(rule.encode(x=alt.X("at:T", scale=time), description="said:N"))
    if events:
        mark = alt.Chart(inline(events)).mark_point(shape="triangle-down", filled=True, color=INK, size=70)
        layers.append(
            mark.encode(
                x=alt.X("at:T", scale=time), y=alt.value(6), opacity=alt.value(1), description="said:N"
            )
        )
    return as_svg(alt.layer(*layers).properties(width=width, height=115))


def _stack(hours: Values, order: Sequence[Group], time: Any, axis: Any, width: int) -> Any:
    """The bars of a timeline, with the legend of their states."""
    import altair as alt

    words = {str(row["state"]): str(row["word"]) for row in hours}
    states = [(words[state], colour) for state, _, colour in order if state in words]
    return (
        alt.Chart(inline(hours))
        .mark_rect(stroke="#ffffff", strokeWidth=0.4)
        .encode(
            x=alt.X("from:T", scale=time, axis=axis),
            x2="to:T",
            y=alt.Y(
                "bottom:Q",
                scale=alt.Scale(zero=True),
                axis=alt.Axis(title="attempts", tickMinStep=1, format=",d"),
            ),
            y2="top:Q",
            color=alt.Color(
                "word:N",
                scale=alt.Scale(domain=[word for word, _ in states], range=[colour for _, colour in states]),
                legend=alt.Legend(
                    title=None,
                    orient="top",
                    direction="horizontal",
                    labelLimit=220,
                    offset=16,
                    columns=max(2, width // 120),
                ),
            ),
            description="said:N",
        )
    )


def shares(
    values: Values,
    outages: Values,
    order: Sequence[tuple[str, str]],
    *,
    zone: str = "UTC",
    width: int = WIDTH,
) -> str:
    """A share in percent over time, a line for each series of `order` (word, colour), over shaded outages.

    `values`: at (as in `timeline`), series, share, said; `outages`: from, to, said.
    """
    import altair as alt

    time = alt.Scale(type="utc")
    axis = alt.Axis(
        title=zone, format="%d %b %H:%M", labelOverlap=True, grid=False, tickCount=max(3, width // 80)
    )
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=[word for word, _ in order], range=[shade for _, shade in order]),
        legend=alt.Legend(title=None, orient="top", direction="horizontal"),
    )
    share = alt.Y("share:Q", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(title="failed, percent"))
    drawn = alt.Chart(inline(values)).encode(x=alt.X("at:T", scale=time, axis=axis), y=share, color=colour)
    layers: list[Any] = []
    if outages:
        shade = alt.Chart(inline(outages)).mark_rect(color=SHADE, opacity=1)
        layers.append(shade.encode(x=alt.X("from:T", scale=time), x2="to:T", description="said:N"))
    layers += [drawn.mark_line(), drawn.mark_point(filled=True, size=28).encode(description="said:N")]
    return as_svg(alt.layer(*layers).properties(width=width, height=220))


def bars(values: Values, *, unit: str, colours: Sequence[str] = (), width: int = WIDTH) -> str:
    """Horizontal bars in the order given, each with its figure at its end. `values`: label, value, said."""
    import altair as alt

    hues = list(colours) or [PLAIN] * len(values)
    drawn = [{**row, "figure": f"{row['value']:,}", "key": str(n)} for n, row in enumerate(values)]
    names = "{" + ",".join(f'"{row["key"]}":{_quoted(str(row["label"]))}' for row in drawn) + "}"
    y = alt.Y(
        "key:N",
        sort=None,
        axis=alt.Axis(
            title=None,
            labelExpr=f"({names})[datum.value]",
            labelLimit=_labels(width) + 30,
            minExtent=_labels(width),
            labelPadding=8,
            ticks=False,
            domain=False,
        ),
    )
    most = max((int(str(row["value"])) for row in drawn), default=0)
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[0, max(1, most) * 1.12]),
        axis=alt.Axis(title=unit, tickMinStep=1, format=",d", tickCount=5),
    )
    base = alt.Chart(inline(drawn)).encode(y=y, x=x)
    bar = base.mark_bar(height={"band": 0.72}).encode(
        color=alt.Color(
            "key:N", scale=alt.Scale(domain=[str(row["key"]) for row in drawn], range=hues), legend=None
        ),
        description="said:N",
    )
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(text="figure:N")
    return as_svg((bar + text).properties(width=width - _labels(width) - 40, height=alt.Step(26)))


def columns(
    values: Values, *, x_title: str, y_title: str, order: Sequence[Group] = (), width: int = WIDTH
) -> str:
    """Upright bars in the order given, stacked by group where `order` names groups. `values`: label, value,
    said, group."""
    import altair as alt

    labels = list(dict.fromkeys(str(row["label"]) for row in values))
    drawn = [{**row, "key": labels.index(str(row["label"])), "rank": _rank(row, order)} for row in values]
    names = "[" + ",".join(_quoted(label) for label in labels) + "]"
    x = alt.X(
        "key:O",
        sort=None,
        axis=alt.Axis(
            title=x_title,
            labelExpr=f"{names}[datum.value]",
            labelAngle=-40 if len(labels) > width // 90 else 0,
            labelOverlap=len(labels) > width // 14,
        ),
    )
    y = alt.Y("value:Q", stack="zero", axis=alt.Axis(title=y_title, tickMinStep=1, format=",d"))
    chart = (
        alt.Chart(inline(drawn))
        .mark_bar(width={"band": 0.8}, stroke="#ffffff", strokeWidth=0.4)
        .encode(x=x, y=y, description="said:N")
    )
    if order:
        scale = alt.Scale(domain=[word for _, word, _ in order], range=[colour for _, _, colour in order])
        legend = alt.Legend(
            title=None, orient="top", direction="horizontal", labelLimit=220, columns=max(1, width // 210)
        )
        chart = chart.encode(color=alt.Color("word:N", scale=scale, legend=legend), order=alt.Order("rank:Q"))
    else:
        chart = chart.encode(color=alt.value(STRONG))
    return as_svg(chart.properties(width=width, height=200))


def waterfall(steps: Values, *, unit: str, width: int = WIDTH) -> str:
    """A bridge from one figure to another. `steps`: label, from, to, kind (`total`, `added` or `taken`),
    figure, said."""
    import altair as alt

    drawn = [
        {**row, "key": n, "end": max(_number(row["from"]), _number(row["to"]))} for n, row in enumerate(steps)
    ]
    names = "[" + ",".join(_quoted(str(row["label"])) for row in drawn) + "]"
    y = alt.Y(
        "key:O",
        sort=None,
        axis=alt.Axis(
            title=None,
            labelExpr=f"{names}[datum.value]",
            labelLimit=_labels(width) + 30,
            minExtent=_labels(width),
            labelPadding=8,
            ticks=False,
            domain=False,
        ),
    )
    top = max((_number(row["end"]) for row in drawn), default=1)
    x = alt.X(
        "from:Q", scale=alt.Scale(domain=[0, top * 1.15]), axis=alt.Axis(title=unit, format=",d", tickCount=5)
    )
    kinds = ["total", "added", "taken"]
    bar = (
        alt.Chart(inline(drawn))
        .mark_bar(height={"band": 0.7})
        .encode(
            y=y,
            x=x,
            x2="to:Q",
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[BRIDGE[k] for k in kinds]), legend=None
            ),
            description="said:N",
        )
    )
    text = (
        alt.Chart(inline(drawn))
        .mark_text(align="left", dx=5, color=INK, fontSize=12)
        .encode(y=y, x=alt.X("end:Q"), text="figure:N")
    )
    return as_svg((bar + text).properties(width=width - _labels(width) - 40, height=alt.Step(28)))


def _labels(width: int) -> int:
    """Room for the names of bars."""
    return 200 if width >= WIDTH else 110


def _rank(row: Mapping[str, object], order: Sequence[Group]) -> int:
    return next((n for n, (key, _, _) in enumerate(order) if key == row.get("group")), 0)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def inline(values: Values) -> Any:
    """Rows as a chart reads them, with texts that can be drawn."""
    import altair as alt

    return alt.InlineData(
        values=[{k: _drawable(v) if isinstance(v, str) else v for k, v in row.items()} for row in values]
    )


def _drawable(text: str, limit: int = 300) -> str:
    """Text without a control character, which is not valid XML, and without a character beyond U+FFFF: where
    a label is cut inside such a character, the drawing stops."""
    return "".join(c if ord(c) <= 0xFFFF else "\ufffd" for c in safe_text(text, limit))


def _quoted(text: str) -> str:
    """Any `text` as a literal of Vega's expression language."""
    units = _drawable(text, 80).encode("utf-16-be")
    return '"' + "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2)) + '"'


def as_svg(chart: Any) -> str:
    """A chart in the style of the reports, as SVG text."""
    import vl_convert

    font = "Libertinus Serif"
    axis = {
        "labelColor": INK,
        "titleColor": QUIET,
        "gridColor": LINE,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "titleFontWeight": "normal",
    }
    styled = chart.configure(font=font, background="transparent", padding=4)
    styled = styled.configure_axis(**axis, labelFontSize=12, titleFontSize=12).configure_view(stroke=None)
    styled = styled.configure_legend(
        labelColor=INK, titleColor=QUIET, labelFontSize=12, titleFontSize=12, titleFontWeight="normal"
    )
    return _tidied(vl_convert.vegalite_to_svg(styled.to_dict()))


def _tidied(svg: str) -> str:
    """Titles in place of ARIA labels (the chart as a whole is one image), no backdrop, no fixed height."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        said = node.get("aria-label")
        if (
            said
            and node.get("role") == "graphics-symbol"
            and node.get("aria-roledescription") not in ("axis", "legend")
        ):
            title = ElementTree.Element(f"{{{_SVG}}}title")
            title.text = said
            node.insert(0, title)
        for name in _DROPPED:
            node.attrib.pop(name, None)
    for backdrop in [node for node in root if node.get("fill") == "transparent"]:
        root.remove(backdrop)
    for name in ("height", "class", "version"):
        root.attrib.pop(name, None)
    return ElementTree.tostring(root, encoding="unicode")
