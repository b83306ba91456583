"""The partnerships of the demo world, and some days of talk in their spaces."""

from __future__ import annotations

from server.demo.shapes import DemoAgreement, DemoPartnership, DemoSpace, demo_id
from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus
from server.spaces.models import SpaceKind

ACCEPTED, INVITED = MemberStatus.ACCEPTED, MemberStatus.INVITED
LEAD, PARTNER, NETWORK = MemberRole.LEAD, MemberRole.PARTNER, MemberRole.NETWORK

PARTNERSHIPS = (
    DemoPartnership(
        demo_id("partnership", "rivers"), PartnershipKind.ONE_TO_ONE, "Willow and Nakuru Hill",
        PartnershipStatus.ACTIVE,
        (("willow", LEAD, ACCEPTED), ("nakuru-hill", PARTNER, ACCEPTED)),
        ("willow/okafor", "nakuru-hill/wanjiru"),
        agreement=DemoAgreement(
            ("Both classes measure their river each month and compare.",
             "Every child writes to a child of the other class twice a term."),
            ("willow", "nakuru-hill"), ("willow", "nakuru-hill"),
            ("Both classes measure their river each week and compare.",
             "Every child writes to a child of the other class twice a term.",
             "At the end each school shows the project to its parents."),
        ),
        spaces=(
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
    DemoPartnership(
        # Waits for one headteacher: its programme asks for a signed agreement.
        demo_id("partnership", "lakes"), PartnershipKind.ONE_TO_ONE, "Willow and West Lake",
        PartnershipStatus.PROPOSED,
        (("willow", LEAD, ACCEPTED), ("west-lake", PARTNER, ACCEPTED)),
        ("willow/hughes", "west-lake/teacher"),
        programme="sister-schools",
        agreement=DemoAgreement(
            ("Each class sends a picture of its water and a poem each month.",
             "Students learn twenty words of the other language."),
            ("willow", "west-lake"), ("west-lake",),
        ),
    ),
)
"""The partnerships, in the states that a first look around should meet."""
