"""One function an experiment: settings and seeds in, samples out, nothing drawn.

Networks learn MNIST-1D, or scikit-learn's digits where a picture of a digit teaches. All arms of an
experiment use the same seeds: a seed fixes the split of the data, and the initial weights and the
stream of masks from a generator of their own, so that arms can be compared seed by seed
(`samples.Sample`). What is measured has a stream of its own (`stream`). All seeds of an arm are
trained at once; the arms are spread over the cores by joblib, or over whatever
`joblib.parallel_config` names.
"""

from dropoutlab._names import public_dir
from dropoutlab.experiments.architectures import (
    DOUBT_SIZES,
    TIMING_SMALL,
    convolution_study,
    convolution_tuning,
    doubt_study,
    passes_study,
    recurrent_study,
    recurrent_tuning,
    timing_study,
    variance_ratio,
    variance_shift,
)
from dropoutlab.experiments.arms import (
    Arm,
    Measure,
    Trained,
    measure_test_error,
    single_network,
    splits,
    stream,
    sweep,
    train_arm,
    training_streams,
    watch_arm,
)
from dropoutlab.experiments.beyond_linear import (
    EFFECTS,
    MASKED,
    LastLayer,
    Products,
    average_losses,
    effects_study,
    last_layer_errors,
    last_layer_gaps,
    product_paths,
)
from dropoutlab.experiments.cancelling import PRICES, price_study
from dropoutlab.experiments.coadaptation import (
    ARMS,
    GRIDS,
    MEASURES,
    SETTINGS,
    PenaltyStudy,
    early_stopping,
    measure_coadaptation,
    penalty_study,
    regularized_arm,
    small_removals,
    tuning,
)
from dropoutlab.experiments.index import UnitLosses, answers_kept, unit_losses
from dropoutlab.experiments.masking import (
    Boundaries,
    boundary_moves,
    mask_sharing_error,
    mask_sharing_noise,
    watch_boundaries,
)
from dropoutlab.experiments.practice import (
    ConfidenceStudy,
    confidence_study,
    keep_prob_study,
    layer_rates_study,
    learning_rate_study,
    noise_study,
    train_size_study,
)
from dropoutlab.experiments.regularizer import (
    LINEAR_NOISES,
    LINEAR_WEIGHTS,
    PathDistances,
    dropout_path_distances,
    spread_around_minimum,
    standard_against_inverted,
)
from dropoutlab.experiments.scaling import (
    SchemeGaps,
    averages_against_masks,
    exact_averages,
    forgotten_scaling,
    scheme_gaps,
)
from dropoutlab.experiments.symptoms import printed_loss_study, symptom_study

__dir__ = public_dir(__name__)

__all__ = [
    "ARMS",
    "DOUBT_SIZES",
    "EFFECTS",
    "GRIDS",
    "LINEAR_NOISES",
    "LINEAR_WEIGHTS",
    "MASKED",
    "MEASURES",
    "PRICES",
    "SETTINGS",
    "TIMING_SMALL",
    "Arm",
    "Boundaries",
    "ConfidenceStudy",
    "LastLayer",
    "Measure",
    "PathDistances",
    "PenaltyStudy",
    "Products",
    "SchemeGaps",
    "Trained",
    "UnitLosses",
    "answers_kept",
    "average_losses",
    "averages_against_masks",
    "boundary_moves",
    "confidence_study",
    "convolution_study",
    "convolution_tuning",
    "doubt_study",
    "dropout_path_distances",
    "early_stopping",
    "effects_study",
    "exact_averages",
    "forgotten_scaling",
    "keep_prob_study",
    "last_layer_errors",
    "last_layer_gaps",
    "layer_rates_study",
    "learning_rate_study",
    "mask_sharing_error",
    "mask_sharing_noise",
    "measure_coadaptation",
    "measure_test_error",
    "noise_study",
    "passes_study",
    "penalty_study",
    "price_study",
    "printed_loss_study",
    "product_paths",
    "recurrent_study",
    "recurrent_tuning",
    "regularized_arm",
    "scheme_gaps",
    "single_network",
    "small_removals",
    "splits",
    "spread_around_minimum",
    "standard_against_inverted",
    "stream",
    "sweep",
    "symptom_study",
    "timing_study",
    "train_arm",
    "train_size_study",
    "training_streams",
    "tuning",
    "unit_losses",
    "variance_ratio",
    "variance_shift",
    "watch_arm",
    "watch_boundaries",
]
