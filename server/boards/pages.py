"""The pages of a space's board: added, named, put in order, prepared, taken away and brought back.

Adults who run the space do this. Students see neither a page that is being prepared nor one that was taken
away, and cannot open it (docs/board.md). The row of the space is locked first, so that of two moves at once
the second sees what the first made.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, delete, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Access, Grant, access_in
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.boards.models import Board, BoardSnapshot, BoardUpdate, BoardWriter, PageKind
from server.db import UnitOfWork
from server.errors import Invalid, NoAccess, NotAllowed, NotFound
from server.events import PagesChanged
from server.spaces import service as spaces
from server.spaces.liveness import Liveness
from server.spaces.models import Space

PAGES_MAX = 30
"""So many pages a board has."""
KEPT_MAX = 100
"""So many of those that were taken away are kept."""
TITLE_LIMIT = 80
SEES_ALL = frozenset({Grant.SPACE_MODERATE, Grant.SPACE_EXPORT})
"""Either of them: verified staff of the schools that take part. Guests and advisers see what students see."""


class Change(msgspec.Struct, frozen=True):
    """What is to be different about a page; None: it stays."""

    title: str | None = None
    place: int | None = None
    """Among the pages, from 1."""
    is_prepared: bool | None = None


# --- reading

_PAGES = (
    select(Board)
    .where(Board.space_id.in_(bindparam("spaces", expanding=True)), Board.removed_at.is_(None))
    .order_by(Board.position, Board.id)
)


async def pages_of(session: AsyncSession, space_ids: Iterable[UUID]) -> dict[UUID, list[Board]]:
    """The pages of these spaces in order, without those that were taken away; with their notes."""
    found: dict[UUID, list[Board]] = {space_id: [] for space_id in space_ids}
    for page in await session.scalars(_PAGES, {"spaces": list(found)}):
        found[page.space_id].append(page)
    return found


def sees_all(grants: frozenset[Grant]) -> bool:
    """Whether somebody sees the pages that are being prepared, and those that were taken away."""
    return bool(grants & SEES_ALL)


def is_open_to(page: Board, grants: frozenset[Grant]) -> bool:
    """Whether somebody who may look at the board may open this page of it."""
    return page.removed_at is None and (not page.is_prepared or sees_all(grants))


async def listed(session: AsyncSession, who: SignedIn, space_id: UUID) -> tuple[list[Board], Access]:
    """The pages of a board as this person may see them, in order; those that were taken away come last.

    Raises:
        NotFound: no such space (404). NoAccess: it is not open to them now (403).
    """
    found = await access_in(session, who.user_id, space_id)
    if Grant.SPACE_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    pages = await _in_order(session, space_id)
    if sees_all(found.grants):
        removed = [each for each in pages if each.removed_at is not None]
        return [each for each in pages if each.removed_at is None] + removed, found
    return [each for each in pages if is_open_to(each, found.grants)], found


async def _in_order(session: AsyncSession, space_id: UUID) -> list[Board]:
    """Every page of a board, those that were taken away too."""
    found = await session.scalars(
        select(Board)
        .where(Board.space_id == space_id, Board.kind == PageKind.BOARD)
        .order_by(Board.position, Board.id)
    )
    return list(found)


# --- who may


async def _locked(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> Space:
    """The space, its row locked, for an adult who runs it."""
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    found = await access_in(uow.session, who.user_id, space_id)
    if space is None or not found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    if Grant.SPACE_MODERATE not in found.grants:
        raise NotAllowed("Pages are prepared by the teachers of the schools that take part.")
    return space


async def check_writes(
    session: AsyncSession, who: SignedIn, space_id: UUID, liveness: Liveness
) -> None:
    """The name of a page is seen by all, so it is as much written as what is drawn.

    Raises:
        NotAllowed: they may not draw here at this moment (403).
    """
    if not liveness.may(who, space_id, await spaces.root_of(session, space_id), Grant.BOARD_EDIT):
        raise NotAllowed("You can look here, not write: somebody else has to be there too.")


def _page(pages: Iterable[Board], page_id: UUID) -> Board:
    found = next((each for each in pages if each.id == page_id), None)
    if found is None:
        raise NotFound
    return found


def _titled(title: str) -> str:
    shown = " ".join(title.split())
    if not shown or len(shown) > TITLE_LIMIT or not shown.isprintable():
        raise Invalid(f"Give the page a name of at most {TITLE_LIMIT} characters.")
    return shown


def _numbered(uow: UnitOfWork, space_id: UUID, pages: Iterable[Board]) -> None:
    """Give the pages their places, and tell of it."""
    for place, page in enumerate(pages, start=1):
        page.position = place
    uow.events.append(PagesChanged(space_id))


def _check_shown(pages: Iterable[Board]) -> None:
    if all(each.is_prepared for each in pages):
        raise Invalid("Students need one page at least that they can see. Show another one first.")


# --- moves


async def add(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, title: str, *, copy_of: UUID | None = None,
    is_prepared: bool = False,
) -> Board:
    """Add a page behind the others: an empty one, or a copy of one that is there.

    Raises:
        NotFound: no such space, or no such page in it (404). NoAccess, NotAllowed: not theirs to add (403).
        Invalid: the name does not fit, or there are too many pages (400).
    """
    await _locked(uow, who, space_id)
    title, pages = _titled(title), await _in_order(uow.session, space_id)
    here = [each for each in pages if each.removed_at is None]
    if len(here) >= PAGES_MAX:
        raise Invalid(f"A board has at most {PAGES_MAX} pages. Remove one first.")
    if copy_of is not None:
        _page(pages, copy_of)
    page = Board(space_id=space_id, title=title, position=len(here) + 1, is_prepared=is_prepared)
    uow.session.add(page)
    await uow.session.flush()
    if copy_of is not None:
        await copy(uow, copy_of, page)
    uow.events.append(PagesChanged(space_id))
    return page


async def copy(uow: UnitOfWork, source_id: UUID, page: Board) -> None:
    """Put everything that is drawn on one page onto another, which is new and empty.

    The log is copied as it is: who made what stays known.
    """
    session = uow.session
    source = await session.scalar(select(Board).where(Board.id == source_id).with_for_update())
    if source is None:
        raise NotFound
    # The log first: a snapshot that is made meanwhile holds what it takes out of the log.
    for model, columns in (
        (BoardUpdate, ("seq", "author_id", "data", "stored_at")),
        (BoardSnapshot, ("upto_seq", "state")),
        (BoardWriter, ("client_id", "user_id")),
    ):
        taken = [getattr(model, each) for each in columns]
        await session.execute(
            insert(model).from_select(
                ["board_id", *columns],
                select(literal(page.id, Board.id.type), *taken).where(model.board_id == source_id),
            )
        )
    upto = select(BoardSnapshot.upto_seq).where(BoardSnapshot.board_id == page.id).scalar_subquery()
    await session.execute(
        delete(BoardUpdate).where(BoardUpdate.board_id == page.id, BoardUpdate.seq <= upto)
    )
    page.last_seq, page.drawn_at = source.last_seq, source.drawn_at


async def change(uow: UnitOfWork, who: SignedIn, space_id: UUID, page_id: UUID, wanted: Change) -> None:
    """Give a page another name or place; hide it from students while it is prepared, or show it.

    Raises:
        NotFound: no such page (404). NoAccess, NotAllowed: not theirs to change (403).
        Invalid: the name or place does not fit, or students would see no page (400).
    """
    await _locked(uow, who, space_id)
    here = [each for each in await _in_order(uow.session, space_id) if each.removed_at is None]
    page = _page(here, page_id)
    if wanted.title is not None:
        page.title = _titled(wanted.title)
    if wanted.place is not None:
        if not 1 <= wanted.place <= len(here):
            raise Invalid("There is no such place among the pages.")
        here.remove(page)
        here.insert(wanted.place - 1, page)
    if wanted.is_prepared is not None:
        page.is_prepared = wanted.is_prepared
        _check_shown(here)
    _numbered(uow, space_id, here)


async def show(uow: UnitOfWork, space_id: UUID, page_id: UUID) -> bool:
    """Let everyone see a page, for a step of a lesson that begins with it. Who may is asked there.

    Returns:
        Whether there is such a page to be seen: it may have been taken away.
    """
    page = await uow.session.scalar(
        select(Board).where(
            Board.id == page_id, Board.space_id == space_id, Board.kind == PageKind.BOARD,
            Board.removed_at.is_(None),
        )
    )
    if page is None:
        return False
    if page.is_prepared:
        page.is_prepared = False
        uow.events.append(PagesChanged(space_id))
    return True


async def remove(uow: UnitOfWork, who: SignedIn, space_id: UUID, page_id: UUID) -> None:
    """Take a page away. What is on it is kept, and it can be brought back.

    Raises:
        NotFound: no such page (404). NoAccess, NotAllowed: not theirs to remove (403).
        Invalid: students would see no page, or too many are kept already (400).
    """
    space = await _locked(uow, who, space_id)
    pages = await _in_order(uow.session, space_id)
    page = _page((each for each in pages if each.removed_at is None), page_id)
    rest = [each for each in pages if each.removed_at is None and each is not page]
    _check_shown(rest)
    if sum(each.removed_at is not None for each in pages) >= KEPT_MAX:
        raise Invalid("Too many removed pages are kept here. Bring some back and use them again.")
    page.removed_at = clock.now()
    _numbered(uow, space_id, rest)
    _note(uow, who, "page.remove", space, page)


async def bring_back(uow: UnitOfWork, who: SignedIn, space_id: UUID, page_id: UUID) -> None:
    """Bring a page back that was taken away, behind the others. One that is there stays where it is.

    Raises:
        NotFound: no such page (404). NoAccess, NotAllowed: not theirs to bring back (403).
        Invalid: there are too many pages (400).
    """
    space = await _locked(uow, who, space_id)
    pages = await _in_order(uow.session, space_id)
    page = _page(pages, page_id)
    if page.removed_at is None:
        return
    here = [each for each in pages if each.removed_at is None]
    if len(here) >= PAGES_MAX:
        raise Invalid(f"A board has at most {PAGES_MAX} pages. Remove one first.")
    page.removed_at = None
    _numbered(uow, space_id, [*here, page])
    _note(uow, who, "page.return", space, page)


def _note(uow: UnitOfWork, who: SignedIn, act: str, space: Space, page: Board) -> None:
    audit.record(
        uow, who, act, subject_id=space.id, school_id=who.school_id, partnership_id=space.partnership_id,
        after={"page_id": page.id, "updates": page.last_seq},
    )
