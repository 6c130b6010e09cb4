-- Tenants, the people in them and their API keys.
-- Every key of every table begins with workspace_id, so that tenants can be partitioned or moved.

CREATE TABLE workspace (
  id            /*+autoid*/,
  name          TEXT   NOT NULL,
  timezone      TEXT   NOT NULL DEFAULT 'UTC',
  created_at_ms BIGINT NOT NULL
  /*+key(id)*/
);

CREATE TABLE app_user (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  email         TEXT   NOT NULL,
  name          TEXT   NOT NULL,
  role          BIGINT NOT NULL,              -- workspaces::Role
  created_at_ms BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX app_user_email ON app_user (email);

CREATE TABLE client (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  name          TEXT   NOT NULL,
  email         TEXT   NOT NULL,
  company_name  TEXT,
  created_at_ms BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX client_email ON client (workspace_id, email);

CREATE TABLE api_key (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  user_id       BIGINT NOT NULL,
  client_id     BIGINT,                       -- a white-label client's key sees only that client
  name          TEXT   NOT NULL,
  key_hash      TEXT   NOT NULL,              -- SHA-256 in hex: keys are 256 random bits, so no slow hash is needed
  rate_limit    BIGINT,                       -- requests in 60 s; 0 = none, NULL = the server's default
  created_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX api_key_hash ON api_key (key_hash);

CREATE TABLE idempotency_key (
  workspace_id  BIGINT   NOT NULL,
  key           TEXT     NOT NULL,
  request_hash  TEXT     NOT NULL,
  state         SMALLINT NOT NULL,
  status        BIGINT,
  content_type  TEXT,
  body          /*+blob*/,
  created_at_ms BIGINT   NOT NULL,
  expires_at_ms BIGINT   NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at_ms);

-- Work for any node, taken with a lease.
CREATE TABLE job (
  workspace_id   BIGINT NOT NULL,
  id             /*+autoid*/,
  kind           TEXT   NOT NULL,
  payload        TEXT   NOT NULL,
  due_at_ms      BIGINT NOT NULL,
  lease_until_ms BIGINT NOT NULL DEFAULT 0,
  attempt        BIGINT NOT NULL DEFAULT 0,
  last_error     TEXT,
  created_at_ms  BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX job_due ON job (kind, due_at_ms, id);
