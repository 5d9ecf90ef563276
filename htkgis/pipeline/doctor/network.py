"""Proxies, certificates and the services that the layers of a catalog come from."""

from __future__ import annotations

import os
import ssl
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.services import Service, service_of

from .finding import Finding

SECONDS = 4.0
"""How long a service may take until it counts as silent."""
AT_ONCE = 8
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name the certificates that requests trusts, the first before the second."""


def look_at_proxies() -> Iterator[Finding]:
    """Which proxies the environment names: their hosts, without user and password."""
    proxies = urllib.request.getproxies()
    exempt = proxies.pop("no", "")
    if not proxies:
        yield Finding("proxies", "ok", "none is set")
        return
    named = ", ".join(f"{scheme} {_host(address)}" for scheme, address in sorted(proxies.items()))
    yield Finding("proxies", "ok", f"{named}; not for: {exempt or 'nothing'}")


def look_at_certificates() -> Iterator[Finding]:
    """Which certificates are trusted, and whether their file can be read."""
    from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415

    named = next((name for name in BUNDLES if os.environ.get(name)), "")
    path = Path(os.environ[named] if named else DEFAULT_CA_BUNDLE_PATH)
    by = f"named by {named}" if named else "of the package certifi"
    try:
        if path.is_dir():
            ssl.create_default_context(capath=str(path))
        else:
            ssl.create_default_context(cafile=str(path))
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or str(error)
        todo = f"Correct {named}, or unset it." if named else "Run: pip install -U certifi"
        yield Finding("certificates", "fault", f"{path} ({by}): {why}", todo)
        return
    yield Finding("certificates", "ok", f"{path} ({by})")


def look_at_services(catalog: Catalog, *, offline: bool) -> Iterator[Finding]:
    """Ask each service that a layer comes from, all at once, and look for its key."""
    asked = dict(sorted(_services(catalog).items()))
    if not asked:
        yield Finding("services", "ok", "no layer of the catalog comes from one")
        return
    if offline:
        yield Finding("services", "note", f"{len(asked)} are not asked: --offline")
    else:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(_reached, asked, asked.values())
    for name, service in asked.items():
        yield from _key(name, service)


def _services(catalog: Catalog) -> dict[str, Service]:
    """Services that layers name and that are known; a name that is not is the catalog's fault."""
    fetches = {name: layer.fetch for name, layer in catalog.layers.items() if layer.fetch}
    found = {}
    for layer, fetch in fetches.items():
        try:
            service = service_of(fetch, catalog.services, layer=layer, where=str(catalog.path))
        except ConfigError:
            continue
        found[fetch.service] = service
    return found


def look_at_fetches(catalog: Catalog) -> Iterator[Finding]:
    """Layers that come from a service that nobody has described."""
    for name, layer in catalog.layers.items():
        if layer.fetch is None:
            continue
        try:
            service_of(layer.fetch, catalog.services, layer=name, where=str(catalog.path))
        except ConfigError as error:
            yield Finding(f"layer {name}", "fault", str(error))


def _reached(name: str, service: Service) -> Finding:
    from htkgis.loaders.remote.reachable import reach  # noqa: PLC0415

    found = reach(service, seconds=SECONDS)
    said = f"{_host(service.url)}: {found.said}"
    if not found.answers:
        todo = "Try later, or check address, proxy and certificates; --offline leaves services out."
        return Finding(f"service {name}", "fault", said, todo)
    if found.gone:
        todo = "If htkgis update fails there too, correct the address in the catalog's services."
        return Finding(f"service {name}", "note", f"{said} until it is asked for a layer", todo)
    return Finding(f"service {name}", "ok", said)


def _key(name: str, service: Service) -> Iterator[Finding]:
    """Whether the environment holds a key, never which."""
    if service.key is None:
        return
    variable = service.key.env
    if os.environ.get(variable, "").strip():
        yield Finding(f"key of {name}", "ok", f"{variable} is set")
        return
    todo = f"Get a key from {service.operator} and set {variable}."
    yield Finding(f"key of {name}", "fault", f"the variable {variable} is not set", todo)


def _host(address: str) -> str:
    """Host and port of an address: whatever else it holds may be secret."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        port = parts.port
    except ValueError:
        port = None
    host = parts.hostname or "an address without a host"
    return host if port is None else f"{host}:{port}"
