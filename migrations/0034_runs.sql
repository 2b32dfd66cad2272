-- +goose Up

-- A run does more than decide: it also enables, disables, moves to a group and signs out. The table keeps its name, for
-- workers of the version before go on with its decisions during an update; "decision" is any of the acts.
alter table approval_runs drop constraint approval_runs_decision_check;
alter table approval_runs add constraint approval_runs_decision_check
  check (decision in ('approve', 'reject', 'pending', 'enable', 'disable', 'move', 'sign_out'));
alter table approval_runs add column group_id bigint;                          -- that one is moved to
alter table approval_runs add column found integer;                            -- by the question; those who are not in user_ids were so already
alter table approval_runs add column skipped jsonb not null default '[]';      -- the first of those to whom nothing was done: {"user", "code"}

-- +goose Down
delete from approval_runs where decision not in ('approve', 'reject', 'pending');
alter table approval_runs drop column skipped, drop column found, drop column group_id;
alter table approval_runs drop constraint approval_runs_decision_check;
alter table approval_runs add constraint approval_runs_decision_check check (decision in ('approve', 'reject', 'pending'));
