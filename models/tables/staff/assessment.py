"""Synced tables of stage-1 assessment: a month's figures, the rows behind them, the score (S40).

Written once by the night of the month's last day, never changed; a row's stream is the assessed
manager, also when its client is somebody else's later.
"""

from sqlalchemy import Table

from models.tables.columns import FIRM, text_column, version_column, whole_column

# What was reached of one item: reached ÷ due, each the sum of its rows; a goal's due is its target.
ASSESSMENT_FIGURE = Table(
    "assessment_figure",
    FIRM,
    text_column("branch_id", key=True),
    text_column("manager_id", key=True),
    text_column("period_to", key=True),
    text_column("item", key=True),  # crm_entry, contacts, callbacks, goals.new_clients …
    text_column("period_from"),
    whole_column("reached"),
    whole_column("due"),
    text_column("code"),  # why there is no percentage; "" = there is one
    version_column(),
)

# What a figure was summed of, as it stood then.
ASSESSMENT_ROW = Table(
    "assessment_row",
    FIRM,
    text_column("branch_id", key=True),
    text_column("manager_id", key=True),
    text_column("period_to", key=True),
    text_column("item", key=True),
    text_column("row_id", key=True),  # client, task or subscription
    text_column("client_id"),
    whole_column("reached"),
    whole_column("due"),  # 0 = of a goal, whose target is the figure's
    version_column(),
)

ASSESSMENT_SCORE = Table(
    "assessment_score",
    FIRM,
    text_column("branch_id", key=True),
    text_column("manager_id", key=True),
    text_column("period_to", key=True),
    text_column("period_from"),
    whole_column("stage"),  # 1, or 2: results count, there is no score
    text_column("score"),  # out of 100, two decimals; "" = none
    text_column("code"),  # why there is none
    version_column(),
)

ASSESSMENT: tuple[Table, ...] = (ASSESSMENT_FIGURE, ASSESSMENT_ROW, ASSESSMENT_SCORE)
