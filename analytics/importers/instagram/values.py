"""The values of one row of a download: names, moments, texts, and the letters that were spoiled in writing.

Each string holds the bytes of UTF-8 as if each were a letter ("Ã©" for "é"), since the exporter writes \\u00xx
for every byte; seen in every JSON file of Instagram, Threads and Facebook since 2018.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from analytics.importers._rows import at, text_of, unix_moment

_NAME = re.compile(r"instagram\.com/(?:_u/)?([^/?#]+)|threads\.(?:net|com)/@?([^/?#]+)")
_POST = re.compile(r"/(?:p|reels?|tv|t|post)/([\w-]{5,40})")
# The label of the user's name in personal_information.json is written in the account's language.
_USER_NAME = (
    "Username", "Benutzername", "Nom d’utilisateur", "Nom de profil", "Nombre de usuario", "Nome de usuário",
    "Nome do utilizador", "Nome utente", "Gebruikersnaam", "Kullanıcı Adı", "Användarnamn", "Brugernavn",
    "Brukernavn", "Имя пользователя", "Nazwa użytkownika", "ユーザーネーム", "사용자 이름", "用户名",
)  # fmt: skip


def mended(value: Any) -> Any:
    """The value with every string in it as it was typed; one that is not spoiled is left as it is.

    >>> mended({"title": "cafÃ©", "tags": ["æ—¥"]})
    {'title': 'café', 'tags': ['æ—¥']}
    """
    if isinstance(value, str):
        try:
            return value if value.isascii() else value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
    if isinstance(value, list):
        return [mended(one) for one in value]
    if isinstance(value, dict):
        return {mended(key): mended(one) for key, one in value.items()}
    return value


def name_of(value: Any) -> str | None:
    """The account that a text names."""
    text = (text_of(value) or "").strip().lstrip("@").lower()
    return text if 0 < len(text) <= 100 and not re.search(r"[\s/]", text) else None


def name_in_link(link: Any) -> str | None:
    """The account that a link to a profile names."""
    found = _NAME.search(text_of(link) or "")
    return name_of(found[1] or found[2]) if found else None


def post_in_link(link: Any) -> str | None:
    """The short code of the post that a link leads to, which is its id in every link."""
    found = _POST.search(text_of(link) or "")
    return found[1] if found else None


def people_in(row: Any) -> list[tuple[str, datetime | None]]:
    """Who stands in a row of a list of people, and since when; as a rule one.

    The name is the entry's value; since 2025 in following, and in blocked earlier, the row's title, and only
    the link where there is neither.
    """
    entries = at(row, "string_list_data")
    entries = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    found = []
    for entry in entries or [{}]:
        name = name_of(entry.get("value")) or name_of(at(row, "title")) or name_in_link(entry.get("href"))
        if name:
            found.append((name, unix_moment(entry.get("timestamp"))))
    return found


def moment_in(row: Any) -> datetime | None:
    """The moment of a row of labelled values: the one that has one, whatever its label's language."""
    moments = (unix_moment(at(one, "timestamp")) for one in _labelled(row).values())
    return next((moment for moment in moments if moment and moment.year >= 2004), None)


def texts_in(row: Any) -> dict[str, str]:
    """Label -> text of a row of labelled values, in order, moments left out."""
    return {
        label: text
        for label, one in _labelled(row).items()
        if (text := text_of(at(one, "value"))) and not unix_moment(at(one, "timestamp") or None)
    }


def _labelled(row: Any) -> dict[str, Any]:
    labelled = at(row, "string_map_data")
    return labelled if isinstance(labelled, dict) else {}


def user_name(row: Any) -> str | None:
    """The name of the account in the row of its profile."""
    texts = texts_in(row)
    return next((name for label in _USER_NAME if (name := name_of(texts.get(label)))), None)


def liked(row: Any) -> list[tuple[str | None, str | None, datetime | None]]:
    """Whose post was liked, which post, and when, for each like in a row.

    Since late 2025 rows hold label_values, with the link under a label and the owner in a list of its own.
    """
    labelled = at(row, "label_values")
    if isinstance(labelled, list):
        link = next(
            (post for one in labelled if (post := post_in_link(at(one, "href") or at(one, "value")))), None
        )
        owner = next((name for one in labelled if (name := _owner_in(one, 4))), None)
        return [(owner, link, unix_moment(at(row, "timestamp")))]
    entries = at(row, "string_list_data")
    entries = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return [
        (name_of(at(row, "title")), post_in_link(one.get("href")), unix_moment(one.get("timestamp")))
        for one in entries
    ]


def _owner_in(value: Any, depth: int) -> str | None:
    if at(value, "label") in _USER_NAME:
        return name_of(at(value, "value"))
    inner = at(value, "dict")
    found = (_owner_in(one, depth - 1) for one in inner) if isinstance(inner, list) and depth else ()
    return next((name for name in found if name), None)
