"""The staff of a school or an office: who has an account, their posts, and who is disabled.

Rules and words: docs/staff.md. Every move locks the school's row first, so that of two at once the second
sees what the first made: a school never loses its last administrator or headteacher to two people who each
saw another one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts import colleagues, leaving, welcome
from server.accounts.models import StaffPost, StaffRole, User, UserKind, WelcomeLink
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork, insert_into
from server.errors import EmailTaken, Invalid, InvalidTransition, LastManager, NotAllowed, NotFound
from server.events import AccessChanged
from server.schools.models import School, SchoolKind

OFFICE_POSTS = frozenset({StaffRole.PROGRAMME_OFFICER, StaffRole.ADVISER})
SCHOOL_POSTS = frozenset(StaffRole) - OFFICE_POSTS
MANAGING = frozenset({StaffRole.ADMINISTRATOR, StaffRole.HEADTEACHER, StaffRole.PROGRAMME_OFFICER})
"""Who manages the accounts of their own school or office."""
TRUSTED_FIRST = frozenset({StaffRole.ADMINISTRATOR, StaffRole.PROGRAMME_OFFICER})
"""Verified from the start when an officer or the operator makes them: somebody has to verify the others."""


def may_manage(who: SignedIn) -> bool:
    """Whether this person manages the accounts and rosters of their own school (or office)."""
    return who.is_staff and bool(who.roles & MANAGING)


async def lock_school(session: AsyncSession, school_id: UUID) -> School:
    """Hold a school's row until the transaction ends. Other records may still refer to it meanwhile.

    Raises:
        NotFound: there is no such school (404).
    """
    found = await session.scalar(
        select(School)
        .where(School.id == school_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def check_posts(school: School, posts: Collection[StaffRole]) -> None:
    """Raises: Invalid: a post that this kind of place does not have (400)."""
    wrong = set(posts) - (OFFICE_POSTS if school.kind is SchoolKind.OFFICE else SCHOOL_POSTS)
    if wrong:
        raise Invalid(
            "Programme officers and advisers belong to an office, all other posts to a school. "
            "Nothing was changed."
        )


async def create(
    uow: UnitOfWork, who: SignedIn | None, school_id: UUID, name: str, email: str,
    posts: Collection[StaffRole], external_id: str | None = None,
) -> User:
    """Make an account without a password. The caller has checked that `who` may, and holds the school's row.

    Raises:
        EmailTaken: somebody has an account with this address (409).
    """
    by_office = who is None or StaffRole.PROGRAMME_OFFICER in who.roles
    is_trusted = by_office and bool(set(posts) & TRUSTED_FIRST)
    created_id = await uow.session.scalar(
        # Two at once with one address: the second waits for the first, and makes nothing.
        insert_into(uow.session, User)
        .values(
            kind=UserKind.STAFF, school_id=school_id, name=name.strip(), email=email.strip().lower(),
            external_id=external_id, secret_hash=None, verified_at=clock.now() if is_trusted else None,
        )
        .on_conflict_do_nothing(index_elements=[User.email])
        .returning(User.id)
    )
    if created_id is None:
        raise EmailTaken
    uow.session.add_all(StaffPost(user_id=created_id, role=role) for role in set(posts))
    await uow.session.flush()
    return await uow.session.get_one(User, created_id)


async def invite(
    uow: UnitOfWork, who: SignedIn | None, school_id: UUID, name: str, email: str,
    posts: Collection[StaffRole],
) -> str:
    """Make a member of staff; returns the one-time token of their welcome link.

    They are unverified, except an administrator or programme officer whom an officer or the operator makes.

    Args:
        who: None for the operator's commands. Whether they may is for the caller to decide.
        name: up to 80 characters.

    Raises:
        EmailTaken: somebody has an account with this address (409).
        Invalid: a post that this kind of place does not have, or no e-mail address (400).
        NotFound: there is no such school (404).
    """
    return (await _invite(uow, who, school_id, name, email, posts))[1]


async def _invite(
    uow: UnitOfWork, who: SignedIn | None, school_id: UUID, name: str, email: str,
    posts: Collection[StaffRole],
) -> tuple[UUID, str]:
    school = await lock_school(uow.session, school_id)
    check_posts(school, posts)
    if not name.strip() or not looks_like_email(email):
        raise Invalid("Give a name, and an e-mail address such as amina@school.example. Nothing was changed.")
    user = await create(uow, who, school_id, name, email, posts)
    audit.record(
        uow, who, "staff.create", subject_id=user.id, school_id=school_id,
        after={"posts": sorted(set(posts)), "verified": user.verified_at is not None},
    )
    return user.id, await welcome.new_link(uow, user.id)


def looks_like_email(text: str) -> bool:
    """Whether it could be an address; only mail sent there would prove more."""
    text = text.strip()
    before, at, after = text.rpartition("@")
    return (
        bool(before and at) and "." in after and not after.startswith(".") and not after.endswith(".")
        and len(text) <= 254 and "@" not in before
        and not any(sign.isspace() or unicodedata.category(sign) == "Cc" for sign in text)
    )


def _needs_manager(who: SignedIn) -> None:
    if not may_manage(who):
        raise NotAllowed("Your school's administrators and headteacher manage its accounts.")


async def still_manages(session: AsyncSession, who: SignedIn) -> None:
    """Ask the records again, once the school's row is held: what a request came with may be over by then.

    Raises:
        NotAllowed: their post was taken away meanwhile, or their account is disabled or not verified (403).
    """
    await needs_verified(session, who)
    post = await session.scalar(
        select(StaffPost.id)
        .join(User, User.id == StaffPost.user_id)
        .where(User.id == who.user_id, User.disabled_at.is_(None), StaffPost.role.in_(MANAGING))
        .limit(1)
    )
    if post is None:
        raise NotAllowed("You do not manage your school's accounts any more. Nothing was changed.")


async def _managed(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> tuple[School, User]:
    """A member of staff of one's own school, with the school's row and theirs held.

    Raises:
        NotAllowed: it is not this person's to manage accounts, or they are not verified (403).
        NotFound: there is no such member of staff at their school (404).
    """
    _needs_manager(who)
    school = await lock_school(uow.session, who.school_id)
    await still_manages(uow.session, who)
    user = await uow.session.scalar(
        select(User)
        .where(User.id == user_id, User.school_id == who.school_id, User.kind == UserKind.STAFF)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise NotFound
    return school, user


async def needs_verified(session: AsyncSession, who: SignedIn) -> None:
    """Raises: NotAllowed: they are not verified themselves (403)."""
    verified_at = await session.scalar(select(User.verified_at).where(User.id == who.user_id))
    if verified_at is None:
        raise NotAllowed("Your own account has to be verified before you manage those of others.")


async def _keeps_a_manager(uow: UnitOfWork, school: School) -> None:
    """Raises: LastManager: as this unit of work leaves it, nobody manages the school (409)."""
    await uow.session.flush()
    manages = await uow.session.scalar(
        select(User.id)
        .join(StaffPost, StaffPost.user_id == User.id)
        .where(
            User.school_id == school.id, User.disabled_at.is_(None), User.verified_at.is_not(None),
            StaffPost.role.in_(MANAGING),
        )
        .limit(1)
    )
    if manages is None:
        raise LastManager


async def invite_colleague(
    uow: UnitOfWork, who: SignedIn, name: str, email: str, posts: Collection[StaffRole]
) -> tuple[UUID, str]:
    """`invite` to one's own school or office; returns the new account's id with the token.

    Raises:
        NotAllowed: it is not this person's to manage accounts, or they are not verified (403).
        EmailTaken, Invalid: as `invite`.
    """
    _needs_manager(who)
    await lock_school(uow.session, who.school_id)
    await still_manages(uow.session, who)
    return await _invite(uow, who, who.school_id, name, email, posts)


async def edit(
    uow: UnitOfWork, who: SignedIn, user_id: UUID, name: str, posts: Collection[StaffRole]
) -> None:
    """Change a colleague's name and posts. Posts open spaces (headteacher, safeguarding lead) and close them.

    Raises:
        Invalid: a post that this kind of place does not have, or no name (400).
        LastManager: nobody would manage the school any more (409).
        NotAllowed: as `_managed`; or a new post for oneself (403).
        NotFound: as `_managed`.
    """
    school, user = await _managed(uow, who, user_id)
    check_posts(school, posts)
    if not name.strip():
        raise Invalid("Give a name. Nothing was changed.")
    held = set((await colleagues.posts_of(uow.session, [user.id]))[user.id])
    if user.id == who.user_id and set(posts) - held:
        raise NotAllowed(
            "Nobody gives a new post to themself. Ask another administrator or headteacher. "
            "Nothing was changed."
        )
    user.name = name.strip()
    await set_posts(uow, who, school, user, posts)


async def set_posts(
    uow: UnitOfWork, who: SignedIn | None, school: School, user: User, posts: Collection[StaffRole]
) -> None:
    """Give exactly these posts, and say whose access may differ. The caller holds the school's row.

    Whoever is left without any is a guest: what was theirs as staff of the school ends.

    Raises:
        LastManager: nobody would manage the school any more (409).
    """
    before = set((await colleagues.posts_of(uow.session, [user.id]))[user.id])
    gone, new = before - set(posts), set(posts) - before
    if gone:
        await uow.session.execute(
            delete(StaffPost).where(StaffPost.user_id == user.id, StaffPost.role.in_(gone))
        )
    uow.session.add_all(StaffPost(user_id=user.id, role=role) for role in new)
    if gone & MANAGING:
        await _keeps_a_manager(uow, school)
    if gone or new:
        uow.events.append(AccessChanged(frozenset({user.id})))
    visits = await leaving.end_advising(uow, user) if StaffRole.ADVISER in gone else 0
    audit.record(
        uow, who, "staff.edit", subject_id=user.id, school_id=school.id,
        before={"posts": sorted(before)},
        after={"posts": sorted(set(posts)), **({"visits": visits} if visits else {})},
    )
    if before and not posts:
        await leaving.leave_everything(uow, who, user)


async def verify(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> None:
    """Confirm that a colleague is who they say: they may host from now on.

    Raises:
        InvalidTransition: they are verified, or disabled (409).
        NotAllowed: not this person's to do; nobody verifies themself (403).
        NotFound: as `_managed`.
    """
    school, user = await _managed(uow, who, user_id)
    if user.id == who.user_id:
        raise NotAllowed("Nobody verifies themself. Ask another administrator or headteacher.")
    if user.verified_at is not None or user.disabled_at is not None:
        raise InvalidTransition("This account is verified already, or it is disabled. Nothing was changed.")
    user.verified_at = clock.now()
    uow.events.append(AccessChanged(frozenset({user.id})))
    audit.record(uow, who, "staff.verify", subject_id=user.id, school_id=school.id)


async def disable(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> None:
    """Close a colleague's account at once: sign-ins end, links die, seats pass on.

    Raises:
        InvalidTransition: it is disabled already (409).
        LastManager: nobody would manage the school any more (409).
        NotAllowed, NotFound: as `_managed`.
    """
    school, user = await _managed(uow, who, user_id)
    if user.disabled_at is not None:
        raise InvalidTransition("This account is disabled already.")
    await disable_staff(uow, who, school, user)


async def disable_staff(uow: UnitOfWork, who: SignedIn | None, school: School, user: User) -> None:
    """`disable`, for who has checked that they may and holds the school's row.

    Raises:
        LastManager: nobody would manage the school any more (409).
    """
    from server.partnerships import people  # it builds on this domain

    user.disabled_at = clock.now()
    if MANAGING & set((await colleagues.posts_of(uow.session, [user.id]))[user.id]):
        await _keeps_a_manager(uow, school)
    await welcome.end_sessions(uow, [user.id])
    await uow.session.execute(delete(WelcomeLink).where(WelcomeLink.user_id == user.id))
    uow.events.append(AccessChanged(frozenset({user.id})))
    visits = await leaving.end_advising(uow, user)
    audit.record(
        uow, who, "staff.disable", subject_id=user.id, school_id=school.id,
        after={"visits": visits} if visits else None,
    )
    await people.pass_seats_on(uow, who, user)


async def enable(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> None:
    """Open a disabled account again. Seats that it passed on stay where they are.

    Raises:
        InvalidTransition: it is not disabled (409).
        NotAllowed, NotFound: as `_managed`.
    """
    school, user = await _managed(uow, who, user_id)
    if user.disabled_at is None:
        raise InvalidTransition("This account is not disabled.")
    user.disabled_at = None
    uow.events.append(AccessChanged(frozenset({user.id})))
    audit.record(uow, who, "staff.enable", subject_id=user.id, school_id=school.id)


async def new_link(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> str:
    """A fresh welcome link for a colleague (a lost link, a forgotten password); older ones die.

    Raises:
        InvalidTransition: the account is disabled (409).
        NotAllowed, NotFound: as `_managed`.
    """
    school, user = await _managed(uow, who, user_id)
    if user.disabled_at is not None:
        raise InvalidTransition("This account is disabled. Enable it first, then make the link.")
    audit.record(uow, who, "staff.link", subject_id=user.id, school_id=school.id)
    return await welcome.new_link(uow, user.id)
