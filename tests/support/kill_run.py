"""kill -9 at random instants while mail goes out, and the reckoning: the SMTP server's log against the ledger.

The log is the truth about what was received: each line was on the disk before the server answered. A message that was
answered 2xx ("accepted") and one whose connection ended first ("unanswered") were both received.
"""

import random
import time
from collections import Counter

from support.campaign import (CLAIMED, HOUR, MailWorld, SENDING, SENT, UNCONFIRMED, UNKNOWN, make_campaign, add_mailbox,
                              step, today_at, without_gap)
from support.imap_peer import ImapPeer
from support.outrider import ENGINE, Server, wait_until

LEADS_AT_ONCE = 400
SETTLE_S = 60
STEPS = [step("A question, {{first_name}}", "<p>Hi {{first_name}}, {is|would} this {be |}for you?</p>")]


class KillRun:
    """Twenty mailboxes, one campaign, gap 0. `jitter_s` is the longest pause of the peer before each of its answers."""

    def __init__(self, seed, mailboxes=20, jitter_s=0.03):
        self.random = random.Random(seed)
        self.seed = seed
        self.kills = 0
        self.lead_count = 0
        self.world = MailWorld(mailboxes=mailboxes, imap=False)
        self.imap = ImapPeer()
        self.peer = self.world.new_peer(keep_data=False, jitter=(seed, jitter_s))
        self.server = Server(test_clock=today_at(10), settings={"SEND_GAP_SECONDS": "0", "LOG_LEVEL": "warn"})
        self.server.start()
        self.api = self.server.client()
        boxes = [add_mailbox(self.api, self.world, peer=self.peer, imap_port=self.imap.port) for _ in range(mailboxes)]
        self.campaign = make_campaign(self.api, STEPS, boxes, self.new_leads(1), start=False)
        without_gap(self.server, self.campaign)
        self.campaign.start()

    def close(self):
        self.server.close()
        self.imap.stop()
        self.world.stop()

    def new_leads(self, count):
        first = self.lead_count
        self.lead_count += count
        return [f"lead{number}@prospect{number % 50}.example" for number in range(first, first + count)]

    def count_states(self):
        """How many ledger rows are in each state."""
        rows = self.server.database.query("SELECT state, COUNT(*) FROM outgoing GROUP BY state")
        return {int(state): int(count) for state, count in rows}

    # Killing

    def kill_at_random(self, kills, shortest_s=0.1, longest_s=0.8):
        """One kill in eight comes while the program is still starting."""
        for _ in range(kills):
            if self.lead_count - self.done() < LEADS_AT_ONCE:
                self.campaign.add_leads(self.new_leads(LEADS_AT_ONCE))
            time.sleep(self.random.uniform(shortest_s, longest_s))
            self._kill()
            ready = self.server.spawn()
            if self.random.random() < 0.125:
                time.sleep(self.random.uniform(0, 0.3))
                self._kill()
                ready = self.server.spawn()
            if not ready.wait(30):
                raise AssertionError("the server did not come back:\n" + self.server.log.read_text()[-4000:])

    def kill_in_data(self, kills):
        """Each kill comes while the server has had a whole message and has not answered."""
        wait_until(lambda: self.count_states().get(SENT) == self.lead_count, "the first mail is sent")
        self.peer.rule("dot", seconds=30)
        for _ in range(kills):
            self.campaign.add_leads(self.new_leads(1))
            wait_until(lambda: len(self.peer.received()) == self.lead_count, "a message is in DATA", 20)
            self._kill()
            self.server.start()
        self.peer.rules.replace([])

    def _kill(self):
        self.server.kill()
        self.kills += 1

    def done(self):
        return sum(count for state, count in self.count_states().items() if state != CLAIMED)

    # Reckoning

    def finish(self):
        """Lets everything go out, and the unknown become unconfirmed."""
        wait_until(lambda: self.done() >= self.lead_count, "every lead's mail was tried", 300, 0.2)
        deadline = time.monotonic() + SETTLE_S
        while set(self.count_states()) & {CLAIMED, SENDING, UNKNOWN}:
            if time.monotonic() > deadline:
                raise AssertionError(f"rows are left over: {self.count_states()}")
            self.server.advance(HOUR)
            time.sleep(0.3)

    def reckon(self):
        """What the log and the ledger say; `faults` is empty when both agree."""
        received = [entry for entry in self.peer.received() if entry["outcome"] != "refused"]
        by_lead = Counter(entry["to"][0] for entry in received)
        by_id = Counter(entry["message_id"] for entry in received)
        rows = self.server.database.query(
            "SELECT lead.email, outgoing.state, outgoing.header_id FROM outgoing"
            " JOIN campaign_lead ON campaign_lead.id = outgoing.campaign_lead_id"
            " JOIN lead ON lead.id = campaign_lead.lead_id")
        ledger = {address: (int(state), header) for address, state, header in rows}
        listed = self._listed()

        faults = [f"{address} got {count} mails" for address, count in by_lead.items() if count > 1]
        faults += [f"Message-ID {header} came {count} times" for header, count in by_id.items() if count > 1]
        faults += [f"{address} is not in the ledger" for address in by_lead if address not in ledger]
        unconfirmed_received = 0
        for number in range(self.lead_count):
            address = f"lead{number}@prospect{number % 50}.example"
            state, _ = ledger.get(address, (None, None))
            if state == UNCONFIRMED:
                unconfirmed_received += by_lead[address]
                if address not in listed:
                    faults.append(f"{address} is unconfirmed and not listed")
            elif state != SENT:
                faults.append(f"{address} is lost: state {state}")
            elif by_lead[address] == 0:
                faults.append(f"{address} was never received, the ledger says sent")
        unconfirmed = sum(1 for state, _ in ledger.values() if state == UNCONFIRMED)
        return {
            "engine": ENGINE, "seed": self.seed, "kills": self.kills, "leads": self.lead_count,
            "received": len(received), "sent": sum(1 for state, _ in ledger.values() if state == SENT),
            "unconfirmed": unconfirmed, "unconfirmed but received": unconfirmed_received,
            "lost": sum("lost" in fault or "never received" in fault for fault in faults),
            "doubled": sum("mails" in fault for fault in faults), "faults": faults,
        }

    def _listed(self):
        found, total = set(), 1
        while len(found) < total:
            answer = self.api.get("/outgoing", query={"state": "UNCONFIRMED", "limit": 100, "offset": len(found)})
            assert answer.status == 200, answer
            total = answer.json["total_count"]
            page = [row["email"] for row in answer.json["data"]]
            if not page:
                break
            found.update(page)
        return found
