"""The schools, the offices and the people of the demo world. Nobody here is real."""

from __future__ import annotations

from server.accounts.models import StaffRole
from server.demo.shapes import DemoClass, DemoProfile, DemoSchool, DemoStaff, DemoStudent, demo_id
from server.schools.models import Experience, Funding, Internet, Phase, SchoolKind

PICTURE_CODES = (
    ("sun", "fish", "boat"),
    ("moon", "tree", "drum"),
    ("star", "cat", "house"),
    ("flower", "bird", "apple"),
    ("tree", "sun", "moon"),
    ("boat", "star", "cat"),
)
"""Of the first student in a class, the second and so on: few to hash, and easy to try."""

GIVEN_NAMES = {
    "willow": ("Amelia", "Noah", "Priya", "Oliver", "Zara", "Leo"),
    "nakuru-hill": ("Wambui", "Kevin", "Chebet", "Brian", "Faith", "Achieng"),
    "brookfield": ("Carys", "Rhys", "Megan", "Yusuf"),
    "lakeside": ("Akinyi", "Omondi", "Grace", "Dan"),
    "cape-coast": ("Efua", "Kofi", "Ama", "Kwame"),
    "jabal": ("Layla", "Omar", "Rana", "Sami"),
}


def _class(school: str, name: str, year: str, code: str, teacher: str, *aliases: str) -> DemoClass:
    students = tuple(
        DemoStudent(
            demo_id("person", school, alias), alias, alias.lower().replace(" ", "-"), pictures, given_name
        )
        for alias, pictures, given_name in zip(aliases, PICTURE_CODES, GIVEN_NAMES[school], strict=False)
    )
    return DemoClass(demo_id("class", school), name, year, code, teacher, students)


def _staff(school: str, who: str, name: str, *posts: StaffRole, duty: str = "") -> DemoStaff:
    return DemoStaff(demo_id("person", school, who), name, f"{who}@{school}.example", posts, duty)


TEACHER, HEAD, SAFEGUARDING = StaffRole.TEACHER, StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD
ADMINISTRATOR = StaffRole.ADMINISTRATOR

UK_DAY = ("08:50-09:50", "09:50-10:45", "11:05-12:10", "13:10-14:10", "14:10-15:15")
KENYA_DAY = ("08:00-09:10", "09:10-10:20", "10:50-12:00", "12:00-13:00", "14:00-15:30")
GHANA_DAY = ("07:45-09:15", "09:15-10:30", "11:00-12:30", "12:45-14:00")
JORDAN_DAY = ("07:30-09:00", "09:00-10:30", "10:50-12:20", "12:20-13:45")
CHINA_DAY = ("08:10-09:40", "10:00-11:40", "13:30-15:00", "15:10-16:10")

# The school year that began in 2026; the demo moves it to the one that it is filled in.
UK_TERMS = (
    ("Autumn term", "2026-09-02", "2026-12-18"), ("Spring term", "2027-01-04", "2027-03-25"),
    ("Summer term", "2027-04-12", "2027-07-21"),
)
KENYA_TERMS = (
    ("Term 3", "2026-08-24", "2026-11-27"), ("Term 1", "2027-01-04", "2027-04-02"),
    ("Term 2", "2027-04-26", "2027-07-30"),
)
GHANA_TERMS = (("First term", "2026-09-08", "2026-12-17"), ("Second term", "2027-01-08", "2027-04-15"))
JORDAN_TERMS = (
    ("First semester", "2026-08-23", "2027-01-14"), ("Second semester", "2027-02-07", "2027-06-24"),
)
CHINA_TERMS = (("First term", "2026-09-01", "2027-01-29"), ("Second term", "2027-03-01", "2027-07-09"))

SCHOOLS = (
    DemoSchool(
        demo_id("school", "willow"), "willow", "Willow Primary School", "Willow", "GB", "Europe/London",
        Phase.PRIMARY, ("en",),
        (
            _staff("willow", "okafor", "Mr Okafor", TEACHER, duty="partnership coordinator"),
            _staff("willow", "hughes", "Ms Hughes", TEACHER, duty="cluster coordinator"),
            _staff("willow", "whitfield", "Mrs Whitfield", HEAD),
            _staff("willow", "bell", "Ms Bell", SAFEGUARDING),
            _staff("willow", "clarke", "Mrs Clarke", ADMINISTRATOR),
        ),
        (_class("willow", "5W", "2026-27", "WLW5RV", "okafor",
                "Blue Heron", "Red Fox", "Grey Owl", "Green Frog", "Kingfisher", "Hedgehog"),),
        DemoProfile(
            town="Shrewsbury", latitude=52.71, longitude=-2.75, ages=(4, 11), internet=Internet.GOOD,
            experience=Experience.STRONG,
            interests=("climate_and_environment", "geography", "science", "literature"),
            priorities=("global_goals", "language_practice"),
            offers="A river behind the school, a weather station, and classes who love to write letters.",
            looks_for="A class of nine- to eleven-year-olds who live near water, too.",
            day=UK_DAY, terms=UK_TERMS,
        ),
    ),
    DemoSchool(
        demo_id("school", "nakuru-hill"), "nakuru-hill", "Nakuru Hill School", "Nakuru Hill", "KE",
        "Africa/Nairobi", Phase.PRIMARY, ("en", "sw"),
        (
            _staff("nakuru-hill", "wanjiru", "Ms Wanjiru", TEACHER, duty="partnership coordinator"),
            _staff("nakuru-hill", "kiptoo", "Mr Kiptoo", HEAD),
            _staff("nakuru-hill", "njeri", "Mrs Njeri", SAFEGUARDING),
            _staff("nakuru-hill", "mutai", "Mr Mutai", ADMINISTRATOR),
        ),
        (_class("nakuru-hill", "Grade 5 East", "2026", "NKR5EA", "wanjiru",
                "Zebra", "Giraffe", "Crane", "Lion", "Tortoise", "Elephant"),),
        DemoProfile(
            town="Nakuru", latitude=-0.29, longitude=36.07, ages=(6, 13),
            interests=("climate_and_environment", "geography", "music", "farming_and_gardening"),
            priorities=("global_goals", "teacher_development"),
            offers="A school garden, a choir, and the lake with its flamingos.",
            looks_for="Partners who want to measure and compare, not only to say hello.",
            day=KENYA_DAY, terms=KENYA_TERMS,
        ),
    ),
    DemoSchool(
        demo_id("school", "brookfield"), "brookfield", "Brookfield Academy", "Brookfield", "GB",
        "Europe/London", Phase.SECONDARY, ("en", "cy"),
        (
            _staff("brookfield", "morgan", "Mr Morgan", TEACHER),
            _staff("brookfield", "ahmed", "Dr Ahmed", HEAD),
            _staff("brookfield", "pryce", "Ms Pryce", SAFEGUARDING),
        ),
        (_class("brookfield", "7M", "2026-27", "BRK7MM", "morgan",
                "Brown Bear", "Dolphin", "Rabbit", "Grey Owl"),),
        DemoProfile(
            town="Cardiff", latitude=51.48, longitude=-3.18, ages=(11, 16), internet=Internet.GOOD,
            interests=("science", "computing", "languages"), priorities=("language_practice",),
            offers="A science laboratory that we can show live, and bilingual classes.",
            looks_for="A school for a long project about weather and energy.",
            day=UK_DAY, terms=UK_TERMS,
        ),
    ),
    DemoSchool(
        demo_id("school", "lakeside"), "lakeside", "Kisumu Lakeside School", "Lakeside", "KE",
        "Africa/Nairobi", Phase.ALL_THROUGH, ("en", "sw", "luo"),
        (
            _staff("lakeside", "achieng", "Ms Achieng", TEACHER),
            _staff("lakeside", "otieno", "Mr Otieno", HEAD),
            _staff("lakeside", "were", "Mrs Were", SAFEGUARDING),
        ),
        (_class("lakeside", "Grade 6", "2026", "KSM6LK", "achieng",
                "Crane", "Sea Turtle", "Giraffe", "Kingfisher"),),
        DemoProfile(
            town="Kisumu", latitude=-0.09, longitude=34.77, ages=(6, 17),
            interests=("climate_and_environment", "science", "art"), priorities=("global_goals",),
            offers="Lake Victoria, and fishers who come to tell.",
            looks_for="Schools on a coast or a lake.",
            day=KENYA_DAY, terms=KENYA_TERMS,
        ),
    ),
    DemoSchool(
        demo_id("school", "cape-coast"), "cape-coast", "Cape Coast Hope School", "Cape Coast", "GH",
        "Africa/Accra", Phase.PRIMARY, ("en", "fat"),
        (
            _staff("cape-coast", "mensah", "Mr Mensah", TEACHER),
            _staff("cape-coast", "owusu", "Mrs Owusu", HEAD),
            _staff("cape-coast", "quaye", "Ms Quaye", SAFEGUARDING),
        ),
        (_class("cape-coast", "Basic 5", "2026-27", "CCH5BB", "mensah",
                "Sea Turtle", "Lion", "Dolphin", "Green Frog"),),
        DemoProfile(
            town="Cape Coast", latitude=5.11, longitude=-1.25, ages=(6, 12), internet=Internet.POOR,
            experience=Experience.NONE, interests=("history", "music", "climate_and_environment"),
            priorities=("global_goals", "project_work"),
            offers="The sea, drums, and a town full of history.",
            looks_for="A first partner who has patience with our line.",
            day=GHANA_DAY, terms=GHANA_TERMS,
        ),
    ),
    DemoSchool(
        demo_id("school", "jabal"), "jabal", "Jabal Amman School", "Jabal Amman", "JO", "Asia/Amman",
        Phase.ALL_THROUGH, ("ar", "en"),
        (
            _staff("jabal", "haddad", "Ms Haddad", TEACHER),
            _staff("jabal", "khoury", "Mr Khoury", HEAD),
            _staff("jabal", "nasser", "Mrs Nasser", SAFEGUARDING),
        ),
        (_class("jabal", "Grade 6 A", "2026-27", "JBL6AA", "haddad",
                "Tortoise", "Red Fox", "Blue Heron", "Rabbit"),),
        DemoProfile(
            town="Amman", latitude=31.95, longitude=35.93, ages=(6, 18), internet=Internet.GOOD,
            experience=Experience.NONE, interests=("languages", "history", "computing"),
            priorities=("language_practice", "global_goals"),
            offers="Arabic for beginners, and a roof with a view over seven hills.",
            looks_for="Classes that want to hear and write another alphabet.",
            day=JORDAN_DAY, weekdays=(6, 0, 1, 2, 3), terms=JORDAN_TERMS,
        ),
    ),
)


def _seeker(
    key: str, name: str, short_name: str, country: str, timezone: str, phase: Phase,
    languages: tuple[str, ...], head: str, teacher: str, profile: DemoProfile,
) -> DemoSchool:
    """A school that looks for a partner: a headteacher and a teacher, no class yet."""
    return DemoSchool(
        demo_id("school", key), key, name, short_name, country, timezone, phase, languages,
        (
            _staff(key, "teacher", teacher, TEACHER), _staff(key, "head", head, HEAD),
        ),
        (), profile,
    )



SEEKERS = (
    _seeker(
        "west-lake", "West Lake Primary School", "West Lake", "CN", "Asia/Shanghai", Phase.PRIMARY,
        ("zh-CN", "en"), "Ms Chen", "Mr Lin",
        DemoProfile(
            town="Hangzhou", latitude=30.27, longitude=120.15, ages=(6, 12), internet=Internet.GOOD,
            experience=Experience.SOME, interests=("art", "languages", "climate_and_environment"),
            priorities=("language_practice", "global_goals"),
            offers="Brush writing, tea fields, and a lake that poets wrote about.",
            looks_for="A primary school near water, for letters and pictures.",
            day=CHINA_DAY, terms=CHINA_TERMS,
        ),
    ),
    _seeker(
        "kumasi", "Kumasi Garden School", "Kumasi Garden", "GH", "Africa/Accra", Phase.PRIMARY, ("en", "tw"),
        "Mr Boateng", "Ms Asante",
        DemoProfile(
            town="Kumasi", latitude=6.69, longitude=-1.62, ages=(5, 12), experience=Experience.SOME,
            interests=("farming_and_gardening", "climate_and_environment", "science"),
            priorities=("global_goals",),
            offers="A cocoa garden, and students who know every plant in it.",
            looks_for="A class that grows something, too.", day=GHANA_DAY, terms=GHANA_TERMS,
        ),
    ),
    _seeker(
        "lagos", "Lekki Lagoon College", "Lekki", "NG", "Africa/Lagos", Phase.SECONDARY, ("en", "yo"),
        "Dr Adeyemi", "Mr Okoro",
        DemoProfile(
            town="Lagos", latitude=6.45, longitude=3.47, ages=(11, 18), internet=Internet.GOOD,
            experience=Experience.STRONG, interests=("computing", "science", "sport"),
            priorities=("project_work",), offers="A robotics club that likes to explain.",
            looks_for="Secondary schools with a maker room.",
            day=("08:00-09:30", "09:30-11:00", "11:30-13:00", "13:30-15:00"),
        ),
    ),
    _seeker(
        "kampala", "Kampala Parents' Primary", "Kampala", "UG", "Africa/Kampala", Phase.PRIMARY, ("en", "lg"),
        "Mrs Nakato", "Mr Ssali",
        DemoProfile(
            town="Kampala", latitude=0.35, longitude=32.58, ages=(6, 13), internet=Internet.LIMITED,
            interests=("music", "literature", "climate_and_environment"), priorities=("teacher_development",),
            offers="Songs and stories in three languages.", looks_for="A class that likes to read aloud.",
            day=KENYA_DAY,
        ),
    ),
    _seeker(
        "dhaka", "Dhaka Riverside High School", "Riverside", "BD", "Asia/Dhaka", Phase.SECONDARY,
        ("bn", "en"), "Ms Rahman", "Mr Karim",
        DemoProfile(
            town="Dhaka", latitude=23.72, longitude=90.41, ages=(11, 16), internet=Internet.LIMITED,
            experience=Experience.NONE, interests=("climate_and_environment", "geography", "science"),
            priorities=("global_goals",), offers="A river that floods each year, and what we do then.",
            looks_for="Schools that measure rivers.", weekdays=(6, 0, 1, 2, 3),
            day=("08:30-10:00", "10:00-11:30", "12:00-13:30", "14:00-15:00"),
        ),
    ),
    _seeker(
        "pune", "Pune Hills School", "Pune Hills", "IN", "Asia/Kolkata", Phase.ALL_THROUGH,
        ("mr", "hi", "en"), "Mr Joshi", "Ms Kulkarni",
        DemoProfile(
            town="Pune", latitude=18.52, longitude=73.86, ages=(6, 17), funding=Funding.INDEPENDENT,
            internet=Internet.GOOD, experience=Experience.STRONG,
            interests=("mathematics", "computing", "languages"),
            priorities=("project_work", "language_practice"),
            offers="A maths club with puzzles from three centuries.", looks_for="Puzzle partners.",
            day=("08:00-09:30", "09:30-11:00", "11:30-13:00", "13:30-15:00"), weekdays=(0, 1, 2, 3, 4, 5),
        ),
    ),
    _seeker(
        "leeds", "Leeds Canal Academy", "Leeds Canal", "GB", "Europe/London", Phase.SECONDARY, ("en",),
        "Mr Whitaker", "Ms Patel",
        DemoProfile(
            town="Leeds", latitude=53.8, longitude=-1.55, ages=(11, 18), internet=Internet.GOOD,
            experience=Experience.NONE, interests=("history", "computing"), priorities=("project_work",),
            offers="A canal, a newspaper club.", looks_for="A first partnership.", day=UK_DAY, terms=UK_TERMS,
        ),
    ),
)
"""Verified schools without a partnership of the first days: for the finder."""

OFFICES = (
    DemoSchool(
        demo_id("school", "harbour-office"), "harbour-office", "Harbour Learning Office", "Harbour Office",
        "GB", "Europe/London", Phase.ALL_THROUGH, ("en",),
        (
            _staff("harbour-office", "larsen", "Ms Larsen", StaffRole.PROGRAMME_OFFICER),
            _staff("harbour-office", "devi", "Ms Devi", StaffRole.ADVISER),
        ),
        (), DemoProfile(town="Bristol", latitude=51.45, longitude=-2.59), SchoolKind.OFFICE,
    ),
    DemoSchool(
        demo_id("school", "rift-office"), "rift-office", "Rift Valley Learning Office", "Rift Office",
        "KE", "Africa/Nairobi", Phase.ALL_THROUGH, ("en", "sw"),
        (_staff("rift-office", "kamau", "Mr Kamau", StaffRole.PROGRAMME_OFFICER),),
        (), DemoProfile(town="Nairobi", latitude=-1.29, longitude=36.82), SchoolKind.OFFICE,
    ),
)
"""They run the programmes."""

PROGRAMME_OFFICES = {
    "global-learning": "harbour-office", "sister-schools": "harbour-office", "south-south": "rift-office",
}
"""Slug of a programme -> key of its office."""
