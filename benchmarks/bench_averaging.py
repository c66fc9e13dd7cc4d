"""Averages over masks: memory and time of all 2^20, and Monte-Carlo masks a second."""

import time
import tracemalloc

import numpy as np

from dropoutlab import network as nn
from dropoutlab.averaging import exact_average, monte_carlo_average

MASKS = 500


def main():
    """Measure and print."""
    rng = np.random.default_rng(0)
    unit = nn.new_network((20, 1), rng, keep_prob=(0.5,), output="linear", dtype=np.float64)
    inputs = rng.standard_normal((1, 20))
    start = time.perf_counter()
    mean = exact_average(unit, inputs)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    exact_average(unit, inputs)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    off = abs(mean - nn.predict(unit, inputs)).max()
    print(f"2^20 masks of a linear unit: {seconds:.2f} s, peak {peak:.0f} MiB, off by {off:.0e}")
    network = nn.new_network((64, 256, 256, 10), rng, keep_prob=(0.8, 0.5, 0.5))
    images = rng.random((100, 64))
    start = time.perf_counter()
    monte_carlo_average(network, images, MASKS, rng)
    rate = MASKS / (time.perf_counter() - start)
    print(f"Monte-Carlo, 64-256-256-10, 100 examples: {rate:.0f} masks a second and example")


if __name__ == "__main__":
    main()
