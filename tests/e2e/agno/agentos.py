"""A real AgentOS whose model answers without a network: what the gate is put in front of.

Authorization is off, so that whatever is refused was refused by the gate. With `--authorize` it is on,
with the key in JWT_VERIFICATION_KEY: then it says itself what the gate has to say. Prints its address.
"""

import argparse
import asyncio
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from agno.agent import Agent
from agno.db.sqlite import SqliteDb
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.os import AgentOS
from agno.os.config import AuthorizationConfig
from agno.team import Team
from agno.workflow import Step, Workflow

PAUSE_SECONDS = 0.1


@dataclass
class Echo(Model):
    """Says what it was told, one word after the other."""

    id: str = "echo"
    name: str = "Echo"
    provider: str = "none"

    def answer(self, messages):
        told = next((m.content for m in reversed(messages) if m.role == "user"), "")
        return f"you said: {told}"

    def invoke(self, messages, **_):
        return ModelResponse(role="assistant", content=self.answer(messages))

    async def ainvoke(self, messages, **_):
        return self.invoke(messages)

    def invoke_stream(self, messages, **_):
        yield self.invoke(messages)

    async def ainvoke_stream(self, messages, **_):
        for word in self.answer(messages).split(" "):
            yield ModelResponse(role="assistant", content=f"{word} ")
            await asyncio.sleep(PAUSE_SECONDS)

    def _parse_provider_response(self, response, **_):
        return response

    def _parse_provider_response_delta(self, response):
        return response


def platform(folder, authorize):
    db = SqliteDb(db_file=str(Path(folder) / "agno.db"))
    agents = [Agent(id=name, name=name, model=Echo(), db=db, telemetry=False)
              for name in ("web-search-agent", "finance-agent")]
    team = Team(id="research-team", name="research-team", model=Echo(), members=agents, db=db,
                telemetry=False)
    workflow = Workflow(id="daily-report", name="daily-report", db=db, telemetry=False,
                        steps=[Step(name="report", agent=agents[1])])
    config = AuthorizationConfig(verification_keys=[os.environ["JWT_VERIFICATION_KEY"]],
                                 algorithm="HS256") if authorize else None
    return AgentOS(id="my-agent-os", agents=agents, teams=[team], workflows=[workflow], db=db,
                   telemetry=False, authorization=authorize, authorization_config=config)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True, help="where the database goes")
    parser.add_argument("--authorize", action="store_true")
    asked = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0))
    app = platform(asked.folder, asked.authorize).get_app()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
