"""The network, for those who want one: Wi-Fi, time servers, a broker. No password is asked for here."""

from tools.asking import Question, one_of
from tools.interview.talk import number, unless_none

NO_PASSWORD = ("Its password is not asked for here and must not stand in this file: tools/gridrest flash asks for it, "
               "and it goes to the board alone.")


def ask(talk):
    wifi = talk.settle("wifi", Question(
        "Wi-Fi network", "Its name (SSID). Nothing depends on it: V2L follows the local clock, and the network only "
        f"reports and confirms the time. none: no network at all. {NO_PASSWORD}", "none"),
        lambda answer: unless_none(answer) and {"ssid": answer})
    if wifi is not None:
        talk.asking.say(NO_PASSWORD)
        _servers(talk)
        _broker(talk)
    if talk.draft.config.rtc == "none" and talk.draft.config.ntp is None:
        talk.asking.say("Without a battery clock and a time server the clock must be set by hand after every power cut "
                        "(tools/gridrest time set); until then V2L rests.")


def _servers(talk):
    talk.settle("ntp", Question(
        "Time servers", "One to four names or addresses, with commas; many routers are one. The board asks them "
        "itself, over Wi-Fi.", "none"),
        lambda answer: unless_none(answer) and {"hosts": answer.replace(",", " ").split()})


def _broker(talk):
    broker = talk.settle("mqtt", Question(
        "MQTT broker", "The name or address of the broker that the board reports to, for Home Assistant or your own "
        "use. none: it reports to nobody.", "none"),
        lambda answer: unless_none(answer) and {"host": answer})
    if broker is None:
        return
    talk.settle("mqtt.port", Question("Its port", "1883 unless the broker was set up otherwise.", "1883"), number)
    user = talk.settle("mqtt.user", Question(
        "The user to log in as", "The name that the broker knows the board by. none: it asks for no name. "
        f"{NO_PASSWORD}", "none"), unless_none)
    if user is not None:
        talk.asking.say(NO_PASSWORD)
    talk.settle("mqtt.discovery", Question(
        "Tell Home Assistant about the board: yes or no", "By MQTT discovery it appears there as a device of its own.",
        "yes"), lambda answer: one_of("mqtt.discovery", answer, ("yes", "no")) == "yes")
