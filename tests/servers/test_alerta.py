from __future__ import annotations

from tests.servers.alerta import Alerta, alerta, alerta_server

__all__ = ["alerta", "alerta_server"]


def test_the_server_keeps_what_it_is_told(alerta: Alerta) -> None:
    name = alerta.send("DiskFull")
    alerta.act(name, "ack")
    assert alerta.alert(name)["status"] == "ack"
    assert [one["type"] for one in alerta.alert(name)["history"]] == ["new", "ack"]
