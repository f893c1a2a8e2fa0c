"""Options that several commands share."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from classifier.tasks import UNSURE

if TYPE_CHECKING:
    from classifier.tagger import Tagger

Command = TypeVar("Command", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """Give the end of a help text: lines to try, printed as they stand."""
    return "\b\n" + "\n".join(("Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)))


class Share(click.FloatRange):
    """A number from 0 to 1; `nan` is none."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        share = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is no number from 0 to 1.", param, ctx) if math.isnan(share) else share


model_option = click.option(
    "--model", metavar="MODEL", help="Model file to use instead of the current one, or shipped."
)
threshold_option = click.option(
    "--threshold",
    type=Share(),
    metavar="P",
    help="Least confidence of a role, instead of the model's own; 0 tags everything with its best role.",
)
promise_option = click.option(
    "--promise",
    type=Share(),
    metavar="P",
    help="Take the threshold with which at least this share of the tags is right, such as 0.98.",
)


def threshold_options(command: Command) -> Command:
    """Add `--threshold` and `--promise`, for `threshold_of`."""
    return threshold_option(promise_option(command))


def threshold_of(tagger: "Tagger", threshold: float | None, promise: float | None) -> float | None:
    """Return the threshold that one of the two options asks for, None for the model's own."""
    if promise is None:
        return threshold
    if threshold is not None:
        raise click.UsageError("--threshold and --promise both set the threshold: leave one out.")
    return tagger.threshold_for(promise)


label_option = click.option("--label", metavar="COLUMN", help="Column of the labels, where it is not role or label.")
text_column_option = click.option("--column", metavar="NAME", help="Column of the texts, where it is not found.")


def check_role(role: str | None, roles: tuple[str, ...], option: str) -> None:
    """Refuse a role that the model does not know."""
    known = dict.fromkeys((*roles, UNSURE))
    if role is not None and role not in known:
        raise click.BadParameter(f"{role!r} is no role of this model; it has {', '.join(known)}.", param_hint=option)
