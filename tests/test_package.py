"""The package as others get it: a wheel, its files, its first page of help."""

import ast
import doctest
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import dropoutlab

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
MODULES = sorted((ROOT / "src" / "dropoutlab").rglob("*.py"))
INSTALLED_AS = {"sklearn": "scikit-learn"}
LAZY = {  # what makes the font, the book, and its printed edition
    "docutils", "fontTools", "myst_nb", "nbformat", "playwright", "pybtex", "pypdf", "sphinx",
    "sphinx_external_toc",
}  # fmt: skip
FRAMEWORKS = PROJECT["optional-dependencies"]["frameworks"]  # imported when they are asked


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q", "--no-deps",
         "--no-build-isolation", "-w", str(folder), str(ROOT)],
        check=True,
    )  # fmt: skip
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.xdist_group("wheel")
@pytest.mark.slow
def test_the_wheel_has_every_module_and_what_the_explorers_need(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "src").rglob("*"):
        if path.is_file() and path.suffix in {".py", ".js", ".css"}:
            assert path.relative_to(ROOT / "src").as_posix() in names
    for name in ("explore.js", "explore.css", "explore-font.css"):
        assert f"dropoutlab/explore/static/{name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("LICENSE_DEJAVU") for name in names)


@pytest.mark.xdist_group("wheel")
@pytest.mark.slow
def test_the_wheel_works_far_from_the_repository(wheel, tmp_path):
    script = (
        "import dropoutlab, pathlib\n"
        "from dropoutlab.explore import book\n"
        "import dropoutlab.masks, dropoutlab.linear, dropoutlab.network, dropoutlab.training\n"
        "import dropoutlab.figures, dropoutlab.experiments, dropoutlab.symbolic\n"
        "print(dropoutlab.__version__, dropoutlab.__file__, (book.STATIC / 'explore.js').is_file())"
    )
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
    )  # fmt: skip
    version, file, has_script = run.stdout.split()
    assert version == PROJECT["version"]
    assert file.startswith(str(tmp_path))
    assert has_script == "True"


def test_the_version_is_told_once():
    assert dropoutlab.__version__ == PROJECT["version"]
    assert importlib.metadata.version("dropoutlab") == PROJECT["version"]


def test_the_first_example_runs():
    result = doctest.testmod(dropoutlab)
    assert result.attempted >= 3
    assert result.failed == 0


def test_help_names_every_part_of_the_package():
    folder = ROOT / "src" / "dropoutlab"
    parts = {path.stem for path in folder.iterdir() if not path.name.startswith(("_", "."))}
    quoted = re.findall(r"`([^`]+)`", dropoutlab.__doc__)
    named = {word for words in quoted for word in words.split(".")}
    assert parts <= named


def imported(path):
    """The top-level names of the packages that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def distributions(requirements):
    return {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in requirements}


@pytest.mark.long
def test_what_the_package_imports_is_declared():
    declared = distributions(PROJECT["dependencies"])
    used = {name for path in MODULES for name in imported(path)}
    used -= {*sys.stdlib_module_names, "dropoutlab", *LAZY, *distributions(FRAMEWORKS)}
    missing = {INSTALLED_AS.get(name, name).lower() for name in used} - declared
    assert not missing


def test_what_is_declared_is_locked():
    extras = PROJECT["optional-dependencies"]
    wanted = [line for name in extras if name != "frameworks" for line in extras[name]]
    locked = distributions(
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf8").splitlines()
        if re.match(r"\w", line)
    )
    assert distributions([*PROJECT["dependencies"], *wanted]) <= locked


def test_the_frameworks_are_not_locked():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf8")
    assert not re.search(r"^(flax|jax|keras|torch)\b", lock, re.MULTILINE)


# --- imports point one way

ABOVE = ["exercises", "figures", "errata", "claims", "experiments"]  # who stands above whom
OWN = {  # parts that know nothing of the others
    "explore": {"explore", "_names", "_progress"},
    "symbolic": {"symbolic", "_names"},
}
PLOTS = {"figures", "explore", "book"}  # where pictures are drawn


def imports_of(path):
    """The parts of the package that a module imports, and the packages, wherever it does so."""
    parts, packages = set(), set()
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, *part = name.split(".")
            packages.add(package)
            if package == "dropoutlab":
                parts.add(part[0])
    return parts, packages - {"dropoutlab"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_imports_point_one_way(path):
    part = path.relative_to(ROOT / "src" / "dropoutlab").with_suffix("").parts[0]
    parts, packages = imports_of(path)
    if part in OWN:
        assert parts <= OWN[part]
    elif part != "book":
        above = ABOVE[: ABOVE.index(part)] if part in ABOVE else ABOVE
        assert not parts & {*above, "book"}
    assert "matplotlib" not in packages or part in PLOTS
    assert "numpy" not in packages or part != "symbolic"
