"""The words of our mail, in four languages: a subject and a text for each kind."""

from __future__ import annotations

from server.mail.letters import Kind

# ruff: noqa: E501, RUF001 - sentences stand whole, and Arabic letters are meant
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
    "ar": ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
           "نوفمبر", "ديسمبر"),
    "sw": ("Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba",
           "Novemba", "Desemba"),
}
HERE = {"en": "{time}, your time", "fr": "{time}, heure de chez vous", "ar": "{time} بتوقيتكم",
        "sw": "{time}, saa za kwenu"}
IN_TOWN = {"en": "{time} at {school}", "fr": "{time} à {school}", "ar": "{time} في {school}",
           "sw": "{time} katika {school}"}
LINK = {"en": "Open it here:", "fr": "Pour l'ouvrir :", "ar": "افتحوه هنا:", "sw": "Fungua hapa:"}
TIMES_MORE = {
    "en": "This is the first of {times} lessons.", "fr": "C'est la première de {times} leçons.",
    "ar": "هذا هو الأول من {times} دروس.", "sw": "Hili ni la kwanza kati ya masomo {times}.",
}
OTHER = {
    "all_to_come": {
        "en": "This is about all lessons of this row that are still to come.",
        "fr": "Cela concerne toutes les leçons de cette série qui restent à venir.",
        "ar": "هذا يخص كل الدروس القادمة من هذه السلسلة.",
        "sw": "Hii inahusu masomo yote yajayo ya mfululizo huu.",
    },
    "space_archived": {
        "en": "The space was archived. No lesson is held in it any more.",
        "fr": "L'espace a été archivé. Aucune leçon n'y a plus lieu.",
        "ar": "أُرشفت الغرفة. لن يُقام فيها أي درس بعد الآن.",
        "sw": "Chumba kimehifadhiwa. Hakuna somo litakalofanyika humo tena.",
    },
    "partnership_ended": {
        "en": "The partnership has ended. No lesson is held in its spaces any more.",
        "fr": "Le partenariat a pris fin. Aucune leçon n'a plus lieu dans ses espaces.",
        "ar": "انتهت الشراكة. لن يُقام أي درس في غرفها بعد الآن.",
        "sw": "Ushirikiano umekwisha. Hakuna somo litakalofanyika katika vyumba vyake tena.",
    },
}
SIGNED = {
    "en": "Commonroom\nNobody reads answers to this address.",
    "fr": "Commonroom\nPersonne ne lit les réponses à cette adresse.",
    "ar": "Commonroom\nلا أحد يقرأ الردود على هذا العنوان.",
    "sw": "Commonroom\nHakuna anayesoma majibu ya anwani hii.",
}
WORDS: dict[Kind, dict[str, tuple[str, str]]] = {
    Kind.LESSON_ASKED: {
        "en": ("{school} proposes a lesson: {title}",
               "{school} would like to hold the lesson \"{title}\" in {space}. Does the time suit your class? "
               "Please say yes or no."),
        "fr": ("{school} propose une leçon : {title}",
               "{school} aimerait tenir la leçon « {title} » dans {space}. L'heure convient-elle à votre "
               "classe ? Merci de répondre oui ou non."),
        "ar": ("{school} تقترح درسًا: {title}",
               "تودّ {school} إقامة الدرس «{title}» في {space}. هل يناسب الوقت صفكم؟ أجيبوا بنعم أو لا."),
        "sw": ("{school} inapendekeza somo: {title}",
               "{school} ingependa kufanya somo \"{title}\" katika {space}. Je, muda huu unafaa darasa lako? "
               "Tafadhali jibu ndiyo au hapana."),
    },
    Kind.LESSON_SCHEDULED: {
        "en": ("The lesson is set: {title}", "Every school has said yes. \"{title}\" in {space} takes place."),
        "fr": ("La leçon est fixée : {title}",
               "Toutes les écoles ont dit oui. « {title} » dans {space} aura lieu."),
        "ar": ("تم تحديد الدرس: {title}", "وافقت كل المدارس. سيُقام «{title}» في {space}."),
        "sw": ("Somo limepangwa: {title}",
               "Kila shule imekubali. \"{title}\" katika {space} litafanyika."),
    },
    Kind.LESSON_DECLINED: {
        "en": ("{school} said no: {title}",
               "{school} said no to what was asked about \"{title}\" in {space}. What held before still holds. "
               "You can propose another time."),
        "fr": ("{school} a dit non : {title}",
               "{school} a dit non à la demande sur « {title} » dans {space}. Ce qui était prévu reste prévu. "
               "Vous pouvez proposer un autre moment."),
        "ar": ("رفضت {school}: {title}",
               "لم توافق {school} على ما طُلب بشأن «{title}» في {space}. يبقى ما كان كما كان. يمكنكم اقتراح "
               "وقت آخر."),
        "sw": ("{school} imekataa: {title}",
               "{school} imekataa ombi kuhusu \"{title}\" katika {space}. Yaliyokuwa yamepangwa yanabaki. "
               "Unaweza kupendekeza muda mwingine."),
    },
    Kind.LESSON_MOVE_ASKED: {
        "en": ("{school} asks for another time: {title}",
               "{school} would like to move \"{title}\" in {space} to the time below. Until you say yes, the "
               "old time holds."),
        "fr": ("{school} demande un autre moment : {title}",
               "{school} aimerait déplacer « {title} » dans {space} au moment ci-dessous. Tant que vous n'avez "
               "pas dit oui, l'ancien moment reste prévu."),
        "ar": ("{school} تطلب وقتًا آخر: {title}",
               "تودّ {school} نقل «{title}» في {space} إلى الوقت أدناه. يبقى الوقت القديم حتى توافقوا."),
        "sw": ("{school} inaomba muda mwingine: {title}",
               "{school} ingependa kuhamisha \"{title}\" katika {space} hadi muda ulio hapa chini. Hadi "
               "utakapokubali, muda wa zamani unabaki."),
    },
    Kind.LESSON_MOVED: {
        "en": ("New time: {title}", "\"{title}\" in {space} takes place at a new time."),
        "fr": ("Nouveau moment : {title}", "« {title} » dans {space} a lieu à un autre moment."),
        "ar": ("وقت جديد: {title}", "يُقام «{title}» في {space} في وقت جديد."),
        "sw": ("Muda mpya: {title}", "\"{title}\" katika {space} litafanyika kwa muda mpya."),
    },
    Kind.LESSON_CANCEL_ASKED: {
        "en": ("{school} asks to cancel: {title}",
               "{school} would like to cancel \"{title}\" in {space}. Until you say yes, it takes place."),
        "fr": ("{school} demande d'annuler : {title}",
               "{school} aimerait annuler « {title} » dans {space}. Tant que vous n'avez pas dit oui, la "
               "leçon a lieu."),
        "ar": ("{school} تطلب الإلغاء: {title}",
               "تودّ {school} إلغاء «{title}» في {space}. يبقى الدرس قائمًا حتى توافقوا."),
        "sw": ("{school} inaomba kughairi: {title}",
               "{school} ingependa kughairi \"{title}\" katika {space}. Hadi utakapokubali, somo lipo."),
    },
    Kind.LESSON_CANCELLED: {
        "en": ("Cancelled: {title}", "\"{title}\" in {space} does not take place."),
        "fr": ("Annulée : {title}", "« {title} » dans {space} n'a pas lieu."),
        "ar": ("أُلغي: {title}", "لن يُقام «{title}» في {space}."),
        "sw": ("Limeghairiwa: {title}", "\"{title}\" katika {space} halitafanyika."),
    },
    Kind.LESSON_TOMORROW: {
        "en": ("Soon: {title}", "A reminder: \"{title}\" in {space} takes place within a day."),
        "fr": ("Bientôt : {title}", "Rappel : « {title} » dans {space} a lieu d'ici un jour."),
        "ar": ("قريبًا: {title}", "تذكير: يُقام «{title}» في {space} خلال يوم."),
        "sw": ("Karibuni: {title}", "Kumbusho: \"{title}\" katika {space} litafanyika ndani ya siku moja."),
    },
    Kind.REPORT_FILED: {
        "en": ("A report waits for you", "Somebody has made a report in {name}. Please read it today."),
        "fr": ("Un signalement vous attend",
               "Quelqu'un a fait un signalement dans {name}. Merci de le lire aujourd'hui."),
        "ar": ("بلاغ في انتظاركم", "قدّم شخص بلاغًا في {name}. يُرجى قراءته اليوم."),
        "sw": ("Ripoti inakusubiri", "Mtu ametoa ripoti katika {name}. Tafadhali isome leo."),
    },
    Kind.REPORT_WAITS: {
        "en": ("A report is still waiting", "Nobody has taken up a report in {name} yet. Please read it now."),
        "fr": ("Un signalement attend toujours",
               "Personne n'a encore pris en charge un signalement dans {name}. Merci de le lire maintenant."),
        "ar": ("بلاغ ما زال ينتظر", "لم يتولَّ أحد بعد بلاغًا في {name}. يُرجى قراءته الآن."),
        "sw": ("Ripoti bado inasubiri",
               "Bado hakuna aliyeshughulikia ripoti katika {name}. Tafadhali isome sasa."),
    },
}
