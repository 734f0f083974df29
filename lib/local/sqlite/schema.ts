/** Marks the file as ours ('TkOr'), in the header field that SQLite keeps for applications. */
export const APPLICATION_ID = 0x546b4f72;
/** Raised with every change of the tables below. */
export const SCHEMA_VERSION = 6;

/**
 * What DynamoDB holds as items of one table, as tables. A task has a row from its first claim (or its end without one) on; the gate,
 * place and waiting rows of an execution go when it is over. `tasks.execution` is the number of the execution that may write the task,
 * `expansions.execution` of the one that made it, `execution` of gates and places the row of `executions`. Numbers of what was removed are
 * not given again: processes know runs by them.
 */
export const SCHEMA = `
CREATE TABLE runs (
  run INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL UNIQUE,
  plan_id TEXT NOT NULL,
  goal_id TEXT,
  status TEXT NOT NULL,
  execution INTEGER NOT NULL DEFAULT 1,
  planned INTEGER NOT NULL,
  machine TEXT,
  orders TEXT NOT NULL,
  parent TEXT,
  task_count INTEGER NOT NULL,
  next_ordinal INTEGER NOT NULL,
  tokens_used INTEGER NOT NULL DEFAULT 0,
  cost_nano_usd INTEGER NOT NULL DEFAULT 0,
  totals TEXT,
  counted TEXT,
  failing INTEGER,
  idempotency_key TEXT UNIQUE,
  context TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  started_at TEXT,
  timed_from TEXT,
  stopped_at TEXT,
  completed_at TEXT,
  error TEXT,
  process TEXT
) STRICT;
CREATE INDEX runs_by_time ON runs (created_at, run_id);
CREATE TABLE executions (execution INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, number INTEGER NOT NULL, UNIQUE (run, number)) STRICT;
CREATE TABLE specs (run INTEGER PRIMARY KEY, spec BLOB NOT NULL) STRICT;
CREATE TABLE blobs (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE expansions (run INTEGER NOT NULL, task INTEGER NOT NULL, execution INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (run, task, execution)) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
  run INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  status TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  earlier_attempts INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  forgiven INTEGER NOT NULL DEFAULT 0,
  execution INTEGER NOT NULL DEFAULT 1,
  outputs TEXT,
  error TEXT,
  started_at TEXT,
  changed_at TEXT NOT NULL,
  completed_at TEXT,
  PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  task_id TEXT,
  attempt INTEGER,
  error TEXT,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE gates (execution INTEGER NOT NULL, ordinal INTEGER NOT NULL, arrived INTEGER NOT NULL, PRIMARY KEY (execution, ordinal)) STRICT, WITHOUT ROWID;
CREATE TABLE arrivals (execution INTEGER NOT NULL, ordinal INTEGER NOT NULL, dependency INTEGER NOT NULL, PRIMARY KEY (execution, ordinal, dependency)) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (execution INTEGER NOT NULL, ordinal INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (execution, ordinal, token)) STRICT, WITHOUT ROWID;
CREATE TABLE holders (execution INTEGER NOT NULL, pool TEXT NOT NULL, ordinal INTEGER NOT NULL, PRIMARY KEY (execution, pool, ordinal)) STRICT, WITHOUT ROWID;
CREATE INDEX holders_by_pool ON holders (pool);
CREATE TABLE waiting (execution INTEGER NOT NULL, queue TEXT NOT NULL, rank INTEGER NOT NULL, ordinal INTEGER NOT NULL, priority INTEGER NOT NULL, shared TEXT, PRIMARY KEY (execution, queue, rank, ordinal)) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_task ON waiting (execution, ordinal);
CREATE INDEX waiting_by_shared_pool ON waiting (shared) WHERE shared IS NOT NULL;
CREATE TABLE mail (token TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE shared_pools (name TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE child_tokens (execution INTEGER NOT NULL, ordinal INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (execution, ordinal, token)) STRICT, WITHOUT ROWID;
CREATE TABLE plans (name TEXT PRIMARY KEY, plan BLOB NOT NULL, task_count INTEGER NOT NULL, updated_at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE callbacks (callback_id TEXT PRIMARY KEY, run INTEGER NOT NULL, execution INTEGER NOT NULL, ordinal INTEGER NOT NULL, attempt INTEGER NOT NULL, token TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX callbacks_by_run ON callbacks (run);
CREATE TABLE statistics (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  plans_executed INTEGER NOT NULL,
  tasks_executed INTEGER NOT NULL,
  tasks_completed INTEGER NOT NULL,
  tasks_failed INTEGER NOT NULL,
  tasks_retried INTEGER NOT NULL,
  tokens_used INTEGER NOT NULL
) STRICT;
INSERT INTO statistics VALUES (1, 0, 0, 0, 0, 0, 0);
`;
