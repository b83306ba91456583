"""Agreements: proposing a text, a school's yes to it, the headteachers' signatures, and how one ends.

Each move locks the partnership first, so that of two at once the second sees what the first made.
Who may do what, and when a version comes into force: docs/agreements.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from server import clock, typed
from server.accounts import signing_in
from server.accounts.service import SignedIn
from server.agreements import rules
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.agreements.rights import IN_FORCE, LIVE, PROPOSED, counted, rights_of, today
from server.agreements.rules import AgreementText
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import AlreadyGiven, Invalid, InvalidTransition, NotAllowed, NotFound, TextChanged
from server.partnerships import record as records
from server.partnerships.models import Partnership, PartnershipStatus

log = structlog.get_logger()


async def propose(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, text: AgreementText, *, newest: int
) -> AgreementVersion:
    """Propose a text: the first, or an amendment. The one in force stays so until this is signed by all.

    Who proposes agrees for their own school. A version that was proposed before is replaced.

    Args:
        newest: number of the newest version that the proposer has seen; 0: there was none.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: they neither coordinate nor head a school that has accepted, or are not verified (403).
        InvalidTransition: the partnership has ended (409).
        TextChanged: another version was proposed meanwhile (409).
        Invalid: the text does not fit the partnership or the programme, or changes nothing (400).
    """
    record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
    mine = await rights_of(uow.session, record, who)
    if not mine.may_propose():
        raise NotAllowed("Coordinators and headteachers propose the text. Nothing was changed.")
    _still_open(record)
    last = await uow.session.scalar(
        select(func.max(AgreementVersion.number)).where(AgreementVersion.partnership_id == record.id)
    )
    if newest != (last or 0):
        raise TextChanged("Somebody proposed another text meanwhile. Read it first. Nothing was changed.")
    text = rules.cleaned(text)
    members = [member.school_id for member in counted(record)]
    rules.check(text, members, today(), records.programme_rules(record).agreement_max_months)
    digest = rules.digest(text)
    if any(version.digest == digest for version in record.agreements):
        raise Invalid("This says the same as a version that is there already. Nothing was changed.")
    if (older := records.version(record, PROPOSED)) is not None:
        _end(uow, who, record, older, VersionStatus.REPLACED, "replace")
    now = clock.now()
    version = AgreementVersion(
        id=uuid4(), partnership_id=record.id, number=newest + 1, text=rules.stored(text), digest=digest,
        status=PROPOSED, review_on=text.review_on, expires_on=text.expires_on, proposed_by_id=who.user_id,
        proposed_at=now,
    )
    uow.session.add(version)
    await uow.session.flush()
    uow.session.add(
        Assent(version_id=version.id, school_id=who.school_id, user_id=who.user_id, kind=AssentKind.AGREED,
               given_at=now, digest=digest)
    )
    audit.record(
        uow, who, "agreement.propose", subject_id=version.id, school_id=who.school_id,
        partnership_id=record.id,
        after={"number": version.number, "digest": digest, "review_on": text.review_on,
               "expires_on": text.expires_on},
    )
    return version


async def agree(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, number: int, digest: str) -> None:
    """Say for one's school that it agrees with the text that is proposed.

    Args:
        digest: of the text that was on the page.

    Raises:
        NotFound: no such partnership or version for this person (404).
        NotAllowed: they do not speak for their school here (403).
        TextChanged: the version is not the one proposed now, or its text is another (409).
        AlreadyGiven: the school has agreed (409).
        InvalidTransition: the partnership, or the time of the version, is over (409).
    """
    record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
    mine = await rights_of(uow.session, record, who)
    version = await _live(uow.session, record, number, digest)
    if not mine.may_agree():
        raise NotAllowed("Your school's coordinator or headteacher agrees for it. Nothing was changed.")
    if version.status is not PROPOSED:
        raise TextChanged
    _still_open(record, version)
    if who.school_id in records.given(version, AssentKind.AGREED):
        raise AlreadyGiven
    _give(uow, who, record, version, AssentKind.AGREED)


async def sign(
    database: Database, bus: Bus, who: SignedIn, partnership_id: UUID, number: int, digest: str, password: str
) -> None:
    """Sign a version as headteacher. When each school has signed, it comes into force.

    The school agrees with it, too. A version in force is signed by a school that joins later.

    Args:
        digest: of the text that was on the page.
        password: entered again, for this.

    Raises:
        NotFound, NotAllowed, TextChanged, AlreadyGiven, InvalidTransition: as for `agree`.
        WrongPassword: nothing was changed (403).
        TooManyTries: too many wrong passwords (429).
    """
    # First whether it could be signed at all: a password is not asked for in vain, nor guessed at here.
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, who.school_id)
        await _signable(session, record, who, number, digest)
    await signing_in.confirm_password(database, bus, who.user_id, password)
    async with UnitOfWork(database, bus) as uow:
        record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
        version = await _signable(uow.session, record, who, number, digest)
        if who.school_id not in records.given(version, AssentKind.AGREED):
            _give(uow, who, record, version, AssentKind.AGREED)
        _give(uow, who, record, version, AssentKind.SIGNED)
        if not await settle_agreement(uow, partnership_id, who):
            await records.settle(uow, partnership_id)


async def _signable(
    session: AsyncSession, record: Partnership, who: SignedIn, number: int, digest: str
) -> AgreementVersion:
    mine = await rights_of(session, record, who)
    version = await _live(session, record, number, digest)
    if not mine.may_sign(version.status):
        raise NotAllowed(
            "The headteacher of each school, verified by the school, signs for it. Nothing was changed."
        )
    _still_open(record, version)
    if who.school_id in records.given(version, AssentKind.SIGNED):
        raise AlreadyGiven("Your school has signed this text already. Nothing was changed.")
    return version


async def withdraw(
    database: Database, bus: Bus, who: SignedIn, partnership_id: UUID, number: int, reason: str, password: str
) -> None:
    """Take one's school's signature back. The version in force ends with it, if the school counts.

    What follows for the partnership is `records.settle`'s to say.

    Raises:
        NotFound: no such partnership or version for this person (404).
        NotAllowed: they are not a headteacher, or not verified (403).
        Invalid: there is no reason (400).
        TextChanged: the version is neither proposed nor in force (409).
        InvalidTransition: the school has not signed it, or the partnership has ended (409).
        WrongPassword: nothing was changed (403).
        TooManyTries: too many wrong passwords (429).
    """
    reason = typed.text(reason)
    if not reason:
        raise Invalid("Say why your school withdraws: its partners read it. Nothing was changed.")
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, who.school_id)
        await _withdrawable(session, record, who, number)
    await signing_in.confirm_password(database, bus, who.user_id, password)
    async with UnitOfWork(database, bus) as uow:
        record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
        version, signature = await _withdrawable(uow.session, record, who, number)
        signature.withdrawn_at = clock.now()
        audit.record(
            uow, who, "agreement.withdraw", subject_id=version.id, school_id=who.school_id,
            partnership_id=record.id, before={"signed_by": signature.user_id},
            after={"number": version.number, "reason": reason},
        )
        is_counted = any(each.school_id == who.school_id for each in counted(record))
        if version.status is IN_FORCE and is_counted:
            # A school that was only invited yet ends nothing for the others.
            _end(uow, who, record, version, VersionStatus.WITHDRAWN, "end")
        await records.settle(uow, record.id)


async def _withdrawable(
    session: AsyncSession, record: Partnership, who: SignedIn, number: int
) -> tuple[AgreementVersion, Assent]:
    mine = await rights_of(session, record, who)
    version = await _live(session, record, number)
    if not mine.may_withdraw():
        raise NotAllowed("Only the headteacher can take the school's signature back. Nothing was changed.")
    _still_open(record)
    for assent in version.assents:
        if (
            assent.kind is AssentKind.SIGNED
            and assent.school_id == who.school_id
            and assent.withdrawn_at is None
        ):
            return version, assent
    raise InvalidTransition(
        "Your school's signature is not on this version. Look again. Nothing was changed.",
        state=version.status.value,
    )


async def settle_agreement(uow: UnitOfWork, partnership_id: UUID, who: SignedIn | None = None) -> bool:
    """Put the proposed version in force if every school that counts has signed it.

    Whatever makes fewer schools count calls this, before `records.settle`: the last signature that
    was waited for may not be needed any more.

    Args:
        who: whose move led to it; None: nobody's own.

    Returns:
        Whether a version came into force; the partnership is settled then.
    """
    await uow.session.flush()
    record = await records.get_whole(uow.session, partnership_id, lock=True)
    proposed = records.version(record, PROPOSED)
    needed = {member.school_id for member in counted(record)}
    if (
        record.status is PartnershipStatus.ENDED
        or proposed is None
        or proposed.expires_on < today()
        or len(needed) < 2  # nobody has an agreement with themselves
        or not needed <= records.given(proposed, AssentKind.SIGNED)
    ):
        return False
    if (before := records.version(record, IN_FORCE)) is not None:
        _end(uow, who, record, before, VersionStatus.REPLACED, "replace")
    audit.record(
        uow, who, "agreement.begin", subject_id=proposed.id, partnership_id=record.id,
        before={"status": proposed.status.value},
        after={"status": IN_FORCE.value, "number": proposed.number, "digest": proposed.digest},
    )
    proposed.status, proposed.in_force_at = IN_FORCE, clock.now()
    await records.settle(uow, record.id)
    return True


async def expire_overdue(database: Database, bus: Bus) -> None:
    """End every version whose last day is over: a job of each minute."""
    async with database.read() as session:
        found = await session.scalars(
            select(AgreementVersion.partnership_id)
            .where(AgreementVersion.status.in_(LIVE), AgreementVersion.expires_on < today())
            .distinct()
        )
    for partnership_id in found.all():
        try:
            async with UnitOfWork(database, bus) as uow:
                await expire(uow, partnership_id)
        except SQLAlchemyError as error:  # one that is busy must not keep the others from ending
            log.warning("expiry failed, tried again later", error=type(error).__name__)
        except Exception:
            log.exception("expiry failed, tried again later", partnership_id=str(partnership_id))


async def expire(uow: UnitOfWork, partnership_id: UUID) -> None:
    """End the versions of a partnership whose last day is over. Doing it twice is fine."""
    record = await records.get_whole(uow.session, partnership_id, lock=True)
    over = [version for version in record.agreements if version.expires_on < today()]
    for version in over:
        _end(uow, None, record, version, VersionStatus.EXPIRED, "expire")
    if over:
        await records.settle(uow, record.id)


def _end(
    uow: UnitOfWork, who: SignedIn | None, record: Partnership, version: AgreementVersion,
    status: VersionStatus, act: str,
) -> None:
    audit.record(
        uow, who, f"agreement.{act}", subject_id=version.id, partnership_id=record.id,
        before={"status": version.status.value}, after={"status": status.value, "number": version.number},
    )
    version.status, version.ended_at = status, clock.now()


def _give(
    uow: UnitOfWork, who: SignedIn, record: Partnership, version: AgreementVersion, kind: AssentKind
) -> None:
    """Note the school's yes. One that was taken back before is given anew in its place."""
    act = "agree" if kind is AssentKind.AGREED else "sign"
    audit.record(
        uow, who, f"agreement.{act}", subject_id=version.id, school_id=who.school_id,
        partnership_id=record.id, after={"number": version.number, "digest": version.digest},
    )
    for assent in version.assents:
        if assent.kind is kind and assent.school_id == who.school_id:
            assent.user_id, assent.given_at, assent.withdrawn_at = who.user_id, clock.now(), None
            return
    uow.session.add(
        Assent(version_id=version.id, school_id=who.school_id, user_id=who.user_id, kind=kind,
               given_at=clock.now(), digest=version.digest)
    )


def _still_open(record: Partnership, version: AgreementVersion | None = None) -> None:
    if record.status is PartnershipStatus.ENDED:
        raise InvalidTransition("This partnership has ended. Nothing was changed.", state=record.status.value)
    if version is not None and version.expires_on < today():
        raise InvalidTransition(
            "This version ran out. Propose one with a later date. Nothing was changed.",
            state=version.status.value,
        )


async def _live(
    session: AsyncSession, record: Partnership, number: int, digest: str | None = None
) -> AgreementVersion:
    """The version of that number, if it is proposed or in force and its text is what was on the page."""
    version = next((each for each in record.agreements if each.number == number), None)
    if version is None:
        await get_version(session, record.id, number)
        raise TextChanged
    if digest is not None and version.digest != digest:
        raise TextChanged
    return version


async def get_version(session: AsyncSession, partnership_id: UUID, number: int) -> AgreementVersion:
    """One version, whatever its state, with its assents and who gave them.

    Raises:
        NotFound: this partnership has none of that number (404).
    """
    found = await session.scalar(
        select(AgreementVersion)
        .where(AgreementVersion.partnership_id == partnership_id, AgreementVersion.number == number)
        .options(selectinload(AgreementVersion.assents).joinedload(Assent.user))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def versions(
    session: AsyncSession, partnership_id: UUID, *, statuses: Collection[VersionStatus] = (),
    below: int | None = None, limit: int | None = None,
) -> Sequence[AgreementVersion]:
    """Versions with their assents and who gave them, the newest first.

    Args:
        statuses: only those in one of these states; empty: in any.
        below: only numbers less than this.
    """
    wanted = (
        select(AgreementVersion)
        .where(AgreementVersion.partnership_id == partnership_id)
        .options(selectinload(AgreementVersion.assents).joinedload(Assent.user))
        .order_by(AgreementVersion.number.desc())
        .limit(limit)
        # The record may have loaded some of them already, without the people.
        .execution_options(populate_existing=True)
    )
    if statuses:
        wanted = wanted.where(AgreementVersion.status.in_(statuses))
    if below is not None:
        wanted = wanted.where(AgreementVersion.number < below)
    return (await session.scalars(wanted)).all()
