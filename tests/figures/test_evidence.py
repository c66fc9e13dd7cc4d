import numpy as np

from dropoutlab import experiments
from dropoutlab.figures import evidence as figures
from dropoutlab.samples import Sample, pick

RNG = np.random.default_rng(0)
SAMPLES = [
    Sample(arm, measure, range(4), np.mean(limits) + np.ptp(limits) / 9 * RNG.standard_normal(4))
    for arm in experiments.ARMS
    for measure, (_text, limits, _form) in figures.WORDS.items()
]
MEASURES = figures.Measures(SAMPLES)


def test_every_measure_is_drawn_in_every_arm():
    for measure in figures.WORDS:
        (axes,) = MEASURES.draw(measure).axes
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        found = [pick(SAMPLES, arm, measure) for arm in experiments.ARMS]
        assert np.allclose([dot.get_xdata()[0] for dot in dots], [f.values.mean() for f in found])
        for reach, one in zip(axes.collections, found, strict=True):
            summary = one.summary()
            assert np.allclose(reach.get_segments()[0][:, 0], [summary.low, summary.high])


def test_the_measures_are_those_that_are_taken():
    assert set(figures.WORDS) <= set(experiments.MEASURES)


def test_the_sentence_names_arms_and_numbers():
    said = MEASURES.describe("cancellation")
    none = pick(SAMPLES, "none", "cancellation").values.mean()
    assert said.startswith("Cancellation: share of the contributions that cancel out. none ")
    assert f"none {none:.2f}, L1 " in said and said.endswith(".")
