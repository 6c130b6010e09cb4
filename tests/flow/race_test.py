"""Stops against due mail: whatever is acknowledged first holds.

Hundreds of follow-ups fall due in one instant. While they leave, replies arrive, people unsubscribe, leads are paused,
blocked and deleted, campaigns paused, stopped and deleted, in an order that a seed gives. After each acknowledgement the ledger is
read: only a mail that had begun to leave by then may still arrive, and no other mail to that person ever does.

OUTRIDER_TEST_SEED repeats a run.
"""

import concurrent.futures
import os
import random
import re
import sys
import threading
import time
import unittest

from support.campaign import CLAIMED, DAY, FlowTest, answer_to, message_of, step
from support.snapshot import Snapshot

SEED = int(os.environ.get("OUTRIDER_TEST_SEED", time.time_ns() % 1_000_000))
LEADS = 60  # in each campaign
MAILBOXES = 4
STOPPERS = 8
DAYS = 3
PAUSES = 12
STEPS = [step("Hello", "<p>Hello</p>")] + [step("", f"<p>Day {day}</p>", after_days=1) for day in range(1, DAYS + 1)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_INTERESTED, DO_NOT_CONTACT = 3, 4
# A mail that had begun is through within this time.
ON_THE_WIRE_S = 5


class Stopped:
    """An acknowledged stop: when, which mails had begun by then, and when it was taken back, if ever."""

    def __init__(self, how, at, begun, until=float("inf")):
        self.how, self.at, self.begun, self.until = how, at, begun, until


class RaceTest(FlowTest):
    def setUp(self):
        super().setUp()
        print(f"race seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)
        self.stopped = {}  # (campaign id, address) -> Stopped
        self.pauses = []  # (campaign, Stopped)
        self.lock = threading.Lock()
        self.ledger_reader = Snapshot(self.server.database)
        self.addCleanup(self.ledger_reader.close)

    # ---- How somebody is stopped. Each returns once the server has said so.

    def unsubscribe_by_link(self, campaign, address):
        """Says so to the whole workspace."""
        url = re.search(r"<(http[^>]+)>", message_of(self.first_mail[address])["List-Unsubscribe"]).group(1)
        self.assertEqual(self.hit(url, "POST", b"List-Unsubscribe=One-Click", **FORM).status, 200)

    def unsubscribe_by_call(self, campaign, address):
        self.ok(self.api.post(f"{self.lead_path(campaign, address)}/unsubscribe"))

    def pause_lead(self, campaign, address):
        answer = self.api.post(f"{self.lead_path(campaign, address)}/pause")
        self.assertIn(answer.status, (200, 422), answer)  # 422: it was at its end already
        return answer.status == 200

    def delete_lead(self, campaign, address):
        self.ok(self.api.delete(self.lead_path(campaign, address)))

    def block(self, campaign, address):
        self.ok(self.api.post("/leads/add-domain-block-list", {"domain_block_list": [address]}))

    def say_not_interested(self, campaign, address):
        self.ok(self.api.post(f"{self.lead_path(campaign, address)}/category", {"category_id": NOT_INTERESTED}))

    def do_not_contact(self, campaign, address):
        """In the inbox, where a person works."""
        self.ok(self.api.patch("/master-inbox/update-category", {
            "email_lead_map_id": self.threads[campaign.id, address], "category_id": DO_NOT_CONTACT}))

    def reply(self, campaign, address):
        """Acknowledged when the inbox shows it."""
        mail = self.first_mail[address]
        box = next(box for box in self.boxes if box.address == mail["from"])
        box.deliver(answer_to(mail, "No more, thank you."))

        def is_shown():
            return self.inbox(campaignId=[campaign.id], search=address[:30])

        self.eventually(is_shown, f"the reply of {address} is in the inbox", seconds=30)

    def lead_path(self, campaign, address):
        return f"{campaign.path}/leads/{self.lead_ids[campaign.id, address]}"

    def ok(self, answer):
        self.assertEqual(answer.status, 200, answer)

    # ---- What had begun when it was said.

    def begun(self, condition):
        """Message-IDs of mails that are past the last look, by thread."""
        with self.lock:
            rows = self.ledger_reader.ask("SELECT campaign_id, campaign_lead_id, header_id FROM outgoing"
                                          f" WHERE state <> {CLAIMED} AND {condition}")
        found = {}
        for campaign_id, thread_id, header_id in rows:
            found.setdefault((int(campaign_id), int(thread_id)), set()).add(f"<{header_id}>")
        return found

    def stop_lead(self, how, campaign, address):
        if getattr(self, how)(campaign, address) is False:
            return
        at = time.time()
        thread = self.threads[campaign.id, address]
        begun = self.begun(f"campaign_lead_id = {thread}").get((campaign.id, thread), set())
        self.stopped.setdefault((campaign.id, address), Stopped(how, at, begun))

    def stop_campaign(self, how, campaign):
        if how == "DELETE":
            campaign.pause()
            self.ok(self.api.delete(campaign.path))
        else:
            campaign.set_status(how)
        at = time.time()
        begun = self.begun(f"campaign_id = {campaign.id}")
        for (campaign_id, address), thread in self.threads.items():
            if campaign_id == campaign.id:
                mails = begun.get((campaign.id, thread), set())
                self.stopped.setdefault((campaign_id, address), Stopped(how, at, mails))

    def pause_again_and_again(self, campaign):
        """Short pauses while the campaign's mail is due; in each nothing new begins."""
        for _ in range(PAUSES):
            try:
                campaign.pause()
            except AssertionError:
                if campaign.status == "COMPLETED":  # all its mail was quicker
                    return
                raise
            at = time.time()
            begun = self.begun(f"campaign_id = {campaign.id}")
            time.sleep(self.random.uniform(0.02, 0.1))
            self.pauses.append((campaign, Stopped("a short pause", at, set().union(*begun.values()), time.time())))
            campaign.start()
            time.sleep(self.random.uniform(0, 0.1))

    # ---- The flow.

    def begin(self):
        self.boxes = [self.mailbox(f"Box {number}") for number in range(MAILBOXES)]
        self.campaigns = [
            self.campaign(STEPS, self.boxes, [f"l{number}@c{which}.example" for number in range(LEADS)], name=f"Race {which}")
            for which in range(5)]
        total = LEADS * len(self.campaigns)
        self.first_mail = {entry["to"][0]: entry for entry in self.peer.wait_for(total, 60)}
        self.eventually(lambda: not self.ledger_reader.ask("SELECT 1 FROM outgoing WHERE state <> 2"), "all is settled", 30)
        rows = self.ledger_reader.ask("SELECT campaign_lead.campaign_id, lead.email, campaign_lead.id, lead.id FROM campaign_lead"
                                      " JOIN lead ON lead.id = campaign_lead.lead_id")
        known = {campaign.id for campaign in self.campaigns}
        self.threads = {(int(c), email): int(thread) for c, email, thread, _ in rows if int(c) in known}
        self.lead_ids = {(int(c), email): int(lead) for c, email, _, lead in rows if int(c) in known}

    def plan_of(self, day):
        """What is stopped on one day, in the order of the seed."""
        by_lead = ["unsubscribe_by_link", "unsubscribe_by_call", "pause_lead", "delete_lead", "block",
                   "say_not_interested", "do_not_contact", "reply"]
        plan = []
        for campaign in self.campaigns[:3]:
            free = [f"l{number}@c{self.campaigns.index(campaign)}.example" for number in range(LEADS)]
            free = [address for address in free if (campaign.id, address) not in self.stopped]
            chosen = self.random.sample(free, min(len(free), LEADS // 3))
            plan += [("lead", self.random.choice(by_lead), campaign, address) for address in chosen]
        self.random.shuffle(plan)
        if day == 1:
            plan.insert(len(plan) // 3, ("campaign", "PAUSED", self.campaigns[3]))
        if day == 2:
            plan.insert(len(plan) // 4, ("campaign", "DELETE", self.campaigns[4]))
        if day == DAYS:
            plan.insert(len(plan) // 2, ("campaign", "STOPPED", self.campaigns[0]))
        return plan

    def run_day(self, day):
        plan = self.plan_of(day)
        count = len(self.peer.received())
        self.server.advance(DAY)
        self.peer.wait_for(count + 1, 30)  # the inboxes are read and the first follow-ups leave
        with concurrent.futures.ThreadPoolExecutor(STOPPERS) as pool:
            done = [pool.submit(self.pause_again_and_again, self.campaigns[2])]
            done += [pool.submit(self.stop_lead if what == "lead" else self.stop_campaign, *rest) for what, *rest in plan]
            for one in done:
                one.result()
        self.settle()

    def settle(self):
        """Until nothing more leaves."""
        count = -1
        while count != len(self.peer.received()):
            count = len(self.peer.received())
            time.sleep(1)

    def test_nothing_leaves_after_a_stop_was_acknowledged(self):
        self.peer.rule("mail", seconds=0.01)  # a claim waits a moment before its last look, and
        self.peer.rule("data", seconds=0.01)  # is on the wire for a moment after it
        self.begin()
        for day in range(1, DAYS + 1):
            self.run_day(day)
        self.assertGreater(len(self.stopped), LEADS, "somebody was stopped")
        late, wrong = self.judge()
        print(f"race seed {SEED}: {len(self.peer.received())} mails, {len(self.stopped)} stops,"
              f" {late} mails on the wire at a stop", file=sys.stderr)
        self.assertEqual(wrong, [], f"seed {SEED}")
        doubled = [key for key, times in self.copies().items() if times > 1]
        self.assertEqual(doubled, [], "nothing is sent twice")
        self.assertNotIn("sending.not_stored", self.server.log.read_text(errors="replace"))

    def judge(self):
        by_address = {}
        for (campaign_id, address), stopped in self.stopped.items():
            by_address[address] = stopped
        late, wrong = 0, []
        for entry in self.peer.received():
            address = entry["to"][0]
            which = int(address.partition("@c")[2].partition(".")[0])
            stops = [stopped for campaign, stopped in self.pauses if campaign is self.campaigns[which]]
            if address in by_address:
                stops.append(by_address[address])
            stopped = next((one for one in stops if one.at < entry["at"] <= one.until), None)
            if not stopped:
                continue
            after = f"{entry['at'] - stopped.at:.3f} s after {stopped.how}"
            if entry["message_id"] not in stopped.begun:
                wrong.append(f"{address}: {entry['message_id']} left {after}")
            elif entry["at"] > stopped.at + ON_THE_WIRE_S:
                wrong.append(f"{address}: {entry['message_id']} was on the wire until {after}")
            else:
                late += 1
        return late, wrong

    def copies(self):
        times = {}
        for entry in self.peer.received():
            times[entry["message_id"]] = times.get(entry["message_id"], 0) + 1
        return times


if __name__ == "__main__":
    unittest.main()
