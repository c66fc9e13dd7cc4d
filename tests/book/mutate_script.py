"""Spoil the explorers' script in one place at a time, and see whether its tests notice.

    python -m tests.book.mutate_script [--jobs 2] [--lines 40-60]

Each mutant is the script with one operator, constant, word, branch or statement changed. It is put
into the small page, and `test_script.py` runs against it. A mutant that passes them has survived:
nothing would notice that fault. Mutants that are no JavaScript are left out. Exits with 1 if fewer
than 90 % are killed.
"""

import argparse
import collections
import contextlib
import io
import multiprocessing
import os
import queue
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from dropoutlab.book.pdf import find_browser
from tests.book import small_page
from tests.book.conftest import QUIET

ENOUGH = 0.9
SECONDS = 120  # for the tests of one mutant
MILLISECONDS = "4000"  # for a page to come to what a test waits for
TESTS = Path(__file__).with_name("test_script.py")
TOKEN = re.compile(
    r"(?P<comment>//[^\n]*)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<template>`[^`]*`)"
    r"|(?P<regex>(?<=\()/(?![/*])(?:\\.|[^/\\\n])+/[a-z]*)"
    r"|(?P<number>\b\d[\d_.]*\b)"
    r"|(?P<word>[A-Za-z_$][\w$]*)"
    r"|(?P<sign>\?\?=|===|!==|=>|\?\?|\?\.|&&|\|\||<=|>=|\.\.\.|[^\s\w])"
)
SIGNS = {
    "===": ["!=="], "!==": ["==="], "<": ["<=", ">="], ">": [">=", "<="], "<=": ["<"], ">=": [">"],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"],
    "!": [""], "??": ["&&"], "??=": ["="], "+=": ["-="], "-=": ["+="],
}  # fmt: skip
WORDS = {
    "true": ["false"], "false": ["true"], "await": [""], "min": ["max"], "max": ["min"],
    "replaceState": ["pushState"], "replaceAll": ["replace"], "some": ["every"],
    "every": ["some"], "find": ["findLast"], "filter": ["map"], "flatMap": ["map"],
    "add": ["remove"], "innerHTML": ["textContent"],
    "textContent": ["innerHTML"], "encodeURIComponent": ["String"], "checked": ["disabled"],
    "undefined": ["0"], "start": ["value"], "state": ["start"], "shown": ["start"],
}  # fmt: skip
# What no test can tell from the script, line by line, with the reason
EQUIVALENT: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Mutant:
    """One change of the script: where, what was there and what is there now."""

    start: int
    end: int
    new: str

    def of(self, script: str) -> str:
        """Return the script with this change."""
        return script[: self.start] + self.new + script[self.end :]

    def line(self, script: str) -> int:
        """Return the number of the line in which the change begins."""
        return script.count("\n", 0, self.start) + 1

    def say(self, script: str) -> str:
        """Return what was changed, on one line."""
        old = " ".join(script[self.start : self.end].split())
        old = old if len(old) <= 60 else f"{old[:57]}..."
        return f"{old}  →  {self.new or 'nothing'}"


def tokens(script: str) -> list[re.Match]:
    """Return the tokens of a script, without comments."""
    found = [token for token in TOKEN.finditer(script) if token.lastgroup != "comment"]
    return found[2:] if found[0][0] == '"use strict"' else found


def mutants(script: str) -> list[Mutant]:
    """Return every change of one token, branch or statement."""
    found = tokens(script)
    changes = [
        Mutant(*token.span(), new) for token in found for new in changed(token.lastgroup, token[0])
    ]
    changes += [Mutant(start, end, ";") for start, end in statements(found)]
    changes += [
        Mutant(start, end, f"({new})")
        for start, end in conditions(found)
        for new in ("true", "false")
    ]
    return sorted({change for change in changes if change.of(script) != script}, key=place)


def place(mutant: Mutant) -> tuple[int, int, str]:
    """Order mutants as they stand in the script."""
    return mutant.start, mutant.end, mutant.new


def changed(kind: str, text: str) -> list[str]:
    """Return what may stand in a token's place."""
    if kind == "number":
        return ["1"] if text == "0" else ["0", str(int(text) + 1)]
    if kind == "string":
        return ['""' if text != '""' else '"x"']
    if kind == "template":
        pieces = re.split(r"(\$\{[^}]*\})", text[1:-1])
        return [
            "`" + "".join(pieces[:k] + pieces[k + 1 :]) + "`"
            for k in range(len(pieces))
            if pieces[k]
        ]
    if kind == "regex":
        return [text[: text.rindex("/") + 1] + flags for flags in ("u", "gu")]
    if text == "?":  # of a condition: always the one, always the other
        return ["|| true ?", "&& false ?"]
    return (WORDS if kind == "word" else SIGNS).get(text, [])


def closing(found: list[re.Match], k: int) -> int:
    """Return the number of the bracket that closes bracket k."""
    depth = 0
    for j in range(k, len(found)):
        if found[j].lastgroup == "sign":
            depth += (found[j][0] in "([{") - (found[j][0] in ")]}")
        if depth == 0:
            return j
    raise ValueError(f"bracket {k} is never closed")


def statements(found: list[re.Match]) -> list[tuple[int, int]]:
    """Return where each statement that ends with a semicolon begins and ends."""
    spans = []
    for k, token in enumerate(found[:-1]):
        begins = k == 0 or found[k - 1][0] in (";", "{", "}") or after_condition(found, k)
        if not begins or token.lastgroup == "sign" or token[0] in ("const", "let"):
            continue
        j = k
        while j < len(found) and found[j][0] not in (";", "}", "{"):
            j = closing(found, j) + 1 if found[j][0] in ("(", "[") else j + 1
        if j < len(found) and found[j][0] == ";":
            spans.append((token.start(), found[j].end()))
    return spans


def after_condition(found: list[re.Match], k: int) -> bool:
    """Whether token k is the first of what an `if (…)` or `for (…)` without braces does."""
    return found[k - 1][0] in (")", "else") and any(
        found[j][0] in ("if", "for") and found[j + 1][0] == "(" and closing(found, j + 1) == k - 1
        for j in range(k - 1)
    )


def conditions(found: list[re.Match]) -> list[tuple[int, int]]:
    """Return where the brackets of each `if (…)` begin and end."""
    return [
        (found[k + 1].start(), found[closing(found, k + 1)].end())
        for k, token in enumerate(found)
        if token[0] == "if" and token.lastgroup == "word"
    ]


# --- running


def child(script: str, verdict: multiprocessing.Queue) -> None:
    """Run the tests against a script, in a process group of its own."""
    os.setsid()
    os.environ |= {"EXPLORE_SCRIPT": script, "EXPLORE_TIMEOUT": MILLISECONDS}
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--capture=no", str(TESTS)])
    failed = re.findall(r"^(?:FAILED|ERROR) .*::(\S+)", silence.getvalue(), re.MULTILINE)
    verdict.put((code, failed[0] if failed else silence.getvalue()[-400:]))


def judge(script: str) -> tuple[bool, str]:
    """Return whether the tests pass with a script, and the first that failed."""
    context = multiprocessing.get_context("fork")
    verdict = context.Queue()
    process = context.Process(target=child, args=(script, verdict))
    process.start()
    try:
        code, said = verdict.get(timeout=SECONDS)
    except queue.Empty:  # it hangs, or has died
        return False, "the tests did not come to an end"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.join()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"the tests could not be run: {said}")
    return code == pytest.ExitCode.OK, said


def that_parse(scripts: list[str]) -> list[bool]:
    """Return which scripts are JavaScript, by the browser's own judgement."""
    parses = """scripts => scripts.map((script) => {
      try { new Function(script); return true; } catch { return false; }
    })"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET)
        answer = browser.new_page().evaluate(parses, scripts)
        browser.close()
    return answer


def report(script: str, judged: list[tuple[Mutant, bool, str]]) -> float:
    """Print killed and survived by line, and return the part that was killed."""
    counts = collections.defaultdict(lambda: [0, 0])
    for mutant, survived, _ in judged:
        counts[mutant.line(script)][survived] += 1
    lines = script.splitlines()
    print("killed survived  line")
    for number, (killed, survived) in sorted(counts.items()):
        print(f"{killed:6} {survived:8}  {number}: {lines[number - 1].strip()}")
    print("\nSurvivors:")
    for mutant, survived, _ in judged:
        if survived:
            number = mutant.line(script)
            why = EQUIVALENT.get((lines[number - 1].strip(), mutant.say(script)), "")
            print(f"  {number}: {mutant.say(script)}" + (f"  ({why})" if why else ""))
    killed = sum(not survived for _, survived, _ in judged)
    print(f"\n{killed} of {len(judged)} killed ({killed / len(judged):.1%})")
    return killed / len(judged)


def main(arguments: list[str] | None = None) -> int:
    """Judge the mutants of the script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lines", default="", help="first-last: only mutants that begin there")
    options = parser.parse_args(arguments)
    script = small_page.asset("explore.js").read_text(encoding="utf8")
    first, _, last = options.lines.partition("-")
    chosen = [
        mutant
        for mutant in mutants(script)
        if not first or int(first) <= mutant.line(script) <= int(last or first)
    ]
    small_page.explorers_html()  # made once, for all the forks
    valid = that_parse([mutant.of(script) for mutant in chosen])
    chosen = [mutant for mutant, parses in zip(chosen, valid, strict=True) if parses]
    passes, said = judge(script)
    if not passes:
        sys.exit(f"the tests fail without any mutation: {said}")

    def judged_(mutant: Mutant) -> tuple[Mutant, bool, str]:
        survived, said = judge(mutant.of(script))
        fate = "SURVIVED" if survived else f"killed by {said}"
        print(f"{mutant.line(script)}: {mutant.say(script)}: {fate}", flush=True)
        return mutant, survived, said

    with ThreadPoolExecutor(options.jobs) as pool:
        judged = list(pool.map(judged_, chosen))
    return int(report(script, judged) < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
