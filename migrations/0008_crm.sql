-- What people write down about leads and plan with them, and the files of mail they write.

CREATE TABLE lead_note (
  workspace_id     BIGINT NOT NULL,
  id               /*+autoid*/,
  lead_id          BIGINT NOT NULL,
  campaign_lead_id BIGINT NOT NULL,            -- where it was written
  user_id          BIGINT NOT NULL,
  text             TEXT   NOT NULL,
  created_at_ms    BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX lead_note_of_lead ON lead_note (workspace_id, lead_id, id);

CREATE TABLE lead_task (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  lead_id          BIGINT   NOT NULL,
  campaign_lead_id BIGINT   NOT NULL,
  user_id          BIGINT   NOT NULL,
  name             TEXT     NOT NULL,
  description      TEXT,
  priority         SMALLINT NOT NULL,          -- leads::TaskPriority
  due_at_ms        BIGINT,
  status           SMALLINT NOT NULL DEFAULT 0,      -- leads::TaskStatus
  created_at_ms    BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX lead_task_of_lead ON lead_task (workspace_id, lead_id, due_at_ms, id);

CREATE TABLE reminder (
  workspace_id     BIGINT NOT NULL,
  id               /*+autoid*/,
  campaign_lead_id BIGINT NOT NULL,
  message_id       BIGINT NOT NULL,            -- what it is about
  user_id          BIGINT NOT NULL,
  text             TEXT   NOT NULL,
  remind_at_ms     BIGINT NOT NULL,
  created_at_ms    BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX reminder_time ON reminder (workspace_id, remind_at_ms, id);
CREATE INDEX reminder_of_thread ON reminder (workspace_id, campaign_lead_id, id);

CREATE TABLE lead_tag (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  lead_id       BIGINT NOT NULL,
  tag_id        BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX lead_tag_pair ON lead_tag (workspace_id, lead_id, tag_id);
CREATE INDEX lead_tag_of_tag ON lead_tag (workspace_id, tag_id, lead_id);

-- How sure whoever labelled a lead was, and which version of the rules or the model it was.
ALTER TABLE campaign_lead ADD COLUMN category_confidence DOUBLE PRECISION;
ALTER TABLE campaign_lead ADD COLUMN category_version TEXT;

-- The files of a mail that a person writes; those of received mail stay in the mailbox.
CREATE TABLE message_file (
  workspace_id BIGINT NOT NULL,
  message_id   BIGINT NOT NULL,
  position     BIGINT NOT NULL,
  name         TEXT   NOT NULL,
  content_type TEXT   NOT NULL,
  bytes        /*+blob*/ NOT NULL,
  PRIMARY KEY (workspace_id, message_id, position)
);

-- What people wrote and what has not left: due later, or held back because an answer came first.
CREATE INDEX outgoing_personal ON outgoing (workspace_id, not_before_ms, id)
  WHERE step_id = 0 AND state IN (0, 7);
