"""dbt projects as SQL models: what is certain is translated, everything else is reported by name."""

from datamorph.core.dbt.importing import DbtImport, import_dbt
from datamorph.core.dbt.project import Note

__all__ = ["DbtImport", "Note", "import_dbt"]
