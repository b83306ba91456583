"""The hash chain: each entry carries the hash of the one before, so that a change anywhere shows.

Pure. An entry's hash is the SHA-256 of its fields as JSON, in the order of `Entry` and with the keys of
`before` and `after` sorted; the previous hash is among them. The first entry follows `GENESIS`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

GENESIS = "0" * 64


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is hashed. Ids are UUIDs; `before` and `after` hold JSON values."""

    seq: int
    at: datetime
    actor_id: UUID | None
    actor_school_id: UUID | None
    act: str
    subject_id: UUID | None
    school_id: UUID | None
    partnership_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]
    previous_hash: str

    def hash(self) -> str:
        """SHA-256 in hexadecimal, the same on every database."""
        fields = msgspec.structs.replace(self, at=self.at.astimezone(UTC))
        return hashlib.sha256(msgspec.json.encode(fields, order="deterministic")).hexdigest()


class Broken(msgspec.Struct, frozen=True):
    """Where the chain does not hold, and what is wrong there."""

    seq: int
    problem: str
    """`missing`, `changed`, `moved` (it follows another entry than it says), `end` (the last entries
    are gone, or the end was changed), or `rewritten` (the chain holds in itself, and is not the one
    whose end was kept elsewhere)."""


def check(entry: Entry, stored_hash: str, expected_seq: int, previous_hash: str) -> Broken | None:
    """What is wrong with the next entry of the chain, if anything."""
    if entry.seq != expected_seq:
        return Broken(expected_seq, "missing")
    if entry.previous_hash != previous_hash:
        return Broken(entry.seq, "moved")
    if entry.hash() != stored_hash:
        return Broken(entry.seq, "changed")
    return None
