-- CSV files whose rows were saved, so that the same file is not taken twice by mistake. Losing it costs that question.
CREATE TABLE imported (
    hash   BLOB NOT NULL CHECK (length(hash) = 32), -- of the file's bytes
    entity TEXT NOT NULL,                           -- kind of record
    rows   INTEGER NOT NULL,                        -- saved
    at     INTEGER NOT NULL,                        -- UTC seconds by this laptop's clock, the first time
    PRIMARY KEY (hash, entity)
) STRICT, WITHOUT ROWID;
