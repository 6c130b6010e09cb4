-- Sending mailboxes (on the wire: email accounts), what is known of their connection and their folders.

CREATE TABLE mailbox (
  workspace_id         BIGINT   NOT NULL,
  id                   /*+autoid*/,
  user_id              BIGINT   NOT NULL,
  client_id            BIGINT,
  from_name            TEXT     NOT NULL,
  from_email           TEXT     NOT NULL,      -- lower case
  kind                 SMALLINT NOT NULL,      -- mailboxes::Kind
  smtp_host            TEXT     NOT NULL,
  smtp_port            BIGINT   NOT NULL,
  smtp_security        SMALLINT NOT NULL,      -- mailboxes::Security
  smtp_user            TEXT     NOT NULL,
  smtp_secret          /*+blob*/,              -- sealed
  imap_host            TEXT     NOT NULL,
  imap_port            BIGINT   NOT NULL,
  imap_security        SMALLINT NOT NULL,
  imap_user            TEXT     NOT NULL,
  imap_secret          /*+blob*/,              -- sealed
  oauth_token          /*+blob*/,              -- sealed JSON
  reply_to             TEXT,
  bcc                  TEXT,
  signature            TEXT,
  custom_tracking_url  TEXT,
  timezone             TEXT,                   -- NULL = the workspace's
  max_email_per_day    BIGINT,                 -- campaign mail; NULL = the engine's default
  min_gap_minutes      BIGINT,                 -- on the wire: time_to_wait_in_mins
  is_suspended         SMALLINT NOT NULL DEFAULT 0,
  -- Warmup settings as given; the warmup engine owns the rest.
  warmup_enabled       SMALLINT NOT NULL DEFAULT 0,
  warmup_per_day       BIGINT,
  warmup_rampup        BIGINT,
  warmup_reply_rate    BIGINT,
  warmup_key           TEXT,
  warmup_created_at_ms BIGINT,
  -- The connection, kept by the circuit breaker (one per protocol).
  smtp_state           SMALLINT NOT NULL DEFAULT 0,   -- mailboxes::ConnectionState
  smtp_auth_failures   BIGINT   NOT NULL DEFAULT 0,   -- logins refused in a row
  smtp_failures        BIGINT   NOT NULL DEFAULT 0,   -- other failures in a row
  smtp_failing_since_ms BIGINT,
  smtp_retry_at_ms     BIGINT   NOT NULL DEFAULT 0,
  smtp_error           TEXT,
  imap_state           SMALLINT NOT NULL DEFAULT 0,
  imap_auth_failures   BIGINT   NOT NULL DEFAULT 0,
  imap_failures        BIGINT   NOT NULL DEFAULT 0,
  imap_failing_since_ms BIGINT,
  imap_retry_at_ms     BIGINT   NOT NULL DEFAULT 0,
  imap_error           TEXT,
  provider_limit_until_ms BIGINT NOT NULL DEFAULT 0,  -- the provider said "no more today"
  cap_halved_until_ms  BIGINT   NOT NULL DEFAULT 0,
  -- The clock all mail of the mailbox shares.
  last_send_at_ms      BIGINT   NOT NULL DEFAULT 0,
  next_slot_at_ms      BIGINT   NOT NULL DEFAULT 0,
  inbound_watermark_ms BIGINT   NOT NULL DEFAULT 0,   -- last complete scan of Inbox and Junk
  receive_lease_until_ms BIGINT NOT NULL DEFAULT 0,   -- the node that reads this mailbox
  receive_node         TEXT,
  send_lease_until_ms  BIGINT   NOT NULL DEFAULT 0,   -- the node that sends through this mailbox
  send_node            TEXT,
  created_at_ms        BIGINT   NOT NULL,
  updated_at_ms        BIGINT   NOT NULL,
  deleted_at_ms        BIGINT                         -- kept for history; its address may be added again
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX mailbox_address ON mailbox (workspace_id, from_email) WHERE deleted_at_ms IS NULL;
CREATE INDEX mailbox_list ON mailbox (workspace_id, client_id, id);
CREATE INDEX mailbox_live ON mailbox (id) WHERE deleted_at_ms IS NULL;

-- Accepted sends on one local date of the mailbox's zone (the caps count these, never wake-ups).
CREATE TABLE mailbox_day (
  workspace_id BIGINT NOT NULL,
  mailbox_id   BIGINT NOT NULL,
  local_date   BIGINT NOT NULL,                -- days since 1970-01-01
  sent         BIGINT NOT NULL DEFAULT 0,      -- campaign mail
  replies      BIGINT NOT NULL DEFAULT 0,      -- manual replies: not in the cap, but in the provider's ceiling
  PRIMARY KEY (workspace_id, mailbox_id, local_date)
);

-- How far each folder has been read.
CREATE TABLE mailbox_folder (
  workspace_id  BIGINT   NOT NULL,
  mailbox_id    BIGINT   NOT NULL,
  name          TEXT     NOT NULL,
  role          SMALLINT NOT NULL,             -- receiving::FolderKind
  uid_validity  BIGINT   NOT NULL,
  uid_next      BIGINT   NOT NULL,             -- every smaller UID has been read
  scanned_at_ms BIGINT   NOT NULL,
  PRIMARY KEY (workspace_id, mailbox_id, name)
);
