"""From the config file to the domain's rules."""

from __future__ import annotations

from pathlib import Path

from console.config.checklists import checklists_of
from console.config.digest import digest_of
from console.config.feeds import feeds_of
from console.config.load import Loaded
from console.config.outlets import outlets_of
from console.config.policies.calendars import calendars_of, holidays_file
from console.config.policies.escalation import chains_of, maintenance_of
from console.config.policies.links import plain_links, templates_of
from console.config.policies.notify import channels_of, limits_of, rules_of
from console.config.policies.roster import people_of, roster_of
from console.config.setup import Looks, Setup, SourceSpec
from console.config.tickets import places_of
from console.config.views import views_of
from console.domain.policy import Policy, Service
from console.domain.watchdogs import Watchdogs


def setup_of(loaded: Loaded) -> Setup:
    """Return what a config comes to as plain values."""
    config, ui, places = loaded.config, loaded.config.ui, loaded.places
    runbooks = places.folder(("runbooks", "paths"))
    return Setup(
        path=loaded.path,
        policy=policy_of(loaded),
        digest=policy_digest(loaded),
        me=config.me.id,
        store_url=config.store.url,
        store_folder=places.folder(("store", "url")),
        store_secret=config.store.password is not None,
        autostart=config.engine.autostart,
        lease=config.engine.lease.total_seconds(),
        metrics=config.engine.metrics,
        sources=tuple(
            SourceSpec(table.name, table.kind, options.interval.total_seconds())
            for table, options in zip(config.sources, loaded.options, strict=True)
        ),
        calendars=calendars_of(config, places),
        holidays=holidays_file(config, places),
        feeds=feeds_of(config.changes, loaded.feeds),
        runbooks=tuple(str(runbooks / Path(path).expanduser()) for path in config.runbooks.paths),
        runbook_urls=tuple(config.runbooks.urls.items()),
        runbook_pages=tuple(table.rule for table in config.runbooks.fetch),
        review_months=config.runbooks.review_months,
        run_steps=config.runbooks.run == "ask",
        run_only=config.runbooks.run_only,
        run_timeout=config.runbooks.run_timeout.total_seconds(),
        looks=Looks(
            theme=ui.theme,
            glyphs=ui.glyphs,
            mouse=ui.mouse,
            attention=tuple(dict.fromkeys(ui.attention)),
            keys=ui.keys,
            views=views_of(config.views),
            places={tuple(map(str, key)): str(place) for key, place in places.below("ui")},
        ),
        warnings=loaded.warnings,
        set_aside=loaded.set_aside,
        stamps=loaded.stamps,
    )


def policy_of(loaded: Loaded) -> Policy:
    """Return the rules that a config says."""
    config = loaded.config
    return Policy(
        roster=roster_of(config, loaded.broken),
        targets=config.sla.targets(),
        people=people_of(config),
        services={
            table.name: Service(
                name=table.name,
                team=table.team,
                depends_on=table.depends_on,
                links=plain_links(table),
                runbooks=table.runbooks,
                public_name=table.public_name or "",
            )
            for table in config.services
        },
        links=templates_of(config),
        teams=tuple(team.id for team in config.teams),
        chains=tuple(chains_of(config, loaded.broken)),
        maintenance=tuple(maintenance_of(config)),
        grouping=config.grouping.values(),
        nudge_answer=config.sla.nudge_answer,
        wake_before=config.sla.wake_before,
        warn_holds=config.sla.warn_holds,
        warn_ack=config.sla.warn_ack,
        warn_resolve=config.sla.warn_resolve,
        watchdogs={
            table.name: Watchdogs(options.watchdogs, options.watchdog_after)
            for table, options in zip(config.sources, loaded.options, strict=True)
            if options.watchdogs
        },
        checklists=checklists_of(config.checklists),
        reports=config.report.rules(),
        channels=channels_of(loaded),
        rules=rules_of(config.notify),
        limits=limits_of(config.notify_limits),
        outlets=outlets_of(config.outlets, loaded.outlets),
        tickets=places_of(config.tickets, loaded.tickets),
        abilities={
            table.name: options.ability for table, options in zip(config.sources, loaded.options, strict=True)
        },
    )


def policy_digest(loaded: Loaded) -> str:
    """Return the fingerprint of the team's rules, see ``digest``; consoles and engine compare theirs."""
    calendars = calendars_of(loaded.config, loaded.places)
    sources = zip(loaded.config.sources, loaded.options, strict=True)
    feeds = zip(loaded.config.changes, loaded.feeds, strict=True)
    return digest_of(policy_of(loaded), sources, calendars, feeds)
