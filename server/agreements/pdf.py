"""The agreement on paper: what the schools agreed on, and who signed which text when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from server.agreements.models import VersionStatus
from server.agreements.paper import AgreementPaper, PaperSignature
from server.printing import GREY, POINT_MM, Paper

EN = MappingProxyType({
    "title": "Agreement", "version": "Version {number}", "between": "Between", "programme": "Programme",
    "status": "Status", "proposed": "Proposed by", "in_force": "In force since", "ended": "Ended",
    "review": "Review on", "expires": "In force until", "goals": "What we want to reach", "goal": "Goal",
    "baseline": "Where we stand today", "terms": "Each school", "school": "School",
    "weekly": "Minutes a week", "day": "A typical day", "internet": "Internet",
    "difference": "Time difference", "barriers": "Language and culture",
    "barrier": "What may stand between us",
    "strategy": "What we do about it", "duties": "Who does what", "what": "What", "who": "Who",
    "extra": "More", "signatures": "Signatures", "signed": "Signed by {person}, headteacher",
    "waiting": "Not signed yet", "of_text": "of the text with the digest",
    "digest": "Digest of the text (SHA-256)",
    "note": "Each headteacher signed in Commonroom with the password entered again. The digest names this "
            "exact text: a text with another digest is another version.",
    "proposed_status": "proposed, not in force", "in_force_status": "in force",
    "replaced_status": "replaced by a later version", "expired_status": "expired",
    "withdrawn_status": "ended: a signature was taken back",
    "good": "good", "limited": "limited", "poor": "poor", "none": "—",
})
FR = MappingProxyType({
    "title": "Accord", "version": "Version {number}", "between": "Entre", "programme": "Programme",
    "status": "État", "proposed": "Proposé par", "in_force": "En vigueur depuis", "ended": "Terminé le",
    "review": "À revoir le", "expires": "En vigueur jusqu'au", "goals": "Ce que nous voulons atteindre",
    "goal": "But", "baseline": "Où nous en sommes", "terms": "Chaque école", "school": "École",
    "weekly": "Minutes par semaine", "day": "Une journée ordinaire", "internet": "Internet",
    "difference": "Décalage horaire", "barriers": "Langue et culture",
    "barrier": "Ce qui peut nous séparer", "strategy": "Ce que nous faisons", "duties": "Qui fait quoi",
    "what": "Quoi", "who": "Qui", "extra": "Autres points", "signatures": "Signatures",
    "signed": "Signé par {person}, chef d'établissement", "waiting": "Pas encore signé",
    "of_text": "le texte dont l'empreinte est", "digest": "Empreinte du texte (SHA-256)",
    "note": "Chaque chef d'établissement a signé dans Commonroom en saisissant de nouveau "
            "son mot de passe. "  # codespell:ignore mot
            "L'empreinte désigne exactement ce texte : un texte avec une autre empreinte "
            "est une autre version.",
    "proposed_status": "proposé, pas en vigueur", "in_force_status": "en vigueur",
    "replaced_status": "remplacé par une version suivante", "expired_status": "expiré",
    "withdrawn_status": "terminé : une signature a été retirée",
    "good": "bon", "limited": "limité", "poor": "faible", "none": "—",
})
AR = MappingProxyType({
    "title": "اتفاقية", "version": "النسخة {number}", "between": "بين", "programme": "البرنامج",
    "status": "الحالة", "proposed": "اقترحها", "in_force": "سارية منذ", "ended": "انتهت في",
    "review": "المراجعة في", "expires": "سارية حتى", "goals": "ما نريد تحقيقه", "goal": "الهدف",
    "baseline": "أين نحن اليوم", "terms": "كل مدرسة", "school": "المدرسة", "weekly": "دقائق في الأسبوع",
    "day": "يوم معتاد", "internet": "الإنترنت", "difference": "فرق التوقيت", "barriers": "اللغة والثقافة",
    "barrier": "ما قد يقف بيننا", "strategy": "ما نفعله حياله", "duties": "من يفعل ماذا", "what": "ماذا",
    "who": "من", "extra": "نقاط أخرى", "signatures": "التوقيعات", "signed": "وقّعها {person}، مدير المدرسة",
    "waiting": "لم توقّع بعد", "of_text": "النص الذي بصمته", "digest": "بصمة النص (SHA-256)",
    "note": "وقّع كل مدير مدرسة في Commonroom بعد إدخال كلمة المرور مرة أخرى. البصمة تدل على هذا النص بعينه: "
            "النص الذي له بصمة أخرى نسخة أخرى.",
    "proposed_status": "مقترحة، غير سارية", "in_force_status": "سارية",
    "replaced_status": "حلّت محلها نسخة لاحقة", "expired_status": "انتهت مدتها",
    "withdrawn_status": "انتهت: سُحب توقيع", "good": "جيد", "limited": "محدود", "poor": "ضعيف", "none": "—",
})
SW = MappingProxyType({
    "title": "Makubaliano", "version": "Toleo la {number}", "between": "Kati ya", "programme": "Mpango",
    "status": "Hali", "proposed": "Yamependekezwa na", "in_force": "Yanatumika tangu", "ended": "Yaliisha",
    "review": "Yapitiwe tena", "expires": "Yanatumika hadi", "goals": "Tunachotaka kufikia", "goal": "Lengo",
    "baseline": "Tulipo leo", "terms": "Kila shule", "school": "Shule", "weekly": "Dakika kwa wiki",
    "day": "Siku ya kawaida", "internet": "Intaneti", "difference": "Tofauti ya saa",
    "barriers": "Lugha na utamaduni", "barrier": "Kinachoweza kututenganisha", "strategy": "Tunachofanya",
    "duties": "Nani anafanya nini", "what": "Nini", "who": "Nani", "extra": "Mengine", "signatures": "Saini",
    "signed": "Imetiwa saini na {person}, mwalimu mkuu", "waiting": "Bado kutia saini",
    "of_text": "maandishi yenye alama", "digest": "Alama ya maandishi (SHA-256)",
    "note": "Kila mwalimu mkuu alitia saini katika Commonroom kwa kuandika nenosiri tena. Alama inataja "
            "maandishi haya hasa: maandishi yenye alama nyingine ni toleo jingine.",
    "proposed_status": "yamependekezwa, hayajaanza kutumika", "in_force_status": "yanatumika",
    "replaced_status": "yamebadilishwa na toleo la baadaye", "expired_status": "muda umeisha",
    "withdrawn_status": "yameisha: saini iliondolewa", "good": "nzuri", "limited": "kidogo",
    "poor": "dhaifu", "none": "—",
})
WORDS: Mapping[str, Mapping[str, str]] = {"en": EN, "fr": FR, "ar": AR, "sw": SW}


def agreement_pdf(paper: AgreementPaper, language: str) -> bytes:
    """One version of an agreement as a document.

    Args:
        language: of what the paper says by itself (`en`, `fr`, `ar`, `sw`; English for any other). What
            the schools wrote stays as they wrote it.
    """
    words = WORDS.get(language, EN)
    title = f"{words['title']}: {paper.partnership_name}"
    printed = Paper(title, language if language in WORDS else "en")
    version = words["version"].format(number=paper.number)
    printed.foot = f"{version} · {paper.partnership_name} · {paper.digest[:16]}"
    printed.title(title)
    printed.table(_facts(paper, words, version), (2, 5), is_headed=False)
    if paper.goals:
        printed.heading(words["goals"])
        rows = [[goal.text, goal.baseline or words["none"]] for goal in paper.goals]
        printed.table([[words["goal"], words["baseline"]], *rows], (3, 2))
    if paper.terms:
        printed.heading(words["terms"])
        rows = [
            [term.school, words["none"] if term.weekly_minutes is None else str(term.weekly_minutes),
             term.typical_day or words["none"], words.get(term.internet, term.internet) or words["none"]]
            for term in paper.terms
        ]
        head = [words[name] for name in ("school", "weekly", "day", "internet")]
        printed.table([head, *rows], (4, 2, 5, 2))
    if paper.time_difference:
        printed.paragraph(words["difference"], bold=True, after_mm=0.5)
        printed.paragraph(paper.time_difference)
    if paper.barriers:
        printed.heading(words["barriers"])
        rows = [[each.barrier, each.strategy] for each in paper.barriers]
        printed.table([[words["barrier"], words["strategy"]], *rows], (1, 1))
    if paper.duties:
        printed.heading(words["duties"])
        rows = [[duty.what, duty.school or words["none"]] for duty in paper.duties]
        printed.table([[words["what"], words["who"]], *rows], (3, 2))
    if paper.extra:
        printed.heading(words["extra"])
        printed.paragraph(paper.extra)
    _sign(printed, paper, words)
    return printed.bytes()


def _facts(paper: AgreementPaper, words: Mapping[str, str], version: str) -> list[list[str]]:
    schools = "\n".join(f"{school.name} ({school.country})" for school in paper.schools)
    status = words.get(f"{VersionStatus(paper.status).value}_status", paper.status)
    rows = [
        [words["between"], schools],
        [words["programme"], paper.programme_name],
        [words["status"], f"{version}, {status}"],
        [words["proposed"], f"{paper.proposed_by}, {_moment(paper.proposed_at)}"],
    ]
    if paper.in_force_at:
        rows.append([words["in_force"], _moment(paper.in_force_at)])
    if paper.ended_at:
        rows.append([words["ended"], _moment(paper.ended_at)])
    return [*rows, [words["review"], _day(paper.review_on)], [words["expires"], _day(paper.expires_on)]]


def _day(day: date) -> str:
    return day.isoformat()


def _moment(moment: datetime, timezone: str = "UTC") -> str:
    """A moment as every reader takes it alike: the year first, and the zone's name."""
    return f"{moment.astimezone(ZoneInfo(timezone) if timezone != 'UTC' else UTC):%Y-%m-%d %H:%M} {timezone}"


def _sign(printed: Paper, paper: AgreementPaper, words: Mapping[str, str]) -> None:
    printed.heading(words["signatures"])
    for signature in paper.signatures:
        printed.keep_together(24)
        printed.paragraph(signature.school, bold=True, after_mm=0.5)
        printed.paragraph(words["signed"].format(person=signature.person), after_mm=0.5)
        printed.paragraph(_when(signature), size_pt=9, after_mm=0.5)
        if signature.digest != paper.digest:
            printed.paragraph(f"{words['of_text']} {signature.digest}", size_pt=8, colour=GREY, after_mm=0.5)
        printed.space(1)
        printed.rule()
    for school in paper.waiting:
        printed.keep_together(16)
        printed.paragraph(school, bold=True, after_mm=0.5)
        printed.paragraph(words["waiting"], colour=GREY, after_mm=8 * POINT_MM)
        printed.rule()
    printed.keep_together(30)
    printed.space(2)
    printed.paragraph(words["digest"], size_pt=9, bold=True, after_mm=0.5)
    printed.paragraph(paper.digest, size_pt=9, after_mm=1.5)
    printed.paragraph(words["note"], size_pt=9, colour=GREY)


def _when(signature: PaperSignature) -> str:
    moment = _moment(signature.signed_at)
    if signature.timezone == "UTC":
        return moment
    return f"{_moment(signature.signed_at, signature.timezone)} ({moment})"
