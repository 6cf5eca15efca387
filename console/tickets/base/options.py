"""What the config tables of all ticket systems have in common."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from console.config.base import Line, Table, Word
from console.config.escalation import PriorityName
from console.config.secrets import Secret
from console.domain.priority import Priority
from console.domain.text import safe_url
from console.domain.tickets.place import Place, Route
from console.web.options import WebOptions


def _back(value: str) -> str:
    if "{id}" not in value or not safe_url(value.replace("{id}", "INC-1")):
        raise ValueError('is an address with {id} in it, such as "https://oncall.example/{id}"')
    return value


def _close(value: str) -> str:
    kind, _, name = value.partition(":")
    if value != "comment" and (kind != "transition" or not name.strip()):
        raise ValueError('is "comment" or "transition:NAME", such as "transition:Done"')
    return value


Label = Annotated[str, Field(pattern=r"^[^\s,]{1,100}$")]
"""A label: no blanks and no commas, which Jira and GitLab take for the end of one."""


class RouteTable(Table):
    """``[[tickets.routes]]``: where tickets about some services or teams go; the first that fits counts."""

    services: tuple[Line, ...] = ()
    """Names of services; left out: all."""

    teams: tuple[Word, ...] = ()
    """Ids of teams; left out: all."""

    project: Line | None = None
    """Another project or repository."""

    component: Line | None = None
    """A component of it; only Jira has them."""

    assignee: Line | None = None
    """Who gets it: an email address or account id (Jira), a user name (GitHub, GitLab)."""

    labels: tuple[Label, ...] = ()
    """Labels besides those of the table above."""


class TicketOptions(WebOptions):
    """Keys that every ticket system takes besides ``kind`` and ``name``."""

    KIND: ClassVar[str]
    """The kind, as the config says it."""

    token: Secret
    """What we log in with: it may make, change, label, assign and comment on issues."""

    project: Line
    """Where tickets go unless a route says otherwise: a Jira project's key, a repository ("acme/shop")."""

    labels: tuple[Label, ...] = ()
    """Labels of every ticket; one more says which incident it belongs to."""

    routes: tuple[RouteTable, ...] = ()
    """``[[tickets.routes]]``: to other projects, components and people by service or team."""

    mirror: tuple[Literal["notes"], ...] = ()
    """["notes"]: what people write down about the incident is a comment on the ticket too."""

    close: Annotated[str, AfterValidator(_close)] = "comment"
    """What the end of the incident does there: "comment", or besides that "transition:NAME"."""

    follow_owner: bool = True
    """Whether the ticket goes to whoever is given the incident, as at a handover."""

    incident_url: Annotated[Line, AfterValidator(_back)] | None = None
    """Address of an incident in a console of yours, with {id}: tickets lead back there."""

    @property
    def projects(self) -> tuple[str, ...]:
        """Every project that tickets go to, each once."""
        return tuple(
            dict.fromkeys((self.project, *(route.project for route in self.routes if route.project)))
        )

    @model_validator(mode="after")
    def _projects_are_named_right(self) -> Self:
        for named in self.projects:
            self._check_project(named)
        return self

    def place(self, name: str) -> Place:
        """Return what a ticket system of this name is to the rules."""
        return Place(
            name=name,
            kind=self.KIND,
            project=self.project,
            web=self._web(),
            issue_type=self._issue_type(),
            labels=self.labels,
            priorities=self._priorities(),
            routes=tuple(
                Route(
                    frozenset(one.services),
                    frozenset(one.teams),
                    one.project or "",
                    one.component or "",
                    one.assignee or "",
                    one.labels,
                )
                for one in self.routes
            ),
            mirror_notes="notes" in self.mirror,
            follows_owner=self.follow_owner,
            transition=self.close.partition(":")[2].strip(),
            back=self.incident_url or "",
        )

    def _web(self) -> str:
        """Return where people read its tickets."""
        raise NotImplementedError

    def _check_project(self, name: str) -> None:
        """Raise ``ValueError`` for what cannot be a project there."""

    def _issue_type(self) -> str:
        return ""

    def _priorities(self) -> tuple[tuple[Priority, str], ...]:
        return ()


def priorities_of(table: dict[PriorityName, str]) -> tuple[tuple[Priority, str], ...]:
    """Return the names that our priorities have there."""
    return tuple((Priority[name], text) for name, text in table.items())


def not_there(project: str) -> str:
    """Return what is missing where a project is."""
    return f"project {project}: needed for its tickets, but it is not there, or not ours to see"


class RepositoryOptions(TicketOptions):
    """Keys of ticket systems whose issues stand in repositories: there is one transition, and labels are short."""

    LONGEST_LABEL: ClassVar[int]

    @model_validator(mode="after")
    def _transition_and_labels_are_there(self) -> Self:
        transition = self.close.partition(":")[2].strip()
        if transition and not closes(transition):
            raise ValueError(f'close: an issue has no transition "{transition}": say "transition:closed"')
        labels = (*self.labels, *(label for route in self.routes for label in route.labels))
        long = next((one for one in labels if len(one) > self.LONGEST_LABEL), None)
        if long is not None:
            raise ValueError(f'label "{long[:20]}…" is longer than {self.LONGEST_LABEL} characters')
        return self

    def _check_project(self, name: str) -> None:
        parts = name.split("/")
        if len(parts) < 2 or not all(parts) or {".", ".."} & set(parts) or any(one.isspace() for one in name):
            raise ValueError(f'project "{name}" is not written as "owner/name"')


def closes(transition: str) -> bool:
    """Return whether a transition is the one that issues of repositories have."""
    return transition.casefold() in {"close", "closed"}
