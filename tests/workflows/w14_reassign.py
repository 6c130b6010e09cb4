"""Hands over everything one member has to another, from the owner's key."""

import json
import os

from integration import call, every, inbox

leaving, staying = (int(id) for id in os.environ["TEAM_MEMBERS"].split(",")[:2])
for message in list(every("assigned-me", {"campaignTeamMemberId": leaving})):
    call("POST", "/master-inbox/update-team-member",
         {"email_lead_map_id": message["email_lead_map_id"], "team_member_id": staying})
print(json.dumps({member: inbox("assigned-me", {"campaignTeamMemberId": member}, limit=1)["total_count"]
                  for member in (leaving, staying)}))
