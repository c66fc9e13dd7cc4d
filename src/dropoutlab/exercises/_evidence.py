"""Exercises of the chapter `evidence`."""

from collections.abc import Iterator

import numpy as np
import sympy as sp

from dropoutlab import coadaptation, experiments
from dropoutlab import network as nn
from dropoutlab._checks import choice, real_number
from dropoutlab.exercises._grading import CLOSE, Part, expression, moves, said
from dropoutlab.network import Network

MOVES = ("rises", "falls", "stays")


def copies_of_a_unit(interaction: sp.Expr, limit: float) -> Iterator[Part]:
    """Judge the interaction of two of n copies, and where it goes."""
    letters = w, h, n = sp.symbols("w h n", positive=True)
    y = sp.Symbol("y")
    none, one, two = ((y - w * h * (n - gone) / n) ** 2 / 2 for gone in range(3))
    right = sp.expand((two - none) - 2 * (one - none))
    yield said(
        sp.simplify(expression("interaction", interaction, letters) - right) == 0,
        "The interaction is right.",
        "The interaction: not yet. How much does one of the copies contribute?",
    )
    yield said(
        abs(real_number("limit", limit, "a number") - sp.limit(right, n, sp.oo)) < CLOSE,
        "And so is where it goes.",
        "With more and more copies it goes elsewhere.",
    )


def untrained_cancellation(factor: float) -> Iterator[Part]:
    """Judge what is left of 1 − c with four times the units, on networks that are made now."""
    found = real_number("factor", factor, "a number")
    measured = _left_over(256) / _left_over(64)
    yield said(
        abs(found / measured - 1) < 0.15,
        f"Measured, from 64 units to 256: {measured:.2f}.",
        "Not yet. Run the cell above with 64 and with 256 units, and compare what is left to 1.",
    )


def _left_over(units: int) -> float:
    networks = nn.new_network((40, units, 10), np.random.default_rng(0).spawn(10))
    curves = np.random.default_rng(1).standard_normal((100, 40))
    return 1 - coadaptation.cancellation(networks, curves).mean()


def doubled_network(cancellation: str, error: str) -> Iterator[Part]:
    """Judge what copying every unit does, on networks that are trained now."""
    trained = experiments.train_arm(experiments.Arm("none"), range(4))
    plain, doubled = trained.network, _doubled(trained.network)
    cancelled = [coadaptation.cancellation(net, trained.test[0]).mean() for net in (plain, doubled)]
    wrong = [
        coadaptation.ablation(net, *trained.test, 0.5, trained.streams("half")).mean()
        for net in (plain, doubled)
    ]
    for name, answer, found in (
        ("cancellation", cancellation, moves(*cancelled, 1e-3)),
        ("error", error, moves(*wrong, 1e-2)),
    ):
        yield said(
            choice(name, answer, MOVES) == found,
            f"The {name}: so it is.",
            f"The {name}: not yet. How often are both copies of a unit gone?"
            if name == "error"
            else f"The {name}: not yet. What does each copy contribute?",
        )


def _doubled(network: Network) -> Network:
    """Every hidden unit twice, with half of its outgoing weights."""
    first, last = network.weights
    return nn.Network(
        (np.concatenate([first, first], axis=1), np.concatenate([last, last], axis=2) / 2),
        (np.concatenate([network.biases[0]] * 2, axis=1), network.biases[1]),
        network.keep_prob,
    )


EXERCISES = {
    "evidence-1": copies_of_a_unit,
    "evidence-2": untrained_cancellation,
    "evidence-3": doubled_network,
}
