"""Each experiment trains as PyTorch does: the same start, examples and masks, two passes, one seed.

What trains through `training.train` is caught there, every arm of it. What has gradients of its own
is written here once more, as a loss whose slopes PyTorch finds. `COVERED` says which, and a
new experiment has to stand in it.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from types import FunctionType

import joblib
import numpy as np
import pytest

from dropoutlab import experiments, linear, recurrent, training
from dropoutlab import network as nn
from dropoutlab.convolution import draw_noise as convnet_noise
from dropoutlab.convolution import new_convnet
from dropoutlab.experiments import (
    Arm,
    architectures,
    beyond_linear,
    cancelling,
    masking,
    regularizer,
    scaling,
    splits,
    symptoms,
    training_streams,
)
from dropoutlab.training import Recipe
from tests.test_checks_experiments import TABLE
from tests.test_torch import LOSSES, leaves, pre_activation, torch

pytestmark = pytest.mark.long

SEEDS = (9100, 9101)
PASSES = 2

CAUGHT = {  # they train through `training.train`
    "answers_kept", "average_losses", "averages_against_masks", "boundary_moves",
    "confidence_study", "early_stopping", "exact_averages", "forgotten_scaling",
    "keep_prob_study", "last_layer_errors", "last_layer_gaps", "layer_rates_study",
    "learning_rate_study",
    "mask_sharing_error", "mask_sharing_noise", "noise_study", "passes_study", "penalty_study",
    "small_removals", "timing_study", "train_size_study", "tuning", "unit_losses",
    "watch_boundaries",
}  # fmt: skip
COVERED = {  # what has gradients of its own, and the test that writes it once more
    "price_study": "test_a_price_on_cancellation",
    "symptom_study": "test_a_mask_on_the_outputs",
    "printed_loss_study": "test_a_mask_on_the_outputs",
    "effects_study": "test_means_and_noise_of_masks",
    "product_paths": "test_two_linear_layers",
    "convolution_study": "test_convolutions",
    "convolution_tuning": "test_convolutions",
    "variance_shift": "test_convolutions",
    "recurrent_study": "test_sequences",
    "recurrent_tuning": "test_sequences",
    "scheme_gaps": "test_twins_of_two_schemes",
    "standard_against_inverted": "test_a_linear_unit_by_two_schemes",
    "spread_around_minimum": "test_a_linear_unit_that_wanders",
    "dropout_path_distances": "test_a_linear_unit_with_dropout",
}
TRAIN_NOTHING = {
    "doubt_study", "measure_coadaptation", "measure_test_error",
    "regularized_arm",
    "single_network", "splits", "stream", "training_streams", "variance_ratio",
}  # fmt: skip
GIVEN_AN_ARM = {"sweep", "train_arm", "watch_arm"}  # which others call


def test_every_experiment_is_compared():
    public = {
        name for name in experiments.__all__
        if isinstance(getattr(experiments, name), FunctionType)
    }  # fmt: skip
    assert public == CAUGHT | set(COVERED) | TRAIN_NOTHING | GIVEN_AN_ARM
    assert all(isinstance(globals()[test], FunctionType) for test in COVERED.values())


# --- PyTorch's side -------------------------------------------------------------------------------


def lost(a, targets, output="softmax"):
    return LOSSES[output](a, torch.as_tensor(targets, dtype=a.dtype))


def answer(network, parameters, inputs, noise):
    """Pre-activations of the outputs; parameters: weights and biases, one after another."""
    half = len(parameters) // 2
    inputs = inputs.astype(network.weights[0].dtype)
    return pre_activation(network, parameters[:half], parameters[half:], inputs, noise)


def held(weights, max_norm):
    """Rows no longer than `max_norm`; torch.renorm would add 1e-7 to each length."""
    lengths = torch.linalg.vector_norm(weights, dim=1, keepdim=True)
    return weights * torch.clamp(max_norm / lengths.clamp(min=1e-30), max=1)


def descended(
    parameters: list,
    weights: int,
    recipe: Recipe,
    examples: int,
    stream: np.random.Generator,
    loss: Callable,
    clip: float | None = None,
) -> None:
    """Train in place with torch.optim: `weights` of the parameters are decayed and held short."""
    decayed, free = parameters[:weights], parameters[weights:]
    groups = [{"params": decayed, "weight_decay": recipe.l2}, {"params": free}]
    optimizer = torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=recipe.momentum)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, recipe.decay)
    for _epoch in range(recipe.epochs):
        order = stream.permutation(examples)
        for start in range(0, examples, recipe.batch_size):
            total = loss(order[start : start + recipe.batch_size])
            total = total + recipe.l1 * sum(w.abs().sum() for w in decayed)
            optimizer.zero_grad()
            total.backward()
            if clip is not None:
                torch.nn.utils.clip_grad_norm_(parameters, clip)
            optimizer.step()
            if recipe.max_norm:
                with torch.no_grad():
                    for w in decayed:
                        w.copy_(held(w, recipe.max_norm))
        scheduler.step()


def assert_same(found, parameters, start, moved=1e-3):
    """As far apart as roundings are, and farther from the start."""
    exact = found[0].dtype == np.float64
    for ours, theirs, before in zip(found, parameters, start, strict=True):
        assert np.abs(ours - theirs.detach().numpy()).max() < (1e-10 if exact else 1e-5)
        assert ours.shape == before.shape
    assert max(np.abs(a - b).max() for a, b in zip(found, start, strict=True)) > moved


def first_of(network):
    """The first network of several, or the only one; `single_network` would make it float64."""
    if not network.replicates:
        return network
    weights, biases = (tuple(w[0] for w in part) for part in (network.weights, network.biases))
    return replace(network, weights=weights, biases=biases)


def of_first(network):
    """Its weights and biases, which stay what they are."""
    single = first_of(network)
    return [part.copy() for part in (*single.weights, *single.biases)]


# --- what goes through `training.train` -----------------------------------------------------------


@pytest.fixture
def caught(monkeypatch):
    """The calls of `training.train`, cut to two passes: start, data, recipe, stream, end."""
    calls, real = [], training.train

    def train(network, inputs, targets, recipe, rng, **settings):
        recipe = replace(recipe, epochs=min(PASSES, recipe.epochs))
        stream = deepcopy(rng if isinstance(rng, np.random.Generator) else rng[0])
        done, history = real(network, inputs, targets, recipe, rng, **settings)
        calls.append((network, inputs, targets, recipe, stream, done))
        return done, history

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(masking, "train", train)
    monkeypatch.delenv("DROPOUTLAB_RESULTS", raising=False)
    return calls


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(CAUGHT))
def test_an_experiment_trains_as_pytorch_does(name, caught):
    function = getattr(experiments, name)
    arguments = TABLE[function].good
    if "seeds" in arguments:
        arguments = {**arguments, "seeds": SEEDS}
    with joblib.parallel_config("sequential"):
        function(**arguments)
    assert caught
    for start, inputs, targets, recipe, stream, done in caught:
        several = bool(start.replicates)
        x, t = (part[0] if several and part.ndim == 3 else part for part in (inputs, targets))
        single, begun, ended = first_of(start), of_first(start), of_first(done)
        parameters = leaves(begun)

        def loss(picked, parameters=parameters, single=single, x=x, t=t, stream=stream):
            noise = nn.draw_noise(single, len(picked), stream)
            return lost(answer(single, parameters, x[picked], noise), t[picked], single.output)

        descended(parameters, len(start.weights), recipe, len(x), stream, loss)
        assert_same(ended, parameters, begun)


# --- what has gradients of its own ----------------------------------------------------------------


def begin(arm):
    """Start, data and stream of the first seed of an arm."""
    split = splits(arm, SEEDS[:1])
    (stream,) = training_streams(SEEDS[:1])
    network = arm.new_network(stream)
    return network, split.train_inputs[0], split.train_targets[0], stream


@pytest.mark.parametrize(("keep_prob", "price"), [(1.0, 0.3), (0.6, 0.3), (0.6, -1.0)])
def test_a_price_on_cancellation(keep_prob, price):
    arm = Arm("priced", keep_prob=(1.0, keep_prob), recipe=Recipe(epochs=PASSES))
    ours = cancelling._train(arm, price, SEEDS[:1]).network
    start, x, t, stream = begin(arm)
    parameters = leaves(of_first(start))

    def loss(picked):
        noise = nn.draw_noise(start, len(picked), stream)
        w1, w2, b1, _b2 = parameters
        h = torch.relu(torch.tensor(x[picked], dtype=torch.float32) @ w1.T + b1)
        products = (w2 - w2.mean(dim=0)) * h[:, None]
        cancelled = 1 - products.sum(dim=2).abs() / products.abs().sum(dim=2)
        a = answer(start, parameters, x[picked], noise)
        return lost(a, t[picked]) + price * cancelled.mean()

    descended(parameters, 2, arm.recipe, len(x), stream, loss)
    assert_same(of_first(ours), parameters, of_first(start))


@pytest.mark.parametrize("fresh_mask", ["example", "batch"])
@pytest.mark.parametrize(("keep_prob", "output_keep"), [(symptoms.KEEP, 1.0), (None, 0.5)])
def test_a_mask_on_the_outputs(keep_prob, output_keep, fresh_mask):
    arm = Arm("watched", sizes=symptoms.SIZES, keep_prob=keep_prob, test_size=1000,
              network={"fresh_mask": fresh_mask})  # fmt: skip
    *_, (_done, trained, printed) = symptoms.watch_passes(arm, SEEDS[:1], (1, PASSES), output_keep)
    start, x, t, stream = begin(arm)
    parameters, shown = leaves(of_first(start)), []

    def loss(picked):
        a = answer(start, parameters, x[picked], nn.draw_noise(start, len(picked), stream))
        if output_keep < 1:
            drawn = stream.random((len(picked), 10), dtype=np.float32) < output_keep
            a = a * torch.tensor(drawn) / output_keep
        printed_loss = lost(a, t[picked])
        shown.append(printed_loss.item())
        return printed_loss

    recipe = replace(arm.recipe, epochs=PASSES)
    descended(parameters, len(start.weights), recipe, len(x), stream, loss)
    assert_same(of_first(trained.network), parameters, of_first(start))
    assert abs(printed[0] - np.mean(shown[len(shown) // PASSES :])) < 1e-5


@pytest.mark.parametrize("name", experiments.EFFECTS)
def test_means_and_noise_of_masks(name):
    masks, variance = experiments.EFFECTS[name]
    arm = Arm(name, keep_prob=(1.0, 0.5), recipe=Recipe(epochs=PASSES),
              network={"scheme": "inverted"})  # fmt: skip
    start, x, t, stream = begin(arm)
    sources = training_streams(SEEDS[:1])
    ours = arm.new_network(sources)
    examples = (x[None].astype(np.float32), t[None].astype(np.float32))

    def gradient(*parts):
        return beyond_linear._gradient_of_effect(*parts, masks=masks, variance=variance)

    for _epoch in beyond_linear._epochs(ours, examples, arm.recipe, sources, gradient):
        pass
    parameters = leaves(of_first(start))

    def one(picked, noise):
        return lost(answer(start, parameters, x[picked], noise), t[picked])

    def loss(picked):
        many = np.tile(picked, masks)
        noise = nn.draw_noise(start, len(many), stream) if masks else [None, None]
        total = one(many if masks else picked, noise)
        if variance:
            plus, less = (
                one(picked, nn.draw_noise(start, len(picked), stream)) for _mask in range(2)
            )
            total = total + (variance / 2) ** 0.5 * (plus - less)
        return total

    descended(parameters, 2, arm.recipe, len(x), stream, loss)
    assert_same(of_first(ours), parameters, of_first(start))


@pytest.mark.parametrize(("keep_prob", "l2"), [(1.0, 0.0), (1.0, 0.05), (0.7, 0.0)])
def test_two_linear_layers(keep_prob, l2):
    recipe = Recipe(epochs=PASSES, learning_rate=0.02, decay=0.99, momentum=0.9, l2=l2)
    _steps, products, _least = beyond_linear._product_path(SEEDS[:1], 8, keep_prob, recipe, 2)
    (stream,) = training_streams(SEEDS[:1])
    teacher = beyond_linear._teacher(stream)
    x = stream.standard_normal((500, 6))
    start = nn.new_network((6, 8, 6), stream, keep_prob=(1.0, keep_prob), hidden="linear",
                           output="linear", scheme="inverted", dtype=np.float64)  # fmt: skip
    parameters, t = leaves(of_first(start)), x @ teacher.T

    def loss(picked):
        noise = nn.draw_noise(start, len(picked), stream)
        return lost(answer(start, parameters, x[picked], noise), t[picked], "linear")

    descended(parameters, 2, recipe, 500, stream, loss)
    first, second = (w.detach().numpy() for w in parameters[:2])
    expected = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0)
    assert np.abs(products[0, -1] - expected).max() < 1e-10
    assert np.abs(products[0, -1] - products[0, 0]).max() > 1e-2


CONVOLUTIONS = [
    ("none", 1.0, False), ("dense", 0.5, False), ("dense", 0.5, True), ("units", 0.9, True),
    ("channels", 0.9, False), ("channels", 0.9, True), ("before norm", 0.5, True),
]  # fmt: skip


@pytest.mark.parametrize(("place", "keep_prob", "normalized"), CONVOLUTIONS)
def test_convolutions(place, keep_prob, normalized):
    recipe = replace(architectures.CONV_RECIPE, epochs=PASSES)
    settings = architectures.convnet_settings(place, keep_prob, normalized)
    ours, split = architectures.train_convnets(SEEDS[:1], settings, recipe)
    x, t = split.train_inputs[0], split.train_targets[0]
    sources = training_streams(SEEDS[:1])
    start = new_convnet(sources, **settings)
    arrays = [part[0].copy() for part in (*start.weights, *start.biases, *start.gains)]
    parameters = leaves(arrays)
    running = [
        [torch.tensor(part[0].ravel()) for part in pair]
        for pair in zip(start.means, start.variances, strict=True)
    ]
    layers = len(start.weights)

    def loss(picked):
        noise = convnet_noise(start, len(picked), sources)
        weights, biases = parameters[:layers], parameters[layers : 2 * layers]
        h = torch.tensor(x[picked], dtype=torch.float32)[:, None]
        for k, w in enumerate(weights[:-1]):
            kernels = w.reshape(5, h.shape[1], -1).permute(2, 1, 0)
            h = torch.nn.functional.conv1d(h, kernels, stride=2, padding=2)
            mask = 1.0 if noise[k] is None else torch.tensor(noise[k][0]).transpose(1, 2)
            h = h * mask if start.before_norm else h
            if normalized:
                gain = parameters[2 * layers + k]
                h = torch.nn.functional.batch_norm(
                    h, *running[k], gain.ravel(), biases[k].ravel(), training=True
                )
            else:
                h = h + biases[k].reshape(1, -1, 1)
            h = torch.relu(h)
            h = h if start.before_norm else h * mask
        a = h.transpose(1, 2).reshape(len(picked), -1) @ weights[-1] + biases[-1].ravel()
        return lost(a, t[picked])

    descended(parameters, layers, recipe, len(x), sources[0], loss)
    found = [part[0] for part in (*ours.weights, *ours.biases, *ours.gains)]
    assert_same(found, parameters, arrays)
    for pair, theirs in zip(zip(ours.means, ours.variances, strict=True), running, strict=True):
        for part, expected in zip(pair, theirs, strict=True):
            assert np.abs(part.ravel() - expected.numpy()).max() < 1e-5


@pytest.mark.parametrize(("masks", "keep_prob"), [("fixed", 1.0), ("fixed", 0.8), ("fresh", 0.8)])
def test_sequences(masks, keep_prob):
    recipe = replace(architectures.SEQUENCE_RECIPE, epochs=PASSES)
    split, sources = splits(Arm("sequences"), SEEDS[:1]), training_streams(SEEDS[:1])
    steps = architectures.STEPS
    x, t = split.train_inputs.reshape(1, 1000, steps, -1), split.train_targets
    kinds = {"inputs": x.shape[-1], "keep_prob": keep_prob, "masks": masks}
    start = recurrent.new_recurrent(sources, **kinds)
    ours = recurrent.train_recurrent(start, x, t, recipe, sources)
    (stream,) = again = training_streams(SEEDS[:1])
    recurrent.new_recurrent(again, **kinds)
    arrays = [part[0].copy() for part in (*start.weights, *start.biases)]
    w, u, v, b, c = parameters = leaves(arrays)

    def loss(picked):
        noise = recurrent.draw_noise(start, len(picked), steps, again)
        h, seen = torch.zeros(len(picked), len(u)), torch.tensor(x[0, picked], dtype=torch.float32)
        for step, mask in enumerate(noise):
            h = torch.tanh(seen[:, step] @ w + h @ u + b)
            h = h if mask is None else h * torch.tensor(mask[0])
        return lost(h @ v + c, t[0, picked])

    descended(parameters, 3, recipe, 1000, stream, loss, clip=start.limit)
    assert_same([part[0] for part in (*ours.weights, *ours.biases)], parameters, arrays)


# --- step by step, with examples drawn and rates of their own -------------------------------------


def stepped(parameters, rules, gradient_of):
    """One step of each array by its rule, in PyTorch: plain descent, decay, largest norm."""
    groups = [
        {"params": [part], "lr": rule.rate, "weight_decay": rule.l2}
        for part, rule in zip(parameters, rules, strict=True)
    ]
    optimizer = torch.optim.SGD(groups)
    optimizer.zero_grad()
    gradient_of.backward()
    optimizer.step()
    with torch.no_grad():
        for part, rule in zip(parameters, rules, strict=True):
            if rule.max_norm:
                part.copy_(held(part, rule.max_norm))


@pytest.mark.parametrize("rescaled", [(False, False, False), (True, True, True)])
def test_twins_of_two_schemes(rescaled):
    keep_prob, updates = (0.8, 0.6), 20
    of_standard = scaling._steps(keep_prob, 0.2, 0.01, 1.5, (False, False, False))
    of_twin = scaling._steps(keep_prob, 0.2, 0.01, 1.5, rescaled)
    found = scaling._gaps_of_seed(SEEDS[0], keep_prob, 32, [of_twin], np.array([0, updates]))
    if rescaled != (False, False, False):
        # the first settings are those of the standard network
        found = scaling._gaps_of_seed(
            SEEDS[0], keep_prob, 32, [of_standard, of_twin], np.array([0, updates])
        )[:, 1:]
    split = scaling.data.mnist1d_split(300, np.random.default_rng(SEEDS[0]))
    rng = np.random.default_rng([SEEDS[0], 1])
    standard = nn.new_network((40, 32, 10), rng, keep_prob=keep_prob, dtype=np.float64)
    twin = scaling._inverted_twin(standard)
    one, other = leaves(of_first(standard)), leaves(of_first(twin))
    x, t = split.train_inputs, split.train_targets
    for _update in range(updates):
        rows = rng.permutation(300)[:50]
        kept = nn.draw_noise(standard, 50, rng)
        scaled = [z / p for z, p in zip(kept, keep_prob, strict=True)]
        stepped(one, of_standard, lost(answer(standard, one, x[rows], kept), t[rows]))
        stepped(other, of_twin, lost(answer(twin, other, x[rows], scaled), t[rows]))
    with torch.no_grad():
        used = [p * w for p, w in zip(keep_prob, one[:2], strict=True)] + one[2:]
        outputs = [
            torch.softmax(answer(standard, part, split.test_inputs, [None, None]), dim=1)
            for part in (used, other)
        ]
        expected = (outputs[0] - outputs[1]).abs().max(dim=1).values.mean()
    assert abs(found[-1, 0] - float(expected)) < 1e-10


@pytest.mark.parametrize("inverted", [{}, {"rate": 0.1}, {"l2": 0.02}, {"max_norm": 1.0}], ids=str)
def test_a_linear_unit_by_two_schemes(inverted):
    keep_prob, steps = 0.8, 60
    standard = regularizer.Rule(0.1, l2=0.02, max_norm=1.0)
    rescaled = regularizer.Rule(0.1 * keep_prob**2, l2=0.02 / keep_prob**2, max_norm=keep_prob)
    rescaled = replace(rescaled, **inverted)
    found = regularizer._largest_gap(SEEDS[0], keep_prob, standard, rescaled, steps)
    rng = np.random.default_rng(SEEDS[0])
    size = regularizer.LINEAR_WEIGHTS.size
    x, y = regularizer.data.synthetic_regression(200, regularizer.LINEAR_WEIGHTS, 1.0, rng)
    rows = rng.integers(200, size=steps)
    (w,), (v,) = leaves([np.zeros((1, size))]), leaves([np.zeros((1, size))])
    gaps = []
    for row in rows:
        masked = torch.tensor((rng.random((1, size)) < keep_prob) * x[row])
        stepped([w], [standard], 0.5 * ((w * masked).sum() - y[row]) ** 2)
        stepped([v], [rescaled], 0.5 * ((v * masked / keep_prob).sum() - y[row]) ** 2)
        gaps.append((keep_prob * w - v).abs().max().item())
    assert abs(found - max(gaps)) < 1e-10


@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("masks", [True, False])
def test_a_linear_unit_that_wanders(masks, batch_size):
    keep_prob, examples, steps = 0.7, 40, 15
    problems = regularizer._linear_problems(SEEDS[:1], examples, keep_prob)
    again = deepcopy(problems.rng[0])
    rates = np.full((steps, 1), 0.05)
    found = regularizer._walk(problems, rates, keep_prob, masks=masks, batch_size=batch_size)
    x, y = problems.inputs[0], problems.target[0]
    batch = examples if batch_size is None else batch_size
    (w,) = leaves([problems.minimum[0].copy()])
    for step in range(steps):
        rows = again.integers(examples, size=batch) if batch_size else np.arange(examples)
        inputs, target = torch.tensor(x[rows]), torch.tensor(y[rows])
        if masks:
            kept = torch.tensor(again.random(inputs.shape) < keep_prob)
            error = 0.5 * ((target - (kept * inputs) @ w) ** 2).sum()
        else:
            error = 0.5 * ((target - keep_prob * inputs @ w) ** 2).sum()
            error = error + 0.5 * keep_prob * (1 - keep_prob) * (w**2 * inputs**2).sum()
        stepped([w], [regularizer.Rule(0.05)], error / batch)
        away = w.detach().numpy() - problems.minimum[0]
        assert np.abs(found[step, 0, :, 0] - away).max() < 1e-10
    assert np.abs(found[-1]).max() > 1e-3 or not (masks or batch_size)


def test_a_linear_unit_with_dropout():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((30, 4)), rng.standard_normal(30)
    found = linear.sgd_with_dropout(
        x, y, 0.6, learning_rate=0.05, num_steps=25, batch_size=10,
        rng=np.random.default_rng(SEEDS[0]), record_at=range(1, 26), progress=False,
    ).weights  # fmt: skip
    again = np.random.default_rng(SEEDS[0])
    (w,) = leaves([np.zeros(4)])
    for step in range(25):
        rows = again.integers(30, size=10)
        kept = torch.tensor(again.random((10, 4)) < 0.6)
        error = 0.5 * ((torch.tensor(y[rows]) - (kept * torch.tensor(x[rows])) @ w) ** 2).mean()
        stepped([w], [regularizer.Rule(0.05)], error)
        assert np.abs(found[step] - w.detach().numpy()).max() < 1e-10
