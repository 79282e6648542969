"""Puts the present schemas into a registry, where every version is to read every other.

First everything is looked at and nothing changed; an incompatible schema is found then, by our own
rules and in words, whatever level the registry keeps. Registering again changes nothing.
"""

import msgspec

from tagger.codecs import schemas
from tagger.codecs.registry_client import FULL_TRANSITIVE, Registered, RegistryClient
from tagger.codecs.schema_changes import schema_changes
from tagger.codecs.schema_history import unlike
from tagger.codecs.schemas import Schema


class Plan(msgspec.Struct, frozen=True):
    """What is to be done about one subject. `found` is where the schema stands already, `what`
    what registering it does, in words, `refusals` why it cannot be."""

    subject: str
    schema: Schema
    found: Registered | None
    is_new: bool
    level: str | None
    what: str
    refusals: tuple[str, ...]


async def plan_for(client: RegistryClient, subject: str, schema: Schema) -> Plan:
    """Look, and change nothing. Raises RegistryAwayError."""
    versions = await client.versions(subject)
    level = await client.level(subject)
    found = await client.find(subject, schema)
    if found is not None:
        what = "there already"
    elif versions:
        what = f"new version: {schema_changes(versions[-1].schema, schema)}"
    else:
        what = "first version"
    if level != FULL_TRANSITIVE:
        what += f"; compatibility {FULL_TRANSITIVE}, was {level or 'the default'}"
    return Plan(
        subject=subject,
        schema=schema,
        found=found,
        is_new=not versions,
        level=level,
        what=what,
        refusals=tuple(_refusals(schema, versions)),
    )


async def carry_out(client: RegistryClient, plan: Plan) -> Registered:
    """Register; gives where the schema stands then. Raises RegistryAwayError, and
    RegistryRefusalError."""
    if plan.level != FULL_TRANSITIVE and not plan.is_new:
        await client.set_level(plan.subject, FULL_TRANSITIVE)
    if plan.found is None:
        await client.register(plan.subject, plan.schema)
    if plan.level != FULL_TRANSITIVE and plan.is_new:
        await client.set_level(plan.subject, FULL_TRANSITIVE)
    found = plan.found or await client.find(plan.subject, plan.schema)
    if found is None:
        raise client.away(f"has taken the schema of {plan.subject} and does not find it")
    return found


def _refusals(schema: Schema, versions: list[Registered]) -> list[str]:
    told = []
    for each in versions:
        try:
            version = schemas.checked(each.schema, "it")
        except ValueError as error:
            told.append(f"version {each.version}: {error}")
        else:
            told += [f"version {each.version}: {sentence}" for sentence in unlike(schema, version)]
    return told
