-- A certificate that a certificate authority issues for these servers, and when the next one may be ordered. Keys are
-- sealed by the servers' secret key.
create table acme_certificate (
    name text primary key,
    sealed_account bytea not null,
    sealed_certificate bytea,
    failures integer not null default 0,
    next_order_at timestamptz not null default now()
);
comment on column acme_certificate.name is 'The directory of the authority and the domains';
comment on column acme_certificate.failures is 'Orders in a row that did not lead to a certificate, the running one among them';

-- What the authority expects to read from any of the servers.
create table acme_challenge (
    token text primary key,
    answer text not null,
    expires_at timestamptz not null
);
