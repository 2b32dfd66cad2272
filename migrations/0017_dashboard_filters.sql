-- +goose Up

-- "Who comes by this interface?", asked of a tenant with many sessions.
create index sessions_by_contract on sessions (tenant_id, contract, user_id) where revoked_at is null;

-- Few of many: without these, a list of them reads everybody.
create index users_invited on users (tenant_id, id) where invited_until is not null;
create index users_disabled on users (tenant_id, id) where not active;

-- +goose Down
drop index users_disabled, users_invited;
drop index sessions_by_contract;
