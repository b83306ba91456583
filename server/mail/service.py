"""Writing mail into the outbox, with the act that it tells of. `server.mail.sending` takes it from there.

    await mail.queue(uow, user_id, Kind.REPORT_FILED, {"name": partnership.name, "path": "/reports"})

It is stored in the same transaction: an act that is undone tells nobody, one that is done tells for sure,
as far as mail ever is sure. Without a mail server (`smtp_host` is empty) what waits is thrown away in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import User, UserKind
from server.db import UnitOfWork
from server.mail.letters import Kind
from server.mail.models import OutgoingMail

WAITING_MAX = 60
"""So many mails may wait for one person; further ones are dropped until some are sent."""
STALE_AFTER = timedelta(days=2)
"""A mail that could not be sent for so long is given up: what it tells is old."""
KEPT_FOR = timedelta(days=7)
"""After that nothing is left of a mail, sent or not."""


async def queue(
    uow: UnitOfWork, to_user_id: UUID, kind: Kind, values: Mapping[str, Any], *, calendar: str = ""
) -> None:
    """Have a mail sent to one person, if they are staff with an address. See `queue_all`."""
    await queue_all(uow, [to_user_id], kind, values, calendar=calendar)


async def queue_all(
    uow: UnitOfWork, to_user_ids: Iterable[UUID], kind: Kind, values: Mapping[str, Any], *, calendar: str = ""
) -> None:
    """Have the same mail sent to several people; whoever has no address, or is disabled, is left out.

    Args:
        values: what the words of `kind` name (`server.mail.letters`): titles and names of records,
            moments as `datetime`, a `path` of a page. Nothing that children wrote.
        calendar: an iCalendar object; who it is from and to is put in when it is sent.
    """
    waiting = (
        select(func.count())
        .where(OutgoingMail.user_id == User.id, OutgoingMail.due_at.is_not(None))
        .correlate(User)
        .scalar_subquery()
    )
    receivers = await uow.session.scalars(
        select(User.id).where(
            User.id.in_(list(dict.fromkeys(to_user_ids))), User.kind == UserKind.STAFF,
            User.email.is_not(None), User.disabled_at.is_(None), waiting < WAITING_MAX,
        )
    )
    now, plain = clock.now(), msgspec.to_builtins(dict(values), str_keys=True)
    uow.session.add_all(
        OutgoingMail(user_id=each, kind=kind.value, values=plain, calendar=calendar, made_at=now, due_at=now)
        for each in receivers
    )


async def purge(session: AsyncSession) -> None:
    """Throw away what was sent a while ago, and what nobody could send."""
    now = clock.now()
    await session.execute(
        delete(OutgoingMail).where(
            or_(
                OutgoingMail.made_at < now - KEPT_FOR,
                # Where no mail server is set, nothing is ever tried.
                and_(OutgoingMail.tries == 0, OutgoingMail.made_at < now - STALE_AFTER),
            )
        )
    )
