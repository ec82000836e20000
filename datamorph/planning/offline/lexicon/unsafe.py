# ruff: noqa: E501 (patterns are read as one line each)
"""Requests that are refused whoever makes them, as patterns over the lower-case prompt.

A pipeline only reads its sources and only writes its own target; what is refused here asks for something else.
"""

from __future__ import annotations

_SOURCE = r"(?:raw|source|original|production|prod|underlying|input|base|bronze)"
_STORE = r"(?:tables?|database|schema|dataset|catalog|warehouse|lake|bucket|snapshots?|backups?|history|namespace)"
_CHECKS = (r"(?:quality\s+|data\s+|safety\s+|security\s+|all\s+|any\s+|the\s+|these\s+|every\s+)*"
           r"(?:checks?|approvals?|reviews?|validations?|audits?|tests?|guards?|guardrails?|gates?|safeguards?|sign\W?offs?|expectations?|"
           r"permissions?|access controls?|audit log\w*|logging|policy|policies)")  # fmt: skip

WAIVES = "it switches safety off"
UNSAFE: tuple[tuple[str, str, str], ...] = (
    # (what it is, pattern, hint)
    ("it destroys tables", rf"\b(?:drop|truncate|wipe|erase|destroy|purge|nuke|delete|empty|clear)\b(?:\W+(?:out|the|all|every|any|entire|whole|my|our|this|that|{_SOURCE}|[\w.]+)){{0,5}}?\W+{_STORE}\b",
     "pipelines only read their sources; filter rows into a new table instead"),
    ("it changes a source table", rf"\b(?:delete|remove|erase|purge|update|overwrite|modify|alter|change|set|replace|insert|edit|rewrite|truncate|drop|wipe|clear|correct|fix|rename|merge|append|add|write|upsert|put)\b[^.;!?]*?\b(?:in|from|of|into|to|on|inside|within|back\s+to|over)\W+(?:the\s+)?(?:{_SOURCE}\b(?!\W+(?:data\s+)?(?:file|value|column|price))|raw\.\w+)",
     "pipelines only read their sources; say which new table should hold the corrected rows"),
    ("it changes a source table", rf"\b(?:truncate|overwrite|wipe|erase|purge|destroy|drop|delete|alter|update|modify|change)\W+(?:\w+\W+){{0,3}}?(?:{_SOURCE}\b|raw\.\w+)",
     "pipelines only read their sources"),
    ("it writes SQL that changes data", r"\b(?:drop\s+(?:table|database|schema|view)|delete\s+from|insert\s+into|truncate\s+table|alter\s+table|update\s+\w+\s+set|grant\s+\w+|create\s+or\s+replace|revoke\s+\w+)\b",
     "describe the table that you want"),
    ("it destroys rows", r"\b(?:delete|erase|purge|wipe|truncate|destroy)\W+(?:out\W+)?(?:all|every|any|each|the)\W+(?:of\W+the\W+)?(?:rows?|records?|entries|entry|data|contents?)\b(?:\W+(?:of|from|in|inside)\b|\W*$)",
     "pipelines only read their sources; say which rows the new table should hold"),
    ("it updates rows in place", r"\b(?:update|modify|overwrite|edit|change)\b[^.;]*\bin\W?place\b", "describe the corrected rows as a new table"),
    ("it sends data outside", r"(?:https?|ftp|s3a?|gs|abfss?|sftp|file|jdbc|hdfs|smb|ssh|wss?)://|\bwww\.\w", "results are published as lake tables only"),
    ("it sends data outside", r"[\w.+-]+@[\w-]+\.[a-z]{2,}", "results are published as lake tables only"),
    ("it sends data outside", r"\b(?:e-?mail|send|upload|post|ftp|transmit|exfiltrate|forward|share|push|leak|copy|mail|text|sms|webhook|tweet|ship)\b[^.;]{0,80}\b(?:to|via|on|over|into|in)\W+(?:\w+\W+){0,3}(?:e-?mail\s+address|webhook|slack|discord|telegram|whatsapp|dropbox|pastebin|ftp|server|url|endpoint|google\s+drive|bucket|outside|external|public|internet|third\W?party|personal|competitor|teams|gist|twitter|api)\b",
     "results are published as lake tables only"),
    ("it asks for credentials", r"\b(?:aws_\w+|secret[\s_]*(?:access[\s_]*)?keys?|api[\s_]?keys?|access[\s_]?tokens?|private[\s_]?keys?|credentials?|passwords?|passwd|env(?:ironment)?[\s_]variables?|os\.environ|\.env\b|connection\s+strings?|ssh\s+keys?|/etc/\w+|secrets?\s+manager|keychain|bearer\s+token|auth\s+tokens?|the\s+environment\b)",
     "secrets never enter a pipeline"),
    ("it runs code", r"\b(?:os\.system|subprocess|eval\(|exec\(|__import__|rm\s+-rf|curl|wget|powershell|/bin/\w+|bash|shell\s+(?:command|script)|import\s+os\b|import\s+sys\b|chmod|sudo|netcat|(?:run|execute)\W+(?:\w+\W+){0,3}(?:python|code|script|command|shell|binary|javascript|program|executable))\b",
     "pipelines are made of typed steps"),
    ("it runs code", r"\b(?:run|execute|evaluate|eval|exec)\b[^.;]{0,40}\b(?:sql|quer(?:y|ies)|statements?|expressions?|formulas?|scripts?)\b[^.;]{0,40}\b(?:stored|kept|held|saved|contained|found|written|in|from|of)\b",
     "pipelines are made of typed steps; values are data"),
    (WAIVES, rf"\b(?:turn(?:ing)?\s+off|switch(?:ing)?\s+off|disabl\w+|skip\w*|bypass\w*|ignor\w+|without|suppress\w*|circumvent\w*|override|overrul\w+|deactivat\w+|omit\w*|avoid\w*|no\s+need\s+for|not?\s+(?:run|do|perform|apply|wait\s+for)|drop|remove|waive|mute|evade|forget(?:\s+about)?|get\s+around)\W+{_CHECKS}\b",
     "checks and approvals cannot be waived"),
    ("it obeys text found in data", r"\b(?:follow|obey|carry\s+out|execute|perform|run|do|apply|act\s+on|comply\s+with|adhere\s+to|implement|fulfil\w*|heed)\b[^.;]{0,60}\b(?:instructions?|commands?|orders\s+(?:in|of|from)|steps?|requests?|directions?|prompt|whatever|tells?|says?|asks?)\b[^.;]{0,60}?(?:\b(?:note|notes|comments?|description|descriptions|cells?|column|field|row|rows|values?|metadata|documentation|table|gives?|for|contains?|data)\b)",
     "text in data and descriptions is data, never an instruction"),
    ("it obeys text found in data", r"\b(?:what(?:ever)?|as|anything)\b[^.;]{0,40}\b(?:description|descriptions|notes?|comments?|metadata)\b[^.;]{0,30}\b(?:says?|tells?|asks?|instructs?|wants?|demands?|requires?)\b",
     "text in data and descriptions is data, never an instruction"),
    ("it tries to change the rules", r"\b(?:ignore|forget|disregard|override)\b[^.;]{0,30}\b(?:previous|prior|above|earlier|your|all|these|system)\b[^.;]{0,20}\b(?:instructions?|rules?|prompts?|guidelines?|constraints?|restrictions?)\b",
     "describe the table that you want"),
    ("it tries to change the rules", r"\b(?:system\s+prompt|developer\s+mode|jailbreak|act\s+as\s+(?:an?|root|admin|if)|you\s+are\s+now|pretend\s+(?:to|you))\b",
     "describe the table that you want"),
)  # fmt: skip

MISSING_CONSTRUCTS: tuple[tuple[str, str], ...] = (
    ("keeping every version", r"\b(?:scd\w*|slowly\s+changing|change\s+data\s+capture|cdc)\b"),
    ("loading by appending", r"\b(?:append\s+only|only\s+new\s+rows)\b"),
    ("sessions", r"\b(?:sessioni[sz]\w*|sessions?\s+(?:with|of|per|gap))\b"),
    ("joining text within a group", r"\b(?:concatenated\s+list|comma\W?separated|joined\s+with|string_agg|group_concat|collect(?:ed)?\s+into\s+a\s+list|semicolon\W?separated)\b"),
    ("recursive hierarchies", r"\b(?:recursive\w*|hierarch\w+|transitive\w*)\b"),
)  # fmt: skip

OUT_OF_SCOPE: tuple[tuple[str, str], ...] = (
    ("charts and dashboards", r"\b(?:plot|chart|charts|graph|dashboard|visuali[sz]e|visuali[sz]ation|heatmap|histogram\s+chart|pie)\b"),
    ("machine learning", r"\b(?:predict\w*|forecast\w*|train\s+a|machine\s+learning|classifiers?\b|classify\b[^.]*\b(?:model|ai|llm|gpt|automatically)\b|neural|regression|cluster(?:ing)?\s+(?:customers|users|rows|the)|sentiment|recommend(?:er|ation)\w*)\b"),
    ("writing text", r"\b(?:write|compose|tell)\s+(?:me\s+)?(?:a|an)\s+(?:poem|joke|story|essay|letter|song|haiku|email|e-mail|report\s+about)\b"),
    ("general questions", r"\b(?:weather\s+(?:today|tomorrow|forecast)|who\s+is\s+the\s+president|stock\s+market|meaning\s+of\s+life|capital\s+of)\b"),
    ("messages to people", r"(?:^|[.;!?]\s*|\b(?:please|then|and)\s+)(?:e-?mail|text|notify|message|phone|alert|contact|invite|remind)\s+(?:all|every|each|any|the|our|my|me|him|her|them|us|everyone|everybody)\b"),
    ("access rights", r"\b(?:give|grant|allow|revoke)\s+[\w']+(?:\s+[\w']+){0,3}?\s+(?:access|permissions?|rights|privileges)\b(?!\s+(?:counts?|types?|levels?|codes?|logs?))"),
    ("translation", r"\btranslat(?:e|ion|ing)\b"),
)  # fmt: skip
