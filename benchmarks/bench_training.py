"""Training steps a second: this package against PyTorch on the CPU, side by side.

The same network, batch, momentum and dropout (keep-probability 0.8 on the inputs, 0.5 on hidden
layers); float32. This package trains on one thread, always; PyTorch has one, or two. Both take
turns, so that a slow moment of the machine meets both. Needs PyTorch:
`.venv/bin/pip install torch==2.13.0`.
"""

import itertools
import sys
import time

import numpy as np
from tqdm import tqdm

from dropoutlab import network as nn
from dropoutlab.training import Recipe, train

try:
    import torch
except ImportError:
    print("PyTorch is not installed: nothing to compare with")
    sys.exit(0)

EXAMPLES, BATCH, EPOCHS, ROUNDS = 1024, 64, 20, 15
THREADS = (1, 2)
RECIPE = Recipe(epochs=EPOCHS, batch_size=BATCH, learning_rate=0.01, momentum=0.9)


def data(sizes):
    """Random inputs and one-hot targets."""
    rng = np.random.default_rng(0)
    inputs = rng.random((EXAMPLES, sizes[0]), dtype=np.float32)
    return inputs, np.eye(sizes[-1], dtype=np.float32)[rng.integers(sizes[-1], size=EXAMPLES)]


def keep_probs(sizes):
    """0.8 for the inputs, 0.5 for hidden layers."""
    return (0.8, *(0.5 for _ in sizes[2:]))


def our_rate(sizes, replicates):
    """Steps of one network a second; `replicates` are trained together."""
    rng = [np.random.default_rng(k) for k in range(replicates)]
    rng = rng if replicates > 1 else rng[0]
    network = nn.new_network(sizes, rng, keep_prob=keep_probs(sizes), scheme="inverted")
    inputs, targets = data(sizes)
    start = time.perf_counter()
    train(network, inputs, targets, RECIPE, rng, progress=False)
    return replicates * EPOCHS * (EXAMPLES // BATCH) / (time.perf_counter() - start)


def torch_rate(sizes, _replicates):
    """Steps of one network a second, in PyTorch's own idiom."""
    layers = []
    for keep_prob, (m, n) in zip(keep_probs(sizes), itertools.pairwise(sizes), strict=True):
        layers += [torch.nn.Dropout(1 - keep_prob), torch.nn.Linear(m, n), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss_of = torch.nn.CrossEntropyLoss()
    inputs, targets = map(torch.from_numpy, data(sizes))
    labels = targets.argmax(dim=1)
    start = time.perf_counter()
    for _ in range(EPOCHS):
        order = torch.randperm(EXAMPLES)
        for picked in order.split(BATCH):
            optimizer.zero_grad()
            loss_of(model(inputs[picked]), labels[picked]).backward()
            optimizer.step()
    return EPOCHS * (EXAMPLES // BATCH) / (time.perf_counter() - start)


def main():
    """Measure and print."""
    print(f"PyTorch {torch.__version__}, NumPy {np.__version__}, batch {BATCH}")
    for sizes, replicates in (((64, 256, 256, 10), 1), ((64, 64, 10), 16)):
        for threads in THREADS:
            torch.set_num_threads(threads)
            pairs = [
                (our_rate(sizes, replicates), torch_rate(sizes, replicates))
                for _ in tqdm(range(ROUNDS), leave=False)
            ]
            ours, theirs = np.array(pairs).T
            ratios = np.percentile(ours / theirs, [10, 50, 90])
            print(
                f"{'-'.join(map(str, sizes))}, {replicates} at once; PyTorch: {threads} thread(s): "
                f"{np.median(ours):.0f} steps/s against {np.median(theirs):.0f}, "
                f"ratio {ratios[1]:.2f} (10 to 90 %: {ratios[0]:.2f} to {ratios[2]:.2f})"
            )


if __name__ == "__main__":
    main()
