"""Every record there is, in one place for migrations and for whoever wants the whole picture."""

from server.accounts.models import LoginSession, SignInTries, StaffPost, User, WelcomeLink
from server.agreements.models import AgreementVersion, Assent
from server.audit.models import AuditEntry, AuditHead
from server.balance.models import Contribution
from server.boards.models import (
    Board,
    BoardSnapshot,
    BoardUpdate,
    BoardWriter,
    NoteEditor,
    NoteVersion,
    NoteVersionAuthor,
)
from server.chat.models import ChatMessage, ChatReaction, FormerText
from server.consent.models import Consent, GroundRulesAccepted
from server.db import Model
from server.devices.models import ClassroomDevice, SessionCompanion
from server.files.models import StoredFile
from server.finder.models import PartnerRequest, RequestMessage
from server.glossary.models import GlossaryEntry
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Attendance, Lesson, LessonOver, LessonPlan, LessonRoom
from server.lessons.planning_models import (
    CalendarFeed,
    LessonAnswer,
    LessonAsk,
    LessonNotice,
    LessonSeries,
    ReminderChoice,
)
from server.mail.models import OutgoingMail
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    JoinRequest,
    Membership,
    Partnership,
    Visit,
)
from server.polls.models import Poll, Vote
from server.programmes.models import Programme
from server.push.models import PushSubscription
from server.safeguarding.models import HeldMessage, Removal, Report, ReportReceipt
from server.schools.models import RosterEntry, School, SchoolClass, SchoolDate, SchoolTag
from server.spaces.models import Enrolment, LinkTeacher, Space

__all__ = [
    "AgreementVersion",
    "Assent",
    "Attendance",
    "AuditEntry",
    "AuditHead",
    "Ban",
    "Board",
    "BoardSnapshot",
    "BoardUpdate",
    "BoardWriter",
    "CalendarFeed",
    "ChatMessage",
    "ChatReaction",
    "ClassroomDevice",
    "Consent",
    "Contribution",
    "Coordinator",
    "Delegation",
    "Enrolment",
    "FormerText",
    "GlossaryEntry",
    "GroundRulesAccepted",
    "HeldMessage",
    "JoinRequest",
    "Lesson",
    "LessonAnswer",
    "LessonAsk",
    "LessonNotice",
    "LessonOver",
    "LessonPlan",
    "LessonRoom",
    "LessonSeries",
    "LinkTeacher",
    "LoginSession",
    "Membership",
    "Model",
    "NoteEditor",
    "NoteVersion",
    "NoteVersionAuthor",
    "OutgoingMail",
    "PartnerRequest",
    "Partnership",
    "Poll",
    "Programme",
    "PushSubscription",
    "ReminderChoice",
    "Removal",
    "Report",
    "ReportReceipt",
    "RequestMessage",
    "RosterEntry",
    "School",
    "SchoolClass",
    "SchoolDate",
    "SchoolDay",
    "SchoolTag",
    "SessionCompanion",
    "SignInTries",
    "Space",
    "SpaceOpening",
    "StaffPost",
    "StoredFile",
    "User",
    "Visit",
    "Vote",
    "WelcomeLink",
]
