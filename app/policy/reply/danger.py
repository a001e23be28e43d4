"""Signs that a person may be in danger: the tenant, or somebody the tenant threatens.

A missed one cannot be made good, a false one costs a phone call: both lists err towards finding. How a line is read
stands in `phrases`. `doe` is how `dö` is searched.
"""

from app.policy.reply.phrases import Phrase, find, folded, phrases
from app.policy.reply.wording import Wording

_CRISIS_SWEDISH: tuple[Phrase, ...] = phrases("""
=doe
sjalvmord*
sjalmord*
dodshjalp*
overdos*
psykakut*
orkar|orka|orkr|okrar|pallar|palla inte|ej|int|icke|inge ... mer|mera|langre|langer|leva|fortsatta|kampa|livet
orkar|orka|orkr|okrar|pallar|palla inte|ej|int|icke med livet|allt|allting|nagonting|nagot
orkar|orka|orkr|okrar|pallar|palla inte|ej|int|icke =det|detta|allt|allting|har|nagot|nagonting|nanting $
orkar|orka|orkr|okrar|pallar|palla inte|ej|int|icke ha har $
orkar|orka|orkr|okrar|pallar|palla inte|ej|int|icke $
orkar|orka ingenting
=klarar|klara inte|ej|int mer|mera|langre|livet|leva|detta|allt
=kan inte|ej|int =mer|mera|langre|leva
=kan inte|ej|int fortsatta $|langre|leva|sahar|mer
=kan inte|ej|int fortsatta =sa har
=star|sta inte|ej =ut
=vill|ville|vil =do
=jag|ja|vi =dor
vill|onskar ... =dod|dog|doden
tankar|langtar|langtan doden|=doe
vill|vil|ville|orkar|vagar|onskar|tanker|kan|far|skulle|ids inte|ej|int|icke|aldrig ... leva|lever|finnas|existera|vakna
vill|vil|ville|orkar inte|ej|int har langre|mer|mera|kvar
vill|vil|ville inte|ej|int vara med langre|mer|mera
vill|vil|ville forsvinna
vill|vil|ville =bort harifran|livet
vill|vil|ville slippa =leva|livet|allt|finnas|allting|vakna
slippa =leva|livet
somna =in
hoppas ... inte|aldrig vaknar|vakna
=ta|tar|tog|tagit|taga livet
=ta|tar|tog|tagit|taga ... =liv =av
=ta|tar|tog|tagit|taga =mitt =liv
=ta|tar|tog|tagit|taga =mitt =eget =liv
=ta|tar|tog|tagit|taga =av =daga
=avsluta|avslutar|avslutat|sluta ... livet|allt|allting
=avsluta|avslutar|avslutat|sluta =mitt|detta =liv
=gor|gora|gjort slut pa =allt|livet|mig|allting|det|lidandet
=slut =pa =allt|livet|lidandet
livet ar slut|over|meningslost|vardelost|hopplost
allt|allting ar|kanns|blir slut|over|meningslost|hopplost|svart|vardelost|morkt
kanns meningslost|hopplost
livet meningslost|vardelost|hopplost|svart
inte|ej vard|vart =leva|livet
onskar =allt =tog|vore|var =slut
=inget|ingenting =ar =vart|vard
trott|less|utled|trot =pa livet|=leva
=trott|less =pa =allt|allting|leva|att $|leva
=hatar livet|liv|=mig
ingen|inget|inge|inga mening|meningen|utvag|framtid|hopp|livslust|livsvilja
ingen|inget|inga|ingenting|anledning|skal =leva
ser|finns ingen =vag =ut|fram
=leva =for $
=ger|ge|gett|givit =upp $|nu|allt|livet|hoppet|snart|hopp
battre utan mig
battre =om =jag ... inte|=dog|forsvann|forsvinner
ser mig aldrig|inte =mer|igen
farval
adjo
=skada|skadar|skadat|skar|skara|skarit|skurit|hanga|hanger|skjuta|skjuter|doda|dodar|dodat|branna =mig|mej
skada|skara|doda sjalv
hoppa|hoppar|kasta ... balkong*|=bro|bron|fonst*|taket|sparet
framfor ... tag|taget|tunnelbanan
=alla|massa|burk|hela ... tabletter|piller
=slar|slog|stryper|misshandlar mig|mej|oss|barnen
misshandla*
=radd|radda|radsla =for|om ... =liv|livet
=han|hon|sambon|mannen|exet|maken|pojkvannen hotar|slar|slog|misshandlar
""")

_CRISIS_ENGLISH: tuple[Phrase, ...] = phrases("""
suicid*
overdose*
unalive*
kill|killing|kil|hang|hanging|hurt|hurting|harm|harming|cut|cutting|shoot|drown|stab|=off myself
kill|killing|hurt|harm|harming|cut =my =self
=kill =me
want|wanna|wana|wish|wanting|ready|going|gonna|better|rather|hope|like =die|dead|dieing|dying|dye
=let =me =die
=i|im =die|dying
wish ... =dead|died|born
=wanted|want =2 =die
=end|ending|ended =it =all|now|tonight|today
=end|ending|take|taking|took ... =my|own =life|live|lfie
tired|sick =of living|life|everything
done =with|of =life|living
point =of living|life
=hate ... life|=myself
=self harm*
selfharm*
=cant|cannot|cnt|couldnt|cnat =go|going|carry|keep =on|going
=can =not =go|carry|keep =on|going
=cant|cannot|cnt|couldnt|cnat take|do|handle|cope|bear|stand|live|continue ... anymore|more|longer
=can =not take|do|handle|cope|bear|stand|live|continue ... anymore|more|longer
=cant|cannot|cnt|cnat anymore|cope|live
=cant|cannot|cnt|cnat continue $|like|living|anymore|life
=cant|cannot|cnt|cnat take|bear|stand|handle =it|this|life $
=cant|cannot|cnt|cnat =any =more
=dont|not|never|longer|didnt|no want|wanna ... live|exist|wake|alive
=dont|not|never|longer want|wanna here|around
no|any|see reason|point|purpose|meaning|sense live|living|anymore|life
=no|isnt point|hope|meaning|=future
lost|without|all hope
feel|feels|is|everything|im hopeless|pointless|meaningless|worthless
no|only|see =way =out
nothing ... live
life|everything over|pointless|meaningless|worthless|hopeless
not|isnt worth living
=give|giving|gave|given =up $|hope|life|on|now
better =off =dead|without
goodbye forever|world|cruel|everyone
farewell
=took|taken|swallow|swallowed ... =pills|tablets
jump|jumping =off|from|infront bridge|train|roof|balcony|window
want|wanna disappear
never see me again
=hits|beats|beating|abuses|threatens|strangled =me|us
=afraid|fear|scared|fearing =for ... life|lives|safety
""")

_CRISIS_PLAINEST: tuple[Phrase, ...] = phrases("""
itsemurha*
haluan kuolla
jaksa enaa
انتحار
الانتحار
اريد ... اموت
خودکشی
میخواهم بمیرم
خواهم بمیرم
самогуб*
самоуб*
хочу померти|вмерти
хочу умереть
samoboj*
chce umrzec
samoubi*
zelim|hocu umrijeti|umreti
intihar*
olmek istiyorum
xwe bikujim
""")
"""The plainest words of languages in which tenants may write without being asked to."""

_RUN_TOGETHER = (
    "villinteleva",
    "orkarintemer",
    "orkarintelangre",
    "orkarinteleva",
    "tamittliv",
    "livetavmig",
    "villbarado",
    "sjalvmord",
    "killmyself",
    "wanttodie",
    "wannadie",
    "enditall",
    "dontwanttolive",
)
"""Written without spaces, or with them in odd places."""

_THREAT: tuple[Phrase, ...] = phrases("""
=ska|skall|kommer|tanker|vill ... =doda|mordar|morda|dodar|knivhugga|misshandla|spoa|halshugga|strypa
=doda|dodar|mordar|morda|skjuta|skjuter|knivhugga =er|dig|dej|honom|henne|dem|dom|alla|nagon
=spoa|misshandla|slar|sla|skada|hugga =er|dig|dej|honom|henne|dem|dom|alla|ihjal|nagon
=sla|slar|slog =ihjal|ner|sonder|kaften
=sla|slar|slog =pa =kaften
=ska|skall|tanker|kommer =sla|slar =er|dig|sonder|ihjal|ner|grannen|chefen|handlaggaren|personalen|$
=branna|branner|spranga|spranger =ner|huset|kontoret|er|dig|bort|skiten|allt|stallet|bolaget|lagenheten|hus|kontor|upp
=tanda|tander =eld|pa =kontoret|huset|er|stallet|pa
=bomb|bomben|bomber|bombhot|bomba
=vet|vett =var|vart =du|ni =bor|jobbar|bodde
=vet|vett =var|vart =dina|era|din|er|ditt barn|familj|fru|man|ungar|hus
=ska|kommer =hitta|jaga =dig|dej|er
=ni|du =ska|skall|kommer =fa =se|igen|angra|fan|smaka|sota|veta|skit|stryk|kanna|lida|$
=ni|du =ska|skall|kommer =fa =betala =for
=ni|du =ska|skall|kommer ... angra|sota|=lida
=ni|du =ska|skall|borde =akta|passa|se =er|dig|dej|upp
=akta|passa =er|dig|dej =noga|javligt|javlar|sa|$
=du|ni =ar =dod|doda
=har|tar|kommer ... =vapen|pistol|kniv|gevar|yxa|machete|bensin
=kommer =dit|ner|hem|over =och =slar|doda|krossar|dodar|skjuter
=ta|tar|tog =dod =pa
=snart =smaller
=krossa|krossar =er|dig|skallen
=knacka|knacker|bryta|bryter =benen|armarna|knaskalar
=will|ill|gonna|going|want ... =kill|murder|stab|strangle
=kill|killing|murder|shoot|stab|hurt|harm|beat|punch =you|u|him|her|them|everyone|everybody|someone
=burn ... =down|house|office
=blow =up
=know =where =you|u =live|work|stay
=know =where =your|ur =family|kids|children|house
=will|ill|gonna|going =find|hunt =you|u
=coming|come =for|after =you|u
=you|u|youll =will|ll|gonna|going =regret|suffer|die
=youll =regret|suffer|die
=you|u|youll =will|gonna|pay =pay|for =for|this
=you|u =are =dead
=youre|ur =dead
=watch =your|ur =back
=have|got|bring|bringing ... =gun|knife|weapon
""")


def crisis(wording: Wording) -> str | None:
    """The words that say that the tenant may be in danger, or None."""
    words = folded(wording)
    found = find(words, _CRISIS_SWEDISH) or find(words, _CRISIS_ENGLISH) or find(words, _CRISIS_PLAINEST)
    if found is not None:
        return found
    together = "".join(word for word in words if word.isalpha())
    return next((sign for sign in _RUN_TOGETHER if sign in together), None)


def threat(wording: Wording) -> str | None:
    """The words that threaten somebody else, or None. Ask `crisis` first."""
    return find(folded(wording), _THREAT)
