"""Layers from servers: one file per kind of service, all asked through one client."""
