"""A list without bodies first, then the whole thread of one conversation."""

import json

from integration import inbox

first = inbox("inbox-replies", limit=20)["messages"][0]
page = inbox("inbox-replies", {"messageId": first["id"]}, history=True)
opened = page["messages"][0]
print(json.dumps({"listed": first["campaign_lead_map_id"], "opened": opened["campaign_lead_map_id"], "count": page["total_count"],
                  "history": [entry["direction"] for entry in opened["message_history"]],
                  "listed_history": "message_history" in first}))
