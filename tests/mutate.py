"""Mutation testing: change the package in small ways and see whether its tests notice.

    python tests/mutate.py [--jobs N] [--sample N] [--seed S] [MODULE ...]

For each module (a path under src/; all of them by default) mutmut makes the changes and runs the
tests that reach the changed function, among the test files that belong to the module. Printed are
killed / all, then each survivor as a diff, with the reason why it may live if `mutants.toml` knows
one. The exit status is 1 if less than 90 % of a module's mutants are killed. With `--sample N` a
module with more than N mutants is judged by N of them, drawn with the seed that is printed.

Not mutated, by mutmut's design: statements outside of functions (constants, dataclass fields),
functions with a decorator (`@cache`, `@property`), calls of `len` and `isinstance`, annotations,
docstrings, and the literal parts of f-strings, so of most error messages. A test that runs out of
time kills; how often is printed, for on a busy machine that says nothing of the tests. Not run:
the tests of the built book, those marked slow, and those with `public` in their name: they list
what a module defines, and mutmut adds to that.
"""

import argparse
import gc
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "dropoutlab"
TESTS = ROOT / "tests"
SHARE = 0.9  # of a module's mutants that have to be killed
LINES = 60  # of what mutmut prints before it fails
SURVIVED = {"survived", "no tests"}
ASKED_FOR = ("_static", "chapters", "references.bib", "README.md")  # by tests, beside the package
UNFINISHED = {"not checked", "skipped"}
UNTESTED = "could not find any test case for any mutant"  # what mutmut says, and stops
PLUGINS = ["-p", "tests.mutate", "-p", "no:cacheprovider"]
STATISTICS = Path("mutmut-stats.json")  # where mutmut runs the tests
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "400"}


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: the changed lines before and after, and why it may live."""

    name: str
    was: str
    now: str
    why: str | None


def pytest_configure() -> None:
    """Let hypothesis try few examples, always the same: this file is a plugin of those tests."""
    from hypothesis import HealthCheck, settings  # noqa: PLC0415 - the driver does without

    settings.register_profile(
        "mutate", derandomize=True, max_examples=25, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    settings.load_profile("mutate")
    gc.freeze()  # what was imported before the fork: not searched for garbage in each process


def pytest_collection_modifyitems(items: list) -> None:
    """Run the quick tests first: one that notices is enough."""
    if STATISTICS.exists():
        seconds = json.loads(STATISTICS.read_text(encoding="utf8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0))


def tests_of(module: Path) -> list[str]:
    """Return the test files of a module: named after it, or after its folder, or after its users.

    The error contract of public functions belongs to each module that it names.
    """
    *folders, stem = module.relative_to(PACKAGE).with_suffix("").parts
    around = {path for folder in folders for path in TESTS.glob(f"**/test_{folder}*.py")}
    inside = set(TESTS.glob("/".join([*folders, "test_*.py"]))) if folders else set()
    users = {path for user in users_of(module) for path in named_after(user)}
    found = [named_after(module), around, inside, users]
    stem = stem.strip("_")
    word = re.compile(rf"\b_?{folders[0] if folders else stem}\b")
    contract = {
        path for path in TESTS.rglob("test_checks*.py") if word.search(path.read_text("utf8"))
    }
    chosen = next(filter(None, found), set()) | contract
    return sorted(str(path.relative_to(ROOT)) for path in chosen)


def named_after(module: Path) -> set[Path]:
    """Return the test files that have the name of a module in theirs."""
    *folders, stem = module.relative_to(PACKAGE).with_suffix("").parts
    here = "/".join([*folders, f"test_{stem.strip('_')}"])
    return {*TESTS.glob(f"{here}.py"), *TESTS.glob(f"{here}_*.py")}


def users_of(module: Path) -> list[Path]:
    """Return the modules that import a module, or from it."""
    *above, name = ["dropoutlab", *module.relative_to(PACKAGE).with_suffix("").parts]
    here = r"\.".join(above)
    asks = re.compile(rf"^from {here}(\.{name} import| import .*\b{name}\b)", re.MULTILINE)
    return [path for path in PACKAGE.rglob("*.py") if asks.search(path.read_text("utf8"))]


def mutants_of(module: Path) -> list[str]:
    """Return the names of the mutants that mutmut makes of a module."""
    from mutmut.mutation.file_mutation import mutate_file_contents  # noqa: PLC0415 - the driver's
    from mutmut.utils.format_utils import get_mutant_name  # noqa: PLC0415

    made = mutate_file_contents(str(module), module.read_text(encoding="utf8"))
    return [get_mutant_name(module.relative_to(ROOT), name) for name in made.mutant_names]


def drawn(names: list[str], sample: int | None, seed: int) -> list[str]:
    """Return `sample` of the names, always the same for a seed, or all if there are no more."""
    if sample is None or sample >= len(names):
        return names
    return sorted(random.Random(seed).sample(sorted(names), sample))


def working_copy(folder: Path, module: Path) -> None:
    """Make a folder that looks like the repo, with mutmut's settings for one module."""
    for name in ("src", "tests", *ASKED_FOR):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    settings = {
        "source_paths": ["src"],
        "only_mutate": [str(module.relative_to(ROOT))],
        "also_copy": list(ASKED_FOR),
        "pytest_add_cli_args": [*PLUGINS, "-m", "not (slow or browser)", "-k", "not public"],
        "pytest_add_cli_args_test_selection": tests_of(module),
        "process_isolation": "forkserver",  # one that has started no threads and no workers
        "timeout_multiplier": 5.0,
        "timeout_constant": 12.0,
    }
    lines = "".join(f"{key} = {value!r}\n" for key, value in settings.items())
    project = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    (folder / "pyproject.toml").write_text(
        f"{project}\n[tool.mutmut]\nuse_git_change_detection = false\ndebug = true\n{lines}",
        encoding="utf8",
    )


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a working copy and return what it prints.

    Raises:
        LookupError: no test that was run calls a function of the module.
    """
    done = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=folder, env={**os.environ, **QUIET}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if UNTESTED in done.stdout:
        raise LookupError(UNTESTED)
    if done.returncode:
        last = "\n".join(done.stdout.replace("\r", "\n").splitlines()[-LINES:])
        sys.exit(f"mutmut {' '.join(arguments)} failed:\n{last}")
    return done.stdout


def statuses(folder: Path) -> dict[str, str]:
    """Return what became of each mutant, by its name."""
    listed = mutmut(folder, "results", "--all", "true")
    return dict(re.findall(r"^ +(\S+): (.+)$", listed, flags=re.MULTILINE))


def changed_lines(diff: str, sign: str) -> str:
    """Return the lines that a diff takes away (`-`) or puts in (`+`), without their indentation."""
    lines = (line for line in diff.splitlines() if re.match(rf"\{sign}(?!\{sign}\{sign} )", line))
    return "\n".join(line[1:].strip() for line in lines)


def survivors(
    folder: Path, found: Mapping[str, str], reasons: list[Mapping[str, str]]
) -> Iterator[Survivor]:
    """Yield the mutants that live."""
    known = {(entry["was"].strip(), entry["now"].strip()): entry["why"] for entry in reasons}
    for name, status in found.items():
        if status in SURVIVED:
            diff = mutmut(folder, "show", name)
            was, now = changed_lines(diff, "-"), changed_lines(diff, "+")
            function = re.sub(r"^.*?x[_ǁ]", "", name)
            yield Survivor(f"{function} ({status})", was, now, known.get((was, now)))


def judge(
    module: Path, chosen: list[str], reasons: list[Mapping[str, str]], jobs: int
) -> tuple[list[Survivor], int]:
    """Run a module's tests against some of its mutants: those that live, and how many timed out."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as name:
        folder = Path(name)
        working_copy(folder, module)
        mutmut(folder, "run", "--max-children", str(jobs), *chosen)
        every = statuses(folder)
        found = {name: every.get(name, "not checked") for name in chosen}
        if unfinished := [name for name, status in found.items() if status in UNFINISHED]:
            sys.exit(f"{module.relative_to(ROOT)}: mutmut left out {unfinished}")
        late = sum(status == "timeout" for status in found.values())
        return list(survivors(folder, found, reasons)), late


def mutate(module: Path, reasons: list[Mapping[str, str]], options: argparse.Namespace) -> bool:
    """Mutate one module, print what lives, and return whether enough was killed."""
    title = str(module.relative_to(ROOT))
    names = mutants_of(module)
    if not names:
        print(f"{title}: nothing to mutate", flush=True)
        return True
    chosen = drawn(names, options.sample, options.seed)
    try:
        living, late = judge(module, chosen, reasons, options.jobs)
    except LookupError:
        print(f"{title}: none of {len(names)} killed; no test that runs here calls it", flush=True)
        return False
    killed = len(chosen) - len(living)
    explained = sum(survivor.why is not None for survivor in living)
    print(f"{title}: {killed} of {len(chosen)} killed ({killed / len(chosen):.0%})", end="")
    if len(chosen) < len(names):
        print(f", drawn from {len(names)} with seed {options.seed}", end="")
    print(f"; {len(living)} live, {explained} explained, {late} timed out")
    for survivor in living:
        print(f"  {survivor.name}: {survivor.why or 'NO REASON GIVEN'}")
        for sign, lines in (("-", survivor.was), ("+", survivor.now)):
            print("".join(f"    {sign} {line}\n" for line in lines.splitlines()), end="")
    sys.stdout.flush()
    return killed >= SHARE * len(chosen)


def main() -> None:
    """Mutate the modules that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("modules", nargs="*", type=Path, metavar="MODULE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at a time")
    parser.add_argument("--sample", type=int, metavar="N", help="at most N mutants a module")
    parser.add_argument("--seed", type=int, default=0, help="that the sample is drawn with")
    arguments = parser.parse_args()
    if arguments.sample is not None and arguments.sample < 1:
        parser.error(f"--sample must be at least 1; got {arguments.sample}")
    modules = [module.resolve() for module in arguments.modules] or sorted(PACKAGE.rglob("*.py"))
    for module in modules:
        if not (module.is_relative_to(PACKAGE) and module.is_file()):
            parser.error(f"MODULE must be a file under {PACKAGE}; got {module}")
    reasons = tomllib.loads((TESTS / "mutants.toml").read_text(encoding="utf8"))
    done = [
        mutate(module, reasons.get(str(module.relative_to(PACKAGE)), []), arguments)
        for module in modules
    ]
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
