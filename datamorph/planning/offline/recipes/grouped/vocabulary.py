"""Words that people say about grouped results, by what must be in the plan for them to be accounted for."""

from __future__ import annotations

from collections.abc import Collection

from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.grouped import ordering

FEATURES: dict[str, frozenset[str]] = {
    "order": ordering.WORDS,
    "count": frozenset(
        "counted entries rows records count counts number many how quantity head often frequency volume tally held "
        "spread".split()
    ),
    "sum": frozenset(
        "dollar dollars euro euros usd eur totalled totaled totalling attach bring look sum sums total totals add adds "
        "added adding up summed together altogether multiply multiplied times product x over everything amount value "
        "money turnover revenue billing overall plus".split()
    ),
    "minus": frozenset("minus less net subtract subtracted deduct deducted after".split()),
    "avg": frozenset("over average averages mean averaged typical".split()),
    "min": frozenset("earliest first minimum lowest smallest oldest date".split()),
    "max": frozenset("latest last maximum highest largest newest most recent date".split()),
    "distinct": frozenset("distinct different unique count number how many once".split()),
    "median": frozenset(
        "median middle percentile linearly linear interpolated interpolation interpolate interpolating "
        "distribution spread statistics stats".split()
    ),
    "percentile": frozenset(
        "spread percentile linearly linear interpolated interpolation interpolate interpolating "
        "th quantile statistics stats distribution".split()
    ),
    "running": frozenset(
        "cumulative cumulated running total accumulate accumulates accumulated accumulating sum onward onwards carry "
        "earliest first far to date carried over adds up so including day week month year after row previous each "
        "until then let start starting keep keeps growing grows".split()
    ),
    "moving": frozenset(
        "moving rolling average mean smooth smoothed smoothing version trailing preceding previous prior before early "
        "earlier earliest first few fewer current itself window over last past behind smoothing line row up use exist "
        "available begin beginning start day take there".split()
    ),
    "growth": frozenset(
        "growth change changes grew grow grown up down percent pct percentage against previous prior compared relative "
        "earlier before versus vs same preceding last increase decrease difference much period over year month quarter "
        "week on rose rise risen fell fall fallen gain gained lost shrank shrunk develop develops development move "
        "moves moved evolve evolves trend minus less row one divided times within / * - = ( ) % yoy mom prev base "
        "gap delta step shift swing compares compare above closest nearest next negative positive fell "
        "empty null computed calculated unrounded".split()
    ),
    "share": frozenset(
        "within spread distributed distribution share shares fraction decimal percent percentage "
        "proportion portion part relative total all overall whole "
        "divided number between grand rate point after digit account accounts make makes up bring brings "
        "contribute contributes divide / = how much big".split()
    ),
    "flag": frozenset(
        "mark marked label labelled labeled flag means counts count late overdue share "
        "number if when than later after falls past rate flagged".split()
    ),
    "made": frozenset(
        "true false otherwise else if when set flag flagged both two group groups call it boolean yes rest case cases "
        "other class classes band bands bucket buckets classify split put tier size label labelled sort mark marked "
        "calculate derive define add introduce behind new according based range ranges falls fall".split()
    ),
    "time": frozenset(
        "spent took takes taken elapsed minute minutes hour hours day days between from to minus time duration".split()
    ),
    "cents": frozenset(
        "dollars cent cents convert converted divide divided dividing currency unit units major "
        "rather euro euros dollar dollars eur "
        "usd pound pounds stored turn "
        "instead into shown currency holds than rather express expressed hold not".split()
    ),
    "thousands": frozenset("thousand thousands tonne tonnes ton tons kilo kilos km kilometre kilometres".split()),
    "divided": frozenset("/ divided by per".split()),
    "digits": frozenset(
        (
            "one two three four round rounded rounding decimal decimals digit digits place places dp "
            "precision precise cent nearest whole"
        ).split()
    ),
    "calendar": frozenset(
        "out make made real build built combine combined assemble assembled form formed compose composed put together "
        "into from column as take month months monthly year years yearly annual quarter quarters quarterly "
        "week weekly day days daily date dates "
        "occur occurs calendar first written write style form format text proper period periods yyyy mm e.g e.g. "
        "like mm".split()
    ),
    "person": frozenset(
        "out full name names first last given family blank space separated joined surname forename one".split()
    ),
    "label": frozenset("name names rather than code codes look up lookup instead use title found".split()),
    "default": frozenset("unknown found blank empty missing null if match matching".split()),
    "spelled": frozenset(
        (
            "comes come any casing trim trimmed lower upper case lowercase uppercase casing spelling "
            "put blanks surrounding capital capitals"
        ).split()
    ),
    "filter": frozenset(
        "remaining remain only just count counts counting consider considered using use keep take where whose".split()
    ),
    "having": frozenset(
        "remaining only just leave keep show those who whose that total with having altogether accounts".split()
    ),
    "joined": frozenset(
        (
            "equal both on where purchase knows know combine combined "
            "attach attached bring join joined link linked look lookup match matched connect via through"
        ).split()
    ),
}
"""Lemmas and words by feature."""
TALK = frozenset(
    "refresh refreshed rebuild rebuilt way "
    "meaning acceptance criteria criterion story really given when then simply as they're it's finance asks asked "
    "year-on-year yoy much many came come went down add adds want plus incl "
    "grouped break broken "
    "breakdown view summary overview ticket grain all across any both i.e i.e. e.g its their "
    "pls please also next beside chronological together required several ways written values".split()
)
"""Words that say nothing that a plan could miss."""


def explain(brief: Brief, features: Collection[str], ordering_at: Collection[int]) -> None:
    """Give the words of the features that a plan has their meaning."""
    words = {word: feature for feature in sorted(features, key=lambda f: f != "order") for word in FEATURES[feature]}
    for place in range(len(brief)):
        feature = words.get(brief.words[place]) or words.get(brief.lemmas[place])
        if feature == "order" and place not in ordering_at:
            continue
        if feature is not None and not brief.ledger.covers(place):
            brief.explain(place, place + 1, feature)
