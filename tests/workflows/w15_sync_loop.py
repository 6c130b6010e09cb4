"""Sync: reads what came in since a checkpoint and gives each conversation a category by what was written."""

import json
import os

from integration import call, every, now

WANTS_TO_TALK, MEETING, INTERESTED = "call", 2, 1

checkpoint = os.environ["CHECKPOINT"]
seen = []
for item in list(every("inbox-replies", {"replyTimeBetween": [checkpoint, now().isoformat()]}, history=True)):
    if not item["has_new_unread_email"]:
        continue
    replies = [entry for entry in item["email_history"] if entry["type"] == "REPLY"]
    newest = max(replies, key=lambda entry: entry["time"])
    category = MEETING if WANTS_TO_TALK in newest["email_body"] else INTERESTED
    call("POST", f"/campaigns/{item['email_campaign_id']}/leads/{item['email_lead_id']}/category",
         {"category_id": category, "pause_lead": False})
    seen.append([item["email_lead_map_id"], newest["time"] == item["last_reply_time"], category])
print(json.dumps(seen))
