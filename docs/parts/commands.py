"""Every command with its help, usage and options, as click knows them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from htkgis.cli import main

_EXAMPLE = "Example: "
_UNWRAPPED = "\b"
"""Click's mark before lines that it must not wrap."""


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Name and command, those of groups as ``scenario run``; by name."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", own) for sub, own in sorted(command.commands.items()))
        elif command is not None:
            yield name, command


def commands(language: str) -> str:
    """Write the reference of all commands; the program itself speaks English alone."""
    del language
    return "\n\n".join(_section(name, command) for name, command in every_command())


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"htkgis {name}")
    usage = " ".join(command.collect_usage_pieces(context))
    blocks = [f"## htkgis {name}", _help(command.help or "")]
    blocks.append(f"```text\nhtkgis {name} {usage}\n```")
    options = [own for own in command.params if isinstance(own, click.Option)]
    blocks += [_option(option, context) for option in options]
    return "\n\n".join(blocks)


def _help(text: str) -> str:
    """Keep paragraphs; an example is code, and so are lines that click was told not to wrap."""
    blocks = []
    for block in inspect.cleandoc(text).split("\n\n"):
        if block.startswith(_UNWRAPPED):
            blocks += _unwrapped(block.removeprefix(_UNWRAPPED).strip("\n").splitlines())
        elif block.startswith(_EXAMPLE):
            blocks.append(_code("Example:", " ".join(block.removeprefix(_EXAMPLE).split())))
        else:
            blocks.append(escaped(" ".join(block.split())))
    return "\n\n".join(blocks)


def _unwrapped(lines: list[str]) -> list[str]:
    """Part words that lead in from the commands below them; a list without any is code."""
    starts = [number for number, line in enumerate(lines) if line.startswith("htkgis ")]
    start = starts[0] if starts else 0
    return [_code(escaped(" ".join(lines[:start])), "\n".join(lines[start:]))]


def _code(lead: str, lines: str) -> str:
    return f"{lead}\n\n```text\n{lines}\n```"


def _option(option: click.Option, context: click.Context) -> str:
    """Write one option as a term and what it means, with its default."""
    names, said = option.get_help_record(context) or ("", "")
    return f"`{names}`\n: {escaped(said) or 'needed'}"


def escaped(text: str) -> str:
    """Let Markdown read words as words: no emphasis, markup or link by accident."""
    return re.sub(r"([\\*_<>\[\]`|$])", r"\\\1", text)
