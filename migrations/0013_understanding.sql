-- Why a conversation is important, and the text model a workspace trained on its own labels.

ALTER TABLE campaign_lead ADD COLUMN importance_reasons TEXT NOT NULL DEFAULT '[]';   -- JSON: inbox::ImportanceReason

CREATE TABLE classifier_model (
  workspace_id  BIGINT NOT NULL,
  version       BIGINT NOT NULL,               -- grows with each training
  labels        BIGINT NOT NULL,               -- of people, that it was trained on
  trained_at_ms BIGINT NOT NULL,
  report        TEXT   NOT NULL,               -- of its cross-validation
  model         /*+blob*/ NOT NULL,
  PRIMARY KEY (workspace_id)
);
