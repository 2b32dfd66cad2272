-- +goose Up

-- A search that sorts its hits looks through one index for each thing a person is found by, and then reads each hit once.
create index users_by_mobile on users (tenant_id, mobile_key) where mobile_key is not null;

-- The overview counts those who are disabled and not approved without reading them.
drop index users_disabled;
create index users_disabled on users (tenant_id, id) include (approval) where not active;

-- +goose Down
drop index users_disabled, users_by_mobile;
create index users_disabled on users (tenant_id, id) where not active;
