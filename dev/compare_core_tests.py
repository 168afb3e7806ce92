"""Prints which of Odoo's own tests fail only with our add-ons: BEFORE AFTER MODULE... (logs)."""

import re
import sys
from pathlib import Path

FAILED = re.compile(r" (odoo\.addons\.[\w.]+): (FAIL|ERROR): (?:Subtest )?(\w+\.\w+)")
TOTAL = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def read(folder):
    text = (Path(folder) / "log").read_text(encoding="utf-8", errors="replace")
    failures = {f"{module.split('.')[2]}: {test}" for module, _kind, test in FAILED.findall(text)}
    return failures, TOTAL.findall(text)[-1]


def main(before, after, *modules):
    new_in_all = 0
    for module in modules:
        old, old_total = read(f"{before}.{module}")
        new, new_total = read(f"{after}.{module}")
        print(f"\n{module}")
        for label, (failed, errors, tests) in (("without", old_total), ("with", new_total)):
            print(f"  {label:8} our add-ons: {tests} tests, {failed} failed, {errors} errors")
        for title, names in (
            ("NEW FAILURE", new - old),
            ("fails either way", new & old),
            ("fails only without", old - new),
        ):
            for name in sorted(names):
                print(f"  {title}: {name}")
        new_in_all += len(new - old)
    print(f"\n{new_in_all} new failures; the logs are in {Path(after).parent}")
    return 1 if new_in_all else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
