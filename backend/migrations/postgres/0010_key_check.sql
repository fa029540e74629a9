-- What the backend's key makes of a constant: under another key the server does not start.
CREATE TABLE key_check (
    name TEXT PRIMARY KEY NOT NULL,
    mac  TEXT NOT NULL
);
