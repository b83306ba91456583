"""Lists the benchmarks: their names, and the first line of what each says of itself."""

from __future__ import annotations

from importlib import import_module

from tests.load import NAMES


def main() -> None:
    for name in NAMES:
        told = import_module(f"tests.load.{name}").__doc__ or ""
        print(f"{name:<8} {told.splitlines()[0]}")
    print("all      each of them, one after the other")


if __name__ == "__main__":
    main()
