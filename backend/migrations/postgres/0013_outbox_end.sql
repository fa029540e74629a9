-- What was sent or given up is thrown away a day after that, however long it had waited, and is found by when that was.
CREATE INDEX outbox_by_end ON outbox (done_at) WHERE done_at IS NOT NULL;
