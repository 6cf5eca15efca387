from __future__ import annotations

from tests.servers.alertmanager import Alertmanager, alertmanager, alertmanager_server

__all__ = ["alertmanager", "alertmanager_server"]


def test_the_server_shows_what_fires_and_forgets_what_ended(alertmanager: Alertmanager) -> None:
    alertmanager.fire("DiskFull", service="orders-db", severity="critical")
    assert [alert["labels"]["service"] for alert in alertmanager.alerts()] == ["orders-db"]
    alertmanager.clear("DiskFull", service="orders-db", severity="critical")
    assert alertmanager.alerts() == []
