"""Start broad, then narrow: a campaign, of it those with a status, of them those with a category."""

import json
import os

from integration import every

filters, found = {}, []
for more in ({"campaignId": int(os.environ["CAMPAIGNS"].split(",")[0])}, {"emailStatus": ["Replied", "Opened"]},
             {"leadCategories": {"categoryIdsIn": [1]}}):
    filters |= more
    found.append([m["email_lead_map_id"] for m in every("sent", filters)])
print(json.dumps(found))
