"""Publish: the only stage that writes what people see; built aside, then switched."""

from .folder import is_published, publish, recover, switch
from .manifest import build_manifest
from .tables import write_table

__all__ = ["build_manifest", "is_published", "publish", "recover", "switch", "write_table"]
