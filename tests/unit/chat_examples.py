"""Messages as children write them, and what the chat filter should make of them, by language.

`HELD` waits for an adult, for the reason named; `FINE` goes out. Both matter alike: a filter that stops sums,
dates and the names of places is switched off in the first week.
"""

# ruff: noqa: RUF001  # letters that look like others are the point

from __future__ import annotations

from server.safeguarding.filter import Reason

_HELD = {
    "en": """
        phone    call me 07700 900123
        phone    my number 0712345678
        phone    0 7 7 0 0 9 0 0 1 2 3
        phone    07*00*900*123
        phone    0712-345-678
        phone    +254 712 345678
        phone    ０７７００９００１２３
        phone    0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣
        phone    zero seven one two three four five six seven eight
        phone    oh seven double seven oh oh nine oh oh one two three
        phone    text 7700900 tonight
        email    heron@example.org
        email    heron at gmail dot com
        email    heron (at) gmail (dot) com
        email    heron @ gmail . com
        email    heron at school dot org
        link     https://example.org/x
        link     www.example.com
        link     look at tiktok.com/heron
        link     youtube dot com
        link     example . com
        link     bit.ly/abc
        link     t.me/heron
        handle   I am @heron_07
        contact  add me on snap
        contact  my insta is heron
        contact  what's your number
        contact  Whats your snapchat username
        contact  don't tell your teacher
        address  I live at 12 Mill Road
        address  we are SW1A 1AA
        address  P.O. Box 345
        language you are a sh1t
        language f u c k you
        language f.u.c.k
        language fuuuuck
        language fuсk
        language ѕhit
        language shi\u200bt
        language f*ck this
        language f***
        language b!tch
        language $hit
        language bullshit
        language you asshole
        language a$$hole
        language fuckyou
        language sh-it
        language send nudes
        unkind   shut up
        unkind   You're ugly
        unkind   nobody likes you
        unkind   kill yourself
        worry    I want to die
        worry    he hits me at home
    """,
    "fr": """
        phone    06 12 34 56 78
        phone    06.12.34.56.78
        phone    appelle-moi au 0612345678
        phone    zéro sept un deux trois zéro cinq six sept huit
        email    heron arobase gmail point com
        contact  ajoute-moi sur snap
        contact  c'est quoi ton numéro
        address  j'habite au 12 rue des Lilas
        address  mon adresse est simple
        language putain de merde
        language p u t a i n
        language enculé
        language l'enculé
        language connaaaard
        language quelle sal0pe
        unkind   t'es con
        unkind   ferme ta gueule
        unkind   nique ta mère
        unkind   je te déteste
        worry    je veux mourir
    """,
    "ar": """
        phone    ٠٧١٢٣٤٥٦٧٨
        phone    رقمي ٠٧١٢ ٣٤٥ ٦٧٨
        phone    ۰۷۱۲۳۴۵۶۷۸
        phone    صفر سبعة واحد اثنان صفر أربعة خمسة ستة سبعة ثمانية
        contact  أعطني رقمك
        contact  اضفني على سناب
        address  عنواني شارع النيل
        language شَرْمُوطَة
        language شـرمـوطة
        language الشرموطة
        language ش ر م و ط ة
        unkind   كس امك
        unkind   يا كلب
        unkind   أنت غبي
        unkind   أكرهك
        worry    أريد أن أموت
    """,
    "sw": """
        phone    nipigie 0712345678
        phone    sifuri saba moja mbili sifuri nne tano sita saba nane
        contact  nipe namba yako
        contact  namba yangu ya simu ni siri
        language kuma mamako
        language mkundu wako
        language nitakutomba
        language malaya
        language pumbaaaavu
        language m.a.l.a.y.a
        unkind   wewe ni mjinga
        unkind   nakuchukia
        worry    nataka kufa
    """,
}

_FINE = {
    "en": """
        3.14159265
        12 + 34 = 46
        2026-11-22
        22/11/2026 at 10:30
        the Nile is 6650 km and the Amazon 6400 km
        pages 12-15 and 20-25
        1914-1918 and 1939 - 1945
        299792458 m/s
        Kenya has 47 564 296 people
        7,800,000,000
        7 800 000 000 people
        1 2 3 4 5 6 7 8 9 10
        2 4 6 8 10 12 14 16
        one two three four five six seven eight nine ten
        ten nine eight seven six five four three two one
        temperatures 12 15 18 11 14 16 17
        3, 5, 2, 8, 9, 1, 4
        1/3 = 0.3333333333
        0101010101
        123456789
        We start at 10:00 here, 13:00 there
        a = 5, b = 12, c = 13
        45s later the 4th group
        Essex and Sussex, class 5B, assess the assignment in Scunthorpe
        shiitake mushrooms, a cocktail, a peacock, Dickens
        they snigger at the swanky hat
        analysis, cumulative, Titanic, Middlesex, basement, grape, therapist
        pussy willow, blue tits, Moby Dick
        Niger, Nigeria, Rio Negro
        look at this. it works. so do we
        meet me at the dot
        the end. We won
        photo.jpg and rivers.pdf
        TikTok is popular in Kenya
        email is faster than a letter
        @ 5 pm
        CO2 3kg H2O pH7 5ml
        A4 paper, B12 vitamin, M25 road
        we live at the river
        What is your name? Where do you live?
        f(x) = a*b + c*d
        a b c d
        e.g. rivers, i.e. water
        It costs 1 500 000 shillings
        5*4*3*2*1 = 120
        $100 and €50
        Hello!!! Yesss!!! Sooo good!!!
        hahahahaha LOL
        the 7th of the 11th 2026
        ISBN 978-3-16-148410-0
        Coordinates -0.3031, 36.0800
        we did 100,000 steps
        what a shame
    """,
    "fr": """
        Les élèves ont mesuré la rivière à 8h30
        un deux trois quatre cinq six sept huit neuf dix
        une salopette bleue
        le retard du train
        du fromage râpé
        la tombe de Toutankhamon
        le député utilise son computer
        ferme la porte
        un pneu crevé
        la peau de phoque
        un tas de cuillères
        C'est l'as de pique, assez concis
        Le Rhône fait 812 km
        J'habite à Lyon
    """,
    "ar": """
        مرحبا! نحن ندرس الأنهار
        شعر جميل ولبن وجنس الاسم
        الكسندر والخراب والمعرض
        طول النهر ٦٦٥٠ كم
        واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية
        الصفحة ١٢-١٥
        ٢٢/١١/٢٠٢٦
        كلب أسود وحمار صغير
        أسكن في القاهرة
    """,
    "sw": """
        Habari zenu! Tunapenda mto wetu.
        moja mbili tatu nne tano sita saba nane tisa kumi
        kumi na moja, kumaliza, tumbili, kutamka, kumbukumbu
        mto Nzoia una urefu wa kilomita 257
        mbwa wangu ni mzuri, punda amebeba maji
        watoto wanacheza mpira, kipepeo na chura
        Ninaishi Nakuru
        tunasoma ukurasa wa 12-15
    """,
}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


HELD: list[tuple[str, Reason, str]] = [
    (language, Reason(reason), text.strip())
    for language, examples in _HELD.items()
    for reason, text in (line.split(maxsplit=1) for line in _lines(examples))
]
FINE: list[tuple[str, str]] = [
    (language, line) for language, examples in _FINE.items() for line in _lines(examples)
]
