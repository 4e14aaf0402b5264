"""The table of the rollout as a JSON document (``docs/reference/rollout.schema.json``)."""

from typing import Any

from generale.agency.rollout import Bounds, Rollout, Share


def rollout_document(told: Rollout) -> dict[str, Any]:
    """Percentages are decimal strings; a number of facilities that is not known is null."""
    return {
        "as_of": told.as_of.isoformat() if told.as_of else None,
        "as_of_from": told.day_source.value if told.day_source else None,
        "columns_not_read": list(told.not_read),
        "consistent": told.is_consistent,
        "facilities": {
            kind: {"number": bounds.only, "least": bounds.least, "most": bounds.most}
            for kind, bounds in told.facilities.items()
        },
        "facilities_add_up": told.facilities_add_up,
        "metrics": [
            {
                "metric": metric,
                "counts_add_up": told.counts_add_up(metric),
                "types": [_share(one, told.facilities[one.kind]) for one in rows],
            }
            for metric, rows in told.metrics.items()
        ],
    }


def _share(one: Share, bounds: Bounds) -> dict[str, Any]:
    return {
        "line": one.line,
        "type": one.kind,
        "count": one.count,
        "denominator": bounds.only,
        "percentage": str(one.percentage),
        "computed": f"{100 * one.count / bounds.only:.4f}" if bounds.only else None,
    }
