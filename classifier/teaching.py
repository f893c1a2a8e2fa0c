"""Teaching: from examples in the store to a new version, compared with the one before, kept or refused."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from classifier.errors import TrainingError
from classifier.examples import read_examples
from classifier.files import write_whole
from classifier.home import SHIPPED
from classifier.learning.comparing import Compared
from classifier.learning.fitted import packed
from classifier.learning.retraining import Kept, Lesson, Old, Retrained, make_lesson, retrain
from classifier.learning.training import FEWEST, jobs_for
from classifier.model_file import model_bytes
from classifier.resources import shipped_examples, shipped_model
from classifier.store import Held, Made, Store, Version
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

SCRATCH = "scratch"
"""The base of a model that knows the user's own examples alone."""


class Wish(NamedTuple):
    """What the user asked for."""

    force: bool = False
    from_scratch: bool = False


class Outcome(NamedTuple):
    """What came of teaching."""

    version: Version
    retrained: Retrained
    before: Tagger
    lesson: Lesson
    promoted: bool
    left_out: list[Held]
    """Examples whose labels are not those of the new model, or too few for it."""


class _Plan(NamedTuple):
    base: str
    current: Version | None
    own: list[Held]
    new: list[Held]
    left_out: list[Held]


def teach(
    store: Store,
    given: Sequence[Example],
    wish: Wish,
    *,
    tell: Callable[[str], object] = lambda sentence: None,  # noqa: ARG005  the name says what it is told
    done: Callable[[float], None] = lambda share: None,  # noqa: ARG005
) -> Outcome:
    """Take examples in, learn from them and from all that wait, and make the new model current if it is no worse.

    Nothing is lost whenever this ends: examples wait in the store from the start. Raises `TrainingError` where there
    is nothing new or too little. `tell` gets sentences for the user, `done` the share of the work finished.
    """
    with store.turn(lambda: tell("Another retrain is at work: waiting for it to end.")):
        store.sweep()
        before = {held.number for held in store.held()}
        added = set(store.add(given)) - before
        try:
            while True:
                plan = _plan(store, wish, renewed=not given)
                outcome = _learn(store, plan, wish, tell, done)
                if outcome is not None:
                    return outcome
                tell("The current model was changed meanwhile: learning once more, on top of that one.")
        except TrainingError:
            for number in added:  # else they would stand in the way of every later retrain
                store.take_back(number)
            raise


def _plan(store: Store, wish: Wish, *, renewed: bool) -> _Plan:
    """Decide what is learned from: what the current model knows and what waits; forced anew, what was set aside."""
    current = store.current()
    base = SCRATCH if wish.from_scratch or (current is not None and current.base == SCRATCH) else SHIPPED
    held = store.held()
    own = [each for each in held if each.state == "known"]
    new = [each for each in held if each.state == "waiting"]
    if wish.force and renewed and not new:
        new = [each for each in held if each.state == "aside"]
    left_out: list[Held] = []
    if base == SHIPPED:
        roles = {*_tagger(store, current).labels, UNSURE}
        left_out = [each for each in new if each.example.label not in roles]
        new = [each for each in new if each.example.label in roles]
    elif new and not {each.example.label for each in new} & {each.example.label for each in own} - {UNSURE}:
        own, left_out = [], own
    if base == SCRATCH and sum(each.example.label == UNSURE for each in (*own, *new)) < FEWEST:
        left_out += [each for each in new if each.example.label == UNSURE]
        new = [each for each in new if each.example.label != UNSURE]
    known, known_base = (0, SHIPPED) if current is None else (current.examples, current.base)
    if not new and len(own) == known and base == known_base:
        aside = sum(each.state == "aside" for each in held)
        raise TrainingError(
            "There is nothing new to learn from: give files with labelled examples, or answer some questions "
            "(taskrole review BACKLOG)"
            + (f"; {aside:,} examples are set aside, and --force alone learns from them." if aside else ".")
        )
    return _Plan(base, current, own, new, left_out)


def _learn(
    store: Store, plan: _Plan, wish: Wish, tell: Callable[[str], object], done: Callable[[float], None]
) -> Outcome | None:
    """Learn and keep the result; None where the current model changed meanwhile."""
    shipped = read_examples([shipped_examples()]) if plan.base == SHIPPED else []
    lesson = make_lesson(shipped, [each.example for each in plan.own], [each.example for each in plan.new])
    before = _tagger(store, plan.current)
    scores_name = _scores_name(plan.current, before)
    old = Old(before, Kept.read(store.scores_path(scores_name)), _strength(before, plan))
    retrained = retrain(lesson, old, jobs=jobs_for(lesson.examples), done=done)
    numbers = {(each.example.text, each.example.label): each.number for each in (*plan.own, *plan.new)}
    learned = [numbers[example.text, example.label] for example in (*lesson.own, *lesson.new)]
    content = model_bytes(retrained.model)
    made = Made(content, plan.base, learned, _report(retrained, lesson))
    if retrained.old_kept is not None:
        write_whole(store.scores_path(scores_name), retrained.old_kept.write())
    write_whole(store.scores_path(hashlib.sha256(content).hexdigest()), retrained.kept.write())
    if retrained.objections and not wish.force:
        why = "; ".join(retrained.objections)
        version = store.refuse(made, why, [numbers[example.text, example.label] for example in lesson.new])
        return Outcome(version, retrained, before, lesson, promoted=False, left_out=plan.left_out)
    promoted = store.promote(made, None if plan.current is None else plan.current.number)
    if promoted is None:
        return None
    try:
        _keep_pipeline(store, promoted, retrained)
    except OSError as error:  # the model is current all the same
        tell(f"The fitted pipeline could not be kept ({error.strerror}): `evaluate --pipeline` will miss it.")
    return Outcome(promoted, retrained, before, lesson, promoted=True, left_out=plan.left_out)


def _tagger(store: Store, version: Version | None) -> Tagger:
    return Tagger.load(shipped_model() if version is None else store.path(version))


def _strength(before: Tagger, plan: _Plan) -> float | None:
    """Return the strength to take over: that of a model on the same base."""
    same = plan.base == SHIPPED or (plan.current is not None and plan.current.base == SCRATCH)
    strength = before.model.get("provenance", {}).get("strength")
    return float(strength) if same and isinstance(strength, (int, float)) else None


def _scores_name(current: Version | None, before: Tagger) -> str:
    """Name the file with the old model's scores."""
    if current is not None:
        return current.digest
    provenance = before.model.get("provenance", {})
    return f"{SHIPPED}-{str(provenance.get('digest'))[:16]}-{provenance.get('strength')}"


def _report(retrained: Retrained, lesson: Lesson) -> dict[str, Any]:
    return {
        "base": len(lesson.base),
        "own": len(lesson.own),
        "new": len(lesson.new),
        "held": retrained.held,
        "weight": retrained.weight,
        "compared": [_figures(each) for each in (retrained.known, retrained.new, retrained.alike) if each is not None],
    }


def _figures(compared: Compared) -> dict[str, Any]:
    return {
        "on": compared.name,
        "texts": compared.texts,
        **{
            name: {
                "accuracy": each.accuracy,
                "log_loss": each.log_loss,
                "calibration_error": each.calibration_error,
                "tagged": each.tagged.coverage,
                "tagged_right": each.tagged.accuracy,
            }
            for name, each in (("old", compared.old), ("new", compared.new))
        },
    }


def _keep_pipeline(store: Store, version: Version, retrained: Retrained) -> None:
    """Keep the fitted pipeline of the current version, and of no other: it is large, and can be fitted again."""
    for other in store.versions():
        store.pipeline_path(other).unlink(missing_ok=True)
    content = packed(retrained.pipeline)
    store.record_pipeline(content)
    write_whole(store.pipeline_path(version), content)
