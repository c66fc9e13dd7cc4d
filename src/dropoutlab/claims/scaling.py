"""What the chapter `scaling` claims of trained networks."""

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of

__dir__ = public_dir(__name__)

RIGHT = "weights × p"


def _average(measure: str, masks: int, arm: str = "Monte-Carlo") -> Quantity:
    """An average over masks less weight scaling."""
    return gap(of(measure, arm, masks=masks), of(measure, "weight scaling"))


def _exact(layers: str, one: str, other: str) -> Quantity:
    return gap(of(one, layers), of(other, layers))


MISTAKES = Table(
    "scaling",
    "mistakes at test time",
    experiments.forgotten_scaling,
    32,
    (
        Claim(
            "right-error",
            "About half of the answers of these networks are right.",
            of("test error", RIGHT),
            Bound(45.0, 55.0),
            "% wrong",
        ),
        Claim(
            "right-loss",
            "Even scaled as they should be, these networks have about the loss of blind guessing.",
            of("test loss", RIGHT),
            Bound(2.0, 2.6),
            "nats",
        ),
        Claim(
            "right-too-sure",
            "The mean probability of their answers lies far above the share of right ones.",
            of("overconfidence", RIGHT),
            Bound(low=15.0),
        ),
        Claim(
            "forgotten-loss",
            "If the scaling is forgotten, the test loss jumps.",
            of("test loss", "not scaled", RIGHT),
            Bound(low=0.5),
            "nats",
        ),
        Claim(
            "forgotten-error",
            "If the scaling is forgotten, the test error changes little.",
            of("test error", "not scaled", RIGHT),
            Bound(-3.0, 3.0),
        ),
        Claim(
            "forgotten-answers",
            "If the scaling is forgotten, more than one answer in ten changes.",
            of("changed answers", "not scaled"),
            Bound(low=10.0),
            "% changed",
        ),
        Claim(
            "forgotten-training-loss",
            "The training loss does not give a forgotten scaling away.",
            of("training loss", "not scaled", RIGHT),
            Bound(-0.05, 0.05),
            "nats",
        ),
        Claim(
            "scaled-twice-error",
            "Scaling twice raises the test error.",
            of("test error", "weights × p twice", RIGHT),
            Bound(low=2.0),
        ),
        Claim(
            "scaled-twice-loss",
            "Scaling twice lowers the test loss.",
            of("test loss", "weights × p twice", RIGHT),
            LESS,
            "nats",
        ),
        Claim(
            "masks-left-on-error",
            "Masks left on raise the test error.",
            of("test error", "masks left on", RIGHT),
            Bound(low=3.0),
        ),
        Claim(
            "masks-left-on-loss",
            "The test loss rises, too, with masks left on.",
            of("test loss", "masks left on", RIGHT),
            Bound(low=0.3),
            "nats",
        ),
        Claim(
            "biases-too",
            "Scaling the biases too changes the test error little.",
            of("test error", "biases × p too", RIGHT),
            Bound(-2.0, 2.0),
        ),
    ),
)

EXACT = Table(
    "scaling",
    "exact averages",
    experiments.exact_averages,
    48,
    (
        Claim(
            "one-layer-exact",
            "With one hidden layer weight scaling is the normalised geometric mean.",
            of("from normalised geometric", "one layer"),
            Bound(high=1e-9),
            "in probability",
        ),
        Claim(
            "two-layers-near",
            "With two dropped layers weight scaling is near the normalised geometric mean, but not "
            "on it.",
            of("from normalised geometric", "two layers"),
            Bound(0.001, 0.05),
            "in probability",
        ),
        Claim(
            "arithmetic-farther-one",
            "With one dropped layer the arithmetic mean is farther away than the geometric one.",
            _exact("one layer", "from arithmetic", "from normalised geometric"),
            MORE,
            "farther",
        ),
        Claim(
            "arithmetic-farther-two",
            "With two dropped layers, too, the arithmetic mean is farther away.",
            _exact("two layers", "from arithmetic", "from normalised geometric"),
            MORE,
            "farther",
        ),
        Claim(
            "arithmetic-loss-one",
            "With one dropped layer the arithmetic mean has a lower loss than weight scaling.",
            _exact("one layer", "loss, arithmetic", "loss, scaling"),
            LESS,
            "nats",
        ),
        Claim(
            "arithmetic-loss-two",
            "With two dropped layers the two losses differ little.",
            _exact("two layers", "loss, arithmetic", "loss, scaling"),
            Bound(-0.1, 0.1),
            "nats",
        ),
    ),
)

MASKS = Table(
    "scaling",
    "how many masks",
    experiments.averages_against_masks,
    32,
    (
        Claim(
            "one-mask",
            "One mask makes more errors than weight scaling.",
            _average("test error", 1),
            Bound(low=3.0),
        ),
        Claim(
            "fifty-masks",
            "Fifty masks change the error by less than two points.",
            _average("test error", 50),
            Bound(-2.0, 2.0),
        ),
        Claim(
            "many-masks-error",
            "Two hundred masks, averaged geometrically, make fewer errors than weight scaling.",
            _average("test error", 200, "geometric Monte-Carlo"),
            LESS,
        ),
        Claim(
            "many-masks-loss",
            "The arithmetic mean of fifty masks has a much lower loss than weight scaling.",
            _average("test loss", 50),
            Bound(high=-0.4),
            "nats",
        ),
        Claim(
            "geometric-loss",
            "The loss of the normalised geometric mean stays close to that of weight scaling.",
            _average("test loss", 200, "geometric Monte-Carlo"),
            Bound(-0.2, 0.2),
            "nats",
        ),
    ),
)

TABLES = (MISTAKES, EXACT, MASKS)
