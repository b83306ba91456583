"""Every record there is, in one place for migrations and for whoever wants the whole picture."""

from server.accounts.models import LoginSession, SignInTries, StaffPost, User, WelcomeLink
from server.agreements.models import AgreementVersion, Assent
from server.audit.models import AuditEntry, AuditHead
from server.boards.models import Board, BoardSnapshot, BoardUpdate, BoardWriter
from server.chat.models import ChatMessage
from server.db import Model
from server.finder.models import PartnerRequest, RequestMessage
from server.lessons.models import Attendance, Lesson, LessonOver, LessonRoom
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    JoinRequest,
    Membership,
    Partnership,
    Visit,
)
from server.programmes.models import Programme
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
    "ChatMessage",
    "Coordinator",
    "Delegation",
    "Enrolment",
    "JoinRequest",
    "Lesson",
    "LessonOver",
    "LessonRoom",
    "LinkTeacher",
    "LoginSession",
    "Membership",
    "Model",
    "PartnerRequest",
    "Partnership",
    "Programme",
    "RequestMessage",
    "RosterEntry",
    "School",
    "SchoolClass",
    "SchoolDate",
    "SchoolTag",
    "SignInTries",
    "Space",
    "StaffPost",
    "User",
    "Visit",
    "WelcomeLink",
]
