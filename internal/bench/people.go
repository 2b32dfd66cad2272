package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"
)

// somebody is an account with what its owner holds.
type somebody struct {
	tenant, tenantID, name string
	id                     int64
	session                string // of access and refresh
	access, refresh, key   string
}

// The people live in several tenants, and requests come from all of them in turn: a connection that goes on speaking
// for the same tenant all the time would flatter the fence between them.
const (
	tenantCount = 8
	peopleCount = 32
)

func (s *stage) populate(ctx context.Context) error {
	var tokens struct {
		Access string `json:"access_token"`
	}
	if err := s.call(ctx, "/admin/v1/auth/login", "", map[string]string{"email": operator, "password": secret}, &tokens); err != nil {
		return err
	}
	var ids [tenantCount]string
	for i := range ids {
		var made struct{ ID string }
		slug := fmt.Sprintf("tenant-%d", i)
		if err := s.call(ctx, "/admin/v1/tenants", "Bearer "+tokens.Access, map[string]string{"slug": slug, "name": slug}, &made); err != nil {
			return err
		}
		ids[i] = made.ID
	}
	for i := range peopleCount {
		p := somebody{tenant: fmt.Sprintf("tenant-%d", i%tenantCount), tenantID: ids[i%tenantCount], name: fmt.Sprintf("person%d", i)}
		if err := s.bring(ctx, &p); err != nil {
			return err
		}
		s.people = append(s.people, p)
	}
	return nil
}

// bring signs a person up, and in once more for a key of the old kind.
func (s *stage) bring(ctx context.Context, p *somebody) error {
	var made struct {
		User   struct{ ID int64 }
		Tokens struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}
	}
	err := s.call(ctx, "/t/"+p.tenant+"/v1/sign-up", "", map[string]string{"username": p.name, "email": p.name + "@bench.example", "password": secret}, &made)
	if err != nil {
		return err
	}
	p.id, p.access, p.refresh = made.User.ID, made.Tokens.Access, made.Tokens.Refresh
	var claims struct{ SID string }
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(p.access, ".")[1])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err
	}
	p.session = claims.SID
	var login struct{ Key string }
	err = s.call(ctx, "/t/"+p.tenant+"/rest-auth/login/", "", map[string]string{"username": p.name, "password": secret}, &login)
	p.key = login.Key
	return err
}

// call posts JSON to the server and reads the answer.
func (s *stage) call(ctx context.Context, path, authorization string, body, dst any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.serve.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Forwarded-For", anybody())
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %d %s", path, answer.StatusCode, content)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(content, dst)
}

// anybody is a network address: limits count sign-ins by it, and are on.
func anybody() string {
	n := rand.Uint32()
	return fmt.Sprintf("10.%d.%d.%d", n>>16&0xff, n>>8&0xff, n&0xff)
}

// anyone gives another of the people to each request.
func (s *stage) anyone() *somebody { return &s.people[rand.IntN(len(s.people))] }

func (s *stage) signIn() shot {
	return shot{fill: func(worker int, r *fasthttp.Request) {
		p := &s.people[worker%len(s.people)]
		post(r, s.serve.url+"/t/"+p.tenant+"/v1/sign-in", `{"identifier":"`+p.name+`","password":"`+secret+`"}`)
	}}
}

func post(r *fasthttp.Request, url, body string) {
	r.Header.SetMethod(fasthttp.MethodPost)
	r.Header.SetContentType("application/json")
	r.Header.Set("X-Forwarded-For", anybody())
	r.SetRequestURI(url)
	r.SetBodyString(body)
}

func (s *stage) meByToken() shot {
	return shot{fill: func(_ int, r *fasthttp.Request) {
		p := s.anyone()
		r.SetRequestURI(s.serve.url + "/t/" + p.tenant + "/v1/me")
		r.Header.Set("Authorization", "Bearer "+p.access)
	}}
}

func (s *stage) meByKey() shot {
	return shot{fill: func(_ int, r *fasthttp.Request) {
		p := s.anyone()
		r.SetRequestURI(s.serve.url + "/t/" + p.tenant + "/rest-auth/user/")
		r.Header.Set("Authorization", "Token "+p.key)
	}}
}

func (s *stage) meOfFloor() shot {
	return shot{fill: func(_ int, r *fasthttp.Request) {
		p := s.anyone()
		r.SetRequestURI(fmt.Sprintf("%s/me/%s/%d", s.floor.url, p.tenantID, p.id))
	}}
}

// refresh has each worker go on with the token that it got last.
func (s *stage) refresh() shot {
	return shot{
		fill: func(worker int, r *fasthttp.Request) {
			p := &s.people[worker]
			post(r, s.serve.url+"/t/"+p.tenant+"/v1/token/refresh", `{"refresh_token":"`+p.refresh+`"}`)
		},
		read: func(worker int, r *fasthttp.Response) error {
			var next struct {
				Refresh string `json:"refresh_token"`
			}
			err := json.Unmarshal(r.Body(), &next)
			s.people[worker].refresh = next.Refresh
			return err
		},
	}
}

func (s *stage) refreshOfFloor() shot {
	return shot{fill: func(worker int, r *fasthttp.Request) {
		p := &s.people[len(s.people)-1-worker] // not the rows that the program works on
		post(r, s.floor.url+"/refresh/"+p.tenantID+"/"+p.session, "")
	}}
}
