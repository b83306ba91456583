"""Files over HTTP: who may add, see, decide and delete, what is kept and what is really gone."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from server import clock
from server.access import Grant
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import Event, FilesChanged
from server.files import rounds, rules, service
from server.files import store as stores
from server.files.models import FileState, Scan, StoredFile
from server.files.scanning import Scanner
from server.partnerships.models import Partnership, PartnershipStatus
from server.spaces.models import ChatMode, Space
from tests import files
from tests.clamd import Clamd, clamd
from tests.conftest import MakeNode, Records
from tests.factories import Pair, Student, pair
from tests.files import send as add
from tests.nodes import CSRF_COOKIE, CSRF_HEADER, Node, Visitor, refusal
from tests.queries import counted


class Watched:
    """Liveness as a test wants it."""

    def __init__(self) -> None:
        self.held: set[UUID] = set()

    def may(self, who: SignedIn, space_id: UUID, root_id: UUID, grant: Grant) -> bool:
        assert grant is Grant.FILE_ADD
        return who.user_id not in self.held


@pytest.fixture
def watched(node: Node) -> Any:
    node.app.state["liveness"] = made = Watched()
    yield made
    del node.app.state["liveness"]


@pytest.fixture
async def tied(node: Node, watched: Watched) -> Pair:
    return await pair(node.database)


async def staff(node: Node, user: Any) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_staff(user)).status_code == 200
    return visitor


async def student(node: Node, who: Student) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_student(who)).status_code == 200
    return visitor


@pytest.fixture
async def teacher(node: Node, tied: Pair) -> Visitor:
    return await staff(node, tied.home.teacher)


@pytest.fixture
async def heron(node: Node, tied: Pair) -> Visitor:
    return await student(node, tied.home.students[0])


@pytest.fixture
async def abroad(node: Node, tied: Pair) -> Visitor:
    return await student(node, tied.abroad.students[0])


async def listed(visitor: Visitor, tied: Pair, query: str = "") -> list[dict[str, Any]]:
    answer = await visitor.get(f"/api/spaces/{tied.space.id}/files?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["files"]


async def set_mode(node: Node, tied: Pair, mode: ChatMode) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(update(Space).where(Space.id == tied.space.id).values(chat_mode=mode))


def lying(node: Node) -> dict[str, bytes]:
    """What really lies in the file store."""
    place = Path(node.settings.files_dir)
    return {each.name: each.read_bytes() for each in place.rglob("*") if each.is_file()}


async def keys_of(node: Node) -> dict[UUID, str]:
    async with node.database.read() as session:
        return dict((await session.execute(select(StoredFile.id, StoredFile.key))).tuples().all())


async def acts(node: Node) -> list[AuditEntry]:
    async with node.database.read() as session:
        found = await session.scalars(
            select(AuditEntry).where(AuditEntry.act.startswith("file.")).order_by(AuditEntry.seq)
        )
        return list(found.all())


# --- adding and opening


@pytest.mark.parametrize(
    ("content", "name", "stored_as", "media_type", "inline"),
    [
        (files.picture("JPEG", located=True), "Our river.JPG", "Our river.jpg", "image/jpeg", True),
        (files.picture("PNG"), "../../x.png", "x.png", "image/png", True),
        (files.pdf(), "plan.pdf", "plan.pdf", "application/pdf", True),
        (files.mp3(), "نهر.mp3", "نهر.mp3", "audio/mpeg", True),
        (b"a,b\n1,2\n", "depths.csv", "depths.csv", "text/csv; charset=utf-8", False),
        (files.office(), "story.docx", "story.docx", files.OFFICE + ".wordprocessingml.document", False),
    ],
    ids=["picture", "path", "pdf", "sound", "table", "document"],
)
async def test_a_file_comes_in_and_goes_out(
    teacher: Visitor, abroad: Visitor, node: Node, tied: Pair, content: bytes, name: str, stored_as: str,
    media_type: str, inline: bool,
) -> None:
    answer = await add(teacher, tied.space.id, content, name)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert (added["name"], added["state"]) == (stored_as, "shown")
    assert added["uploader"]["user_id"] == str(tied.home.teacher.id)
    assert added["moves"] == ["open", "delete"]
    (seen,) = await listed(abroad, tied)
    assert (seen["id"], seen["name"], seen["moves"]) == (added["id"], stored_as, ["open"])
    got = await abroad.get(f"/api/files/{added['id']}")
    assert got.status_code == 200
    assert got.headers["content-type"] == media_type
    assert len(got.content) == added["size_bytes"]
    how = "inline" if inline else "attachment"
    assert got.headers["content-disposition"].startswith(f"{how}; filename=")
    assert quote(stored_as) in got.headers["content-disposition"]
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "private, no-cache"
    assert files.GPS_MARK not in got.content
    key = (await keys_of(node))[UUID(added["id"])]
    stored = lying(node)[key]
    assert stored == got.content
    async with node.database.read() as session:
        row = await session.get_one(StoredFile, UUID(added["id"]))
    assert row.sha256 == hashlib.sha256(stored).hexdigest()
    assert name not in key
    small = await abroad.get(f"/api/files/{added['id']}/thumbnail")
    assert (small.status_code == 200) == added["has_thumbnail"]
    if added["has_thumbnail"]:
        assert Image.open(io.BytesIO(small.content)).format == "WEBP"


async def test_a_part_of_a_sound_can_be_asked_for(teacher: Visitor, tied: Pair) -> None:
    sent = files.mp3()
    path = f"/api/files/{(await add(teacher, tied.space.id, sent, 'a.mp3')).json()['id']}"
    for asked, part in (("bytes=0-0", sent[:1]), ("bytes=10-19", sent[10:20]), ("bytes=-7", sent[-7:]),
                        (f"bytes={len(sent) - 3}-", sent[-3:])):
        got = await teacher.get(path, headers={"range": asked})
        assert (got.status_code, got.content) == (206, part)
        assert got.headers["content-range"].endswith(f"/{len(sent)}")
        assert int(got.headers["content-length"]) == len(part)
    assert (await teacher.get(path, headers={"range": f"bytes={len(sent)}-"})).status_code == 416
    whole = await teacher.get(path, headers={"range": "bytes=0-1", "if-range": '"another"'})
    assert (whole.status_code, whole.content) == (200, sent)


async def test_a_kept_copy_is_asked_about_each_time(
    teacher: Visitor, heron: Visitor, tied: Pair
) -> None:
    path = f"/api/files/{(await add(teacher, tied.space.id, files.picture(), 'a.jpg')).json()['id']}"
    etag = (await heron.get(path)).headers["etag"]
    again = await heron.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await teacher.delete(path)
    assert refusal(await heron.get(path, headers={"if-none-match": etag})) == (404, "not_found")


async def test_a_list_is_read_a_page_at_a_time_with_as_many_queries(
    teacher: Visitor, node: Node, tied: Pair
) -> None:
    for number in range(5):
        await add(teacher, tied.space.id, b"words", f"{number}.txt")
    path = f"/api/spaces/{tied.space.id}/files"
    with counted(node.database) as few:
        first = (await teacher.get(f"{path}?limit=2")).json()
    with counted(node.database) as many:
        assert len((await teacher.get(path)).json()["files"]) == 5
    assert len(few) == len(many)
    second = (await teacher.get(f"{path}?limit=2&cursor={first['next']}")).json()
    third = (await teacher.get(f"{path}?limit=2&cursor={second['next']}")).json()
    names = [each["name"] for page in (first, second, third) for each in page["files"]]
    assert names == ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]
    assert third["next"] == ""
    assert first["taken"]["jpg"] == rules.LIMIT_BYTES[rules.Kind.PICTURE]


# --- who may


async def test_a_students_file_waits_for_an_adult(
    node: Node, tied: Pair, heron: Visitor, abroad: Visitor
) -> None:
    await set_mode(node, tied, ChatMode.FILTERED)
    added = (await add(heron, tied.space.id, files.picture(), "me.jpg")).json()
    assert (added["state"], added["needs_adult"], added["moves"]) == ("waiting", True, ["open", "delete"])
    path = f"/api/files/{added['id']}"
    assert [each["id"] for each in await listed(heron, tied)] == [added["id"]]
    assert await listed(abroad, tied) == []
    for hidden in (path, f"{path}/thumbnail"):
        assert (await heron.get(hidden)).status_code == 200
        assert refusal(await abroad.get(hidden)) == (404, "not_found")
    assert refusal(await heron.post(f"{path}/show")) == (403, "not_allowed")
    assert refusal(await abroad.delete(path)) == (404, "not_found")
    adult = await staff(node, tied.abroad.teacher)  # of the other school: any adult in the space
    (seen,) = await listed(adult, tied)
    assert seen["moves"] == ["open", "show", "refuse", "delete"]
    assert (await adult.get(path)).status_code == 200
    assert (await adult.post(f"{path}/show")).status_code == 200
    assert refusal(await adult.post(f"{path}/show")) == (409, "already_done")
    assert refusal(await adult.post(f"{path}/refuse")) == (409, "already_done")
    assert [each["state"] for each in await listed(abroad, tied)] == ["shown"]
    assert (await abroad.get(path)).status_code == 200
    (entry,) = await acts(node)
    assert (entry.act, entry.actor_id, entry.subject_id) == (
        "file.approve", tied.abroad.teacher.id, UUID(added["id"]))
    assert "me" not in str(entry.after.get("name", ""))


async def test_a_refused_file_is_shown_to_nobody(
    node: Node, tied: Pair, heron: Visitor, abroad: Visitor, teacher: Visitor
) -> None:
    await set_mode(node, tied, ChatMode.ALL_HELD)
    path = f"/api/files/{(await add(heron, tied.space.id, b'words', 'a.txt')).json()['id']}"
    assert (await teacher.post(f"{path}/refuse")).status_code == 200
    assert [(each["state"], each["moves"]) for each in await listed(heron, tied)] == [("refused", [])]
    assert await listed(abroad, tied) == await listed(teacher, tied) == []
    for visitor in (heron, abroad, teacher):
        assert refusal(await visitor.get(path)) == (404, "not_found")
    assert [each.act for each in await acts(node)] == ["file.refuse"]


async def test_with_an_open_chat_a_students_file_is_there_at_once(
    heron: Visitor, abroad: Visitor, tied: Pair
) -> None:
    assert (await add(heron, tied.space.id, b"words", "a.txt")).json()["state"] == "shown"
    assert len(await listed(abroad, tied)) == 1


@pytest.mark.parametrize("mode", [ChatMode.ALL_HELD, ChatMode.FILTERED])
async def test_a_file_of_staff_is_there_at_once(
    node: Node, teacher: Visitor, tied: Pair, mode: ChatMode
) -> None:
    await set_mode(node, tied, mode)
    assert (await add(teacher, tied.space.id, b"words", "a.txt")).json()["state"] == "shown"


async def test_a_student_who_is_held_adds_and_deletes_nothing(
    node: Node, tied: Pair, heron: Visitor, teacher: Visitor, watched: Watched
) -> None:
    path = f"/api/files/{(await add(heron, tied.space.id, b'words', 'a.txt')).json()['id']}"
    watched.held.add(tied.home.students[0].id)
    assert refusal(await add(heron, tied.space.id, b"words", "b.txt")) == (403, "file_held")
    assert refusal(await heron.delete(path)) == (403, "file_held")
    assert (await heron.get(path)).status_code == 200
    assert (await add(teacher, tied.space.id, b"words", "c.txt")).status_code == 201


async def test_where_nothing_is_live_students_add_nothing(node: Node, tied: Pair) -> None:
    visitor = await student(node, tied.home.students[0])
    node.app.state["liveness"] = None
    assert refusal(await add(visitor, tied.space.id, b"words", "a.txt")) == (403, "file_held")


async def test_a_student_who_is_held_while_the_file_comes_has_added_nothing(
    node: Node, tied: Pair, heron: Visitor, watched: Watched
) -> None:
    async def content() -> Any:
        yield b"words"
        watched.held.add(tied.home.students[0].id)
        yield b"more"

    assert refusal(await add(heron, tied.space.id, content(), "a.txt")) == (403, "file_held")
    assert await keys_of(node) == {}


async def test_files_are_for_those_in_the_space(node: Node, tied: Pair, teacher: Visitor) -> None:
    other = await pair(node.database)
    stranger = await staff(node, other.home.teacher)
    path = f"/api/files/{(await add(teacher, tied.space.id, files.picture(), 'a.jpg')).json()['id']}"
    assert refusal(await stranger.get(f"/api/spaces/{tied.space.id}/files"))[0] == 403
    assert refusal(await add(stranger, tied.space.id, b"words", "a.txt"))[0] == 403
    for method, route in (("GET", path), ("GET", f"{path}/thumbnail"), ("DELETE", path),
                          ("POST", f"{path}/show"), ("POST", f"{path}/refuse")):
        assert refusal(await stranger.send(method, route)) == (404, "not_found"), route
    student_room = await student(node, tied.home.students[0])
    assert refusal(await student_room.get(f"/api/spaces/{tied.staff_room.id}/files"))[0] == 403


async def test_a_suspended_partnership_takes_files_from_students_at_once(
    node: Node, tied: Pair, teacher: Visitor, heron: Visitor
) -> None:
    path = f"/api/files/{(await add(teacher, tied.space.id, b'words', 'a.txt')).json()['id']}"
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(Partnership).where(Partnership.id == tied.partnership.id)
            .values(status=PartnershipStatus.SUSPENDED)
        )
    assert refusal(await heron.get(path)) == (404, "not_found")
    assert (await teacher.get(path)).status_code == 200  # staff keep what there is
    assert refusal(await add(teacher, tied.space.id, b"words", "b.txt")) == (403, "not_allowed")
    assert refusal(await teacher.send("DELETE", path))[0] in (403, 404)


async def test_one_deletes_ones_own_and_adults_any(
    node: Node, tied: Pair, heron: Visitor, abroad: Visitor, teacher: Visitor
) -> None:
    mine, theirs = [
        f"/api/files/{(await add(visitor, tied.space.id, b'words', 'a.txt')).json()['id']}"
        for visitor in (heron, abroad)
    ]
    assert refusal(await heron.delete(theirs)) == (403, "not_allowed")
    assert (await heron.delete(mine)).status_code == 204
    assert (await teacher.delete(theirs)).status_code == 204
    assert refusal(await teacher.delete(theirs)) == (409, "already_done")
    for visitor in (heron, abroad, teacher):
        assert await listed(visitor, tied) == []
        for path in (mine, theirs):
            assert refusal(await visitor.get(path)) == (404, "not_found")
    assert [(each.act, each.actor_id) for each in await acts(node)] == [
        ("file.delete", tied.home.students[0].id), ("file.delete", tied.home.teacher.id)]


async def test_what_was_deleted_is_sealed_for_safeguarding_leads(
    node: Node, tied: Pair, heron: Visitor, teacher: Visitor
) -> None:
    added = (await add(heron, tied.space.id, b"words", "a.txt")).json()
    path = f"/api/files/{added['id']}"
    lead = await staff(node, tied.abroad.safeguarding)
    reason = {"reason": "report"}
    assert refusal(await lead.post(f"{path}/sealed", reason)) == (404, "not_found")  # not deleted yet
    await heron.delete(path)
    for visitor in (heron, teacher):
        assert await listed(visitor, tied, "sealed=true") == []
        assert refusal(await visitor.post(f"{path}/sealed", reason)) == (404, "not_found")
    (sealed,) = await listed(lead, tied, "sealed=true")
    assert (sealed["id"], sealed["state"], sealed["moves"]) == (added["id"], "deleted", [])
    assert refusal(await lead.get(path)) == (404, "not_found")
    assert refusal(await lead.post(f"{path}/sealed", {"reason": "curious"})) == (400, "invalid")
    assert "file.sealed_read" not in [each.act for each in await acts(node)]
    opened = await lead.post(f"{path}/sealed", reason)
    assert (opened.status_code, opened.content) == (200, b"words")
    assert opened.headers["cache-control"] == "no-store"
    assert opened.headers["content-disposition"].startswith("attachment")
    entry = (await acts(node))[-1]
    assert (entry.act, entry.actor_id, entry.after["reason"]) == (
        "file.sealed_read", tied.abroad.safeguarding.id, "report")
    await service.purge(node.database, node.bus, node.app.state.intake.store, [UUID(added["id"])])
    assert refusal(await lead.post(f"{path}/sealed", reason)) == (404, "not_found")


# --- limits and attacks


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ program", "setup.exe", "file_type"),
        (b"<svg/>", "a.svg", "file_type"),
        (b"<html>", "a.html", "file_type"),
        (b"words", "no ending", "file_type"),
        (b"words", "a.docm", "file_type"),
        (b"", "a.txt", "file_empty"),
        (files.pdf(), "a.jpg", "file_mismatch"),
        (b"<script>alert(1)</script>", "a.txt", "file_mismatch"),
        (files.pdf_that("page action"), "a.pdf", "file_unsafe"),
        (files.office("docx", {"word/vbaProject.bin": b"x"}), "a.docx", "file_unsafe"),
        (b"words" * rules.MIB, "a.txt", "file_too_large"),
    ],
    ids=["program", "svg", "html", "no-ending", "macro-name", "empty", "wrong-ending", "markup", "script",
         "macro", "large"],
)
async def test_what_is_refused_leaves_nothing(
    node: Node, tied: Pair, teacher: Visitor, content: bytes, name: str, code: str
) -> None:
    before = lying(node)
    answer = await add(teacher, tied.space.id, content, name, "image/png")
    assert refusal(answer)[1] == code
    assert await keys_of(node) == {}
    assert lying(node) == before


async def test_a_body_without_a_length_is_cut_at_the_limit(
    node: Node, tied: Pair, teacher: Visitor
) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(100):
            yield b"x" * 100_000
            sent += 100_000

    answer = await add(teacher, tied.space.id, endless(), "a.txt")
    assert refusal(answer) == (413, "file_too_large")
    assert answer.json()["most_bytes"] == rules.MIB


async def raw_upload(node: Node, visitor: Visitor, space_id: UUID, length: int) -> Any:
    reader, writer = await asyncio.open_connection(*node.address.split(":"))
    token = visitor.http.cookies.get(CSRF_COOKIE)
    writer.write(
        f"POST /api/spaces/{space_id}/files HTTP/1.1\r\nhost: {node.address}\r\n"
        f"cookie: {visitor.cookie_header}\r\n{CSRF_HEADER}: {token}\r\nx-file-name: a.txt\r\n"
        f"content-length: {length}\r\n\r\n".encode() + b"some words"
    )
    await writer.drain()
    return reader, writer


async def test_a_slow_device_is_cut_off(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await teacher.get("/api/session")
    monkeypatch.setattr(node.app.state.intake, "piece_timeout_s", 0.1)
    reader, writer = await raw_upload(node, teacher, tied.space.id, 100_000)
    async with asyncio.timeout(10):
        answer = await reader.read()  # until the server closes
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"connection: close" in head
    assert b'"file_cut"' in body
    assert await keys_of(node) == {}


async def test_a_device_that_hangs_up_leaves_nothing(node: Node, tied: Pair, teacher: Visitor) -> None:
    await teacher.get("/api/session")
    intake = node.app.state.intake
    _, writer = await raw_upload(node, teacher, tied.space.id, 100_000)
    async with asyncio.timeout(10):
        while not intake._coming.total():
            await asyncio.sleep(0.01)
        writer.close()
        while intake._coming.total():
            await asyncio.sleep(0.01)
    assert await keys_of(node) == {}


async def test_so_many_at_once_for_one_person(node: Node, tied: Pair, teacher: Visitor) -> None:
    await teacher.get("/api/session")
    intake = node.app.state.intake
    coming = [await raw_upload(node, teacher, tied.space.id, 100_000) for _ in range(3)]
    async with asyncio.timeout(10):
        while intake._coming.total() < 3:
            await asyncio.sleep(0.01)
        assert refusal(await add(teacher, tied.space.id, b"words", "a.txt")) == (429, "files_busy")
        for _, writer in coming:
            writer.close()
        while intake._coming.total():
            await asyncio.sleep(0.01)
    assert (await add(teacher, tied.space.id, b"words", "a.txt")).status_code == 201


async def test_so_many_a_day_and_so_much_in_a_space(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SPACE_LIMIT_BYTES", 12)
    monkeypatch.setattr(rules, "DAILY_LIMIT", 3)
    first = (await add(teacher, tied.space.id, b"123456", "a.txt")).json()
    assert refusal(await add(teacher, tied.space.id, b"1234567", "b.txt")) == (409, "file_space_full")
    assert (await add(teacher, tied.space.id, b"123456", "c.txt")).status_code == 201
    assert refusal(await add(teacher, tied.space.id, b"1", "d.txt")) == (409, "file_space_full")
    await teacher.delete(f"/api/files/{first['id']}")  # what is deleted makes room
    assert (await add(teacher, tied.space.id, b"1", "d.txt")).status_code == 201
    assert refusal(await add(teacher, tied.space.id, b"1", "e.txt")) == (429, "file_daily_limit")
    async with node.database.engine.begin() as connection:
        old = clock.now() - timedelta(hours=25)
        await connection.execute(update(StoredFile).values(created_at=old))
    assert (await add(teacher, tied.space.id, b"1", "e.txt")).status_code == 201


async def test_two_at_once_do_not_fill_a_space_beyond_its_limit(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SPACE_LIMIT_BYTES", 10)
    await teacher.get("/api/session")
    answers = await asyncio.gather(
        *(add(teacher, tied.space.id, b"123456", f"{number}.txt") for number in range(3))
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


# --- when something fails


async def test_a_store_that_fails_leaves_nothing_half_shown(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stores.obstore, "put_async", full)
        answer = await add(teacher, tied.space.id, files.picture(), "a.jpg")
        assert refusal(answer) == (503, "files_unavailable")
    assert await keys_of(node) == {}
    assert await listed(teacher, tied) == []
    assert (await add(teacher, tied.space.id, files.picture(), "a.jpg")).status_code == 201


async def test_a_thumbnail_that_cannot_be_stored_leaves_no_row(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stores.obstore.put_async

    async def fails(store: Any, path: str, source: Any) -> Any:
        if path.endswith(stores.THUMBNAIL):
            raise stores.BaseError("no")
        return await put(store, path, source)

    with monkeypatch.context() as patched:
        patched.setattr(stores.obstore, "put_async", fails)
        assert refusal(await add(teacher, tied.space.id, files.picture(), "a.jpg"))[0] == 503
    assert await keys_of(node) == {}


async def aged(node: Node) -> None:
    """Everything in the store is two hours old."""
    for each in Path(node.settings.files_dir).rglob("*"):
        if each.is_file():
            os.utime(each, times=(long_ago := time.time() - 7200, long_ago))


async def test_content_without_a_row_is_swept_and_nothing_else(
    node: Node, tied: Pair, teacher: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = (await add(teacher, tied.space.id, files.picture(), "kept.jpg")).json()["id"]
    before = lying(node)

    async def fails(*_: Any, **__: Any) -> Any:
        raise OperationalError("INSERT", {}, Exception("the line broke"))

    with monkeypatch.context() as patched:
        patched.setattr(service, "add", fails)
        assert refusal(await add(teacher, tied.space.id, files.picture(), "lost.jpg"))[0] == 503
    store = node.app.state.intake.store
    assert len(lying(node)) == len(before) + 2  # content and thumbnail of what has no row
    assert await rounds.sweep(node.database, store) == 0  # it may be coming in still
    await aged(node)
    foreign = Path(node.settings.files_dir) / "letter.txt"
    foreign.write_text("not ours")
    os.utime(foreign, times=(long_ago := time.time() - 7200, long_ago))
    assert await rounds.sweep(node.database, store) >= 2
    key = (await keys_of(node))[UUID(kept)]
    assert set(lying(node)) == {key, key + stores.THUMBNAIL, "letter.txt"}
    assert (await teacher.get(f"/api/files/{kept}")).status_code == 200
    foreign.unlink()


async def test_the_purge_really_deletes(node: Node, tied: Pair, teacher: Visitor) -> None:
    one, two = [
        (await add(teacher, tied.space.id, files.picture(), f"{n}.jpg")).json()["id"] for n in range(2)
    ]
    keys = await keys_of(node)
    await teacher.delete(f"/api/files/{one}")
    assert keys[UUID(one)] in lying(node)  # sealed, not gone
    store = node.app.state.intake.store
    assert await service.purge(node.database, InProcessBus(), store, [UUID(one)]) == 1
    assert not {keys[UUID(one)], keys[UUID(one)] + stores.THUMBNAIL} & set(lying(node))
    assert keys[UUID(two)] in lying(node)
    assert set(await keys_of(node)) == {UUID(two)}
    assert await service.purge(node.database, InProcessBus(), store, [UUID(one)]) == 0


async def test_a_row_whose_content_is_gone_says_so(node: Node, tied: Pair, teacher: Visitor) -> None:
    added = (await add(teacher, tied.space.id, b"words", "a.txt")).json()["id"]
    await node.app.state.intake.store.delete([(await keys_of(node))[UUID(added)]])
    assert refusal(await teacher.get(f"/api/files/{added}")) == (503, "files_unavailable")


async def test_every_change_is_told(node: Node, tied: Pair, heron: Visitor, teacher: Visitor) -> None:
    told: list[Event] = []
    await set_mode(node, tied, ChatMode.FILTERED)
    node.bus.subscribe(told.append)
    path = f"/api/files/{(await add(heron, tied.space.id, b'words', 'a.txt')).json()['id']}"
    await teacher.post(f"{path}/show")
    await teacher.delete(path)
    async with asyncio.timeout(10):
        while sum(isinstance(each, FilesChanged) for each in told) < 3:
            await asyncio.sleep(0.01)
    assert {each.space_id for each in told if isinstance(each, FilesChanged)} == {tied.space.id}


# --- the virus scanner


@pytest.fixture
async def scanned_node(make_node: MakeNode, records: Records) -> Any:
    async with clamd() as scanner:
        node = await make_node(records, clamd=scanner.address)
        node.app.state["liveness"] = Watched()
        yield node, scanner


async def test_a_virus_is_not_kept(scanned_node: tuple[Node, Clamd]) -> None:
    node, scanner = scanned_node
    tied = await pair(node.database)
    teacher = await staff(node, tied.home.teacher)
    assert refusal(await add(teacher, tied.space.id, files.EICAR, "a.txt")) == (400, "file_infected")
    carried = files.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": files.EICAR},
                           compression=0)
    assert refusal(await add(teacher, tied.space.id, carried, "a.docx")) == (400, "file_infected")
    assert await keys_of(node) == {}
    assert (await add(teacher, tied.space.id, files.picture(), "a.jpg")).json()["state"] == "shown"
    async with node.database.read() as session:
        assert await session.scalar(select(StoredFile.scan)) is Scan.CLEAN
    assert scanner.scanned[-1] in lying(node).values()  # what is stored is what was scanned


async def test_without_an_answer_a_file_waits_and_is_scanned_later(
    make_node: MakeNode, records: Records, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_node(records, clamd=f"127.0.0.1:{closed_port}")
    tied = await pair(node.database)
    teacher = await staff(node, tied.home.teacher)
    clean = (await add(teacher, tied.space.id, b"words", "a.txt")).json()
    infected = (await add(teacher, tied.space.id, files.EICAR, "b.txt")).json()
    assert (clean["state"], clean["checking"], clean["moves"]) == ("waiting", True, ["delete"])
    for added in (clean, infected):
        assert refusal(await teacher.get(f"/api/files/{added['id']}")) == (409, "file_checking")
    intake = node.app.state.intake
    assert await rounds.scan_waiting(node.database, node.bus, intake.store, intake.scanner) == 0
    async with clamd() as scanner:
        works = Scanner(scanner.address)
        assert await rounds.scan_waiting(node.database, node.bus, intake.store, works) == 2
    assert [(each["id"], each["state"]) for each in await listed(teacher, tied)] == [
        (infected["id"], "refused"), (clean["id"], "shown")]
    assert (await teacher.get(f"/api/files/{clean['id']}")).content == b"words"
    assert files.EICAR not in b"".join(lying(node).values())
    lead = await staff(node, tied.home.safeguarding)
    assert await listed(lead, tied, "sealed=true") == []  # there is nothing left to open
    assert refusal(await lead.post(f"/api/files/{infected['id']}/sealed", {"reason": "report"}))[0] == 404


async def test_an_adult_cannot_show_what_the_scanner_has_not_answered_for(
    make_node: MakeNode, sqlite_records: Records, closed_port: int
) -> None:
    node = await make_node(sqlite_records, clamd=f"127.0.0.1:{closed_port}")
    node.app.state["liveness"] = Watched()
    tied = await pair(node.database)
    await set_mode(node, tied, ChatMode.FILTERED)
    heron = await student(node, tied.home.students[0])
    teacher = await staff(node, tied.home.teacher)
    path = f"/api/files/{(await add(heron, tied.space.id, b'words', 'a.txt')).json()['id']}"
    assert refusal(await teacher.post(f"{path}/show")) == (409, "file_checking")
    async with clamd() as scanner:
        await rounds.scan_waiting(node.database, node.bus, node.app.state.intake.store,
                                  Scanner(scanner.address))
    (waiting,) = await listed(teacher, tied)  # clean, and waits for the adult still
    assert (waiting["state"], waiting["checking"]) == ("waiting", False)
    assert (await teacher.post(f"{path}/show")).status_code == 200


async def test_a_scanner_that_falls_silent_is_not_waited_for(tmp_path: Path) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"words"

    async with clamd(tmp_path / "clamd.ctl") as scanner:
        assert await Scanner(scanner.address).scan(content()) is Scan.CLEAN
        scanner.is_silent = True
        assert await Scanner(scanner.address, timeout_s=0.2).scan(content()) is Scan.WAITING


async def test_the_state_of_a_deleted_file_stays_when_the_scanner_answers_late(
    make_node: MakeNode, sqlite_records: Records, closed_port: int
) -> None:
    node = await make_node(sqlite_records, clamd=f"127.0.0.1:{closed_port}")
    tied = await pair(node.database)
    teacher = await staff(node, tied.home.teacher)
    added = (await add(teacher, tied.space.id, b"words", "a.txt")).json()["id"]
    await teacher.delete(f"/api/files/{added}")
    async with UnitOfWork(node.database, node.bus) as uow:
        await service.scanned(uow, UUID(added), Scan.CLEAN)
    async with node.database.read() as session:
        states = await session.execute(select(StoredFile.state, func.count()).group_by(StoredFile.state))
        assert states.tuples().all() == [(FileState.DELETED, 1)]
