"""The file store by itself, in a directory and in S3 (moto's server on the loopback): the same for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.config import Settings
from server.errors import DomainError
from server.files import store as stores
from server.files.store import FileStore

NAMES = [f"{number:032x}" for number in range(stores.LISTED_AT_ONCE + 3)]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with a bucket `school`."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client(
        "s3", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="school", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield address
    server.stop()


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    if request.param == "directory":
        return stores.of(Settings(files_dir=str(tmp_path / "files")))
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3"))
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return stores.of(Settings(files_url=f"s3://school/{request.node.originalname}"))


async def content(store: FileStore, name: str, *part: int) -> bytes:
    return b"".join([piece async for piece in await store.read(name, *part)])


async def test_what_is_put_is_there_until_it_is_deleted(store: FileStore, tmp_path: Path) -> None:
    source, name = tmp_path / "source", NAMES[0]
    source.write_bytes(sent := bytes(range(256)) * 4096)
    await store.put(name, source)
    assert await content(store, name) == sent
    assert await content(store, name, 10, 300_000) == sent[10:300_000]
    assert await content(store, name, len(sent) - 1) == sent[-1:]
    assert await store.size_of(name) == len(sent)
    await store.delete([name, NAMES[1]])
    for asked in (store.read(name), store.size_of(name)):
        with pytest.raises(FileNotFoundError):
            await asked


async def test_everything_is_listed_in_pieces(store: FileStore, tmp_path: Path) -> None:
    (source := tmp_path / "source").write_bytes(b"words")
    names = NAMES[:20]
    for name in names:
        await store.put(name, source)
    listed = [kept.name async for piece in store.everything() for kept in piece]
    assert sorted(listed) == names
    await store.delete(names)
    assert [piece async for piece in store.everything()] == []


async def test_a_store_that_cannot_be_reached_is_told_as_such(
    tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a directory")
    broken = stores.of(Settings(files_dir=str(tmp_path / "file")))
    (source := tmp_path / "source").write_bytes(b"words")
    with pytest.raises(DomainError) as caught:
        await broken.put(NAMES[0], source)
    assert caught.value.code == "files_unavailable"
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(stores, "TIMEOUT_S", 0.5)
    away = stores.of(Settings(files_url="s3://school"))
    with pytest.raises(DomainError) as caught:
        await away.put(NAMES[0], source)
    assert caught.value.code == "files_unavailable"


def test_files_lie_beside_the_database(tmp_path: Path) -> None:
    sqlite = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/commonroom.sqlite3")
    assert stores.directory(sqlite) == tmp_path / "commonroom-files"
    named = Settings(database_url="postgresql+psycopg://here/it", files_dir=str(tmp_path / "there"))
    assert stores.directory(named) == tmp_path / "there"
    stores.of(sqlite)
    assert not (tmp_path / "commonroom-files").exists()  # before there are any
