"""What the chapter `evidence` claims."""

from collections.abc import Sequence
from dataclasses import replace

from dropoutlab import experiments
from dropoutlab._names import public_dir
from dropoutlab.claims.coadaptation import SEEDS
from dropoutlab.claims.judging import LESS, MORE, Bound
from dropoutlab.claims.ledger import Claim, Quantity, Table, gap, of, ratio
from dropoutlab.samples import Sample

__dir__ = public_dir(__name__)


def prices(seeds: Sequence[int]) -> list[Sample]:
    """Networks that pay for cancellation; other seeds have chosen the keep-probability."""
    return experiments.price_study(seeds, experiments.SETTINGS["dropout"])


def _beyond_chance(arm: str) -> Quantity:
    return gap(of("cancellation", arm), of("by chance", arm))


def _per_active(arm: str) -> Quantity:
    """Interaction over the active share, which is in percent."""
    found = ratio(of("interaction", arm), of("active share", arm))
    return lambda study: 100 * found(study)


def _at_price(measure: str, arm: str, price: float) -> Quantity:
    return of(measure, arm, price=price)


def _percent_of(part: Quantity, whole: Quantity) -> Quantity:
    """Return the quantity: the mean of one in percent of the mean of another.

    A seed's number says how far it moves that ratio, to first order, so that their spread is what
    both means leave open.
    """

    def found(study: object) -> Sample:
        one, other = part(study), whole(study)
        all_of_it = float(other.values.mean())
        share = float(one.values.mean()) / all_of_it
        moves = (one - share * other) * (100 / all_of_it)
        return replace(moves, values=moves.values + 100 * share)

    return found


MEASURES = Table(
    "evidence",
    "measures",
    experiments.penalty_study,
    SEEDS,
    (
        Claim(
            "cancellation-by-chance",
            "Without a regulariser, contributions cancel about as much as random signs would make "
            "them.",
            _beyond_chance("none"),
            Bound(-0.03, 0.03),
            "of the contributions",
        ),
        Claim(
            "cancellation-untrained",
            "An untrained network cancels about as much as one trained without a regulariser.",
            of("cancellation", "untrained", "none"),
            Bound(-0.1, 0.1),
            "of the contributions",
        ),
        Claim(
            "cancellation-dropout",
            "With dropout contributions cancel much less.",
            of("cancellation", "dropout", "none"),
            Bound(high=-0.15),
            "of the contributions",
        ),
        Claim(
            "cancellation-agreement",
            "With dropout contributions cancel less than random signs would make them.",
            _beyond_chance("dropout"),
            Bound(high=-0.1),
            "of the contributions",
        ),
        Claim(
            "cancellation-still",
            "With dropout about half of the contributions still cancel.",
            of("cancellation", "dropout"),
            Bound(0.4, 0.6),
            "of the contributions",
        ),
        Claim(
            "cancellation-l2",
            "L2 lowers the cancellation.",
            of("cancellation", "L2", "none"),
            Bound(high=-0.08),
            "of the contributions",
        ),
        Claim(
            "cancellation-l2-less",
            "With L2 more still cancels than with dropout.",
            of("cancellation", "L2", "dropout"),
            Bound(low=0.05),
            "of the contributions",
        ),
        Claim(
            "cancellation-max-norm-less",
            "With max-norm, too, more cancels than with dropout.",
            of("cancellation", "max-norm", "dropout"),
            Bound(low=0.02),
            "of the contributions",
        ),
        Claim(
            "excess-max-norm",
            "Dropout also goes farther than max-norm, measured against random signs.",
            gap(_beyond_chance("dropout"), _beyond_chance("max-norm")),
            LESS,
            "of the contributions",
        ),
        Claim(
            "excess-l2",
            "Measured against random signs, too, dropout goes farther than L2.",
            gap(_beyond_chance("dropout"), _beyond_chance("L2")),
            LESS,
            "of the contributions",
        ),
        Claim(
            "cancellation-max-norm-l2",
            "With max-norm less cancels than with L2.",
            of("cancellation", "max-norm", "L2"),
            LESS,
            "of the contributions",
        ),
        Claim(
            "cancellation-l1",
            "With L1 even random signs would cancel much less.",
            of("by chance", "L1", "none"),
            Bound(high=-0.1),
            "of the contributions",
        ),
        Claim(
            "interaction-l2",
            "L2 lowers the interaction.",
            of("interaction", "L2", "none"),
            LESS,
            "of the effects",
        ),
        Claim(
            "interaction-dropout",
            "With dropout the interaction is lower still.",
            of("interaction", "dropout", "L2"),
            LESS,
            "of the effects",
        ),
        Claim(
            "interaction-per-active",
            "Per active unit, the interaction with dropout is at least two thirds of that with L2.",
            ratio(_per_active("dropout"), _per_active("L2")),
            Bound(low=2 / 3),
            "times as much",
        ),
        Claim(
            "negative-share",
            "Without a regulariser, about half of the interaction is negative.",
            of("negative share", "none"),
            Bound(0.4, 0.6),
            "of the interaction",
        ),
        Claim(
            "negative-share-dropout",
            "Dropout lowers the negative share.",
            of("negative share", "dropout", "none"),
            LESS,
            "of the interaction",
        ),
        Claim(
            "negative-share-l2",
            "With L2, too, less of the interaction is negative.",
            of("negative share", "L2", "none"),
            LESS,
            "of the interaction",
        ),
        Claim(
            "half-removed-l2",
            "L2 lowers the error with half of the units.",
            of("half removed", "L2", "none"),
            Bound(high=-3.0),
        ),
        Claim(
            "half-removed-dropout",
            "Dropout lowers the error with half of the units much more than L2 does.",
            of("half removed", "dropout", "L2"),
            Bound(high=-4.0),
        ),
        Claim(
            "half-removed-l1",
            "L1 changes the error with half of the units by less than two and a half points.",
            of("half removed", "L1", "none"),
            Bound(-2.5, 2.5),
        ),
        Claim(
            "halves-strangers",
            "Without a regulariser, two halves of the units agree less often than two guesses "
            "would.",
            of("halves agree", "none"),
            Bound(high=10.0),
            "% of answers",
        ),
        Claim(
            "halves-dropout",
            "With dropout, two halves agree on many more of the answers.",
            of("halves agree", "dropout", "none"),
            Bound(low=20.0),
        ),
        Claim(
            "ten-refitted-l2",
            "L2 lowers the error of ten refitted units.",
            of("ten refitted", "L2", "none"),
            Bound(high=-1.0),
        ),
        Claim(
            "ten-refitted-dropout",
            "Dropout, too, lowers the error of ten refitted units.",
            of("ten refitted", "dropout", "none"),
            Bound(high=-1.0),
        ),
        Claim(
            "steadiness",
            "Dropout leaves the steadiness within a fortieth of where it was.",
            of("steadiness", "dropout", "none"),
            Bound(-0.025, 0.025),
            "in steadiness",
        ),
        Claim(
            "steadiness-l2",
            "L2 makes units a little less steady.",
            of("steadiness", "L2", "none"),
            Bound(-0.1, 0.0),
            "in steadiness",
        ),
        Claim(
            "steadiness-against-l2",
            "Units are steadier with dropout than with L2.",
            of("steadiness", "dropout", "L2"),
            MORE,
            "in steadiness",
        ),
        Claim(
            "steadiness-l1",
            "Steadier still are units with L1.",
            of("steadiness", "L1", "dropout"),
            MORE,
            "in steadiness",
        ),
        Claim(
            "correlation-dropout",
            "With dropout units are less correlated than with L2.",
            of("correlation", "dropout", "L2"),
            LESS,
            "in correlation",
        ),
        Claim(
            "correlation",
            "Dropout leaves the correlation within a hundredth of where it was.",
            of("correlation", "dropout", "none"),
            Bound(-0.01, 0.01),
            "in correlation",
        ),
        Claim(
            "correlation-l2",
            "L2 makes units a little more correlated.",
            of("correlation", "L2", "none"),
            Bound(0.0, 0.05),
            "in correlation",
        ),
        Claim(
            "effective-l1",
            "L1 gathers the work in fewer units.",
            of("effective units", "L1", "none"),
            Bound(high=-15.0),
            "units",
        ),
        Claim(
            "effective-dropout",
            "Dropout does not spread the work over more units.",
            of("effective units", "dropout", "none"),
            LESS,
            "units",
        ),
        Claim(
            "active-dropout",
            "With dropout far fewer units are active for one example.",
            of("active share", "dropout", "none"),
            Bound(high=-10.0),
        ),
        Claim("active-l1", "Fewer even than with L1.", of("active share", "dropout", "L1"), LESS),
    ),
)

MOVED = Table(
    "evidence",
    "a price on cancelling",
    prices,
    64,
    (
        Claim(
            "price-cancels-less",
            "With a price of 0.3, networks without masks cancel less than those with dropout.",
            gap(_at_price("cancellation", "none", 0.3), _at_price("cancellation", "dropout", 0.0)),
            LESS,
            "of the contributions",
        ),
        Claim(
            "price-error",
            "They make more errors than without the price.",
            gap(_at_price("test error", "none", 0.3), _at_price("test error", "none", 0.0)),
            MORE,
        ),
        Claim(
            "price-training",
            "They still get fewer than one training example in a hundred wrong.",
            _at_price("training error", "none", 0.3),
            Bound(high=1.0),
            "% wrong",
        ),
        Claim(
            "price-small",
            "A price of 0.1 does not lower the error by as much as a point.",
            gap(_at_price("test error", "none", 0.1), _at_price("test error", "none", 0.0)),
            Bound(low=-1.0),
        ),
        Claim(
            "price-dropout",
            "With dropout, a price of 0.3 changes the error by less than one point.",
            gap(_at_price("test error", "dropout", 0.3), _at_price("test error", "dropout", 0.0)),
            Bound(-1.0, 1.0),
        ),
        Claim(
            "reward-cancels",
            "With a reward of 3, networks with dropout cancel about as much as those without a "
            "regulariser.",
            gap(_at_price("cancellation", "dropout", -3.0), _at_price("cancellation", "none", 0.0)),
            Bound(-0.05, 0.05),
            "of the contributions",
        ),
        Claim(
            "reward-error",
            "They still make fewer errors than those.",
            gap(_at_price("test error", "dropout", -3.0), _at_price("test error", "none", 0.0)),
            LESS,
        ),
        Claim(
            "reward-costs",
            "But the reward costs dropout more than two fifths of its lead.",
            _percent_of(
                gap(
                    _at_price("test error", "dropout", -3.0),
                    _at_price("test error", "dropout", 0.0),
                ),
                gap(
                    _at_price("test error", "none", 0.0),
                    _at_price("test error", "dropout", 0.0),
                ),
            ),
            Bound(low=40.0),
            "% of the lead",
        ),
        Claim(
            "reward-training",
            "With a reward of 3, networks with dropout also get more of their training examples "
            "wrong.",
            gap(
                _at_price("training error", "dropout", -3.0),
                _at_price("training error", "dropout", 0.0),
            ),
            MORE,
        ),
    ),
)

TABLES = (MEASURES, MOVED)
