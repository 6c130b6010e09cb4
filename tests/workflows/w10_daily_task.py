"""Daily task: one's own conversations that have a category, and those of one campaign."""

import json
import os

from integration import every

mine = [m["lead"]["email"] for m in every("assigned-me", {"leadCategories": {"isAssigned": True}})]
campaign = int(os.environ["CAMPAIGNS"].split(",")[0])
of_campaign = [m["lead"]["email"] for m in every("assigned-me", {"campaignId": campaign})]
print(json.dumps({"mine": mine, "of_campaign": of_campaign}))
