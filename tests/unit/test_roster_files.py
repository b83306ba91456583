"""Roster files: reading plain tables and OneRoster, and the plan of what an import changes."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.accounts.models import StaffRole, UserKind
from server.errors import DomainError
from server.rosters import oneroster, plain_csv, plan
from server.rosters.plan import Code, Plan, Stored, StoredClass, StoredPerson
from server.rosters.roster import Group, Person, Reading, Roster, RowError, UnreadableFile

HEAD = "type,id,given_name,family_name,email,class,school_year,posts\n"


def plain(text: str, head: str = HEAD) -> Reading:
    return plain_csv.read("people.csv", (head + text).encode())


def problems(reading: Reading) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.problem) for error in reading.errors]


def test_a_plain_table() -> None:
    read = plain(
        "student,s1,Amina,Khan,,5W,2026-27,\n"
        "\n"
        "Student,, Fox ,Green,,5W,2026-27,\n"
        "staff,,Grace,Wanjiru,Grace@School.example,5W,2026-27,teacher; headteacher\n"
        "staff,,Grace,Wanjiru,grace@school.example,6W,2026-27,\n"
        "staff,,Old,Guard,guard@school.example,,,safeguarding_lead\n"
    )
    assert read.errors == []
    roster = read.roster
    assert [(each.kind.value, each.key, each.given_name, each.row) for each in roster.people] == [
        ("student", "s1", "Amina", 2), ("student", "", "Fox", 4), ("staff", "", "Grace", 5),
        ("staff", "", "Old", 7),
    ]
    assert roster.people[2].email == "grace@school.example"
    assert roster.people[2].posts == {StaffRole.TEACHER, StaffRole.HEADTEACHER}
    assert [(each.name, each.school_year) for each in roster.groups] == [("5W", "2026-27"), ("6W", "2026-27")]
    assert roster.places == {(0, 0), (1, 0), (2, 0), (2, 1)}
    assert not roster.is_full


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("latin-1"),
        lambda text: text.replace(",", ";").encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "byte order mark", "latin-1", "semicolons", "windows lines"],
)
def test_however_a_spreadsheet_saved_it(encode: Callable[[str], bytes]) -> None:
    read = plain_csv.read("a.csv", encode(HEAD + 'student,,Zoë,"Löw",,5W,2026,\n'))
    assert read.errors == []
    assert read.roster.people[0].given_name == "Zoë"


def test_what_does_not_fit_is_told_by_row_as_the_spreadsheet_shows_it() -> None:
    read = plain(
        "pupil,,A,B,,5W,2026,\n"
        'student,,"two\nlines",B,,5W,2026,\n'
        "student,,Amina,Khan,,,,\n"
        "staff,,Grace,Wanjiru,nobody,5W,2026,teacher\n"
        "staff,,Grace,Wanjiru,,,,king\n"
        f"student,,{'x' * 81},B,,5W,2026-2027x,\n"
        "student,,,B,,5W,2026,,,more\n"
        "student,9,A,B,,5W,2026,\n"
        "student,9,Other,B,,5W,2026,\n"
    )
    assert problems(read) == [
        (2, "type", "unknown_value"), (3, "given_name", "control_character"), (4, "class", "needed"),
        (5, "email", "not_an_address"), (6, "email", "needed"), (6, "posts", "unknown_value"),
        (7, "given_name", "too_long"), (7, "school_year", "too_long"), (8, "", "too_many_cells"),
        (10, "id", "conflicts"),
    ]
    assert {error.file for error in read.errors} == {"people.csv"}


def test_a_file_that_is_no_such_table() -> None:
    assert problems(plain_csv.read("a.csv", b"")) == [
        (1, name, "missing_column") for name in ("type", "given_name", "family_name", "class", "school_year")
    ]
    assert problems(plain("", head="type,given_name,class,school_year\n")) == [
        (1, "family_name", "missing_column")
    ]
    assert problems(plain_csv.read("a.csv", (HEAD + "x").encode("utf-16"))) == [(0, "", "encoding")]
    assert problems(plain_csv.read("a.csv", b"\x81\x8d")) == [(0, "", "encoding")]
    assert (3, "", "quotes") in problems(plain('staff,,Grace,W,g@s.example,,,\nstudent,,"A"x,B,,5W,2026,\n'))
    many = "".join(f"student,{n},A,B,,5W,2026,\n" for n in range(2001))
    assert problems(plain(many)) == [(2002, "", "too_many_people")]


@given(st.binary(max_size=400))
def test_no_bytes_at_all_are_a_fault(data: bytes) -> None:
    plain_csv.read("a.csv", data)
    plain_csv.read("a.csv", HEAD.encode() + data)
    for name in oneroster.FILES:
        for content in (data, export()[name] + data):
            with contextlib.suppress(DomainError):
                oneroster.read({**export(), name: content})
    with contextlib.suppress(UnreadableFile):
        oneroster.unzip(data)


# --- OneRoster ---


def csv_of(*rows: str) -> bytes:
    return ("\r\n".join(rows) + "\r\n").encode()


USERS = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,email"


def export(**files: bytes) -> dict[str, bytes]:
    made = {
        "manifest.csv": csv_of(
            "propertyName,value", "manifest.version,1.0", "oneroster.version,1.1", "file.users,bulk",
        ),
        "orgs.csv": csv_of(
            "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
            "d1,,,A district,district,,", "o1,,,Willow,school,,d1",
        ),
        "users.csv": csv_of(
            USERS, "s1,,,true,o1,student,amina1,Amina,Khan,amina@private.example",
            "s2,,,true,o1,student,bo1,Bo,Fox,",
            't1,,,true,"d1,o1",teacher,grace,Grace,Wanjiru,Grace@x.example',
            "p1,,,true,o1,parent,,Pa,Rent,", "a1,,,true,o1,administrator,,Ada,Min,ada@x.example",
        ),
        "classes.csv": csv_of(
            "sourcedId,status,dateLastModified,title,classType,schoolSourcedId,termSourcedIds",
            "c1,,,5W,homeroom,o1,y1", 'c2,,,Maths,scheduled,o1,"y1,k1"', "c3,,,Grade 5,homeroom,o1,k1",
        ),
        "enrollments.csv": csv_of(
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role",
            "e1,,,c1,o1,s1,student", "e2,,,c1,o1,s2,student", "e3,,,c1,o1,t1,teacher",
            "e4,tobedeleted,,c2,o1,s1,student", "e5,,,c2,o1,a1,administrator",
        ),
        "academicsessions.csv": csv_of(
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
            "t2,,,Spring,term,2027-01-05,2027-03-30,y1,2027",
            "y1,,,26/27,schoolYear,2026-09-01,2027-07-20,,2027",
            "k1,,,2026,schoolYear,2026-01-05,2026-11-20,,2026",
        ),
    }
    return {**made, **{f"{name}.csv": data for name, data in files.items()}}


def test_a_oneroster_export() -> None:
    read = oneroster.read(export())
    assert read.errors == []
    roster = read.roster
    assert [(each.key, each.given_name, each.kind.value, each.email) for each in roster.people] == [
        ("s1", "Amina", "student", ""), ("s2", "Bo", "student", ""),
        ("t1", "Grace", "staff", "grace@x.example"), ("a1", "Ada", "staff", "ada@x.example"),
    ]
    assert roster.people[3].posts == {StaffRole.ADMINISTRATOR}
    assert [(each.key, each.name, each.school_year) for each in roster.groups] == [
        ("c1", "5W", "2026-27"), ("c2", "Maths", "2026-27"), ("c3", "Grade 5", "2026")
    ]
    assert roster.places == {(0, 0), (1, 0), (2, 0)}
    assert roster.is_full


def test_what_is_to_be_deleted_is_gone() -> None:
    files = export(users=csv_of(
        USERS, "s1,tobedeleted,,true,o1,student,,Amina,Khan,", "s2,,,false,o1,student,,Bo,Fox,",
        "t1,tobedeleted,,true,o1,teacher,,Grace,Wanjiru,",
        "a1,,,true,o1,administrator,,Ada,Min,ada@x.example",
    ))
    read = oneroster.read(files)
    assert read.errors == []
    assert [each.is_gone for each in read.roster.people] == [True, True, True, False]


def test_mistakes_in_an_export() -> None:
    files = export(
        users=csv_of(
            USERS, "s1,,,true,o1,student,,Amina,Khan,", "s1,,,true,o1,student,,Amina,Khan,",
            "s2,gone,,true,o1,student,,Bo,Fox,", "t1,,,true,o1,teacher,,Grace,Wanjiru,",
            "x1,,,true,o1,wizard,,A,B,", "a1,,,true,o1,administrator,,Ada,Min,ada@x.example",
            "a2,,,true,o1,administrator,,Ada,Min,ADA@x.example",
        ),
        classes=csv_of(
            "sourcedId,status,dateLastModified,title,classType,schoolSourcedId,termSourcedIds",
            "c1,,,5W,homeroom,o1,nothing", "c2,,,,homeroom,o1,y1",
        ),
        enrollments=csv_of(
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role",
            "e1,,,c1,o1,nobody,student", "e2,,,c9,o1,s1,student", "e3,,,c1,o1,s1,teacher",
        ),
    )
    found = oneroster.read(files).errors
    assert [(error.file, error.row, error.column, error.problem) for error in found] == [
        ("users.csv", 3, "sourcedid", "duplicate"), ("users.csv", 4, "status", "unknown_value"),
        ("users.csv", 5, "email", "needed"), ("users.csv", 6, "role", "unknown_value"),
        ("users.csv", 8, "email", "duplicate"),
        ("classes.csv", 2, "termsourcedids", "unknown_term"), ("classes.csv", 3, "title", "needed"),
        ("enrollments.csv", 2, "usersourcedid", "unknown_person"),
        ("enrollments.csv", 3, "classsourcedid", "unknown_class"),
        ("enrollments.csv", 4, "role", "role_differs"),
    ]
    missing = export()
    del missing["classes.csv"]
    assert RowError("classes.csv", 0, "", "missing_file") in oneroster.read(missing).errors


def test_files_of_several_schools_need_the_choice_of_one() -> None:
    orgs = csv_of("sourcedId,status,dateLastModified,name,type", "o1,,,Willow,school", "o2,,,Oak,school")
    for org in ("", "o3"):
        with pytest.raises(oneroster.ChooseOrg) as caught:
            oneroster.read(export(orgs=orgs), org)
        assert caught.value.extra["orgs"] == [{"id": "o1", "name": "Willow"}, {"id": "o2", "name": "Oak"}]
    assert len(oneroster.read(export(orgs=orgs), "o1").roster.people) == 4
    other = oneroster.read(export(orgs=orgs), "o2")
    assert (other.roster.people, other.roster.groups, other.errors) == ([], [], [])


@pytest.mark.parametrize(
    "manifest", ["oneroster.version,1.2", "file.users,delta", "file.academicSessions,delta"]
)
def test_only_bulk_files_of_1_1(manifest: str) -> None:
    with pytest.raises(UnreadableFile):
        oneroster.read(export(manifest=csv_of("propertyName,value", manifest)))


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_a_zip_is_read_without_its_folders() -> None:
    names = {name.replace("sessions", "Sessions"): data for name, data in export().items()}
    extra = {"readme.txt": b"hello", "__MACOSX/users.csv": b"\0"}
    for folder in ("", "../../", "C:\\export\\", "a/b/"):
        files = {**{folder + name: data for name, data in names.items()}, **extra}
        assert oneroster.unzip(zipped(files)) == export()


def test_zips_that_are_bombs_or_broken_are_refused() -> None:
    good = zipped(export())
    for data in (
        b"", b"PK", good[:-40], good[: len(good) // 2], b"x" * 1000,
        zipped({"users.csv": b"a," * 10_000_000}),  # 20 MB of nothing
        zipped({"users.csv": b"0" * 3_000_000}),  # within the size, beyond the ratio
        zipped({f"{n}.csv": b"" for n in range(61)}),
        zipped({"users.csv": b"a", "x/users.csv": b"b"}),
    ):
        with pytest.raises(UnreadableFile):
            oneroster.unzip(data)


# --- plan ---

def test_a_zip_that_is_packed_in_an_unusual_way_is_refused() -> None:
    for kind in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", kind) as archive:
            archive.writestr("users.csv", b"abc,def\n" * 500)
        broken = bytearray(held.getvalue())
        for place in range(45, 70):
            broken[place] ^= 0xFF
        for data in (held.getvalue(), bytes(broken)):
            with pytest.raises(UnreadableFile, match="unusual"):
                oneroster.unzip(data)


def test_more_classes_or_places_than_a_school_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"student,{n},Name{n},F,,K{n},2026,\n" for n in range(501))
    assert problems(plain(rows)) == [(502, "", "too_many_classes")]
    heads = "sourcedId,status,dateLastModified,title,classType,schoolSourcedId,termSourcedIds"
    listed = csv_of(heads, *(f"k{n},,,Class {n},,o1,y1" for n in range(501)))
    assert (502, "", "too_many_classes") in problems(oneroster.read(export(classes=listed)))
    monkeypatch.setattr(plain_csv, "PLACES_LIMIT", 2)
    assert problems(plain(rows)) == [(4, "", "too_many_places")]
    monkeypatch.setattr(oneroster, "PLACES_LIMIT", 1)
    assert ("", "too_many_places") in [each[1:] for each in problems(oneroster.read(export()))]


def codes(made: Plan) -> list[tuple[str, str]]:
    return [(change.code.value, change.name or change.class_name) for change in made.changes]


def carry_out(roster: Roster, stored: Stored, made: Plan) -> Stored:
    """What an import does to the records, in as few words as possible."""
    people = {each.id: each for each in stored.people}
    classes = {each.id: each for each in stored.classes}
    places, new_people, new_classes = set(stored.places), {}, {}

    def new_id() -> UUID:  # the same in each run, and in no order
        return uuid5(NAMESPACE_OID, str(len(people) + len(classes)))

    replace: Any = msgspec.structs.replace
    for change in made.changes:
        person = roster.people[change.person] if change.person is not None else None
        group = roster.groups[change.group] if change.group is not None else None
        who: Any = change.person_id or new_people.get(change.person)
        where: Any = change.class_id or new_classes.get(change.group)
        match change.code:
            case Code.ADD_CLASS:
                assert group is not None
                new_classes[change.group] = where = new_id()
                classes[where] = StoredClass(
                    id=where, external_id=group.key or None, name=group.name, school_year=group.school_year
                )
            case Code.RENAME_CLASS | Code.LINK_CLASS | Code.REOPEN_CLASS | Code.ARCHIVE_CLASS:
                parts = {
                    Code.RENAME_CLASS: {"name": change.name, "school_year": change.school_year},
                    Code.LINK_CLASS: {"external_id": group.key if group else None},
                    Code.REOPEN_CLASS: {"is_archived": False}, Code.ARCHIVE_CLASS: {"is_archived": True},
                }
                classes[where] = replace(classes[where], **parts[change.code])
            case Code.ADD_STUDENT | Code.ADD_STAFF:
                assert person is not None
                new_people[change.person] = who = new_id()
                staff = person.kind is UserKind.STAFF
                people[who] = StoredPerson(
                    id=who, kind=person.kind, external_id=person.key or None, email=person.email,
                    name=person.staff_name if staff else "", given_name="" if staff else person.given_name,
                    posts=frozenset(change.posts),
                )
            case Code.JOIN_CLASS:
                places.add((where, who))
            case Code.LEAVE_CLASS:
                places.remove((where, who))
            case _:
                parts = {
                    Code.RENAME_STUDENT: {"given_name": change.name},
                    Code.RENAME_STAFF: {"name": change.name},
                    Code.LINK_STUDENT: {"external_id": person.key if person else None},
                    Code.LINK_STAFF: {"external_id": person.key if person else None},
                    Code.RETURN_STUDENT: {"is_disabled": False}, Code.REMOVE_STUDENT: {"is_disabled": True},
                    Code.REMOVE_STAFF: {"is_disabled": True}, Code.CHANGE_EMAIL: {"email": change.email},
                    Code.CHANGE_ALIAS: {"alias": ""},
                    Code.ADD_POSTS: {"posts": people[who].posts | set(change.posts)},
                }
                people[who] = replace(people[who], **parts[change.code])
                if change.code is Code.REMOVE_STUDENT:
                    live = {each.id for each in classes.values() if not each.is_archived}
                    places -= {(where, each) for where, each in places if each == who and where in live}
    return Stored(people=list(people.values()), classes=list(classes.values()), places=frozenset(places))


NOTHING = Stored(people=[], classes=[], places=frozenset())


def test_a_first_import_adds_and_the_second_finds_nothing() -> None:
    roster = oneroster.read(export()).roster
    made = plan.make(roster, NOTHING)
    assert codes(made) == [
        ("add_class", "5W"), ("add_class", "Maths"), ("add_class", "Grade 5"), ("add_student", "Amina"),
        ("add_student", "Bo"), ("add_staff", "Grace Wanjiru"), ("add_staff", "Ada Min"),
        ("join_class", "Amina"), ("join_class", "Bo"), ("join_class", "Grace Wanjiru"),
    ]
    stored = carry_out(roster, NOTHING, made)
    assert codes(plan.make(roster, stored)) == []
    assert plan.make(roster, stored).digest != made.digest
    assert "Khan" not in msgspec.json.encode(made).decode()


def test_a_full_import_moves_removes_and_brings_back() -> None:
    first = oneroster.read(export()).roster
    stored = carry_out(first, NOTHING, plan.make(first, NOTHING))
    second = oneroster.read(export(
        users=csv_of(
            USERS, "s1,,,true,o1,student,,Aminah,Khan,", "t1,tobedeleted,,true,o1,teacher,,Grace,Wanjiru,",
            "a1,,,true,o1,administrator,,Ada,Min,new@x.example",
        ),
        classes=csv_of(
            "sourcedId,status,dateLastModified,title,classType,schoolSourcedId,termSourcedIds",
            "c1,,,5 Willow,homeroom,o1,y1", "c2,,,Maths,scheduled,o1,y1",
        ),
        enrollments=csv_of(
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role",
            "e4,,,c2,o1,s1,student",
        ),
    )).roster
    made = plan.make(second, stored)
    assert codes(made) == [
        ("rename_class", "5 Willow"), ("archive_class", "Grade 5"), ("rename_student", "Aminah"),
        ("remove_staff", "Grace Wanjiru"), ("change_email", "Ada Min"), ("remove_student", "Bo"),
        ("join_class", "Aminah"), ("leave_class", "Amina"),
    ]
    stored = carry_out(second, stored, made)
    assert codes(plan.make(second, stored)) == []
    # Who had left is there again; a colleague whom somebody disabled stays so.
    made = plan.make(first, stored)
    assert ("return_student", "Bo") in codes(made)
    assert ("reopen_class", "Grade 5") in codes(made)
    assert not [name for _, name in codes(made) if name == "Grace Wanjiru"]


def test_students_without_an_id_are_known_by_class_and_first_name() -> None:
    rows = "student,,Amina,Khan,,5W,2026,\nstudent,,Amina,Noor,,5W,2026,\nstudent,,Bo,Fox,,5W,2026,\n"
    roster = plain(rows).roster
    stored = carry_out(roster, NOTHING, plan.make(roster, NOTHING))
    assert codes(plan.make(roster, stored)) == []
    more = plain(rows + "student,,amina,Third,,5w,2026,\n").roster
    assert codes(plan.make(more, stored)) == [("add_student", "amina"), ("join_class", "amina")]
    fewer = plain("student,,Bo,Fox,,5W,2026,\n").roster
    assert codes(plan.make(fewer, stored)) == []  # a plain table removes nobody
    # Now the school's ids come: only the one whom nobody could mistake is recognised.
    ids = plain("student,1,Amina,Khan,,5W,2026,\nstudent,3,Bo,Fox,,5W,2026,\n").roster
    assert codes(plan.make(ids, stored)) == [
        ("add_student", "Amina"), ("link_student", "Bo"), ("join_class", "Amina")
    ]


def test_a_plain_table_moves_a_student_with_an_id() -> None:
    roster = plain("student,1,Amina,Khan,,5W,2026,\n").roster
    stored = carry_out(roster, NOTHING, plan.make(roster, NOTHING))
    moved = plain("student,1,Amina,Khan,,6W,2026,\n").roster
    made = plan.make(moved, stored)
    assert codes(made) == [("add_class", "6W"), ("join_class", "Amina"), ("leave_class", "Amina")]
    stored = carry_out(moved, stored, made)
    assert len(stored.places) == 1
    assert codes(plan.make(moved, stored)) == []


def test_an_alias_that_gives_a_name_away_is_changed() -> None:
    roster = plain("student,1,Amina,Fox,,5W,2026,\n").roster
    stored = carry_out(roster, NOTHING, plan.make(roster, NOTHING))
    named = Stored(
        people=[msgspec.structs.replace(stored.people[0], alias="Brave Fox")], classes=stored.classes,
        places=stored.places,
    )
    made = plan.make(roster, named)
    assert codes(made) == [("change_alias", "Amina")]
    assert codes(plan.make(roster, carry_out(roster, named, made))) == []


def after_the_year() -> tuple[Stored, UUID, UUID]:
    """Class c1 of 2026 has gone on as a class of 2027; one student is in it."""
    old, new, who = uuid4(), uuid4(), uuid4()
    return Stored(
        people=[StoredPerson(id=who, kind=UserKind.STUDENT, external_id="s1", given_name="Amina")],
        classes=[
            StoredClass(id=old, external_id="c1", name="5W", school_year="2026", is_archived=True),
            StoredClass(id=new, name="6W", school_year="2027", continues_id=old),
        ],
        places=frozenset({(old, who), (new, who)}),
    ), new, who


def full(*groups: Group) -> Roster:
    amina = Person(kind=UserKind.STUDENT, key="s1", given_name="Amina", family_name="Khan")
    return Roster(people=[amina], groups=list(groups), places=frozenset({(0, 0)}), is_full=True)


def test_a_class_that_went_on_is_the_class_of_today() -> None:
    stored, new, _ = after_the_year()
    group = Group(key="c1", name="6 Willow", school_year="2027")
    made = plan.make(full(group), stored)
    assert (made.errors, codes(made)) == ([], [("rename_class", "6 Willow")])
    assert made.changes[0].class_id == new
    assert codes(plan.make(full(group), carry_out(full(group), stored, made))) == []
    # A file of the year that is over is not of today, whatever it calls the class.
    for stale in (Group(key="c1", name="5W", school_year="2026"), Group(name="5w", school_year="2026")):
        made = plan.make(full(stale), stored)
        assert [error.problem for error in made.errors] == ["year_over"]
    both = full(group, Group(key="c1", name="5W", school_year="2027"))
    assert "duplicate" in [error.problem for error in plan.make(both, stored).errors]
    # To be deleted there, it is archived here already.
    assert codes(plan.make(full(Group(key="c1", name="", school_year="", is_gone=True)), stored)) == []


def test_who_imports_gets_no_posts_by_it_and_a_guest_who_teaches_gets_one() -> None:
    roster = plain("staff,7,Grace,W,g@x.example,,,headteacher\n").roster
    one = staff(external_id="7", posts=frozenset({StaffRole.ADMINISTRATOR}))
    stored = Stored(people=[one], classes=[], places=frozenset())
    assert codes(plan.make(roster, stored)) == [("add_posts", "Grace W")]
    assert codes(plan.make(roster, stored, by=one.id)) == []
    guest = Stored(people=[staff(external_id="7")], classes=[], places=frozenset())
    teaches = plain("staff,7,Grace,W,g@x.example,5W,2026,\n").roster
    made = plan.make(teaches, guest)
    assert [(each.code, each.posts) for each in made.changes if each.posts] == [
        (Code.ADD_POSTS, [StaffRole.TEACHER])
    ]
    in_none = plain("staff,7,Grace,W,g@x.example,,,\n").roster
    assert codes(plan.make(in_none, guest)) == []


def staff(**parts: Any) -> StoredPerson:
    grace = {"id": uuid4(), "kind": UserKind.STAFF, "name": "Grace W", "email": "g@x.example"}
    return StoredPerson(**{**grace, **parts})


def test_staff_are_known_by_id_then_by_address_and_conflicts_are_told() -> None:
    roster = plain("staff,7,Grace,W,g@x.example,,,headteacher\n").roster
    by_hand = Stored(people=[staff()], classes=[], places=frozenset())
    assert codes(plan.make(roster, by_hand)) == [("link_staff", "Grace W"), ("add_posts", "Grace W")]
    other_id = Stored(people=[staff(external_id="8")], classes=[], places=frozenset())
    assert [error.problem for error in plan.make(roster, other_id).errors] == ["email_taken"]
    a_student = StoredPerson(id=uuid4(), kind=UserKind.STUDENT, external_id="7", given_name="Grace")
    both = Stored(people=[a_student], classes=[], places=frozenset())
    assert [error.problem for error in plan.make(roster, both).errors] == ["kind_differs"]
    swapped = Stored(
        people=[staff(external_id="7", email="old@x.example"), staff(email="g@x.example")],
        classes=[], places=frozenset(),
    )
    assert [error.problem for error in plan.make(roster, swapped).errors] == ["email_taken"]
    gone = Stored(people=[staff(is_disabled=True)], classes=[], places=frozenset())
    assert codes(plan.make(roster, gone)) == []


keys = st.sampled_from(["", "a", "b", "c", "d"])
given_names = st.sampled_from(["Amina", "Bo", "amina"])
class_names = st.sampled_from(["5W", "6W"])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    full = draw(st.booleans())
    group_keys = draw(st.lists(st.sampled_from("xyz"), unique=True, max_size=3)) if full else ["", ""]
    groups = [
        Group(key=key, name=draw(class_names) if key else name, school_year="2026",
              is_gone=full and draw(st.booleans()))
        for key, name in zip(group_keys, ["5W", "6W", "7W"], strict=False)
    ]
    found: dict[str, Person] = {}
    people: list[Person] = []
    for _ in range(draw(st.integers(0, 5))):
        student, key = draw(st.booleans()), draw(keys)
        key = ("s" if student else "t") + (key or "e") if full or key else ""
        email = "" if student else f"{draw(st.sampled_from('pqr'))}@x.example"
        if key in found or email in {each.email for each in people if each.email}:
            continue
        person = Person(
            kind=UserKind.STUDENT if student else UserKind.STAFF, key=key, given_name=draw(given_names),
            family_name="Fox", email=email, is_gone=full and draw(st.booleans()),
            posts=frozenset(draw(st.sets(st.sampled_from([StaffRole.TEACHER, StaffRole.HEADTEACHER])))),
        )
        people.append(person)
        if key:
            found[key] = person
    pairs = [(a, b) for a in range(len(people)) for b in range(len(groups))]
    places = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    for index, person in enumerate(people):
        if person.kind is UserKind.STUDENT and not person.key:  # a line of a plain table: in one class
            places -= {(index, group) for group in range(len(groups))}
            places.add((index, draw(st.integers(0, len(groups) - 1))))
    return Roster(people=people, groups=groups, places=frozenset(places), is_full=full)


@settings(max_examples=400, deadline=None)
@given(st.lists(rosters(), min_size=1, max_size=4))
def test_what_was_carried_out_is_not_planned_again(history: list[Roster]) -> None:
    stored = NOTHING
    for roster in history:
        made = plan.make(roster, stored)
        if made.errors:
            continue
        assert plan.make(roster, Stored(
            people=stored.people[::-1], classes=stored.classes[::-1], places=stored.places
        )).digest == made.digest
        stored = carry_out(roster, stored, made)
        again = plan.make(roster, stored)
        assert (again.errors, again.changes) == ([], [])
        ids: list[UUID | str] = [each.external_id for each in stored.people if each.external_id]
        assert len(ids) == len(set(ids))
        addresses = [each.email for each in stored.people if each.email]
        assert len(addresses) == len(set(addresses))
