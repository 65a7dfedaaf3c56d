"""What a record of a commissioning is worth, who answers for what, and who signs: the words that never change."""

# A word of a role, who that is, and what that signature is for.
SIGNATURES = (
    ("design", "Designer",
     "the design: that the arrangement, its protection and its earthing are right for this place"),
    ("install", "Installer", "the construction: that what was built is what was designed"),
    ("test", "Inspector and tester",
     "the tests: that they were made as told here, with these instruments, and that every answer and reading is "
     "theirs"),
)
# Other words for the same three, and who signs beside them.
ALIKE = {"design": ("design",), "install": ("install", "construct", "electrician", "build"),
         "test": ("test", "inspect", "commission", "verif")}
OWNER = ("owner", "client", "customer", "user", "occupier")
OWNER_SIGNS = "having been given this record, shown how grid is chosen by hand, and told what was not tested"
OTHERS_SIGN = "their own part in the role named above"

RESPONSIBILITY = (
    "The installation is answered for by the people who designed, built and tested it, each for their part. Gridrest "
    "led the tests and wrote down what came of them; it is no party to the installation, and no part of that passes to "
    "it.",
    "The firmware carries no safety. That the two sources never meet is the doing of the wiring and of the mechanical "
    "and electrical interlocks. The firmware chooses, watches and lets go; it claims no safety integrity level, and "
    "nothing that protects a person may depend on it. That it passed these tests does not change that.",
    "Three kinds of evidence stand here, and they are not alike. Times and states were read by the board through its "
    "own inputs. Answers were given by the person at the board. Readings of instruments were typed in. Gridrest "
    "checked neither the answers nor the instruments.",
    "A pass says that on that day these tests ended so, on this installation, with this firmware and this "
    "configuration. It is not a certificate, and does not stand in for the initial verification of the installation, "
    "for its certificate, or for the notification of the work where that is due.",
    "Work on fixed wiring is for competent persons. Vehicle makers generally do not sanction feeding fixed wiring from "
    "a V2L outlet; their instructions come first.",
)
CITED = ("Clauses are cited by number only, to show where a test belongs. No text of a standard is given here. Which "
         "edition is in force, and whether a clause applies to this installation, is for the competent person to say.")
BEYOND = ("The plan is about the changeover and its control alone; whatever else the verification of the installation "
          "asks for is not in it.")
TO_SIGN = "Who signs, signs for the part named above the line and for nothing else."
NOT_TO_SIGN = ("There is nothing to sign: the board and the installation were simulated. This shows what a record "
               "looks like, and says nothing about any installation.")
SIMULATED = ("Simulated: no installation was tested. The board, the contactors and the person were played by the "
             "simulator.")


def signatures(people):
    """(role, name, what it is signed for) of each signature: those of the people named, then whichever is lacking."""
    found, held = [], set()
    for person in people:
        role = _typed(person, "role")
        parts = [word for word, _who, _for in SIGNATURES if any(alike in role.lower() for alike in ALIKE[word])]
        held.update(parts)
        signs_for = [row[2] for row in SIGNATURES if row[0] in parts]
        if any(word in role.lower() for word in OWNER):
            signs_for.append(OWNER_SIGNS)
        found.append((role, _named(person), tuple(signs_for) or (OTHERS_SIGN,)))
    return found + [(who, "", (signs_for,)) for word, who, signs_for in SIGNATURES if word not in held]


def _named(person):
    name, registration = _typed(person, "name"), _typed(person, "registration")
    return f"{name} ({registration})" if registration else name


def _typed(person, key):
    value = person.get(key)
    return "" if value is None else str(value)
