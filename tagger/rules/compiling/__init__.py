"""From authoring models to the plan (`tagger.rules.plan`): tables with indices, in which an event
finds the tags that it touches."""
