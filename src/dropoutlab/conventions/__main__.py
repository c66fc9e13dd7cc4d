"""Ask the frameworks, and write the record or check it: see `dropoutlab.conventions`."""

import argparse
import json
import sys
from collections.abc import Sequence

from dropoutlab import conventions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 1 if an answer has changed or a framework is missing."""
    parser = argparse.ArgumentParser(prog="python -m dropoutlab.conventions", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if an answer has changed")
    check = parser.parse_args(arguments).check
    before, there = conventions.read_record(), conventions.installed()
    now = {name: conventions.probe(name) for name in there}
    for name, entry in now.items():
        versions = ", ".join(f"{part} {version}" for part, version in entry["versions"].items())
        print(f"{name} ({versions}): largest difference on one mask {entry['difference']:.0e}")
    lines = conventions.changes(before, now)
    print("\n".join(lines) or "no answer has changed")
    if check:
        missing = [name for name in conventions.FRAMEWORKS if name not in there]
        if missing:
            print(f"not installed: {', '.join(missing)}")
        return 1 if lines or missing else 0
    record = {name: now.get(name, before.get(name)) for name in conventions.FRAMEWORKS}
    record = {name: entry for name, entry in record.items() if entry}
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    conventions.RECORD.write_text(text, encoding="utf8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
