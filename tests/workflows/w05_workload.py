"""Workload: how many answered conversations each member of the team has."""

import json
import os

from integration import inbox

members = [int(id) for id in os.environ["TEAM_MEMBERS"].split(",")]
print(json.dumps({member: inbox("inbox-replies", {"campaignTeamMemberId": member, "emailStatus": "Replied"}, limit=1)["total_count"]
                  for member in members}))
