"""Which task binds each worker now, as the centre tells it."""

from __future__ import annotations

from typing import Any

from simulator.client import Client, Refused
from simulator.tasks import Task, read_tasks

_STAGES = "waiting,on_the_way,at_work"
"""Stages of a case about which somebody may have something to do: beside a lead who was taken away a helper goes on."""


class Lookout:
    """Who watches the list of cases; one is read by itself only when its version says that it has changed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._read: dict[str, tuple[int, dict[int, Task]]] = {}

    async def look(self) -> dict[int, Task]:
        """The task that binds each worker who has one, by worker."""
        parameters = {"stage": _STAGES, "limit": 500, "brief": "true"}
        listed = (await self._client.call("GET", "/api/incidents", params=parameters))["incidents"]
        self._read = {case["case_no"]: await self._tasks(case) for case in listed}
        return {worker_id: task for _, tasks in self._read.values() for worker_id, task in tasks.items()}

    async def _tasks(self, case: dict[str, Any]) -> tuple[int, dict[int, Task]]:
        known = self._read.get(case["case_no"])
        if known is not None and known[0] == case["version"]:
            return known
        try:
            told = await self._client.call("GET", f"/api/incidents/{case['case_no']}")
        except Refused:
            return case["version"], {}
        return told["version"], read_tasks(told)
