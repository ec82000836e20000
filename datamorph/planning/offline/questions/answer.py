"""Reads a question as a whole: either every word has its meaning, or nothing is said."""

from __future__ import annotations

from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused, Stop
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.questions.build import Answer
from datamorph.planning.offline.questions.columns import Columns, Contradicted, Unclear
from datamorph.planning.offline.questions.read import QuestionReader
from datamorph.planning.offline.questions.tags import tag
from datamorph.planning.offline.scope import Scope


def answer_question(reader: Reader, scope: Scope) -> Work | None:
    """The steps that answer a question; None when it is not read with certainty.

    Raises:
        Refused: it is read, and no row can meet its conditions.
    """
    before = len(scope.dialog.assumptions)
    try:
        tags = tag(reader, scope)
        query = QuestionReader(tags, Columns(scope, tags)).read()
        frames = Frames({ref: table.schema for ref, table in scope.tables.items()})
        work = Work(Draft(), scope, frames, reader.values)
        Answer(work, query).build()
    except Contradicted as found:
        hint = "say 'or' between them, or ask one after the other"
        raise Refused("impossible", f"no row has {found}", hint=hint) from None
    except (Unclear, Stop):
        del scope.dialog.assumptions[before:]
        scope.dialog.questions.clear()
        return None
    if scope.dialog.questions:
        del scope.dialog.assumptions[before:]
        scope.dialog.questions.clear()
        return None
    for found in tags:
        if found.kind not in ("glue", "mark"):
            reader.ledger.explain(found.start, found.end, found.kind)
        elif found.kind == "glue" and found.phrase.lower() not in GLUE:
            reader.ledger.explain(found.start, found.end, "link")
    return work
