"""A kernel is used as soon as it can be heard: neither before, nor after a silence."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from queue import Empty
from typing import Any

import pytest

from analysis.reporting.kernel import OwnKernelManager

ANSWER = {"msg_type": "kernel_info_reply", "content": {}}


class Scripted:
    """Answers of a kernel, one after another, in the place of its channels."""

    def __init__(self, client: Any, shell: list[Any], heard: list[Any], *, alive: bool = True) -> None:
        self.asked, self.shell, self.heard, self.alive = 0, shell, heard, alive
        for name in ("kernel_info", "get_shell_msg", "get_iopub_msg", "is_alive"):
            setattr(client, name, getattr(self, name))
        client._handle_kernel_info_reply = lambda answer: None

    def kernel_info(self) -> str:
        self.asked += 1
        return str(self.asked)

    async def get_shell_msg(self, timeout: float) -> Any:
        return self._next(self.shell)

    async def get_iopub_msg(self, timeout: float) -> Any:
        return self._next(self.heard)

    async def is_alive(self) -> bool:
        return self.alive

    @staticmethod
    def _next(answers: list[Any]) -> Any:
        if not answers or answers[0] is None:
            del answers[:1]
            raise Empty
        return answers.pop(0)


@pytest.fixture
def client(tmp_path: Any) -> Any:
    return OwnKernelManager(folder=str(tmp_path)).client_factory()


def waited(client: Any, **options: Any) -> None:
    """Wait in a thread of its own: in this one a browser of another test may keep an event loop running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(client.wait_for_ready(**options))).result()


def test_it_is_asked_again_until_it_answers_and_is_heard(client: Any) -> None:
    # silent · answers, but what it tells everybody is not heard yet · answers and is heard
    script = Scripted(client, [None, ANSWER, ANSWER], [None, {"msg_type": "status"}, {"msg_type": "status"}])
    waited(client, timeout=600)
    assert script.asked == 3
    assert len(script.heard) == 1  # the rest is left where it is: nobody waits for silence


def test_a_kernel_that_died_is_not_waited_for(client: Any) -> None:
    Scripted(client, [], [], alive=False)
    with pytest.raises(RuntimeError, match="died before it answered"):
        waited(client)


def test_a_kernel_that_never_answers_is_given_up(client: Any) -> None:
    Scripted(client, [], [])
    with pytest.raises(RuntimeError, match="did not answer in 0 s"):
        waited(client, timeout=0.01)
