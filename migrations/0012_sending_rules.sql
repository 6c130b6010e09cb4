-- Rules of sending that a person sets, and what the engine decides by.

-- Local dates without mail, as `2026-12-24,2026-12-25`. A campaign keeps its workspace's and its own.
ALTER TABLE workspace ADD COLUMN blackout_dates TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN blackout_dates TEXT NOT NULL DEFAULT '';

-- 1: also to people who got a first mail from another campaign within 24 hours.
ALTER TABLE campaign ADD COLUMN repeats_first_mail SMALLINT NOT NULL DEFAULT 0;

-- Since when nobody can log in (smtp_state 2): its leads go on with another mailbox two hours later.
ALTER TABLE mailbox ADD COLUMN smtp_disconnected_at_ms BIGINT;
UPDATE mailbox SET smtp_disconnected_at_ms = updated_at_ms WHERE smtp_state = 2;
CREATE INDEX mailbox_disconnected ON mailbox (smtp_disconnected_at_ms) WHERE smtp_disconnected_at_ms IS NOT NULL;

-- The bounce guard looks again from this many first mails on: after it has paused a campaign, 200 later.
ALTER TABLE campaign ADD COLUMN guard_from_sends BIGINT NOT NULL DEFAULT 0;
