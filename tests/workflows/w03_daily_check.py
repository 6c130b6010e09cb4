"""Daily check: what came in today and is still unread, asked for in two ways."""

import json

from integration import every, today

filters = {"emailStatus": ["Replied"], "replyTimeBetween": today()}
unread = [m["email_lead_map_id"] for m in every("inbox-replies", filters) if not m["is_read"]]
view = [m["email_lead_map_id"] for m in every("unread-replies", filters)]
print(json.dumps({"unread": unread, "view": view}))
