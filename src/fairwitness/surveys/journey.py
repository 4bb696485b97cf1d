"""One thing per page: which pages there are for these answers, and what comes after which.

Everything is worked out again from all answers each time, so that Back, a change and a
lost page cannot lead astray. Answers stay when a page becomes irrelevant, and come back
with it; `prune` leaves them out of what is sent.
"""

from collections.abc import Iterator
from functools import cached_property

from fairwitness.refusal import Refused
from fairwitness.surveys.answers import (
    Answer,
    Answers,
    Cleaned,
    Posted,
    Problem,
    Trouble,
    Unanswered,
    is_unanswered,
    mark_for_page,
)
from fairwitness.surveys.cleaning import clean
from fairwitness.surveys.expressions import TooCostly
from fairwitness.surveys.logic import NO_OCCASION, Occasion, State, work_out
from fairwitness.surveys.pages import Draft, Page, Progress, Unit
from fairwitness.surveys.questions import (
    LISTED,
    Form,
    Group,
    Kind,
    Question,
)


class NoSuchPage(Refused):
    """The answers given so far do not lead to this page."""

    status = 404


class Journey:
    """One part of a form over the answers given so far."""

    def __init__(
        self,
        form: Form,
        answers: Answers,
        part: str,
        *,
        occasion: Occasion = NO_OCCASION,
        state: State | None = None,
    ) -> None:
        self.form = form
        self.answers = answers
        self.part = str(part)
        self.occasion = occasion
        self.expected: State | None = None
        self._known = state

    @cached_property
    def state(self) -> State:
        """The rules of the form, worked out over the answers."""
        known = self._known
        return known or work_out(self.form, self.answers, occasion=self.occasion)

    def followed_by(self, answers: Answers) -> "Journey":
        """Return the journey with these answers; what `check` has worked out serves again."""
        ahead = self.expected
        return Journey(
            self.form,
            answers,
            self.part,
            occasion=self.occasion,
            state=ahead if ahead is not None and ahead.answers == answers else None,
        )

    @cached_property
    def pages(self) -> list[Page]:
        """The pages that these answers lead to, in order; a page that stops is the last."""
        found = self._drafts()
        labels = {draft.chapter: draft.label for draft in found}
        chapters = {
            name: Progress(number, len(labels), label)
            for number, (name, label) in enumerate(labels.items(), start=1)
        }
        pages: list[Page] = []
        for draft in found:
            pages.append(draft.page(self.part, chapters))
            if pages[-1].stop:
                break
        return pages

    def _drafts(self) -> list[Draft]:
        found: list[Draft] = []
        for child in self.form.children:
            units: list[Unit] = []
            self._gather(child, (), units)
            is_group = isinstance(child, Group)
            chapter, label = (child.path if is_group else ""), child.label
            found += [Draft(unit, chapter, label if is_group else {}) for unit in units]
        return found

    def _gather(
        self, child: Group | Question, inside: tuple[Group, ...], units: list[Unit]
    ) -> None:
        times = inside[-1].times if inside else ()
        if isinstance(child, Question):
            question = child.at(times)
            if self._is_here(question):
                units.append(Unit((question,), inside=inside))
        elif child.is_repeat:
            self._gather_repeat(child, inside, units)
        elif child.is_page:
            asked = (each.at(times) for each in _questions_in(child))
            questions = tuple(filter(self._is_here, asked))
            if questions:
                units.append(Unit(questions, child.at(times), inside=inside))
        else:
            for inner in child.children:
                self._gather(inner, inside, units)

    def _gather_repeat(
        self, repeat: Group, inside: tuple[Group, ...], units: list[Unit]
    ) -> None:
        times = inside[-1].times if inside else ()
        for number in range(1, self.state.times_of(repeat, times) + 1):
            here = (*inside, repeat.at((*times, number)))
            for inner in repeat.children:
                self._gather(inner, here, units)
        is_asked = not repeat.repeat_count and repeat.part == self.part
        if is_asked and self.state.is_open(repeat, times):
            units.append(Unit((), repeat=repeat.at(times), inside=inside))

    def _is_here(self, question: Question) -> bool:
        return (
            question.part == self.part
            and question.is_shown
            and self.state.is_relevant(question)
        )

    def page(self, key: str) -> Page:
        """Return a page by its key. Raises NoSuchPage."""
        return self.pages[self._index(key)]

    def _index(self, key: str) -> int:
        for index, page in enumerate(self.pages):
            if page.key == key:
                return index
        raise NoSuchPage("Your answers do not lead to this page. Go back one page.")

    def next_page(self, key: str = "") -> Page | None:
        """Return the page after this one, the first without a key, None before checking.

        A page on which an answer brought up another question comes again.
        """
        if not key:
            return self.pages[0] if self.pages else None
        index = self._index(key)
        here = self.pages[index]
        if any(key not in self.answers for key in here.keys):
            return here
        if here.repeat is not None:
            unseen = (each for each in self.pages[:index] if not self.is_seen(each))
            added = next(unseen, None)
            if added is not None:
                return added
        return self.pages[index + 1] if index + 1 < len(self.pages) else None

    def previous_page(self, key: str = "") -> Page | None:
        """Return the page before this one; without a key the last, as seen from checking."""
        index = self._index(key) if key else len(self.pages)
        return self.pages[index - 1] if index else None

    def is_seen(self, page: Page) -> bool:
        """Tell whether everything on a page was answered or passed over."""
        return all(key in self.answers for key in page.keys)

    def first_open(self) -> Page | None:
        """Return the first page that nobody has seen yet; None when all are done.

        Notes at the beginning come before the first question.
        """
        has_begun = False
        for page in self.pages:
            if not self.is_seen(page) or page.stop:
                return page if has_begun else self.pages[0]
            has_begun = has_begun or bool(page.keys)
        return None

    def can_visit(self, key: str) -> bool:
        """Tell whether a page may be opened: every page before it was seen."""
        for page in self.pages:
            if page.key == key:
                return True
            if not self.is_seen(page):
                return False
        return False

    def offers(self, question: Question) -> tuple[Unanswered, ...]:
        """Return which ways of not answering to offer; a choice of that name replaces one."""
        names = {f"-{choice.name}" for choice in self.state.choices(question)}
        return tuple(each for each in Unanswered if each.value not in names)

    def check(
        self, page: Page, posted: Posted
    ) -> tuple[dict[str, Answer], dict[str, Problem]]:
        """Return the answers of a page, and what needs another look, by key.

        Nothing chosen is Unanswered.SKIPPED, unless the form requires an answer.
        """
        cleaned: dict[str, Answer] = {}
        found: dict[str, Cleaned] = {}
        mark = mark_for_page(posted)
        for question in page.asked:
            answer = mark or self._cleaned(question, posted)
            found[question.key] = answer
            if not isinstance(answer, Problem):
                cleaned[question.key] = answer or Unanswered.SKIPPED
        told = {**self.answers, **cleaned}
        try:
            after = work_out(self.form, told, occasion=self.occasion)
        except TooCostly:
            too_much = Problem(Trouble.TOO_MUCH)
            return {}, dict.fromkeys((each.key for each in page.asked), too_much)
        self.expected = after
        problems: dict[str, Problem] = {}
        for question in page.asked:
            problem = problem_with(question, found[question.key], after)
            if problem is not None:
                problems[question.key] = problem
                cleaned.pop(question.key, None)
        return cleaned, problems

    def _cleaned(self, question: Question, posted: Posted) -> Cleaned:
        """What was posted for a question; what can only be read stays as it is."""
        choices = self.state.choices(question)
        if self.state.is_only_read(question):
            posted = {question.key: self.state.value(question)}
        return clean(question, posted, choices=choices, now=self.occasion.now)

    def words_of(self, question: Question) -> list[str]:
        """Return the answer to a question as it reads: the labels of what was chosen."""
        answer = self.answers.get(question.key)
        if answer is None or is_unanswered(answer):
            return []
        names = answer if isinstance(answer, list) else [answer]
        if question.kind not in LISTED:
            return names
        labels = {
            choice.name: self.state.words(choice.label)
            for choice in self.state.choices(question)
        }
        return [labels.get(name) or name for name in names]

    def prune(self) -> dict[str, Answer]:
        """Return the answers of this part that are sent: no longer relevant ones left out."""
        kept: dict[str, Answer] = {}
        for page in self.pages:
            if page.repeat is not None and page.keys[0] in self.answers:
                kept[page.keys[0]] = self.answers[page.keys[0]]
            for question in page.asked:
                if question.key in self.answers:
                    answer = self.answers[question.key]
                    kept[question.key] = still_offered(question, answer, self.state)
        return kept

    def calculated(self) -> dict[str, str]:
        """Return what the form calculates for this part, where it is relevant."""
        return {
            each.key: self.state.value(each)
            for each in self.state.standing()
            if each.part == self.part
            and each.kind is Kind.CALCULATE
            and self.state.is_relevant(each)
        }


def _questions_in(group: Group) -> Iterator[Question]:
    for child in group.children:
        if isinstance(child, Group):
            yield from _questions_in(child)
        else:
            yield child


def problem_with(question: Question, answer: Cleaned, after: State) -> Problem | None:
    """Return what needs another look at an answer, in a form worked out over all of them."""
    if not after.is_relevant(question):
        return None
    if isinstance(answer, Problem):
        return answer
    if answer is None:
        if question.required and after.holds(question.required, question):
            return Problem(
                Trouble.MISSING, after.words(question.required_message, question)
            )
        return None
    if is_unanswered(answer) or not question.constraint:
        return None
    return _against_rule(question, after)


def _against_rule(question: Question, after: State) -> Problem | None:
    try:
        if after.holds(question.constraint, question):
            return None
    except TooCostly as refused:
        return Problem(Trouble.AGAINST_RULE, str(refused))
    return Problem(
        Trouble.AGAINST_RULE, after.words(question.constraint_message, question)
    )


def still_offered(question: Question, answer: Answer, state: State) -> Answer:
    """Return an answer without choices that are not offered any more."""
    if question.kind not in LISTED or is_unanswered(answer):
        return answer
    offered = {choice.name for choice in state.choices(question)}
    if isinstance(answer, list):
        return [name for name in answer if name in offered] or Unanswered.SKIPPED
    return answer if answer in offered else Unanswered.SKIPPED
