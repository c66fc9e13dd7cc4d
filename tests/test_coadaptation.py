"""The measures: by hand, at the ends of their ranges, unmoved by what must not matter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropoutlab import coadaptation
from dropoutlab import network as nn
from dropoutlab.averaging import exact_average

seeds = st.integers(0, 2**32 - 1)
POSITIVE = np.array([[1.0, 2.0], [3.0, 1.0]])  # inputs on which ReLU does nothing


def linear_net(outgoing, keep_prob=1.0, output="linear"):
    """Two inputs, passed on unchanged by two ReLU units, and the given outgoing weights."""
    outgoing = np.array(outgoing, float)
    return nn.Network(
        (np.eye(2), outgoing), (np.zeros(2), np.zeros(len(outgoing))), (1.0, keep_prob),
        output=output,
    )  # fmt: skip


def random_net(seed, replicates=None, units=6):
    rng = np.random.default_rng(seed)
    rng = rng if replicates is None else rng.spawn(replicates)
    return nn.new_network((4, units, 3), rng, keep_prob=(1.0, 0.5), dtype=np.float64)


def data(seed, count=15):
    rng = np.random.default_rng([seed, 1])
    return rng.standard_normal((count, 4)), np.eye(3)[rng.integers(3, size=count)]


def test_cancellation_by_hand():
    # contributions 1 and −2: net 1 of gross 3; 3 and −1: net 2 of gross 4
    network = linear_net([[1, -1]])
    assert coadaptation.cancellation(network, POSITIVE) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert coadaptation.cancellation(linear_net([[1, 1]]), POSITIVE) == 0
    assert coadaptation.cancellation(linear_net([[2, -1]]), POSITIVE[:1]) == 1
    assert coadaptation.cancellation(linear_net([[0, 0]]), POSITIVE) == 0


def test_interaction_by_hand():
    # linear output o = h1 + h2, target 0, loss o²/2: removing 1, 2 leaves (Δ1, Δ2, Δ12) of
    # h = (1, 2): 2 − 4.5, 0.5 − 4.5, 0 − 4.5; h = (3, 1): 0.5 − 8, 4.5 − 8, 0 − 8
    found = coadaptation.interaction(
        linear_net([[1, 1]]), POSITIVE, np.zeros((2, 1)), np.random.default_rng(0), pairs=3
    )
    assert found == pytest.approx((2.0 + 3.0) / (6.5 + 11.0))


def test_negative_share_by_hand():
    # a linear output and a squared error: the interaction is the product of two contributions
    targets, rng = np.zeros((2, 1)), np.random.default_rng(0)
    for outgoing, share in (([[1, 1]], 0), ([[1, -1]], 1), ([[-2, -3]], 0)):
        found = coadaptation.negative_share(linear_net(outgoing), POSITIVE, targets, rng, pairs=3)
        assert found == pytest.approx(share)
    # contributions 1, 2, −3: the products are 2, −3, −6
    network = nn.Network(
        (np.eye(3), np.array([[1.0, 1.0, -1.0]])), (np.zeros(3), np.zeros(1)), (1.0, 1.0),
        output="linear",
    )  # fmt: skip
    found = coadaptation.negative_share(
        network, np.array([[1.0, 2.0, 3.0]]), np.zeros((1, 1)), rng, pairs=3000
    )
    assert found == pytest.approx(9 / 11, abs=0.05)


def cancellation_of_centred(network, inputs):
    return coadaptation.cancellation(coadaptation.centred(network), inputs)


def test_centring_changes_no_softmax_output_and_undoes_a_shift():
    network, (inputs, _targets) = random_net(3), data(3)
    shift = np.arange(6.0)  # another number for each unit, the same for all outputs
    shifted = replace(network, weights=(network.weights[0], network.weights[1] + shift))
    assert np.allclose(nn.predict(shifted, inputs), nn.predict(network, inputs))
    plain, moved = (coadaptation.cancellation(net, inputs) for net in (network, shifted))
    assert abs(plain - moved) > 0.05
    plain, moved = (cancellation_of_centred(net, inputs) for net in (network, shifted))
    assert plain == pytest.approx(moved)
    # by hand: outgoing (1, 0) and (−1, 0) over the outputs become ±(½, −½)
    by_hand = linear_net([[1, -1], [0, 0]], output="softmax")
    assert coadaptation.cancellation(by_hand, POSITIVE[:1]) == pytest.approx((2 / 3 + 0) / 2)
    assert cancellation_of_centred(by_hand, POSITIVE[:1]) == pytest.approx(2 / 3)


@pytest.mark.long
def test_chance_cancellation_is_the_mean_over_all_signs():
    # contributions ±1 and ±2: of four choices two leave 3 of 3 and two leave 1 of 3
    found = coadaptation.chance_cancellation(
        linear_net([[1, 1]]), POSITIVE[:1], np.random.default_rng(0), draws=4000
    )
    assert found == pytest.approx(1 / 3, abs=5 * (1 / 3) / np.sqrt(4000))


def test_ablation_by_hand():
    # o = h1 + h2 = 3 for h = (1, 2); one of two removed and the other doubled: 2 or 4
    errors = coadaptation.ablation(
        linear_net([[1, 1]]), POSITIVE[:1], [[3.0]], 0.5, np.random.default_rng(0), draws=5
    )
    assert errors == pytest.approx(1.0)
    whole = coadaptation.ablation(
        linear_net([[1, 1]]), POSITIVE[:1], [[3.0]], 0.0, np.random.default_rng(0)
    )
    assert whole == 0


def test_refit_is_least_squares_on_the_chosen_units():
    # the target is 5 h1 − h2 + 2, which two units and a constant can say exactly
    rng = np.random.default_rng(1)
    inputs = rng.random((50, 2))
    targets = 5 * inputs[:, :1] - inputs[:, 1:] + 2
    network = linear_net([[1, 1]])
    both, one = (
        coadaptation.refit_error(
            network, (inputs, targets), (inputs, targets), rng, units=units, ridge=1e-12
        )
        for units in (2, 1)
    )
    assert both < 1e-6 and one > 0.1


def test_activity_and_correlation_by_hand():
    network, inputs = linear_net([[1, 1]]), np.array([[1.0, -1.0], [2.0, -2.0], [3.0, 4.0]])
    assert coadaptation.active_share(network, inputs) == pytest.approx(4 / 6)
    expected = np.corrcoef([1, 2, 3], [0, 0, 4])[0, 1]
    assert coadaptation.mean_correlation(network, inputs) == pytest.approx(expected)
    assert np.isnan(coadaptation.mean_correlation(network, inputs[:2]))  # the second never changes


def test_effective_units_by_hand():
    # mean sizes of the contributions: 2 · 1 and 1.5 · 2; equal ones; one only
    found = coadaptation.effective_units(linear_net([[1, -2]]), POSITIVE)
    assert found == pytest.approx((2 + 3) ** 2 / (4 + 9))
    assert coadaptation.effective_units(linear_net([[3, 4]]), POSITIVE) == pytest.approx(2)
    assert coadaptation.effective_units(linear_net([[0, 4]]), POSITIVE) == pytest.approx(1)
    assert np.isnan(coadaptation.effective_units(linear_net([[0, 0]]), POSITIVE))


SIGNED = np.array([[1.0, -1.0], [2.0, -2.0], [3.0, -4.0]])


def passing_on(outgoing):
    """Like `linear_net`, but of linear hidden units, which may be negative."""
    return replace(linear_net(outgoing), hidden="linear")


def test_negative_activations_count_by_their_size():
    network, rng = passing_on([[1, 1]]), np.random.default_rng(0)
    assert coadaptation.mean_correlation(network, SIGNED) == pytest.approx(
        -np.corrcoef(SIGNED.T)[0, 1]
    )
    assert coadaptation.active_share(network, SIGNED) == pytest.approx(1 / 2)
    # mean sizes 2 and 7/3
    found = coadaptation.effective_units(network, SIGNED)
    assert found == pytest.approx((2 + 7 / 3) ** 2 / (4 + 49 / 9))
    found = coadaptation.effective_units(passing_on([[-1, -1]]), SIGNED)
    assert found == pytest.approx((2 + 7 / 3) ** 2 / (4 + 49 / 9))
    # contributions 3 and −4: 1 of 7; ±3 and ±4 with signs by chance: 1 or 7 of 7
    assert coadaptation.cancellation(network, SIGNED[2:]) == pytest.approx(6 / 7)
    chance = coadaptation.chance_cancellation(network, SIGNED[2:], rng, draws=400)
    assert chance == pytest.approx(3 / 7, abs=6 * (3 / 7) / np.sqrt(400))  # 6 sd: 2e-9
    # the interaction of h1 = 3 and h2 = −4 is their product, −12, of |Δ1 + Δ2|: by hand
    o, rest = 3 - 4, {1: -4, 2: 3}
    alone = (rest[1] ** 2 - o**2) / 2 + (rest[2] ** 2 - o**2) / 2
    found = coadaptation.interaction(network, SIGNED[2:], [[0.0]], rng, pairs=2)
    assert found == pytest.approx(abs((0 - o**2) / 2 - alone) / abs(alone))
    assert coadaptation.negative_share(network, SIGNED[2:], [[0.0]], rng, pairs=2) == 1


def test_a_refit_is_judged_on_the_test_set():
    rng = np.random.default_rng(1)
    x = rng.random((50, 2))
    y = x.sum(axis=1, keepdims=True)
    found = coadaptation.refit_error(
        linear_net([[1, 1]]), (x, y), (x, y + 3), rng, units=2, draws=1, ridge=1e-12
    )
    assert found == pytest.approx(3, abs=1e-4)  # fitted to y, and 3 off
    found = coadaptation.refit_error(
        linear_net([[1, 1]]), (x, y), (x + 1, y + 2), rng, units=2, draws=1, ridge=1e-12
    )
    assert found < 1e-4  # the test set's inputs


def test_removing_no_unit_is_done_once_and_one_unit_stays():
    x, network = POSITIVE[:1], linear_net([[1, 1]])
    rng = np.random.default_rng(0)
    assert coadaptation.ablation(network, x, [[3.0]], 0.2, rng) == 0  # 0.4 of a unit: none
    found = coadaptation.ablation(network, x, [[3.0]], 0.99, rng, draws=5)
    assert found == pytest.approx(1.0)


@pytest.mark.parametrize("size", [1e-200, 1e-150, 1.0, 1e150])
def test_shares_and_ratios_do_not_depend_on_the_size_of_numbers(size):
    small = linear_net([[1, -2]])
    other = replace(small, weights=(small.weights[0] * size, small.weights[1] * size))
    for measure in (
        coadaptation.cancellation,
        coadaptation.effective_units,
        coadaptation.mean_correlation,
        coadaptation.active_share,
    ):
        assert measure(other, POSITIVE) == pytest.approx(measure(small, POSITIVE), nan_ok=True)


def test_measures_of_losses_know_saturated_outputs():
    # logistic unit, pre-activation 1000 (h1 + h2) at h = (1, 1), target 0: losses 2000, 1000, 1000
    # and log 2; every loss grows by 1000 a unit but for the last
    network = linear_net([[1000, 1000]], output="logistic")
    rng = np.random.default_rng(0)
    found = coadaptation.interaction(network, [[1.0, 1.0]], [[0.0]], rng, pairs=1)
    assert found == pytest.approx(np.log(2) / 2000)


def test_what_cannot_be_measured_is_nan_and_what_is_too_large_refused():
    rng, x = np.random.default_rng(0), POSITIVE
    dead = linear_net([[0, 0]])
    assert np.isnan(coadaptation.effective_units(dead, x))
    assert np.isnan(coadaptation.interaction(dead, x, np.zeros((2, 1)), rng))
    assert np.isnan(coadaptation.negative_share(dead, x, np.zeros((2, 1)), rng))
    flat = nn.Network((np.full((2, 9), 0.1), np.ones((1, 2))), (np.zeros(2), np.zeros(1)), (1, 1))
    assert np.isnan(coadaptation.mean_correlation(flat, np.full((7, 9), 0.1)))
    with pytest.raises(ValueError, match="must be small enough"):
        coadaptation.interaction(linear_net([[1e200, 1]]), x, np.zeros((2, 1)), rng)


@given(seed=seeds)
@settings(max_examples=25)
def test_ranges_and_invariances(seed):
    network, (inputs, targets) = random_net(seed), data(seed)
    share = coadaptation.cancellation(network, inputs)
    assert 0 <= share <= 1
    order = np.random.default_rng(seed).permutation(6)
    shuffled = replace(
        network,
        weights=(network.weights[0][order], network.weights[1][:, order]),
        biases=(network.biases[0][order], network.biases[1]),
    )
    scaled = replace(network, weights=(network.weights[0], 3 * network.weights[1]))
    assert coadaptation.cancellation(shuffled, inputs) == pytest.approx(share)
    assert coadaptation.cancellation(scaled, inputs) == pytest.approx(share)
    active = coadaptation.active_share(network, inputs)
    assert coadaptation.active_share(shuffled, inputs) == pytest.approx(active)
    rng = np.random.default_rng(seed)
    assert coadaptation.interaction(network, inputs, targets, rng) >= 0


@given(seed=seeds)
@settings(max_examples=10)
def test_replicates_are_measured_as_if_alone(seed):
    together, (inputs, targets) = random_net(seed, 3, units=15), data(seed)

    def measures(network, rng):
        return np.array([
            coadaptation.cancellation(network, inputs),
            coadaptation.interaction(network, inputs, targets, rng(), pairs=5),
            coadaptation.negative_share(network, inputs, targets, rng(), pairs=5),
            cancellation_of_centred(network, inputs),
            coadaptation.chance_cancellation(network, inputs, rng(), draws=2),
            coadaptation.ablation(network, inputs, targets, 0.5, rng(), draws=2),
            coadaptation.refit_error(
                network, (inputs, targets), (inputs, targets), rng(), units=3, draws=2
            ),
            coadaptation.active_share(network, inputs),
            coadaptation.mean_correlation(network, inputs),
            coadaptation.effective_units(network, inputs),
            coadaptation.half_agreement(network, inputs, rng(), draws=2),
            coadaptation.steadiness(network, inputs, targets, rng(), draws=2),
            coadaptation.interaction(
                coadaptation.equally_confident(network, inputs), inputs, targets, rng(), pairs=2
            ),
        ])  # fmt: skip

    found = measures(together, lambda: np.random.default_rng(seed).spawn(3))
    for k in range(3):
        alone = replace(
            together,
            weights=tuple(w[k] for w in together.weights),
            biases=tuple(b[k] for b in together.biases),
        )
        one = measures(alone, lambda k=k: np.random.default_rng(seed).spawn(3)[k])
        assert np.allclose(one, found[:, k], equal_nan=True)


def test_weights_are_those_of_test_time():
    # keeping ½: contributions halve, and with them the doubled survivor of the ablation
    network = linear_net([[1, 1]], keep_prob=0.5)
    error = coadaptation.ablation(
        network, POSITIVE[:1], [[1.5]], 0.5, np.random.default_rng(0), draws=4
    )
    assert error == pytest.approx(0.5)
    assert exact_average(network, POSITIVE[:1]) == pytest.approx(1.5)


# --- the function, not how it is written down -----------------------------------------------------


def softmax_nets(units=15, seed=5):
    rngs = np.random.default_rng(seed).spawn(2)
    nets = nn.new_network((4, units, 3), rngs, keep_prob=(1.0, 0.5), dtype=np.float64)
    rng = np.random.default_rng(seed)
    return nets, rng.standard_normal((60, 4)), np.eye(3)[rng.integers(3, size=60)]


def streams():
    return [np.random.default_rng(k) for k in range(2)]


def test_centred_is_the_same_function_with_outgoing_weights_of_mean_zero():
    nets, x, _t = softmax_nets()
    made = coadaptation.centred(nets)
    assert np.allclose(made.weights[-1].mean(axis=-2), 0)
    assert np.allclose(nn.predict(made, x), nn.predict(nets, x))


def test_equally_confident_networks_have_that_margin_and_the_same_answers():
    nets, x, t = softmax_nets()
    louder = replace(nets, weights=(nets.weights[0], 3 * nets.weights[1]))
    for net in (nets, louder):
        made = coadaptation.equally_confident(net, x, margin=2.0)
        top = np.sort(nn.logits(made, x), axis=-1)
        assert np.allclose((top[..., -1] - top[..., -2]).mean(axis=-1), 2.0)
        assert (nn.predict(made, x).argmax(-1) == nn.predict(net, x).argmax(-1)).all()
    one, other = (
        coadaptation.interaction(coadaptation.equally_confident(net, x), x, t, streams())
        for net in (nets, louder)
    )
    assert np.allclose(one, other)  # a factor on the outputs does not count
    with pytest.raises(ValueError, match="tell classes apart"):
        coadaptation.equally_confident(
            replace(nets, weights=(nets.weights[0], 0 * nets.weights[1])), x
        )


def test_two_halves_of_copies_agree_and_halves_that_contradict_do_not():
    # every unit says the same: two halves must agree
    alike = nn.Network((np.ones((4, 2)), np.repeat([[1.0], [-1.0]], 4, axis=1)),
                       (np.ones(4), np.zeros(2)), (1.0, 1.0))  # fmt: skip
    x = np.random.default_rng(0).random((20, 2))
    assert coadaptation.half_agreement(alike, x, np.random.default_rng(0)) == 1
    # two units, one for each class: each half is one of them
    apart = nn.Network((np.ones((2, 2)), np.eye(2)), (np.ones(2), np.zeros(2)), (1.0, 1.0))
    assert coadaptation.half_agreement(apart, x, np.random.default_rng(0)) == 0


def test_a_unit_whose_weights_do_not_depend_on_its_company_is_steady():
    # independent units that each add their own: least squares finds the same weight in any company
    units, examples = 15, 20_000
    h = np.abs(np.random.default_rng(0).standard_normal((examples, units)))
    own = np.random.default_rng(1).standard_normal((units, 3))
    identity = nn.Network((np.eye(units), own.T), (np.zeros(units), np.zeros(3)), (1.0, 1.0),
                          output="linear")  # fmt: skip
    steady = coadaptation.steadiness(identity, h, h @ own, np.random.default_rng(2))
    assert 0.9 < steady <= 1
    # targets that have nothing to do with the units: weights are noise, another in each company
    noise = np.random.default_rng(3).standard_normal((40, 3))
    assert coadaptation.steadiness(identity, h[:40], noise, np.random.default_rng(2)) < steady - 0.1


def test_steadiness_is_the_correlation_of_weights_fitted_in_two_companies():
    nets, x, t = softmax_nets()
    found = coadaptation.steadiness(nets, x, t, streams(), draws=1, ridge=1e-9)
    for k, rng in enumerate(streams()):
        h = np.maximum(x @ nets.weights[0][k].T + nets.biases[0][k], 0)
        order, fits = rng.choice(15, 15, replace=False), []
        for others in (order[3:9], order[9:]):
            company = h[:, [*order[:3], *others]]
            fit = np.linalg.lstsq(np.column_stack([company, np.ones(60)]), t, rcond=None)[0][:3]
            fit *= h[:, order[:3]].std(axis=0)[:, None]
            fits.append(fit - fit.mean(axis=1, keepdims=True))
        one, other = fits
        expected = (one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum())
        assert found[k] == pytest.approx(expected, abs=1e-4)


def test_steadiness_does_not_see_the_size_of_units_or_outputs():
    nets, x, t = softmax_nets()
    factors = np.linspace(0.5, 2, 15)
    first, last = nets.weights
    moved = replace(
        nets,
        weights=(first * factors[:, None], last / factors),
        biases=(nets.biases[0] * factors, nets.biases[1]),
    )
    one, other = (
        coadaptation.steadiness(net, x, t, streams(), ridge=1e-9) for net in (nets, moved)
    )
    assert np.allclose(one, other, atol=1e-4)


# --- against the definitions, on networks of no particular kind -----------------------------------


def removed_losses(network, inputs, targets, units):
    """The loss of each example at test time, without some of the last hidden units."""
    outgoing = nn.scaled_for_test(network).weights[-1].copy()
    outgoing[:, units] = 0
    cut = replace(network, weights=(*network.weights[:-1], outgoing), scheme="inverted")
    logits = nn.logits(replace(cut, keep_prob=(1.0,) * len(cut.weights)), inputs)
    return np.log(np.exp(logits).sum(axis=1)) - (targets * logits).sum(axis=1)


@pytest.mark.parametrize("seed", [1, 2])
def test_interaction_and_its_negative_share_are_those_of_the_pairs_that_are_drawn(seed):
    network, (inputs, targets) = random_net(seed), data(seed)
    rng, sums = np.random.default_rng(seed), np.zeros(3)
    whole = removed_losses(network, inputs, targets, [])
    for _ in range(4):
        pair = rng.choice(6, 2, replace=False)
        one, other, both = (
            removed_losses(network, inputs, targets, units) - whole
            for units in (pair[:1], pair[1:], pair)
        )
        beyond = both - one - other
        sums += [np.abs(beyond).sum(), np.abs(one + other).sum(), (beyond < 0) @ -beyond]
    settings = {"rng": np.random.default_rng(seed), "pairs": 4}
    found = coadaptation.interaction(network, inputs, targets, **settings)
    assert found == pytest.approx(sums[0] / sums[1], rel=1e-9)
    settings["rng"] = np.random.default_rng(seed)
    found = coadaptation.negative_share(network, inputs, targets, **settings)
    assert found == pytest.approx(sums[2] / sums[0], rel=1e-9)


@pytest.mark.parametrize("ridge", [1e-3, 0.5])
def test_a_refit_is_ridge_regression_relative_to_the_mean_square(ridge):
    network, train, test = random_net(1), data(1, 40), data(2, 30)
    found = coadaptation.refit_error(
        network, train, test, np.random.default_rng(3), units=4, draws=3, ridge=ridge
    )
    rng, errors = np.random.default_rng(3), []
    for _ in range(3):
        picked = rng.choice(6, 4, replace=False)
        fitted, judged = (
            np.column_stack([nn.forward(network, x)[1][:, picked], np.ones(len(x))])
            for x, _t in (train, test)
        )
        root = np.sqrt(ridge * (fitted**2).sum() / 5)
        weights = np.linalg.lstsq(
            np.vstack([fitted, root * np.eye(5)]), np.vstack([train[1], np.zeros((5, 3))]),
            rcond=None,
        )[0]  # fmt: skip
        errors.append(((judged @ weights).argmax(axis=1) != test[1].argmax(axis=1)).mean())
    assert found == pytest.approx(np.mean(errors))


def test_correlations_are_those_of_all_pairs_of_units_that_change():
    network, (inputs, _targets) = random_net(5), data(5)
    network.weights[0][2] = 0  # a unit that never changes
    h = np.maximum(inputs @ network.weights[0].T + network.biases[0], 0)
    units = [0, 1, 3, 4, 5]
    pairs = [(i, j) for i in units for j in units if i < j]
    expected = np.mean([abs(np.corrcoef(h[:, i], h[:, j])[0, 1]) for i, j in pairs])
    assert coadaptation.mean_correlation(network, inputs) == pytest.approx(expected)


def test_the_outgoing_weights_less_their_mean_are_all_that_centred_changes():
    network = random_net(4)
    made = coadaptation.centred(network)
    last = network.weights[-1]
    assert np.allclose(made.weights[-1], last - last.mean(axis=0))
    assert (made.weights[0] == network.weights[0]).all() and made.keep_prob == network.keep_prob
    assert all(map(np.array_equal, made.biases, network.biases))


def test_measures_keep_to_the_dtype_and_take_what_is_made_of_it():
    network, (inputs, targets) = random_net(1), data(1)
    single = replace(
        network,
        weights=tuple(np.float32(w) for w in network.weights),
        biases=tuple(np.float32(b) for b in network.biases),
    )
    for measure, more in (
        (coadaptation.cancellation, {}),
        (coadaptation.mean_correlation, {}),
        (coadaptation.effective_units, {}),
        (coadaptation.interaction, {"targets": targets, "pairs": 3}),
        (coadaptation.ablation, {"targets": targets, "fraction": 0.5, "draws": 3}),
    ):
        found = [
            measure(net, inputs, **more,
                    **({"rng": np.random.default_rng(0)} if more else {}))
            for net in (network, single)
        ]  # fmt: skip
        assert found[0] == pytest.approx(found[1], rel=1e-3)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 2, 0.5), (0, 0, np.nan), (1, 0, np.inf), (0, 3, 0)]
)
def test_a_ratio_without_a_whole_is_no_number_or_infinite(part, whole, expected):
    assert coadaptation._ratio(part, whole) == pytest.approx(expected, nan_ok=True)


def test_steadiness_of_units_that_are_dead_is_refused_and_small_targets_are_no_fault():
    rng = np.random.default_rng(0)
    net = nn.new_network((4, 15, 3), rng, output="linear", dtype=np.float64)
    x, t = rng.random((30, 4)), rng.standard_normal((30, 3))
    found = coadaptation.steadiness(net, x, t, np.random.default_rng(1))
    tiny = coadaptation.steadiness(net, x, 2.0**-600 * t, np.random.default_rng(1))
    assert found == tiny
    dead = replace(net, weights=(-np.abs(net.weights[0]), net.weights[1]))
    for network, targets in ((dead, t), (net, 0 * t)):
        with pytest.raises(ValueError, match=r"network and targets must .*; got units that do not"):
            coadaptation.steadiness(network, x, targets, np.random.default_rng(1))
