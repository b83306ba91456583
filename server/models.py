"""Every record there is, in one place for migrations and for whoever wants the whole picture."""

from server.accounts.models import LoginSession, SignInTries, StaffPost, User
from server.boards.models import Board, BoardSnapshot, BoardUpdate, BoardWriter
from server.chat.models import ChatMessage
from server.db import Model
from server.partnerships.models import Ban, Coordinator, Membership, Partnership
from server.schools.models import Programme, RosterEntry, School, SchoolClass
from server.spaces.models import Enrolment, Space

__all__ = [
    "Ban",
    "Board",
    "BoardSnapshot",
    "BoardUpdate",
    "BoardWriter",
    "ChatMessage",
    "Coordinator",
    "Enrolment",
    "LoginSession",
    "Membership",
    "Model",
    "Partnership",
    "Programme",
    "RosterEntry",
    "School",
    "SchoolClass",
    "SignInTries",
    "Space",
    "StaffPost",
    "User",
]
