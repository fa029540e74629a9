-- The latest time that was seen: one row. Time never goes back behind it, whatever the clock says.
CREATE TABLE seen_time (
    id     BIGINT PRIMARY KEY NOT NULL,
    latest BIGINT NOT NULL
);
