"""Experiments of `beyond-linear`: what no seed decides, and that arms do what they say."""

import joblib
import numpy as np
import pytest

from dropoutlab import averaging, experiments, training
from dropoutlab import network as nn
from dropoutlab.experiments import Arm
from dropoutlab.experiments import beyond_linear as beyond
from dropoutlab.samples import pick
from dropoutlab.training import Recipe

SEEDS = (9300, 9301)


@pytest.fixture(autouse=True)
def in_this_process():
    with joblib.parallel_config("sequential"):
        yield


# --- the last layer


@pytest.fixture(scope="module")
def last_layer():
    return experiments.last_layer_errors(9300, units=4, keep_prob=0.3)


def test_above_the_last_hidden_layer_the_formula_is_exact(last_layer):
    found = {part: getattr(last_layer, part)[beyond.MASKED[0]] for part in vars(last_layer)}
    assert np.allclose(found["plain"] + found["penalty"], found["mean"], atol=1e-12)
    assert found["penalty"].mean() > 0.001


def test_below_it_is_not(last_layer):
    name = beyond.MASKED[1]
    off = last_layer.plain[name] + last_layer.penalty[name] - last_layer.mean[name]
    assert np.abs(off).max() > 1e-4


@pytest.mark.parametrize("layer", [1, 2])
def test_masks_of_a_layer_one_by_one(layer):
    network, inputs, target = beyond._slant_network(9300, layer, 3, 0.3)
    plain, penalty, mean = beyond._errors_with_masks(network, inputs, target, layer)
    # the same mean by the package's own average of all thinned networks
    outputs = averaging.exact_average(network, inputs)[:, 0]
    total = np.zeros(len(inputs))
    for k in range(8):
        mask = np.array([k >> j & 1 for j in range(3)], float)
        noise = [None] * 3
        noise[layer] = mask[None]
        out = nn.forward(network, inputs, noise)[-1][:, 0]
        total += np.prod(np.where(mask, 0.3, 0.7)) * (target - out) ** 2 / 2
    assert np.allclose(mean, total)
    assert np.allclose(plain, (target - nn.predict(network, inputs)[:, 0]) ** 2 / 2)
    if layer == 2:
        assert np.allclose(plain, (target - outputs) ** 2 / 2)
    # the slopes of the output, by small changes of one unit
    hidden = nn.forward(network, inputs)[layer]
    rest = nn.Network(network.weights[layer:], network.biases[layer:], (1.0,) * (3 - layer),
                      hidden="tanh", output="linear")  # fmt: skip
    slopes = []
    for j in range(3):
        step = 1e-6 * np.eye(3)[j]
        up, down = (nn.forward(rest, 0.3 * hidden + sign * step)[-1][:, 0] for sign in (1, -1))
        slopes.append((up - down) / 2e-6)
    expected = 0.3 * 0.7 / 2 * (np.array(slopes).T ** 2 * hidden**2).sum(axis=1)
    assert np.allclose(penalty, expected, rtol=1e-5)


def test_gaps_are_shares_of_the_penalty(monkeypatch):
    exact, off = (np.array([1.0, 3.0]), np.array([0.5, 0.5])), np.array([2.0, 3.0])

    def errors(seed, **_settings):
        mean = {name: exact[0] + seed for name in beyond.MASKED}
        return experiments.LastLayer(
            {name: exact[1] for name in beyond.MASKED},
            dict(zip(beyond.MASKED, (exact[0] + seed - exact[1], off), strict=True)),
            mean,
        )

    monkeypatch.setattr(beyond, "last_layer_errors", errors)
    found = experiments.last_layer_gaps((0, 1), units=3)
    assert pick(found, beyond.MASKED[0]).values.tolist() == [0, 0]
    # seed 0: off by 1.5 and 0.5 of a mean penalty of 1.5; seed 1: by 0.5 and 0.5 of 2.5
    assert pick(found, beyond.MASKED[1]).values == pytest.approx([1.0 / 1.5, 0.5 / 2.5])


# --- products


def test_products_are_those_of_the_weights_and_no_map_has_less():
    found = experiments.product_paths(SEEDS, units=4, epochs=4, records=3)
    assert found.epochs.tolist() == [0, 2, 4]
    for arm in beyond.LINEAR_ARMS:
        assert found.products[arm].shape == (2, 3, 4) and found.least[arm].shape == (2, 3)
        assert ((found.products[arm] ** 2).sum(axis=-1) >= found.least[arm] * (1 - 1e-9)).all()
    rng = experiments.training_streams(SEEDS)
    teachers = [beyond._teacher(source) for source in rng]
    for teacher in teachers:
        singular = np.linalg.svd(teacher, compute_uv=False)
        assert singular == pytest.approx([*beyond.TEACHER, 0, 0, 0], abs=1e-12)
    # all arms start alike
    assert np.array_equal(found.products["none"][:, 0], found.products["dropout"][:, 0])
    assert not np.array_equal(found.products["none"][:, -1], found.products["dropout"][:, -1])


# --- training step by step


def test_its_own_loop_trains_as_training_does():
    recipe = Recipe(epochs=2, batch_size=30, learning_rate=0.05, l2=0.01, decay=0.9)
    arm = Arm("dropout", keep_prob=(1.0, 0.5), train_size=100, recipe=recipe,
              network={"scheme": "inverted"})  # fmt: skip
    split, (one, other) = experiments.splits(arm, SEEDS), (
        experiments.training_streams(SEEDS) for _ in range(2)
    )  # fmt: skip
    examples = [part.astype(np.float32) for part in (split.train_inputs, split.train_targets)]
    network = arm.new_network(one)
    epochs = list(beyond._epochs(network, examples, recipe, one, beyond._usual_gradient))
    start = arm.new_network(other)
    expected, _history = training.train(start, *examples, recipe, other, progress=False)
    assert epochs == [0, 1, 2]
    for mine, theirs in zip(network.weights, expected.weights, strict=True):
        assert np.allclose(mine, theirs, atol=1e-5)


# 1,500 draws of a gradient: the mean has a standard error of sd / 39, the ratio of two variances a
# relative one of about 0.04. Six of them: a false alarm less than once in 10⁶ times.
@pytest.mark.long
def test_noise_has_mean_zero_and_the_variance_of_one_mask():
    rng = np.random.default_rng(9300)
    network = nn.new_network((3, 4, 2), [rng], keep_prob=(1.0, 0.5), scheme="inverted",
                             dtype=np.float64)  # fmt: skip
    x, t = rng.standard_normal((1, 5, 3)), np.eye(2)[[[0, 1, 0, 1, 1]]]

    def draws(masks, variance):
        many = [
            beyond._gradient_of_effect(network, x, t, [rng], masks=masks, variance=variance)[1]
            for _draw in range(1500)
        ]
        return np.array(many).reshape(1500, -1)

    one, several = draws(1, 0.0), draws(beyond.MANY_MASKS, 0.0)
    again, alone = draws(beyond.MANY_MASKS, 1 - 1 / beyond.MANY_MASKS), draws(0, 1.0)
    error = one.std(axis=0) / 1500**0.5
    for other in (several, again):
        assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < 6 * 1.5 * error).all()
    plain = beyond._gradient_of_effect(network, x, t, [rng], masks=0, variance=0.0)[1].ravel()
    assert (np.abs(alone.mean(axis=0) - plain) < 6 * error).all()
    spread = one.var(axis=0).sum()
    for other, ratio in ((several, 1 / beyond.MANY_MASKS), (again, 1.0), (alone, 1.0)):
        assert other.var(axis=0).sum() / spread == pytest.approx(ratio, rel=0.25)


def test_effects_are_measured_in_every_arm():
    found = experiments.effects_study(SEEDS, width=5, epochs=1)
    assert {sample.arm for sample in found} == set(experiments.EFFECTS)
    for sample in found:
        assert len(sample.values) == 2 and np.isfinite(sample.values).all()
    again = experiments.effects_study(SEEDS, width=5, epochs=1)
    assert all(np.array_equal(a.values, b.values) for a, b in zip(found, again, strict=True))


# --- averages


def test_losses_of_averages_are_those_of_the_averages():
    found = experiments.average_losses(SEEDS, units=3, num_examples=20)
    arm = Arm("dropout", sizes=(40, 3, 10), keep_prob=(1.0, 0.5))
    trained = experiments.train_arm(arm, SEEDS)
    for k in range(2):
        network = experiments.single_network(trained.network, k)
        inputs, targets = (part[k, :20] for part in trained.test)
        for name, mean in (("arithmetic", "arithmetic"), ("geometric", "normalized geometric")):
            average = averaging.exact_average(network, inputs, mean=mean)
            loss = -np.log((average * targets).sum(axis=-1)).mean()
            assert pick(found, name).values[k] == pytest.approx(loss, rel=1e-4)
        scaled = -np.log((nn.predict(network, inputs) * targets).sum(axis=-1)).mean()
        assert pick(found, "geometric").values[k] == pytest.approx(scaled, rel=1e-4)
    for name in ("arithmetic", "geometric"):
        assert (pick(found, name).values <= pick(found, "members").values).all()


# --- what is trained


def test_a_network_of_slants_learns_a_thousand_digits_and_is_asked_of_others(monkeypatch):
    seen = []
    monkeypatch.setattr(
        training, "train", lambda *given, **more: (given[0], seen.append((given, more)))
    )
    network, inputs, target = beyond._slant_network(9300, 2, 3, 0.3)
    ((_same, x, y, recipe, rng), more), = seen  # fmt: skip
    assert network.sizes == (64, 3, 3, 1) and network.keep_prob == (1.0, 1.0, 0.3)
    assert (network.hidden, network.output, network.weights[0].dtype) == ("tanh", "linear", float)
    assert recipe == Recipe(epochs=40, learning_rate=0.02)
    assert more == {"progress": False}
    again = np.random.default_rng([9300, 1])
    start = nn.new_network((64, 3, 3, 1), again, hidden="tanh", output="linear", dtype=np.float64)
    assert np.array_equal(network.weights[1], start.weights[1])
    assert rng.random() == again.random()
    images, slants = beyond.data.digit_slants()
    order = np.random.default_rng(9300).permutation(len(images))
    assert np.array_equal(inputs, images[order[:200]])
    assert np.array_equal(target, slants[order[:200]])
    assert np.array_equal(x, images[order[200:1200]])
    assert np.array_equal(y[:, 0], slants[order[200:1200]])


def test_linear_networks_learn_the_map_of_their_teacher(monkeypatch):
    seen = []

    def epochs(*given):
        seen.append(given)
        yield from range(5)

    monkeypatch.setattr(beyond, "_epochs", epochs)
    recipe = Recipe(epochs=4)
    record_at, products, least = beyond._product_path(SEEDS, 3, 0.5, recipe, 3)
    ((network, (inputs, targets), used, _rng, gradient),) = seen
    assert used is recipe and gradient is beyond._usual_gradient
    assert network.sizes == (6, 3, 6) and network.keep_prob == (1.0, 0.5)
    assert (network.hidden, network.output, network.scheme) == ("linear", "linear", "inverted")
    assert inputs.shape == targets.shape == (2, 500, 6)
    rng = experiments.training_streams(SEEDS)
    for k, teacher in enumerate([beyond._teacher(source) for source in rng]):
        assert np.array_equal(inputs[k], rng[k].standard_normal((500, 6)))
        assert np.allclose(targets[k], inputs[k] @ teacher.T)
    assert record_at.tolist() == [0, 2, 4]
    first, second = network.weights  # which nobody trained
    lengths = np.sqrt((first**2).sum(axis=2)) * np.sqrt((second**2).sum(axis=1))
    assert np.allclose(products, lengths[:, None])
    singular = np.linalg.svd(second @ first)[1].sum(axis=-1)
    assert np.allclose(least, (singular**2 / 3)[:, None])


# --- what diverges, or has nothing to measure


@pytest.mark.parametrize("settings", [{"l2": 1e3}, {"l2": 1e300}, {"keep_prob": 1e-3}])
def test_products_that_grow_without_bound_are_said_to(settings):
    with pytest.raises(
        FloatingPointError, match="grew without bound: use a smaller l2 or a larger"
    ):
        experiments.product_paths((0, 1), units=2, epochs=40, records=2, **settings)


def test_a_gap_over_no_added_error_is_refused():
    with pytest.raises(ValueError, match=r"keep_prob must be large enough .*; got 1e-200"):
        experiments.last_layer_gaps((0, 1), units=2, keep_prob=1e-200)
