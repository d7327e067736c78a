CREATE TABLE _one_time_code (
    purpose text NOT NULL,
    recipient text NOT NULL,
    mac text NOT NULL,
    address text NOT NULL,
    target text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    tries int NOT NULL DEFAULT 0,
    used boolean NOT NULL DEFAULT false,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (purpose, recipient)
);
CREATE INDEX ON _one_time_code (mac);
CREATE INDEX ON _one_time_code (expires_at);
COMMENT ON TABLE _one_time_code IS 'The last code of each purpose and recipient';
COMMENT ON COLUMN _one_time_code.mac IS 'Of the code and all it is bound to, with a key of the server: six digits could be guessed from a hash';
COMMENT ON COLUMN _one_time_code.target IS 'Where a link leads to once it is used';

CREATE TABLE _captcha_solution (
    challenge text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON _captcha_solution (expires_at);
COMMENT ON TABLE _captcha_solution IS 'Captchas that were solved, each of which counts once';
