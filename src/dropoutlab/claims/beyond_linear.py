"""What the chapter `beyond-linear` claims."""

from collections.abc import Callable, Sequence

import numpy as np

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Table, of
from dropoutlab.experiments import Products
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)

CHAPTER = "beyond-linear"
Paths = tuple[Products, tuple[int, ...]]


BELOW = Table(
    CHAPTER,
    "masks one layer below",
    experiments.last_layer_gaps,
    12,
    (
        Claim(
            "formula-below",
            "One layer below, the formula misses the mean error by more than a tenth of the "
            "penalty.",
            of("gap", "layer below"),
            Bound(low=0.1),
            "of the penalty",
        ),
    ),
)


def paths(seeds: Sequence[int]) -> Paths:
    """Two-layer linear networks that learn a linear map."""
    return experiments.product_paths(seeds), tuple(seeds)


def _spread(arm: str) -> Callable[[Paths], Sample]:
    """Standard deviation of the products over their mean, at the end, in percent."""

    def spread(found: Paths) -> Sample:
        products = found[0].products[arm][:, -1]
        share = 100 * products.std(axis=-1) / products.mean(axis=-1)
        return Sample(arm, "spread", found[1], share)

    return spread


def _above_least(found: Paths) -> Sample:
    """By how much Σ c² exceeds the least, at the end, in percent."""
    squares = (found[0].products["dropout"][:, -1] ** 2).sum(axis=-1)
    above = 100 * (squares / found[0].least["dropout"][:, -1] - 1)
    return Sample("dropout", "above least", found[1], np.asarray(above))


PRODUCTS = Table(
    CHAPTER,
    "products",
    paths,
    24,
    (
        Claim(
            "products-dropout",
            "With dropout the spread of the products falls below a tenth of their mean.",
            _spread("dropout"),
            Bound(high=10.0),
            "%",
        ),
        Claim(
            "products-none",
            "Without a regulariser it ends above a quarter of the mean.",
            _spread("none"),
            Bound(low=25.0),
            "%",
        ),
        Claim(
            "products-l2",
            "With L2 it ends above a quarter of the mean, too.",
            _spread("L2"),
            Bound(low=25.0),
            "%",
        ),
        Claim(
            "products-least",
            "With dropout the sum of squared products ends at most a tenth above the least for its "
            "map and width.",
            _above_least,
            Bound(high=10.0),
            "%",
        ),
    ),
)

AVERAGES = Table(
    CHAPTER,
    "averages of members",
    experiments.average_losses,
    32,
    (
        Claim(
            "average-geometric",
            "Here the geometric mean takes more than a tenth of a nat off the members' loss.",
            of("loss", "geometric", "members"),
            Bound(high=-0.1),
            "nats",
        ),
        Claim(
            "average-arithmetic",
            "So does the arithmetic mean.",
            of("loss", "arithmetic", "members"),
            Bound(high=-0.1),
            "nats",
        ),
        Claim(
            "averages-alike",
            "The two averages differ by less than a twentieth of a nat.",
            of("loss", "arithmetic", "geometric"),
            Bound(-0.05, 0.05),
            "nats",
        ),
    ),
)

EFFECTS = Table(
    CHAPTER,
    "penalty and noise",
    experiments.effects_study,
    64,
    (
        Claim(
            "explicit-effect",
            "Averaged over four masks, dropout lowers the error by more than two points.",
            of("test error", "masks averaged", "none"),
            Bound(high=-2.0),
        ),
        Claim(
            "implicit-error",
            "The noise, put back, costs some right answers here.",
            of("test error", "masks averaged, noise added", "masks averaged"),
            MORE,
        ),
        Claim(
            "noise-alone",
            "Noise without the penalty costs more than two points.",
            of("test error", "noise alone", "none"),
            Bound(low=2.0),
        ),
        Claim(
            "implicit-loss",
            "Put back, it lowers the test loss by more than a tenth of a nat.",
            of("test loss", "masks averaged, noise added", "masks averaged"),
            Bound(high=-0.1),
            "nats",
        ),
        Claim(
            "noise-restored",
            "With the noise put back, the test loss is within a fifth of a nat of dropout's.",
            of("test loss", "masks averaged, noise added", "dropout"),
            Bound(-0.2, 0.2),
            "nats",
        ),
        Claim(
            "noise-restored-error",
            "The error, too, is within a point and a half of dropout's.",
            of("test error", "masks averaged, noise added", "dropout"),
            Bound(-1.5, 1.5),
        ),
        Claim(
            "averaging-loss",
            "To average four masks raises the test loss of dropout by more than a tenth of a nat.",
            of("test loss", "masks averaged", "dropout"),
            Bound(low=0.1),
            "nats",
        ),
        Claim(
            "averaging-error",
            "But it makes fewer errors than dropout does.",
            of("test error", "masks averaged", "dropout"),
            LESS,
        ),
    ),
)

TABLES = (BELOW, PRODUCTS, EFFECTS, AVERAGES)
