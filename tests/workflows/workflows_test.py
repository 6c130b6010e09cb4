"""The workflows of the acceptance list (W1 to W15): each script beside this file, as an integrator would write it, run
against the real binary, and what it prints held against the data."""

import contextlib
import datetime
import io
import json
import os
import pathlib
import runpy
import sys
import time
import unittest
import unittest.mock

from support.outrider import Client, ServerTest
from support.seed import Seed, instant, now_ms

FOLDER = pathlib.Path(__file__).resolve().parent
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
VIP_TAG = 5
CAMPAIGNS = 7
INTERESTED, MEETING, NOT_INTERESTED = 1, 2, 3
ACCEPTED, OPENED, CLICKED, REPLIED = 1, 2, 3, 6
STATUS = {ACCEPTED: "Accepted", OPENED: "Opened", CLICKED: "Clicked", REPLIED: "Replied"}


class Fact:
    """What the data set knows of a conversation."""

    def __init__(self, thread, **facts):
        self.thread = thread
        self.id = str(thread.id)
        self.email = thread.email
        self.__dict__ |= facts


class WorkflowTest(ServerTest):
    settings = {"ROLES": "api"}

    @classmethod
    def setUpClass(cls):
        cls.wait_past_midnight()
        cls.test_clock = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        super().setUpClass()
        cls.key = cls.api.key
        cls.limited = cls.server.cli("key", "create", *cls.server.database.arguments(), "--user", "owner@team.example",
                                     "--name", "limited", "--rate-limit", "5")
        for name in ("petra", "omar"):
            cls.server.create_key(f"{name}@team.example", name.capitalize(), "member")
        cls.now = now_ms()
        cls.facts = []
        cls.seed()

    @staticmethod
    def wait_past_midnight():
        """What came in "today" must stay today's until the last script has run."""
        while datetime.datetime.now(datetime.timezone.utc).strftime("%H:%M") >= "23:57":
            time.sleep(5)

    @classmethod
    def seed(cls):
        seed = Seed(cls.server.database)
        seed.insert("tag", id=VIP_TAG, name="VIP", color="#f00", created_at_ms=0)
        cls.campaigns = [seed.campaign(f"Campaign {number}") for number in range(CAMPAIGNS)]
        seed.insert("campaign_tag", tag_id=VIP_TAG, campaign_id=cls.campaigns[0])
        cls.mailboxes = [seed.mailbox(f"box{number}@relaypost.example") for number in range(3)]
        for number in range(90):
            cls.add(seed, number)
        seed.flush()
        cls.add_foreign()

    @classmethod
    def add(cls, seed, number):
        """A conversation; what it is follows from its number, each fact with another period."""
        status = (REPLIED, REPLIED, OPENED, REPLIED, CLICKED, REPLIED, ACCEPTED)[(number // 7 + number) % 7]
        age = (number % 5) * 26 * HOUR + (number + 1) * 20_000
        at_ms = cls.now - age
        category = (None, INTERESTED, MEETING, NOT_INTERESTED)[number % 4]
        assigned = (None, 2, 3)[number % 3] if number % 2 else 1
        facts = {"is_important": int(number % 6 == 1), "importance_score": 60 if number % 6 == 1 else 0, "is_read": int(number % 4 == 3),
                 "assigned_user_id": assigned, "category_id": category, "email_status": status}
        if status in (OPENED, CLICKED):
            facts |= {"open_count": 1, "last_open_at_ms": at_ms, "engaged_at_ms": at_ms}
        if status == CLICKED:
            facts |= {"click_count": 1, "last_click_at_ms": at_ms}
        lead = {"first_name": f"Lead{number}", "company_name": f"Firm {number % 3}" if number % 5 else None,
                "custom_fields": json.dumps({"Title": "CEO"} if number % 2 else {})}
        campaign = cls.campaigns[number % CAMPAIGNS]
        replied = status == REPLIED
        thread = seed.conversation(
            campaign, cls.mailboxes[number % 3], email=f"lead{number}@firm{number}.example", lead={k: v for k, v in lead.items() if v},
            replied_at_ms=at_ms if replied else None, sent_at_ms=at_ms - HOUR, subject=f"Subject {number}",
            text=("Our budget is open, call me" if number % 2 else "Tell me more") + f" {number}", **facts)
        cls.facts.append(Fact(thread, at_ms=at_ms, campaign=campaign, replied=replied, status=status, category=category,
                              assigned=assigned, important=facts["is_important"], read=facts["is_read"], number=number,
                              company=lead["company_name"], title="CEO" if number % 2 else None, sent_at_ms=at_ms - HOUR))

    @classmethod
    def add_foreign(cls):
        """Another workspace, full of what the filters ask for."""
        foreign = Client(cls.server, cls.server.create_key("else@other.example", "Else"))
        assert foreign.get("/campaigns").json == []
        seed = Seed(cls.server.database, workspace_id=2)
        campaign, mailbox = seed.campaign("Foreign"), seed.mailbox("x@other.example")
        for number in range(25):
            seed.conversation(campaign, mailbox, email=f"foreign{number}@other.example", replied_at_ms=cls.now - number * MINUTE,
                              is_important=1, category_id=1)
        seed.flush()

    # ---- Running a script and knowing what it should find.

    def run_script(self, name, key=None, sleep=time.sleep):
        """What the script printed."""
        given = {"OUTRIDER_URL": f"http://127.0.0.1:{self.server.port}", "OUTRIDER_API_KEY": key or self.key, "TEAM_MEMBERS": "2,3",
                 "CAMPAIGNS": ",".join(map(str, self.campaigns)), "CHECKPOINT": instant(self.now - 30 * HOUR)}
        printed = io.StringIO()
        with unittest.mock.patch.dict(os.environ, given), unittest.mock.patch.object(sys, "path", [str(FOLDER), *sys.path]), \
                unittest.mock.patch("time.sleep", sleep), contextlib.redirect_stdout(printed):
            runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
        return printed.getvalue()

    def run_json(self, name, **options):
        return json.loads(self.run_script(name, **options))

    def matching(self, condition, by="at_ms"):
        """Facts, newest first as the lists sort them."""
        return sorted((fact for fact in self.facts if condition(fact)), key=lambda fact: (getattr(fact, by), fact.thread.id), reverse=True)

    def by_reply(self, condition):
        """As REPLY_TIME_DESC sorts them: answered ones by their answer, then the others by what was sent."""
        return sorted((fact for fact in self.facts if condition(fact)), reverse=True,
                      key=lambda fact: (fact.replied, fact.at_ms if fact.replied else fact.sent_at_ms, fact.thread.id))

    def replied(self, condition=lambda fact: True):
        return self.matching(lambda fact: fact.replied and condition(fact))

    def midnight_ms(self):
        return now_ms() // DAY * DAY

    # ---- The workflows.

    def test_W01_vip_digest(self):
        wanted = self.replied(lambda fact: fact.important and fact.campaign == self.campaigns[0] and fact.at_ms >= self.midnight_ms())
        names = {None: "-", INTERESTED: "Interested", MEETING: "Meeting Request", NOT_INTERESTED: "Not Interested"}
        self.assertEqual(self.run_script("w01_vip_digest").splitlines(), [
            f"{fact.title or '-'} | {fact.company or '-'} | {fact.email} | {names[fact.category]} | Re: Subject {fact.number}"
            for fact in wanted[:20]])

    def test_W02_executive_report(self):
        report = self.run_json("w02_executive_report")
        wanted = self.by_reply(lambda fact: fact.important and fact.category in (INTERESTED, MEETING))
        self.assertTrue(wanted)
        self.assertEqual(report["all"], len(report["interested"]) + len(report["meeting"]))
        self.assertEqual(sorted(report["interested"]), sorted(f.email for f in wanted[:20] if f.category == INTERESTED))
        self.assertEqual(sorted(report["meeting"]), sorted(f.email for f in wanted[:20] if f.category == MEETING))
        self.assertEqual(report["companies"], sorted({f.company for f in wanted[:20] if f.company}))

    def test_W03_daily_check(self):
        found = self.run_json("w03_daily_check")
        self.assertEqual(found["unread"], found["view"])
        self.assertEqual(found["unread"], [f.id for f in self.replied(lambda f: not f.read and f.at_ms >= self.midnight_ms())])

    def test_W04_hot_leads(self):
        found = self.run_json("w04_hot_leads")
        wanted = self.replied(lambda f: f.category in (INTERESTED, MEETING) and f.at_ms >= now_ms() - 3 * DAY)
        self.assertTrue(wanted)
        self.assertEqual(found, [[f.email, instant(f.at_ms)] for f in wanted[:20]])

    def test_W05_workload(self):
        found = self.run_json("w05_workload")
        self.assertEqual(found, {str(member): len(self.replied(lambda f, m=member: f.assigned == m)) for member in (2, 3)})
        owner = self.api.post("/master-inbox/inbox-replies", {"filters": {"campaignTeamMemberId": 1}, "limit": 1}).json["total_count"]
        assigned = len(self.replied(lambda f: f.assigned is not None))
        self.assertEqual(sum(found.values()) + owner, assigned, "the members together have what is assigned")

    def test_W06_campaign_monitor(self):
        found = self.run_json("w06_campaign_monitor")
        self.assertEqual(len(found["wanted"]), 5)
        self.assertLessEqual(set(found["wanted"]), set(self.campaigns))
        self.assertEqual(found["counts"], {str(campaign): len(self.replied(lambda f, c=campaign: f.campaign == c))
                                           for campaign in found["wanted"]})

    def test_W07_list_then_open_one(self):
        found = self.run_json("w07_open_one")
        self.assertEqual(found["listed"], self.replied()[0].id)
        self.assertEqual((found["opened"], found["count"]), (found["listed"], 1))
        self.assertEqual([direction.lower() for direction in found["history"]], ["outbound", "inbound"])
        self.assertIs(found["listed_history"], False)

    def test_W08_progressive_narrowing(self):
        counts = self.run_json("w08_progressive")
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertEqual(counts[0], len(self.replied()))
        last = self.replied(lambda f: f.category in (INTERESTED, MEETING) and f.at_ms >= now_ms() - 3 * DAY
                            and f.campaign in self.campaigns[:5] and f.number % 2)
        self.assertEqual(counts[-1], len(last))

    def test_W09_error_handler(self):
        found = self.run_json("w09_error_handler", key=self.limited, sleep=self.server.advance)
        self.assertEqual((found["refused"]["status"], found["refused"]["field"], found["refused"]["max"]), (422, "filters.campaignId", 5))
        self.assertTrue(found["refused"]["error"])
        self.assertEqual(len(found["waits"]), 1, "the retry after the wait succeeds")
        self.assertLessEqual(found["waits"][0], 60)
        self.assertEqual(found["total"], len(self.replied()))

    def test_W10_daily_task(self):
        found = self.run_json("w10_daily_task")
        mine = lambda f: f.assigned == 1
        self.assertEqual(found["mine"], [f.email for f in self.by_reply(lambda f: mine(f) and f.category is not None)])
        self.assertEqual(found["of_campaign"], [f.email for f in self.by_reply(lambda f: mine(f) and f.campaign == self.campaigns[0])])

    def test_W11_follow_up_search(self):
        found = self.run_json("w11_follow_up_search")
        warm = self.matching(lambda f: f.status in (OPENED, CLICKED) and f.at_ms >= now_ms() - 3 * DAY and f.category is None)
        self.assertTrue(warm)
        self.assertEqual(sorted(found["warm"]), sorted(f.email for f in warm))
        of_campaign = self.matching(lambda f: f.campaign == self.campaigns[0])
        self.assertEqual(found["sent"], len(of_campaign))
        self.assertEqual(found["replied"], sum(f.replied for f in of_campaign))
        self.assertEqual(found["of_member"], len(self.matching(lambda f: f.assigned == 2)))
        self.assertEqual(found["everything"], [f.id for f in self.matching(lambda f: True, by="sent_at_ms")])

    def test_W12_start_broad_then_narrow(self):
        found = self.run_json("w12_start_broad")
        steps = [lambda f: f.campaign == self.campaigns[0]]
        steps.append(lambda f: steps[0](f) and f.status in (REPLIED, OPENED))
        steps.append(lambda f: steps[1](f) and f.category == INTERESTED)
        for ids, condition in zip(found, steps):
            self.assertEqual(sorted(ids), sorted(f.id for f in self.matching(condition)))

    def test_W13_bulk_mark_read(self):
        found = self.run_json("w13_mark_read")
        unread = self.replied(lambda f: not f.read and f.campaign == self.campaigns[1])
        self.assertTrue(unread)
        self.assertEqual(found, {"marked": [f.id for f in unread], "left": 0})
        for fact in unread:
            fact.read = 1

    def test_W14_reassign(self):
        before = [self.api.post("/master-inbox/assigned-me", {"filters": {"campaignTeamMemberId": member}, "limit": 1}).json["total_count"]
                  for member in (2, 3)]
        self.assertTrue(all(before))
        self.assertEqual(self.run_json("w14_reassign"), {"2": 0, "3": sum(before)})

    def test_W15_sync_loop(self):
        found = self.run_json("w15_sync_loop")
        wanted = self.replied(lambda f: not f.read and f.at_ms >= (self.now - 30 * HOUR) // 1000 * 1000)
        self.assertTrue(wanted)
        category = lambda f: MEETING if f.number % 2 else INTERESTED
        self.assertEqual(found, [[f.id, True, category(f)] for f in wanted])
        shown = {item["email_lead_map_id"]: item["category"]["id"] for offset in range(0, len(self.facts), 20)
                 for item in self.api.post("/master-inbox/inbox-replies", {"offset": offset}).json["messages"] if "category" in item}
        self.assertEqual({f.id: shown[f.id] for f in wanted}, {f.id: category(f) for f in wanted})


if __name__ == "__main__":
    unittest.main()
