"""Time in programs by device, on its way into the stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analytics.importers._buckets import Span, in_words, one_at_a_time
from analytics.importers._rows import Rows
from analytics.importers.interface import Finding, Note, Sites

LONGEST = timedelta(hours=24)
MOST = 5
"""How many programs of no known site are named."""


@dataclass(slots=True, kw_only=True)
class Usage:
    """Stretches of time on sites by device, and how long was spent elsewhere."""

    name: str
    rows: Rows
    sites: Sites
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    others: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    """The same for programs of no known site, by their names."""
    elsewhere: dict[str, float] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    """Those of them that are domains."""
    read: int = 0

    def add(
        self,
        row: int,
        device: str,
        start: datetime,
        end: datetime,
        *,
        app: str | None,
        domain: str | None = None,
    ) -> None:
        """Take one stretch of a program in front, or of a page in it."""
        site = self.site(app, domain)
        if end < start:
            self.rows.problem(self.name, row, "ends before it starts")
        elif site and end - start > LONGEST:
            hours = (end - start).total_seconds() / 3600
            self.rows.problem(
                self.name, row, f"{hours:.1f} hours without a break; longer than a day is no presence"
            )
        else:
            self.read += 1
            taken, called = (self.spans, site) if site else (self.others, app)
            if called and end > start:
                taken[device].append(Span(site=called, start_utc=start, end_utc=end))

    def site(self, app: str | None, domain: str | None) -> str | None:
        """The site of a page, else of a program."""
        return (self.sites.of_domain(domain) if domain else None) or self.sites.of_app(app)

    def other(self, app: str | None, seconds: float, *, domain: str | None = None) -> None:
        """Note time in a program, or on a page, of no known site."""
        if called := domain or app:
            self.elsewhere[called] = self.elsewhere.get(called, 0.0) + seconds
        if domain:
            self.pages.add(domain)

    def finish(self) -> Iterator[Finding]:
        """Hand over each device's stretches, each instant once, then say what was read."""
        for device, given in sorted(self.spans.items()):
            spans = one_at_a_time(given)
            for span in spans:
                self.rows.add(
                    "time_spans",
                    site=span.site,
                    start_utc=span.start_utc,
                    end_utc=span.end_utc,
                    basis="measured",
                    device=device,
                )
            number = len({span.site for span in spans})
            yield Note(
                text=f"{device}: {in_words(sum(span.seconds for span in spans))} on {number} known "
                f"{'site' if number == 1 else 'sites'}."
            )
        if not self.read:
            yield Note(
                text=f"{self.name} holds no time in programs: nothing was recorded yet, or it was deleted."
            )
        elif not any(self.spans.values()):
            yield Note(text=f"{self.name}: none of the time is on a known site.")
        for device, given in self.others.items():
            # A browser is in front while a page of a known site is: that time is not elsewhere.
            for span in one_at_a_time([*given, *self.spans.get(device, ())]):
                if span.site not in self.sites.names:
                    self.other(span.site, span.seconds)
        yield from self._elsewhere()
        yield from self.rows.finish()

    def _elsewhere(self) -> Iterator[Note]:
        longest = sorted(self.elsewhere.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        if longest:
            first = longest[0][0]
            key = "domains" if first in self.pages else "apps"
            yield Note(
                text=f"{in_words(sum(self.elsewhere.values()))} in programs and on pages of no known site, most of "
                "it "
                + ", ".join(f"{called} {in_words(seconds)}" for called, seconds in longest)
                + ". To count one of them, name it in a file sites.toml in your data folder: a line "
                f"[sites.mysite], under it {key} = ['{first}']; then import again."
            )
