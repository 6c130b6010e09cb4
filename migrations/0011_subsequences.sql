-- Subsequences: campaigns entered from another one, on what a lead does (BEHAVIOUR 2.4).
ALTER TABLE campaign ADD COLUMN enter_delay_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN stop_on_parent_reply SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX campaign_subsequences ON campaign (workspace_id, parent_campaign_id, id)
  WHERE parent_campaign_id IS NOT NULL;

CREATE TABLE subsequence_condition (
  workspace_id BIGINT   NOT NULL,
  id           /*+autoid*/,
  campaign_id  BIGINT   NOT NULL,              -- the subsequence
  trigger_kind SMALLINT NOT NULL,              -- campaigns::Trigger
  category_id  BIGINT,
  text         TEXT,                           -- what the reply or the link must contain
  days         BIGINT
  /*+key(workspace_id, id)*/
);
CREATE INDEX subsequence_condition_of_campaign ON subsequence_condition (workspace_id, campaign_id, id);

-- Who entered, from where and why. A trigger message brings a lead in once.
CREATE TABLE subsequence_entry (
  workspace_id         BIGINT   NOT NULL,
  id                   /*+autoid*/,
  parent_lead_id       BIGINT   NOT NULL,      -- the lead map in the parent campaign
  subsequence_id       BIGINT   NOT NULL,
  message_id           BIGINT   NOT NULL,      -- the message that triggered it; 0 = none
  child_lead_id        BIGINT   NOT NULL,      -- the lead map in the subsequence
  trigger_kind         SMALLINT NOT NULL,
  stop_on_parent_reply SMALLINT NOT NULL,
  created_at_ms        BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX subsequence_entry_once ON subsequence_entry (workspace_id, parent_lead_id, subsequence_id, message_id);
CREATE INDEX subsequence_entry_of_child ON subsequence_entry (workspace_id, child_lead_id);
