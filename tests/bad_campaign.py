"""An invented campaign with every fault that the check knows of a letter and a form, and the same mended."""

from email.message import EmailMessage
from email.policy import SMTP

from tests.sheets import NAMESPACE, sheet_of

BAD_TEXT = """\
Dear [NAME],

URGENT ACTION REQUIRED. You must answer our reserch survey by 30 June.

Your answers may be shared with relevant parties and trusted partners. Your consent will be
sought at a later stage, and by continuing you agree to this. Lorem ipsum.

Answer here: https://click.mailer.example/ls/click?upn=u001.a8Fk29dkLq02mZx81Rr7&utm_source=mail
Notwithstanding considerable organisational difficulties, comprehensive participation facilitates
representative results regarding discriminatory experiences across institutional environments.
Please donate to our campaign and join us.
"""

BAD_HTML = """\
<html lang="en"><body>
<p>Dear [NAME],</p>
<p>Please see <a href="https://evil.example/login">https://harbour.example/survey</a>.</p>
<img src="https://pixel.mailer.example/open.gif?id=77aa01" width="1" height="1">
<script>track()</script>
</body></html>
"""

GOOD_TEXT = """\
Harbour Members' Trust asks its members what they met at its meetings since January.
It takes five minutes. If nothing happened to you, tell us that too: it counts as much.

Answer: https://survey.harbour.example/i/4t7w

We close on 30 June, because the summer meeting needs the figures.

We have your address because you gave it to the Trust when you joined. Nobody else gets your
answers. They are kept in Leeds, United Kingdom, by Northern Hosting Ltd.

Never write to me again: https://survey.harbour.example/leave/9x2k

Harbour Members' Trust, 1 Quay Street, Leeds LS1 1AA
Data-protection registration: ZA123456
"""

GOOD_ARABIC = """\
تسأل جمعية المرفأ أعضاءها عمّا واجهوه في اجتماعاتها منذ كانون الثاني.
يستغرق ذلك خمس دقائق. إن لم يحدث لك شيء فأخبرنا بذلك أيضاً.

الإجابة: https://survey.harbour.example/i/4t7w

نغلق في 30 حزيران، لأن اجتماع الصيف يحتاج إلى الأرقام.

لدينا عنوانك لأنك أعطيته للجمعية عند انضمامك. لا أحد غيرنا يرى إجاباتك.
إجاباتك محفوظة في ليدز، المملكة المتحدة.

لا تكتبوا إليّ مرة أخرى: https://survey.harbour.example/leave/9x2k

جمعية المرفأ، 1 شارع الرصيف، ليدز
رقم التسجيل: ZA123456
"""


def bad_letter() -> bytes:
    """A letter with every fault."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = "Survey Team <survey@harbour.example>"
    letter["Return-Path"] = "<bounce@mailer.example>"
    letter["To"] = "reader@members.example"
    letter["Subject"] = "Eine sehr wichtige Umfrage: " + "ü" * 60
    letter["List-Unsubscribe"] = "<mailto:leave@harbour.example>"
    letter["DKIM-Signature"] = (
        "v=1; a=rsa-sha256; d=mailer.example; s=k1; h=from:to; b=x"
    )
    letter.set_content(BAD_TEXT)
    letter.add_alternative(BAD_HTML, subtype="html")
    letter.add_attachment(
        b"%PDF-", maintype="application", subtype="pdf", filename="form.pdf"
    )
    return letter.as_bytes()


def good_letter(
    text: str = GOOD_TEXT,
    *,
    language: str = "en",
    sender: str = "Harbour Members' Trust",
) -> bytes:
    """The same letter, mended."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = f"{sender} <survey@harbour.example>"
    letter["Return-Path"] = "<b+1@harbour.example>"
    letter["To"] = "reader@members.example"
    letter["Subject"] = (
        "What did you meet at our meetings?"
        if language == "en"
        else "ماذا واجهت في اجتماعاتنا؟"
    )
    letter["List-Unsubscribe"] = "<https://survey.harbour.example/leave/9x2k>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter["DKIM-Signature"] = (
        "v=1; a=rsa-sha256; d=harbour.example; s=k1; "
        "h=from:to:subject:list-unsubscribe:list-unsubscribe-post; b=x"
    )
    letter.set_content(text, cte="base64")
    html = "".join(f"<p>{_linked(part)}</p>\n" for part in text.split("\n\n"))
    letter.add_alternative(
        f'<html lang="{language}"><body>{html}</body></html>', subtype="html"
    )
    letter["Content-Language"] = language
    return letter.as_bytes()


def _linked(text: str) -> str:
    words = [
        f'<a href="{word}">{word}</a>' if word.startswith("https://") else word
        for word in text.split()
    ]
    return " ".join(words)


def bad_form() -> bytes:
    """A form with every fault."""
    return sheet_of(
        [
            {
                "type": "note",
                "name": "intro",
                "label::English (en)": "We share this with third parties.",
                "label::العربية (ar)": "أهلاً",
            },
            {
                "type": "text",
                "name": "home",
                "label::English (en)": "Your full address",
                "label::العربية (ar)": "عنوانك",
            },
            {"type": "deviceid", "name": "device"},
            {
                "type": "text",
                "name": "what",
                "label::English (en)": "What happened to [NAME]?",
                "bind::fw:purpose": "to count",
            },
        ],
        settings={"namespaces": NAMESPACE},
    )


def good_form() -> bytes:
    """The same form, mended."""
    return sheet_of(
        [
            {
                "type": "note",
                "name": "intro",
                "label::English (en)": "What you tell us is kept in Leeds.",
                "label::العربية (ar)": "ما تقوله محفوظ في ليدز.",
            },
            {
                "type": "text",
                "name": "district",
                "label::English (en)": "Your district",
                "label::العربية (ar)": "منطقتك",
                "bind::fw:purpose": "to count by district",
                "bind::fw:part": "report",
            },
            {
                "type": "text",
                "name": "what",
                "label::English (en)": "What happened?",
                "label::العربية (ar)": "ماذا حدث؟",
                "bind::fw:purpose": "to understand it",
                "bind::fw:part": "report",
            },
        ],
        settings={"namespaces": NAMESPACE},
    )


class Names:
    """A resolver that knows what it is told, and nothing else."""

    def __init__(self, **records: str) -> None:
        self.records = {
            name.replace("__", "."): (text,) for name, text in records.items()
        }

    def texts(self, name: str) -> tuple[str, ...]:
        """The records of a name."""
        return self.records.get(name, ())


GOOD_NAMES = Names()
GOOD_NAMES.records = {
    "harbour.example": ("v=spf1 mx -all",),
    "_dmarc.harbour.example": ("v=DMARC1; p=reject",),
    "k1._domainkey.harbour.example": ("v=DKIM1; k=ed25519; p=abc",),
}
