-- The feed of events, read in the order (tx_id, id). PostgreSQL hands out ids before the commit, so a reader that
-- goes on after the last id it saw would lose the rows of slower transactions; tx_id is 0 on SQLite, whose ids are in
-- the order of the commits (analytics/feed.h).
ALTER TABLE event ADD COLUMN tx_id BIGINT NOT NULL DEFAULT 0;
DROP INDEX event_feed;
CREATE INDEX event_feed ON event (workspace_id, tx_id, id);

-- Up to where old events were deleted: a reader that was away for longer is told so.
CREATE TABLE event_floor (
  workspace_id BIGINT NOT NULL,
  tx_id        BIGINT NOT NULL,
  id           BIGINT NOT NULL,
  before_ms    BIGINT NOT NULL,                -- no event from here on was deleted
  PRIMARY KEY (workspace_id)
);
