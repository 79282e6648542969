"""How tags are described, and how many there are."""

from collections.abc import Iterable

from tagger.rules.findings import Findings
from tagger.rules.syntax import Pack, TagRule

MOST_TAGS_AT_ONCE = 20


def check_tags(packs: Iterable[Pack], findings: Findings) -> None:
    """`W-NO-OWNER`, `W-NO-TITLE`, `W-DUPLICATE-TITLE` and `W-MANY-TAGS`."""
    folder = tuple(packs)
    tags = [tag for pack in folder for tag in pack.tags]
    for tag in tags:
        _check_description(tag, findings)
    _check_titles(tags, findings)
    for pack in folder:
        _check_number(pack, findings)


def _check_description(tag: TagRule, findings: Findings) -> None:
    if not tag.owner:
        hint = "add `owner` here or under `defaults`"
        findings.add(tag.at, "W-NO-OWNER", f"nobody answers for `{tag.name}`", hint)
    if not tag.title:
        hint = "add for example `title: {en: ...}`"
        findings.add(tag.at, "W-NO-TITLE", f"`{tag.name}` has no title for people", hint)


def _check_titles(tags: Iterable[TagRule], findings: Findings) -> None:
    first: dict[tuple[str, str], TagRule] = {}
    for tag in tags:
        for language, title in tag.title.items():
            other = first.setdefault((language, title.casefold()), tag)
            if other is not tag:
                sentence = f'`{tag.name}` has the title "{title}" of `{other.name}`'
                hint = "give it one that tells the two apart"
                findings.add(tag.at, "W-DUPLICATE-TITLE", sentence, hint)


def _check_number(pack: Pack, findings: Findings) -> None:
    """Of one pack, which is of one theme: a folder may have thousands of tags, of which a customer
    has some of each theme. The values of one text tag count once."""
    shown = [tag for tag in pack.tags if tag.status != "experimental"]
    if len(shown) > MOST_TAGS_AT_ONCE:
        sentence = (
            f"one customer could hold {len(shown)} tags of this pack at once; nobody reads more"
            f" than {MOST_TAGS_AT_ONCE}"
        )
        hint = "make values of one text tag of those that exclude each other, or make two packs"
        findings.add(shown[MOST_TAGS_AT_ONCE].at, "W-MANY-TAGS", sentence, hint)
