"""VIP digest: what important people of the campaigns tagged 5 wrote today, one line each."""

from integration import inbox, today

VIP_TAG = 5

page = inbox("important", {"campaignTagId": VIP_TAG, "emailStatus": "Replied", "replyTimeBetween": today()},
             sortBy="REPLY_TIME_DESC", limit=20)
for message in page["messages"]:
    lead = message["lead"]
    category = message.get("category", {}).get("name", "-")
    print(" | ".join([lead.get("title") or "-", lead["company"] or "-", lead["email"], category,
                      message["last_message"]["subject"]]))
