"""Ways to reach somebody outside of the room: addresses, links, names on other networks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.safeguarding.filter.findings import Finding, Reason
from server.safeguarding.filter.folding import Folded
from server.safeguarding.filter.lists import LISTS

_ENDINGS = (
    "com|org|net|edu|gov|info|biz|io|dev|tv|gg|ly|xyz|app|co|fr|uk|ke|tz|ug|rw|gh|ng|dz|tn|eg|"
    "co\\.uk|ac\\.uk|sch\\.uk|org\\.uk|co\\.ke|ac\\.ke|or\\.ke|go\\.ke|sc\\.ke|co\\.tz|ac\\.tz|co\\.za|com\\.eg"
)
"""Endings of addresses that are no words of the languages here: "it", "is", "to", "me", "es" are."""
_SHORT_HOSTS = r"(?:t|wa|m|fb|ig|instagr)\.me|youtu\.be|goo\.gl|discord\.gg|bit\.ly|linktr\.ee"
_PROVIDERS = "gmail|googlemail|hotmail|yahoo|outlook|icloud|protonmail|proton|live|ymail|aol|laposte|wanadoo"
_LINK = re.compile(
    rf"(?:https?://|hxxps?://|\bwww\.)[^\s]{{1,300}}|(?<![^\W_])(?:{_SHORT_HOSTS})(?:/\S{{0,100}})?(?![^\W_])"
    rf"|(?<![\w.@-])[a-z0-9][a-z0-9-]{{0,62}}(?:\.[a-z0-9-]{{1,40}}){{0,3}}\.(?:{_ENDINGS})(?![\w-])(?:/\S{{0,100}})?"
    r"|(?<![\w.-])[a-z0-9][a-z0-9-]{1,40}\.[a-z]{2,12}/[a-z0-9?=&_/-]{1,100}"
)
_DOT = r"(?: ?[\[({] ?(?:dot|point|nukta|doti|نقطه|\.) ?[\])}] ?| (?:dot|point|nukta|doti|نقطه|\.) ?| ?\. ?)"
_SPELLED_LINK = re.compile(
    r"(?<![^\W_])[a-z0-9-]{2,40}"
    r"(?: ?[\[({] ?(?:dot|point|nukta|\.) ?[\])}] ?| (?:dot|point|nukta|doti|نقطه) | \. ?|\. )"
    r"(?:com|org|net|co uk|co ke|co dot (?:uk|ke)|fr|tv|io)(?![^\W_])"
)
_NAME_BEFORE = re.compile(r"[a-z0-9._%+-]{1,64}$")
_HOST_AFTER = re.compile(rf" ?[a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{2,24}}){{1,3}}|(?:{_PROVIDERS})(?![^\W_])")
_AT = re.compile(r" ?[\[({] ?(?:at|arobase|arobas|@) ?[\])}] ?| (?:at|arobase|arobas|@) | @ ?|@ ")
_SPELLED_HOST = re.compile(
    rf"(?:{_PROVIDERS})(?![^\W_])|[a-z0-9-]{{2,40}}"
    r"(?: ?[\[({] ?(?:dot|point|nukta|\.) ?[\])}] ?| (?:dot|point|nukta|doti) |\.)"
    rf"(?:{_ENDINGS})(?![^\W_])"
)
_HANDLE = re.compile(r"(?<![^\W])@(?=[a-z0-9_.]*[a-z])[a-z0-9_][a-z0-9_.]{1,29}")
_NETWORKS, _OWN, _ADDS = (frozenset(LISTS[name]) for name in ("networks", "own", "adds"))
_REACH = 4
_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_POST_AREAS = (
    "ab|al|ba?|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|ec?|eh|en|ex|fk|fy|gl?|gu|gy|ha|hd|"
    "hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|la|ld|le|ll|ln|ls|lu|l|me|mk|ml|m|ne|ng|nn|np|nr|nw|n|ol|ox|pa|pe|ph|pl|po|pr|rg|"
    "rh|rm|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|s|ta|td|tf|tn|tq|tr|ts|tw|ub|wa|wc|wd|wf|wn|wr|ws|wv|w|yo|ze"
)
_ADDRESS = re.compile(
    rf"(?<![^\W_])(?:(?:{_POST_AREAS})\d[a-z0-9]? ?\d[abd-hjlnp-uw-z]{{2}}(?![^\W_])"
    r"|(?:p\.? ?o\.? ?box|s\.? ?l\.? ?p\.?) ?\d{1,6}"
    r"|(?:i live at|we live at|my house is at) (?:number |no\.? ?|flat |house )?\d"
    r"|my address is |my home address |(?:j'habite au|nous habitons au) \d|mon adresse est "
    r"|naishi mtaa wa |ninaishi mtaa wa |anwani yangu |عنواني |عنوان بيتي "
    r"|(?:اسكن|اعيش) في شارع )"
)


def find(folded: Folded) -> Iterator[Finding]:
    """Contact details in a text, other than telephone numbers."""
    text = folded.text
    for found in _LINK.finditer(text):
        yield Finding(Reason.LINK, *folded.span(found.start(), found.end()))
    for found in _SPELLED_LINK.finditer(text):
        yield Finding(Reason.LINK, *folded.span(found.start(), found.end()))
    yield from _emails(folded)
    for found in _HANDLE.finditer(text):
        yield Finding(Reason.HANDLE, *folded.span(found.start(), found.end()))
    for found in _ADDRESS.finditer(text):
        yield Finding(Reason.ADDRESS, *folded.span(found.start(), found.end()))
    yield from _on_networks(folded)


def _emails(folded: Folded) -> Iterator[Finding]:
    """Around each sign or word that may be an "at": a name before it and a host after it."""
    text = folded.text
    for at in re.finditer("@", text):
        name = _NAME_BEFORE.search(text, max(0, at.start() - 64), at.start())
        host = _HOST_AFTER.match(text, at.end(), at.end() + 200)
        if name and host:
            yield Finding(Reason.EMAIL, *folded.span(name.start(), host.end()))
    for at in _AT.finditer(text):
        name = _NAME_BEFORE.search(text, max(0, at.start() - 64), at.start())
        host = _SPELLED_HOST.match(text, at.end(), at.end() + 200)
        if name and host:
            yield Finding(Reason.EMAIL, *folded.span(name.start(), host.end()))


def _on_networks(folded: Folded) -> Iterator[Finding]:
    """A network's name beside "my" or "your", or near "add": naming one in a lesson is no harm."""
    tokens = [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(folded.text)]
    for place, (word, start, end) in enumerate(tokens):
        if word not in _NETWORKS:
            continue
        near = {each[0] for each in tokens[max(0, place - _REACH) : place + _REACH + 1]}
        beside = {each[0] for each in tokens[max(0, place - 1) : place + 2]}
        if near & _ADDS or beside & _OWN:
            yield Finding(Reason.CONTACT, *folded.span(start, end))
