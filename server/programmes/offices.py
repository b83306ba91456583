"""Offices: who runs programmes. The operator makes them; their first officer comes by a welcome link."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from server import clock, typed
from server.accounts import staffing
from server.accounts.models import StaffRole
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid
from server.programmes import service as programmes
from server.programmes.models import Programme
from server.schools import vocabulary
from server.schools.models import Phase, School, SchoolKind


async def make(
    uow: UnitOfWork, name: str, country: str, timezone: str, slugs: Sequence[str], officer: str, email: str
) -> str:
    """The operator makes an office that runs programmes; returns the token of its first officer's link.

    Raises:
        Invalid: name, country, time zone or a programme's short name is not right; what is (400).
        EmailTaken: the officer has an account already (409).
    """
    name = typed.line(name)
    if not name or len(name) > 160 or len(officer) > 80:
        raise Invalid("Give the office a name of up to 160 characters, and the officer one of up to 80.")
    if country not in vocabulary.COUNTRIES:
        raise Invalid(f"There is no country with the code {country!r}. Use two capital letters, such as GB.")
    if not vocabulary.is_timezone(timezone):
        raise Invalid(f"There is no time zone {timezone!r}. Use one such as Europe/London.")
    found = (
        await uow.session.scalars(
            select(Programme).where(Programme.slug.in_(slugs)).order_by(Programme.id)
            .with_for_update(key_share=True)
        )
    ).all()
    if missing := set(slugs) - {programme.slug for programme in found}:
        known = ", ".join(programme.slug for programme in await programmes.every(uow.session))
        raise Invalid(f"There is no programme {min(missing)!r}. Programmes: {known or 'none; run migrate'}.")
    if taken := [programme.slug for programme in found if programme.office_id is not None]:
        raise Invalid(f"Another office runs {', '.join(taken)} already. Nothing was changed.")
    office = School(
        kind=SchoolKind.OFFICE, name=name, short_name=name[:24].strip(),
        country=country, timezone=timezone, phase=Phase.ALL_THROUGH, verified_at=clock.now(),
        created_at=clock.now(), tags=[],
    )
    uow.session.add(office)
    await uow.session.flush()
    for programme in found:
        programme.office_id = office.id
    audit.record(
        uow, None, "office.create", subject_id=office.id, school_id=office.id,
        after={"name": office.name, "programmes": sorted(slugs)},
    )
    return await staffing.invite(uow, None, office.id, officer, email, [StaffRole.PROGRAMME_OFFICER])
