"""Pages of notes without sockets or storage: a server's document behind its guard, and a person's page.

Both use what `realtime.board_room` uses, in the same order.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from uuid import UUID

from pycrdt import Doc, TransactionEvent, XmlElement, XmlFragment, XmlText

from realtime import yjs_update
from realtime.notes_guard import NotesGuard
from realtime.yjs_update import STRING, Id
from tests.unit import yjs_bytes as raw

FIRST_LETTER = 0x4E00
"""Editors write letters that nobody has written before, so that each tells where it stands."""


class NotesServer:
    """What the server holds of the notes."""

    def __init__(self) -> None:
        self.doc = Doc(client_id=1)
        self.notes = self.doc.get("notes", type=XmlFragment)
        self.guard = NotesGuard({}, lambda: self.doc.get_update(self.doc.get_state()))

    def receive(self, data: bytes, user_id: UUID) -> bytes | None:
        """Take an update as a room does; returns what is sent on, if anything is.

        Raises:
            Refused: it was not taken.
            Gap: something is missing.
        """
        verdict = self.guard.check(data, user_id, limit_bytes=1 << 20)
        if not verdict.is_new:
            return None
        self.doc.apply_update(verdict.data)
        self.guard.accept(verdict, user_id)
        return verdict.data

    def state(self) -> tuple[str, dict[int, int]]:
        return str(self.notes), raw.state_vector(self.doc.get_state())


class NotesEditor:
    """A person's page: edits by the rules of notes, offline whenever it likes."""

    def __init__(self, user_id: UUID, client_id: int, letters: dict[str, Id] | None = None) -> None:
        self.user_id = user_id
        self.doc = Doc(client_id=client_id)
        self.notes = self.doc.get("notes", type=XmlFragment)
        self.unsent: deque[bytes] = deque()
        self.inbox: deque[bytes] = deque()
        self.letters = {} if letters is None else letters
        """Every letter of all editors, and which tick it is."""
        self._fresh: list[str] = []
        """Letters of the change under way, in the order in which they were written."""
        self._applying = False
        self._subscription = self.doc.observe(self._on_change)

    def _on_change(self, event: TransactionEvent) -> None:
        if self._applying:
            return
        self.unsent.append(event.update)
        written = [each for each in yjs_update.read(event.update).items if each.content == STRING]
        ticks = [Id(each.client, each.clock + n) for each in written for n in range(each.length)]
        self.letters.update(zip(self._fresh, ticks, strict=True))
        self._fresh.clear()

    def apply(self, data: bytes) -> None:
        self._applying = True
        self.doc.apply_update(data)
        self._applying = False

    def state(self) -> tuple[str, dict[int, int]]:
        return str(self.notes), raw.state_vector(self.doc.get_state())

    def texts(self) -> list[XmlText]:
        return list(_texts(self.notes))

    def write(self, text: XmlText, at: int, count: int = 1) -> None:
        """Some letters, each a keystroke of its own or all at once."""
        new = [chr(FIRST_LETTER + len(self.letters) + n) for n in range(count)]
        self._fresh += new
        text.insert(_offset(text, at), "".join(new))

    def erase(self, text: XmlText, start: int, end: int) -> None:
        del text[_offset(text, start) : _offset(text, end)]

    def add(self, name: str, at: int) -> None:
        """A block with a letter in it."""
        letter = chr(FIRST_LETTER + len(self.letters))
        self._fresh.append(letter)
        with self.doc.transaction():
            if name.endswith("_list"):
                self.notes.children.insert(at, XmlElement(name))
                holder = self.notes.children[at].children
                holder.append(XmlElement("list_item"))
                holder[0].children.append(XmlElement("paragraph"))
                block = holder[0].children[0]
            else:
                self.notes.children.insert(at, XmlElement(name))
                block = self.notes.children[at]
            block.children.append(XmlText(letter))

    def edit(self, chance: random.Random) -> None:
        """One thing that a person may do."""
        texts = self.texts()
        match chance.choice(["write", "write", "write", "type", "erase", "mark", "add", "remove"]):
            case "write" if texts:
                text = chance.choice(texts)
                self.write(text, chance.randint(0, len(str_of(text))), chance.randint(1, 4))
            case "type" if texts:
                text = chance.choice(texts)
                at = chance.randint(0, len(str_of(text)))
                for n in range(chance.randint(1, 5)):
                    self.write(text, at + n)
            case "erase" if any(str_of(each) for each in texts):
                text = chance.choice([each for each in texts if str_of(each)])
                at = chance.randrange(len(str_of(text)))
                self.erase(text, at, min(len(str_of(text)), at + chance.randint(1, 4)))
            case "mark" if any(str_of(each) for each in texts):
                text = chance.choice([each for each in texts if str_of(each)])
                at = chance.randrange(len(str_of(text)))
                mark = {chance.choice(["strong", "em", "highlight"]): chance.choice([{}, None])}
                end = chance.randint(at + 1, len(str_of(text)))
                text.format(_offset(text, at), _offset(text, end), mark)
            case "remove" if len(self.notes.children) > 1 and chance.random() < 0.5:
                del self.notes.children[chance.randrange(len(self.notes.children))]
            case _:
                name = chance.choice(["paragraph", "heading", "subheading", "bullet_list", "ordered_list"])
                self.add(name, chance.randint(0, len(self.notes.children)))


def str_of(text: XmlText) -> str:
    """The letters of a text, without its marks; each takes one UTF-16 unit."""
    return "".join(part for part, _ in text.diff())


def _offset(text: XmlText, at: int) -> int:
    """The library counts in bytes."""
    return len(str_of(text)[:at].encode())


def _texts(holder: XmlFragment | XmlElement) -> Iterator[XmlText]:
    for child in holder.children:
        if isinstance(child, XmlText):
            yield child
        else:
            yield from _texts(child)


def exchange(server: NotesServer, editors: list[NotesEditor]) -> None:
    """Until everything has reached everyone."""
    while any(each.unsent or each.inbox for each in editors):
        for each in editors:
            step(server, editors, each)


def step(server: NotesServer, editors: list[NotesEditor], editor: NotesEditor) -> None:
    """One message of an editor's goes, and one to it comes."""
    if editor.unsent:
        sent_on = server.receive(editor.unsent.popleft(), editor.user_id)
        if sent_on is not None:
            for each in editors:
                each.inbox.append(sent_on)
    if editor.inbox:
        editor.apply(editor.inbox.popleft())


def resync(server: NotesServer, editors: list[NotesEditor], editor: NotesEditor) -> None:
    """A new connection as any Yjs client makes it: what was on its way is lost, whole states are compared."""
    editor.unsent.clear()
    editor.inbox.clear()
    sent_on = server.receive(editor.doc.get_update(server.doc.get_state()), editor.user_id)
    if sent_on is not None:
        for each in editors:
            if each is not editor:
                each.inbox.append(sent_on)
    editor.apply(server.doc.get_update(editor.doc.get_state()))
