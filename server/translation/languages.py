"""Names of languages: BCP 47 with us and in LibreTranslate, ISO 639-3 in Apertium. Pure."""

from __future__ import annotations

from collections.abc import Iterable

_CODES = """
    af:afr am:amh an:arg ar:ara as:asm az:aze ba:bak be:bel bg:bul bn:ben br:bre ca:cat co:cos cs:ces
    cv:chv cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fo:fao fr:fra
    fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin hr:hrv ht:hat hu:hun hy:hye
    id:ind ig:ibo is:isl it:ita ja:jpn jv:jav ka:kat kk:kaz km:khm kn:kan ko:kor ku:kur kw:cor ky:kir
    la:lat lb:ltz lg:lug ln:lin lo:lao lt:lit lv:lav mg:mlg mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa
    mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno ny:nya oc:oci om:orm or:ori pa:pan pl:pol ps:pus pt:por
    qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sh:hbs si:sin sk:slk sl:slv
    sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha
    ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ug:uig uk:ukr ur:urd uz:uzb ve:ven
    vi:vie wa:wln wo:wol xh:xho yi:yid yo:yor zh:zho zu:zul
"""
"""Of ISO 639: two letters, three letters."""
_TO_TWO = {pair[3:]: pair[:2] for pair in _CODES.split()}


def choose(wanted: str, offered: Iterable[str]) -> str | None:
    """Which of the languages offered serves for the one wanted; None: none does.

    The same one, or else one that differs in region or script alone: the plain one, or the first by name.
    """
    fitting = sorted(each for each in offered if _primary(each) == _primary(wanted))
    same = [each for each in fitting if each.casefold() == wanted.casefold()]
    plain = [each for each in fitting if each.casefold() == _primary(each)]
    return next(iter((*same, *plain, *fitting)), None)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].casefold()


def from_apertium(code: str) -> str:
    """The language of one of Apertium's codes: `fra` is `fr`, `por_BR` is `pt-BR`. Old installations say `en`
    for `eng`."""
    three, _, rest = code.partition("_")
    tag = _TO_TWO.get(three, three)
    return f"{tag}-{rest}" if rest else tag
