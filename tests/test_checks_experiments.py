"""The error contract, for every public function of the experiments and of samples at once.

Every parameter of every public function has to stand in a table here: a new function without cases
fails the first test.
"""

import inspect
from dataclasses import dataclass, field, replace
from types import FunctionType

import joblib
import numpy as np
import pytest

from dropoutlab import experiments, samples
from dropoutlab import network as nn
from dropoutlab.experiments import Arm
from dropoutlab.samples import Sample, Summary
from dropoutlab.training import Recipe

SHORT = Arm("short", recipe=Recipe(epochs=1))
NETWORK = nn.new_network((4, 3, 2), np.random.default_rng(0).spawn(2))
TRAINED = experiments.train_arm(SHORT, [0, 1])
ONE = Sample("none", "error", (0, 1), [1.0, 2.0], {"p": 0.5})

NAN, INF = float("nan"), float("inf")
NOT_NUMBERS = ["one", None, True, 1j, {}, NAN, INF]
POSITIVE = [*NOT_NUMBERS, 0.0, -1.0, [0.1]]
KEEP_PROB = [*NOT_NUMBERS, 0.0, -0.1, 1.1, [0.5]]
COUNT = ["1", None, 1.5, NAN, 0, -1, True, [1]]
NOT_LISTS = ["0", None, 3, 0.5, {0, 1}, {"a": 1}, iter([0, 1])]
SEVERAL_SEEDS = [*NOT_LISTS, [], [0, 0], [0, -1], [0, 0.5], [0, 1.0], ["0", "1"], [0, True],
                 [0, None], [[0, 1]], np.array([0.0, 1.0]), np.array([[0, 1]])]  # fmt: skip
TWO_SEEDS = [*SEVERAL_SEEDS, [0], range(1)]
SEED = ["0", None, -1, 0.5, True, [0]]


def several(*bad):
    return [*NOT_LISTS, [], *([value] for value in bad)]


LISTS = {
    "positive": [*several(0.0, -1.0, "a", NAN, True, None), [0.1, 0.1]],
    "counts": [*several(0, -1, 1.5, "1", True, None), [2, 2]],
    "probabilities": [*several(-0.1, 1.1, "a", NAN, True, None), [0.5, 0.5]],
}
LAYERS_2 = [*NOT_LISTS, (), (0.5,), (0.5, 0.5, 0.5), (0.5, 0.0), (0.5, 1.1), (0.5, "1"), (NAN, 1.0)]
LAYERS_3 = [*NOT_LISTS, (), (0.5, 0.5), (0.5,) * 4, (1.0, 0.5, 0.0), (0.5, 0.5, True)]
SETTINGS = ["p", None, [("p", 1)], {"p": None}, {"p": [1]}, {1: 2}, {"arm": 1}, {"p": True}]
WORDS = [None, 1, b"a", ["a"]]
ARM = ["none", None, {}, NETWORK]
OBJECT = ["none", None, {}, NETWORK, SHORT, [TRAINED]]


@dataclass
class Cases:
    """Arguments that a function accepts, and values of each that it has to refuse."""

    good: dict
    bad: dict
    free: set = field(default_factory=set)  # parameters that take anything


def seeded(**bad):
    return Cases({"seeds": (0, 1)}, {"seeds": TWO_SEEDS, **bad}, {"progress"})


def chosen(**bad):
    """Of an experiment on arms with their settings."""
    settings = ["L2", None, [("L2", 1)], {"l2": 1}, {1: 1}, *({"L2": bad} for bad in POSITIVE),
                {"dropout": 1.1}]  # fmt: skip
    cases = seeded(settings=settings, **bad)
    return replace(cases, good={**cases.good, "settings": {"L2": 0.1}})


NETWORKS = {"keep_prob": KEEP_PROB, "units": COUNT}
FEW_UNITS = [*COUNT, 1, 11]
TABLE = {
    Arm: Cases(
        {"name": "a"},
        {
            "name": WORDS,
            "settings": SETTINGS,
            "sizes": [*NOT_LISTS, (), (40,), (64, 10), (40, 9), (40, 0, 10), (40, 1.5, 10)],
            "keep_prob": [bad for bad in LAYERS_2 if bad is not None],
            "train_size": [*COUNT, 2001],
            "test_size": [*(bad for bad in COUNT if bad is not None), 4001, 5000],
            "source": [*WORDS, "mnist", "digits"],
            "recipe": ["short", None, {}, Recipe],
            "network": ["relu", None, [("noise", "gaussian")], {"nose": "gaussian"}, {1: "relu"},
                        {"hidden": "rleu"}, {"hidden": 1}, {"dtype": np.float64},
                        {"noise": "gaussian"}],
        },
    ),
    experiments.splits: Cases(
        {"arm": SHORT, "seeds": [0]}, {"arm": ARM, "seeds": SEVERAL_SEEDS}
    ),
    experiments.train_arm: Cases(
        {"arm": SHORT, "seeds": [0]}, {"arm": ARM, "seeds": SEVERAL_SEEDS}
    ),
    experiments.watch_arm: Cases(
        {"arm": SHORT, "seeds": [0], "records": 2},
        {"arm": ARM, "seeds": SEVERAL_SEEDS, "records": [*COUNT, 1]},
    ),
    experiments.training_streams: Cases({"seeds": [0]}, {"seeds": SEVERAL_SEEDS}),
    experiments.stream: Cases({"seed": 0, "name": "a"}, {"seed": SEED, "name": [*WORDS, ""]}),
    experiments.sweep: Cases(
        {"arms": [SHORT], "seeds": (0, 1), "measure": experiments.measure_test_error},
        {
            "arms": [*NOT_LISTS, [], SHORT, ["none"], [SHORT, SHORT]],
            "seeds": TWO_SEEDS,
            "measure": ["error", None, 1, {}],
        },
        {"progress"},
    ),
    experiments.single_network: Cases(
        {"network": NETWORK, "replicate": 1},
        {
            "network": ["net", None, TRAINED, nn.new_network((2, 2), np.random.default_rng(0))],
            "replicate": ["0", None, -1, 2, 0.5, True, [0]],
        },
    ),
    experiments.measure_test_error: Cases({"trained": TRAINED}, {"trained": OBJECT}),
    experiments.measure_coadaptation: Cases(
        {"trained": TRAINED, "measures": ["cancellation"]},
        {
            "trained": OBJECT,
            "measures": [*NOT_LISTS, [], ["cancelation"], [1], ["ablation", "ablation"]],
        },
    ),
    experiments.regularized_arm: Cases(
        {"name": "L2", "setting": 0.1}, {"name": [*WORDS, "l2", "untrained"], "setting": POSITIVE}
    ),
    experiments.tuning: seeded(),
    experiments.penalty_study: chosen(),
    experiments.early_stopping: seeded(),
    experiments.price_study: replace(
        seeded(keep_prob=[*KEEP_PROB, 0.0]), good={"seeds": (0, 1), "keep_prob": 0.6}
    ),
    experiments.keep_prob_study: seeded(
        keep_probs=[*LISTS["probabilities"], [0.0]], width=[*COUNT, 1]
    ),
    experiments.train_size_study: chosen(train_sizes=[*LISTS["counts"], [200, 100], [4001]]),
    experiments.noise_study: seeded(keep_probs=[*LISTS["probabilities"], [0.0]]),
    experiments.layer_rates_study: seeded(
        keep_probs=[*NOT_LISTS, [], [0.5], (0.9, 0.5), [(0.9,)], [(0.9, 0.5, 0.5)], [(0.9, 0.0)],
                    [(1.1, 0.5)], [(0.9, "1")], [(NAN, 1.0)], [(0.9, 0.5), (0.9, 0.5)]]
    ),
    experiments.learning_rate_study: seeded(
        learning_rates=LISTS["positive"], keep_prob=[*KEEP_PROB, 0.0]
    ),
    experiments.confidence_study: chosen(),
    experiments.convolution_study: seeded(),
    experiments.convolution_tuning: seeded(),
    experiments.variance_shift: seeded(),
    experiments.variance_ratio: Cases(
        {"mean": [0.0, 1.0], "variance": [1.0, 2.0], "keep_prob": 0.5},
        {
            "mean": ["one", None, {}, [], [NAN, 1.0], [1.0], [[1.0, 2.0]], [True, False]],
            "variance": ["one", None, {}, [], [NAN, 1.0], [1.0], [-1.0, 1.0], [0.0, 1.0]],
            "keep_prob": KEEP_PROB,
        },
    ),
    experiments.recurrent_study: seeded(),
    experiments.recurrent_tuning: seeded(),
    experiments.timing_study: seeded(keep_prob=KEEP_PROB, units=COUNT),
    experiments.doubt_study: seeded(
        examples=[*LISTS["counts"], [50, 20], [11]], inputs=COUNT, keep_prob=KEEP_PROB
    ),
    experiments.passes_study: seeded(passes=[*LISTS["counts"], [5, 2], [1, 2]]),
    experiments.small_removals: seeded(**NETWORKS),
    experiments.unit_losses: Cases({"seed": 0}, {"seed": SEED, **NETWORKS, "units": FEW_UNITS}),
    experiments.answers_kept: seeded(**{**NETWORKS, "units": FEW_UNITS}),
    experiments.watch_boundaries: Cases(
        {"seed": 0}, {"seed": SEED, "units": COUNT, "keep_prob": [*NOT_NUMBERS, 0.0, -0.1, 1.1]}
    ),
    experiments.boundary_moves: seeded(
        units=COUNT, keep_prob=[*NOT_NUMBERS, 0.0, -0.1, 1.1], draws=COUNT
    ),
    experiments.mask_sharing_noise: seeded(
        batch_sizes=[*LISTS["counts"], [301]], draws=COUNT, keep_prob=LAYERS_2[2:], epochs=COUNT
    ),
    experiments.mask_sharing_error: seeded(
        learning_rates=LISTS["positive"], keep_prob=LAYERS_2[2:], epochs=COUNT
    ),
    experiments.dropout_path_distances: Cases(
        {"inputs": [[1.0, 2.0], [3.0, 4.0]], "target": [1.0, 2.0], "keep_prob": 0.5, "seeds": [0],
         "learning_rate": 0.01, "num_steps": 2, "progress": False},
        {
            "inputs": ["one", None, {}, [], [[NAN, 1.0]], [[1.0], [2.0, 3.0]], 1.0, [["1", "2"]]],
            "target": ["one", None, {}, [], [NAN, 1.0], [1.0, 2.0, 3.0]],
            "keep_prob": [*NOT_NUMBERS, 0.0, -0.1, 1.1, [0.5] * 3],
            "seeds": SEVERAL_SEEDS,
            "learning_rate": POSITIVE,
            "num_steps": [*COUNT, 1],
            "batch_size": COUNT,
        },
        {"progress"},
    ),
    experiments.spread_around_minimum: seeded(
        learning_rates=LISTS["positive"], keep_prob=KEEP_PROB, num_examples=[*COUNT, 1],
        num_steps=[*COUNT, 19], batch_size=COUNT,
    ),
    experiments.standard_against_inverted: seeded(
        keep_prob=[*KEEP_PROB, 1e-200, 1e-160], learning_rate=POSITIVE, weight_decay=POSITIVE,
        max_norm=POSITIVE, num_steps=COUNT,
    ),
    experiments.last_layer_errors: Cases(
        {"seed": 0}, {"seed": SEED, "units": [*COUNT, 13], "keep_prob": KEEP_PROB}
    ),
    experiments.last_layer_gaps: seeded(units=[*COUNT, 13], keep_prob=[*KEEP_PROB, 1, 1.0]),
    experiments.product_paths: seeded(
        units=COUNT, keep_prob=KEEP_PROB, l2=[*NOT_NUMBERS, -1.0, [0.1]], epochs=COUNT,
        records=[*COUNT, 1],
    ),
    experiments.effects_study: seeded(keep_prob=KEEP_PROB, width=COUNT, epochs=COUNT),
    experiments.average_losses: seeded(
        units=[*COUNT, 13], keep_prob=KEEP_PROB, num_examples=[*COUNT, 3001]
    ),
    experiments.averages_against_masks: seeded(
        num_masks=[*LISTS["counts"], [5, 2]], keep_prob=LAYERS_3, hidden_units=COUNT
    ),
    experiments.forgotten_scaling: seeded(keep_prob=LAYERS_3, hidden_units=COUNT),
    experiments.scheme_gaps: Cases(
        {"seeds": [0]},
        {"seeds": SEVERAL_SEEDS, "keep_prob": [*LAYERS_2, (0.5, 1e-200)], "hidden_units": COUNT,
         "learning_rate": POSITIVE, "l2": POSITIVE, "max_norm": POSITIVE, "updates": COUNT},
    ),
    experiments.exact_averages: seeded(
        keep_prob=KEEP_PROB, units=[*COUNT, 1, 3, 22], num_examples=[*COUNT, 1001]
    ),
    experiments.symptom_study: seeded(passes=[*LISTS["counts"], [5, 2]]),
    experiments.printed_loss_study: seeded(passes=[*LISTS["counts"], [5, 2]]),
    Sample: Cases(
        {"arm": "a", "measure": "m", "seeds": (0, 1), "values": [1, 2]},
        {
            "arm": WORDS,
            "measure": WORDS,
            "seeds": [*SEVERAL_SEEDS, [0], [0, 1, 2]],
            "values": ["12", None, {}, [], [1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], ["1", "2"],
                       [1j, 2], [True, False], [True, 2.0], [1.0, np.array(True)],
                       [[1], [2, 3]]],
            "settings": SETTINGS,
        },
    ),
    samples.samples_of: Cases(
        {"arm": "a", "settings": {}, "seeds": (0, 1), "found": {"m": [1, 2]}},
        {
            "arm": WORDS,
            "settings": SETTINGS,
            "seeds": [*SEVERAL_SEEDS, [0], [0, 1, 2]],
            "found": ["m", None, [("m", [1, 2])], {"m": [1]}, {"m": "12"}, {1: [1, 2]}, {}],
        },
    ),
    samples.check_settings: Cases({"settings": {}}, {"settings": SETTINGS}),
    **{
        function: Cases(
            {"samples": [ONE], "p": 0.5},
            {
                "samples": [*NOT_LISTS, [], ONE, ["none"], {"a": ONE}],
                "arm": ["None", "nona", 1, ["none"]],
                "measure": ["eror", "", 1, ["error"]],
                "p": [0.4, "0.5", [0.5]],
                "q": [0.5, None],
            },
            {"settings"},
        )
        for function in (samples.pick, samples.pick_all)
    },
}  # fmt: skip


def test_what_is_changed_after_the_check_changes_nothing():
    keep_prob, sizes, settings, network = [1.0, 0.5], [40, 3, 10], {"p": 1}, {"hidden": "tanh"}
    arm = Arm("a", settings, sizes, keep_prob, network=network)
    sample = Sample("a", "m", (0, 1), [1.0, 2.0], settings)
    keep_prob[1], sizes[1], settings["p"], network["hidden"] = 7.0, 0, None, "rleu"
    assert (arm.keep_prob, arm.sizes, arm.network) == ((1.0, 0.5), (40, 3, 10), {"hidden": "tanh"})
    assert arm.settings == sample.settings == {"p": 1}


QUICK = (  # the others train for long: the claims' tests call them
    Arm, experiments.splits, experiments.train_arm, experiments.watch_arm,
    experiments.training_streams, experiments.stream, experiments.sweep, experiments.single_network,
    experiments.measure_test_error, experiments.measure_coadaptation, experiments.regularized_arm,
    experiments.variance_ratio,
    experiments.dropout_path_distances, Sample, samples.samples_of,
    samples.check_settings, samples.pick, samples.pick_all,
)  # fmt: skip
RETURNED = {  # made by experiments, not by hand
    experiments.Boundaries, experiments.ConfidenceStudy,
    experiments.LastLayer, experiments.PathDistances,
    experiments.PenaltyStudy, experiments.Products, experiments.SchemeGaps, experiments.Trained,
    experiments.UnitLosses, Summary,
}  # fmt: skip

INSTEAD = {
    "q": ["settings"],
    "p": ["settings"],
    "network": ["hidden", "scheme"],
    "found": ["measure", "values"],
    "seeds": ["values"],
    "test_size": ["train_size"],
    "source": ["sizes"],
    "samples": ["measure", "values"],
    "mean": ["variance"],
    "settings": ["name", "setting"],
}
CASES = [
    pytest.param(function, name, value, id=f"{function.__name__}-{name}-{k}")
    for function, cases in TABLE.items()
    for name, values in cases.bad.items()
    for k, value in enumerate(values)
]


@pytest.fixture(autouse=True)
def in_this_process():
    with joblib.parallel_config("sequential"):
        yield


def test_every_parameter_of_every_public_function_has_cases():
    offered = [getattr(experiments, name) for name in experiments.__all__]
    offered += [value for name, value in vars(samples).items() if not name.startswith("_")]
    public = {
        value
        for value in offered
        if isinstance(value, (type, FunctionType))
        if value.__module__.startswith((experiments.__name__, samples.__name__))
    }
    assert public - RETURNED == set(TABLE)
    for function, cases in TABLE.items():
        parameters = set(inspect.signature(function).parameters)
        assert parameters - cases.free <= set(cases.bad), function.__name__
        assert all(cases.bad.values())


def test_whatever_can_be_had_from_experiments_is_named_there():
    listed = {name for name in vars(experiments) if not name.startswith("_")}
    modules = {
        "architectures", "arms", "beyond_linear", "cancelling", "coadaptation", "index", "masking",
        "practice", "regularizer", "scaling", "symptoms",
    }  # fmt: skip
    assert listed - modules - {"public_dir"} == set(experiments.__all__) == set(dir(experiments))


@pytest.mark.parametrize("function", QUICK, ids=lambda function: function.__name__)
def test_good_arguments_are_accepted(function):
    function(**TABLE[function].good)


@pytest.fixture(autouse=True)
def no_training(monkeypatch, request):
    """A refusal has to come before anything is trained."""
    if "refused" in request.node.name:

        def trained(*_arguments, **_settings):
            raise AssertionError("trained before the arguments were checked")

        for module in ("training.train", "linear.sgd_with_dropout"):
            monkeypatch.setattr(f"dropoutlab.{module}", trained)


@pytest.mark.long  # together: two thousand cases
@pytest.mark.parametrize(("function", "name", "bad"), CASES)
def test_bad_arguments_are_refused_by_name_before_any_work(function, name, bad):
    arguments = {**TABLE[function].good, name: bad}
    with pytest.raises((TypeError, ValueError)) as refusal:
        function(**arguments)
    message = str(refusal.value)
    # what does not fit another argument, or is wrong within it, may be named in its place
    names = {name, *INSTEAD.get(name, ())}
    assert any(f"{argument} must" in message for argument in names)
    assert "got" in message
