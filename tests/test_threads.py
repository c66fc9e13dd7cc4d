"""One BLAS thread while numbers are made: the same in any process, with any number of threads."""

import os
import subprocess
import sys
from threading import Barrier, Thread

import numpy as np
import pytest
from joblib import Parallel, delayed
from threadpoolctl import threadpool_info, threadpool_limits

from dropoutlab import _kernel as kernel
from dropoutlab import _threads, averaging, coadaptation, linear
from dropoutlab import network as nn
from dropoutlab._threads import one_blas_thread
from dropoutlab.training import Recipe, evaluate, train


def blas_threads():
    return {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}


def numbers():
    """Bytes of everything that multiplies matrices, large enough for BLAS to split the work."""
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((300, 200)), np.eye(10)[rng.integers(10, size=300)]
    network = nn.new_network((200, 256, 10), rng, keep_prob=(0.8, 0.5))
    network, history = train(
        network, x, t, Recipe(epochs=2, batch_size=100), rng, progress=False, test=(x, t)
    )
    forward = nn.forward(network, x)
    slopes = nn.backward(network, forward, None, t)
    found = [
        *network.weights, *network.biases, history.train_loss, history.test_error, *forward,
        *slopes[0], *slopes[1], nn.predict(network, x), nn.logits(network, x),
        *evaluate(network, x, t),
        averaging.monte_carlo_average(network, x, 2, rng),
        coadaptation.cancellation(network, x),
        coadaptation.interaction(network, x, t, rng, pairs=2),
        coadaptation.ablation(network, x, t, 0.5, rng, draws=2),
        coadaptation.refit_error(network, (x, t), (x, t), rng, units=100, draws=1),
        coadaptation.mean_correlation(network, x),
        linear.regularized_minimizer(x, t[:, 0], 0.5),
        linear.regularized_descent(x, t[:, 0], 0.5, learning_rate=0.01, num_steps=3)[-1],
        linear.sgd_with_dropout(
            x, t[:, 0], 0.5, learning_rate=1e-3, num_steps=5, batch_size=200, rng=rng,
            progress=False,
        ).weights,
        linear.expected_gradient_monte_carlo(
            np.ones(200), x, t[:, 0], 0.5, num_masks=5, rng=rng
        ).mean,
    ]  # fmt: skip
    return b"".join(np.ascontiguousarray(part).tobytes() for part in found)


def test_a_worker_finds_what_this_process_finds():
    here = numbers()
    assert Parallel(n_jobs=2)(delayed(numbers)() for _ in range(2)) == [here, here]
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            assert numbers() == here


@pytest.mark.long
@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_environment_does_not_matter(threads):
    code = "import sys; from tests.test_threads import numbers; sys.stdout.write(numbers().hex())"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    variables = dict.fromkeys(names, threads)
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **variables}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert done.stdout == numbers().hex()


def test_every_multiplication_has_one_thread(monkeypatch):
    """Asked inside, where matrices are multiplied, for every kind of function."""
    seen, whole = [], kernel.pre_activation
    rng = np.random.default_rng(0)
    network = nn.new_network((4, 3, 2), rng, keep_prob=(0.8, 0.5))
    x, t = rng.random((5, 4)), np.eye(2)[[0, 1, 0, 1, 1]]

    def watched(*args):
        seen.append(blas_threads())
        return whole(*args)

    monkeypatch.setattr(kernel, "pre_activation", watched)
    with threadpool_limits(2, "blas"):
        for function, arguments in (
            (nn.forward, (network, x)), (nn.logits, (network, x)), (nn.predict, (network, x)),
            (train, (network, x, t, Recipe(epochs=1), rng)), (evaluate, (network, x, t)),
            (averaging.exact_average, (network, x)),
            (averaging.monte_carlo_average, (network, x, 1, rng)),
            (coadaptation.interaction, (network, x, t, rng)),
            (coadaptation.ablation, (network, x, t, 0.5, rng)),
            (coadaptation.mean_correlation, (network, x)),
        ):  # fmt: skip
            seen.clear()
            function(*arguments)
            assert seen and all(threads == {1} for threads in seen), function
            assert blas_threads() == {2}


def test_the_number_of_threads_comes_back_after_nesting_and_errors():
    with threadpool_limits(2, "blas"):
        with one_blas_thread:
            with one_blas_thread:
                assert blas_threads() == {1}
            assert blas_threads() == {1}
        assert blas_threads() == {2}
        with pytest.raises(ValueError, match="inputs must"):
            nn.predict(nn.new_network((2, 2), np.random.default_rng(0)), [[1.0]])
        assert blas_threads() == {2}


def test_two_python_threads_may_overlap():
    """One enters first and leaves first: the other still has one BLAS thread, and after it two."""
    seen, steps = [], Barrier(2, timeout=30)

    def first():
        with one_blas_thread:
            steps.wait()  # both are inside
            steps.wait()
        steps.wait()  # this one is outside

    def second():
        steps.wait()
        with one_blas_thread:
            steps.wait()
            steps.wait()
            seen.append(blas_threads())

    with threadpool_limits(2, "blas"):
        threads = [Thread(target=part) for part in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [{1}] and blas_threads() == {2}


def test_each_library_has_its_own_number_back():
    before = [library.get_num_threads() for library in _threads._libraries()]
    with pytest.raises(ValueError, match="zip"):
        _threads._set_threads([*before, 1])
    with pytest.raises(ValueError, match="zip"):
        _threads._set_threads(before[:-1])
    _threads._set_threads([2] * len(before))
    assert blas_threads() == {2}
    inner = _threads._OneBlasThread()  # one that nobody else has entered
    for _again in range(2):
        with inner:
            assert blas_threads() == {1}
        assert blas_threads() == {2}
    _threads._set_threads(before)
    assert [library.get_num_threads() for library in _threads._libraries()] == before
