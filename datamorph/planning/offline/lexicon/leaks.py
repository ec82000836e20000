# ruff: noqa: E501 (patterns are read as one line each)
"""What would leave the lake or look outside of it: data that is sent away, secrets, code and programs."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.spoken import any_of, spoken

_ORDERED = r"(?:^|[.;:!?,]\s*|\s[-\u2013\u2014]\s+|\(\s*|\b(?:and|then|please|kindly|also|to|must|should|be|have|has|get|gets|got|let's|just|finally|afterwards|them|it|that|can you|could you|you|automatically|immediately|is|are|want|i'd like|after that|once done|it's|we|will|shall)\s+|\b(?:have|get|want|need) [^.;!?]{1,60}? |\b(?:let|make) [^.;!?]{1,60}? )"
"""Where a verb is an order, and no participle of the rows."""
_SEND = any_of("""
    e-?mail(?:ed|ing)?|mail(?:ed|ing)?|send|sends|sent|sending|upload\\w*|post(?:ed|ing)?|ftp|transmit\\w*|exfiltrat\\w*|forward(?:ed|ing)?|share|shared|sharing
    push(?:ed|ing)?|leak\\w*|cop(?:y|ied|ying)|text|texted|tweet\\w*|ship|shipped|export\\w*|transfer\\w*|sync\\w*|replicat\\w*|stream\\w*|publish\\w*|expose\\w*
    hand(?:ed)?|pass|passed|save|saved|store|stored|put|dump|dumped|write|written|deliver\\w*|submit\\w*|beam|broadcast|release|released|disclose\\w*|sell|sold|feed|relay
    pipe|piped|move|moved|back up|backed up|offload|drop|smuggle|fax|dispatch\\w*|load|route|mirror\\w*|distribut\\w*|download\\w*|notify|report|hook up|make available|give
""")  # fmt: skip
_TO = any_of("to|on|onto|via|over|into|in|at|through|with|for|by|using")
_OUTSIDE = any_of("""
    webhooks?|slack|discord|telegram|whatsapp|dropbox|pastebin|s?ftp|google (?:drive|sheets?|docs?)|gsheets?|onedrive|sharepoint|icloud|wetransfer|mailchimp|salesforce|hubspot|zapier
    kafka|facebook|twitter|linkedin|instagram|tiktok|reddit|github|gist|mastodon|ms teams|teams|trello|notion|airtable|box\\.com|mega|azure blob|blob storage
    (?:external|outside|foreign|remote|partner|vendor)(?:'s)? (?:servers?|hosts?|systems?|part(?:y|ies)|address\\w*|databases?|partners?|compan(?:y|ies)|storage|bucket|site|sites|drive|account|consultants?|agency|api|contractor)
    outside (?:world|of the|the|our|this)|third[-\\s]?part(?:y|ies)|public (?:bucket|web ?pages?|web ?sites?|url|internet|link|folder|page|share|repo\\w*|server|location)
    (?:the |public )?internet(?! channel)|world wide web|rest api|https? endpoint|endpoint|usb(?: stick| drive)?|memory stick|pen ?drive|thumb drive|(?:my|his|her|their) (?:own )?(?:private |personal |home |work )?(?:laptop|desktop|inbox|phone|mobile|computer|pc|account|mailbox|gmail|drive|address|e-?mail|machine)
    (?:personal|private) (?:e-?mail|mail|account|inbox|address|laptop|drive|bucket)|(?:a|the|our|some|my) competitors?'?s?|the press|journalists?|newspapers?|the media|dark ?web|a friend|friends|gmail|hotmail|outlook
    (?:an?|our|the|their|its|some|another|every|each) (?:\\w+ )?(?:vendor|insurer|insurance|(?:marketing |ad |advertising |partner )?agency|advertisers?|data brokers?|brokers?|lawyer|consultanc?y|consultants?|contractor|data buyer|buyers|press office|tax office|police|partner company|business partner|mailing provider|mail provider|provider)(?:'s)?
    url|s3|bucket|ftp server|smtp|competitor'?s?|any outside \\w+|outsiders?|unknown (?:server|address)
""")  # fmt: skip
_BY_POST = (
    any_of("by|via|per|through|over|in an?|as an?")
    + " "
    + any_of(
        "e-?mail|mail|sms|text message|fax|whatsapp|courier|letter|s?ftp|http|https|webhook|api|attachment|mail attachment|slack"
    )
)
_ONLY_HERE = "results are published as lake tables only"

COMPARED_DOMAIN = (
    r"\b(?:(?:end|ends|ending|finish|finishes|finishing) (?:with|in)|contains?|containing|i?like) ['\"%]*@[\w-]+(?:\.[\w-]+)*['\"]?"
    r"|\b(?:whose|(?:have|has|having|with) (?:an?|their|its|his|her)) (?:e-?mail |mail )?(?:address(?:es)?|mail(?:box)?(?:es)?|inbox(?:es)?|e-?mails?|accounts?) (?:is |are |was |were |lives? )?(?:at|with|from|on) '?(?:gmail|hotmail|outlook|yahoo|[\w-]+\.[a-z]{2,})(?:\.[a-z]{2,})?'?"
)
"""What addresses of the rows are compared with: a domain alone, to which nothing can be sent."""
ASKED_FOR = r"^(?:(?:hi|hello|hey)\b[ ,!]*)?(?:(?:could|can|would) you )?(?:please |kindly )?send (?:me|us)\b(?! (?:an? )?(?:e-?mail|mail|message|text|sms|letter)\b)(?![^.;!?]*\b(?:by|via|per) (?:e-?mail|mail|post|sms|fax|slack)\b)"
"""*Send me the names*: how people ask for a table."""
_ORDERS_TO_SEND = any_of("""
    send|sends|sent|sending|forward\\w*|upload\\w*|post|posted|posting|mail|mails|mailed|mailing|e-?mailed|e-?mailing|transmit\\w*|share|shared|sharing
    push|pushed|export\\w*|transfer\\w*|deliver\\w*|publish\\w*|dispatch\\w*|text|texted|sms|notify|notified|broadcast|fax|faxed|copy|copied|hand|pass|write
    sync\\w*|leak\\w*|distribut\\w*|submit\\w*|feed|pipe|stream\\w*|route|relay|ship|shipped|contact(?! (?:lists?|details?|data|names?|persons?|infos?|information|columns?|tables?)\\b)|invite|reach|tell|inform|alert|hook up|let
""")  # fmt: skip
_MAIL_AS_DATA = r"(?! (?:address|addresses|column|field|domain|of|ends?|ending|finish|finishes|finishing|contains?|containing|i?like|and|from|only|(?:that|which) (?:ends?|finish|finishes|contains?))\b|[,.;:)\"']|$)"
SENDING = rf"\b{_ORDERS_TO_SEND}\b|\be-?mails?\b{_MAIL_AS_DATA}"
"""A word for sending, or *email* where it may be one."""

LEAKS: tuple[tuple[str, str, str], ...] = tuple(
    ("it sends data outside", pattern, _ONLY_HERE)
    for pattern in (
        r"(?:https?|ftp|s3a?|gs|abfss?|sftp|file|jdbc|hdfs|smb|ssh|wss?|scp|tcp|udp|mailto|kafka)://|\bwww\.\w",
        r"(?<!['\"\w.+-])(?<!['\"]\s)[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}",
        r"\b(?:to|cc|bcc|at|via)\W+['\"]?[\w.+-]+@[\w-]+\.[a-z]{2,}",
        r"\b(?:to|at|on|from|server|host|with|into|onto|by)\s+(?:the\s+)?(?:server\s+|host\s+|ip\s+)?\d{1,3}(?:\.\d{1,3}){3}\b",
        r"\b[a-z][\w-]*(?:\.[\w-]+)+:\d{2,5}\b|\blocalhost\b",
        r"\b(?:e-?mail|send|upload|post|ftp|transmit|exfiltrate|forward|share|push|leak|copy|mail|text|sms|webhook|tweet|ship)\b[^.;]{0,80}\b(?:to|via|on|over|into|in)\W+(?:\w+\W+){0,3}(?:e-?mail\s+address|webhook|slack|discord|telegram|whatsapp|dropbox|pastebin|ftp|server|url|endpoint|google\s+drive|bucket|outside|external|public|internet|third\W?party|personal|competitor|teams|gist|twitter|api)\b(?!\W+(?:numbers?|orders?|calls?|channels?|bookings?|visits?|pages?\s+views))",
        spoken(
            rf"{_ORDERED}{_SEND}\b[^.;!?]{{0,120}}?\b{_TO} (?:\w+ ){{0,3}}?{_OUTSIDE}\b(?! (?:numbers?|orders?|calls?|bookings?|visits?|sales|id|ids|column|per)\b)"
        ),
        spoken(
            rf"{_ORDERED}(?:send|sent|mail|mailed|forward|forwarded|ship|shipped|deliver|delivered|export|exported|share|shared|dispatch|report|transfer|submit|get|pass|push|output|publish|hand)\b[^.;!?]{{0,100}}?\b{_BY_POST}\b(?! (?:address|domain|column|per|orders?))"
        ),
        spoken(
            r"(?:^|[.;:!?,]\s*|\b(?:and|then|please|kindly|also|you|to)\s+)(?:e-?mail|mail|text|fax) (?:it|them|this|these|that|out|over|everything|(?:the|a|an) (?:\w+ ){0,3}?(?:lists?|tables?|results?|files?|rows?|totals?|data|reports?|details|export|figures|numbers|csv))\b(?! (?:address|domain|column|is|are|in)\b)"
        ),
        r"\b(?:publicly|openly)\s+(?:available|accessible|readable|visible|downloadable)\b|\bdownloadable\b|\b(?:anybody|anyone|everybody|everyone|the\s+public|the\s+world|whole\s+world)\s+(?:\w+\s+){0,2}(?:open|download|read|see|access|fetch)\b|\bpublic\s+download\b|\bopen\s+to\s+(?:the\s+(?:public|world)|everyone|everybody|anyone)\b",
        spoken(
            r"\b(?:let|allow|have)\b[^.;!?]{0,60}? (?:to )?(?:pull|download|fetch|grab|scrape) (?:\w+ )*?(?:§\w+|the|our|all)"
        ),
        r"\b(?:scp|rsync|netcat|telnet)\b",
        spoken(
            r"\b(?:on|onto|to) (?:my|his|her|their) (?:own |private |personal |home |work )*(?:laptop|desktop|inbox|computer|pc|drive|usb stick|gmail|dropbox)\b"
        ),
        spoken(
            r"\b(?:should|must|shall|has to|have to|needs? to|ought to|is to|are to|to|can|will|gets?) (?:be )?(?:\w+ly )?(?:e-?mailed|mailed|faxed|texted|tweeted|uploaded|transmitted)\b"
        ),
        spoken(
            r"\b(?:fetch|get|pull|download|read|load|take|scrape|call|query|push|send|write|post|copy|save|use)\b[^.;!?]{0,80}? (?:from|at|off|to|on|into|onto) (?:the )?[a-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|example|ru|cn|info|biz|dev|app|co|edu|gov)\b"
        ),
        spoken(
            r"\b(?:look|search|find|check|google)\b[^.;!?]{0,60}? (?:up )?(?:on|in|at|via|with) (?:google|wikipedia|bing|the (?:web|internet))\b"
        ),
        spoken(
            r"\b(?:call|invoke|query|hit|ping|contact|consult|ask) (?:\w+ ){0,3}?(?:rest |web |http |external |online |public )*(?:api|apis|web ?service|endpoint|url)\b"
        ),
        spoken(
            r"\b(?:look up|geocode|enrich|fetch|scrape|pull|get|download|crawl|take)\b[^.;!?]{0,80}?\b(?:from|on|over|off|via|with|through) (?:the |an? )?(?:web|internet|google(?: maps)?|wikipedia|bing|chatgpt|openai|website|online service|rest api|external api)\b(?! (?:channel|orders?|sales|bookings?|visits?))"
        ),
    )
)

_OURS = r"(?:database|db|server|warehouse|lake|service|api|worker|job|pipeline|scheduler|platform|system|machine|host|container|cluster|connection|process|runner|orchestrator|provider|cloud|aws|spark|postgres|dagster)"

SECRETS: tuple[tuple[str, str, str], ...] = tuple(
    ("it asks for credentials", pattern, "secrets never enter a pipeline")
    for pattern in (
        r"(?:^|\s|['\"(/])\.env\b|\b(?:aws_\w+|secret[\s_]*(?:access[\s_]*)?keys?|api[\s_]?(?:keys?|tokens?|secrets?)|access[\s_]?tokens?|private[\s_]?keys?|credentials?|passwords?|passwd|passphrases?|passcodes?|pass\s?words?|env(?:ironment)?[\s_-]?var(?:iable)?s?|os\.environ\w*|getenv|environ\b|connection[\s_]+(?:strings?|details|urls?|parameters)|ssh[\s_]+keys?|id_rsa|/etc/\w+|secrets?\s+(?:manager|store|vault|values?)|keychain|key\s?vault|bearer[\s_]+tokens?|auth\w*[\s_]+tokens?|oauth\w*|kubeconfig|printenv|jwt|dsn)(?!\w)",
        r"\bthe\s+environment\b(?!\s+(?:is|was|column|agency))|\benvironment\s+(?:of|settings|values|entries|strings)\b|\bsecrets\b|\baws[\s_]+secret\w*|\b(?:master|root|admin|encryption|signing|session)[\s_]+(?:keys?|passwords?|tokens?|secrets?)\b|\b(?:client|shared|app|webhook)[\s_]secrets?\b",
        r"\$\{|\$(?:home|path|user|pwd|shell|env|host\w*|aws\w*|db\w*|database\w*|\w*(?:key|token|pass|password|secret|url)s?)\b|%(?:appdata|path|username|userprofile|temp)%",
        r"\b(?:database|db|jdbc|postgres|redis|mongo|warehouse|sqlalchemy)_(?:url|uri|dsn|host|user|pass\w*|pwd|password)\b",
        rf"\b(?:log-?ins?|user\s?names?|tokens?|certificates?|keys?|pins?|secret|host\s?name|ip(?:\s+address)?|config(?:uration)?(?:\s+files?)?|settings|environment|env)(?:\s+(?:data|details|name|information))?\s+(?:(?:that|which|of|for|the|our|used|uses|by|this|from|to|with|a|its|on|logs|connects|in|at|under)\s+){{1,5}}(?:\w+\s+)?{_OURS}\b",
        rf"\b{_OURS}(?:'s)?\s+(?:log-?ins?|tokens?|certificates?|secrets?|config(?:uration)?|settings|environment|env|credentials|user\s+and\s+pass\w*)\b",
        r"\b(?:config(?:uration)?|settings|properties|yaml|ini)\s+files?\s+(?:of|on|from|with)\b|\bconfig\s+files?\b",
        r"(?:^|[\s'\"(])(?:/(?:etc|root|home|var|proc|usr|opt|tmp|dev|mnt|srv)\b|~/|[a-z]:\\)\S*",
    )
)

_LANGUAGE = any_of(
    "python\\d?|javascript|typescript|java|perl|ruby|scala|php|golang|rust|lua|vbscript|vba|powershell|bash|shell|pyspark|pandas|c\\+\\+|r"
)
_PROGRAM = any_of(
    "udfs?|codes?|scripts?|snippets?|functions?|programs?|one liners?|libraries|library|modules?|lambdas?|routines?|jars?|class|expression|notebooks?|steps?|packages?|plug ?ins?|regex engine"
)
_RUNS = any_of(
    "run|runs|running|ran|execute|executes|executed|executing|exec|invoke|invoked|launch|launched|start|call|trigger|spawn|fire up|eval|evaluate|kick off|perform|apply|open"
)
_RUNNABLE = any_of("""
    scripts?|code|programs?|commands?|shell|binary|binaries|executables?|stored procedures?|procedures?|containers?|notebooks?|daemons?|subprocess\\w*|terminal|console|command line|cmd|sockets?|(?:web ?|http )servers?|python\\d?|javascript|perl|powershell|bash|macros?|jar|docker\\w*
    external (?:tools?|programs?|functions?)|one ?liners?
""")  # fmt: skip

CODE: tuple[tuple[str, str, str], ...] = tuple(
    ("it runs code", pattern, "pipelines are made of typed steps")
    for pattern in (
        r"\b(?:os\.\w+|subprocess\w*|sys\.\w+|shutil\.\w+|socket\.\w+|requests\.\w+|eval\(|exec\(|compile\(|open\(['\"]|print\(|__\w+__|rm\s+-\w+|curl|wget|powershell|/bin/\w+|bash|zsh|import\s+(?:os|sys|subprocess|socket|requests|shutil)\b|from\s+os\s+import|chmod|chown|sudo|netcat|mkfs\w*|crontab|systemctl|kubectl|whoami|uname|nslookup|printenv|lambda\s+\w+\s*:|pip3?\s+install|(?:with|via|using)\s+pip\b|npm\s+\w+|apt(?:-get)?\s+install|docker\s+\w+|fork\s+bomb|pickle\.\w+|xp_cmdshell|(?:un)?mount\s+(?:the|a|an|/)|ssh)\b",
        r"\b(?:eval|exec|compile|system(?! \(['\"][\w ]+['\"](?: or |, ?| ?/ ?| and )['\"])|popen|import)\s?\(|\$\(|`[^`]*\b(?:rm|ls|cat|curl|id|sh|echo|python|bash)\b[^`]*`|[|;]\s*(?:sh|bash|python\d?)\b|\b\w+\.(?:exe|sh|bat|ps1|dll|jar|pyc?|js|rb|pl|vbs|cmd)\b",
        r";\s*(?:drop|delete|insert|update|alter|truncate|grant|select|create)\s+(?:table|from|into|database|schema|view|user|index|all\s+privileges|\*|\w+\s+set)\b",
        spoken(rf"\b{_RUNS} (?:\w+ ){{0,4}}?{_RUNNABLE}\b"),
        spoken(
            rf"\b(?:use|using|with|in|via|through|run|write|writing|by means of|apply|applying|as|into|call|plug in|wrap|attach|a|an|some|custom|own|your|my|the) (?:an? |some |the |my |our |this |own |custom |little |small |short |inline |user defined )*{_LANGUAGE} (?:\w+ )?{_PROGRAM}\b"
        ),
        spoken(
            r"\b(?:use|using|via|through|in|with) (?:javascript|typescript|perl|bash|powershell|python\d?|pandas|vba|php) (?:to|for|and)\b"
        ),
        spoken(
            r"\b(?:python\d?|java|javascript|scala|perl|sql|spark|shell|custom|user defined|external) (?:udfs?|functions? (?:that|which)|scripts?|one ?liners?|code|snippets?|macros?|commands?|hooks?|callbacks?)\b"
        ),
        r"\budfs?\b|\bstored\s+proc(?:edure)?s?\b|\bjar\s+files?\b|\bshell\s+(?:out|command|script|prompt|access)\b|\b(?:arbitrary|remote|malicious|attached)\s+(?:code|script)\b|\bsystem\s+(?:calls?|commands?)\b|\bcommand\s+line\b|\b(?:operating\s+system|os)\s+(?:commands?|level|calls?)\b",
        rf"{_ORDERED}(?:run|execute|type|call|enter)\s+(?:the\s+)?(?:command\s+)?(?:ls|cat|rm|ps|id|whoami|uname|ping|chmod|kill|env|printenv|nc|dd|mkfs|df|du|top|netstat|ifconfig)\b(?=\s*(?:$|[-./,;~]|on|in|for|at|and))",
        spoken(
            r"\b(?:reboot|restart|shut ?down|power off|crash|kill|stop|hang|overload|terminate|bring down) (?:the |this |that |all |every |other |our |any |running |whole )*(?:other )?(?:worker|workers|server|servers|machine|machines|cluster|host|hosts|jobs?|process|processes|database|scheduler|containers?|computer|node|nodes|service|services|pipelines?)\b"
        ),
        spoken(
            r"\b(?:spawn|fork) (?:an? |new |some |\w+ )*?(?:process|processes|threads?|shells?|workers?|bombs?)\b|\b(?:on|open|at|over) port \d{2,5}\b|\bopens? (?:an? |the )*(?:network |tcp |udp )?(?:sockets?|terminals?|ports?|connections? to|shell|reverse shell|backdoor)\b|\breverse shell\b|\bback ?door\b"
        ),
        spoken(r"\b(?:use|using|via|with|through|call|calling|by) (?:the )?(?:eval|exec|popen|subprocess)\b"),
        spoken(
            r"\b(?:trigger|start|launch|kick off|fire|run) (?:the |an? |our |my )?(?:\w+ )?(?:jenkins|airflow|github actions?|gitlab|lambda function|step function|databricks|deployment|deploy)\b"
        ),
        spoken(
            r"\b(?:install|download|import|pip) (?:the |an? |some |latest |python )*(?:\w+ )?(?:packages?|librar(?:y|ies)|modules?|software|tools?|drivers?|plug ?ins?|dependenc\w+|extensions?)\b"
        ),
        spoken(
            r"\b(?:list|read|open|show|scan|browse|search|delete|copy|cat|tail) (?:the |all |every |any |its |local |hidden )*(?:files?|folders?|director(?:y|ies)|disks?|file ?systems?|hard drive|logs?) (?:of|on|in|from|under|at) (?:the |its |our |this )*(?:worker|server|machine|host|container|disk|file ?system|home|system|root|cluster|computer|local)"
        ),
        r"\b(?:run|execute|evaluate|eval|exec)\b[^.;]{0,40}\b(?:sql|quer(?:y|ies)|statements?|expressions?|formulas?|scripts?|contents?)\b[^.;]{0,40}\b(?:stored|kept|held|saved|contained|found|written|in|from|of)\b",
    )
)
