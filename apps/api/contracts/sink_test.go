package contracts_test

import (
	"database/sql"
	"encoding/json"
	"net/http"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// sink shows the mails of a tenant as a development server does, straight from the outbox.
func (s *server) sink() wire.Contract {
	return wire.Contract{
		Name: "sink", Owns: []string{"/dev/"}, Dialect: wire.Problem,
		Admit:  func(*wire.Call, wire.Access) error { return nil },
		Routes: []wire.Route{{Method: http.MethodGet, Path: "/dev/messages", Reach: wire.Platform, Handle: s.messages}},
	}
}

type messageOut struct {
	To   string         `json:"to"`
	Kind string         `json:"kind"`
	Data map[string]any `json:"data"`
}

func (s *server) messages(r *wire.Call) (wire.Response, error) {
	in, err := s.Registry.BySlug(r.Ctx, r.Query("tenant"))
	if err != nil {
		return wire.Response{}, err
	}
	db, err := sql.Open("postgres", s.house.OwnerURL)
	if err != nil {
		return wire.Response{}, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(r.Ctx, `select id, recipient, payload ->> 'message', sealed from outbox where tenant_id = $1
		and kind in ('mail', 'sms') order by created_at desc, id desc`, in.ID())
	if err != nil {
		return wire.Response{}, err
	}
	defer func() { _ = rows.Close() }()
	all := []messageOut{}
	for rows.Next() {
		m, err := s.message(rows, in)
		if err != nil {
			return wire.Response{}, err
		}
		all = append(all, m)
	}
	return wire.OK(all), rows.Err()
}

// message opens the secrets of one row, if it has any.
func (s *server) message(row *sql.Rows, in *tenants.Scope) (m messageOut, err error) {
	var id string
	var sealed []byte
	if err := row.Scan(&id, &m.To, &m.Kind, &sealed); err != nil || len(sealed) == 0 {
		return m, err
	}
	plain, err := s.house.Sealer.Open(sealed, outbox.Place(in.ID(), id))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(plain, &m.Data)
}
