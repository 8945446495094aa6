"""Calls AgentWarden's client as told, one JSON line in, one out: what it returned or raised, and what ran."""

import json
import sys

from agentwarden import AgentWarden


def outcome(guard, asked):
    ran = []

    def callback():
        ran.append(1)
        return "done"

    agent, action, context = asked["agent"], asked["action"], asked.get("context")
    try:
        if asked["call"] == "check":
            result = guard.check(agent, action, context)
            told = {"allowed": result.allowed, "requires_approval": result.requires_approval, "reason": result.reason,
                    "passes": bool(result)}
        elif asked["call"] == "log":
            result = guard.log(agent, action, asked["status"], context)
            told = {"id": result.id, "agent_id": result.agent_id, "status": result.status}
        else:
            told = {"returned": guard.execute(agent, action, callback, context)}
    except Exception as error:
        told = {"raised": type(error).__name__, "text": str(error)}
    return {**told, "ran": len(ran)}


for line in sys.stdin:
    asked = json.loads(line)
    with AgentWarden(api_key=asked["key"], base_url=asked["url"]) as guard:
        print(json.dumps(outcome(guard, asked)), flush=True)
