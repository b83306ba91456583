"""What a school says of itself: its shape, and what must hold in it. Pure."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from server import typed
from server.errors import Invalid
from server.schools import vocabulary
from server.schools.models import Experience, Funding, Internet, Phase, School, SchoolTag, TagKind

TAGS = {"languages": TagKind.LANGUAGE, "interests": TagKind.INTEREST, "priorities": TagKind.PRIORITY}

Slugs = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=12)]
Age = Annotated[int, Meta(ge=2, le=25)]


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a school says of itself. Interests and priorities are words of `GET /vocabulary`."""

    name: Annotated[str, Meta(min_length=1, max_length=160)]
    short_name: Annotated[str, Meta(min_length=1, max_length=24)]
    town: Annotated[str, Meta(max_length=80)] = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    """Degrees; kept with two decimals: a place on a map of countries, not an address."""
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    timezone: Annotated[str, Meta(min_length=1, max_length=64)]
    """IANA name."""
    phase: Phase
    funding: Funding = Funding.STATE
    youngest: Age = 5
    """Age of the youngest students, in years."""
    oldest: Age = 18
    internet: Internet = Internet.LIMITED
    experience: Experience = Experience.NONE
    offers: Annotated[str, Meta(max_length=1000)] = ""
    looks_for: Annotated[str, Meta(max_length=1000)] = ""
    languages: Annotated[list[vocabulary.Language], Meta(min_length=1, max_length=12)]
    """The school's own language first."""
    interests: Slugs = []
    priorities: Slugs = []


def checked(profile: Profile) -> Profile:
    """The profile as it is stored.

    Raises:
        Invalid: something in it contradicts itself; `field` (400).
    """
    def refuse(field: str, sentence: str) -> None:
        raise Invalid(f"{sentence} Nothing was changed.", field=field)

    latitude, longitude = profile.latitude, profile.longitude
    clean = msgspec.structs.replace(
        profile, name=typed.line(profile.name), short_name=typed.line(profile.short_name),
        town=typed.line(profile.town), offers=typed.text(profile.offers),
        looks_for=typed.text(profile.looks_for),
        latitude=None if latitude is None else round(latitude, 2),
        longitude=None if longitude is None else round(longitude, 2),
    )
    if not clean.name or not clean.short_name:
        refuse("name", "A school needs a name and a short name.")
    if not vocabulary.is_timezone(clean.timezone):
        refuse("timezone", "There is no time zone of this name. Choose one such as Africa/Nairobi.")
    if clean.youngest > clean.oldest:
        refuse("oldest", "The oldest students are younger than the youngest.")
    if (latitude is None) is not (longitude is None):
        refuse("latitude", "A place on the map needs both numbers, or none.")
    if not all(vocabulary.is_language(tag) for tag in clean.languages):
        refuse("languages", "One of these is not a language.")
    known = {"interests": vocabulary.INTERESTS, "priorities": vocabulary.PRIORITIES}
    for field, values in tagged(clean).items():
        if len(set(values)) < len(values):
            refuse(field, "One of these is named twice.")
        if field in known and not set(values) <= set(known[field]):
            refuse(field, "One of these words is not in the list to choose from.")
    return clean


def tagged(profile: Profile) -> dict[str, list[str]]:
    """Its fields that are lists of words to be found by."""
    return {field: getattr(profile, field) for field in TAGS}


def tags(profile: Profile) -> list[SchoolTag]:
    """The rows that hold them."""
    return [
        SchoolTag(kind=TAGS[field], value=value, position=position)
        for field, values in tagged(profile).items()
        for position, value in enumerate(values)
    ]


def profile_of(school: School) -> Profile:
    """What a school says of itself. Its tags must have been loaded."""
    said: dict[str, Any] = {field: school.tagged(kind) for field, kind in TAGS.items()}
    return Profile(
        **said, **{field: getattr(school, field) for field in Profile.__struct_fields__ if field not in TAGS}
    )
