"""From a changed value to the new picture sent, in a kernel: `explore` against `interact`.

Both draw the same figure of the book. A real kernel runs each, a value is changed as a front end
would change it (a comm message), and the clock runs until the message with the new picture has
arrived. The two take turns, so that a slow moment of the machine meets both.
"""

import time

import numpy as np
from jupyter_client.manager import start_new_kernel
from tqdm import tqdm

CHANGES = 60
SETUP = """
import ipywidgets as widgets
import matplotlib.pyplot as plt
from dropoutlab.explore import explore
from dropoutlab.figures import regularizer as figures
%matplotlib inline
"""
OURS = """
box = explore(
    figures.draw_error_curves, describe=figures.describe_error_curves,
    keep_prob=(0.1, 1.0, 0.1), x=(0.5, 2.0, 0.5), y=(-1.0, 2.0, 0.5),
)
display(box)
print("MODEL", box.children[0].model_id)
"""
STOCK = """
def show(keep_prob):
    drawn = figures.draw_error_curves(keep_prob)
    manager = plt.figure().canvas.manager  # hand the figure to pyplot, as a beginner's code would
    manager.canvas.figure = drawn
    drawn.set_canvas(manager.canvas)
    plt.show()

box = widgets.interactive(
    show, keep_prob=widgets.SelectionSlider(options=[k / 10 for k in range(1, 11)], value=0.5)
)
display(box)
print("MODEL", box.children[0].model_id)
"""


def slider_of(client, source):
    """Run a cell that prints the id of its slider; return that id."""
    found = []

    def read(message):
        text = message["content"].get("text", "")
        if "MODEL" in text:
            found.append(text.split()[-1])

    client.execute_interactive(source, output_hook=read, timeout=60)
    return found[0]


def seconds_to_picture(client, model, index, is_picture):
    """Set the slider's index; return the seconds until a message passes `is_picture`."""
    content = {"comm_id": model, "data": {"method": "update", "state": {"index": index}}}
    message = client.session.msg("comm_msg", content)
    start = time.perf_counter()
    client.shell_channel.send(message)
    seconds = None
    while True:
        reply = client.get_iopub_msg(timeout=30)
        if is_picture(reply):
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


def main():
    """Measure and print."""
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(SETUP, timeout=60)
        ours, stock = slider_of(client, OURS), slider_of(client, STOCK)
        times = {"explore": [], "interact": []}
        for k in tqdm(range(CHANGES)):
            index = (3 * k + 1) % 10
            times["explore"].append(seconds_to_picture(client, ours, index, is_our_picture))
            times["interact"].append(seconds_to_picture(client, stock, index, is_stock_picture))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    for name, values in times.items():
        middle, high = 1000 * np.percentile(values, [50, 95])
        print(
            f"{name:9} median {middle:6.1f} ms   95th percentile {high:6.1f} ms   n {len(values)}"
        )
    ratio = np.percentile(times["interact"], 95) / np.percentile(times["explore"], 95)
    print(f"explore is {ratio:.1f} times faster at the 95th percentile")


if __name__ == "__main__":
    main()
