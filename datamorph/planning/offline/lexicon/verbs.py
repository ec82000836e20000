"""Verbs of questions, as data: those that only tie two things together, and those that say more."""

from __future__ import annotations

# Words that join two things which the tables already join: they add nothing to a question.
LINKING = frozenset(
    """
    all any some there his her hers its their them they it he she also only then corresponding respective
    associated related belonging belong belongs belonged located live lives lived living reside stay held hold
    holds made make makes making take takes took taken taking used use uses using own owns owned play plays
    played playing work works worked working teach teaches taught teaching offer offers offered provide provides
    provided produce produced produces written write wrote writes direct directed published publish released
    issued given give available existing exist exists registered recorded record listed contained stored appear
    appears appeared happened occur occurred host hosts hosted attend attended attends participate participated
    participates enroll enrolled enrolls assigned assign involved involve come comes came from go goes went get
    got represent represents represented studies study studying studied serve serves served run runs ran sang
    sing performed perform visited visit ordered bought purchased sold sell sells received receive manufactured
    manufacture built build opened founded created started managed manage headed supervised advised advises
    helped help helps shared share shares by into named called titled sort members currently different various
    possible exactly about regarding among across total ever been being case cases along together respectively
    well too people person someone actually value values
    """.split()
)

# Verbs that join two things, and say something of their own where they stand alone: "users that are logged in".
JOINING = frozenset(
    """
    climb climbs climbed designed invest invests invested earn earns earned supplied employ employs employed
    operate operates operated contact contacts contacted require requires required teach correspond corresponds
    join joins joined undergo undergoes undergoing undergone underwent conferred confer granted filed logged
    processed won win wins shipped grow grows grown described employing wear wears worn drive drives driven
    drove flew flown carry carries carried loaded acted act starred featured coached coaches trained prescribe
    prescribes prescribed treat treats treated diagnose enter entered lead leads led chaired edit edits edited
    reviewed reviews rated submit submits submitted placed reserved booked rent rented rents lend lends borrow
    borrows borrowed deliver delivers delivered send sends sent caused affect affects affected covered enlist
    enlisted recruit recruited hired hires marry married competed compete competes raced drafted sponsored
    funded nominate nominates nominated awarded obtain obtained obtains passed achieve achieved mention
    mentioned citing cite cited cites authored compose composed composes draw drew drawn
    """.split()
)

# Verbs that say more than that two things belong together: what became of it.
TELLING = frozenset(
    """
    failed cancelled canceled refused rejected died retired deleted missing lost lacking expired left ended paid
    returned closed declined denied blocked removed resigned fired delayed overdue damaged stolen destroyed
    dropped increasing decreasing remaining opened closing ending starting beginning winning leading trending
    missed
    """.split()
)

PREPOSITIONS = frozenset("by in at from for to on with of under".split())
