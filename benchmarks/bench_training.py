"""Training steps a second: this package against PyTorch on the CPU, side by side.

The same network, batch, momentum and dropout (keep-probability 0.8 on the inputs, 0.5 on hidden
layers); float32. This package trains on one thread, always; PyTorch has one, or two. Both take
turns, so that a slow moment of the machine meets both.

Then an arm of the book, 40–100–10 with 32 seeds at once: against PyTorch with the seeds as a batch
of matrix products, one thread, and against the rate of the machine's own products of large
matrices. Needs PyTorch: `.venv/bin/pip install torch==2.13.0`.
"""

import itertools
import sys
import time

import numpy as np
from tqdm import tqdm

from dropoutlab import network as nn
from dropoutlab._threads import one_blas_thread
from dropoutlab.experiments import Arm, splits, training_streams
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


SEEDS, ARM_ROUNDS = range(32), 5
ARM = Arm("dropout", keep_prob=(1.0, 0.5), recipe=Recipe(epochs=20), test_size=50)


def our_arm(split):
    """Seconds for an arm; without the making of its data."""
    rng = training_streams(SEEDS)
    network = ARM.new_network(rng)
    start = time.perf_counter()
    train(network, split.train_inputs, split.train_targets, ARM.recipe, rng, progress=False)
    return time.perf_counter() - start


def torch_arm(split):
    """The same in PyTorch: `baddbmm` over the seeds, autograd, SGD with momentum."""
    network = ARM.new_network(training_streams(SEEDS))
    inputs = torch.tensor(split.train_inputs, dtype=torch.float32)
    labels = torch.tensor(split.train_targets.argmax(axis=-1))
    weights = [torch.tensor(w.swapaxes(1, 2), requires_grad=True) for w in network.weights]
    biases = [torch.tensor(b[:, None], requires_grad=True) for b in network.biases]
    optimizer = torch.optim.SGD([*weights, *biases], lr=0.1, momentum=0.9)
    seeds, examples = torch.arange(len(SEEDS))[:, None], inputs.shape[1]
    start = time.perf_counter()
    for _ in range(ARM.recipe.epochs):
        order = torch.stack([torch.randperm(examples) for _ in SEEDS])
        for picked in order.split(ARM.recipe.batch_size, dim=1):
            h = torch.relu(torch.baddbmm(biases[0], inputs[seeds, picked], weights[0]))
            h = h * (torch.rand_like(h) < 0.5)
            logits = torch.baddbmm(biases[1], h, weights[1])
            loss = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), labels[seeds, picked].flatten(), reduction="sum"
            )
            optimizer.zero_grad()
            (loss / ARM.recipe.batch_size).backward()
            optimizer.step()
    return time.perf_counter() - start


@one_blas_thread
def product_seconds():
    """Seconds for as many multiplications as an arm has, in products of large matrices."""
    size, (inputs, units, outputs) = 1024, ARM.sizes
    a = np.random.default_rng(0).random((size, size), dtype=np.float32)
    start = time.perf_counter()
    a @ a
    rate = size**3 / (time.perf_counter() - start)
    # forward, and backward to all weights and to the hidden layer
    an_example = 2 * inputs * units + 3 * units * outputs
    return len(SEEDS) * ARM.recipe.epochs * ARM.train_size * an_example / rate


def compare_arms():
    """Measure and print how long an arm takes."""
    torch.set_num_threads(1)
    split = splits(ARM, SEEDS)
    rounds = tqdm(range(ARM_ROUNDS), leave=False)
    found = np.array([(our_arm(split), torch_arm(split), product_seconds()) for _ in rounds])
    ours, theirs, products = np.median(found, axis=0)
    print(
        f"an arm, {'-'.join(map(str, ARM.sizes))}, {len(SEEDS)} seeds, {ARM.recipe.epochs} passes: "
        f"{ours:.2f} s; PyTorch takes {np.median(found[:, 1] / found[:, 0]):.2f} times as long "
        f"({theirs:.2f} s), its products alone {products / ours:.2f} times ({products:.2f} s)"
    )


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
    compare_arms()


if __name__ == "__main__":
    main()
