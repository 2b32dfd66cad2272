-- +goose Up

-- Mails of the platform itself, which belong to no tenant. A row is written in the transaction that owes the mail.
create table platform_outbox (
  id          uuid primary key,
  recipient   text not null,
  payload     jsonb not null default '{}',           -- what the message says; never a secret
  sealed      bytea,                                 -- links; gone once the mail is sent or of no use
  state       text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'expired')),
  attempts    integer not null default 0,            -- grows with each claim, so it is the fencing number too
  created_at  timestamptz not null default now(),
  not_before  timestamptz not null default now(),
  expires_at  timestamptz,
  lease_until timestamptz,
  done_at     timestamptz,
  last_error  text not null default ''
);
create index platform_outbox_pending on platform_outbox (not_before) where state = 'pending';
create index platform_outbox_done on platform_outbox (done_at) where state <> 'pending';

-- The platform's mails in the sink of `keyhall dev`. Empty in production.
create table platform_dev_messages (
  id        uuid primary key,
  recipient text not null,
  kind      text not null,
  subject   text not null,
  body_text text not null,
  body_html text not null,
  data      jsonb not null,
  sent_at   timestamptz not null default now()
);
grant select, insert, update, delete on platform_outbox, platform_dev_messages to keyhall_platform;

-- +goose Down
drop table platform_dev_messages, platform_outbox;
