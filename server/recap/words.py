"""What a printed lesson says by itself, in four languages. What people wrote stays as they wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COLOURS = ("blue", "orange", "green", "pink", "brown", "grey", "red", "purple")
"""What the eight colours of schools are called, in their order: paper may be black and white."""

EN = MappingProxyType({
    "attendance": "Attendance", "schools": "The schools", "school": "School", "colour": "Colour",
    "students": "Students", "adults": "Adults", "adult": "adult", "times": "There", "minutes": "Minutes",
    "name": "Name", "class": "Class", "nobody": "nobody", "goes_on": "still running",
    "own_clock": "Times are by the clock of each person's own school.",
    "chat": "Chat", "nothing_said": "Nothing was written.", "answers": "to {name}:",
    "everyone": "Everyone", "group": "Group", "group_number": "Group {number}",
    "polls": "Questions", "answer": "Answer", "all": "All", "answered": "Answered", "right": "right",
    "notes": "Notes", "no_notes": "The notes are not on this paper. They stand in the space.",
    "files": "Files that were added", "made": "Printed {moment} UTC",
    "no_pictures": "The board pages are not on this paper. They stand on the page of the lesson.",
    "left_out_messages": "{count} more messages are not in here. The table of messages has more.",
    "left_out_people": "{count} more people are not on this paper. The table of attendance has them.",
    "left_out_polls": "{count} more questions are not on this paper. The table of questions has them.",
    "left_out_notes": "The notes go on. The rest stands in the space.",
    "blue": "blue", "orange": "orange", "green": "green", "pink": "pink", "brown": "brown", "grey": "grey",
    "red": "red", "purple": "purple",
})
FR = MappingProxyType({
    "attendance": "Présences", "schools": "Les écoles", "school": "École", "colour": "Couleur",
    "students": "Élèves", "adults": "Adultes", "adult": "adulte", "times": "Présence", "minutes": "Minutes",
    "name": "Nom", "class": "Classe", "nobody": "personne", "goes_on": "en cours",
    "own_clock": "Les heures sont celles de l'école de chaque personne.",
    "chat": "Messages", "nothing_said": "Rien n'a été écrit.", "answers": "à {name} :",
    "everyone": "Tout le monde", "group": "Groupe", "group_number": "Groupe {number}",
    "polls": "Questions", "answer": "Réponse", "all": "Total", "answered": "Ont répondu", "right": "juste",
    "notes": "Notes", "no_notes": "Les notes ne sont pas sur ce papier. Elles sont dans l'espace.",
    "files": "Fichiers ajoutés", "made": "Imprimé le {moment} UTC",
    "no_pictures": "Les pages du tableau ne sont pas sur ce papier. Elles sont sur la page de la leçon.",
    "left_out_messages": "{count} autres messages ne sont pas ici. Le tableau des messages en a plus.",
    "left_out_people": "{count} autres personnes ne sont pas sur ce papier. "
                       "Le tableau des présences les contient.",
    "left_out_polls": "{count} autres questions ne sont pas sur ce papier. "
                      "Le tableau des questions les contient.",
    "left_out_notes": "Les notes continuent. La suite est dans l'espace.",
    "blue": "bleu", "orange": "orange", "green": "vert", "pink": "rose", "brown": "brun", "grey": "gris",
    "red": "rouge", "purple": "violet",
})
AR = MappingProxyType({
    "attendance": "الحضور", "schools": "المدارس", "school": "المدرسة", "colour": "اللون",
    "students": "الطلاب", "adults": "البالغون", "adult": "بالغ", "times": "وقت الحضور", "minutes": "الدقائق",
    "name": "الاسم", "class": "الصف", "nobody": "لا أحد", "goes_on": "لا يزال جاريًا",
    "own_clock": "الأوقات بحسب ساعة مدرسة كل شخص.",
    "chat": "الدردشة", "nothing_said": "لم يُكتب شيء.", "answers": "ردًّا على {name}:",
    "everyone": "الجميع", "group": "مجموعة", "group_number": "المجموعة {number}",
    "polls": "الأسئلة", "answer": "الإجابة", "all": "الكل", "answered": "أجابوا", "right": "صحيح",
    "notes": "الملاحظات", "no_notes": "الملاحظات ليست على هذه الورقة. تجدها في الغرفة.",
    "files": "الملفات المضافة", "made": "طُبع في {moment} UTC",
    "no_pictures": "صفحات اللوح ليست على هذه الورقة. تجدها في صفحة الدرس.",
    "left_out_messages": "هناك {count} رسالة أخرى ليست هنا. جدول الرسائل فيه المزيد.",
    "left_out_people": "هناك {count} شخصًا آخر ليسوا على هذه الورقة. تجدهم في جدول الحضور.",
    "left_out_polls": "هناك {count} سؤالًا آخر ليس على هذه الورقة. تجدها في جدول الأسئلة.",
    "left_out_notes": "الملاحظات أطول من ذلك. البقية في الغرفة.",
    "blue": "أزرق", "orange": "برتقالي", "green": "أخضر", "pink": "وردي", "brown": "بنّي", "grey": "رمادي",
    "red": "أحمر", "purple": "بنفسجي",
})
SW = MappingProxyType({
    "attendance": "Mahudhurio", "schools": "Shule", "school": "Shule", "colour": "Rangi",
    "students": "Wanafunzi", "adults": "Watu wazima", "adult": "mtu mzima", "times": "Walikuwepo",
    "minutes": "Dakika", "name": "Jina", "class": "Darasa", "nobody": "hakuna mtu",
    "goes_on": "bado linaendelea",
    "own_clock": "Saa ni za shule ya kila mtu.",
    "chat": "Soga", "nothing_said": "Hakuna kilichoandikwa.", "answers": "kwa {name}:",
    "everyone": "Wote", "group": "Kikundi", "group_number": "Kikundi cha {number}",
    "polls": "Maswali", "answer": "Jibu", "all": "Wote", "answered": "Waliojibu", "right": "sahihi",
    "notes": "Maandishi", "no_notes": "Maandishi hayapo kwenye karatasi hii. Yapo chumbani.",
    "files": "Faili zilizoongezwa", "made": "Imechapishwa {moment} UTC",
    "no_pictures": "Kurasa za ubao hazipo kwenye karatasi hii. Zipo kwenye ukurasa wa somo.",
    "left_out_messages": "Ujumbe {count} zaidi haupo hapa. Jedwali la ujumbe lina zaidi.",
    "left_out_people": "Watu {count} zaidi hawapo kwenye karatasi hii. Jedwali la mahudhurio linao.",
    "left_out_polls": "Maswali {count} zaidi hayapo kwenye karatasi hii. Jedwali la maswali linayo.",
    "left_out_notes": "Maandishi yanaendelea. Mengine yapo chumbani.",
    "blue": "buluu", "orange": "chungwa", "green": "kijani", "pink": "waridi", "brown": "kahawia",
    "grey": "kijivu", "red": "nyekundu", "purple": "zambarau",
})
WORDS: Mapping[str, Mapping[str, str]] = {"en": EN, "fr": FR, "ar": AR, "sw": SW}
