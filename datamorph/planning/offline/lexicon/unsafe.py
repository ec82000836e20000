# ruff: noqa: E501 (patterns are read as one line each)
"""Requests that are refused whoever makes them, as patterns over the lower-case prompt.

A pipeline only reads its sources and only writes its own target; what is refused here asks for something else.
Addresses of tables stand in the text as ``§raw`` (a source that is called one), ``§table`` (another table that is
there) and ``§target``.
"""

from __future__ import annotations

from datamorph.planning.offline.lexicon.bypasses import OBEDIENCE, WAIVERS, WAIVES
from datamorph.planning.offline.lexicon.leaks import CODE, LEAKS, SECRETS
from datamorph.planning.offline.lexicon.spoken import any_of, spoken

_DESTROY = any_of("""
    drop|truncate|wipe|erase|destroy|purge|nuke|delete|remove|empty|clear|clean out|kill|scrap|obliterate|discard|zap|trash|shred
    eliminate|vacuum|reset|flush|bin|expunge|annihilate|get rid of|blow|throw|do away with|dispose of|tear down|take down
    dropping|truncating|wiping|erasing|destroying|purging|nuking|deleting|removing|emptying|clearing|getting rid of
""")  # fmt: skip
_ERASE = any_of("delete|erase|purge|wipe|truncate|destroy|expunge|nuke|obliterate|shred")
_DESTROYED = any_of("""
    truncated|dropped|emptied|wiped|deleted|erased|purged|destroyed|removed|cleared|scrapped|nuked|binned|discarded|killed|trashed
    reset|thrown away|cleaned out|got rid of|gotten rid of|taken down|shredded|gone
""")  # fmt: skip
_ERASED = any_of("deleted|erased|purged|wiped|truncated|destroyed|expunged")
_MUST = any_of("""
    must|should|shall|can|could|may|might|ought to|has to|have to|had to|needs? to|is to|are to|wants? to|got to|will
    i want|i'd like|we want|i would like|is safe to|may now|can now
""")  # fmt: skip
_WHOLE = r"(?:(?:out|away|off|up|down|all|every|any|the|this|that|those|these|my|our|your|whole|entire|complete|old|existing|of|everything|anything|contents?|in|inside|from|rows?|records?|entries|data) )*"
_PART = r"(?! (?:rows?|records?|entries|lines|columns?|fields?|duplicates|without|with|where|that|which|whose|who|when|if|of|under|over|older|before [\d'\"]|after [\d'\"]|from|shorter|longer|less|more|not|no|having|lacking|in|by|per|as|to)\b|'s)"
_STORE = any_of(
    "tables?|databases?|schemas?|datasets?|catalogs?|warehouse|data lake|lake|lakehouse|bucket|snapshots?|backups?|history|namespaces?|domain|data mart|source|sources|source data|raw data|raw layer|partitions? files?"
)
_FILLER = r"(?:(?!(?:from|in|into|of|where|with|without|by|on|per|to|as|at|for|rows?|records?|columns?|duplicates?|nulls?|and|then|that|which)\b)[\w§]+ ){0,4}"
_ALL_OF = r"(?:(?:all|every|everything|anything|whatever|most|the|contents?|of|in|from|inside|our|any|entire|whole) )*"
_CHANGE = any_of("""
    delete|remove|erase|purge|update|overwrite|modify|alter|change|set|replace|insert|edit|rewrite|truncate|drop|wipe|clear|correct
    fix|rename|merge|append|add|write|upsert|put|amend|patch|bump|raise|increase|decrease|double|halve|zero|blank|scramble|scrub
    move|swap|repair|adjust|tamper with|touch up|mutate|reset|nullify|redact|anonymi[sz]e|mask|overwriting|updating|modifying
    changing|altering|deleting|removing|inserting|correcting|fixing|renaming|rewriting|editing
""")  # fmt: skip
_REWRITE = any_of(
    "update|overwrite|modify|alter|edit|rewrite|amend|patch|tamper with|mutate|updating|overwriting|modifying|altering|editing|change|changing"
)
_ASSIGN = any_of(
    "set|change|update|overwrite|modify|alter|edit|amend|patch|bump|zero|nullify|null|blank|double|halve|delete|erase|purge|wipe|insert|put|write"
)
_CHANGED = any_of(
    "updated|overwritten|modified|altered|edited|rewritten|amended|patched|changed|corrected|renamed|replaced|doubled|halved|raised|increased|fixed|set|zeroed|nulled|blanked|marked|bumped|repaired"
)
_BECOME = any_of("become|becomes|be|get|turn into|read|lose|loses|have|show|change|switch|go to")
_THERE = any_of(
    "in place(?! of)|in situ|(?:right|directly|straight) (?:at|in|on|inside) (?:the|that|this|its|their) (?:existing )?(?:table|source|original|origin|database)|(?:directly |right )?(?:at|in|on|inside) (?:the |its |their |our )?(?:source|origin)(?: table| data| system| file)?(?=[\\s]*(?:[.,;:!?]|$))|directly in §(?:raw|table)|in §(?:raw|table) itself|back (?:in)?to (?:the )?(?:source|origin|§raw|§table)|right there in §(?:raw|table)"
)
_SOURCES_ONLY = "pipelines only read their sources"
_SAY_ROWS = f"{_SOURCES_ONLY}; say which rows the new table should hold"
_SAY_TABLE = f"{_SOURCES_ONLY}; say which new table should hold the corrected rows"

_DESTROYS = tuple(
    ("it destroys tables", spoken(pattern), f"{_SOURCES_ONLY}; filter rows into a new table instead")
    for pattern in (
        rf"\b{_DESTROY} {_WHOLE}(?:§raw|§table)\b{_PART}",
        rf"\b{_DESTROY} (?:out |the |all |every |any |entire |whole |my |our |this |that |old |existing )*{_FILLER}(?:(?:everything|anything|all|data|rows|tables|contents|it all) (?:in|of|from|inside) (?:the |our |this )*(?:\w+ )?)?{_STORE}\b(?! (?:columns?|fields?|values?|types?|names?|prefix|suffix|of (?:price|customer)))",
        rf"\b{_DESTROY} (?:it|that table|this table|the table|them|that one)\b(?: (?:for good|forever|permanently|completely|please|entirely|altogether))*(?=\W*(?:$|[.;!?,])) ... (?:no longer|any ?more)",
        rf"(?:§raw|§table)\b ... (?:no longer|not|never|don't|any ?more|done with|nobody|no one|obsolete|outdated|unused|useless|finished with|over with) ... {_DESTROY} (?:it|them|that|this|the table)\b",
        rf"\b(?:done with|no longer need|don't need|do not need|finished with|no use for|nobody uses|no one uses) ... (?:§raw|§table)[^.;!?]*?[,.;] ?... \b{_DESTROY} (?:of )?(?:it|them|that|this|the table)\b",
        rf"(?:§raw|§table)(?: (?:table|itself|now|also|then|finally|really|too|whole|contents?|data))* {_MUST} (?:now |then |also |first |finally |really |safely |please |to |just )*(?:(?:be|get) )?(?:\w+ly )?{_DESTROYED}\b",
        rf"(?:§raw|§table)(?: itself)? {_MUST} (?:go|disappear|vanish)\b(?=\W*(?:$|[.,;!?]|now|away|for good|please|today|tonight))",
        rf"(?:§raw|§table) (?:is|are) (?:to be|supposed to be) {_DESTROYED}\b",
        rf"\b(?:have|get|want|need|see|like) (?:the |our |my )?(?:§raw|§table)(?: (?:table|contents))? {_DESTROYED}\b",
        rf"\b{_ALL_OF}(?:rows?|records?|entries|data|contents) (?:of|in|from|inside|within) (?:the )?(?:§raw|§table)(?: \w+){{0,6}}? (?:must|should|shall|can|have to|has to|need to|needs to|are to|is to|may|to) (?:\w+ly )?be (?:\w+ly )?{_ERASED}\b",
        rf"§raw\b[\s\S]*?\b{_ERASE} (?:it|them|those|these|that|all of (?:it|them)|everything)\b",
        r"§table\b[^;]*?[,.;] ?[^.;]*?\b(?:delete|truncate|destroy|wipe|purge|erase) (?:it|that table|the table)\b",
        r"\b(?:get|bring|take|cut|trim|shrink|strip|thin|clean|rid|relieve|prune|free) (?:out |down |up )?§raw",
        r"\b(?:get|bring|take|cut|trim|shrink|reduce|set) §(?:raw|table) (?:down |back )?(?:to (?:zero|no|nothing|0|empty)|offline|down(?! to)|out of service|apart)\b",
        r"\b(?:replace|exchange|swap) §raw\b",
        rf"\b{_ERASED} (?:from|in|out of) (?:the )?§(?:raw|table)",
        r"§(?:raw|table) (?:gone|empty|emptied|away)\b(?=\W*(?:$|[.,;!?]|by|before|today|now|until|soon|please|tonight|tomorrow|first))",
        r"\b(?:roll|rolling|revert|restore|reset|rewind|swap|exchange)(?: back)? (?:the |all |our )*(?:§raw|§table)",
        r"\b(?:expire|vacuum|compact|roll back|rollback|prune) (?:the |all |old |its |every )*(?:snapshots?|versions?|files|tables?|history|partitions?|metadata|§raw|§table)\b",
        r"\bobliterate\b",
    )
)
CHANGES = "it changes a source table"
_CHANGES = tuple(
    (CHANGES, spoken(pattern), _SAY_TABLE)
    for pattern in (
        rf"\b{_CHANGE}\b[^.;!?]*?\b(?:in|from|of|into|to|on|inside|within|over|at) (?:the )?§raw",
        rf"\b{_REWRITE} (?:the |all |every |each |our |my |this |that |table |whole |entire |values? |rows? |data |records? |of |in )*(?:§raw|§table(?! (?:rows?|columns?|where|of|without)\b))",
        rf"\b{_CHANGE}\b[^.;!?]*?\b{_THERE}",
        rf"\b{_CHANGED}\b[^.;!?]*?\b{_THERE}",
        rf"\b(?:mark|flag|tag|label|close|cancel|make|turn|sort|reorder|deduplicate|dedupe|encrypt|normali[sz]e|trim|upper case|lower case|round|convert)\b[^.;!?]*?\b{_THERE}",
        r"\b(?:write|writing|written|put|save|saved|store|stored|load|loaded|merge|merged|copy|copied|push|pushed|feed|fed|sync|synced|propagate|propagated|persist|persisted)\b[^.;!?]*?\bback (?:in)?(?:to|in) (?:the |our )?(?:§raw|§table|sources?|origin)",
        r"\b(?:insert|upsert|write|save|store|persist|load|dump|output|publish|merge|append|inserted|upserted|written|saved|stored|loaded|merged|appended)\b[^.;!?]*?\b(?:in)?to (?:the )?(?:existing )?§raw",
        r"\b(?:insert|upsert|inserted|upserted)\b[^.;!?]*?\binto (?:the )?(?:existing )?§table",
        rf"\b(?:in|inside|within|on|for|throughout) §(?:raw|table)[^.;!?]*?\b(?:must|should|shall|has to|have to|needs? to|ought to|is to|are to) (?:all |now |\w+ly )?(?:become|be {_CHANGED}|turn into|change|switch|disappear|vanish)\b",
        rf"§raw[^.;!?]*?\b(?:must|should|shall|has to|have to|needs? to|ought to|is to|are to) (?:all |now |\w+ly )?(?:become|be {_CHANGED}|lose|turn into|disappear|vanish)\b",
        rf"\b(?:in|inside|within) (?:the )?§raw (?:please |first |then |just |go and )*{_ASSIGN}\b",
        rf"§raw(?: \w+)? {_MUST} (?:be )?(?:\w+ly )?{_CHANGED}\b",
        rf"\b(?:have|get|like|want|see|need) (?:the |our )?§raw(?: \w+)? (?:to be )?{_CHANGED}\b",
        rf"§(?:raw|table) itself\b[^.;!?]*?\b{_CHANGE}\b",
        r"\bmake\b[^.;!?]*?\b(?:disappear|vanish|go away) from (?:the )?§(?:raw|table)",
        r"\b(?:gone|away|deleted|removed) (?:from|in|at) (?:the )?(?:source|§raw)\b",
        r"\b(?:alter|lock|rename|drop) table\b",
        r"\b(?:do not|don't|without|instead of) (?:make|making|create|creating|build|building|want) (?:an? |any )?new (?:table|one|copy)\b|\bnot (?:an?|in an?) (?:new (?:one|table|copy)|copy)\b",
        r"\b(?:tidy|clean|correct|fix|repair|trim|shrink|reduce) (?:up )?(?:the )?(?:source|sources|origin)\b(?=\W*(?:$|[.,;!?]|itself|again))",
    )
)
_ROWS = (
    ("it writes SQL that changes data", r"\b(?:drop\s+(?:table|database|schema|view)|delete\s+from|insert\s+into(?!\s+§target)|truncate\s+table|alter\s+table|update\s+\w+\s+set|grant\s+\w+|create\s+or\s+replace|revoke\s+\w+)\b",
     "describe the table that you want"),
    ("it destroys rows", r"\b(?:delete|erase|purge|wipe|truncate|destroy)\W+(?:out\W+)?(?:all|every|any|each|the)\W+(?:of\W+the\W+)?(?:rows?|records?|entries|entry|data|contents?)\b(?:\W+(?:of|from|in|inside)\b|\W*$)", _SAY_ROWS),
    ("it destroys rows", spoken(rf"\b(?:permanently|irrevocably|irreversibly|physically|hard) {_DESTROY}\b"), _SAY_ROWS),
    ("it destroys rows", spoken(rf"\b{_DESTROY}\b[^.;!?]*\b(?:permanently|for good|for ever|forever|irrevocably|irreversibly|once and for all|physically|from disk|from the lake|from the warehouse|from the database)\b"), _SAY_ROWS),
    ("it destroys rows", spoken(rf"\b(?:{_DESTROYED}|thrown out|thrown away)\b[^.;!?]{{0,40}}? (?:permanently|for good|for ever|forever|irrevocably|once and for all|physically|from disk)\b"), _SAY_ROWS),
    ("it destroys rows", spoken(rf"\b{_ERASE}\b(?! (?:duplicates?|dupes|doubles|repeats|leading|trailing|spaces|blanks))[^.;!?]*?\b(?:from|in|inside|out of|within) (?:the )?(?:§raw|§table)\b"), _SAY_ROWS),
    ("it updates rows in place", r"\b(?:update|modify|overwrite|edit|change|replace|correct|fix|set)\b[^.;]*\bin\W?place\b(?!\W+of)", "describe the corrected rows as a new table"),
)  # fmt: skip

UNSAFE: tuple[tuple[str, str, str], ...] = (
    *_DESTROYS, *_CHANGES, *_ROWS, *LEAKS, *SECRETS, *CODE, *WAIVERS, *OBEDIENCE)  # fmt: skip
"""What it is, the pattern, the next step."""

MISSING_CONSTRUCTS: tuple[tuple[str, str], ...] = (
    ("keeping every version", r"\b(?:scd\w*|slowly\s+changing|change\s+data\s+capture|cdc)\b"),
    ("sessions", r"\bsessioni[sz]\w*\b"),
    ("recursive hierarchies", r"\b(?:recursive\w*|hierarch\w+|transitive\w*)\b"),
)  # fmt: skip

OUT_OF_SCOPE: tuple[tuple[str, str], ...] = (
    ("charts and dashboards", r"\b(?:plot|(?<!\borg\s)(?<!organisation\s)(?<!organization\s)chart|charts|graph|visuali[sz]e|visuali[sz]ation|heatmap|histogram\s+chart|pie)\b"),
    ("charts and dashboards", r"\b(?:build|make|create|draw|design|render|show|set\s+up|give\s+me|want|need)\s+(?:me\s+|us\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)?dashboards?\b(?!\s+(?:tiles?|tables?|rows?|columns?))|^\W*dashboards?\b"),
    ("machine learning", r"\b(?:predict\w*|forecast\w*|train\s+a|machine\s+learning|classifiers?\b|classify\b[^.]*\b(?:model|ai|llm|gpt|automatically)\b|neural|regression|cluster(?:ing)?\s+(?:customers|users|rows|the)|sentiment|recommend(?:er|ation)\w*)\b"),
    ("writing text", r"\b(?:write|compose|tell)\s+(?:me\s+)?(?:a|an)\s+(?:poem|joke|story|essay|letter|song|haiku|email|e-mail|report\s+about)\b"),
    ("general questions", r"\b(?:weather\s+(?:today|tomorrow|forecast)|who\s+is\s+the\s+president|stock\s+market|meaning\s+of\s+life|capital\s+of)\b"),
    ("messages to people", r"(?:^|[.;!?]\s*|\b(?:please|then|and)\s+)(?:e-?mail|text|notify|message|phone|alert|contact|invite|remind)\s+(?:all|every|each|any|the|our|my|me|him|her|them|us|everyone|everybody)\b"),
    ("messages to people", r"(?:^|[.;!?]\s*|\b(?:please|then|and|also)\s+)send\s+(?:(?:all|every|each|our|the|an?|out|\w+s)\s+){0,3}(?:text\s+messages?|e-?mails?|sms|letters?|reminders?|newsletters?|notifications?|vouchers?|invitations?|alerts?|birthday\s+cards?)\b(?!\s+(?:addresses|domain|column))"),
    ("access rights", r"\b(?:give|grant|allow|revoke|withdraw)\s+[\w']+(?:\s+[\w']+){0,3}?\s+(?:(?:read|write|full)\s+)?(?:access|permissions?|rights|privileges)\b(?!\s+(?:counts?|types?|levels?|codes?|logs?))"),
    ("access rights", r"\b(?:let|allow|permit)\s+(?:everybody|everyone|anybody|anyone|the\s+public|all\s+users|\w+)\s+(?:to\s+)?(?:read|access|write|query|edit|see|download|pull)\b[^.;]*§(?:raw|table|target)"),
    ("access rights", r"\bmake\s+(?:me|us|him|her|\w+)\s+(?:an?\s+)?(?:admin\w*|owner|superuser|root)\b"),
    ("translation", r"\btranslat(?:e|ing)\b(?![^.;]*(?:\w+\s*[:=>]|\bcodes?\b|\bplain\s+words\b|§))|\btranslation\s+of\b"),
)  # fmt: skip

__all__ = ["MISSING_CONSTRUCTS", "OUT_OF_SCOPE", "UNSAFE", "WAIVES"]
