"""Executive report: the important conversations by category."""

import json

from integration import inbox

INTERESTED, MEETING = 1, 2

messages = inbox("important", {"leadCategories": {"categoryIdsIn": [INTERESTED, MEETING]}}, limit=20)["messages"]
by_category = {wanted: [m["lead"]["email"] for m in messages if m["category"]["id"] == wanted]
               for wanted in (INTERESTED, MEETING)}
companies = sorted({m["lead"]["company"] for m in messages if m["lead"]["company"]})
print(json.dumps({"interested": by_category[INTERESTED], "meeting": by_category[MEETING], "companies": companies,
                  "all": len(messages)}))
