"""Which user agents are machines: the maintained list of the package crawler-user-agents, asked once for each user agent."""

from crawleruseragents import is_crawler  # type: ignore[import-untyped]

# What the package does not know yet. Every browser begins its name with one of BROWSERS.
MORE = ("ms-office", "Microsoft Office", "Bluesky Cardyb")
BROWSERS = ("Mozilla/", "Opera/")
MOST = 20_000
LONGEST = 512  # of a user agent that is looked at; no browser's is longer
_verdicts: dict[str, bool] = {}


def is_bot(user_agent: str) -> bool:
    """Whether the list knows it as a machine's. One without any name is no browser's."""
    verdict = _verdicts.get(user_agent)
    if verdict is None:
        verdict = _looked_up(user_agent[:LONGEST])
        if len(_verdicts) >= MOST:
            _verdicts.clear()
        if len(user_agent) <= LONGEST:
            _verdicts[user_agent] = verdict
    return verdict


def _looked_up(user_agent: str) -> bool:
    if not user_agent.startswith(BROWSERS) or any(word in user_agent for word in MORE):
        return True
    return bool(is_crawler(user_agent))
