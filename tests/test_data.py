import numpy as np
import pytest

from dropoutlab.data import (
    digit_images,
    digit_slants,
    digit_split,
    mnist1d,
    mnist1d_split,
    one_hot,
    slant,
    synthetic_regression,
)


def test_the_digits_are_complete():
    images, labels = digit_images()
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 1)
    assert set(labels) == set(range(10))


@pytest.mark.parametrize(("drawing", "expected"), [("|", 0), ("/", 1), ("\\", -1)])
def test_slant_of_a_stroke(drawing, expected):
    stroke = {"|": np.zeros((3, 3)), "/": np.eye(3)[:, ::-1], "\\": np.eye(3)}[drawing]
    if drawing == "|":
        stroke[:, 1] = 1
    assert slant([stroke])[0] == pytest.approx(expected)


def test_shearing_an_image_adds_to_its_slant():
    rows = np.random.default_rng(0).uniform(size=(6, 4))
    upright, sheared = np.zeros((6, 12)), np.zeros((6, 12))
    for k, ink in enumerate(rows):
        upright[k, 5:9] = ink
        sheared[k, 5 - k : 9 - k] = ink
    plain, leaning = slant([upright, sheared])
    assert leaning - plain == pytest.approx(1)


def test_the_regression_set_is_standardised():
    inputs, target = digit_slants()
    assert inputs.shape == (1797, 64)
    assert target.mean() == pytest.approx(0, abs=1e-12)
    assert target.std() == pytest.approx(1)


def test_a_split_has_no_image_twice_and_nests():
    small, large = (digit_split(size, np.random.default_rng(4)) for size in (50, 400))
    assert (small.test_inputs == large.test_inputs).all()
    assert (small.train_inputs == large.train_inputs[:50]).all()
    assert (small.train_targets == large.train_targets[:50]).all()
    # the digits hold no two equal images, so equal rows would be one image twice
    rows = np.concatenate([large.train_inputs, large.test_inputs])
    assert len(np.unique(rows, axis=0)) == len(rows) == 1197
    assert (large.train_targets.sum(axis=1) == 1).all()


def test_who_changes_the_digits_changes_a_copy():
    for part in digit_images():
        part[:] = 0
    images, labels = digit_images()
    assert images.any() and labels.any()


def test_the_synthetic_set_has_the_structure_it_claims():
    rng = np.random.default_rng(1)
    inputs, target = synthetic_regression(5000, [2.0, -1.0, 0.0], 0.1, rng)
    fitted = np.linalg.lstsq(inputs, target, rcond=None)[0]
    # standard error 0.1 / √5000 = 0.0014
    assert np.abs(fitted - [2, -1, 0]).max() < 7 * 0.0015
    assert (target - inputs @ fitted).std() == pytest.approx(0.1, rel=0.08)


def test_pixels_are_sixteenths_of_ink_and_belong_to_their_labels():
    images, labels = digit_images()
    assert set(np.unique(16 * images)) == set(range(17))
    inputs, target = digit_slants()
    assert (inputs == images.reshape(1797, 64)).all()
    assert np.allclose(target, (slant(images) - slant(images).mean()) / slant(images).std())
    assert list(np.bincount(labels)) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_one_hot_rows_have_a_one_at_their_label():
    rows = one_hot([2, 0, 1, 2], 4)
    assert rows.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert rows.dtype == np.float64
    assert one_hot([0], 1).tolist() == [[1]]


@pytest.mark.parametrize(("split", "whole", "classes_of", "held_out"), [
    (digit_split, lambda: digit_slants()[0], lambda: digit_images()[1], 797),
    (mnist1d_split, lambda: mnist1d()[0], lambda: mnist1d()[1], 1000),
])  # fmt: skip
def test_a_split_is_the_beginning_of_a_random_order_the_test_set_first(
    split, whole, classes_of, held_out
):
    inputs, targets = whole(), np.eye(10)[classes_of()]
    order = np.random.default_rng(4).permutation(len(inputs))
    for sizes, test_size in (({}, held_out), ({"test_size": 7}, 7)):
        found = split(30, np.random.default_rng(4), **sizes)
        for kind, picked in (("test", order[:test_size]),
                             ("train", order[test_size : test_size + 30])):  # fmt: skip
            assert (getattr(found, f"{kind}_inputs") == inputs[picked]).all()
            assert (getattr(found, f"{kind}_targets") == targets[picked]).all()


def test_a_split_may_take_all_there_is():
    everything = digit_split(1000, np.random.default_rng(0))
    assert len(everything.train_inputs) == 1000 and len(everything.test_inputs) == 797
    assert len(digit_split(1, np.random.default_rng(0), test_size=1796).train_inputs) == 1
    assert len(digit_split(1, np.random.default_rng(0), test_size=1).test_inputs) == 1


def test_who_changes_the_curves_changes_a_copy():
    for part in mnist1d():
        part[:] = 0
    inputs, labels = mnist1d()
    assert inputs.any() and labels.any()
