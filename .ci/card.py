"""Write the card of the shipped model, models/README.md, from the model itself and the held-out sets.

What stands between the marks of `benchmarks/accuracy.py` is kept. With `--check` nothing is written; exit 1 where the
card is not that of the model.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

from classifier.examples import read_examples
from classifier.learning import Evaluation, evaluate
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

ROOT = Path(__file__).parent.parent
HELD_OUT = ROOT / "training_data" / "heldout"
CARD = ROOT / "models" / "README.md"
PEERS = re.compile(r"<!-- accuracy -->.*?<!-- /accuracy -->", re.DOTALL)
NATURAL = ("p", "n1", "n2", "n3", "n4", "n5", "n6", "n7")


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a held-out set."""
    with (HELD_OUT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def line(name: str, found: Evaluation) -> str:
    """Return one row of the table of held-out sets."""
    low, high = found.interval
    right = "" if found.tagged.accuracy is None else f"{found.tagged.accuracy:.1%}"
    kept = "" if found.unsure_kept is None else f"{found.unsure_kept:.0%} of {found.unsure_texts}"
    return (
        f"| {name} | {found.texts} | {found.accuracy:.1%} ({low:.1%} to {high:.1%}) | {found.at_accuracy[0.98]:.0%} | "
        f"{found.tagged.coverage:.0%}, {right} | {kept} | {found.calibration_error:.3f} ({found.calibration_noise:.3f}) | "
        f"{found.calibration_error_of_all:.3f} ({found.calibration_noise_of_all:.3f}) |"
    )


def held_out_table(tagger: Tagger) -> list[str]:
    """Return the table of the held-out sets."""
    examples = read_examples([HELD_OUT / "phrases.csv"])
    agreed = [row["agreement"] == "3/3" for row in rows_of("phrases")]
    clear = [example for example, clear in zip(examples, agreed, strict=True) if clear]
    return [
        "| set | texts with a role | accuracy | coverage at 98 % | tagged, right | `unsure` kept | calibration error "
        "| of all texts |",
        "|---|---|---|---|---|---|---|---|",
        line("phrases, all", evaluate(tagger, examples)),
        line("phrases, clear (3/3)", evaluate(tagger, clear)),
        *(
            line(name, evaluate(tagger, read_examples([HELD_OUT / f"{name}.csv"])))
            for name in ("pairs", "forms", "long")
        ),
        *(line(f"fresh, {wording}", evaluate(tagger, texts)) for wording, texts in fresh_examples().items()),
    ]


def fresh_examples() -> dict[str, list[Example]]:
    """Return what was written after the model was trained, by its kind of wording."""
    found: dict[str, list[Example]] = {}
    rows = rows_of("fresh")
    for row, example in zip(rows, read_examples([HELD_OUT / "fresh.csv"]), strict=True):
        found.setdefault(row["wording"], []).append(example)
    return found


def unsure_sentence(tagger: Tagger) -> str:
    """Return how many texts without a role are left unsure, by kind."""
    rows = rows_of("unsure")
    kept = Counter(
        row["kind"]
        for row, tag in zip(rows, tagger.tag([row["text"] for row in rows]), strict=True)
        if tag.role == UNSURE
    )
    kinds = Counter(row["kind"] for row in rows)
    return ", ".join(f"{kind.replace('_', ' ')} {kept[kind]} of {number}" for kind, number in kinds.items())


def forms_sentence(tagger: Tagger) -> str:
    """Return for how many tasks all five forms get the right role."""
    rows = rows_of("forms")
    right: dict[str, bool] = {}
    for row, tag in zip(rows, tagger.tag([row["text"] for row in rows], threshold=0), strict=True):
        right[row["task"]] = right.get(row["task"], True) and tag.role == row["label"]
    return f"{sum(right.values())} of {len(right)}"


def sources_table(figures: dict[str, dict[str, float]]) -> list[str]:
    """Return the table of the sources, each when it was left out of training."""
    natural = [figures[name] for name in NATURAL]
    means = {key: sum(each[key] for each in natural) / len(natural) for key in natural[0]}
    rows = [*((name, figures[name]) for name in NATURAL), ("**mean of these**", means)]
    rows += [(name, each) for name, each in figures.items() if name and name not in NATURAL and each["accuracy"] > 0]
    return [
        "| source | texts | accuracy | coverage at 98 % | tagged, right |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {each['texts']:,.0f} | {each['accuracy']:.1%} | {each['coverage_98']:.0%} | "
            f"{each['tagged']:.0%}, {each['right']:.1%} |"
            for name, each in rows
        ),
    ]


def weights_sentence(weights: dict[str, float]) -> str:
    """Say which sources count for more or less than others."""
    if not weights:
        return ""
    return f" What one example counts where it is not 1: {', '.join(f'{name} {weight:g}' for name, weight in weights.items())}."


def card(tagger: Tagger, peers: str) -> str:
    """Return the whole card."""
    about, rule = tagger.model["provenance"], tagger.rule
    promises = ", ".join(f"{promise:.0%}: {threshold:g}" for promise, threshold in sorted(tagger.thresholds.items()))
    parts = [
        "# The shipped model",
        "`default.taskrole` tags short English work items as `product` or `project`, and leaves `unsure` what does not tell. "
        "It is a table of numbers (see [CONTRIBUTING.md](../CONTRIBUTING.md)); `taskrole models show --weights` prints "
        "them. Written by `.ci/card.py`; made by `taskrole train training_data -o models/default.taskrole`.",
        "## What it was made of",
        f"{about['examples']:,} labelled phrases ({', '.join(f'{count:,} {label}' for label, count in about['labels'].items())}) "
        f"of {len(about['sources'])} sources, digest `{about['digest'][:16]}`; strength {about['strength']:g}, "
        f"scikit-learn {about['scikit-learn']}, taskrole {about['taskrole']}.{weights_sentence(about['weights'])}",
        f"Confidence: {about['calibration']}, fitted on predictions for sources that were left out of training "
        f"(temperature {rule.temperature:g}, slope {rule.slope:g}, length beyond {rule.free_words:g} words damped with "
        f"exponent {rule.damping:g}). Threshold {rule.threshold:g}; promises and their thresholds: {promises}. A promise "
        "is the lowest threshold for which the one-sided 90 % Clopper-Pearson bound on the share of right tags, over all "
        "sources left out, reaches it, supposing that 20 % of a backlog has no role and every tag there is wrong.",
        "## On texts it has not seen",
        "Accuracy (with Wilson's 95 % interval) is that of the best role of every text that has one; coverage at 98 % is "
        "the largest share, the surest first, of which 98 % are right; the next columns are about the shipped threshold; "
        "calibration error in ten bins, in brackets what chance alone would show, first over the texts that have a role, "
        "then over all: the confidence is that a tag is right, and on a text without a role none is. The phrases are reworded on purpose and "
        "harder than what backlogs hold; their texts that annotators could not decide count under `unsure` kept. The fresh "
        "texts are by writers of whom the model has learned nothing: natural ones, reworded ones, and vague ones of "
        "which two thirds have no role, far more than the confidence allows for.",
        "\n".join(held_out_table(tagger)),
        f"Texts without a role that are left `unsure`: {unsure_sentence(tagger)}. Tasks whose five forms (imperative, "
        f"gerund, noun phrase, ticket, sloppy note) all get the right role: {forms_sentence(tagger)}.",
        "## Beside others",
        peers,
        "## Sources left out",
        "Each source was tagged by a model trained without it and without the sources that share its fold. The first "
        "eight are in natural wording; the contrastive ones further down are meant to be hard.",
        "\n".join(sources_table(about["left_out"])),
        "## What it is not for",
        "Other languages, single words, and deciding about people. In doubt it says so; a company's own words are "
        "learned with `taskrole retrain`.",
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write or check the card."""
    old = CARD.read_text("utf-8") if CARD.exists() else ""
    kept = PEERS.search(old)
    peers = kept[0] if kept else "<!-- accuracy -->\n<!-- /accuracy -->"
    new = card(Tagger.load(ROOT / "models" / "default.taskrole"), peers)
    if "--check" not in sys.argv:
        CARD.write_text(new, encoding="utf-8")
    elif new != old:
        sys.exit(f"{CARD} is not the card of the shipped model: run .ci/card.py")


if __name__ == "__main__":
    main()
