"""What a benchmark prints: a line of JSON as soon as a case is done, and a table of them all at the end."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

Row = dict[str, Any]


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value that `share` of them do not exceed; None when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def delays(values: list[float], digits: int = 1) -> Row:
    """`p50_ms` and `p99_ms`."""
    found = {"p50_ms": percentile(values, 0.5), "p99_ms": percentile(values, 0.99)}
    return {name: round(value, digits) for name, value in found.items() if value is not None}


def refusals(refused: dict[str, int]) -> Row:
    """`refused`: how many, and why."""
    return {"refused": "; ".join(f"{count} x {why}" for why, count in refused.items())} if refused else {}


def tally(words: Iterable[str]) -> dict[str, int]:
    """How often each occurs."""
    return dict(Counter(words))


class Report:
    """The rows of a benchmark. Leaving the block prints the table, also of one that was broken off."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, *rows: Row) -> None:
        """Take cases that are done, and print each as JSON."""
        for row in rows:
            print(json.dumps(row), flush=True)
        self.rows += rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.rows:
            self._show()

    def _show(self) -> None:
        names = (name for row in self.rows for name in row if name not in {"bench", "note"})
        columns = list(dict.fromkeys(names))
        cells = [columns, *([_cell(row.get(name)) for name in columns] for row in self.rows)]
        widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
        print()
        for line, row in zip(cells, [{}, *self.rows], strict=True):
            words = [
                word.ljust(width) if place == 0 else word.rjust(width)
                for place, (word, width) in enumerate(zip(line, widths, strict=True))
            ]
            print("  ".join([*words, row.get("note", "")]).rstrip())
        print(f"\nload of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
