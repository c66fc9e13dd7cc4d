import numpy as np
import pytest

from dropoutlab.data import digit_images, digit_slants, slant


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
