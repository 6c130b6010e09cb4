"""Passwords and keys stand in no log, no answer and no table as they are."""

import base64
import unittest

from support.campaign import FlowTest, PASSWORD, answer_to, step


class SecretsTest(FlowTest):
    flow_settings = {"LOG_LEVEL": "debug"}

    def test_no_secret_in_logs_answers_or_the_database(self):
        box = self.mailbox()
        self.campaign([step("Hello", "<p>Hello</p>")], [box], ["jane@a.example", "joe@b.example"])
        received = self.peer.wait_for(2)
        box.deliver(answer_to(received[0], "Yes"))
        self.eventually(self.inbox, "the reply")
        self.refused_logins(box)
        self.requests_with_keys()
        answers = self.api.get(f"/email-accounts/{box.id}").body + self.api.get("/email-accounts/").body
        self.server.stop()

        log = self.server.log.read_bytes()
        self.assertGreater(len(log), 200, "it did log")
        secrets = [PASSWORD, "the wrong horse", self.api.key]
        for secret in secrets:
            for form in self.forms(secret, box.address):
                self.assertNotIn(form, log, secret)
                self.assertNotIn(form, answers, secret)
        self.assertNotIn(PASSWORD, self.stored(box))
        self.server.start()

    def forms(self, secret, user):
        raw = secret.encode()
        plain = b"\0" + user.encode() + b"\0" + raw
        quoted = secret.replace(" ", "%20").encode(), secret.replace(" ", "+").encode()
        return {raw, base64.b64encode(raw), base64.b64encode(plain), *quoted}

    def refused_logins(self, box):
        body = {
            "from_name": "Ann", "from_email": "m9@sender.example", "user_name": "m9@sender.example",
            "password": "the wrong horse", "smtp_host": "127.0.0.1", "smtp_port": self.peer.port,
            "smtp_port_type": "NONE", "imap_host": "127.0.0.1", "imap_port": self.world.dovecot.imap_port,
            "imap_port_type": "NONE", "warmup_enabled": False,
        }
        answer = self.api.post("/email-accounts/save", body)
        self.assertEqual(answer.status, 400)
        self.assertNotIn(b"the wrong horse", answer.body)

    def requests_with_keys(self):
        for auth in ("query", "header", "bearer"):
            self.assertEqual(self.api.get("/campaigns", auth=auth).status, 200)
        self.assertEqual(self.api.get("/campaigns/999999").status, 404)
        broken = self.server.exchange("GET", f"/api/v1/nothing?api_key={self.api.key}")
        self.assertEqual(broken.status, 404)
        self.assertNotIn(self.api.key.encode(), broken.body)

    def stored(self, box):
        columns = "smtp_secret" if self.server.database.url is None else "encode(smtp_secret, 'escape')"
        return str(self.server.database.query(f"SELECT {columns} FROM mailbox WHERE id = {box.id}"))


if __name__ == "__main__":
    unittest.main()
