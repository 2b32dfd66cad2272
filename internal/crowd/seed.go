package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "github.com/lib/pq"
)

// Names that people have, so that searches find some and not all. The number keeps usernames apart.
const names = `(array['Mia','Noah','Lin','Omar','Elsa','Tom','Sofia','Jonas','Priya','Zoé','Kai','Ada','Ben','Carl','Rita','Yuki'])`

// crowdOf makes the people of the tenants chosen by %s: each has one user a row of generate_series.
const crowdOf = `
	insert into users (tenant_id, id, username, username_key, email, email_key, first_name, last_name, first_name_key, last_name_key,
		user_type, group_id, approval, active, email_verified_at, created_at, last_login_at)
	select t.id, n, lower(first) || n, lower(first) || n, lower(first) || n || '@example.com', lower(first) || n || '@example.com',
		first, last, lower(first), lower(last),
		case when n % 4 = 0 then 'coach' else 'user' end, case when n % 4 = 0 then 2 else 1 end,
		case when n % 4 <> 0 then 'not_required' when n <= $3 * 4 then 'pending' when n % 40 = 0 then 'rejected' else 'approved' end,
		n % 50 <> 0, case when n % 3 <> 0 then now() end, now() - n * interval '1 minute', case when n % 5 <> 0 then now() - n * interval '20 seconds' end
	from tenants t, generate_series(1, $1) n,
		lateral (select ` + names + `[1 + n % 16] as first, (array['Wong','Novak','Tanaka','Haddad','Berg','Rossi','Silva','Dubois','Okafor'])[1 + n % 9] || case when n % 7 = 0 then n::text else '' end as last) who
	where t.slug like $2`

var steps = []struct {
	says, statement string
	args            func(o options) []any
}{
	{
		"tenants", `insert into tenants (id, slug, name) select gen_random_uuid(), 'club-' || n, ` + names + `[1 + n % 16] || '''s Club ' || n from generate_series(1, $1) n`,
		func(o options) []any { return []any{o.tenants - 2} },
	}, // the demo tenant and big are there too
	{"the tenant big", `insert into tenants (id, slug, name) values (gen_random_uuid(), 'big', 'Big')`, nil},
	{"big's users", crowdOf, func(o options) []any { return []any{o.inBig, "big", o.waiting} }},
	{"everybody else", crowdOf, func(o options) []any { return []any{(o.people - o.inBig) / (o.tenants - 2), "club-%", 2} }},
	{"their names", `insert into identifiers (tenant_id, value, user_id) select tenant_id, v, id from users, lateral unnest(array[username_key, email_key]) v on conflict do nothing`, nil},
	{"counters", `update tenant_counters c set users = (select coalesce(max(id), 0) from users u where u.tenant_id = c.tenant_id)`, nil},
	{"sessions", `insert into sessions (tenant_id, id, user_id, kind, contract, token_hash, idle_seconds, expires_at)
		select tenant_id, gen_random_uuid(), id, 'opaque', case when id % 2 = 0 then 'restauth' else 'coach' end, sha256((tenant_id || ':' || id)::bytea), 2592000, now() + interval '30 days'
		from users where id % 5 <> 0`, nil},
	{"the trail", `insert into audit (tenant_id, id, at, actor_kind, actor_id, action, user_id)
		select tenant_id, gen_random_uuid(), created_at, 'user', id::text, case when id % 3 = 0 then 'session.opened' else 'user.registered' end, id from users`, nil},
	{"messages", `insert into outbox (tenant_id, id, kind, user_id, recipient, payload, state, created_at, done_at)
		select tenant_id, gen_random_uuid(), 'mail', id, email, '{"message": "verify_email"}', case when id % 200 = 0 then 'failed' else 'sent' end, created_at, created_at from users`, nil},
}

// waiting has as many of big's people wait for approval as there were in the beginning.
const waiting = `update users u set approval = 'pending' from tenants t where t.slug = 'big' and u.tenant_id = t.id and u.id % 4 = 0 and u.id <= $1 * 4 and u.approval <> 'pending'`

func wait(ctx context.Context, url string, o options) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, waiting, o.waiting)
	return errors.Join(err, db.Close())
}

// seed makes everybody. One step is one statement: either all of it is there or nothing.
func seed(ctx context.Context, url string, o options) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = seedAll(ctx, db, o)
	return errors.Join(err, db.Close())
}

func seedAll(ctx context.Context, db *sql.DB, o options) error {
	// The triggers of usernames look through row-level security; the superuser does, too.
	for _, s := range steps {
		began := time.Now()
		var args []any
		if s.args != nil {
			args = s.args(o)
		}
		result, err := db.ExecContext(ctx, s.statement, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", s.says, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		fmt.Printf("%-16s %9d rows in %s\n", s.says, n, time.Since(began).Round(time.Second/10))
	}
	began := time.Now()
	if _, err := db.ExecContext(ctx, `vacuum analyze`); err != nil {
		return err
	}
	fmt.Printf("%-16s in %s\n", "vacuum analyze", time.Since(began).Round(time.Second/10))
	return nil
}
