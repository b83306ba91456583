"""What the server answers is what its OpenAPI description says: made-up requests for every operation, from
people of every kind, and never a fault of ours (5xx)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice
from typing import Any, cast
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from server.accounts.models import StaffRole
from server.bus import InProcessBus
from server.csrf import HEADER as CSRF_HEADER
from server.db import UnitOfWork
from server.schema import document
from server.schools.models import SchoolKind
from tests.conftest import MakeNode, Records
from tests.factories import PASSWORD, PICTURES, Pair, World, pair
from tests.nodes import Node

EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
"""Made-up requests for an operation: such as fit the description, and such as do not."""
AT_ONCE = 3
"""How many people send a request. They take turns, so that everyone asks for something of each kind."""

LAST = ("sign-out", "/sessions", "/disabled", "/bans", "/moves")
"""What ends a sign-in or a partnership is asked when nothing else needs it any more."""

DESCRIBED = [
    checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
]

METHODS = {"get", "post", "put", "patch", "delete"}


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield path, method, operation


def test_every_operation_names_its_errors_its_room_and_itself() -> None:
    described = cast("dict[str, Any]", document())
    problem = described["components"]["schemas"]["Problem"]
    assert {"type", "title", "status", "code", "detail"} <= set(problem["required"])
    for answer in described["components"]["responses"].values():
        assert list(answer["content"]) == ["application/problem+json"]
    found = list(operations(described))
    assert len(found) > 60
    for path, method, operation in found:
        name = f"{method} {path}"
        assert operation["tags"], name
        assert operation["summary"], name
        assert operation["description"].strip(), name
        errors = {int(status) for status in operation["responses"] if int(status) >= 400}
        assert errors >= {401, 403, 503}, name
        assert 404 in errors or "{" not in path, name
        assert errors >= {400, 409, 413, 429} or "requestBody" not in operation, name


class Made:
    """A world whose ids stand in for those that requests make up, and the people who send them."""

    def __init__(self, node: Node, tied: Pair, office: UUID, emails: dict[str, str]) -> None:
        self.node, self.tied, self.emails = node, tied, emails
        self.ids = {
            "partnership_id": tied.partnership.id, "school_id": tied.home.school.id,
            "school": tied.abroad.school.id, "class_id": tied.home.school_class.id,
            "space_id": tied.space.id, "programme_id": tied.programme.id, "office_id": office,
            "user_id": tied.home.students[0].id, "student_id": tied.home.students[0].id,
            "staff_id": tied.home.teacher.id,
        }


async def made(node: Node) -> Made:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        office = await world.school("An office")
        office.kind = SchoolKind.OFFICE
        programme = await uow.session.merge(tied.programme)
        programme.office_id = office.id
        officer = await world.staff(office, StaffRole.PROGRAMME_OFFICER)
        administrator = await world.staff(tied.home.school, StaffRole.ADMINISTRATOR)
    people = {
        "coordinator": tied.home.teacher, "head": tied.home.head, "safeguarding lead": tied.home.safeguarding,
        "administrator": administrator, "officer": officer,
    }
    return Made(node, tied, office.id, {kind: user.email or "" for kind, user in people.items()})


class Person:
    """Somebody's browser, outside of the node's loop."""

    def __init__(self, made: Made, kind: str) -> None:
        import requests

        self.made, self.kind = made, kind
        self.http = requests.Session()
        self.http.trust_env = False

    def _send(self, path: str, body: Any) -> None:
        self.http.post(self.made.node.url + path, json=body, headers=self.headers(), timeout=30)

    def headers(self) -> dict[str, str]:
        return {CSRF_HEADER: self.http.cookies.get("commonroom_csrf") or ""}

    def come(self) -> None:
        """Sign in, unless they are, or a request has shut them out for good."""
        session = self.http.get(self.made.node.url + "/api/session", timeout=30).json()
        if session["person"] or self.kind == "nobody":
            return
        if self.kind == "student":
            student = self.made.tied.home.students[1]
            body = {"code": student.code, "student_id": str(student.id), "pictures": list(PICTURES)}
            self._send("/api/sign-in/student", body)
        else:
            self._send("/api/sign-in/staff", {"email": self.made.emails[self.kind], "password": PASSWORD})


class Walk:
    """Asks for everything, and keeps what went wrong."""

    def __init__(self, made: Made) -> None:
        kinds = "coordinator", "head", "safeguarding lead", "administrator", "officer", "student", "nobody"
        self.made = made
        self.people = [Person(made, kind) for kind in kinds]
        self.turns = cycle(self.people)
        self.sent = 0
        self.wrong: dict[str, None] = {}

    def through(self, schema: Any) -> None:
        asked = [found.ok() for found in schema.get_all_operations()]
        asked.sort(key=lambda operation: any(mark in operation.path for mark in LAST))
        for person in self.people:
            person.come()
        for operation in asked:
            for mode, examples in EXAMPLES.items():
                self.ask(operation, mode, examples)
        for person in self.people:
            person.http.close()

    def ask(self, operation: Any, mode: GenerationMode, examples: int) -> None:
        @settings(
            max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=[
                HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large,
            ],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE:
                for name in case.path_parameters:
                    if name in self.made.ids:
                        case.path_parameters[name] = str(self.made.ids[name])
            for person in islice(self.turns, AT_ONCE):
                self.hold(case, person, f"{operation.method.upper()} {operation.path}")

        with suppress(Unsatisfiable):  # nothing in it can be made up wrongly
            send()

    def hold(self, case: schemathesis.Case, person: Person, what: str) -> None:
        """Send a request, and hold its answer against the description."""
        answer = case.call(
            base_url=self.made.node.url, session=person.http, headers=person.headers(), timeout=30
        )
        self.sent += 1
        said = f"{what} by the {person.kind}: {answer.status_code}"
        if answer.status_code == 401:
            person.come()
        if answer.status_code >= 500:
            self.wrong[f"{said}; {case.as_curl_command()}"] = None
            return
        try:
            case.validate_response(answer, checks=DESCRIBED)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.wrong[f"{said} {answer.text[:150]!r}; {' '.join(str(failure).split())[:300]}"] = None


@pytest.mark.timeout(180)
# What is made up is made up in a thread, and the server takes random numbers in the other one meanwhile.
@pytest.mark.filterwarnings("ignore:Do not use the `random`:hypothesis.errors.HypothesisDeprecationWarning")
async def test_every_answer_is_as_described(sqlite_records: Records, make_node: MakeNode) -> None:
    node = await make_node(sqlite_records)
    load_all_checks()
    walk = Walk(await made(node))
    await asyncio.to_thread(walk.through, schemathesis.openapi.from_dict(document()))
    assert walk.sent > 400
    assert not walk.wrong, "\n".join(walk.wrong)
