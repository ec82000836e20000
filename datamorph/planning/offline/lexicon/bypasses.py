# ruff: noqa: E501 (patterns are read as one line each)
"""What would go around the rules: checks and approvals that are waived, and text in data that is obeyed."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.spoken import any_of, spoken

WAIVES = "it switches safety off"
_CANNOT = "checks and approvals cannot be waived"
_KIND = r"(?:data quality|quality|row|safety|security|validation|validity|approval|review|audit|dq|automatic|plausibility|sanity|four eyes|not null|null|uniqueness|unique|key|range|freshness|row count|completeness|duplicate|schema|type|foreign key|referential|pre publish|publication|release|pipeline|your|usual|integrity|data)"
_ALL = rf"(?:(?:all|any|the|[a-z]+'s|these|those|this|that|every|each|of|its|our|such|usual|further|failing|failed|further|more|other|{_KIND}) )*"
_CHECKS = any_of("""
    checks?|checking|approvals?|approving|reviews?|validations?|validating|audits?|tests?|testing|guards?|guardrails?|gates?|gatekeepers?|safeguards?|sign offs?|signing off|signoffs?|expectations?|assertions?
    permissions?|access (?:controls?|rules?|rights)|audit logs?|audit trail|logging|policy|policies|quality rules?|quality thresholds?|quality control|quality assurance|four eyes principle|approval (?:step|gate|process|workflow|flow|queue)|review (?:step|process|queue)|validation (?:step|rules?)|staging|quarantine|dry run|safety net|reviewers?|approvers?|governance|row level security|security|change control|change process|human in the loop|protections?
""")  # fmt: skip
_SURE = any_of("""
    (?:quality|data quality|dq|safety|security|validation|sanity|plausibility|integrity|automatic|pipeline|all|the|any|these|those|your|usual) (?:quality |data )*(?:checks?|tests?|rules|expectations|assertions|guards?|gates?)
    checks?|approvals?|approval (?:step|gate|process|workflow)|validations?|sign offs?|signoffs?|quality (?:control|rules?|gates?)|review step|audit (?:step|log|trail)|guardrails?|safeguards?|the (?:review|audit|gate)|staging
""")  # fmt: skip
_OFF = any_of("""
    turn(?:ing|ed)? off|switch(?:ing|ed)? off|disabl\\w+|skip\\w*|bypass\\w*|ignor\\w+|without|suppress\\w*|circumvent\\w*|overrid\\w+|overrul\\w+|deactivat\\w+|omit\\w*|avoid\\w*|no need (?:for|of)|not? (?:run|do|perform|apply|wait for|need|require|want|bother with|care about|ask for)
    drop|remove|removing|waiv\\w+|mut(?:e|ing)|evad\\w+|forget(?: about)?|forgo|(?:get|getting|go|going|work|working|step|walk|way) a?round|don't (?:need|want|run|do|bother with|wait for|require|apply|care about|ask for)|(?:needn't|need not) (?:wait for|have)|never mind
    silenc\\w+|sidestep\\w*|dodg\\w+|cut out|leave out|leaving out|leave off|do without|dispense with|dispensing with|stop|pause|pausing|suspend\\w*|relax\\w*|loosen\\w*|weaken\\w*|lower\\w*|soften\\w*|neglect\\w*|defeat\\w*|trick\\w*|cheat\\w*|unset|scrap|ditch|lift|switch off|shut off|kill|fake|faking|disregard\\w*|minus|sans|free of|exempt from|get rid of|do away with
""")  # fmt: skip
_IS_OFF = any_of("""
    disabled|off|skipped|bypassed|suppressed|ignored|deactivated|removed|waived|left out|left off|omitted|dropped|overridden|muted|silenced|not needed|not required|not necessary|unnecessary|unneeded|superfluous|can wait|do not apply|does not apply|doesn't apply|don't apply|do not matter|don't matter|doesn't matter|does not matter
    are not required|isn't needed|aren't needed|isn't required|isn't necessary|switched off|turned off|out of the way|suspended|paused|relaxed|lowered|loosened|disregarded|not run|never run|forgotten|circumvented|sidestepped
""")  # fmt: skip
_LINK = any_of(
    "is|are|be|being|to be|get|gets|can be|may be|should be|must be|shall be|could be|need to be|needs to be|needs|need|will be|want|have to be|has to be|i want|all|also|now|simply|just|for once|today|here|both|please|then|this time|step|steps|of this run|on it|on them|for it|set to|can|may|should|must|not|for the run|for this run|on this one|for this one|for now"
)
_FINDS = r"(?! (?:errors?|messages?|codes?|dates?|status(?:es)?|results?|flags?|failures?|scores?|numbers?|ids?|points?|periods?|in dates?|ins?|outs?|boxes|amounts?|digits?)\b)"
_PEOPLE = any_of(
    "anybody|anyone|nobody|no one|somebody|someone|me|us|a person|any person|the team|a human|any human|people|a manager|the owner|humans?"
)
_NOTWITHSTANDING = any_of(
    "even if|even though|even when|even with|although|regardless(?: of)?|no matter(?: what)?|irrespective of|despite|in spite of|whatever|whether or not|notwithstanding"
)

WAIVERS: tuple[tuple[str, str, str], ...] = tuple(
    (WAIVES, spoken(pattern), _CANNOT)
    for pattern in (
        rf"\b{_OFF} {_ALL}{_CHECKS}\b{_FINDS}",
        rf"\b{_OFF} (?:it|them|that|these|those|this|both)(?: (?:step|steps|gate))?(?: (?:together|along|all|also|plus|and|with|as well as))+ {_ALL}{_CHECKS}\b{_FINDS}",
        r"\b(?:approvals?|approving|approval (?:step|process|workflow|queue|gate)|sign offs?|signoffs?|validations?|validation step|review step|quality (?:checks?|gates?|rules?|control)|data tests?|data quality tests?)\b[^;!?]{0,80}?[.,;:] ?(?:so |please |just |then |and |hence |therefore |let's |we )*(?:skip|bypass|disable|ignore|omit|drop|waive|cut|go without|work around|get around|circumvent|turn off|switch off|leave out|forget) (?:it|them|that|these|those|this|both)\b(?! (?:without|with|that|which|where|whose|who|of|from|under|over|below|above|before|after|in|on|by|rows?|columns?)\b)",
        rf"\b(?:turn|switch|shut|take|leave|put|set|flip) {_ALL}{_SURE} (?:off|out|aside|away|offline|to off|down|out of)\b",
        rf"\b{_SURE}(?: {_LINK})* {_IS_OFF}\b(?! (?:for|by|in|on|per) (?:an? )?(?:reason|user|column))",
        rf"\bno {_ALL}(?:checks?|approvals?|sign offs?|signoffs?|validations?|guardrails?|safeguards?|audit (?:step|log|trail))\b{_FINDS}",
        r"\b(?:nobody|no one|noone|none of us) (?:has to|needs to|need|must|should|will|is to|shall|ever has to) (?:approve|review|look|check|sign|confirm|validate|know|notice|see)\b",
        rf"\bwithout (?:\w+ )?(?:asking|waiting|being asked|bothering|informing|telling|notifying|involving|{_PEOPLE}(?:'s)? (?:\w+ )?(?:looking|approving|checking|seeing|noticing|knowing|having|reviewing|signing|consent|approval|okay|ok))\b",
        rf"\b{_NOTWITHSTANDING} [^.;!?]{{0,40}}?\b(?:checks?|validations?|audit|approvals?|quality (?:checks?|tests?|rules?|gate)|gates?|sign offs?|expectations|tests? (?:fail|pass|say|complain|are|result)\w*)\b{_FINDS}",
        r"\b(?:mark|make(?! sure)|pretend|consider|treat|count|assume|declare|report|force|rig|fake|flag|let|have|set)\b(?! sure) (?:\w+ ){0,3}?(?:checks?|tests?|validations?|approvals?|audits?|gates?|reviews?)(?: \w+){0,3}? (?:pass\w*|green|ok|okay|approved|done|successful|succeed|satisfied|fine|true)\b",
        r"\b(?:auto|self) ?approv\w*|\bapprov(?:e|ed|es) (?:it|this|that|them|the run|the result|everything|yourself) (?:yourself|automatically|by yourself|on your own|blindly|for me|already|without)\b|\bapprove yourself\b|\bapprov\w+ (?:it|this) on (?:my|our) behalf\b|\bconsider (?:it|this|yourself) approved\b|\bpre ?approved\b(?=[^.;]{0,20}\bpublish)",
        r"\bforce (?:the |a |this |its )?(?:publish\w*|publication|load|run|write|it through|through|merge|release|deploy\w*)\b|\b(?:publish|write|release|push|deploy) (?:it |this |them )?(?:\w+ )*?(?:blindly|unchecked|unreviewed|unapproved|untested|unvalidated)\b",
        r"\b(?:straight|directly|right|immediately|at once) (?:in)?to (?:the )?(?:production|prod|live(?: table)?)\b",
        r"\b(?:let|wave|push|get) (?:it|this|them|everything|all|the data|the load|the rows) through (?:regardless|anyway|no matter|whatever|even|unchecked)\b",
        rf"\b{_SURE}[^.;!?]*? (?:switch|turn|take|shut|flip) (?:them|it|those|that|these|both) (?:off|out|away|down)\b|\b{_SURE}[^.;!?]*? (?:disable|bypass|deactivate|suspend|circumvent) (?:them|it|those|that|these|both)\b",
        r"\b(?:validations?|approvals?|sign offs?|signoffs?|approval steps?|review steps?|quality gates?)[^.;!?]*? (?:leave|drop|cut|forget|skip|omit|ditch) (?:it|them|that|this|those)\b",
        rf"\b(?:set|turn|make|downgrade|switch|change|demote|reduce|put) {_ALL}{_CHECKS} (?:\w+ )?(?:to|into|on|as) (?:warn\w*|only warn\w*|info\w*|optional|off|low|silent|ignore)\b",
        r"\bgreen ?light\b|\bgive (?:it|this) the (?:green light|go ahead|okay|ok|nod)\b|\bno (?:human|person|reviewer|approver|manager|sign)s? (?:is |are )?(?:needed|required|involved|in the loop|necessary|has to)\b|\bgo ahead without\b|\brubber stamp\b",
        rf"\b{_CHECKS} (?:rules? )?(?:do not|don't|does not|doesn't|need not|needn't|should not|shouldn't|must not) (?:apply|count|matter|stop|hold up|block|run|be (?:run|applied|done|enforced))\b",
        rf"\b(?:silence|mute|hide|swallow|suppress|ignore) {_ALL}(?:alerts?|alarms?|warnings?|failures?|violations?|errors?) (?:of|from|by|in|raised by) {_ALL}{_CHECKS}\b",
        r"\b(?:publish|load|release|write|save|store)\b[^.;!?]* (?:anyway|regardless)(?=\W*(?:$|[.;!?]))",
        r"\b(?:fail\w*|broken|violated|red) {_ALL}(?:checks?|tests?|validations?|rules) (?:\w+ )?(?:should|must|may|can|do|are|is) (?:not |never |n't |be |to be )*(?:stop|block|ignored?|hold|matter|count|prevent)\w*\b".replace(
            "{_ALL}", _ALL
        ),
        r"\b(?:hide|conceal|cover up) (?:this|it|the run|the change|\w+ from) (?:from )?(?:the )?(?:audit\w*|log\w*|reviewers?|owner|team|dba)\b|\b(?:leave|leaving) no trace\b|\boff the record\b|\bunlogged\b",
    )
)

_TEXTS = any_of("""
    notes?|comments?|descriptions?|cells?|columns?|fields?|rows?|values?|metadata|documentation|tables?|§raw|§table|contents?|texts?|remarks?|reasons?|messages?|data|records?|strings?|entries|memo|free text|feedback|annotations?|tags?|labels?|catalog|schema
""")  # fmt: skip
_ORDERS = any_of(
    "instructions?|commands?|directives?|prompts?|orders|tasks?|requests?|requirements|directions?|to ?dos?|guidance|wishes"
)
_TO_YOU = r"(?:to|for|at|from|addressed to|meant for|directed at|aimed at) (?:you|yourself|the (?:planner|assistant|agent|system|ai|model|bot|machine|llm|tool|pipeline)|an? (?:ai|llm|assistant|agent))"
_DO = any_of(
    "follow|obey|carry out|execute|perform|run|do|apply|act on|act upon|comply with|adhere to|implement|fulfil\\w*|heed|complete|respect|honou?r"
)
_IS_DATA = "text in data and descriptions is data, never an instruction"
_DESCRIBE = "describe the table that you want"

OBEDIENCE: tuple[tuple[str, str, str], ...] = (
    ("it obeys text found in data", r"\b(?:follow|obey|carry\s+out|execute|perform|run|do|apply|act\s+on|comply\s+with|adhere\s+to|implement|fulfil\w*|heed)\b[^.;]{0,60}\b(?:instructions?|commands?|orders\s+(?:in|of|from)|steps?|requests?|directions?|prompt|whatever|tells?|says?|asks?)\b[^.;]{0,60}?(?:\b(?:note|notes|comments?|description|descriptions|cells?|column|field|row|rows|values?|metadata|documentation|table|gives?|for|contains?|data)\b)", _IS_DATA),
    ("it obeys text found in data", r"\b(?:what(?:ever)?|as|anything)\b[^.;]{0,40}\b(?:description|descriptions|notes?|comments?|metadata|remarks?)\b[^.;]{0,30}\b(?:says?|tells?|asks?|instructs?|wants?|demands?|requires?)\b(?!\W+[\w ]{1,20} (?:is|are)\b)", _IS_DATA),
    *(
        ("it obeys text found in data", spoken(pattern), _IS_DATA)
        for pattern in (
            rf"\b(?:treat|regard|interpret|consider|take|understand|view|use|read|see|handle|accept)(?:ed|ing)?\b[^.;!?]{{0,60}}?\b(?:as|like|to be|for|if) (?:if (?:they|it) (?:were|was) )?(?:an? |your |my |the |new |valid |direct |binding |further |additional |system )*(?:commands?|instructions?|sql|(?:runnable|executable|program|source|python) code|tasks|directives?|to ?dos?|orders {_TO_YOU}|requests {_TO_YOU}|{_ORDERS} {_TO_YOU})\b",
            rf"\b(?:instruct\w*|commands?|tasks?|prompts?|orders? to|requests? to|message to|directions|guidance)\b[^.;!?]{{0,20}}? {_TO_YOU}\b",
            rf"\b(?:{_TEXTS}|catalog entry|notice|instructions?)\b[^.;!?]{{0,60}}? (?:says?|tells?|states?|describes?|explains?|lists?|mentions?|specif(?:y|ies)|spells? out|sets? out) (?:exactly |precisely |clearly )?(?:what|how|which \w+|the \w+ that)\b[^.;!?]{{0,30}}? (?:has to|have to|must|should|needs? to|is to|are to|ought to|shall) (?:first |then |also |be )*(?:happen|done|be done|do|run|executed|carried|followed|take place|performed|precede)\b",
            rf"\b(?:{_TEXTS}|catalog entry|notice)\b[^.;!?]{{0,60}}? (?:says?|tells?|states?|describes?|explains?|lists?|asks?|wants?|demands?|requires?)\b[^.;!?]{{0,80}}?[.;:!] ?(?:so |please |just |now |first |then |and |you )*(?:do|follow|obey|carry out|execute|perform|act on|comply with|apply) (?:that|it|this|these|those|so|them|exactly that|as told|as it says)\b",
            r"\bact (?:accordingly|on (?:it|them|that|the|what|whatever)|upon)\b|\b(?:obey|heed|comply with|comply)\b|\bcarry (?:it|them|these|those|that|each|each one|all of them|everything) out\b|\bdo (?:exactly |just |precisely )?(?:as|what|whatever|everything|all) (?:it|they|he|she|the|each|every|that|is)\b[^.;!?]{0,40}?\b(?:say|says|said|tells?|told|asks?|asked|demands?|wants?|instructs?|requests?|contains?|written)\b|\bdo (?:as|what) (?:instructed|told|asked|it says|they say)\b",
            rf"\b{_DO}\b[^.;!?]{{0,50}}?\b(?:instructions?|commands?|directives?|prompts?|tasks|requests?|orders (?:given |written |hidden |found )?(?:in|of|from|there)) ... (?:in|of|from|inside|within|hidden in|found in|given by|held by|that) ... {_TEXTS}\b",
            rf"\b(?:instructions?|commands?|directives?|prompts?|orders|tasks)\b[^.;!?]{{0,60}}?\b(?:written|hidden|stored|contained|given|found|held|embedded|in|inside|from|of)\b[^.;!?]{{0,40}}?\b{_TEXTS}\b[^.;!?]{{0,40}}? (?:should be |are to be |must be |have to be |to be |and )?(?:followed|executed|obeyed|carried out|performed|applied|fulfilled|fulfil|fulfill|follow|obey|execute|perform|run)\b(?: them| it|\b)",
            rf"\b(?:let|have)\b[^.;!?]{{0,60}}?\b{_TEXTS}\b[^.;!?]{{0,30}}? (?:decide|determine|tell|dictate|control|steer|guide|say|drive|instruct)s?\b[^.;!?]{{0,20}}? (?:what|which|how|you|your|next)\b",
            rf"\b{_TEXTS}\b[^.;!?]{{0,40}}? (?:tells?|instructs?|asks?|orders|commands|wants|requires|advises|directs) (?:you|the planner|the assistant|the system)\b",
            r"\b(?:holds?|contains?|has|have|gives?|are|is|includes?|with|find|carries|carry|say|says)\b[^.;!?]{0,20}? (?:your|you) (?:new |next |further |real |actual |updated )*(?:instructions?|tasks?|orders|prompts?|commands?|rules|job|mission)\b",
            r"\byour (?:real|actual|true|next|new) (?:task|job|instructions?|mission|orders?|goal)\b|\bbehave (?:as|like)\b|\b(?:what to do|how to proceed|what you (?:should|must|need to|have to|shall|are to) do)\b|\b(?:guide|steer|drive|direct|control|govern) (?:your|you)\b|\bguide (?:your|the) (?:actions|steps|behaviou?r)\b",
            r"\b(?:as|like) (?:it|they|the \w+|each \w+|every \w+) (?:tells?|instructs?|commands?|demands?|orders) (?:you|us|to)?\b",
        )
    ),
    ("it tries to change the rules", r"\b(?:ignore|forget|disregard|override|drop|neglect|overrule|set\s+aside|break|bypass)\b[^.;]{0,30}\b(?:previous|prior|above|earlier|your|all|these|system|the|any|every)\b[^.;]{0,20}\b(?:instructions?|rules?\s+(?:you|that\s+(?:bind|limit|govern)\s+you|above|so\s+far|of\s+the\s+system|given)|prompts?|guidelines?|constraints?|restrictions?|guardrails)\b", _DESCRIBE),
    ("it tries to change the rules", r"\b(?:ignore|forget|disregard|override)\b[^.;]{0,30}\b(?:previous|prior|above|earlier|your|all|these|system)\b[^.;]{0,20}\brules?\b", _DESCRIBE),
    ("it tries to change the rules", r"\b(?:ignore|forget|disregard)\b[^.;]{0,20}\b(?:everything|anything|all|what)\s+(?:\w+\s+){0,2}?(?:above|before|you\s+(?:were|have\s+been|know|learned)|told|said)\b(?!\W*\d)", _DESCRIBE),
    ("it tries to change the rules", r"\b(?:system\s+prompt|developer\s+mode|god\s+mode|admin(?:istrator)?\s+mode|jailbreak\w*|act\s+as\s+(?:an?|root|admin|if)|you\s+are\s+now|you\s+are\s+(?:an?\s+)?(?:admin\w*|root|unrestricted|free\s+to)|pretend\s+(?:to|you)|role\W?play|i\s+am\s+(?:the|an?|your)\s+(?:admin\w*|root|superuser|owner|developer|creator|boss)|as\s+(?:root|superuser|admin(?:istrator)?)\b|your\s+(?:new\s+|previous\s+|own\s+|system\s+|hidden\s+|initial\s+|original\s+|internal\s+)*(?:instructions?|prompts?|guidelines?|restrictions?|programming|configuration|rules))\b", _DESCRIBE),
)  # fmt: skip
