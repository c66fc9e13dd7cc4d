"""Networks that learn scikit-learn's digits, one a seed: what every experiment on them uses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from joblib import Parallel, delayed
from tqdm import tqdm

from dropoutlab import data, training
from dropoutlab import network as nn
from dropoutlab._checks import FloatArray, whole_number
from dropoutlab.network import Network
from dropoutlab.records import Record
from dropoutlab.training import Recipe


@dataclass(frozen=True)
class Arm:
    """What is done in one arm, at one setting of what is swept.

    sizes: of the layers. keep_prob: of each layer but the last, 1 for all if None. train_size,
    label_noise: as for `data.digit_split`. network: further settings of `network.new_network`.
    """

    name: str
    setting: float | None = None
    sizes: tuple[int, ...] = (64, 64, 10)
    keep_prob: tuple[float, ...] | None = None
    train_size: int = 300
    label_noise: float = 0.0
    recipe: Recipe = field(default_factory=lambda: Recipe(epochs=300))
    network: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Trained:
    """The networks of an arm, one a seed, with the data of each: shape (seeds, examples, n)."""

    network: Network
    split: data.Split
    rng: list[np.random.Generator]

    @property
    def test(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the test sets."""
        return self.split.test_inputs, self.split.test_targets

    @property
    def train(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the training sets."""
        return self.split.train_inputs, self.split.train_targets


def train_arm(arm: Arm, seeds: Sequence[int]) -> Trained:
    """Train the networks of an arm, one a seed, all at once."""
    return watch_arm(arm, seeds, 2)[0]


def digit_splits(arm: Arm, seeds: Sequence[int]) -> data.Split:
    """Return the splits of all seeds as one, with the seeds as first axis."""
    splits = [
        data.digit_split(arm.train_size, np.random.default_rng(seed), label_noise=arm.label_noise)
        for seed in seeds
    ]
    return data.Split(
        *(np.stack([getattr(split, part) for split in splits]) for part in vars(splits[0]))
    )


Measure = Callable[[Trained], dict[str, FloatArray]]


def sweep(
    arms: Sequence[Arm], seeds: Sequence[int], measure: Measure, *, progress: bool = True
) -> list[Record]:
    """Train every arm on every seed and return what `measure` finds, a record a number."""
    seeds = [whole_number("seeds", seed, 0) for seed in seeds]
    if len(arms) == 0 or len(seeds) < 2:
        raise ValueError(
            f"arms and seeds must be at least one and two; got {len(arms)} and {len(seeds)}"
        )
    jobs = (delayed(_measured)(arm, seeds, measure) for arm in arms)
    done = Parallel(n_jobs=-1, return_as="generator")(jobs)
    bar = tqdm(done, total=len(arms), desc="arms", disable=not progress, delay=2, leave=False)
    return [record for records in bar for record in records]


def _measured(arm: Arm, seeds: Sequence[int], measure: Measure) -> list[Record]:
    return to_records(arm.name, arm.setting, seeds, measure(train_arm(arm, seeds)))


def to_records(
    arm: str, setting: float | None, seeds: Sequence[int], found: dict[str, FloatArray]
) -> list[Record]:
    """One record for each measure and seed."""
    return [
        Record(arm, setting, name, seed, float(value))
        for name, values in found.items()
        for seed, value in zip(seeds, values, strict=True)
    ]


def measure_test_error(trained: Trained) -> dict[str, FloatArray]:
    """Measure the share of wrong answers on the test set, in percent."""
    return {"test error": 100 * training.evaluate(trained.network, *trained.test)[1]}


def measure_errors(trained: Trained) -> dict[str, FloatArray]:
    """Measure the share of wrong answers on the training and the test set, in percent."""
    train_error = 100 * training.evaluate(trained.network, *trained.train)[1]
    return {"training error": train_error, **measure_test_error(trained)}


def single_network(network: Network, replicate: int) -> Network:
    """Return one of many networks, in float64."""
    if not network.replicates:
        raise ValueError("network must have replicates; got one network")
    replicate = whole_number("replicate", replicate, 0, network.replicates[0] - 1)
    return replace(
        network,
        weights=tuple(w[replicate].astype(np.float64) for w in network.weights),
        biases=tuple(b[replicate].astype(np.float64) for b in network.biases),
    )


def watch_arm(arm: Arm, seeds: Sequence[int], records: int) -> tuple[Trained, training.History]:
    """Train the networks of an arm, and record their errors `records` times on the way."""
    split = digit_splits(arm, seeds)
    rng = [np.random.default_rng([seed, 1]) for seed in seeds]
    network = nn.new_network(arm.sizes, rng, keep_prob=arm.keep_prob, **dict(arm.network))
    network, history = training.train(
        network,
        split.train_inputs,
        split.train_targets,
        arm.recipe,
        rng,
        test=(split.test_inputs, split.test_targets),
        records=records,
        progress=False,
    )
    return Trained(network, split, rng), history
