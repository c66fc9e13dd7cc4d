"""Parity with PyTorch: the same masks and initial weights give the same numbers, in float64.

PyTorch is not among the book's packages, for its size: `pip install torch==2.13.0` (the CPU build)
adds these tests.
"""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from dropoutlab import network as nn
from dropoutlab.experiments import Arm, train_arm, training_streams
from dropoutlab.training import Recipe, train

if os.environ.get("CI"):
    import torch
else:
    torch = pytest.importorskip("torch")

pytestmark = pytest.mark.long

SIZES, KEEP, BATCH = (5, 7, 6, 3), (0.8, 0.5, 0.7), 11
UNITS = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "linear": lambda a: a,
    "logistic": torch.sigmoid,
    "softmax": lambda a: torch.softmax(a, dim=1),
}
LOSSES = {
    "softmax": torch.nn.functional.cross_entropy,
    "logistic": lambda a, t: (
        torch.nn.functional.binary_cross_entropy_with_logits(a, t, reduction="sum") / len(a)
    ),
    "linear": lambda a, t: 0.5 * ((t - a) ** 2).sum() / len(a),
}


def leaves(arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def pre_activation(network, weights, biases, inputs, noise):
    """The outputs' pre-activation, as a reader of the equation would write it in PyTorch."""
    h = torch.tensor(inputs)
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        if noise[layer] is not None:
            h = h * torch.tensor(noise[layer])
        h = h @ w.T + b
        if layer < len(weights) - 1:
            h = UNITS[network.hidden](h)
    return h


def problem(output, rng):
    targets = rng.random((BATCH, 3))
    if output == "softmax":
        targets /= targets.sum(axis=1, keepdims=True)
    return rng.standard_normal((BATCH, 5)), targets


def same(a, b):
    return np.allclose(a, b.detach().numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("hidden", nn.HIDDEN)
@pytest.mark.parametrize("output", nn.OUTPUT)
@pytest.mark.parametrize(
    ("scheme", "noise"),
    [("standard", "bernoulli"), ("inverted", "bernoulli"), ("inverted", "gaussian")],
)
def test_gradients_are_those_of_autograd(hidden, output, scheme, noise):
    rng = np.random.default_rng(1)
    network = nn.new_network(
        SIZES, rng, keep_prob=KEEP, dtype=np.float64, hidden=hidden, output=output, scheme=scheme,
        noise=noise,
    )  # fmt: skip
    inputs, targets = problem(output, rng)
    drawn = nn.draw_noise(network, BATCH, rng)
    weights, biases = leaves(network.weights), leaves(network.biases)
    a = pre_activation(network, weights, biases, inputs, drawn)
    loss = LOSSES[output](a, torch.tensor(targets))
    loss.backward()
    activations = nn.forward(network, inputs, drawn)
    assert same(activations[-1], UNITS[output](a))
    assert same(nn.loss(network, activations[-1], targets), loss)
    logits = nn.logits(network, inputs, drawn)
    assert same(logits, a) and same(nn.loss(network, logits, targets, logits=True), loss)
    gradients = nn.backward(network, activations, drawn, targets)
    for found, expected in zip(gradients, (weights, biases), strict=True):
        assert all(same(g, leaf.grad) for g, leaf in zip(found, expected, strict=True))


@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_losses_of_saturated_outputs_are_those_of_pytorch(output):
    a = np.array([[1000.0, -1000.0, 0.0], [37.0, -40.0, 1.0]])
    targets = np.array([[0.0, 0.5, 0.5], [0.2, 0.3, 0.5]])
    network = nn.new_network((1, 3), np.random.default_rng(0), output=output, dtype=np.float64)
    expected = LOSSES[output](torch.tensor(a), torch.tensor(targets))
    assert same(nn.loss(network, a, targets, logits=True), expected)


@pytest.mark.parametrize("scheme", ["standard", "inverted"])
def test_a_training_run_is_that_of_pytorch_step_by_step(scheme):
    start = nn.new_network(
        SIZES, np.random.default_rng(1), keep_prob=KEEP, dtype=np.float64, scheme=scheme
    )
    inputs, targets = problem("softmax", np.random.default_rng(2))
    weights, biases = leaves(start.weights), leaves(start.biases)
    optimizer = torch.optim.SGD(
        [{"params": weights, "weight_decay": 0.01}, {"params": biases}], lr=0.1, momentum=0.9
    )
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    stream = np.random.default_rng(3)
    for epochs in range(1, 7):
        order = stream.permutation(BATCH)
        for picked in (order[:4], order[4:8], order[8:]):
            drawn = nn.draw_noise(start, len(picked), stream)
            optimizer.zero_grad()
            a = pre_activation(start, weights, biases, inputs[picked], drawn)
            LOSSES["softmax"](a, torch.tensor(targets[picked])).backward()
            optimizer.step()
        scheduler.step()
        recipe = Recipe(epochs, 4, learning_rate=0.1, decay=0.9, momentum=0.9, l2=0.01)
        ours, _ = train(start, inputs, targets, recipe, np.random.default_rng(3))
        assert all(same(w, leaf) for w, leaf in zip(ours.weights, weights, strict=True))
        assert all(same(b, leaf) for b, leaf in zip(ours.biases, biases, strict=True))


# Three passes over the data of the book; float32, and so sums in another order: 1e-5 is a
# hundred times the rounding of a number near 1.
@pytest.mark.parametrize("penalty", [{}, {"l2": 0.006}, {"l1": 0.001}, {"max_norm": 1.5}], ids=str)
def test_an_arm_of_the_book_is_trained_as_pytorch_trains_it(penalty):
    recipe = Recipe(epochs=3, **penalty)
    arm = Arm("dropout", keep_prob=(1.0, 0.6), recipe=recipe, test_size=50)
    trained = train_arm(arm, [9100])
    inputs, targets = (torch.tensor(part[0], dtype=torch.float32) for part in trained.train)
    (stream,) = training_streams([9100])
    start = arm.new_network(stream)
    weights, biases = leaves(start.weights), leaves(start.biases)
    optimizer = torch.optim.SGD(
        [{"params": weights, "weight_decay": recipe.l2}, {"params": biases}], lr=0.1, momentum=0.9
    )
    for _ in range(recipe.epochs):
        for picked in torch.tensor(stream.permutation(1000)).split(50):
            kept = torch.tensor(nn.draw_noise(start, 50, stream)[1])
            h = torch.relu(inputs[picked] @ weights[0].T + biases[0]) * kept
            loss = LOSSES["softmax"](h @ weights[1].T + biases[1], targets[picked])
            loss = loss + recipe.l1 * sum(w.abs().sum() for w in weights)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if recipe.max_norm:
                with torch.no_grad():
                    for w in weights:
                        w.copy_(torch.renorm(w, 2, 0, recipe.max_norm))
    for found, expected in zip(
        (*trained.network.weights, *trained.network.biases), (*weights, *biases), strict=True
    ):
        assert np.abs(found[0] - expected.detach().numpy()).max() < 1e-5
    moved = np.abs(trained.network.weights[0][0] - start.weights[0]).max()
    assert moved > 0.1


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_gradient_descent_with_rescaled_weights_has_its_rate_times_p_squared(momentum):
    """Weights w in p w, and v = p w in its own right."""
    w, v = descents(torch.optim.SGD, 0.5, 0.5**2, momentum=momentum)
    assert np.allclose(0.5 * w, v, rtol=1e-12)


def test_with_adam_the_rate_is_nearly_times_p():
    w, v = descents(torch.optim.Adam, 0.5, 0.5)
    assert np.allclose(0.5 * w, v, rtol=1e-6)
    w, v = descents(torch.optim.Adam, 0.5, 0.5**2)
    assert not np.allclose(0.5 * w, v, rtol=1e-3)


def descents(optimizer, p, factor, **settings):
    """Weights w and v after twenty steps on E(p w) and on E(v), the second rate times `factor`."""
    goal = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    ends = []
    for scale, rate in ((p, 0.05), (1.0, 0.05 * factor)):
        x = torch.tensor(p / scale * np.array([3.0, 1.0, 2.0]), requires_grad=True)
        steps = optimizer([x], lr=rate, **settings)
        for _ in range(20):
            steps.zero_grad()
            ((scale * x - goal) ** 4).sum().backward()
            steps.step()
        ends.append(x.detach().numpy())
    return ends


def test_inverted_dropout_is_what_pytorch_calls_dropout():
    # PyTorch's p is the DROP rate; it scales by 1/(1 − p) in training and does nothing at test
    layer = torch.nn.Dropout(0.2)
    ones = torch.ones(1000, dtype=torch.float64)
    network = nn.new_network(
        (1000, 1), np.random.default_rng(0), keep_prob=(0.8,), scheme="inverted", dtype=np.float64
    )
    (ours,) = nn.draw_noise(network, 1, np.random.default_rng(0))
    theirs = layer(ones).numpy()
    assert set(np.unique(ours)) == {0.0, 1.25} and np.allclose(np.unique(theirs), [0, 1.25])
    assert (layer.eval()(ones) == 1).all()


# --- what the chapter `practice` says of PyTorch --------------------------------------------------


class MadeInForward(torch.nn.Module):
    def forward(self, x):
        return torch.nn.Dropout(0.5)(x)


class KeptInAList(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [torch.nn.Dropout(0.5)]

    def forward(self, x):
        return self.layers[0](x)


class KeptAsItShouldBe(KeptInAList):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList(self.layers)


def drops(model):
    with torch.no_grad():
        return bool((model(torch.ones(1000)) == 0).any())


def test_some_masks_do_not_hear_of_eval():
    torch.manual_seed(0)
    assert drops(MadeInForward().eval()) and drops(KeptInAList().eval())
    assert not drops(KeptAsItShouldBe().eval())
    assert drops(KeptAsItShouldBe().train())  # `no_grad` switches no mask off
    x = torch.randn(1, 2, 8, 4)
    asked = [torch.nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.1)
             for _ in range(2)]  # fmt: skip
    assert not torch.equal(*asked)


def test_an_lstm_masks_what_goes_from_layer_to_layer_and_no_state():
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(4, 6, num_layers=2, dropout=0.5).train()
    x = torch.randn(20, 1, 4)
    (_, (one, _)), (_, (other, _)) = lstm(x), lstm(x)
    assert torch.equal(one[0], other[0]) and not torch.equal(one[1], other[1])


def test_a_transformer_layer_drops_a_tenth_in_four_places():
    layer = torch.nn.TransformerEncoderLayer(8, 2)
    found = {name: part.p for name, part in layer.named_modules()
             if isinstance(part, torch.nn.Dropout)}  # fmt: skip
    assert found == {"dropout": 0.1, "dropout1": 0.1, "dropout2": 0.1}
    assert layer.self_attn.dropout == 0.1  # of the attention weights


class WithMasksOfItsOwn(torch.nn.Module):
    """Masks that belong to no dropout layer."""

    def __init__(self):
        super().__init__()
        self.norm = torch.nn.BatchNorm1d(4)
        self.attention = torch.nn.MultiheadAttention(4, 2, dropout=0.5, batch_first=True)
        self.recurrent = torch.nn.LSTM(4, 4, num_layers=2, dropout=0.5, batch_first=True)

    def parts(self, x):
        h = self.norm(x)
        sequence = h[None]
        attended, _ = self.attention(sequence, sequence, sequence)
        return {
            "function": torch.nn.functional.dropout(h, training=self.training),
            "attention": attended,
            "LSTM": self.recurrent(sequence)[0],
            "norm": h,
        }


def test_masks_are_on_and_batch_normalisation_stands_still():
    page = (Path(__file__).parents[1] / "chapters" / "practice.ipynb").read_text(encoding="utf8")
    texts = ["".join(cell["source"]) for cell in json.loads(page)["cells"]]
    (snippet,) = re.findall(
        r"```python\n(model\.train\(\)\nfor.*?)```", "\n".join(texts), re.DOTALL
    )
    torch.manual_seed(0)
    model = WithMasksOfItsOwn()
    stored = model.norm.running_mean.clone()
    asked = []

    def forward(x):
        asked.append(model.parts(x))
        assert not torch.is_grad_enabled()
        return asked[-1]["function"]

    model.forward = forward
    x = torch.eye(8, 4)
    space = {"torch": torch, "model": model, "x": 1 + x}
    exec(snippet, space)
    one, *others = asked
    assert len(asked) == 50
    same = {name for name in one if all(torch.equal(one[name], other[name]) for other in others)}
    assert same == {"norm"} and torch.equal(model.norm.running_mean, stored)
    assert not any(part.training for part in model.modules())  # and all are off afterwards
    assert torch.allclose(space["mean"].sum(-1), torch.ones(8)) and (space["spread"] > 0).all()


def test_a_mask_on_the_memory_of_an_lstm_cell_multiplies_it_at_every_step():
    """So the page says to mask h and not c."""
    cell = torch.nn.LSTMCell(4, 6)
    with torch.no_grad():
        for part in cell.parameters():
            part.zero_()
        cell.bias_ih[6:12] = 100.0  # of the gate that forgets: all is kept
        h, c = torch.zeros(1, 6), torch.ones(1, 6)
        for _ in range(5):
            h, c = cell(torch.zeros(1, 4), (h / 0.5, c))
        assert torch.allclose(c, torch.ones(1, 6))
        for _ in range(5):
            h, c = cell(torch.zeros(1, 4), (h, c / 0.5))
        assert torch.allclose(c, torch.full((1, 6), 32.0))
    assert h.shape == c.shape and not torch.equal(h, c)


def test_an_lstm_of_one_layer_masks_nothing():
    torch.manual_seed(0)
    with pytest.warns(UserWarning, match="non-zero dropout expects num_layers greater than 1"):
        lstm = torch.nn.LSTM(4, 6, dropout=0.5).train()
    x = torch.randn(5, 1, 4)
    assert torch.equal(lstm(x)[0], lstm(x)[0])


def test_a_dropout_of_channels_in_one_dimension_takes_rows_of_a_matrix_for_channels():
    """So the table says on which axis of which shape it works."""
    torch.manual_seed(0)
    kept = torch.nn.Dropout1d(0.5)(torch.ones(40, 3)) != 0
    assert torch.equal(kept.all(dim=1), kept.any(dim=1))  # whole examples
    kept = torch.nn.Dropout1d(0.5)(torch.ones(4, 10, 3)) != 0
    assert torch.equal(kept.all(dim=2), kept.any(dim=2)) and len(kept[0].any(dim=1).unique()) == 2
