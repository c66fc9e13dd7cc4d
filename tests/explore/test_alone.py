"""The explorers with nothing else of the package: the example of the README, as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SHARED = ("dropoutlab._names", "dropoutlab._progress")  # they import nothing of the package
ITS_OWN = ("dropoutlab.explore", *SHARED)
# what refuses every other module of the package
ALONE = f"""
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("dropoutlab.") and not name.startswith({ITS_OWN}):
            raise ImportError(name + " is not part of the explorers")


sys.meta_path.insert(0, Refuse())
"""


def example():
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf8"), re.DOTALL)
    return code


def test_the_example_is_short():
    assert len([line for line in example().splitlines() if line]) < 20


@pytest.mark.long
def test_the_example_writes_its_file_without_the_rest_of_the_package(tmp_path):
    run = [sys.executable, "-c", ALONE + example()]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "wave.html").read_text("utf8")
    assert "A wave of height 1.0, moved by 0.0." in text
    assert text.count("data-set=") == 5


def test_the_explorers_import_nothing_else_of_the_package():
    folder = Path(__file__).parents[2] / "src" / "dropoutlab" / "explore"
    for path in folder.glob("*.py"):
        for module in re.findall(r"(?:from|import) (dropoutlab[\w.]*)", path.read_text("utf8")):
            assert module.startswith(ITS_OWN), path.name
    for module in SHARED:
        path = folder.parent / f"{module.removeprefix('dropoutlab.')}.py"
        assert not re.findall(r"(?:from|import) (?:dropoutlab|\.)", path.read_text("utf8"))
