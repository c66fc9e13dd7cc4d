"""Networks that learn MNIST-1D or digits, one a seed: what every experiment on them uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from joblib import delayed

from dropoutlab import data, training
from dropoutlab import network as nn
from dropoutlab._checks import (
    FloatArray,
    choice,
    instance,
    seed_numbers,
    several,
    whole_number,
)
from dropoutlab._names import public_dir
from dropoutlab._progress import on_all_cores
from dropoutlab.network import Network
from dropoutlab.samples import Sample, Settings, check_settings, samples_of
from dropoutlab.training import Recipe

__dir__ = public_dir(__name__)

CLASSES = 10


@dataclass(frozen=True)
class Source:
    """Where examples come from; inputs: numbers an example, test_size: how many of them to test."""

    split: Callable[..., data.Split]
    inputs: int
    examples: int
    test_size: int


SOURCES = {
    "mnist1d": Source(data.mnist1d_split, data.CURVE_LENGTH, 5000, 3000),
    "digits": Source(data.digit_split, data.DIGIT_PIXELS, 1797, 797),
}


@dataclass(frozen=True)
class Arm:
    """What is done in one arm.

    name: of the arm. settings: by name, what tells it from other arms of that name. sizes: of the
    layers, first the numbers of an example and last 10. keep_prob: of each layer but the last, 1
    for all if None. train_size, test_size: how many examples; None tests on as many as the source
    says. source: one of SOURCES. recipe: of the training. network: further settings of
    `network.new_network`, {"scheme": "inverted"}, say.

    Raises:
        TypeError, ValueError: a part is of the wrong kind, shape or range.
    """

    name: str
    settings: Settings = field(default_factory=dict)
    sizes: Sequence[int] = (data.CURVE_LENGTH, 100, CLASSES)
    keep_prob: Sequence[float] | None = None
    train_size: int = 1000
    test_size: int | None = None
    source: str = "mnist1d"
    recipe: Recipe = field(default_factory=Recipe)
    network: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        instance("name", self.name, str)
        check_settings(self.settings)
        source = SOURCES[choice("source", self.source, tuple(SOURCES))]
        if self.test_size is None:
            object.__setattr__(self, "test_size", source.test_size)
        test_size = whole_number("test_size", self.test_size, 1, source.examples - 1)
        whole_number("train_size", self.train_size, 1, source.examples - test_size)
        instance("recipe", self.recipe, Recipe)
        for setting in instance("network", self.network, Mapping):
            choice("network", setting, ("hidden", "output", "scheme", "noise", "fresh_mask"))
        made = self.new_network(np.random.default_rng(0))
        sizes = made.sizes
        if (sizes[0], sizes[-1]) != (source.inputs, CLASSES):
            raise ValueError(
                f"sizes must begin with {source.inputs} and end with {CLASSES} "
                f"for {self.source}; got {self.sizes}"
            )
        copies = {"settings": dict(self.settings), "network": dict(self.network), "sizes": sizes}
        if self.keep_prob is not None:
            copies["keep_prob"] = made.keep_prob
        for part, value in copies.items():  # of its own, which nobody changes later
            object.__setattr__(self, part, value)

    def new_network(self, rng: nn.Rng) -> Network:
        """Return the network before training; one a generator if there are several."""
        return nn.new_network(self.sizes, rng, keep_prob=self.keep_prob, **self.network)


@dataclass(frozen=True, eq=False)
class Trained:
    """The networks of an arm, one a seed, with the data of each: shape (seeds, examples, n)."""

    network: Network
    split: data.Split
    seeds: tuple[int, ...]

    @property
    def test(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the test sets."""
        return self.split.test_inputs, self.split.test_targets

    @property
    def train(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the training sets."""
        return self.split.train_inputs, self.split.train_targets

    def streams(self, name: str) -> list[np.random.Generator]:
        """Return `stream(seed, name)` for each seed."""
        return [stream(seed, name) for seed in self.seeds]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of what is called `name`: no other draw, whatever it is, moves it."""
    seed = whole_number("seed", seed, 0, None)
    if not instance("name", name, str):
        raise ValueError("name must not be empty; got ''")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(name.encode())))


def train_arm(arm: Arm, seeds: Sequence[int]) -> Trained:
    """Train the networks of an arm, one a seed, all at once."""
    return watch_arm(arm, seeds, 2)[0]


def watch_arm(arm: Arm, seeds: Sequence[int], records: int) -> tuple[Trained, training.History]:
    """Train the networks of an arm, and record their errors `records` times on the way."""
    records = whole_number("records", records, 2)
    split, seeds = splits(arm, seeds), seed_numbers(seeds)
    rng = training_streams(seeds)
    network, history = training.train(
        arm.new_network(rng),
        split.train_inputs,
        split.train_targets,
        arm.recipe,
        rng,
        test=(split.test_inputs, split.test_targets),
        records=records,
    )
    return Trained(network, split, seeds), history


def training_streams(seeds: Sequence[int]) -> list[np.random.Generator]:
    """Return one generator a seed for first weights, order of examples and masks."""
    return [np.random.default_rng([seed, 1]) for seed in seed_numbers(seeds)]


def splits(arm: Arm, seeds: Sequence[int]) -> data.Split:
    """Return the splits of all seeds as one, with the seeds as first axis."""
    source = SOURCES[instance("arm", arm, Arm).source]
    made = [
        source.split(arm.train_size, np.random.default_rng(seed), test_size=arm.test_size)
        for seed in seed_numbers(seeds)
    ]
    return data.Split(*(np.stack([getattr(one, part) for one in made]) for part in vars(made[0])))


Measure = Callable[[Trained], Mapping[str, FloatArray]]


def sweep(
    arms: Sequence[Arm], seeds: Sequence[int], measure: Measure, *, progress: bool = True
) -> list[Sample]:
    """Train every arm on every seed and return what `measure` finds, a sample each.

    Args:
        arms: no two with the same name and settings.
        seeds: two or more.
        measure: what to measure; it has to be a function that can be pickled.
        progress: show a bar if it takes longer than 2 seconds.
    """
    seeds = seed_numbers(seeds, 2)
    arms = [instance("arms", arm, Arm) for arm in instance("arms", arms, Sequence)]
    if not callable(measure):
        raise TypeError(f"measure must be a function of Trained; got {measure!r}")
    names = [(arm.name, frozenset(arm.settings.items())) for arm in arms]
    several("arms", names, lambda _, name: name)
    jobs = [delayed(_measured)(arm, seeds, measure) for arm in arms]
    done = on_all_cores(jobs, "arms", show=progress)
    return [sample for samples in done for sample in samples]


def _measured(arm: Arm, seeds: Sequence[int], measure: Measure) -> list[Sample]:
    return samples_of(arm.name, arm.settings, seeds, measure(train_arm(arm, seeds)))


def measure_test_error(trained: Trained) -> dict[str, FloatArray]:
    """Measure the share of wrong answers on the test set, in percent."""
    instance("trained", trained, Trained)
    return {"test error": 100 * training.evaluate(trained.network, *trained.test)[1]}


def growing_counts(
    name: str, counts: Sequence[int], low: int, high: int | None = None
) -> tuple[int, ...]:
    """Return whole numbers, each larger than the one before, as a tuple."""
    counts = several(name, counts, whole_number, low, high)
    if list(counts) != sorted(counts):
        raise ValueError(f"{name} must grow from one to the next; got {counts}")
    return counts


def single_network(network: Network, replicate: int) -> Network:
    """Return one of many networks, in float64."""
    if not instance("network", network, Network).replicates:
        raise ValueError("network must have replicates; got one network")
    replicate = whole_number("replicate", replicate, 0, network.replicates[0] - 1)
    return replace(
        network,
        weights=tuple(w[replicate].astype(np.float64) for w in network.weights),
        biases=tuple(b[replicate].astype(np.float64) for b in network.biases),
    )
