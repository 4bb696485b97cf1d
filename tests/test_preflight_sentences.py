"""Letters of three houses, and what is wrong with each when one sentence is another."""

from email.message import EmailMessage

import pytest

from fairwitness.outreach.preflight.outside import check_outside

STUDENTS = """\
Dear student,

The Ombuds Office of Northmere University asks all students who were enrolled on 1 October 2026 how they are treated on campus. There are twelve questions. They take four minutes.

Why do you get this letter? The Registry gave us your university address on 5 November 2026. It may do so under section 4 of the Student Charter, which you were sent when you enrolled.

What you answer is not linked to your name. It is stored on our own computers in Northmere, England, and never goes anywhere else. We do not share single answers with anybody. If you tell us of an incident, you choose whether City Legal Aid may have it. Without your yes nobody gets it.

The survey is open until 18 December 2026. On that day the term ends, and the Senate needs the figures in January. That is the reason for the date.

Start here: https://ombuds.northmere.example/i/8HqT

You would rather not get such letters? One click is enough: https://ombuds.northmere.example/u/8HqT

The Ombuds Office is the data controller. ICO registration: Z1234567.
Questions: ombuds@northmere.example
"""
ROWERS = """\
Hello Sam,

You are receiving this because you joined the Rowing Union in 2025 and ticked the box "ask me about the Union". We keep your address for that and for nothing else.

We want to know if people feel safe at our club houses. Whether something happened to you, or nothing at all, your answer counts. It takes three minutes:

https://ask.rowing.example/s/aa71

Who sees it? Two people of our welfare team, Ann Moor and Bo Lind. We pass nothing on to any third party unless you ask us to. Everything lies in Malmö, Sweden, with Example Host AB.

There is no deadline.

Do not want these emails? https://ask.rowing.example/out/aa71 takes you off the list for good.

Rowing Union, registered charity no. 1188776, is responsible for this survey.
welfare@rowing.example
"""
WORKERS = """\
Dear colleague,

The works council of Fenwick Mills would like to hear how you are treated at work. Your work address was given to us by the personnel office on 2 November 2026, because the works agreement of 2019 lets us ask all staff once a year.

Please answer before Friday 4 December, so that the council can talk about it at its meeting on 8 December.

Answer here: https://council.fenwick.example/q/77yx

Your answers are held by the council alone, on a server in Hamburg, Germany. No one at Fenwick Mills reads them. They are erased after two years. We reply to every question within five working days.

If you would like us to stop writing to you, click https://council.fenwick.example/stop/77yx.

Responsible: Works council of Fenwick Mills, register number 4711-22.
"""
SENDERS = {
    STUDENTS: "Ombuds Office of Northmere University <ombuds@northmere.example>",
    ROWERS: "Rowing Union <welfare@rowing.example>",
    WORKERS: "Works council of Fenwick Mills <council@fenwick.example>",
}
YES = "Without your yes nobody gets it."
OPEN = "There is no deadline."
ASK = "There are twelve questions."
HELLO = "Hello Sam,"
FAULTS = [
    (STUDENTS, YES, "We pass it on to the responsible authorities.", "FW104"),
    (STUDENTS, YES, "It may be made available to our collaborators.", "FW104"),
    (STUDENTS, YES, "We may also inform other bodies as needed.", "FW104"),
    (STUDENTS, YES, "Reports are referred to the appropriate people.", "FW104"),
    (STUDENTS, YES, "They go to a range of agencies in our network.", "FW104"),
    (STUDENTS, YES, "Your consent to this is understood.", "FW112"),
    (STUDENTS, YES, "We will get in touch for your permission if needed.", "FW112"),
    (STUDENTS, YES, "Starting the survey means that you accept this.", "FW112"),
    (STUDENTS, YES, "If you carry on, you agree to that.", "FW112"),
    (
        STUDENTS,
        YES,
        "In sending your answers you are giving us permission to use them.",
        "FW112",
    ),
    (STUDENTS, YES, "Permission is sought at a later stage.", "FW112"),
    (
        STUDENTS,
        "On that day the term ends, and the Senate needs the figures in January. That is the reason for the date.",
        "",
        "FW131",
    ),
    (ROWERS, OPEN, "You have ten days to answer.", "FW131"),
    (ROWERS, OPEN, "Answers that reach us after 1 December do not count.", "FW131"),
    (ROWERS, OPEN, "Last date for replies: 1 December.", "FW131"),
    (ROWERS, OPEN, "Please reply by Monday.", "FW131"),
    (ROWERS, OPEN, "We close the survey on 3 December at noon.", "FW131"),
    (ROWERS, OPEN, "The link works for seven days.", "FW131"),
    (
        STUDENTS,
        "The Registry gave us your university address on 5 November 2026. It may do so under section 4 of the Student Charter, which you were sent when you enrolled.",
        "Because your voice counts.",
        "FW102",
    ),
    (
        WORKERS,
        "Your work address was given to us by the personnel office on 2 November 2026, because the works agreement of 2019 lets us ask all staff once a year.",
        "",
        "FW102",
    ),
    (
        STUDENTS,
        "You would rather not get such letters? One click is enough: https://ombuds.northmere.example/u/8HqT",
        "",
        "FW103",
    ),
    (
        ROWERS,
        "Do not want these emails? https://ask.rowing.example/out/aa71 takes you off the list for good.",
        "",
        "FW103",
    ),
    (
        WORKERS,
        "If you would like us to stop writing to you, click https://council.fenwick.example/stop/77yx.",
        "",
        "FW103",
    ),
    (
        STUDENTS,
        "It is stored on our own computers in Northmere, England, and never goes anywhere else.",
        "It is stored with great care.",
        "FW113",
    ),
    (
        ROWERS,
        "Everything lies in Malmö, Sweden, with Example Host AB.",
        "Everything is encrypted.",
        "FW113",
    ),
    (WORKERS, "on a server in Hamburg, Germany", "on a safe server", "FW113"),
    (
        WORKERS,
        "on a server in Hamburg, Germany",
        "on a server in Ashburn, Virginia",
        "FW114",
    ),
    (
        ROWERS,
        "Everything lies in Malmö, Sweden, with Example Host AB.",
        "Everything lies with Example Host Inc. in the United States.",
        "FW114",
    ),
    (
        ROWERS,
        "Everything lies in Malmö, Sweden, with Example Host AB.",
        "Our provider Example Host may process it outside the European Economic Area.",
        "FW114",
    ),
    (
        STUDENTS,
        "The Ombuds Office is the data controller. ICO registration: Z1234567.",
        "The Ombuds Office is the data controller.",
        "FW111",
    ),
    (
        ROWERS,
        "Rowing Union, registered charity no. 1188776, is responsible for this survey.",
        "",
        "FW111",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. Please think about giving five pounds a month as well.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. At the end you can add your name to our call on the government.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. Not a member yet? Sign up at the end!",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. Support the campaign for a new law.",
        "FW107",
    ),
    (ROWERS, HELLO, "Hello {{ contact.first }},", "FW115"),
    (ROWERS, HELLO, "Hello [First name],", "FW115"),
    (ROWERS, HELLO, "Hello «Name»,", "FW115"),
    (ROWERS, HELLO, "Hello |NAME|,", "FW115"),
    (ROWERS, HELLO, "Hello {FIRST NAME},", "FW115"),
    (ROWERS, "three minutes", "xx minutes", "FW115"),
    (ROWERS, "in 2025", "in 20__", "FW115"),
    (
        ROWERS,
        "https://ask.rowing.example/s/aa71",
        "https://example.com/link-goes-here",
        "FW106",
    ),
    (
        ROWERS,
        "https://ask.rowing.example/s/aa71",
        "https://ask.rowing.example/s/aa71?recipient=sam%40b.example",
        "FW116",
    ),
    (
        ROWERS,
        "https://ask.rowing.example/s/aa71",
        "https://ask.rowing.example/s/aa71?gclid=8123&trk=mail",
        "FW116",
    ),
    (ROWERS, "feel safe", "fel saef", "FW221"),
    (STUDENTS, YES, "Serious cases are handed to suitable organisations.", "FW104"),
    (
        STUDENTS,
        YES,
        "We liaise with a number of external organisations about them.",
        "FW104",
    ),
    (
        STUDENTS,
        YES,
        "Your report may be disclosed to authorities or partners.",
        "FW104",
    ),
    (STUDENTS, YES, "You consent to this by taking part.", "FW112"),
    (STUDENTS, YES, "Your consent will be obtained afterwards.", "FW112"),
    (STUDENTS, YES, "We ask your permission later on.", "FW112"),
    (STUDENTS, YES, "Those who do not object are taken to agree.", "FW112"),
    (STUDENTS, YES, "We will try to get your consent.", "FW112"),
    (ROWERS, OPEN, "The deadline is 4 December.", "FW131"),
    (ROWERS, OPEN, "Reply within a week, please.", "FW131"),
    (ROWERS, OPEN, "Closing date: 4.12.2026", "FW131"),
    (ROWERS, OPEN, "Fill it in before Friday.", "FW131"),
    (
        ROWERS,
        'You are receiving this because you joined the Rowing Union in 2025 and ticked the box "ask me about the Union". We keep your address for that and for nothing else.',
        "",
        "FW102",
    ),
    (
        WORKERS,
        "The works council of Fenwick Mills would like to hear how you are treated at work. Your work address was given to us by the personnel office on 2 November 2026, because the works agreement of 2019 lets us ask all staff once a year.",
        "We found you on our database.",
        "FW102",
    ),
    (
        STUDENTS,
        "It is stored on our own computers in Northmere, England, and never goes anywhere else.",
        "It is kept safe at all times.",
        "FW113",
    ),
    (
        STUDENTS,
        "It is stored on our own computers in Northmere, England, and never goes anywhere else.",
        "Data is stored in accordance with the GDPR.",
        "FW113",
    ),
    (
        STUDENTS,
        "It is stored on our own computers in Northmere, England, and never goes anywhere else.",
        "Our survey tool is American, and its servers are in the US.",
        "FW114",
    ),
    (
        STUDENTS,
        "It is stored on our own computers in Northmere, England, and never goes anywhere else.",
        "The answers are backed up in Mumbai, India.",
        "FW114",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. At the end we ask for a small gift.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. Members pay three pounds: join today.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "There are twelve questions. Tell parliament to act: sign now.",
        "FW107",
    ),
    (ROWERS, HELLO, "Hello [[FIRSTNAME]],", "FW115"),
    (ROWERS, HELLO, "Hello NAME,", "FW115"),
    (ROWERS, "in 2025", "in [year]", "FW115"),
    (ROWERS, "three minutes", "N minutes", "FW115"),
    (STUDENTS, YES, "Your answers may be passed to the appropriate bodies.", "FW104"),
    (
        STUDENTS,
        YES,
        "We may share what you tell us with other organisations we work with.",
        "FW104",
    ),
    (STUDENTS, YES, "Information may be disclosed to selected third parties.", "FW104"),
    (
        STUDENTS,
        YES,
        "Where necessary we will inform the relevant authorities.",
        "FW104",
    ),
    (
        STUDENTS,
        YES,
        "Results are given to interested stakeholders and trusted partner organisations.",
        "FW104",
    ),
    (STUDENTS, YES, "We forward reports to those concerned, as we see fit.", "FW104"),
    (
        STUDENTS,
        YES,
        "Your data may be shared with our affiliates and service providers.",
        "FW104",
    ),
    (STUDENTS, YES, "It will go to the competent agencies, among others.", "FW104"),
    (STUDENTS, YES, "By answering you agree that we may use your story.", "FW112"),
    (
        STUDENTS,
        YES,
        "By clicking on the link you consent to the processing of your data.",
        "FW112",
    ),
    (
        STUDENTS,
        YES,
        "We will seek your permission before we pass anything on.",
        "FW112",
    ),
    (
        STUDENTS,
        YES,
        "Unless you tell us otherwise, we take it that you agree.",
        "FW112",
    ),
    (
        STUDENTS,
        YES,
        "If we do not hear from you within two weeks, we will assume you are happy for us to go on.",
        "FW112",
    ),
    (STUDENTS, YES, "Your participation constitutes consent.", "FW112"),
    (
        STUDENTS,
        YES,
        "Where possible, consent will be requested before a case is referred to the City Legal Aid.",
        "FW112",
    ),
    (STUDENTS, YES, "Taking part implies that you accept our terms.", "FW112"),
    (STUDENTS, YES, "Silence will be understood as approval.", "FW112"),
    (ROWERS, OPEN, "The survey closes on 12 December 2026.", "FW131"),
    (ROWERS, OPEN, "Please respond no later than Friday 11 December.", "FW131"),
    (ROWERS, OPEN, "You have until the end of the month.", "FW131"),
    (ROWERS, OPEN, "Only three days left! Do not miss it.", "FW131"),
    (ROWERS, OPEN, "Kindly complete it within 14 days.", "FW131"),
    (ROWERS, OPEN, "The link expires on 30/11/2026.", "FW131"),
    (
        STUDENTS,
        ASK,
        "This research takes five minutes. Please also consider a donation to our work.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "Take part in our study, and sign our petition for change.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "This is a research survey. Join us today: membership costs only 3 pounds a month.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "Our survey helps us fight for justice. Chip in what you can at the end.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "Help our research, and write to your MP to support our campaign.",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "In this study we ask five questions. Volunteer with us and become an activist!",
        "FW107",
    ),
    (
        STUDENTS,
        ASK,
        "The survey is short. Follow us on social media and tell your friends to sign up for our newsletter.",
        "FW107",
    ),
    (ROWERS, HELLO, "Dear {{first_name}},", "FW115"),
    (ROWERS, HELLO, "Dear [Name],", "FW115"),
    (ROWERS, HELLO, "Dear <<First Name>>,", "FW115"),
    (ROWERS, HELLO, "Dear *|FNAME|*,", "FW115"),
    (ROWERS, HELLO, "Dear %FIRSTNAME%,", "FW115"),
    (ROWERS, HELLO, "Dear ${name},", "FW115"),
    (ROWERS, HELLO, "Dear XXXX,", "FW115"),
    (ROWERS, HELLO, "Dear [INSERT NAME HERE],", "FW115"),
    (ROWERS, HELLO, "Dear $FNAME$,", "FW115"),
    (ROWERS, HELLO, "Dear {name},", "FW115"),
    (ROWERS, HELLO, "Dear #NAME#,", "FW115"),
    (ROWERS, HELLO, "Dear __________,", "FW115"),
    (ROWERS, HELLO, "Dear {% firstname %},", "FW115"),
    (ROWERS, HELLO, "Dear [[name]],", "FW115"),
    (ROWERS, HELLO, "Dear @@name@@,", "FW115"),
    (ROWERS, HELLO, "Dear First Name,", "FW115"),
    (ROWERS, HELLO, "Dear <name>,", "FW115"),
]
HARMLESS = [
    "You may answer alone or with a friend.",
    "Some of you told us last year that other people were not heard.",
    "We never sell your address to anybody.",
    "Your tutor does not learn whether you took part.",
    "If you tick the box, you agree that City Legal Aid may call you.",
    "The other parts of the survey ask about your year of study.",
    "Nobody has to agree to anything.",
    "We ask once, and one reminder comes two weeks later.",
    "The Office has been open since 2011 and works with the Students' Union.",
    "The report will be sent to the Senate on 15 January 2027.",
    "You can ask for your consent form back.",
    "We answer every letter within five days.",
]


def told(text: str, sender: str) -> set[str]:
    """The codes of what is found in a letter with this text."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, "a@b.example"
    letter["Subject"] = "How we treat each other"
    letter["List-Unsubscribe"] = "<https://centre.example/u/1>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(text)
    return {one.code for one in check_outside(letter.as_bytes()).findings}


@pytest.mark.parametrize("text", SENDERS)
def test_a_good_letter_of_any_house_is_let_through(text):
    assert told(text, SENDERS[text]) == set()


@pytest.mark.parametrize(("text", "old", "new", "code"), FAULTS)
def test_one_sentence_that_is_wrong_is_found(text, old, new, code):
    assert old in text

    assert code in told(text.replace(old, new), SENDERS[text])


@pytest.mark.parametrize("sentence", HARMLESS)
def test_a_sentence_that_only_sounds_so_is_let_through(sentence):
    assert told(STUDENTS.replace(YES, sentence), SENDERS[STUDENTS]) == set()
