"""A small page with a few explorers, to try the script on: no book is needed; it loads at once.

The explorers hold what the script must tell apart: sliders, a choice and checkboxes that start off
and on; two sliders of which the second is played; equal pictures with different sentences; signs
that HTML and addresses take for their own; a name that begins like another; one explorer far below;
two pictures with handles, on a plane too; questions with options and with a slider, the one before
a picture that can be seen, the other before one that cannot.
"""

import functools
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets
import pytest
from matplotlib.figure import Figure

from dropoutlab.explore import area, ask, book, controls, explore, handle, page, score

ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "src" / "dropoutlab" / "explore" / "static", ROOT / "_static")
FAR = 5000  # pixels from the second explorer to the third
ENDS = [('a <b> & "c"', 1), ("plus + 100 % of 2&3=5", 2), ("a'b <i>", 3)]


def asset(name):
    """Where the explorers' script or stylesheet is; None if nowhere."""
    return next((path for place in PLACES if (path := place / name).exists()), None)


def picture_of(words):
    figure = Figure(figsize=(3, 1))
    figure.text(0.05, 0.5, words)
    return figure


def draw_line(slope=0.0, ends=2, dashed=False):
    """A picture that does not depend on `dashed` where the slope is 0."""
    return picture_of(f"slope {slope}, ends {ends}" + ", dashed" * (dashed and slope != 0))


def describe_line(slope, ends, dashed):
    kind = "dashed" if dashed else "full"
    return f"E_D < w_λ & w_2 & w_3, &amp;: slope {slope}, ends {ends}, {kind} <i>."


def draw_walk(speed=1, step=2, fine=True):
    return picture_of(f"speed {speed}, step {step}, {'fine' if fine else 'coarse'}")


def describe_walk(speed, step, fine):
    return f"Walk: speed {speed}, step {step}, {'fine' if fine else 'coarse'}."


def draw_line_far(k=1):
    return picture_of(f"k is {k}")


def describe_line_far(k):
    return f"Far below: k is {k}."


def draw_dots(chosen=0, on=False):
    """Three dots to choose from, and a switch."""
    figure = Figure(figsize=(3, 2))
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.7), xlim=(-0.5, 2.5), ylim=(0, 3))
    for k in range(3):
        (dot,) = axes.plot(k, 1 + (k == chosen), "o", color="#0063a6", markersize=10)
        handle(dot, chosen=k)
    handle(axes.text(0, 0.3, "on" if on else "off"), on=True)
    return figure


def draw_plane(x=1, y=1):
    """A dot, dragged over a plane."""
    figure = Figure(figsize=(3, 2))
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.7), xlim=(-0.5, 2.5), ylim=(-0.5, 2.5))
    for place in [(a, b) for a in range(3) for b in range(3)]:
        (dot,) = axes.plot(*place, "o", alpha=0)
        handle(dot, x=place[0], y=place[1])
    (dot,) = axes.plot(x, y, "o", color="#b34700", markersize=12)
    handle(dot, x=x, y=y)
    return figure


def describe_touch(chosen, on, x, y):
    return f"Dot {chosen}, {'on' if on else 'off'}, at ({x}, {y})."


def draw_asked(k=0):
    return picture_of(f"asked {k}")


def describe_asked(k):
    return f"Asked: k is {k}."


def draw_guess(k=0):
    """A place on an axis, which can be clicked, and how much it is."""
    figure = Figure(figsize=(3, 1))
    axes = figure.add_axes((0.1, 0.5, 0.8, 0.4), xlim=(-0.5, 2.5), ylim=(0, 1), xlabel="metres")
    handle(axes.plot(k, 0.5, "o")[0], k=k)
    axes.text(k, 0.2, f"guess {k}")
    area(axes, (0.5, 0), 1, 1, k=1)
    return figure


CHOICE = ask('Is it <a> & "b"?', ["yes & <i>", "no"], answer="no", because="It is not: 3 < 4, w_2.")
GUESS = ask(
    "How much?", (0.0, 1.0, 0.1), answer=0.72, because="It is 0.72.", unit="m", veiled=True,
    at={"k": 2},
)  # fmt: skip

EXPLORERS = {
    "line": (
        [draw_line],
        describe_line,
        {
            "slope": (-1.0, 1.0, 0.5),
            "ends": widgets.Dropdown(options=ENDS, value=2),
            "dashed": False,
        },
        {"labels": {"slope": 'slope & "rise" <b>'}, "units": {"slope": 'm/"s" & <i>'}},
    ),
    "walk": (
        [draw_walk],
        describe_walk,
        {"speed": (1, 2), "step": (1, 4), "fine": True},
        {"play": "step"},
    ),
    "line_far": ([draw_line_far], describe_line_far, {"k": (0, 2)}, {}),
    "touch": (
        [draw_dots, draw_plane],
        describe_touch,
        {"chosen": (0, 2), "on": False, "x": (0, 2), "y": (0, 2)},
        {},
    ),
    "asked": ([draw_asked], describe_asked, {"k": (0, 2)}, {"predict": CHOICE}),
    "guess": ([draw_guess], describe_asked, {"k": (0, 2)}, {"predict": GUESS}),
}


def plan_of(name):
    draws, describe, written, more = EXPLORERS[name]
    labels, units = more.get("labels", {}), more.get("units", {})
    plan = controls.read_plan(name, draws, describe, written, labels, units, more.get("play"))
    return replace(plan, veiled=more.get("predict") is GUESS)


@functools.cache
def explorers_html():
    """The explorers' HTML, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(book.BUILDING, "1")
        patch.setattr(page, "_weights_on_this_page", {})
        return {
            name: explore(*draws, describe=describe, name=name, **more, **written).markup
            for name, (draws, describe, written, more) in EXPLORERS.items()
        }


def write_small_page(folder, script=None, explorers=None):
    """Write the page with its stylesheet and script into a folder, and return its address."""
    parts = explorers or explorers_html()
    (folder / "explore.js").write_text(script or asset("explore.js").read_text("utf8"), "utf8")
    style = asset("explore.css") or asset("book.css")
    (folder / "explore.css").write_text(style.read_text("utf8"), "utf8")
    address = folder / "small.html"
    address.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Small</title>'
        '<link rel="stylesheet" href="explore.css"><script src="explore.js"></script></head>\n'
        f'<body><h1 id="top">Small</h1>\n{parts["line"]}\n{parts["walk"]}\n'
        f'<div style="height: {FAR}px"></div>\n{parts["line_far"]}\n'
        f"{parts['touch']}\n{parts['asked']}\n{parts['guess']}\n{score().markup}\n"
        "</body></html>\n",
        encoding="utf8",
    )
    return address.as_uri()
