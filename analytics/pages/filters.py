"""The filters that all pages share: network, account, period and comparison, in the sidebar and in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import streamlit as st

from analytics.metrics.networks import Account, accounts, networks
from analytics.metrics.time_spent import latest_data_moment
from analytics.metrics.window import to_local
from analytics.pages import opening
from analytics.reference import load_sites
from analytics.reports.week_words import days_words
from analytics.store.connection import StoreMissing, StoreUnusable, reading

EVERYTHING = "all"
ALL_TIME, OWN_DATES = "All time", "Own dates"
PERIODS: dict[str, int | None] = {
    "4 weeks": 28,
    "13 weeks": 91,
    "26 weeks": 182,
    "1 year": 364,
    ALL_TIME: None,
    OWN_DATES: None,
}
"""Period as it is chosen -> its days, which end on the last day that has data."""

# Keys in the session, which are their names in the address.
NETWORK, ACCOUNT, PERIOD, DATES, COMPARE = "network", "account", "period", "dates", "compare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is chosen; null is all. since, until: local days, both included."""

    platform: str | None = None
    owner: str | None = None
    since: date | None = None
    until: date | None = None

    def of_any_time(self) -> Filters:
        """The same without a period."""
        return replace(self, since=None, until=None)

    def as_window(self) -> dict[str, Any]:
        """The fields of a Window."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What can be chosen. last_day: the last local day that has data; null without any."""

    networks: tuple[str, ...]
    accounts: tuple[Account, ...]
    last_day: date | None


def sidebar(*, has_period: bool) -> None:
    """The filters, as far as there is something to choose. has_period: whether the page looks at the period."""
    with st.sidebar:
        try:
            known = _known(*opening.state())
        except (StoreMissing, StoreUnusable):
            return  # the page itself says so
        names = load_sites().names
        if len(known.networks) > 1:
            st.segmented_control(
                "Network",
                [EVERYTHING, *known.networks],
                format_func=lambda key: "All" if key == EVERYTHING else names.get(key, key),
                default=EVERYTHING,
                required=True,
                key=NETWORK,
                bind="query-params",
            )
        _account(known, names)
        if known.last_day:
            _period(known.last_day, has_period)


def _account(known: Known, names: Mapping[str, str]) -> None:
    """Which of the user's accounts; only where the network chosen has several of them."""
    mine = {
        f"{account.platform}:{account.account}": account
        for account in known.accounts
        if network() in (None, account.platform)
    }
    if len(mine) < 2 or len({account.platform for account in mine.values()}) == len(mine):
        return  # the network tells them apart
    st.selectbox(
        "Account",
        [EVERYTHING, *mine],
        format_func=lambda key: "All" if key == EVERYTHING else _named(mine[key], names),
        key=ACCOUNT,
        bind="query-params",
    )


def _named(account: Account, names: Mapping[str, str]) -> str:
    return f"@{account.handle or account.account} ({names.get(account.platform, account.platform)})"


def _period(last_day: date, has_period: bool) -> None:
    st.selectbox(
        "Period",
        list(PERIODS),
        index=list(PERIODS).index(ALL_TIME),
        key=PERIOD,
        bind="query-params",
    )
    if st.session_state[PERIOD] == OWN_DATES:
        st.date_input(
            "From and to",
            (last_day - timedelta(days=27), last_day),
            key=DATES,
            bind="query-params",
            format="YYYY-MM-DD",
        )
    now = chosen(last_day)
    st.toggle(
        "Compare with the period before",
        key=COMPARE,
        bind="query-params",
        disabled=now.since is None,
        help="As many days just before. All time has none before it.",
    )
    if now.since:
        st.caption(days_words(now.since, now.until or last_day))
    if not has_period:
        st.caption("Nothing on this page depends on the period.")


def network() -> str | None:
    """The network that is chosen; null is all of them."""
    picked = st.session_state.get(NETWORK, EVERYTHING)
    return None if picked in (EVERYTHING, None) else str(picked)


def chosen(last_day: date | None = None) -> Filters:
    """The filters as they stand. last_day: the last that has data; null asks the store. Raises StoreMissing,
    StoreUnusable.
    """
    last_day = last_day or _known(*opening.state()).last_day
    owner = st.session_state.get(ACCOUNT, EVERYTHING)
    platform = network()
    if owner in (EVERYTHING, None):
        owner = None
    else:
        of, _, owner = str(owner).partition(":")
        # An account that the network chosen does not have is no filter.
        platform, owner = (of, owner) if platform in (None, of) else (platform, None)
    since, until = _days(last_day)
    return Filters(platform=platform, owner=owner, since=since, until=until)


def _days(last_day: date | None) -> tuple[date | None, date | None]:
    period = st.session_state.get(PERIOD, ALL_TIME)
    if last_day is None or period == ALL_TIME:
        return None, None
    if period == OWN_DATES:
        dates: tuple[date, ...] = st.session_state.get(DATES) or ()
        # While the second day is not chosen yet, the range is open.
        return (dates[0], dates[1]) if len(dates) == 2 else (None, None)
    return _period_of(PERIODS.get(str(period)), last_day)


def _period_of(days: int | None, last_day: date | None) -> tuple[date | None, date | None]:
    return (last_day - timedelta(days=days - 1), last_day) if days and last_day else (None, None)


def others() -> list[Filters]:
    """The filters that one choice away lie: the other periods, then the other networks. Raises as `chosen`."""
    known = _known(*opening.state())
    now = chosen()
    periods = [_period_of(days, known.last_day) for name, days in PERIODS.items() if name != OWN_DATES]
    found = [replace(now, since=since, until=until) for since, until in periods]
    if len(known.networks) > 1:
        found += [replace(now, platform=platform, owner=None) for platform in (None, *known.networks)]
    return [other for other in found if other != now]


def before() -> Filters | None:
    """The filters of the equal period just before; null unless they are to be compared. Raises as `chosen`."""
    now = chosen()
    if not st.session_state.get(COMPARE) or now.since is None or now.until is None:
        return None
    days = now.until - now.since + timedelta(days=1)
    return Filters(
        platform=now.platform, owner=now.owner, since=now.since - days, until=now.since - timedelta(days=1)
    )


# The version is a part of the key: a store that changed is asked anew.
@st.cache_data(max_entries=32, show_spinner=False)
def _known(store: str, version: str, present_utc: Any) -> Known:
    with reading(Path(store)) as cursor:
        latest = latest_data_moment(cursor, present_utc)
        zone = opening.zone(cursor)
        return Known(
            networks=tuple(networks(cursor)),
            accounts=tuple(accounts(cursor)),
            last_day=to_local(latest, zone).date() if latest else None,
        )
