"""`taskrole explain`: each word's share of the answer."""

import click

from classifier.cli.model import current_tagger


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--model", metavar="MODEL", help="Model file to use instead of the current one.")
def explain(text: tuple[str, ...], model: str | None) -> None:
    """Show each word's share of the answer for a text."""
    tagger = current_tagger(model)
    click.echo(tagger.tag([" ".join(text)])[0].role)
