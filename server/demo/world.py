"""Who and what is in the demo world. Nobody here is real.

Ids, class codes, picture codes and the passphrase are the same in every demo database, so that what is
printed at the start is true, and tests can name a person without asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from server.accounts.models import StaffRole
from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus
from server.programmes.rules import ProgrammeRules
from server.schools.models import Phase
from server.spaces.models import SpaceKind

PASSPHRASE = "two rivers one sea"
"""Every member of staff of the demo signs in with it."""

_NAMESPACE = UUID("5a1b0d0e-6f6e-4f63-8d6d-636f6d6d6f6e")


def demo_id(*words: str) -> UUID:
    """The id of something in the demo world: `demo_id("school", "willow")`, the same everywhere."""
    return uuid5(_NAMESPACE, "/".join(words))


class DemoStudent(msgspec.Struct, frozen=True):
    """Signs in with the code of the class, the alias, and three pictures in order."""

    id: UUID
    alias: str
    avatar: str
    pictures: tuple[str, str, str]


class DemoStaff(msgspec.Struct, frozen=True):
    """Signs in with e-mail and `PASSPHRASE`."""

    id: UUID
    name: str
    email: str
    posts: tuple[StaffRole, ...]
    duty: str = ""
    """What else they are, in words, for the printed table."""


class DemoClass(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    school_year: str
    code: str
    teacher: str
    """The first word of the teacher's e-mail address."""
    students: tuple[DemoStudent, ...]

    @property
    def typed_code(self) -> str:
        """The code with the dash that makes it easy to copy."""
        return f"{self.code[:3]}-{self.code[3:]}"


class DemoSchool(msgspec.Struct, frozen=True):
    id: UUID
    key: str
    name: str
    short_name: str
    country: str
    timezone: str
    phase: Phase
    languages: tuple[str, ...]
    staff: tuple[DemoStaff, ...]
    school_class: DemoClass

    def person(self, who: str) -> UUID:
        """The id of a student by alias, or of staff by the first word of their e-mail address."""
        return demo_id("person", self.key, who)


class DemoSpace(msgspec.Struct, frozen=True):
    id: UUID
    kind: SpaceKind
    name: str
    schools: tuple[str, ...] = ()
    """Keys of the schools whose class is enrolled."""
    talk: tuple[tuple[int, str, str, str], ...] = ()
    """(days of school ago, "HH:MM" in UTC, "school/who", what they wrote), in order."""


class DemoPartnership(msgspec.Struct, frozen=True):
    id: UUID
    kind: PartnershipKind
    name: str
    status: PartnershipStatus
    members: tuple[tuple[str, MemberRole, MemberStatus], ...]
    """(key of the school, role, state), in the order of their colours."""
    coordinators: tuple[str, ...]
    """As "school/who"."""
    spaces: tuple[DemoSpace, ...] = ()


class DemoWorld(msgspec.Struct, frozen=True):
    """All of it, as it was put into the database."""

    passphrase: str
    schools: tuple[DemoSchool, ...]
    partnerships: tuple[DemoPartnership, ...]

    def school(self, key: str) -> DemoSchool:
        return next(school for school in self.schools if school.key == key)

    def space(self, name: str) -> DemoSpace:
        return next(space for tie in self.partnerships for space in tie.spaces if space.name == name)

    def table(self) -> str:
        """Who can sign in as whom, for a terminal."""
        pair = [self.school(key) for key, _, _ in self.partnerships[0].members]
        others = [school for school in self.schools if school not in pair]
        students = [
            (school.name, school.school_class.typed_code, each.alias, " ".join(each.pictures))
            for school in pair
            for each in school.school_class.students
        ]
        staff = [(_office(each), school.name, each.email) for school in pair for each in school.staff]
        cluster = [
            (school.name, school.school_class.typed_code, f"{first.alias}: {' '.join(first.pictures)}",
             school.staff[0].email, school.staff[1].email)
            for school in others
            for first in school.school_class.students[:1]
        ]
        return (
            "Students sign in with the class code, their name, and three pictures:\n\n"
            f"{_aligned([('School', 'Class code', 'Name', 'Pictures'), *students])}\n\n"
            f'Staff sign in with their e-mail address and the password "{self.passphrase}":\n\n'
            f"{_aligned([('Role', 'School', 'E-mail'), *staff])}\n\n"
            "The other schools of the cluster, in the same way:\n\n"
            f"{_aligned([('School', 'Class code', 'A student', 'Teacher', 'Headteacher'), *cluster])}"
        )


def _office(person: DemoStaff) -> str:
    posts = ", ".join(post.value.replace("_", " ") for post in person.posts)
    return (f"{posts}, {person.duty}" if person.duty else posts).capitalize()


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(f"  {line}".rstrip() for line in lines)


PICTURE_CODES = (
    ("sun", "fish", "boat"),
    ("moon", "tree", "drum"),
    ("star", "cat", "house"),
    ("flower", "bird", "apple"),
    ("tree", "sun", "moon"),
    ("boat", "star", "cat"),
)
"""Of the first student in a class, the second and so on: few to hash, and easy to try."""


def _class(school: str, name: str, year: str, code: str, teacher: str, *aliases: str) -> DemoClass:
    students = tuple(
        DemoStudent(demo_id("person", school, alias), alias, alias.lower().replace(" ", "-"), pictures)
        for alias, pictures in zip(aliases, PICTURE_CODES, strict=False)
    )
    return DemoClass(demo_id("class", school), name, year, code, teacher, students)


def _staff(school: str, who: str, name: str, *posts: StaffRole, duty: str = "") -> DemoStaff:
    return DemoStaff(demo_id("person", school, who), name, f"{who}@{school}.example", posts, duty)


TEACHER, HEAD, SAFEGUARDING = StaffRole.TEACHER, StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD

SCHOOLS = (
    DemoSchool(
        demo_id("school", "willow"), "willow", "Willow Primary School", "Willow", "GB", "Europe/London",
        Phase.PRIMARY, ("en",),
        (
            _staff("willow", "okafor", "Mr Okafor", TEACHER, duty="partnership coordinator"),
            _staff("willow", "hughes", "Ms Hughes", TEACHER, duty="cluster coordinator"),
            _staff("willow", "whitfield", "Mrs Whitfield", HEAD),
            _staff("willow", "bell", "Ms Bell", SAFEGUARDING),
        ),
        _class("willow", "5W", "2026-27", "WLW5RV", "okafor",
               "Blue Heron", "Red Fox", "Grey Owl", "Green Frog", "Kingfisher", "Hedgehog"),
    ),
    DemoSchool(
        demo_id("school", "nakuru-hill"), "nakuru-hill", "Nakuru Hill School", "Nakuru Hill", "KE",
        "Africa/Nairobi", Phase.PRIMARY, ("en", "sw"),
        (
            _staff("nakuru-hill", "wanjiru", "Ms Wanjiru", TEACHER, duty="partnership coordinator"),
            _staff("nakuru-hill", "kiptoo", "Mr Kiptoo", HEAD),
            _staff("nakuru-hill", "njeri", "Mrs Njeri", SAFEGUARDING),
        ),
        _class("nakuru-hill", "Grade 5 East", "2026", "NKR5EA", "wanjiru",
               "Zebra", "Giraffe", "Crane", "Lion", "Tortoise", "Elephant"),
    ),
    DemoSchool(
        demo_id("school", "brookfield"), "brookfield", "Brookfield Academy", "Brookfield", "GB",
        "Europe/London", Phase.SECONDARY, ("en", "cy"),
        (
            _staff("brookfield", "morgan", "Mr Morgan", TEACHER),
            _staff("brookfield", "ahmed", "Dr Ahmed", HEAD),
            _staff("brookfield", "pryce", "Ms Pryce", SAFEGUARDING),
        ),
        _class("brookfield", "7M", "2026-27", "BRK7MM", "morgan",
               "Brown Bear", "Dolphin", "Rabbit", "Grey Owl"),
    ),
    DemoSchool(
        demo_id("school", "lakeside"), "lakeside", "Kisumu Lakeside School", "Lakeside", "KE",
        "Africa/Nairobi", Phase.ALL_THROUGH, ("en", "sw", "luo"),
        (
            _staff("lakeside", "achieng", "Ms Achieng", TEACHER),
            _staff("lakeside", "otieno", "Mr Otieno", HEAD),
            _staff("lakeside", "were", "Mrs Were", SAFEGUARDING),
        ),
        _class("lakeside", "Grade 6", "2026", "KSM6LK", "achieng",
               "Crane", "Sea Turtle", "Giraffe", "Kingfisher"),
    ),
    DemoSchool(
        demo_id("school", "cape-coast"), "cape-coast", "Cape Coast Hope School", "Cape Coast", "GH",
        "Africa/Accra", Phase.PRIMARY, ("en", "fat"),
        (
            _staff("cape-coast", "mensah", "Mr Mensah", TEACHER),
            _staff("cape-coast", "owusu", "Mrs Owusu", HEAD),
            _staff("cape-coast", "quaye", "Ms Quaye", SAFEGUARDING),
        ),
        _class("cape-coast", "Basic 5", "2026-27", "CCH5BB", "mensah",
               "Sea Turtle", "Lion", "Dolphin", "Green Frog"),
    ),
    DemoSchool(
        demo_id("school", "jabal"), "jabal", "Jabal Amman School", "Jabal Amman", "JO", "Asia/Amman",
        Phase.ALL_THROUGH, ("ar", "en"),
        (
            _staff("jabal", "haddad", "Ms Haddad", TEACHER),
            _staff("jabal", "khoury", "Mr Khoury", HEAD),
            _staff("jabal", "nasser", "Mrs Nasser", SAFEGUARDING),
        ),
        _class("jabal", "Grade 6 A", "2026-27", "JBL6AA", "haddad",
               "Tortoise", "Red Fox", "Blue Heron", "Rabbit"),
    ),
)

ACCEPTED, INVITED = MemberStatus.ACCEPTED, MemberStatus.INVITED
LEAD, PARTNER, NETWORK = MemberRole.LEAD, MemberRole.PARTNER, MemberRole.NETWORK

PARTNERSHIPS = (
    DemoPartnership(
        demo_id("partnership", "rivers"), PartnershipKind.ONE_TO_ONE, "Willow and Nakuru Hill",
        PartnershipStatus.ACTIVE,
        (("willow", LEAD, ACCEPTED), ("nakuru-hill", PARTNER, ACCEPTED)),
        ("willow/okafor", "nakuru-hill/wanjiru"),
        (
            DemoSpace(
                demo_id("space", "rivers"), SpaceKind.PROJECT, "Rivers: measuring together",
                ("willow", "nakuru-hill"),
                (
                    (4, "09:02", "willow/okafor", "Good morning from Willow! Today we say hello and tell "
                     "each other which river is near our school."),
                    (4, "09:04", "nakuru-hill/wanjiru", "Karibuni! It is noon here and the sun is very "
                     "bright."),
                    (4, "09:06", "willow/Blue Heron", "Hello! Our river is small. We can jump over it in "
                     "summer."),
                    (4, "09:07", "nakuru-hill/Zebra", "Hello Blue Heron. Ours is the Njoro. It goes to "
                     "the lake where the flamingos are."),
                    (4, "09:08", "willow/Red Fox", "Real flamingos?? How many?"),
                    (4, "09:09", "nakuru-hill/Giraffe", "Too many to count! From our hill the edge of "
                     "the lake looks pink."),
                    (4, "09:11", "willow/Grey Owl", "We have ducks and one heron. He stands so still "
                     "that we thought he was a stick."),
                    (3, "09:05", "nakuru-hill/Crane", "We measured today. The water is 42 cm deep near "
                     "the bridge."),
                    (3, "09:06", "willow/Green Frog", "Ours is 18 cm. How did you measure it?"),
                    (3, "09:08", "nakuru-hill/Lion", "With a stick with marks on it. Grade 4 painted the "
                     "marks red and white."),
                    (3, "09:10", "willow/Kingfisher", "Good idea. Our tape got wet and curly."),
                    (3, "09:12", "willow/okafor", "Let us all write down the same three numbers: depth, "
                     "width and how fast an orange floats ten metres."),
                    (2, "09:03", "willow/Hedgehog", "Our orange took 31 seconds. Then a dog took the "
                     "orange."),
                    (2, "09:04", "nakuru-hill/Tortoise", "Ha ha! Ours took 14 seconds. We used a mango "
                     "stone."),
                    (2, "09:06", "nakuru-hill/Elephant", "So our river is faster. Is it because it "
                     "rained at night?"),
                    (2, "09:07", "willow/Blue Heron", "It did not rain here for a week, so maybe yes."),
                    (2, "09:09", "nakuru-hill/wanjiru", "That is a question we can test. Who will keep a "
                     "rain diary?"),
                    (2, "09:10", "willow/Red Fox", "Me!"),
                    (2, "09:10", "nakuru-hill/Zebra", "Me too. I have a tin for the rain."),
                    (1, "09:02", "nakuru-hill/Zebra", "Rain diary: 6 mm in my tin this morning."),
                    (1, "09:03", "willow/Red Fox", "Rain diary: nothing. Just fog."),
                    (1, "09:08", "willow/okafor", "Next time we draw both rivers on the board, from the "
                     "spring to the sea. Think about what your side should show."),
                ),
            ),
            DemoSpace(
                demo_id("space", "food-maps"), SpaceKind.PROJECT, "Food maps", ("willow", "nakuru-hill"),
                (
                    (3, "10:01", "nakuru-hill/wanjiru", "Each of us writes one thing they ate this week, "
                     "and where it grew."),
                    (3, "10:03", "nakuru-hill/Elephant", "Sukuma wiki from my grandmother's garden. It "
                     "grew 20 steps from the pot."),
                    (3, "10:04", "willow/Hedgehog", "Rice. The bag says it came from India. That is a "
                     "lot more steps."),
                    (3, "10:05", "willow/Grey Owl", "Green beans, and the packet says Kenya! Maybe from "
                     "near you?"),
                    (3, "10:07", "nakuru-hill/Lion", "My uncle works on a farm that grows beans for "
                     "airplanes."),
                    (3, "10:08", "willow/Green Frog", "For airplanes to eat?"),
                    (3, "10:09", "nakuru-hill/Lion", "No! To fly in them. To shops far away."),
                    (1, "10:02", "willow/Kingfisher", "Can we draw the way of the beans on a map?"),
                    (1, "10:04", "nakuru-hill/Giraffe", "Yes, I will find out where they start."),
                ),
            ),
            DemoSpace(
                demo_id("space", "rivers-staff"), SpaceKind.STAFF_ROOM, "Staff room",
                ("willow", "nakuru-hill"),
                (
                    (5, "14:10", "willow/okafor", "Are Tuesdays at nine our time still good for you? "
                     "That is noon in Nakuru."),
                    (5, "14:25", "nakuru-hill/wanjiru", "Yes, right before lunch. From the end of March "
                     "your clocks change, then it is eleven for us."),
                    (1, "14:05", "nakuru-hill/wanjiru", "Two of my students share one tablet this week, "
                     "so turns will take a bit longer."),
                    (1, "14:09", "willow/okafor", "No hurry at all. I will let yours go first."),
                ),
            ),
        ),
    ),
    DemoPartnership(
        demo_id("partnership", "weather"), PartnershipKind.CLUSTER, "Weather Watch cluster",
        PartnershipStatus.ACTIVE,
        (("willow", LEAD, ACCEPTED), ("brookfield", PARTNER, ACCEPTED), ("lakeside", PARTNER, ACCEPTED),
         ("cape-coast", NETWORK, ACCEPTED), ("jabal", NETWORK, ACCEPTED)),
        ("willow/hughes",),
        (
            DemoSpace(
                demo_id("space", "weather"), SpaceKind.CLUSTER_WIDE, "Weather where we are",
                ("willow", "brookfield", "lakeside", "cape-coast", "jabal"),
                (
                    (3, "11:00", "willow/hughes", "Welcome, five schools! Every day one class tells the "
                     "others what the sky looks like."),
                    (3, "11:04", "lakeside/Sea Turtle", "Big clouds over the lake. The fishers came home "
                     "early."),
                    (3, "11:05", "jabal/Tortoise", "Dry and very windy. There is sand on our window sill."),
                    (3, "11:06", "cape-coast/Dolphin", "Hot and wet. The sea is loud today, we hear it "
                     "in class."),
                    (3, "11:08", "brookfield/Brown Bear", "Grey. Just grey."),
                    (3, "11:09", "willow/Blue Heron", "Same grey here, it must be your cloud."),
                    (2, "11:02", "cape-coast/mensah", "Basic 5 made a wind sock from an old flour bag. "
                     "Photos will follow."),
                    (2, "11:05", "jabal/Red Fox", "Can we all make one and see which way the wind goes?"),
                    (2, "11:06", "lakeside/Crane", "Yes! From the lake in the day, to the lake at night."),
                    (1, "11:03", "brookfield/Rabbit", "West wind. Our sock flew off the roof and we had "
                     "to ask for a ladder."),
                ),
            ),
            DemoSpace(
                demo_id("space", "weather-staff"), SpaceKind.STAFF_ROOM, "Cluster staff room",
                ("willow", "brookfield", "lakeside", "cape-coast", "jabal"),
                (
                    (2, "15:30", "willow/hughes", "In Amman the weekend is Friday and Saturday, so let "
                     "us plan shared days from Monday to Thursday."),
                    (2, "15:41", "jabal/haddad", "Thank you, that helps us a lot."),
                ),
            ),
        ),
    ),
    DemoPartnership(
        # Fails `has_coordinator` and `all_accepted` until the headteacher of Cape Coast accepts.
        demo_id("partnership", "coasts"), PartnershipKind.ONE_TO_ONE, "Canal and coast",
        PartnershipStatus.PROPOSED,
        (("willow", LEAD, ACCEPTED), ("cape-coast", PARTNER, INVITED)),
        ("willow/okafor",),
    ),
)

GLOBAL_LEARNING = ProgrammeRules(
    home_country="GB",
    participating_countries=[
        "BD", "EG", "ET", "GH", "IN", "JO", "KE", "LB", "MW", "NG", "NP", "PK", "RW", "SL", "TZ", "UG", "ZA",
        "ZM", "ZW",
    ],
)
PROGRAMME_ID = demo_id("programme", "global-learning")

WORLD = DemoWorld(PASSPHRASE, SCHOOLS, PARTNERSHIPS)
