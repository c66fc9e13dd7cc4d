"""PyTorch: `torch.nn.Dropout` and `torch.nn.functional.dropout`."""

from collections.abc import Sequence
from inspect import signature
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from dropoutlab.conventions._probe import COPIES, Array, argument_words, fresh_calls, row_with_mask


class PyTorch:
    """A layer is `nn.Dropout`."""

    versions: ClassVar = {"torch": torch.__version__.partition("+")[0]}
    argument = argument_words(nn.Dropout, "p")
    switch = "`model.train()` / `model.eval()`"
    channel_layer = "`nn.Dropout1d`, axis 1 of (N, C, L)"

    def __init__(self) -> None:
        torch.manual_seed(0)

    def train(self, x: Array, argument: float) -> Array:
        """After `train()`."""
        return nn.Dropout(argument).train()(torch.tensor(x)).numpy()

    def test(self, x: Array, argument: float) -> Array:
        """After `eval()`."""
        return nn.Dropout(argument).eval()(torch.tensor(x)).numpy()

    def new(self, x: Array, argument: float) -> Array:
        """As it is made."""
        return nn.Dropout(argument)(torch.tensor(x)).numpy()

    def slope(self, x: Array, argument: float) -> tuple[Array, Array]:
        """By autograd."""
        leaf = torch.tensor(x, requires_grad=True)
        values = nn.Dropout(argument)(leaf)
        values.sum().backward()
        return values.detach().numpy(), leaf.grad.numpy()

    def channels(self, x: Array, argument: float) -> Array:
        """Channels are axis 1."""
        return nn.Dropout1d(argument)(torch.tensor(x)).numpy()

    def functional(self) -> str:
        """Of a model that is in evaluation mode."""

        class Model(nn.Module):
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return functional.dropout(x)

        drops = bool((Model().eval()(torch.ones(1000)) == 0).any())
        defaults = signature(functional.dropout).parameters
        said = ", ".join(f"{name}={defaults[name].default}" for name in ("p", "training"))
        return f"`F.dropout(x, {said})`: after `eval()` it {'drops' if drops else 'drops nothing'}"

    def compiled(self) -> str:
        """By its own compiler; a back end that needs no C++ draws as the others do."""
        layer = torch.compile(nn.Dropout(0.5).train(), backend="aot_eager")
        return f"`torch.compile`: {fresh_calls(lambda x: layer(torch.tensor(x)).numpy())}"

    def dtype(self) -> str:
        """Of the tensor that comes out."""
        found = nn.Dropout(0.5)(torch.ones(4, dtype=torch.float16)).dtype
        return str(found).removeprefix("torch.")

    def masked_network(
        self, parameters: Sequence[Array], x: Array, target: Array, drop_rate: float, mask: Array
    ) -> tuple[Array, list[Array]]:
        """A batch of copies, one of which has the mask; the others do not count."""
        w, b, v, c = leaves = [torch.tensor(part, requires_grad=True) for part in parameters]
        h = torch.tanh(torch.tensor(np.tile(x, (COPIES, 1))) @ w.T + b)
        dropped = nn.Dropout(drop_rate)(h)
        row = row_with_mask(h.detach().numpy(), dropped.detach().numpy(), mask)
        logits = dropped[row] @ v.T + c
        functional.cross_entropy(logits[None], torch.tensor(target[None])).backward()
        return logits.detach().numpy(), [leaf.grad.numpy() for leaf in leaves]


def framework() -> PyTorch:
    """Return the adapter."""
    return PyTorch()
