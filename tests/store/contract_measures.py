"""What every store promises of the measures that reports read."""

from __future__ import annotations

from dataclasses import replace

from console.domain.measures import Measure, Page, count_pages
from console.domain.priority import Priority
from console.ports.measures import Behind, Made
from console.ports.store import IncidentStore
from tests.store.made import at, follow, opening

EVER = (at(-(10**9)), at(10**9))


def measure(name: str = "INC-1", n: int = 2, **facts: object) -> Measure:
    known: dict[str, object] = {
        "incident": name, "n": n, "title": "„payments“ is unwell", "service": "payments", "team": "core", "rule": "Slow",
        "reported_at": at(0), "priority": Priority.P2, "provisional": None, "is_open": True, "merged": False,
        "unacked": False, "auto_cleared": True, "noise": True, "reclassified": False, "tta": 180_000, "strict": 240_000,
        "ttr_first": None, "ttr_total": None, "recovery": 0, "paused": 0, "acked_by": "asha",
        "cause": "deploy", "sufficed": "", "epochs": 1, "chased": 1, "flaps": 0,
    }  # fmt: skip
    return Measure(**{**known, **facts})  # type: ignore[arg-type]


def page(second: float, name: str = "INC-1", *, night: bool = False, person: str = "asha") -> Page:
    return Page(name, at(second), person, night, "payments", "core")


class MeasuresContract:
    """Measures are kept, replaced by newer ones, and found to be missing."""

    def test_what_has_changed_since_is_found(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2")])
        everything = (Behind("INC-1", 2), Behind("INC-2", 4))
        assert store.unmeasured() == store.all_unmeasured() == everything
        assert store.unmeasured(limit=1) == everything[:1]
        assert store.unmeasured(after=2) == everything[1:]
        store.keep_measures([Made(2, measure(), ())])
        assert store.unmeasured() == store.all_unmeasured() == everything[1:]
        store.keep_measures([Made(4, measure("INC-2"), ())])
        assert store.unmeasured() == store.all_unmeasured() == ()
        store.append([follow("INC-1")])
        assert store.unmeasured() == store.all_unmeasured() == (Behind("INC-1", 5),)

    def test_one_that_was_stepped_over_is_found_by_who_looks_at_all(self, store: IncidentStore) -> None:
        store.append([opening("INC-1"), opening("INC-2")])
        store.keep_measures([Made(4, measure("INC-2"), ())])
        assert store.unmeasured() == ()
        assert store.all_unmeasured() == (Behind("INC-1", 2),)

    def test_all_of_it_comes_back(self, store: IncidentStore) -> None:
        made = measure(chased=2, is_open=False, ttr_total=540_000, reclassified=True, merged=False)
        store.keep_measures([Made(2, made, (page(1), page(2, night=True, person="budi")))])
        assert store.measures(*EVER) == (made,)
        assert store.pages(*EVER) == (page(1), page(2, night=True, person="budi"))
        assert store.first_measured() == at(0)

    def test_newer_ones_take_the_place_of_older_ones_only(self, store: IncidentStore) -> None:
        store.keep_measures([Made(5, measure(n=3), (page(1),))])
        store.keep_measures([Made(2, measure(n=2), (page(1), page(2)))])
        assert (store.measures(*EVER), store.pages(*EVER)) == ((measure(n=3),), (page(1),))
        store.keep_measures([Made(7, measure(n=4), (page(1), page(2)))])
        assert (store.measures(*EVER), store.pages(*EVER)) == ((measure(n=4),), (page(1), page(2)))

    def test_spans_are_half_open(self, store: IncidentStore) -> None:
        store.keep_measures(
            [
                Made(
                    number, measure(f"INC-{number}", reported_at=at(number)), (page(number, f"INC-{number}"),)
                )
                for number in range(1, 6)
            ]
        )
        assert [one.incident for one in store.measures(at(2), at(4))] == ["INC-2", "INC-3"]
        assert [one.incident for one in store.pages(at(2), at(4))] == ["INC-2", "INC-3"]

    def test_pages_are_counted_as_one_by_one(self, store: IncidentStore) -> None:
        pages = [
            page(second, f"INC-{second % 3}", night=second % 4 == 0, person=("asha", "budi")[second % 2])
            for second in range(12)
        ]
        for name in ("INC-0", "INC-1", "INC-2"):
            store.keep_measures([Made(2, measure(name), tuple(one for one in pages if one.incident == name))])
        spans = ((at(0), at(12)), (at(3), at(7)), (at(20), at(30)))
        assert store.page_counts(spans) == count_pages(pages, spans)
        assert store.page_counts(()) == ()

    def test_nothing_is_nothing(self, store: IncidentStore) -> None:
        store.keep_measures([])
        assert (store.measures(*EVER), store.pages(*EVER), store.first_measured()) == ((), (), None)

    def test_many_at_once(self, store: IncidentStore) -> None:
        made = [
            Made(n, measure(f"INC-{n}", reported_at=at(n)), (page(n, f"INC-{n}"),)) for n in range(1, 700)
        ]
        store.keep_measures(made)
        store.keep_measures([replace(one, position=one.position + 1000) for one in made])
        assert len(store.measures(*EVER)) == len(store.pages(*EVER)) == 699
