"""English headings and phrases for names, staff, workflows and what else is known of a tag."""

HEADINGS: dict[str, str] = {
    "holds": "When a customer has it",
    "sets": "What sets it",
    "ends": "What ends it",
    "values": "Which value it has",
    "value": "What it measures",
    "time": "What time alone does",
    "readings": "How it is counted",
    "names": "What the names mean",
    "hand": "By hand",
    "links": "Other tags and workflows",
    "facts": "Standing",
}

PEOPLE: dict[str, str] = {
    "tag_named": "{title} ({name})",
    # names of the pack
    "means": "{name}: {one}",
    "condition_means": "{name}: {condition}",
    "waits": (
        "{name} happens when the wait of {duration} after {one_first} is over, with no {bare} in"
        " the meantime"
    ),
    "waits_by": (
        "{name} happens when the wait of {duration} after {one_first} is over, with no {bare} for"
        " the same {field} in the meantime"
    ),
    "wait_anew": "every further {first} starts the wait anew",
    "wait_anew_by": "every further {first} for the same {field} starts the wait anew",
    "wait_keyless": "{one} that names no {field} ends every wait of the customer",
    "chain": "{name} happens when these have come in this order, within {duration} in all",
    "chain_by": (
        "{name} happens when these have come in this order, all for the same {field}, within"
        " {duration} in all"
    ),
    "step": "{one}",
    # by hand
    "hand_forbidden": "nobody may set or remove it by hand",
    "hand_only": "{who} sets it and takes it away by hand; no rule does",
    "hand_allowed": "{who} may set or remove it by hand",
    "everyone": "every member of staff",
    "roles": "whoever has the role {roles}",
    "hand_wins": (
        "what was set by hand goes before the rule, until its end date or until it is given back"
        " to the rule"
    ),
    "hand_removed": (
        "what was removed by hand without an end date stays away until the rule itself has let go"
        " of it"
    ),
    "hand_removed_value": (
        "what was removed by hand without an end date stays away until the rule arrives at another"
        " value"
    ),
    # other tags and workflows
    "asks": "it asks about {tags}",
    "asked": "it is asked about by {tags}",
    "flow_added": "as soon as it is set, the workflow {name} starts: {steps}",
    "flow_removed": "as soon as it is removed, the workflow {name} starts: {steps}",
    "flow_updated": "as soon as its value or expiry changes, the workflow {name} starts: {steps}",
    "flow_step": "{action} ({template})",
    "flow_age": "a change that is more than {duration} old starts nothing any more",
    "flow_from": "changes before {instant} start nothing",
    "flow_shadow": "this workflow is only being watched: nothing is sent",
    "flow_paused": "this workflow is paused",
    "no_flow": "no workflow follows it",
    # standing
    "layer_core": "core tag: it is meant to last",
    "layer_extended": "extended tag: it serves a project",
    "layer_temporary": "temporary tag: it is cleaned up when it ends",
    "status_experimental": "on trial: it is computed and measured, but not yet shown to others",
    "status_stable": "in use",
    "status_deprecated": "being phased out",
    "status_replaced": "being phased out; use {tag} instead",
    "owner": "owner: {owner}",
    "priority": "priority: {priority}",
    "pack": "pack {pack}, under {category}",
    "pack_only": "pack {pack}",
}
