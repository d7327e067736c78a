-- How far each file has been imported into a class: written in the transactions that write its
-- rows, so that an import that was cut off goes on where it stopped.
CREATE TABLE "_import" (
    class_name     text NOT NULL,
    fingerprint    text NOT NULL,
    rows_read      bigint NOT NULL DEFAULT 0,
    rows_written   bigint NOT NULL DEFAULT 0,
    rows_skipped   bigint NOT NULL DEFAULT 0,
    rows_rejected  bigint NOT NULL DEFAULT 0,
    rejected_bytes bigint NOT NULL DEFAULT 0,
    done           boolean NOT NULL DEFAULT false,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (class_name, fingerprint)
);
