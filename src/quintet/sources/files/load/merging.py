"""Merges in a file that would close a circle: refused before they reach the ledger."""

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger import merges, reading
from quintet.ledger.interactions import Interactions
from quintet.sources.files.load.prepare import Item, Prepared


def reject_circles(prepared: Prepared, home: Home) -> None:
    """Reject every merge that contradicts the ones before it, in this load or in the ledger."""
    items = [item for item in prepared.mapped if item.entry and item.entry.rows == "merges"]
    if not items:
        return
    table = Interactions(home).table
    standing = merges.active(reading.events(prepared.con, table, table.opened()))
    for item in items:
        _reject(prepared, item, standing)


def _reject(prepared: Prepared, item: Item, standing: merges.Active) -> None:
    query = (
        f"""SELECT line, f_entity, loser_id, winner_id FROM {item.typed} WHERE reject IS NULL ORDER BY line"""
    )
    for line, entity, loser, winner in prepared.con.sql(query).fetchall():
        if standing.get((entity, loser)) == winner:
            continue
        try:
            merges.require_mergeable(standing, entity, loser, winner)
        except BadInput as error:
            prepared.con.execute(
                f"UPDATE {item.typed} SET reject = {{'column': 'loser', 'value': f_loser, 'reason': $reason,"
                " 'step': 'correct one of the two merges'} WHERE line = $line",
                {"reason": str(error), "line": line},
            )
        else:
            standing[entity, loser] = winner
