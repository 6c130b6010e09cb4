"""Hot leads: interested people of the last three days, the newest first."""

import json

from integration import inbox, last_days

page = inbox("inbox-replies", {"leadCategories": {"categoryIdsIn": [1, 2]}, "replyTimeBetween": last_days(3)},
             sortBy="REPLY_TIME_DESC", limit=20)
print(json.dumps([[m["lead"]["email"], m["last_reply_time"]] for m in page["messages"]]))
