-- +goose Up

-- The overview counts those with an unproven address, and the list of users finds them, without reading everybody.
create index users_unverified on users (tenant_id, id) where email_verified_at is null;

-- +goose Down
drop index users_unverified;
