"""Runs every benchmark, each in a process of its own; one that fails does not keep the next from running."""

from __future__ import annotations

import subprocess
import sys

from tests.load import NAMES


def main() -> int:
    failed = []
    for name in NAMES:
        print(f"\n=== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"tests.load.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nBroken off: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
