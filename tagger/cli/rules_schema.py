"""`tagger rules schema`: the JSON Schema that editors check rule files with while one types."""

import click

from tagger.insight.rule_schema import Kind, schema_text


@click.command()
@click.option("--cases", is_flag=True, help="The schema of case files instead of packs.")
def schema(cases: bool) -> None:
    """Print the JSON Schema of packs, or of case files.

    An editor that knows it completes words, shows what each one means, and marks those that do not
    exist. It knows nothing of names and kinds of values: `tagger rules check` decides.

    \b
    Example, for an editor that reads a first line
    `# yaml-language-server: $schema=pack.schema.json`:
      tagger rules schema > rules/pack.schema.json
      tagger rules schema --cases > rules/cases.schema.json
    """
    kind: Kind = "cases" if cases else "pack"
    click.echo(schema_text(kind), nl=False)
