"""Publish: the only stage that writes what people see; built aside, then switched."""

from .editions import Edition, kept_editions, publish_edition
from .folder import is_published, publish, recover, switch
from .manifest import build_manifest
from .rollback import Rollback, roll_back
from .tables import write_table

__all__ = [
    "Edition",
    "Rollback",
    "build_manifest",
    "is_published",
    "kept_editions",
    "publish",
    "publish_edition",
    "recover",
    "roll_back",
    "switch",
    "write_table",
]
