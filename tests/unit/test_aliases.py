"""Aliases: enough of them, kind ones, and none that gives a student's name away."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rosters import aliases
from server.rosters.aliases import ALL, ANIMALS, QUALITIES, NoAliasLeft, choose, plain

ROOT = Path(__file__).resolve().parents[2]
names = st.lists(st.text(min_size=1, max_size=30), max_size=4)


def test_there_are_enough_and_each_is_two_words() -> None:
    assert len(ALL) >= 1500
    assert len(set(QUALITIES)) == len(QUALITIES)
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", alias) and len(alias) <= 80 for alias in ALL)


def test_every_animal_is_drawn_by_the_client_and_every_drawing_is_used() -> None:
    source = (ROOT / "client/src/ui/drawing.tsx").read_text()
    block = re.search(r"ANIMALS = \[(.*?)\]", source, re.DOTALL)
    assert block is not None
    assert set(re.findall(r'"([a-z-]+)"', block[1])) == set(ANIMALS.values()) == set(ALL.values())


@given(names, st.integers())
def test_an_alias_holds_no_word_of_the_real_names(real: list[str], seed: int) -> None:
    try:
        alias = choose([], real, random.Random(seed))
    except NoAliasLeft:
        assert aliases.words(real)  # only names can rule all out
        return
    joined = plain(alias.name).replace(" ", "")
    for name in real:
        for word in re.split(r"[\W\d_]+", plain(name)):
            assert len(word) < 2 or word not in joined


@given(st.sampled_from(sorted(ALL)), st.integers())
def test_somebody_whose_name_is_a_word_of_ours_never_gets_it(alias: str, seed: int) -> None:
    quality, animal = alias.split()
    found = choose([], [quality.upper(), f"{animal}-Smith"], random.Random(seed))
    assert not {quality, animal} & set(found.name.split())


@pytest.mark.parametrize("name", ["Fox", "fox", "FÓX", "Foxley", "Mary Fox", "O'Fox", "Jean-Fox"])
def test_fox_is_never_a_fox(name: str) -> None:
    assert not [alias for alias in aliases.free([], [name]) if alias.endswith("Fox")]


BOLD = str.maketrans({chr(65 + n): chr(0x1D400 + n) for n in range(26)})
WIDE = str.maketrans({chr(65 + n): chr(0xFF21 + n) for n in range(26)})
CYRILLIC = str.maketrans("aeopcyx", "\u0430\u0435\u043e\u0440\u0441\u0443\u0445")
STROKES = str.maketrans("oldi", "\u00f8\u0142\u0111\u0131")


@given(
    st.sampled_from(sorted(ANIMALS) + sorted(QUALITIES)),
    st.lists(st.sampled_from([BOLD, WIDE, CYRILLIC, STROKES]), max_size=3),
    st.sampled_from(["", "\u200d", "\u00ad", "\u202e", "\u0301", "\ufeff"]),
)
def test_a_word_of_ours_is_known_however_it_is_dressed(word: str, dress: list[Any], between: str) -> None:
    real = word
    for table in dress:
        real = real.translate(table)
    real = between.join(real)
    assert not [alias for alias in aliases.free([], [real]) if word in alias.split()]


def test_letters_that_are_two_of_ours() -> None:
    assert plain("\u00c6thel \u0152dipe \u00deor Strau\u00df \u0141ion Fr\u00f8g") == (
        "aethel oedipe thor strauss lion frog"
    )


@given(st.lists(st.sampled_from(sorted(ALL)), max_size=30), st.sampled_from(sorted(ALL)))
def test_what_is_taken_is_found_again(names: list[str], name: str) -> None:
    taken = aliases.Taken(names)
    assert (name in taken) == (name in names)
    assert all(each.upper() in taken for each in names)


@given(st.integers(), st.integers(min_value=1, max_value=60))
def test_a_class_has_each_alias_once_and_the_animals_are_spread(seed: int, size: int) -> None:
    rng, taken = random.Random(seed), []
    for _ in range(size):
        taken.append(choose(taken, ["Amina"], rng).name)
    assert len(set(taken)) == size
    per_animal = [sum(alias.endswith(animal) for alias in taken) for animal in ANIMALS]
    assert max(per_animal) - min(per_animal) <= 1


@given(st.integers(), names, st.lists(st.sampled_from(sorted(ALL)), max_size=20))
def test_the_same_dice_give_the_same_alias(seed: int, real: list[str], taken: list[str]) -> None:
    def cast() -> object:
        try:
            return choose(taken, real, random.Random(seed))
        except NoAliasLeft:
            return None

    assert cast() == cast()


def test_a_taken_alias_is_taken_however_it_is_written() -> None:
    everything_else = [alias.upper() for alias in ALL if alias != "Kind Crane"]
    assert choose(everything_else, [], random.Random(1)) == aliases.Alias("Kind Crane", "crane")
    with pytest.raises(NoAliasLeft):
        choose(list(ALL), [], random.Random(1))


def test_an_alias_that_is_not_ours_counts_too() -> None:
    assert choose(["Zebra", "", "Somebody else"], ["Amina"], random.Random(1)).name.split()[1] != "Zebra"
