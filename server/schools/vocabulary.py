"""The words that schools are found by: interests, priorities, languages, countries.

Interests and priorities are slugs that never change once they are here; the client words them in the
person's language. Countries and languages are worded by the browser itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from msgspec import Meta

INTERESTS = (
    "art", "careers", "citizenship", "climate_and_environment", "computing", "culture_and_traditions",
    "dance_and_drama", "design_and_technology", "fair_trade", "farming_and_gardening", "food_and_nutrition",
    "geography", "health_and_wellbeing", "history", "human_rights", "languages", "literature", "mathematics",
    "media_and_journalism", "music", "peace_and_conflict", "religions_and_beliefs", "science", "sport",
)
"""Curriculum interests: what classes would like to work on together."""

PRIORITIES = (
    "equal_partnership", "global_goals", "inclusion", "language_practice", "leadership",
    "long_term_friendship", "project_work", "student_voice", "teacher_development", "visits",
)
"""What a school wants from a partnership."""

LANGUAGES = (
    "am", "ar", "bn", "cy", "en", "es", "fr", "ga", "gd", "gu", "ha", "hi", "id", "ig", "kn", "ml", "mr",
    "ne", "ny", "pa", "ps", "pt", "rw", "si", "sn", "so", "st", "sw", "ta", "te", "tn", "ts", "tw", "ur",
    "xh", "yo", "zh", "zu",
)
"""Languages offered first. A school may name any other."""

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905  # 249 codes in quotes would fill a page
)
"""ISO 3166-1 alpha-2, every code that is assigned."""

_LANGUAGE = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,2}"
Language = Annotated[str, Meta(max_length=35, pattern=f"^{_LANGUAGE}$")]
"""BCP 47 as it is usually written: language, then script, region and variants ("en", "pa-Arab", "pt-BR")."""

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


def plain(text: str) -> str:
    """Lower case, no accents, single spaces: how names and what is searched for are compared."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\s+", " ", "".join(each for each in letters if not unicodedata.combining(each))).strip()


def is_language(tag: str) -> bool:
    """Whether it is written as BCP 47 has it."""
    return re.fullmatch(_LANGUAGE, tag) is not None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a directory of files, so once


def is_timezone(name: str) -> bool:
    """Whether it is the name of a time zone (IANA)."""
    return name in _zones()
