"""Every function of the ODK reference at its edges: empty texts, no number, borders of dates, nested repeats."""

import hashlib
import math
import random
from datetime import UTC, datetime

import pytest

from fairwitness.surveys import expressions
from fairwitness.surveys.expressions import Context, Unsupported, World, read_instance
from fairwitness.surveys.logic import Occasion, work_out
from fairwitness.surveys.questions import Form
from tests.sheets import form_of, list_of, question

ANSWERS = """
<data>
  <n>3</n><half>2.5</half><minus>-7</minus><zero>0</zero><blank/><word>héllo wörld</word>
  <several>a b c</several><one>a</one><spaces>  x  y </spaces><truth>true</truth><no>false</no>
  <day>2024-02-29</day><year_end>2026-12-31</year_end><at>2026-08-07T23:30:00.000+02:00</at>
  <clock>06:30:00.000-03:00</clock>
  <spot>52.5 13.4 0 0</spot><far>52.9 13.4 0 0</far>
  <field>52 13 0 0;52 14 0 0;53 14 0 0;53 13 0 0;52 13 0 0</field>
  <lone><who>Only</who></lone>
  <house>
    <town>East</town>
    <person><who>Ida</who><age>34</age><pet><called>Rex</called></pet><pet><called>Tom</called></pet></person>
    <person><who>Bo</who><age/><pet><called>Kim</called></pet></person>
  </house>
  <house>
    <town>West</town>
    <person><who>Cy</who><age>19</age></person>
  </house>
</data>
"""
PLACES = """
<root>
  <item><name>low</name><label>Lowmoor</label><size>10</size></item>
  <item><name>east</name><label>Eastend</label><size/></item>
</root>
"""
NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def value_of(expression: str, *, at: str = "") -> object:
    world = World(
        root=read_instance(ANSWERS),
        instances={"places": read_instance(PLACES)},
        now=NOON,
        chance=random.Random(7),
    )
    node = world.root.children[0]
    for step in filter(None, at.split("/")):
        name, _bracket, number = step.rstrip("]").partition("[")
        node = node.named(name)[int(number or 1) - 1]
    value = expressions.compile(expression).evaluate(Context(world, node))
    return [one.string() for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # if, coalesce, once, not, boolean
        ("if(/data/blank = '', 'none', 'some')", "none"),
        ("if(0, 'a', 'b')", "b"),
        ("if('false', 'a', 'b')", "a"),
        ("if(number('x'), 'a', 'b')", "b"),
        ("if(true(), 1, 1 div 0)", 1.0),
        ("coalesce(/data/nowhere, /data/blank, 'last')", "last"),
        ("coalesce(/data/blank, '')", ""),
        ("string(coalesce(/data/one, 'x'))", "a"),
        ("not('')", True),
        ("not(0) and not(number('x'))", True),
        ("boolean('0')", True),
        ("boolean(0)", False),
        ("boolean-from-string(/data/truth)", True),
        ("boolean-from-string(/data/no)", False),
        ("boolean-from-string('')", False),
        ("boolean-from-string(1)", True),
        ("boolean-from-string(2)", False),
        # selected
        ("selected(/data/several, 'b')", True),
        ("selected(/data/several, ' b ')", True),
        ("selected(/data/several, 'a b')", False),
        ("selected(/data/several, '')", False),
        ("selected(/data/blank, '')", True),
        ("selected(/data/nowhere, 'a')", False),
        ("selected(/data/several, /data/one)", True),
        ("selected(/data/blank, /data/blank)", True),
        ("selected-at(/data/several, 2)", "c"),
        ("selected-at(/data/several, 3)", ""),
        ("selected-at(/data/several, -1)", ""),
        ("selected-at(/data/blank, 0)", ""),
        ("selected-at(/data/several, number('x'))", ""),
        ("count-selected(/data/blank)", 0.0),
        ("count-selected('  a   b ')", 2.0),
        # repeats and nodes
        ("count(/data/house)", 2.0),
        ("count(/data/house/person)", 3.0),
        ("count(/data/house[1]/person/pet)", 3.0),
        ("count(/data/nowhere)", 0.0),
        ("count-non-empty(/data/house/person/age)", 2.0),
        ("count-non-empty(/data/nowhere)", 0.0),
        ("sum(/data/nowhere)", 0.0),
        ("sum(/data/house[1]/person[1]/age)", 34.0),
        ("sum(/data/house/person/age)", math.nan),
        ("sum(/data/house/person/age[. != ''])", 53.0),
        ("max(/data/house/person/age[. != ''])", 34.0),
        ("min(/data/house/person/age[. != ''], 5)", 5.0),
        ("max(-3, -7)", -3.0),
        ("min(/data/nowhere)", math.nan),
        ("max('', 3)", math.nan),
        ("position(/data/house[2]/person)", 1.0),
        ("position(/data/house[2])", 2.0),
        ("string(indexed-repeat(/data/house/town, /data/house, 2))", "West"),
        ("string(indexed-repeat(/data/house/town, /data/house, 3))", ""),
        ("string(indexed-repeat(/data/house/town, /data/house, 0))", ""),
        ("string(indexed-repeat(/data/house/person/who, /data/house, 1, /data/house/person, 2))", "Bo"),
        ("string(indexed-repeat(/data/house/person/pet/called, /data/house, 1, /data/house/person, 1, /data/house/person/pet, 2))", "Tom"),
        ("/data/house[town = 'West']/person/who", ["Cy"]),
        ("/data/house/person[age > 18][1]/who", ["Ida", "Cy"]),
        ("join('/', /data/house/person/who)", "Ida/Bo/Cy"),
        ("join(', ', /data/nowhere)", ""),
        ("concat(/data/house/person/age)", "3419"),
        ("string(/data/house/person/who)", "Ida"),
        ("/data/house/person/who = 'Cy'", True),
        ("/data/house/person/age > 30", True),
        ("/data/nowhere > 0", False),
        ("/data/blank > 0", False),
        ("/data/blank <= 0", False),
        # texts
        ("string-length('')", 0.0),
        ("string-length(/data/word)", 11.0),
        ("substr(/data/word, 1, 4)", "éll"),
        ("substr('hello', 2)", "llo"),
        ("substr('hello', -3)", "llo"),
        ("substr('hello', -3, -1)", "ll"),
        ("substr('hello', 3, 1)", ""),
        ("substr('hello', 0, 99)", "hello"),
        ("substr('', 0, 1)", ""),
        ("contains(/data/word, '')", True),
        ("contains('', 'a')", False),
        ("starts-with('', '')", True),
        ("ends-with('photo.jpg', '.jpg')", True),
        ("ends-with('a', 'ba')", False),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-before('abc', '-')", ""),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-after('abc', '-')", ""),
        ("substring-after('abc', '')", "abc"),
        ("translate('aBc', 'ac', 'xy')", "xBy"),
        ("translate('2026-03-31', '-', '')", "20260331"),
        ("translate('aaa', 'aa', 'xy')", "xxx"),
        ("normalize-space(/data/spaces)", "x y"),
        ("normalize-space('a\u00a0 b')", "a\u00a0 b"),
        ("concat('', 1.0, true(), 0.1 + 0.2)", "1true0.30000000000000004"),
        ("regex('', '^$')", True),
        ("regex('AB12', '^[A-Z]{2}[0-9]{2}$')", True),
        ("regex('+44 20', '^\\+[0-9]+ [0-9]+$')", True),
        ("digest('abc', 'MD5', 'hex')", hashlib.md5(b"abc", usedforsecurity=False).hexdigest()),
        ("digest('abc', 'SHA-256', 'hex')", hashlib.sha256(b"abc").hexdigest()),
        ("digest('abc', 'SHA-1')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("string-length(digest('', 'SHA-512', 'hex'))", 128.0),
        ("base64-decode('w6k=')", "é"),
        ("base64-decode('no base64!')", ""),
        ("base64-decode('/w==')", ""),
        # numbers
        ("number('')", math.nan),
        ("number(' 12 ')", 12.0),
        ("number('1,5')", math.nan),
        ("number('1e3')", math.nan),
        ("number('.5')", 0.5),
        ("number('-')", math.nan),
        ("number(true())", 1.0),
        ("number('2026-01-01')", 20454.0),
        ("'' + 1", math.nan),
        ("string('' + 1)", "NaN"),
        ("string(1 div 0)", "Infinity"),
        ("string(-0)", "0"),
        ("string(100000000000000000000)", "100000000000000000000"),
        ("string(0.000001)", "0.000001"),
        ("int('2.9')", 2.0),
        ("int(-2.9)", -2.0),
        ("int('')", math.nan),
        ("round(0.5)", 1.0),
        ("round(2.4999)", 2.0),
        ("round(1234.5, -2)", 1200.0),
        ("round(-2.345, 1)", -2.3),
        ("round('')", math.nan),
        ("pow(2, 10)", 1024.0),
        ("pow(0, 0)", 1.0),
        ("pow(0, -1)", math.inf),
        ("pow(-8, 0.5)", math.nan),
        ("pow(-10, 309)", -math.inf),
        ("pow(4, -0.5)", 0.5),
        ("sqrt(-1)", math.nan),
        ("log(0)", -math.inf),
        ("log10(1000)", 3.0),
        ("log(-1)", math.nan),
        ("exp(0) + exp10(2)", 101.0),
        ("exp(10000)", math.inf),
        ("atan2(0, -1) = pi()", True),
        ("sin(0) + cos(0) + tan(0)", 1.0),
        ("asin(2)", math.nan),
        ("abs(/data/minus)", 7.0),
        ("-/data/minus", 7.0),
        ("-7 mod 3", -1.0),
        ("7 mod -3", 1.0),
        ("5.5 mod 2", 1.5),
        ("/data/n * /data/half - 1", 6.5),
        ("/data/n div 0", math.inf),
        ("2 + 3 * 4 div 2 - 1 = 7", True),
        ("1 = 1 and 2 > 1 or false()", True),
        ("checklist(1, 2, true(), false(), true())", True),
        ("checklist(-1, 1, true(), true())", False),
        ("checklist(2, -1, true(), false())", False),
        ("weighted-checklist(3, -1, true(), 2, true(), 1)", True),
        ("weighted-checklist(0, 2, true(), 3)", False),
        # days and times
        ("today()", "2026-03-31"),
        ("date(today() + 1)", "2026-04-01"),
        ("date(today() - 31)", "2026-02-28"),
        ("today() - /data/day", 761.0),
        ("today() > /data/day and today() < /data/year_end", True),
        ("date('2024-02-29') = /data/day", True),
        ("date('2023-02-29')", ""),
        ("date('')", ""),
        ("date(0)", "1970-01-01"),
        ("date(-1)", "1969-12-31"),
        ("date(/data/year_end + 1)", "2027-01-01"),
        ("date(/data/at)", "2026-08-07"),
        ("number(/data/day)", 19782.0),
        ("decimal-date-time('1970-01-02T12:00:00Z')", 1.5),
        ("decimal-date-time('')", math.nan),
        ("decimal-time('06:00:00.000Z')", 0.25),
        ("decimal-time('noon')", math.nan),
        ("format-date(/data/day, '%d/%m/%y')", "29/02/24"),
        ("format-date(/data/day, '%e %b %Y, %a')", "29 Feb 2024, Thu"),
        ("format-date(/data/blank, '%Y')", ""),
        ("format-date('no day', '%Y')", ""),
        ("format-date-time(/data/at, '%Y-%m-%d %H:%M:%S.%3')", "2026-08-07 23:30:00.000"),
        ("format-date(19782, '%Y-%n-%d')", "2024-2-29"),
        ("int((today() - /data/day) div 365.25)", 2.0),
        ("string-length(now()) > 19", True),
        ("substr(now(), 0, 10) = today()", True),
        # lists and places
        ("instance('places')/root/item[name = 'low']/label", ["Lowmoor"]),
        ("count(instance('places')/root/item[size != ''])", 1.0),
        ("pulldata('places', 'label', 'name', 'east')", "Eastend"),
        ("pulldata('places', 'label', 'name', 'none')", ""),
        ("pulldata('places', 'size', 'name', 'east')", ""),
        ("distance(/data/blank)", 0.0),
        ("round(distance(/data/spot, /data/far))", 44528.0),
        ("distance('here')", math.nan),
        ("area(/data/spot)", 0.0),
        ("area(/data/field) > 7000000000", True),
        ("geofence(/data/spot, /data/field)", True),
        ("geofence('51 13.4 0 0', /data/field)", False),
        ("geofence('', /data/field)", False),
        ("geofence(/data/spot, /data/far)", False),
    ],
)  # fmt: skip
def test_a_function_at_its_edges(expression, expected):
    found = value_of(expression)

    if isinstance(expected, float):
        assert found == pytest.approx(expected, nan_ok=True, rel=1e-12)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("at", "expression", "expected"),
    [
        ("house[2]/person/who", "position(../..)", 2.0),
        ("house/person[2]/who", "position(..)", 2.0),
        ("house/person[1]/pet[2]/called", "position(..)", 2.0),
        ("house/person[1]/pet[2]/called", "string(../../who)", "Ida"),
        ("house[2]/person/age", "string(../../town)", "West"),
        ("house/person[2]/who", "count(../pet)", 1.0),
        ("house/person[2]/who", "string(../../person[position() = 1]/who)", "Ida"),
        ("house/person[2]/who", "indexed-repeat(/data/house/person/who, /data/house, 1, /data/house/person, position(..) - 1)", ["Ida"]),
        ("one", "instance('places')/root/item[name = concat('e', current(), 'st')]/label", ["Eastend"]),
        ("house/town", "count(current()/../person)", 2.0),
        ("one", "once('new')", "a"),
        ("blank", "once('new')", "new"),
        ("word", "string-length()", 11.0),
        ("n", "number() + 1", 4.0),
        ("n", "string()", "3"),
        ("n", ". >= 3 and . <= 3", True),
        ("blank", ". = ''", True),
    ],
)  # fmt: skip
def test_a_function_where_it_stands(at, expression, expected):
    assert value_of(expression, at=at) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "digest('abc', 'MD4')",
        "digest('abc', 'SHA-256', 'binary')",
        "extract-signed('a', 'b')",
        "property('deviceid')",
        "substring('hello', 2)",
        "upper-case('a')",
        "format-date(today(), '%Q')",
    ],
)
def test_what_other_software_may_know_is_refused_by_name(expression):
    with pytest.raises(Unsupported):
        value_of(expression)


def streets() -> Form:
    return form_of(
        question("town", "select_one towns", **{"label::English (en)": "Town"}),
        question(
            "told", "calculate", calculation="jr:choice-name(${town}, '${town}')"
        ),
        question("lot", "calculate", calculation="random()"),
        question("other_lot", "calculate", calculation="random()"),
        question("mark", "calculate", calculation="uuid()"),
        question("wish", "select_one towns", parameters="randomize=true"),
        choices=[
            {**one, "label::English (en)": one["label"], "label::العربية (ar)": arabic}
            for one, arabic in zip(
                list_of("towns", *"abcdefghij"), "ابتثجحخدذر", strict=True
            )
        ],
        default_language="English (en)",
    )  # fmt: skip


def test_the_name_of_a_choice_comes_in_each_language():
    form = streets()
    told = {
        code: work_out(form, {"town": "b"}, occasion=Occasion(language=code, seed="s"))
        for code in ("en", "ar")
    }

    assert told["en"].value(form.by_key["told"]) == "B"
    assert told["ar"].value(form.by_key["told"]) == "ب"
    nothing = work_out(form, {}, occasion=Occasion(language="ar", seed="s"))
    assert nothing.value(form.by_key["told"]) == ""


def test_chance_falls_alike_on_every_page_of_one_journey_and_otherwise_in_another():
    form = streets()

    def drawn(seed, **answers):
        state = work_out(form, answers, occasion=Occasion(seed=seed))
        order = [one.name for one in state.choices(form.by_key["wish"])]
        names = ("lot", "other_lot", "mark")
        return order, *(state.value(form.by_key[name]) for name in names)

    first = drawn("one")

    assert drawn("one", town="c", wish="d") == first
    assert sorted(first[0]) == list("abcdefghij")
    assert first[0] != list("abcdefghij")
    assert first[1] != first[2]
    assert all(one != other for one, other in zip(first, drawn("two"), strict=True))
