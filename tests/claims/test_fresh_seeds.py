"""No claim of the book fails on seeds that the book does not use.

Few seeds settle little, and what they contradict is wrong: fewer than a table asks for, and of
large experiments only the arms that its claims look at.
"""

from dataclasses import replace
from functools import cache, partial

import pytest

from dropoutlab import experiments
from dropoutlab.claims import TABLES, judge_table
from dropoutlab.claims import coadaptation as of_chapter
from dropoutlab.claims.practice import CHOSEN, train_sizes
from dropoutlab.experiments import coadaptation
from dropoutlab.samples import pick_all

SEEDS = range(9200, 9206)
FEWER_ARMS = {
    train_sizes: partial(
        experiments.train_size_study,
        settings=CHOSEN,
        train_sizes=(100, 500, 4000),
        progress=False,
    ),
    experiments.keep_prob_study: partial(
        experiments.keep_prob_study, keep_probs=(1.0, 0.5, 0.2), progress=False
    ),
    experiments.layer_rates_study: partial(
        experiments.layer_rates_study,
        keep_probs=[(1.0, 1.0), (1.0, 0.8), (0.9, 0.8), (0.9, 1.0)],
        progress=False,
    ),
    experiments.mask_sharing_error: partial(
        experiments.mask_sharing_error, learning_rates=(0.1, 0.01), progress=False
    ),
}


@cache
def found_by(experiment):
    """Tables of one experiment share its run."""
    return FEWER_ARMS.get(experiment, experiment)(SEEDS)


# Their networks are trained in a few seconds; the others take minutes, and are judged in full only.
SMALL = {
    "one unit in twelve", "boundaries", "mistakes at test time", "exact averages", "wandering",
    "averages of members", "confidence", "printed losses",
}  # fmt: skip


def one_group(table):
    """Tables of one experiment are judged by one worker."""
    shared = table.experiment is experiments.penalty_study
    group = pytest.mark.xdist_group("claims" if shared else table.name)
    marks = [group, *([] if table.name in SMALL else [pytest.mark.full])]
    return pytest.param(table, marks=marks, id=table.name)


@pytest.mark.slow
@pytest.mark.parametrize("table", [one_group(table) for table in TABLES])
def test_no_claim_fails_on_fresh_seeds(table):
    rows = judge_table(replace(table, experiment=lambda _: found_by(table.experiment)))
    assert [row.claim.name for row in rows if row.verdict.word == "fails"] == []


OF_DROPOUT = {
    "dropout-helps", "dropout-beats-l2", "dropout-beats-max-norm", "both-and-dropout",
}  # fmt: skip
# without any regulariser the gap is wider still, and dropout with L1 farther ahead
WITHOUT_IT_TOO = {"gap-narrower", "l1-and-dropout"}


def judged(samples):
    study = experiments.PenaltyStudy(None, {}, samples)
    rows = judge_table(replace(of_chapter.ERRORS, experiment=lambda _: study))
    return {row.claim.name: row.verdict for row in rows}


@pytest.mark.slow
@pytest.mark.full
@pytest.mark.xdist_group("claims")
def test_no_claim_about_dropout_holds_of_a_network_without_it(monkeypatch):
    with_it = found_by(experiments.penalty_study).samples
    make, measure = experiments.regularized_arm, experiments.measure_coadaptation
    errors = ("training error", "test error")
    monkeypatch.setattr(
        coadaptation, "regularized_arm", lambda *item: replace(make(*item), keep_prob=(1.0, 1.0))
    )
    monkeypatch.setattr(coadaptation, "measure_coadaptation", lambda t, m=errors: measure(t, m))
    study = experiments.penalty_study(
        SEEDS, {"dropout": experiments.SETTINGS["dropout"]}, progress=False
    )
    others = [sample for sample in with_it if sample.arm != "dropout"]
    before, after = judged(with_it), judged([*pick_all(study.samples, "dropout"), *others])
    assert {name for name in before if before[name].mean != after[name].mean} == (
        OF_DROPOUT | WITHOUT_IT_TOO
    )
    assert after["dropout-helps"].word == "fails"
    assert [name for name in OF_DROPOUT if after[name].word == "holds"] == []
