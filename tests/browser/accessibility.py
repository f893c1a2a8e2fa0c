"""What axe finds wrong with a page."""

from typing import Any

SERIOUS = {"serious", "critical"}


def violations(page: Any) -> list[str]:
    """Return the serious violations, each with the elements that it is about."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['html'][:150] + ' ' + node['failureSummary'][:250] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in SERIOUS
    ]
