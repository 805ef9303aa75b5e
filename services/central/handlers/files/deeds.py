"""What an import of each kind does, what it undoes, and when it may do neither: SQL over all rows.

``stale``: rows of the import that the world has overtaken since they were judged; ``overtaken``:
rows that were changed since they were applied. Both name the row of the file and whom it is about.
"""

from dataclasses import dataclass

from models.files.kinds import ImportKind

_OF_IMPORT = "r.branch_id = :branch_id AND r.import_id = :import_id"
_CLIENT_TEXTS = (
    "name",
    "pinyin",
    "initials",
    "mobile",
    "id_no",
    "gender",
    "birthday",
    "opened_on",
)
_HOLDING_NUMBERS = ("quantity", "sellable", "cost_cents")


@dataclass(frozen=True, slots=True)
class Deed:
    """The statements of one kind, in their order."""

    stale: str
    apply: tuple[str, ...]
    overtaken: str
    undo: tuple[str, ...]


def _texts(side: str) -> str:
    return ", ".join(f"{name} = coalesce(r.{side}->>'{name}', t.{name})" for name in _CLIENT_TEXTS)


def _numbers(side: str, names: tuple[str, ...]) -> str:
    return ", ".join(
        f"{name} = coalesce(CAST(r.{side}->>'{name}' AS bigint), t.{name})" for name in names
    )


def _update(table: str, settings: str, key: str) -> str:
    return (
        f"UPDATE {table} t SET {settings}, version = t.version + 1 FROM import_row r"
        f" WHERE {_OF_IMPORT} AND r.outcome = 'changed' AND t.branch_id = r.branch_id AND {key}"
    )


def _unlike(table: str, key: str, new: str, side: str) -> str:
    """Rows whose target is not as it should be: ``new`` says it of added ones, ``side`` of changed
    ones."""
    return f"""
    SELECT r.row, coalesce(nullif(r.account, ''), r.client_id) AS whom FROM import_row r
    LEFT JOIN {table} t ON t.branch_id = r.branch_id AND {key}
    WHERE {_OF_IMPORT} AND (r.outcome = 'new' AND {new}
        OR r.outcome = 'changed' AND (t.branch_id IS NULL OR NOT to_jsonb(t) @> r.{side}))
    """


def _elsewhere(outcomes: str = "'new', 'changed'") -> str:
    """Rows whose client has been handed over since: whose stream they were judged for."""
    return f"""
    SELECT r.row, r.client_id AS whom FROM import_row r LEFT JOIN client o
        ON o.branch_id = r.branch_id AND o.client_id = r.client_id
    WHERE {_OF_IMPORT} AND r.outcome IN ({outcomes}) AND o.manager_id IS DISTINCT FROM r.owner
    UNION ALL
    """


_LOST = "(t.branch_id IS NULL OR NOT to_jsonb(t) @> r.after)"
_CLIENT, _ACCOUNT = "t.client_id = r.client_id", "t.account = r.account"
_HOLDING = "t.account = r.account AND t.symbol = r.symbol"
_TELL = """
INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
    happened_at)
SELECT r.branch_id, :command_id || '-' || min(r.row), r.owner, r.client_id, 'import', {title},
       :import_id, :author, :now
FROM import_row r WHERE {of_import} AND r.outcome = ANY ('{{{outcomes}}}')
GROUP BY r.branch_id, r.owner, r.client_id
"""


def _tell(title: str, outcomes: str = "new,changed") -> str:
    return _TELL.format(title=title, of_import=_OF_IMPORT, outcomes=outcomes)


def _held(side: str, outcomes: str) -> str:
    """Rows whose identity number somebody else holds by now, by another import."""
    return f"""
    UNION ALL
    SELECT r.row, r.client_id FROM import_row r JOIN client c
        ON c.branch_id = r.branch_id AND c.id_no = r.{side}->>'id_no' AND c.client_id <> r.client_id
    WHERE {_OF_IMPORT} AND r.outcome IN ({outcomes}) AND c.id_no <> ''
"""


_TAKEN = f"""
    UNION ALL
    SELECT r.row, r.client_id FROM import_row r, taken_elsewhere(:branch_id,
        (SELECT array_agg(client_id) FROM import_row r WHERE {_OF_IMPORT} AND outcome = 'new'),
        (SELECT array_agg(after->>'id_no') FROM import_row r WHERE {_OF_IMPORT}
            AND outcome IN ('new', 'changed')),
        (SELECT array_agg(account) FROM import_row r WHERE {_OF_IMPORT} AND outcome = 'new')) k
    WHERE {_OF_IMPORT} AND r.outcome IN ('new', 'changed')
      AND k.value = CASE k.what WHEN 'client_no' THEN CASE r.outcome WHEN 'new' THEN r.client_id END
        WHEN 'id_no' THEN r.after->>'id_no' ELSE r.account END
    UNION ALL
    SELECT r.row, r.client_id FROM import_row r JOIN account a
        ON a.branch_id = r.branch_id AND a.account = r.account
    WHERE {_OF_IMPORT} AND r.outcome = 'new'
    ORDER BY 1
"""
_CLIENTS = Deed(
    stale=_elsewhere("'changed'")
    + _unlike("client", _CLIENT, "t.branch_id IS NOT NULL", "before")
    + _held("after", "'new', 'changed'")
    + _TAKEN,
    apply=(
        f"""
        INSERT INTO client (branch_id, client_id, manager_id, tier, {", ".join(_CLIENT_TEXTS)})
        SELECT r.branch_id, r.client_id, r.owner, 'ordinary',
               {", ".join(f"coalesce(r.after->>'{name}', '')" for name in _CLIENT_TEXTS)}
        FROM import_row r WHERE {_OF_IMPORT} AND r.outcome = 'new'
        """,
        f"""
        INSERT INTO client_tier (branch_id, client_id, starts_on, manager_id, tier)
        SELECT r.branch_id, r.client_id, r.after->>'opened_on', r.owner, 'ordinary'
        FROM import_row r WHERE {_OF_IMPORT} AND r.outcome = 'new'
        """,
        f"""
        INSERT INTO account (branch_id, account, manager_id, client_id, permissions)
        SELECT r.branch_id, r.account, r.owner, r.client_id, 'main'
        FROM import_row r WHERE {_OF_IMPORT} AND r.outcome = 'new' AND r.account <> ''
        """,
        _update("client", _texts("after"), _CLIENT),
        _tell("CASE min(r.outcome) WHEN 'new' THEN '导入新增客户' ELSE '导入更新客户资料' END"),
    ),
    overtaken=_elsewhere()
    + _unlike("client", _CLIENT, _LOST, "after")
    + _held("before", "'changed'")
    + f"""
    UNION ALL
    SELECT r.row, r.client_id || ' ' || s.table_name
    FROM standing_on_import(:branch_id, :import_id) s
    JOIN import_row r USING (client_id) WHERE {_OF_IMPORT}
    ORDER BY 1
    """,
    undo=(
        _update("client", _texts("before"), _CLIENT),
        "SELECT take_back_clients(:branch_id, :import_id)",
        _tell("'已撤销导入,恢复原资料'", "changed"),
    ),
)
_HOLDINGS = Deed(
    stale=_elsewhere()
    + _unlike("holding", _HOLDING, "t.branch_id IS NOT NULL", "before")
    + f"""
    UNION ALL
    SELECT r.row, r.account FROM import_row r LEFT JOIN account a
        ON a.branch_id = r.branch_id AND a.account = r.account AND a.client_id = r.client_id
    WHERE {_OF_IMPORT} AND r.outcome = 'new' AND a.account IS NULL
    ORDER BY 1
    """,
    apply=(
        f"""
        INSERT INTO holding (branch_id, account, symbol, manager_id, client_id, quantity, sellable,
            cost_cents)
        SELECT r.branch_id, r.account, r.symbol, r.owner, r.client_id,
               {", ".join(f"CAST(r.after->>'{name}' AS bigint)" for name in _HOLDING_NUMBERS)}
        FROM import_row r WHERE {_OF_IMPORT} AND r.outcome = 'new'
        """,
        _update("holding", _numbers("after", _HOLDING_NUMBERS), _HOLDING),
        _tell("'持仓对账单导入,变动 ' || count(*) || ' 项'"),
    ),
    overtaken=_elsewhere() + _unlike("holding", _HOLDING, _LOST, "after") + " ORDER BY 1",
    undo=(
        _update("holding", _numbers("before", _HOLDING_NUMBERS), _HOLDING),
        f"DELETE FROM holding t USING import_row r WHERE {_OF_IMPORT} AND r.outcome = 'new'"
        f" AND t.branch_id = r.branch_id AND {_HOLDING}",
        _tell("'已撤销持仓对账单导入,恢复 ' || count(*) || ' 项'"),
    ),
)
_CASH = Deed(
    stale=_elsewhere() + _unlike("account", _ACCOUNT, "true", "before") + " ORDER BY 1",
    apply=(
        _update("account", _numbers("after", ("cash_cents",)), _ACCOUNT),
        _tell("'资金对账单导入'"),
    ),
    overtaken=_elsewhere() + _unlike("account", _ACCOUNT, "true", "after") + " ORDER BY 1",
    undo=(
        _update("account", _numbers("before", ("cash_cents",)), _ACCOUNT),
        _tell("'已撤销资金对账单导入'"),
    ),
)
DEEDS = {
    ImportKind.CLIENTS: _CLIENTS,
    ImportKind.HOLDINGS: _HOLDINGS,
    ImportKind.CASH: _CASH,
}
LOCK = {
    ImportKind.CLIENTS: ("client", _CLIENT),
    ImportKind.HOLDINGS: ("holding", _HOLDING),
    ImportKind.CASH: ("account", _ACCOUNT),
}


def lock_of(kind: ImportKind) -> str:
    """Return the statement that locks every row an import is about, in one order."""
    table, key = LOCK[kind]
    return (
        f"SELECT count(*) FROM (SELECT t.branch_id FROM {table} t JOIN import_row r"
        f" ON t.branch_id = r.branch_id AND {key} WHERE {_OF_IMPORT}"
        " ORDER BY t.client_id FOR UPDATE OF t) locked"
    )
