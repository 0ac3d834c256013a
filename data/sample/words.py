"""Texts out of the lines in texts/: drawn without repeating, slots filled, links put in."""

from __future__ import annotations

import re
from pathlib import Path

from dice import Dice

FOLDER = Path(__file__).parent / "texts"
SLOT = re.compile(r"\{(\w+)\}")
URL = re.compile(r"https?://\S+")
CUT_LINK = re.compile(r"\s*https?://\S*…$")
BEGINNING = re.compile(r"(?:^|(?<=[.!?|] ))(?!http)[a-z]")


def load(name: str) -> dict[str, list[str]]:
    """Section -> lines of texts/NAME.txt; lines with # at the start before the first section are remarks."""
    sections: dict[str, list[str]] = {}
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            lines = sections.setdefault(line.removeprefix("== "), [])
        elif line and sections:
            lines.append(line)
    return sections


class Deck:
    """One writer's lines: each is drawn once before any is drawn again."""

    def __init__(self, words: dict[str, list[str]], dice: Dice, hosts: list[str]) -> None:
        self.words = words
        self.dice = dice
        self.hosts = hosts
        self._left: dict[str, list[str]] = {}

    def line(self, section: str) -> str:
        """The next line of a section, as it stands."""
        if not self._left.get(section):
            self._left[section] = self.dice.shuffled(self.words[section])
        return self._left[section].pop()

    def draw(self, section: str) -> str:
        """The next line of a section with its slots filled."""
        return self.fill(self.line(section))

    def fill(self, line: str) -> str:
        """Fill the slots of a line; {link} becomes an address made of the words around it.

        {friend} is left to the writer.
        """
        plain = SLOT.sub(lambda slot: slot[0] if slot[1] in ("link", "friend") else self.line(slot[1]), line)
        if "{link}" in plain:
            plain = plain.replace("{link}", self.link(plain))
        text = plain.replace("&amp;", "&")
        return BEGINNING.sub(lambda letter: letter[0].upper(), text)

    def link(self, text: str) -> str:
        """An address under .example that fits the text."""
        known = re.findall(r"[a-z]{5,}", text.lower().replace("{link}", ""))
        words = list(dict.fromkeys(known))[:3] or [self.dice.letters(8)]
        return f"https://{self.dice.pick(self.hosts)}/{'-'.join(words)}-{self.dice.whole(100, 999)}"


def cut(text: str, length: int) -> str:
    """The text, cut with an ellipsis where it is longer than that, and never inside a link."""
    if len(text) <= length:
        return text
    return CUT_LINK.sub("…", text[: length - 1].rstrip() + "…")


def slug(text: str) -> str:
    """Lower-case ASCII letters of a name."""
    return re.sub(r"[^a-z]+", "", text.lower())
