"""Marks every unread conversation of a campaign as read."""

import json
import os

from integration import call, every

campaign = int(os.environ["CAMPAIGNS"].split(",")[1])
unread = list(every("unread-replies", {"campaignId": [campaign]}))
for message in unread:
    call("PATCH", "/master-inbox/change-read-status",
         {"email_lead_map_id": message["campaign_lead_map_id"], "read_status": True})
left = list(every("unread-replies", {"campaignId": [campaign]}))
print(json.dumps({"marked": [m["campaign_lead_map_id"] for m in unread], "left": len(left)}))
