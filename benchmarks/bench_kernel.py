"""From a changed value to the new picture sent, in a kernel: `explore` against `interact`.

Both draw the same figure of the book. A real kernel runs each, a value is changed as a front end
would change it (a comm message), and the clock runs until the message with the new picture has
arrived. The two take turns, so that a slow moment of the machine meets both.

Two readers are timed. One looks for a second at every picture before dragging a slider through all
of its values, so that `explore` has drawn frames ahead. The other never waits and asks for a new
picture each time, so that nothing is ready.
"""

import time

import numpy as np
from jupyter_client.manager import start_new_kernel
from tqdm import tqdm

ROUNDS = 12  # drags of the reader who waits
NEW = 60  # pictures for the reader who does not
LOOK = 1.0  # seconds
SETUP = """
import ipywidgets as widgets
import matplotlib.pyplot as plt
from dropoutlab.explore import explore
from dropoutlab.figures import regularizer as figures
%matplotlib inline
"""
OURS = """
from dropoutlab.explore import live
live.PAUSE = {pause}
box = explore(
    figures.draw_error_curves, describe=figures.describe_error_curves,
    keep_prob=(0.1, 1.0, 0.1), x=(0.5, 2.0, 0.5), y=(-1.0, 2.0, 0.5), live=True,
)
display(box)
print("MODELS", *[child.model_id for child in box.children[:3]])
"""
STOCK = """
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

def show(keep_prob, x, y):
    figure = figures.draw_error_curves(keep_prob, x, y)
    Gcf.set_active(FigureManagerBase(FigureCanvasAgg(figure), 1))  # as plt.figure() does
    plt.show()

box = widgets.interactive(
    show,
    keep_prob=widgets.SelectionSlider(options=[k / 10 for k in range(1, 11)], value=0.5),
    x=widgets.SelectionSlider(options=[0.5, 1.0, 1.5, 2.0], value=1.0),
    y=widgets.SelectionSlider(options=[k / 2 for k in range(-2, 5)], value=1.0),
)
display(box)
print("MODELS", *[child.model_id for child in box.children[:3]])
"""


def sliders_of(client, source):
    """Run a cell that prints the ids of its sliders; return them."""
    found = []

    def read(message):
        text = message["content"].get("text", "")
        if "MODELS" in text:
            found.extend(text.partition("MODELS")[2].split())

    client.execute_interactive(source, output_hook=read, timeout=60)
    return found


def seconds_to_picture(client, model, index, is_picture):
    """Set the slider's index; return the seconds to the first message that is a picture, if any."""
    content = {"comm_id": model, "data": {"method": "update", "state": {"index": index}}}
    message = client.session.msg("comm_msg", content)
    start = time.perf_counter()
    client.shell_channel.send(message)
    seconds = None
    while True:
        reply = client.get_iopub_msg(timeout=30)
        if seconds is None and is_picture(reply):
            seconds = time.perf_counter() - start
        idle = reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle"
        if idle and reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return seconds


def is_our_picture(message):
    """Whether a message sets the value of the picture."""
    state = message["content"].get("data", {}).get("state", {})
    return message["msg_type"] == "comm_msg" and "<svg" in str(state.get("value", ""))


def is_stock_picture(message):
    """Whether a message carries a PNG, as output or in the output widget."""
    return "image/png" in str(message["content"])[:100_000]


def timed(client, explorers, slider, index, times):
    """Move one slider of both explorers and keep the seconds, if the value was a new one."""
    for name, (models, is_picture) in explorers.items():
        seconds = seconds_to_picture(client, models[slider], index, is_picture)
        if seconds is not None:
            times[name].append(seconds)


def reader_who_waits(client, explorers):
    """Drag slider after slider through its values, after a look at the picture."""
    times = {name: [] for name in explorers}
    for k in tqdm(range(ROUNDS), desc="looks, then drags"):
        slider, count = [(0, 10), (1, 4), (2, 7)][k % 3]
        time.sleep(LOOK)
        for index in np.roll(range(count), -k - 3):
            timed(client, explorers, slider, int(index), times)
    return times


def reader_who_does_not(client, explorers):
    """Ask for new pictures without a pause."""
    times = {name: [] for name in explorers}
    for k in tqdm(range(NEW), desc="never waits"):
        if k % 10 == 0:
            for slider, index in ((1, k // 10 % 4), (2, k // 10 % 7)):
                timed(client, explorers, slider, index, {name: [] for name in explorers})
        timed(client, explorers, 0, (k + k // 10 + 3) % 10, times)
    return times


def report(title, times):
    """Print the percentiles of both and their ratio."""
    print(f"{title}:")
    for name, values in times.items():
        middle, high = 1000 * np.percentile(values, [50, 95])
        print(
            f"  {name:8} median {middle:5.1f} ms, 95th percentile {high:5.1f} ms, n {len(values)}"
        )
    ratios = np.percentile(times["interact"], [50, 95]) / np.percentile(times["explore"], [50, 95])
    print(f"  ratio of the medians {ratios[0]:.1f}, of the 95th percentiles {ratios[1]:.1f}")


def main():
    """Measure and print."""
    for title, pause, reader in (
        ("a reader who looks, then drags", 0.2, reader_who_waits),
        ("a reader who never waits", 1e6, reader_who_does_not),
    ):
        manager, client = start_new_kernel()
        try:
            client.execute_interactive(SETUP, timeout=60)
            explorers = {
                "explore": (sliders_of(client, OURS.format(pause=pause)), is_our_picture),
                "interact": (sliders_of(client, STOCK), is_stock_picture),
            }
            report(title, reader(client, explorers))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
