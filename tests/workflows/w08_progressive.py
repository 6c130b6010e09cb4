"""Progressive narrowing: every filter more leaves fewer conversations."""

import json
import os

from integration import inbox, last_days

filters, counts = {}, [inbox("inbox-replies", limit=1)["total_count"]]
for more in (
    {"campaignId": [int(id) for id in os.environ["CAMPAIGNS"].split(",")][:5]},
    {"emailStatus": ["Replied"]},
    {"leadCategories": {"isAssigned": True}},
    {"leadCategories": {"isAssigned": True, "categoryIdsIn": [1, 2]}},
    {"replyTimeBetween": {"replyTimeBetween": last_days(3)}},
    {"search": "budget"},
):
    filters |= more
    counts.append(inbox("inbox-replies", filters, limit=1)["total_count"])
print(json.dumps(counts))
