"""What the public modules say, word for word, to arguments that do not fit or are out of range."""

from dataclasses import replace

import numpy as np
import pytest

from dropoutlab import (
    averaging,
    coadaptation,
    convolution,
    data,
    glm,
    linear,
    masks,
    recurrent,
    samples,
    training,
)
from dropoutlab import network as nn
from dropoutlab.training import Recipe
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
NET = nn.new_network((3, 4, 2), RNG, keep_prob=(0.9, 0.5))
LINEAR = nn.new_network((3, 4, 2), RNG, output="linear")
MANY = nn.new_network((3, 4, 2), RNG.spawn(2))
FLAT = nn.new_network((3, 2), RNG)
CONV = convolution.new_convnet(RNG, channels=(2, 3), keep_prob=(0.9, 0.5), length=4)
NORMAL = convolution.new_convnet(RNG, channels=(2,), keep_prob=(0.5,), normalized=True, length=1)
STATE = recurrent.new_recurrent(RNG, inputs=3, units=4, keep_prob=0.5)
X, Y = np.ones((6, 3)), np.eye(2)[[0, 1, 0, 1, 1, 0]]
CURVES, SEQUENCES = np.ones((6, 4)), np.ones((6, 5, 3))
CLASSES = np.eye(10)[[0, 1, 0, 1, 1, 0]]
ONE = samples.Sample("none", "error", (0, 1), [1.0, 2.0], {"p": 0.5})
TWO = samples.Sample("drop", "error", (0, 1), [1.0, 2.0], {"p": 0.3})
THREE = samples.Sample("drop", "loss", (0, 2), [1.0, 2.0])
NO_GENERATOR = (
    "rng must be a numpy.random.Generator, for example numpy.random.default_rng(0); "
    "got 1 of type int"
)
COUNT = "must be a whole number of at least 1 and below 2**31; got"
STREAMS = "rng must be one generator, one a network; got a sequence of 2"
TWO_NETS = "rng must be 1 generators, one a network; got a sequence of 2"
FLOATS = "dtype must be numpy.float32 or numpy.float64; got <class 'int'>"
ABOVE_ZERO = "must be a finite number above 0; got"
AT_LEAST_ZERO = "must be a finite number of at least 0; got"
REALS_OF_SEEDS = "values must be real numbers, one for each of 2 seeds; got"
UNIT = {"weights": [1.0, 2.0], "inputs": [3.0, 4.0], "target": 5.0}
ROWS = {"inputs": [[3.0, 4.0]], "target": [5.0], "keep_prob": 0.5}
DOWN = {"learning_rate": 0.1, "num_steps": 4}
LARGE = np.longdouble("1e400")


def sgd(**changes):
    settings = {"learning_rate": 0.1, "num_steps": 4, "batch_size": 1, "rng": RNG}
    return linear.sgd_with_dropout(**{**ROWS, **settings, **changes})


def conv(**changes):
    return replace(CONV, **changes)


def train_convnet(network, examples, **recipe):
    inputs = np.ones((examples, network.length))
    return convolution.train_convnet(network, inputs, CLASSES[:examples], Recipe(**recipe), RNG)


def sample(**changes):
    return replace(ONE, **changes)


# a call, whether the kind is wrong or the value, and the message
MASKS_AND_LINEAR = [
    (lambda: masks.draw_mask(0, 0.5, RNG), ValueError, f"shape {COUNT} 0"),
    (lambda: masks.draw_mask("ab", 0.5, RNG), TypeError, f"shape {COUNT} 'ab' of type str"),
    (lambda: masks.draw_mask((3, 2), [0.5], RNG), ValueError,
     "keep_prob must be a scalar or have shape (2,), one value a unit; got shape (1,)"),
    (lambda: masks.draw_mask(3, 0.5, 1), TypeError, NO_GENERATOR),
    (lambda: masks.enumerate_masks(0), ValueError,
     "num_units must be a whole number from 1 to 20; got 0"),
    (lambda: masks.enumerate_masks(21), ValueError,
     "num_units must be a whole number from 1 to 20; got 21"),
    (lambda: masks.enumerate_masks(3, 0), ValueError, f"chunk_size {COUNT} 0"),
    (lambda: masks.mask_probability(1.0, 0.5), ValueError,
     "mask must have shape (..., n); got a scalar"),
    (lambda: masks.mask_probability([[1, 0]], [0.5] * 3), ValueError,
     "keep_prob must be a scalar or have shape (2,), one value a unit; got shape (3,)"),
    (lambda: linear.least_squares_minimizer("a", 1.0), TypeError,
     "inputs must be real numbers of shape (n,) or (batch, n); got 'a' of type str"),
    (lambda: linear.least_squares_minimizer([1.0], "a"), TypeError,
     "target must be real numbers of shape () or (batch,); got 'a' of type str"),
    (lambda: linear.least_squares_minimizer([[1.0]], 1.0), ValueError,
     "target must have shape (1,) to go with inputs of shape (1, 1); got shape ()"),
    (lambda: sgd(inputs=[3.0, 4.0], target=5.0), ValueError,
     "inputs must be real numbers of shape (batch, n); got shape (2,)"),
    (lambda: sgd(target=5.0), ValueError,
     "target must have shape (1,) to go with inputs of shape (1, 2); got shape ()"),
    (lambda: linear.regularized_error(1.0, [1.0], 1.0, 0.5), ValueError,
     "weights must have shape (n,) or (..., n); got a scalar"),
    (lambda: linear.regularized_error("a", [1.0], 1.0, 0.5), TypeError,
     "weights must be real numbers of shape (...); got 'a' of type str"),
    (lambda: linear.regularized_gradient([[1.0]], [1.0], 1.0, 0.5), ValueError,
     "weights must be real numbers of shape (n,); got shape (1, 1)"),
    (lambda: linear.error_with_dropout([1.0], [1.0, 2.0], 1.0, [1]), ValueError,
     "inputs must have 1 entries an example, as many as weights; got shape (2,)"),
    (lambda: linear.regularized_error(**UNIT, keep_prob=[0.5] * 3), ValueError,
     "keep_prob must be a scalar or have shape (2,), one value a unit; got shape (3,)"),
    (lambda: linear.error_with_dropout(**UNIT, mask=[1]), ValueError,
     "mask must have shape (..., n) to go with inputs of shape (2,); got shape (1,)"),
    (lambda: linear.error_with_dropout(**UNIT, mask=[2, 0]), ValueError,
     "mask must hold only 0 (dropped) and 1 (kept); got [2, 0]"),
    (lambda: linear.error_with_dropout([1.0, 2.0], [[3.0, 4.0]], [5.0], np.ones((3, 2))),
     ValueError,
     "mask must have shape (n,) or (..., batch, n) to go with inputs of shape (1, 2); "
     "got shape (3, 2)"),
    (lambda: linear.expected_error_exact(np.ones(21), np.ones(21), 1.0, 0.5), ValueError,
     "weights must have at most 20 entries to sum over all masks; got 21"),
    (lambda: linear.expected_error_exact([[1.0]], [1.0], 1.0, 0.5), ValueError,
     "weights must be real numbers of shape (n,); got shape (1, 1)"),
    (lambda: sgd(record_at=[1, 5]), ValueError,
     "record_at must be rising whole numbers from 1 to num_steps = 4; got [1, 5]"),
    (lambda: sgd(record_at=[0]), ValueError,
     "record_at must be rising whole numbers from 1 to num_steps = 4; got [0]"),
    (lambda: sgd(record_at=[2, 2]), ValueError,
     "record_at must be rising whole numbers from 1 to num_steps = 4; got [2, 2]"),
    (lambda: sgd(record_at=[1.5]), ValueError,
     "record_at must be rising whole numbers from 1 to num_steps = 4; got [1.5]"),
    (lambda: sgd(record_at=1), ValueError,
     "record_at must be real numbers of shape (records,); got shape ()"),
    (lambda: sgd(initial_weights="a"), TypeError,
     "initial_weights must be real numbers of shape (n,); got 'a' of type str"),
    (lambda: sgd(initial_weights=[1.0]), ValueError,
     "initial_weights must have shape (2,); got (1,)"),
    (lambda: sgd(keep_prob=1.0, learning_rate=1e200, num_steps=9), FloatingPointError,
     "SGD with dropout grew without bound by step 9: use a smaller learning_rate"),
    (lambda: linear.expected_path_exact(np.ones(21), 1.0, 0.5, **DOWN), ValueError,
     "inputs must have at most 20 entries to follow all masks; got 21"),
    (lambda: glm.partition("a"), TypeError,
     "value must be real numbers of shape (...); got 'a' of type str"),
    (lambda: glm.noise_law("norml", 0.5), ValueError,
     "law must be one of two values, normal, uniform; got 'norml'; did you mean 'normal'?"),
    (lambda: glm.noise_law("normal", 0.0), ValueError,
     "keep_prob must be a probability above 0 to 1; got 0.0"),
    (lambda: glm.noise_law("normal", 1e-320), ValueError,
     "keep_prob must be large enough that float64 holds 1 / keep_prob, which inverted dropout "
     "multiplies by; got 1e-320"),
    (lambda: glm.exact_penalty(1.0, [1.0], 0.5), ValueError,
     "weights must be real numbers of shape (n,) or (many, n); got shape ()"),
    (lambda: glm.exact_penalty([1.0], [[1.0]], 0.5), ValueError,
     "inputs must be real numbers of shape (n,); got shape (1, 1)"),
    (lambda: glm.exact_penalty([1.0, 2.0], [1.0], 0.5), ValueError,
     "inputs must be one for each of 2 weights; got shape (1,)"),
    (lambda: glm.exact_penalty([1.0], [1.0], [0.5, 0.5]), ValueError,
     "keep_prob must be a scalar or have shape (1,), one value a unit; got shape (2,)"),
    (lambda: glm.exact_penalty([1.0, 2.0], [1.0, 1.0], [0.5, 0.0]), ValueError,
     "keep_prob must be above 0, as 1 / p is a factor; got [0.5, 0.0]"),
    (lambda: glm.exact_penalty([1.0, 2.0], [1.0, 1.0], [0.5, 1e-320]), ValueError,
     "keep_prob must be large enough that float64 holds 1 / keep_prob, which inverted dropout "
     "multiplies by; got 1e-320"),
    (lambda: glm.exact_penalty(np.ones(21), np.ones(21), 0.5), ValueError,
     "inputs must be at most 20, of which all masks can be summed; got 21"),
]  # fmt: skip

DATA_AND_SAMPLES = [
    (lambda: data.one_hot([0], 0), ValueError, f"num_classes {COUNT} 0"),
    (lambda: data.one_hot([[0]], 1), ValueError,
     "labels must be real numbers of shape (batch,); got shape (1, 1)"),
    (lambda: data.one_hot([0, 3], 3), ValueError,
     "labels must be whole numbers from 0 to 2; got 0.0 to 3.0"),
    (lambda: data.one_hot([-1, 0], 3), ValueError,
     "labels must be whole numbers from 0 to 2; got -1.0 to 0.0"),
    (lambda: data.one_hot([0.5], 3), ValueError,
     "labels must be whole numbers from 0 to 2; got 0.5 to 0.5"),
    (lambda: data.slant([[[1.0, 2.0], [0.0, 0.0]]]), ValueError,
     "images must hold ink of at least 0, in two rows or more of each image; "
     "got a minimum of 0.0 and an image with ink in 1 rows"),
    (lambda: data.digit_split(1001, RNG), ValueError,
     "train_size must be a whole number from 1 to 1000; got 1001"),
    (lambda: data.digit_split(0, RNG), ValueError,
     "train_size must be a whole number from 1 to 1000; got 0"),
    (lambda: data.digit_split(1, RNG, test_size=1797), ValueError,
     "test_size must be a whole number from 1 to 1796; got 1797"),
    (lambda: data.digit_split(1, RNG, test_size=0), ValueError,
     "test_size must be a whole number from 1 to 1796; got 0"),
    (lambda: data.digit_split(1, 1), TypeError, NO_GENERATOR),
    (lambda: data.mnist1d_split(4001, RNG), ValueError,
     "train_size must be a whole number from 1 to 4000; got 4001"),
    (lambda: sample(arm=1), TypeError, "arm must be of type str; got 1 of type int"),
    (lambda: sample(measure=1), TypeError, "measure must be of type str; got 1 of type int"),
    (lambda: sample(settings=[1]), TypeError,
     "settings must be of type Mapping; got [1] of type list"),
    (lambda: sample(settings={"arm": 1}), ValueError,
     "settings must have names other than arm and measure; got 'arm'"),
    (lambda: sample(settings={"measure": 1}), ValueError,
     "settings must have names other than arm and measure; got 'measure'"),
    (lambda: sample(settings={1: 1}), ValueError,
     "settings must have names other than arm and measure; got 1"),
    (lambda: sample(settings={"p": None}), TypeError,
     "settings must be numbers or words; got None for p"),
    (lambda: sample(settings={"p": True}), TypeError,
     "settings must be numbers or words; got True for p"),
    (lambda: sample(seeds=(0, 0)), ValueError,
     "seeds must be a sequence of 1 or more values, no two the same, such as range(2); "
     "got (0, 0)"),
    (lambda: sample(values=np.ma.masked_array([1.0, 2.0], mask=True)), TypeError,
     f"{REALS_OF_SEEDS} a masked array, whose masked entries have no value"),
    (lambda: sample(values=["a", "b"]), ValueError, f"{REALS_OF_SEEDS} <U1 of shape (2,)"),
    (lambda: sample(values=[True, False]), TypeError, f"{REALS_OF_SEEDS} True among them"),
    (lambda: sample(values=[1, 2, 3]), ValueError, f"{REALS_OF_SEEDS} int64 of shape (3,)"),
    (lambda: sample(seeds=[4], values=[1.0]).summary(), ValueError,
     "seeds must be two or more for an interval, such as range(2); "
     "'error' of 'none', p 0.5 got (4,)"),
    (lambda: sample(seeds=[4, 2], values=[1.0, np.nan]).summary(), ValueError,
     "values must be finite for a mean; 'error' of 'none', p 0.5 got others at seeds [2]"),
    (lambda: ONE - THREE, ValueError,
     "seeds must be the same to subtract pair by pair; "
     "'error' of 'none', p 0.5 got (0, 1), 'loss' of 'drop' (0, 2)"),
    (lambda: ONE - 10**400, ValueError,
     f"other must be a sample or a number that float64 holds; got 1{56 * '0'}..."),
    (lambda: ONE * LARGE, ValueError,
     f"factor must be a number that float64 holds; got {LARGE!r}"),
    (lambda: samples.samples_of("a", {}, [0], [1]), TypeError,
     "found must be of type Mapping; got [1] of type list"),
    (lambda: samples.samples_of("a", {}, [0], {}), ValueError,
     "found must hold one or more measures; got none"),
    (lambda: samples.pick_all(3), TypeError,
     "samples must be of type Sequence; got 3 of type int"),
    (lambda: samples.pick_all([3]), TypeError,
     "samples must be of type Sample; got 3 of type int"),
    (lambda: samples.pick_all([]), ValueError, "samples must be one or more; got none"),
    (lambda: samples.pick_all([ONE], 3), TypeError, "arm must be of type str; got 3 of type int"),
    (lambda: samples.pick_all([ONE], measure=3), TypeError,
     "measure must be of type str; got 3 of type int"),
    (lambda: samples.pick_all([ONE], q=3), ValueError, "settings must be one of 'p'; got 'q'"),
    (lambda: samples.pick_all([ONE], p=[3]), TypeError,
     "settings must be numbers or words; got [3] for p"),
    (lambda: samples.pick_all([ONE, TWO], "nono"), ValueError,
     "arm must be one of 'drop', 'none'; got 'nono'; did you mean 'none'?"),
    (lambda: samples.pick_all([ONE, TWO], measure="x"), ValueError,
     "measure must be one of 'error'; got 'x'"),
    (lambda: samples.pick_all([ONE, THREE], p=0.51), ValueError,
     "p must be one of 0.5, None; got 0.51; did you mean 0.5?"),
    (lambda: samples.pick([ONE, TWO]), ValueError,
     "arm, measure and settings must pick one sample; got 2: "
     "'error' of 'none', p 0.5, 'error' of 'drop', p 0.3"),
    (lambda: samples.pick([ONE, TWO, THREE]), ValueError,
     "arm, measure and settings must pick one sample; got 3: "
     "'error' of 'none', p 0.5, 'error' of 'drop', p 0.3, ..."),
]  # fmt: skip

NETWORKS = [
    (lambda: replace(NET, hidden="rleu"), ValueError,
     "hidden must be one of relu, sigmoid, tanh, linear; got 'rleu'; did you mean 'relu'?"),
    (lambda: replace(NET, output=3), TypeError,
     "output must be one of softmax, logistic, linear; got 3"),
    (lambda: replace(NET, scheme="x"), ValueError,
     "scheme must be one of standard, inverted; got 'x'"),
    (lambda: replace(NET, noise="x"), ValueError,
     "noise must be one of bernoulli, gaussian; got 'x'"),
    (lambda: replace(NET, fresh_mask="x"), ValueError,
     "fresh_mask must be one of example, batch; got 'x'"),
    (lambda: replace(NET, noise="gaussian"), ValueError,
     "scheme must be 'inverted' with gaussian noise; got 'standard'"),
    (lambda: replace(NET, keep_prob=(0.5,)), ValueError,
     "keep_prob must be a sequence of 2 values, for the inputs and each hidden layer; got 1"),
    (lambda: replace(NET, scheme="inverted", keep_prob=(1, 1e-39)), ValueError,
     "keep_prob must be large enough that float32 holds 1 / keep_prob, which inverted dropout "
     "multiplies by; got 1e-39"),
    (lambda: nn.new_network((3, 0), RNG), ValueError, f"sizes {COUNT} 0"),
    (lambda: nn.new_network([3], RNG), ValueError,
     "sizes must be two or more numbers of units; got [3]"),
    (lambda: nn.new_network((3, 2), RNG, dtype=int), TypeError, FLOATS),
    (lambda: nn.new_network((3, 2), 1), TypeError, NO_GENERATOR),
    (lambda: nn.draw_noise(NET, 0, RNG), ValueError, f"batch {COUNT} 0"),
    (lambda: nn.draw_noise(NET, 1, RNG.spawn(2)), ValueError, STREAMS),
    (lambda: nn.replicate_generators(NET, RNG.spawn(2)), ValueError, STREAMS),
    (lambda: nn.forward(NET, CURVES), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: nn.logits(NET, X, [None, np.ones((5, 4))]), ValueError,
     "noise must have one row, or one an example of inputs: 6; got [None, (5, 4)]"),
    (lambda: Recipe(epochs=0), ValueError, f"epochs {COUNT} 0"),
    (lambda: Recipe(batch_size=1.5), TypeError, f"batch_size {COUNT} 1.5 of type float"),
    (lambda: Recipe(learning_rate=0), ValueError, f"learning_rate {ABOVE_ZERO} 0"),
    (lambda: Recipe(decay=0), ValueError, "decay must be a probability above 0 to 1; got 0"),
    (lambda: Recipe(decay=1.5), ValueError, "decay must be a probability above 0 to 1; got 1.5"),
    (lambda: Recipe(momentum=1), ValueError,
     "momentum must be a probability from 0 to below 1; got 1"),
    (lambda: Recipe(l2="a"), TypeError, f"l2 {AT_LEAST_ZERO} 'a' of str"),
    (lambda: Recipe(l1=np.inf), ValueError, f"l1 {AT_LEAST_ZERO} inf"),
    (lambda: Recipe(l1=-1.0), ValueError, f"l1 {ABOVE_ZERO} -1.0"),
    (lambda: Recipe(max_norm=0.0), ValueError, f"max_norm {ABOVE_ZERO} 0.0"),
    (lambda: training.train(NET, X, Y, {}, RNG), TypeError, "recipe must be a Recipe; got dict"),
    (lambda: training.train(NET, CURVES, Y, Recipe(), RNG), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: training.train(NET, X, Y[:5], Recipe(), RNG), ValueError,
     "targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: training.train(NET, X, Y, Recipe(), RNG, test=(X,)), ValueError,
     "test must be a sequence of 2 arrays, inputs and targets; got 1"),
    (lambda: training.train(NET, X, Y, Recipe(), RNG, test=(CURVES, Y)), ValueError,
     "test inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: training.train(NET, X, Y, Recipe(), RNG, test=(X, Y[:5])), ValueError,
     "test targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: training.train(LINEAR, 1e30 * X, 1e30 * Y, Recipe(epochs=1), RNG), ValueError,
     "inputs and targets must be small enough for a finite loss of the network; "
     "got numbers whose products or sums overflow before training"),
    (lambda: training.train(LINEAR, X, Y, Recipe(epochs=3, learning_rate=1e30), RNG),
     FloatingPointError, "the weights grew without bound in 3 epochs: learning_rate is too large"),
    (lambda: training.limit_norms([[1.0]], 1.0), TypeError,
     "weights must be a float32 or float64 array of shape (..., units, inputs), which is changed "
     "in place; got [[1.0]]"),
    (lambda: training.limit_norms(np.ones(1), 1.0), TypeError,
     "weights must be a float32 or float64 array of shape (..., units, inputs), which is changed "
     "in place; got array([1.])"),
    (lambda: training.limit_norms(np.ones((1, 1), int), 1.0), TypeError,
     "weights must be a float32 or float64 array of shape (..., units, inputs), which is changed "
     "in place; got array([[1]])"),
    (lambda: training.limit_norms(np.broadcast_to(1.0, (1, 1)), 1.0), ValueError,
     "weights must be an array that can be written to; got a read-only one"),
    (lambda: training.limit_norms(np.array([[np.inf]]), 1.0), ValueError,
     "weights must be real numbers of shape (...), all finite in float64, at most 1.8e+308; "
     "got array([[inf]])"),
    (lambda: training.limit_norms(np.ones((1, 1)), 0), ValueError, f"max_norm {ABOVE_ZERO} 0"),
]  # fmt: skip

OF_NETWORKS = [
    (lambda: averaging.ensemble_mean([[0.5]], "a"), TypeError,
     "probability must be real numbers of shape (members,); got 'a' of type str"),
    (lambda: averaging.ensemble_mean([[0.5]], [0.5, 0.5]), ValueError,
     "probability must be 1 numbers of at least 0 with sum 1; got 2 with sum 1.0"),
    (lambda: averaging.ensemble_mean([[0.5], [0.5]], [0.5, 0.75]), ValueError,
     "probability must be 2 numbers of at least 0 with sum 1; got 2 with sum 1.25"),
    (lambda: averaging.ensemble_mean([[0.5], [0.5]], [1.5, -0.5]), ValueError,
     "probability must be 2 numbers of at least 0 with sum 1; got 2 with sum 1.0"),
    (lambda: averaging.monte_carlo_average(NET, X, 1, RNG, mean="x"), ValueError,
     "mean must be one of arithmetic, geometric, normalized geometric; got 'x'"),
    (lambda: averaging.exact_average(LINEAR, X, mean="geometric"), ValueError,
     "mean must be 'arithmetic' with linear outputs; got 'geometric'"),
    (lambda: averaging.exact_average(MANY, X), ValueError,
     "network must be one network with Bernoulli noise and at most 20 units that may be dropped; "
     "got 0, bernoulli noise, replicates (2,)"),
    (lambda: averaging.exact_average(
        replace(NET, scheme="inverted", noise="gaussian"), X), ValueError,
     "network must be one network with Bernoulli noise and at most 20 units that may be dropped; "
     "got 7, gaussian noise, replicates ()"),
    (lambda: averaging.exact_average(nn.new_network((21, 2), RNG, keep_prob=(0.5,)), X),
     ValueError,
     "network must be one network with Bernoulli noise and at most 20 units that may be dropped; "
     "got 21, bernoulli noise, replicates ()"),
    (lambda: averaging.exact_average(NET, CURVES), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: coadaptation.cancellation(FLAT, X), ValueError,
     "network must have a hidden layer; got none"),
    (lambda: coadaptation.cancellation(NET, CURVES), ValueError,
     "inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: coadaptation.half_agreement(nn.new_network((3, 1, 2), RNG), X, RNG), ValueError,
     "network must have at least 2 units in its last hidden layer; got 1"),
    (lambda: coadaptation.interaction(nn.new_network((3, 1, 2), RNG), X, Y, RNG), ValueError,
     "network must have at least 2 units in its last hidden layer; got 1"),
    (lambda: coadaptation.steadiness(NET, X, Y, RNG), ValueError,
     "network must have at least 15 units in its last hidden layer; got 4"),
    (lambda: coadaptation.centred(LINEAR), ValueError,
     "network must have softmax outputs of two classes or more; got 'linear' and 2"),
    (lambda: coadaptation.centred(nn.new_network((3, 4, 1), RNG)), ValueError,
     "network must have softmax outputs of two classes or more; got 'softmax' and 1"),
    (lambda: coadaptation.centred(FLAT), ValueError, "network must have a hidden layer; got none"),
    (lambda: coadaptation.interaction(NET, X, Y, RNG, pairs=0), ValueError, f"pairs {COUNT} 0"),
    (lambda: coadaptation.negative_share(NET, X, Y, RNG.spawn(2)), ValueError, STREAMS),
    (lambda: coadaptation.interaction(NET, X, Y[:5], RNG), ValueError,
     "targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: coadaptation.refit_error(NET, (CURVES, Y), (X, Y), RNG, units=2), ValueError,
     "train inputs must have shape (batch, 3) for layer 0 of the network; got (6, 4)"),
    (lambda: coadaptation.refit_error(NET, (X, Y), (X, Y[:5]), RNG, units=2), ValueError,
     "test targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: coadaptation.refit_error(NET, (X, Y), (X, Y), RNG, units=2, ridge=1e308), ValueError,
     "ridge must be large enough for one solution with these units and, like network and inputs, "
     "small enough for a finite one; got 1e+308"),
    (lambda: conv(length=0), ValueError, f"length {COUNT} 0"),
    (lambda: conv(weights=CONV.weights[:1]), ValueError,
     "weights must be 2 arrays or more; got 1"),
    (lambda: conv(biases=CONV.biases[:2]), ValueError,
     "biases must have the shapes [(1, 1, 2), (1, 1, 3), (1, 1, 10)]; "
     "got [(1, 1, 2), (1, 1, 3)]"),
    (lambda: conv(length=9), ValueError,
     "weights must have the shapes [(1, 5, 2), (1, 10, 3), (1, 9, 10)]; "
     "got [(1, 5, 2), (1, 10, 3), (1, 3, 10)]"),
    (lambda: conv(gains=3), TypeError, "gains must be a sequence of arrays; got int"),
    (lambda: conv(means=(np.ones((1, 1, 2)),)), ValueError,
     "means must have the shapes []; got [(1, 1, 2)]"),
    (lambda: replace(NORMAL, variances=()), ValueError,
     "variances must have the shapes [(1, 1, 2)]; got []"),
    (lambda: replace(NORMAL, variances=[-NORMAL.variances[0]]), ValueError,
     "variances must be 0 or more; got a negative one"),
    (lambda: conv(keep_prob=(0.5,)), ValueError,
     "keep_prob must be a sequence of 2 values, one a convolution; got 1"),
    (lambda: conv(keep_prob=(1, 1e-39)), ValueError,
     "keep_prob must be large enough that float32 holds 1 / keep_prob, which inverted dropout "
     "multiplies by; got 1e-39"),
    (lambda: conv(before_norm=3), TypeError, "before_norm must be True or False; got 3"),
    (lambda: conv(before_norm=True), ValueError,
     "before_norm must be False without batch normalisation; got True"),
    (lambda: conv(drop="unit"), ValueError,
     "drop must be one of units, channels; got 'unit'; did you mean 'units'?"),
    (lambda: convolution.new_convnet(1), TypeError, NO_GENERATOR),
    (lambda: convolution.new_convnet(RNG, channels=(0,)), ValueError, f"channels {COUNT} 0"),
    (lambda: convolution.new_convnet(RNG, normalized=1), TypeError,
     "normalized must be True or False; got 1"),
    (lambda: convolution.new_convnet(RNG, length=0), ValueError, f"length {COUNT} 0"),
    (lambda: convolution.new_convnet(RNG, dtype=int), TypeError, FLOATS),
    (lambda: convolution.draw_noise(NET, 1, RNG), TypeError, "network must be of type ConvNet; "),
    (lambda: convolution.draw_noise(CONV, 0, RNG), ValueError, f"batch {COUNT} 0"),
    (lambda: convolution.draw_noise(CONV, 1, RNG.spawn(2)), ValueError, TWO_NETS),
    (lambda: convolution.predict(NET, X), TypeError, "network must be of type ConvNet; "),
    (lambda: convolution.predict(CONV, X), ValueError,
     "inputs must have shape (batch, n) or (R, batch, n) with R = 1 and n = 4; got (6, 3)"),
    (lambda: convolution.loss_gradients(CONV, CURVES[:1], CLASSES[:1], RNG), ValueError,
     "inputs must be two or more examples; got 1"),
    (lambda: convolution.loss_gradients(CONV, CURVES, CLASSES[:5], RNG), ValueError,
     "targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: convolution.loss_gradients(CONV, CURVES, Y, RNG), ValueError,
     "targets must have shape (batch, n) or (R, batch, n) with R = 1 and n = 10; got (6, 2)"),
    (lambda: convolution.loss_gradients(NORMAL, np.full((3, 1), 1e30), CLASSES[:3], RNG),
     ValueError,
     "inputs, network and learning_rate must be small enough for a finite variance in each layer; "
     "got numbers whose squares overflow"),
    (lambda: train_convnet(NORMAL, 5, batch_size=2), ValueError,
     "recipe must have a batch_size that leaves two numbers a channel to normalise in every "
     "mini-batch; got 2 for 5 examples of one place"),
    (lambda: train_convnet(NORMAL, 4, batch_size=1), ValueError,
     "recipe must have a batch_size that leaves two numbers a channel to normalise in every "
     "mini-batch; got 1 for 4 examples of one place"),
    (lambda: train_convnet(CONV, 4, max_norm=2.5), ValueError,
     "recipe must have no max_norm; got 2.5"),
    (lambda: train_convnet(CONV, 6, learning_rate=1e30, l2=1e10), FloatingPointError,
     "the weights grew without bound: learning_rate is too large"),
    (lambda: replace(STATE, weights=STATE.weights[:2]), ValueError,
     "weights must be 3 arrays or more; got 2"),
    (lambda: replace(STATE, weights=STATE.weights[:1] * 3), ValueError,
     "weights must have the shapes [(1, 3, 4), (1, 4, 4), (1, 4, 10)]; "
     "got [(1, 3, 4), (1, 3, 4), (1, 3, 4)]"),
    (lambda: replace(STATE, biases=STATE.biases[:1]), ValueError,
     "biases must have the shapes [(1, 1, 4), (1, 1, 10)]; got [(1, 1, 4)]"),
    (lambda: replace(STATE, keep_prob=0), ValueError,
     "keep_prob must be a probability above 0 to 1; got 0"),
    (lambda: replace(STATE, keep_prob=1e-39), ValueError,
     "keep_prob must be large enough that float32 holds 1 / keep_prob, which inverted dropout "
     "multiplies by; got 1e-39"),
    (lambda: replace(STATE, masks="x"), ValueError, "masks must be one of fixed, fresh; got 'x'"),
    (lambda: replace(STATE, limit=0), ValueError, f"limit {ABOVE_ZERO} 0"),
    (lambda: recurrent.new_recurrent(1), TypeError, NO_GENERATOR),
    (lambda: recurrent.new_recurrent(RNG, inputs=0), ValueError, f"inputs {COUNT} 0"),
    (lambda: recurrent.new_recurrent(RNG, units=0), ValueError, f"units {COUNT} 0"),
    (lambda: recurrent.new_recurrent(RNG, dtype=int), TypeError, FLOATS),
    (lambda: recurrent.draw_noise(NET, 1, 1, RNG), TypeError,
     "network must be of type RecurrentNet; "),
    (lambda: recurrent.draw_noise(STATE, 0, 1, RNG), ValueError, f"batch {COUNT} 0"),
    (lambda: recurrent.draw_noise(STATE, 1, 0, RNG), ValueError, f"steps {COUNT} 0"),
    (lambda: recurrent.draw_noise(STATE, 1, 1, RNG.spawn(2)), ValueError, TWO_NETS),
    (lambda: recurrent.predict(NET, X), TypeError, "network must be of type RecurrentNet; "),
    (lambda: recurrent.predict(STATE, X), ValueError,
     "inputs must be real numbers of shape (batch, steps, n) or (R, batch, steps, n); "
     "got shape (6, 3)"),
    (lambda: recurrent.predict(STATE, SEQUENCES[..., :2]), ValueError,
     "inputs must have shape (batch, steps, n) or (R, batch, steps, n) with R = 1 and n = 3; "
     "got (6, 5, 2)"),
    (lambda: recurrent.loss_gradients(STATE, SEQUENCES, CLASSES[:5], RNG), ValueError,
     "targets must be as many as the examples, 6 of inputs or outputs; got 5"),
    (lambda: recurrent.loss_gradients(STATE, SEQUENCES, Y, RNG), ValueError,
     "targets must have shape (batch, n) or (R, batch, n) with R = 1 and n = 10; got (6, 2)"),
    (lambda: recurrent.train_recurrent(STATE, SEQUENCES, CLASSES, Recipe(max_norm=2.5), RNG),
     ValueError, "recipe must have no max_norm; got 2.5"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "message"), [*MASKS_AND_LINEAR, *DATA_AND_SAMPLES, *NETWORKS, *OF_NETWORKS]
)
def test_a_refusal_says_what_is_taken_and_what_it_got(call, kind, message):
    assert_refused(call, kind, message)
