"""Follow-up search: who looked and did not answer; the reply rate; what a member sent; and all of it, page by page."""

import json
import os

from integration import every, inbox, last_days

warm = [m["lead"]["email"] for m in every("sent", {
    "emailStatus": ["Opened", "Clicked"], "replyTimeBetween": last_days(3), "leadCategories": {"unassigned": True}})]

audit = inbox("sent", {"campaignId": int(os.environ["CAMPAIGNS"].split(",")[0]),
                       "emailStatus": ["Accepted", "Opened", "Clicked", "Replied"]}, limit=20)
replied = sum(m["email_status"] == "Replied" for m in audit["messages"])

member = int(os.environ["TEAM_MEMBERS"].split(",")[0])
of_member = inbox("sent", {"campaignTeamMemberId": member}, limit=1)["total_count"]

everything = [m["email_lead_map_id"] for m in every("sent", sortBy="SENT_TIME_DESC")]
print(json.dumps({"warm": warm, "sent": audit["total_count"], "replied": replied, "of_member": of_member,
                  "everything": everything}))
