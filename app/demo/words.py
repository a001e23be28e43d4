"""The words of the transcript, in the languages that a reader at a terminal may want."""

from collections.abc import Mapping
from typing import Final

_EN: Final = {
    "intro": "Bobolaget in Norrängen: a made-up housing company with {count} tenancies.\n"
    "The rent for November is due on Friday 30 October 2026, and All Saints' Day is the Saturday after.\n"
    "Everything goes in through Kvar's own doors: signed webhooks from the rent system, replies from phones.\n"
    "Below: when, who, what was sent and what was not, and why. Messages stand as the tenant reads them.",
    "quiet": "Nothing to tell: {days}.",
    "sent": "SENT  {channel} to {names}",
    "same": "The same, each by name: {names}",
    "not_sent": "NOT SENT  {channel} to {names}",
    "came_to_nothing": "DID NOT ARRIVE  {channel} to {names}",
    "wait": "NOT SENT  to {names}",
    "skipped": "PASSED OVER  a step for {names}",
    "no_thanks": "NOT SENT  no thank-you to {names}",
    "to_a_person": "TO A PERSON  {names}",
    "done": "DONE  {names}",
    "to_staff": "TO STAFF  {channel}",
    "reply": "REPLY  from {names}",
    "alert": "ALERT  about {names}",
    "late": "LATE  {names}",
    "part_paid": "PAID IN PART  {names}",
    "paid": "PAID  {names}",
    "call": "CALL  {names}",
    "callback": "CALL-BACK  {names}",
    "contact_point": "NUMBER OR ADDRESS  {names}",
    "legal": "LEGAL  {names}",
    "tenancy": "ENDED  {names}",
    "visit": "VISIT  {names}",
    "letter": "LETTER  {names}",
    "plan": "PLAN  {names}",
    "consent": "CONSENT  {names}",
    "why": "Why:",
    "protected": "Protected identity",
    "channel_sms": "SMS",
    "channel_email": "e-mail",
    "and_more": "and {count} more",
    "summary": "IN ALL",
    "sent_count": "{count} messages were sent to tenants: {templates}.",
    "staff_count": "{count} messages were sent to staff.",
    "unsent_count": "Not sent, and why (households by reason):",
    "person_count": "Handed to a person, and why:",
    "callbacks_count": "Call-backs asked for: {asked}; talked: {done}; still to be made: {waiting}.",
    "untouched_count": "{count} households never got a message about late rent.",
    "came_out": "The story came out: all {count} checks hold.",
    "did_not": "The story did NOT come out: {failed} of {count} checks fail.",
    "holds": "yes",
    "fails": "NO",
    "up": "Kvar is up at {url}/demo with the simulated phones and the clock. Stop with Ctrl-C.",
    "other_port": "Port {port} is taken, so another one was chosen.",
    "took": "Played in {seconds:.0f} seconds.",
}
_SV: Final = {
    "intro": "Bobolaget i Norrängen: ett påhittat bostadsbolag med {count} avtal.\n"
    "Hyran för november förfaller fredag 30 oktober 2026, och lördagen efter är alla helgons dag.\n"
    "Allt går in genom Kvars egna dörrar: signerade webhooks från hyressystemet, svar från telefoner.\n"
    "Nedan: när, vem, vad som skickades och vad som inte skickades, och varför. Meddelandena står som de läses.",
    "quiet": "Inget att berätta: {days}.",
    "sent": "SKICKAT  {channel} till {names}",
    "same": "Samma, var och en vid namn: {names}",
    "not_sent": "INTE SKICKAT  {channel} till {names}",
    "came_to_nothing": "KOM INTE FRAM  {channel} till {names}",
    "wait": "INTE SKICKAT  till {names}",
    "skipped": "HOPPAS ÖVER  ett steg för {names}",
    "no_thanks": "INTE SKICKAT  inget tack till {names}",
    "to_a_person": "TILL EN MÄNNISKA  {names}",
    "done": "KLART  {names}",
    "to_staff": "TILL PERSONALEN  {channel}",
    "reply": "SVAR  från {names}",
    "alert": "LARM  om {names}",
    "late": "SEN  {names}",
    "part_paid": "BETALAT EN DEL  {names}",
    "paid": "BETALAT  {names}",
    "call": "SAMTAL  {names}",
    "callback": "ÅTERUPPRINGNING  {names}",
    "contact_point": "NUMMER ELLER ADRESS  {names}",
    "legal": "RÄTTSLIGT  {names}",
    "tenancy": "SLUT  {names}",
    "visit": "BESÖK  {names}",
    "letter": "BREV  {names}",
    "plan": "PLAN  {names}",
    "consent": "SAMTYCKE  {names}",
    "why": "Varför:",
    "protected": "Skyddad identitet",
    "channel_sms": "SMS",
    "channel_email": "e-post",
    "and_more": "och {count} till",
    "summary": "SAMMANLAGT",
    "sent_count": "{count} meddelanden gick till hyresgäster: {templates}.",
    "staff_count": "{count} meddelanden gick till personalen.",
    "unsent_count": "Inte skickat, och varför (hushåll per skäl):",
    "person_count": "Till en människa, och varför:",
    "callbacks_count": "Bad om ett samtal: {asked}; talades vid: {done}; återstår: {waiting}.",
    "untouched_count": "{count} hushåll fick aldrig något meddelande om sen hyra.",
    "came_out": "Berättelsen gick ihop: alla {count} kontroller håller.",
    "did_not": "Berättelsen gick INTE ihop: {failed} av {count} kontroller håller inte.",
    "holds": "ja",
    "fails": "NEJ",
    "up": "Kvar är uppe på {url}/demo med telefonerna och klockan. Sluta med Ctrl-C.",
    "other_port": "Port {port} är upptagen, så en annan valdes.",
    "took": "Spelades på {seconds:.0f} sekunder.",
}
_LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": _EN, "sv": _SV}
LANGUAGES: Final = tuple(_LANGUAGES)


def words_of(language: str) -> Mapping[str, str]:
    """The words of `en` or `sv`. Raises KeyError for another."""
    return _LANGUAGES[language]
