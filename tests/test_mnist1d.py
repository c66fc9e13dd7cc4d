import random

import numpy as np
import platformdirs
import pytest

from dropoutlab import _mnist1d, data

pytestmark = pytest.mark.xdist_group("mnist1d")


@pytest.fixture(scope="module")
def packed():
    return _mnist1d._made()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda _name: str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_set_is_complete():
    inputs, labels = data.mnist1d()
    assert inputs.shape == (5000, 40) and labels.shape == (5000,)
    assert (np.bincount(labels) == 500).all()
    assert inputs.mean() == pytest.approx(0, abs=1e-4) and inputs.std() == pytest.approx(
        1, abs=1e-4
    )
    inputs[:] = 0  # a copy
    assert data.mnist1d()[0].any()


@pytest.mark.long
def test_it_is_made_once_and_kept_and_no_global_generator_moves(folder, monkeypatch):
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    before = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    inputs, labels = _mnist1d.load()
    assert (np.random.get_state()[1].tolist(), random.getstate()) == before  # noqa: NPY002
    assert [path.name for path in folder.iterdir()] == ["mnist1d.bin"]
    monkeypatch.setattr(_mnist1d, "_made", lambda: pytest.fail("made again"))
    again = _mnist1d.load()
    assert np.array_equal(again[0], inputs) and np.array_equal(again[1], labels)


@pytest.mark.long
def test_a_spoiled_file_is_made_again_and_other_data_are_refused(folder, packed, monkeypatch):
    monkeypatch.setattr(_mnist1d, "_made", lambda: packed)
    folder.mkdir()
    path = folder / "mnist1d.bin"
    path.write_bytes(packed[:-1] + b"x")
    _mnist1d.load()
    assert path.read_bytes() == packed
    path.unlink()
    monkeypatch.setattr(_mnist1d, "_made", lambda: b"other" + packed[5:])
    with pytest.raises(RuntimeError, match="makes other data"):
        _mnist1d.load()
    assert not path.exists()


@pytest.mark.long
def test_where_nothing_can_be_written_they_are_made_all_the_same(folder, packed, monkeypatch):
    monkeypatch.setattr(_mnist1d, "_made", lambda: packed)
    folder.parent.joinpath("cache").write_text("a file where the folder should be")
    assert _mnist1d.load()[0].shape == (5000, 40)


def test_a_split_has_no_example_twice_and_nests():
    small, large = (data.mnist1d_split(size, np.random.default_rng(4)) for size in (50, 4000))
    assert np.array_equal(small.test_inputs, large.test_inputs)
    assert np.array_equal(small.train_inputs, large.train_inputs[:50])
    assert np.array_equal(small.train_targets, large.train_targets[:50])
    rows = np.concatenate([large.train_inputs, large.test_inputs])
    assert len(np.unique(rows, axis=0)) == 5000
    assert large.train_targets.sum(axis=1).tolist() == [1] * 4000
