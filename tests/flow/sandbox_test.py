"""`outrider serve --sandbox`: the sample campaign runs from end to end, goes on after a restart, leaves nothing behind."""

import collections
import email
import imaplib
import os
import pathlib
import smtplib
import unittest

from support.outrider import Client, Database, Server, wait_until

OWNER = "sandbox@outrider.example"
RUN_S = 90


class Sandbox(Server):
    """The server with its world, fast, on ports of its own."""

    def __init__(self, database, speed=20):
        super().__init__(database, ["--sandbox", "--sandbox-speed", str(speed)], settings={"LOG_LEVEL": "info"})

    def owner(self):
        return Client(self, self.cli("key", "create", *self.database.arguments(), "--user", OWNER, "--name", "test",
                                     "--rate-limit", "0"))

    @property
    def folder(self):
        return self.database.folder / "sandbox"

    def ports(self):
        smtp, imap, _ = (self.folder / "ports").read_text().split()
        return int(smtp), int(imap)

    def processes(self):
        """Everything that runs for this data folder: the world and its Dovecot."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(self.folder) in command:
                found.append((int(entry.name), command.replace("\0", " ")))
        return found

    def mails(self, account):
        """Of one mailbox, by IMAP."""
        with imaplib.IMAP4("127.0.0.1", self.ports()[1]) as imap:
            imap.login(account, "sandbox")
            imap.select("INBOX", readonly=True)
            _, found = imap.search(None, "ALL")
            return [email.message_from_bytes(imap.fetch(number, "(RFC822)")[1][0][1]) for number in found[0].split()]


class SandboxTest(unittest.TestCase):
    # Slow enough to be killed with most of the campaign before it.
    speeds = {"test_the_sample_campaign_runs_goes_on_after_a_kill_and_leaves_nothing": 4}

    def setUp(self):
        self.database = Database()
        # Dovecot's user must get in when the test runs as root.
        os.chmod(self.database.folder, 0o755)
        self.addCleanup(self.database.remove)
        self.server = Sandbox(self.database, self.speeds.get(self._testMethodName, 20))
        self.addCleanup(self.end)

    def end(self):
        self.server.close()
        wait_until(lambda: not self.server.processes(), "the world ends with its server", 20)

    def analytics(self, api):
        campaign = next(c for c in api.get("/campaigns").json if c["name"] == "Sandbox sample")
        facts = api.get(f"/campaigns/{campaign['id']}/analytics").json
        return {name: int(facts[name + "_count"]) for name in
                ("sent", "unique_sent", "open", "click", "reply", "bounce", "unsubscribed")}

    def reached(self, api, goals):
        def look():
            self.seen = self.analytics(api)
            return all(self.seen[name] >= goal for name, goal in goals.items())
        try:
            wait_until(look, "the campaign's figures", RUN_S, 0.5)
        except AssertionError:
            self.fail(f"wanted {goals}, saw {self.seen}\n{self.server.log.read_text()[-3000:]}")

    def count(self, statement):
        return int(self.database.query(statement)[0][0])

    def assert_nothing_twice(self):
        doubled = self.database.query(
            "SELECT campaign_lead_id, step_id, count(*) FROM message WHERE direction = 0 AND kind = 0 AND at_ms IS NOT NULL"
            " GROUP BY campaign_lead_id, step_id HAVING count(*) > 1")
        self.assertEqual(doubled, [])

    def test_the_sample_campaign_runs_goes_on_after_a_kill_and_leaves_nothing(self):
        self.server.start()
        api = self.server.owner()
        self.reached(api, {"sent": 5})

        self.server.kill()
        wait_until(lambda: not self.server.processes(), "a killed server takes its world along", 20)
        sent_before = self.count("SELECT count(*) FROM message WHERE direction = 0 AND at_ms IS NOT NULL")
        ports = self.server.ports()

        self.server.start()
        self.assertEqual(self.server.ports(), ports)
        self.reached(api, {"sent": max(100, sent_before), "open": 20, "click": 5, "reply": 5, "bounce": 1})
        self.assert_nothing_twice()
        self.assertEqual(len(api.get("/campaigns").json), 1)
        self.assertEqual(len(api.get("/email-accounts").json), 3)
        replies = api.post("/master-inbox/inbox-replies", {"offset": 0, "limit": 20})
        self.assertEqual(replies.status, 200, replies)
        self.assertGreaterEqual(len(replies.json["data"]), 5)

        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.processes(), [])

    def test_every_temper_shows_in_a_campaign_of_ones_own(self):
        self.server.start()
        api = self.server.owner()
        smtp, imap = self.server.ports()
        saved = api.post("/email-accounts/save", {
            "from_name": "Eva Own", "from_email": "eva@sandbox.example", "user_name": "eva@sandbox.example",
            "password": "sandbox", "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_port_type": "NONE",
            "imap_host": "127.0.0.1", "imap_port": imap, "imap_port_type": "NONE", "warmup_enabled": False,
            "max_email_per_day": 1000})
        self.assertEqual(saved.status, 200, saved)
        refused = api.post("/email-accounts/save", {
            "from_name": "Eva", "from_email": "far@sandbox.example", "user_name": "far@sandbox.example",
            "password": "sandbox", "smtp_host": "192.0.2.1", "smtp_port": 587, "imap_host": "192.0.2.1",
            "imap_port": 993, "warmup_enabled": False})
        self.assertEqual(refused.status, 400, refused)

        # Over the wire, past the API: what each prospect does with one mail.
        words = ["keen", "refuser", "asker", "ooo", "stop", "dsn", "colleague", "forwarder"]
        with smtplib.SMTP("127.0.0.1", smtp) as session:
            session.login("eva@sandbox.example", "sandbox")
            for word in words:
                message = (f"From: Eva Own <eva@sandbox.example>\r\nTo: {word}.tester@firm.example\r\nSubject: Hello\r\n"
                           f"Date: Tue, 3 Mar 2026 09:00:00 +0000\r\nMessage-ID: <{word}.1@sandbox.example>\r\n\r\nHi\r\n")
                session.sendmail("eva@sandbox.example", [f"{word}.tester@firm.example"], message)
                # Some act on the second mail of a conversation.
                follow_up = message.replace(".1@", ".2@").replace(
                    "\r\n\r\nHi", f"\r\nIn-Reply-To: <{word}.1@sandbox.example>\r\nReferences: <{word}.1@sandbox.example>\r\n\r\nHi")
                session.sendmail("eva@sandbox.example", [f"{word}.tester@firm.example"], follow_up)
            for word, code in (("bounce", 550), ("full", 452), ("greylist", 450)):
                session.ehlo()
                session.mail("eva@sandbox.example")
                self.assertEqual(session.rcpt(f"{word}.tester@firm.example")[0], code)
                session.rset()
            session.mail("eva@sandbox.example")
            self.assertEqual(session.rcpt("greylist.tester@firm.example")[0], 250)

        mails = wait_until(lambda: (found := self.server.mails("eva@sandbox.example")) and len(found) >= len(words) and found,
                           "an answer of each", 60, 0.5)
        kinds = collections.Counter()
        for mail in mails:
            if mail.get_content_type() == "multipart/report":
                kinds["report"] += 1
            elif mail["Auto-Submitted"]:
                kinds["note"] += 1
            else:
                kinds["answer"] += 1
                self.assertRegex(mail["In-Reply-To"], r"^<\w+\.[12]@sandbox\.example>$")
        self.assertEqual(kinds, {"report": 1, "note": 1, "answer": 6})

    def test_unsubscribes_and_automatic_answers_are_told_apart(self):
        self.server.start()
        api = self.server.owner()
        self.reached(api, {"unsubscribed": 3, "bounce": 2, "reply": 8})
        by_rule = dict(self.database.query(
            "SELECT class_rule, count(*) FROM message WHERE direction = 1 GROUP BY class_rule"))
        self.assertIn("reply", by_rule)
        self.assertTrue(any(rule.startswith("auto") for rule in by_rule), by_rule)


if __name__ == "__main__":
    unittest.main()
