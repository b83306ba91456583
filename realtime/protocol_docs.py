"""The tables of docs/protocol.md, made from `realtime.protocol`.

`python -m realtime.protocol_docs` writes the part of the document between the two markers anew;
with `--check` it changes nothing and exits 1 when that part is out of date. Types, limits and
defaults come from the frames themselves, sentences from their docstrings. Only the codes have their
meaning here, because an enumeration's members carry none; one that lacks a meaning is an error.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as shapes

from realtime import frames, protocol
from realtime.frames import (
    balance,
    chat,
    devices,
    files,
    groups,
    lesson,
    moderation,
    notes,
    pages,
    people,
    polls,
    supervision,
)
from realtime.protocol import CloseCode, ErrorCode

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
BEGIN = "<!-- Made by `python -m realtime.protocol_docs`: do not edit from here -->"
END = "<!-- to here -->"

CLOSE_MEANINGS = {
    CloseCode.RESTARTING: "The node is stopping. Reason `restarting`.",
    CloseCode.SLOW_READER: "The page did not read what it was sent. Reason `slow_reader`.",
    CloseCode.RESYNC: "The node is in doubt and wants a fresh start. Reason `board_reload` (a board page may "
    "differ from its log), `unavailable` (the records cannot be read, or a frame met a fault) or `busy` "
    "(access changed again and again while the page came in).",
    CloseCode.BAD_FRAME: "No valid greeting came first. Reason `no_greeting`.",
    CloseCode.SIGNED_OUT: "Nobody is signed in, the sign-in is over, or the account is disabled. "
    "Reason `signed_out`.",
    CloseCode.WRONG_VERSION: "The page speaks another protocol version: load it again. "
    "Reason `wrong_version`.",
    CloseCode.ACCESS_LOST: "The records do not let this person be here. The reason says why: see "
    "[access.md](access.md).",
    CloseCode.FORBIDDEN_ORIGIN: "The page that opens the socket is not ours. Sent instead of the handshake's "
    "answer, so a browser sees only a failed connection.",
    CloseCode.TOO_MANY: "This person has too many pages open on this node. Reason `too_many`.",
}

ERROR_MEANINGS = {
    ErrorCode.BAD_FRAME: "Not JSON, a field that does not fit, a second greeting, an empty message, or bytes "
    "that are no board message.",
    ErrorCode.UNKNOWN_FRAME: "No frame has this `type`.",
    ErrorCode.NOT_JOINED: "A space has to be joined first, or a board opened first.",
    ErrorCode.NOT_ALLOWED: "The person is in the space, but lacks the grant for this, or who is named is not "
    "at this device. Without `ref`: an update of the board; as `board_refused`.",
    ErrorCode.NOT_FOUND: "There is no such thing in this space, or it may not be seen.",
    ErrorCode.TOO_FAST: "Too many media requests are waiting; or, without `ref`, this page sent "
    "so much sound and picture that it may not publish for 30 seconds.",
    ErrorCode.TOO_LARGE: "A text frame beyond its limit; nothing of it was read.",
    ErrorCode.BOARD_REFUSED: "The update breaks a rule of the board. Drop the document and open the "
    "board again.",
    ErrorCode.BOARD_READ_ONLY: "The update is well-formed, but the person may only look.",
    ErrorCode.MEDIA_FAILED: "Sound or picture could not be set up, or watching has ended.",
    ErrorCode.POLL_CLOSED: "Nobody answers this question any more. An answer that was given before counts.",
    ErrorCode.UNAVAILABLE: "The records cannot be reached. What was sent may not be stored: send it again, a "
    "message with the same `client_id`.",
}


def tables() -> str:
    """Everything that stands between the markers."""
    sentences: dict[str, dict[str, str]] = {}
    modules = (
        frames, people, chat, files, pages, lesson, groups, moderation, notes, polls, supervision, balance,
        devices, protocol,
    )
    for module in modules:
        sentences |= _sentences(ast.parse(inspect.getsource(module)))
    client, server = get_args(protocol.ClientFrame), get_args(protocol.ServerFrame)
    lines = [
        "### Numbers", "", *_numbers(), "",
        "### Close codes", "", *_close_codes(), "",
        "### Error codes", "", *_error_codes(), "",
        "### Frames from the client", "", *_frames(client, sentences),
        "### Frames from the server", "", *_frames(server, sentences),
        "### Parts of frames", "", *_frames(_parts([*client, *server]), sentences),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _numbers() -> Iterator[str]:
    yield from _table(
        ("what", "value"),
        [
            ("protocol version", str(protocol.PROTOCOL_VERSION)),
            ("largest frame, bytes (beyond it: close 1009)", f"{protocol.FRAME_LIMIT_BYTES:,}"),
            ("largest text frame, characters (beyond it: `too_large`)", f"{protocol.TEXT_LIMIT_BYTES:,}"),
        ],
    )


def _close_codes() -> Iterator[str]:
    rows = [
        (str(code.value), f"`{code.name}`", "yes" if code < 4500 else "no", _meaning(CLOSE_MEANINGS, code))
        for code in CloseCode
    ]
    yield from _table(("code", "name", "come back by itself", "when"), rows)


def _error_codes() -> Iterator[str]:
    rows = [(f"`{code.value}`", _meaning(ERROR_MEANINGS, code)) for code in ErrorCode]
    yield from _table(("code", "when"), rows)


def _meaning(meanings: dict[Any, str], code: Enum) -> str:
    if code not in meanings:
        raise SystemExit(f"{Path(__file__).name} has no meaning for {type(code).__name__}.{code.name}.")
    return meanings[code]


def _frames(structs: Iterable[type[msgspec.Struct]], sentences: dict[str, dict[str, str]]) -> Iterator[str]:
    for struct in structs:
        shape = shapes.type_info(struct)
        assert isinstance(shape, shapes.StructType)
        yield from (f"#### {_title(shape)}", "")
        said = sentences[struct.__name__]
        if about := said.get(""):
            yield from (about, "")
        if shape.fields:
            rows = [
                (f"`{field.encode_name}`", _type(field.type), _required(field),
                 _escaped(said.get(field.name, "").replace("\n", " ")))
                for field in shape.fields
            ]
            yield from _table(("field", "type", "required", "meaning"), rows)
            yield ""


def _title(shape: shapes.StructType) -> str:
    return f"`{shape.tag}`" if shape.tag else shape.cls.__name__


def _parts(structs: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """The records that frames are made of, each after those that name it first."""
    found: list[type[msgspec.Struct]] = []

    def look(kind: shapes.Type) -> None:
        if isinstance(kind, shapes.UnionType):
            for each in kind.types:
                look(each)
        elif isinstance(kind, shapes.ListType):
            look(kind.item_type)
        elif isinstance(kind, shapes.StructType):
            if kind.tag is None and kind.cls not in found:
                found.append(kind.cls)
            for field in kind.fields:
                look(field.type)

    for struct in structs:
        look(shapes.type_info(struct))
    return found


def _type(kind: shapes.Type) -> str:
    match kind:
        case shapes.UnionType():
            return "; or ".join(_type(each) for each in kind.types)
        case shapes.ListType():
            return f"list of {_type(kind.item_type)}"
        case shapes.StructType():
            name = kind.cls.__name__
            return f"[{name}](#{name.lower()})"
        case shapes.EnumType():
            return "[error code](#error-codes)" if kind.cls is ErrorCode else kind.cls.__name__
        case shapes.StrType():
            return "text" + _bounds(kind.min_length, kind.max_length, " characters")
        case shapes.IntType():
            return "whole number" + _bounds(kind.ge, kind.le, "")
        case shapes.BoolType():
            return "true or false"
        case shapes.UUIDType():
            return "UUID"
        case shapes.DateTimeType():
            return "moment (RFC 3339)"
        case shapes.NoneType():
            return "null"
        case _:
            raise SystemExit(f"{Path(__file__).name} has no words for {kind!r}.")


def _bounds(low: int | None, high: int | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low:,}{unit}"
    return f", {low:,} to {high:,}{unit}" if low is not None else f", at most {high:,}{unit}"


def _required(field: shapes.Field) -> str:
    if field.required:
        return "yes"
    if field.default is None:
        return "no: null"
    is_empty = field.default == "" or field.default_factory is not msgspec.NODEFAULT
    return "no: empty" if is_empty else f"no: `{field.default}`"


def _sentences(module: ast.Module) -> dict[str, dict[str, str]]:
    """The docstrings of each class ("") and of its fields, which Python itself does not keep."""
    found: dict[str, dict[str, str]] = {}
    for node in module.body:
        if not isinstance(node, ast.ClassDef):
            continue
        said = found[node.name] = {"": ast.get_docstring(node) or ""}
        for field, after in zip(node.body, node.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            ):
                said[field.target.id] = inspect.cleandoc(str(after.value.value))
    return found


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(row) + " |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def with_tables(document: str) -> str:
    """The document with its tables made anew.

    Raises:
        SystemExit: a marker is missing.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{DOCUMENT.name} has lost a marker: {END if begin else BEGIN}")
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def main() -> int:
    """Write the tables, or with `--check` say whether they are up to date."""
    parser = argparse.ArgumentParser(prog="python -m realtime.protocol_docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when out of date")
    check = parser.parse_args().check
    document = DOCUMENT.read_text(encoding="utf-8")
    fresh = with_tables(document)
    if fresh == document:
        return 0
    if check:
        print("docs/protocol.md is out of date: python -m realtime.protocol_docs", file=sys.stderr)
        return 1
    DOCUMENT.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
