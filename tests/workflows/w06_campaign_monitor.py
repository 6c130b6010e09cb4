"""Campaign monitor: the answers of five campaigns at once, counted by campaign."""

import collections
import json

from integration import call, every

CAMPAIGNS_AT_ONCE = 5

wanted = [campaign["id"] for campaign in call("GET", "/campaigns")][:CAMPAIGNS_AT_ONCE]
counts = collections.Counter(message["campaign"]["id"] for message in every("inbox-replies", {"campaignId": wanted}))
print(json.dumps({"wanted": wanted, "counts": counts}))
