"""One function an experiment: settings and seeds in, samples out, nothing drawn.

Networks learn scikit-learn's digits. All arms of an experiment use the same seeds: a seed fixes the
split of the data, and the initial weights and the stream of masks from a generator of their own,
so that arms can be compared seed by seed (`samples.Sample`). What is measured has a stream of its
own (`stream`). All seeds of an arm are trained at once; the arms are spread over the cores by
joblib, or over whatever `joblib.parallel_config` names.
"""

from dropoutlab.experiments.coadaptation import (
    MEASURES,
    Features,
    KeepProbStudy,
    PairRemovals,
    PenaltyStudy,
    autoencoder_features,
    keep_prob_study,
    measure_coadaptation,
    pair_removals,
    penalty_study,
    removable_share,
    small_removals,
)
from dropoutlab.experiments.digits import (
    Arm,
    Measure,
    Trained,
    digit_splits,
    measure_test_error,
    single_network,
    stream,
    sweep,
    train_arm,
    training_streams,
    watch_arm,
)
from dropoutlab.experiments.masking import mask_sharing_error, mask_sharing_noise
from dropoutlab.experiments.regularizer import (
    LINEAR_NOISES,
    LINEAR_WEIGHTS,
    PathDistances,
    dropout_path_distances,
    spread_around_minimum,
    standard_against_inverted,
)
from dropoutlab.experiments.scaling import (
    AverageStreams,
    SchemeGaps,
    average_streams,
    averages_against_masks,
    exact_averages,
    forgotten_scaling,
    scheme_gaps,
)

__all__ = [
    "LINEAR_NOISES",
    "LINEAR_WEIGHTS",
    "MEASURES",
    "Arm",
    "AverageStreams",
    "Features",
    "KeepProbStudy",
    "Measure",
    "PairRemovals",
    "PathDistances",
    "PenaltyStudy",
    "SchemeGaps",
    "Trained",
    "autoencoder_features",
    "average_streams",
    "averages_against_masks",
    "digit_splits",
    "dropout_path_distances",
    "exact_averages",
    "forgotten_scaling",
    "keep_prob_study",
    "mask_sharing_error",
    "mask_sharing_noise",
    "measure_coadaptation",
    "measure_test_error",
    "pair_removals",
    "penalty_study",
    "removable_share",
    "scheme_gaps",
    "single_network",
    "small_removals",
    "spread_around_minimum",
    "standard_against_inverted",
    "stream",
    "sweep",
    "train_arm",
    "training_streams",
    "watch_arm",
]
