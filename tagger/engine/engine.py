"""One step: a profile, an input and a clock give the profile, tag changes and a next deadline.

Rules kept here: before an input at x the customer's deadlines up to x are run, each as one time
evaluation of its own; an input behind the customer's clock enters where it belongs and is
evaluated at the clock; each evaluation publishes its own changes; a command never moves a clock.
"""

from tagger.domain.commands import CommandOutcome, OutcomeCode, OutcomeStatus, TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import Cause, CurrentTag, CurrentTags
from tagger.engine import commands, patterns
from tagger.engine.agenda import Agenda
from tagger.engine.evaluation import Setting, evaluate
from tagger.engine.identity import input_identity
from tagger.engine.intake import Taken, take_event, take_happenings
from tagger.engine.moment import Moment
from tagger.engine.newcomers import tags_of_newcomers
from tagger.engine.profile import STREAM_LIMITS, Limits, Profile
from tagger.engine.program import Program
from tagger.engine.repeats import Repeat, remember, repeated
from tagger.engine.step import Clock, Input, Step, Verdict
from tagger.rules.plan import Plan


class Engine:
    """The rules of a plan, applied to one customer at a time. Holds no customer's state."""

    def __init__(self, plan: Plan, limits: Limits = STREAM_LIMITS) -> None:
        self.plan = plan
        self.program = Program(plan)
        self.limits = limits
        self._tags_of_newcomers = tags_of_newcomers(self.program)
        self._index_of = plan.tag_index

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        """Decide about one event or command. The given profile is changed and handed on."""
        if profile is not None and profile.quarantined:
            return Step(profile, [], None, "quarantined")
        identity = input_identity(record)
        if profile is not None and identity in profile.seen:
            clock_at = _clock_after(profile, record, clock)
            repeat = repeated(profile, record, identity, clock_at, self.limits)
            if repeat is not None:
                return _left_out(profile, record, repeat, clock_at)
        if type(record) is TagCommand:
            return self._command(profile, record, identity, clock)
        return self._event(profile, record, identity, clock)

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        """Run all of the customer's deadlines up to the frontier."""
        step = Step(profile, [], None)
        self._run(profile, clock.frontier, clock, step)
        step.deadline = profile.deadline
        return step

    def current_tags(self, profile: Profile) -> CurrentTags:
        """The published tags that the customer holds, by name."""
        held = {}
        for name in sorted(profile.tags):
            state = profile.tags[name]
            index = self.plan.tag_index.get(name)
            if index is None or state.shown is None or not self.plan.tags[index].published:
                continue
            held[name] = CurrentTag(
                value=state.shown,
                since=state.shown_since or 0,
                expires_at=state.shown_expires_at,
                source=state.shown_source,
                priority=self.plan.tags[index].priority,
                rule_version=self.plan.tags[index].version,
            )
        return CurrentTags(profile.customer_id, profile.sequence, profile.updated_at, held)

    def _event(self, profile: Profile | None, event: Event, identity: int, clock: Clock) -> Step:
        at, frontier = event.occurred_at, clock.frontier
        is_new = profile is None
        if profile is None:
            profile = Profile(event.customer_id, known_since=at, clock_at=frontier)
        clock_at = max(frontier, profile.clock_at)
        late = at < clock_at
        now_at = max(at, clock_at)
        step = Step(profile, [], None)
        self._run(profile, now_at, clock, step)
        remember(profile, event, identity, now_at, self.limits)
        taken = take_event(self.program, profile, event, clock_at, self.limits)
        touched = taken.touched
        if is_new:
            touched.update(self._tags_of_newcomers)
        if at < profile.known_since:
            profile.known_since = at
            touched.update(self.plan.tags_of_age)
            taken.took = taken.took or bool(self.plan.tags_of_age)
        profile.clock_at = now_at
        moment = Moment(now_at, taken.fired, at)
        cause: Cause = "correction" if late else "event"
        setting = Setting("event", event.event_id, at, cause, clock)
        step.changes += evaluate(self.program, profile, moment, touched, setting)
        step.deadline = self._schedule(profile)
        if late:
            step.verdict = _count_late(profile, took=taken.took)
        if taken.wrong_types:
            step.wrong_types = taken.wrong_types
        _count_losses(step, taken)
        return step

    def _command(
        self, profile: Profile | None, command: TagCommand, identity: int, clock: Clock
    ) -> Step:
        clock_at = clock.frontier if profile is None else max(clock.frontier, profile.clock_at)
        at = max(command.issued_at, clock_at)
        code = commands.refusal(self.plan, profile, command, at)
        if code is not None:
            deadline = None if profile is None else profile.deadline
            outcome = _outcome(command, "refused", code, at)
            return Step(profile, [], deadline, "refused", outcome=outcome)
        step = Step(None, [], None)
        touched = {self._index_of[command.tag]}
        if profile is None:
            profile = Profile(
                command.customer_id, known_since=command.issued_at, clock_at=clock.frontier
            )
            touched |= self._tags_of_newcomers
        else:
            self._run(profile, clock_at, clock, step)
        if command.issued_at < profile.known_since:
            profile.known_since = command.issued_at
            touched.update(self.plan.tags_of_age)
        profile.clock_at = clock_at
        remember(profile, command, identity, clock_at, self.limits)
        commands.remember_issue(self.plan, profile, command)
        id_, issued_at = command.command_id, command.issued_at
        setting = Setting("command", id_, issued_at, "event", clock, command, at)
        moment = Moment(max(clock_at, profile.known_since), set())
        made = evaluate(self.program, profile, moment, touched, setting)
        self._schedule(profile)
        mine = any(change.tag == command.tag for change in made)
        step.profile, step.deadline = profile, profile.deadline
        step.changes += made
        step.outcome = _outcome(command, "done", "done" if mine else "unchanged", at)
        return step

    def _run(self, profile: Profile, until: int, clock: Clock, step: Step) -> None:
        at = profile.deadline
        if at is None or at > until:
            return
        agenda = Agenda(self.program, profile)
        while at is not None and at <= until:
            self._time_evaluation(profile, agenda, at, clock, step)
            following = profile.deadline = agenda.first()
            if following is not None and following <= at:
                raise RuntimeError(f"deadline {following} does not lie after {at}")
            at = following

    def _time_evaluation(
        self, profile: Profile, agenda: Agenda, at: int, clock: Clock, step: Step
    ) -> None:
        due = agenda.due(at)
        profile.clock_at = max(profile.clock_at, at)
        ended = agenda.take_ended(at)
        taken = take_happenings(self.program, profile, ended, at, self.limits)
        _count_losses(step, taken)
        touched_by = taken.touched_by
        setting = Setting("deadline", "", at, "time", clock, touched_by=touched_by)
        moment = Moment(at, taken.fired)
        due.update(taken.touched)
        step.changes += evaluate(self.program, profile, moment, due, setting)
        agenda.look_again(due, at_waits=bool(ended))

    def _schedule(self, profile: Profile) -> int | None:
        """Find the customer's next deadline."""
        deadline = patterns.next_end(self.plan, profile) if profile.patterns else None
        for name, state in profile.tags.items():
            due_at = state.due_at
            if (
                due_at is not None
                and (deadline is None or due_at < deadline)
                and name in self._index_of
            ):
                deadline = due_at
        profile.deadline = deadline
        return deadline


def _clock_after(profile: Profile, record: Input, clock: Clock) -> int:
    """Where the customer's clock stands once the input is taken; a command does not move it."""
    clock_at = max(clock.frontier, profile.clock_at)
    return clock_at if isinstance(record, TagCommand) else max(clock_at, record.occurred_at)


def _left_out(profile: Profile, record: Input, verdict: Repeat, clock_at: int) -> Step:
    """What comes again is counted and changes nothing; a command is answered all the same."""
    outcome = None
    if verdict == "duplicate":
        profile.repeats += 1
    else:
        profile.conflicts += 1
    if isinstance(record, TagCommand):
        at = max(record.issued_at, clock_at)
        answer: tuple[OutcomeStatus, OutcomeCode] = (
            ("done", "unchanged") if verdict == "duplicate" else ("refused", "id-taken")
        )
        outcome = _outcome(record, *answer, at)
    return Step(profile, [], profile.deadline, verdict, outcome=outcome)


def _count_late(profile: Profile, *, took: bool) -> Verdict:
    """What became of an event behind the customer's clock; the profile counts them."""
    if took:
        profile.late += 1
        return "late"
    profile.too_late += 1
    return "too_late"


def _count_losses(step: Step, taken: Taken) -> None:
    if taken.dropped_waits or taken.shortened:
        step.dropped_waits += taken.dropped_waits
        step.shortened += taken.shortened


def _outcome(
    command: TagCommand, status: OutcomeStatus, code: OutcomeCode, at: int
) -> CommandOutcome:
    reason = commands.reason_of(code)
    return CommandOutcome(command.command_id, command.customer_id, status, code, reason, at)
