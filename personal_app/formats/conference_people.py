"""The people of a conference file, and the names by which the rest of the file speaks of them.

A person is spoken of by name, or by slug where two share a name. Must never know what somebody does at the conference.
"""

from personal_app.conference.ids import PersonId
from personal_app.conference.program import Person
from personal_app.formats.faults import FaultList, shown
from personal_app.formats.toml_lines import KeyPath
from personal_app.formats.toml_table import TableReader, slug_of

PERSON_NAME_CHARS = 100
AFFILIATION_CHARS = 200
BIO_CHARS = 4_000


class People:
    """Everybody the file lists under [[people]], found by name or slug."""

    def __init__(self, root: TableReader, faults: FaultList) -> None:
        self._faults = faults
        self._by_id: dict[PersonId, Person] = {}
        self._places: dict[PersonId, KeyPath] = {}
        self._by_name: dict[str, list[PersonId]] = {}
        for table in root.tables("people"):
            self._take(table)

    @property
    def all(self) -> tuple[Person, ...]:
        """Return everybody in the order of the file."""
        return tuple(self._by_id.values())

    def named(self, table: TableReader, key: str) -> tuple[PersonId, ...]:
        """Return whom the list `key` of `table` names, in its order; notes those that are not known or named twice."""
        found: list[PersonId] = []
        for words, path in table.texts(key, PERSON_NAME_CHARS):
            person = self._find(words, path)
            if person in found:
                self._faults.add(path, f"{shown(words)} is named twice here: take one out.")
            elif person is not None:
                found.append(person)
        return tuple(found)

    def _take(self, table: TableReader) -> None:
        name = table.text("name", PERSON_NAME_CHARS, required=True)
        given = table.has("slug")
        slug = table.slug("slug", required=False)
        affiliation = table.text("affiliation", AFFILIATION_CHARS)
        bio = table.text("bio", BIO_CHARS, lines=True)
        table.finish()
        if not given:
            slug = slug_of(name)
            if name and not slug:
                table.fault("name", f'no slug can be made of {shown(name)}: add one, slug = "...", in Latin letters.')
        person = PersonId(slug)
        if not slug or not name:
            # Known by name all the same, so that one mistake does not make one more wherever the name stands.
            self._by_name.setdefault(name, []).append(person)
            return
        if person in self._by_id:
            first = self._faults.line_of(self._places[person])
            table.fault("slug" if given else "name", f'"{person}" is taken by {first}: give one of them another slug.')
            self._by_name.setdefault(name, [person])
            return
        self._by_id[person] = Person(id=person, name=name, affiliation=affiliation, bio=bio)
        self._places[person] = table.path
        self._by_name.setdefault(name, []).append(person)

    def _find(self, words: str, path: KeyPath) -> PersonId | None:
        if not words:
            return None
        if PersonId(words) in self._by_id:
            return PersonId(words)
        people = self._by_name.get(words, [])
        if len(people) == 1:
            return people[0] or None
        if people:
            slugs = ", ".join(shown(person) for person in people)
            self._faults.add(path, f"{len(people)} people are called {shown(words)}: write the slug, one of {slugs}.")
            return None
        hint = self._faults.suggestion(words, [*self._by_name, *self._by_id])
        self._faults.add(
            path, f"nobody called {shown(words)} is listed: correct it, or add them under [[people]].{hint}"
        )
        return None
