"""From YAML to authoring models (`tagger.rules.syntax`): nodes that know their place, words read by
the tables of `tagger.rules.vocabulary`, names looked up in a scope, every fault collected."""
