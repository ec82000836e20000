"""This project's Dagster definitions: instances of what ``datamorph/assets`` makes."""
