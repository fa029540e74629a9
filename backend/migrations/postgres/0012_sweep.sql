-- What has had its time is found by its time: throwing it away reads nothing else, and is in nobody's way.
CREATE INDEX session_by_use ON session (last_seen_at);
CREATE INDEX session_by_time ON session (signed_in_at);
CREATE INDEX number_by_time ON number (sent_at);
CREATE INDEX proof_by_time ON proof (expires_at);
CREATE INDEX challenge_by_time ON challenge (started_at);
CREATE INDEX dispatch_by_age ON dispatch (at);
