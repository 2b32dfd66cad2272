package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/valyala/fasthttp"
)

// wireContract is how clients of one contract sign in and read themselves.
type wireContract struct {
	name         string
	login, body  string // body is filled with name, address and password
	token        string // where the answer has it
	scheme, self string // self is filled with the name
}

var wireContracts = []wireContract{
	{"native", "/v1/sign-in", `{"identifier":"%[1]s","password":"%[3]s"}`, "access_token", "Bearer ", "/v1/me"},
	{"coach", "/auth/login/", `{"username":"%[1]s","email":"%[2]s","password":"%[3]s"}`, "key", "Token ", "/auth/user/"},
	{"drfuser", "/login/", `{"username":"%[1]s","password":"%[3]s"}`, "token", "Bearer ", "/account/"},
	{"restauth", "/rest-auth/login/", `{"username":"%[1]s","email":"%[2]s","password":"%[3]s"}`, "key", "Token ", "/rest-auth/user/"},
	{"fittrackee", "/api/auth/login", `{"email":"%[2]s","password":"%[3]s"}`, "auth_token", "Bearer ", "/api/auth/profile"},
	{"simplejwt", "/api/token/obtain/", `{"username":"%[1]s","password":"%[3]s"}`, "access", "Bearer ", "/api/users/%[1]s/"},
}

// contracts measures for each contract how long clients wait: for themselves, eight at a time, and for a sign-in, one after the
// other. There is no floor: what counts is that no contract is slow.
func contracts(ctx context.Context, s *stage, t *table) error {
	for _, c := range wireContracts {
		tokens := make([]string, tenantCount)
		for i := range tokens {
			var err error
			if tokens[i], err = s.enter(ctx, c, &s.people[i]); err != nil {
				return err
			}
		}
		reads, err := s.take(ctx, s.serve, func() result { return closed(8, 1500*time.Millisecond, s.self(c, tokens)) })
		if err != nil {
			return err
		}
		enters, err := s.take(ctx, s.serve, func() result { return closed(1, 1500*time.Millisecond, s.login(c)) })
		if err != nil {
			return err
		}
		t.noise(reads)
		t.noise(enters)
		t.add(c.name+": reading oneself, 8 clients, p50 and p99", "", short(reads.quantile(.5))+", "+short(reads.quantile(.99)), "", "≤ 50 ms",
			reads.quantile(.99) <= 50*time.Millisecond, fmt.Sprintf("%s; a sign-in, one client: %s, %s", per(reads.rate()), short(enters.quantile(.5)), short(enters.quantile(.99))))
	}
	return nil
}

func (c wireContract) loginOf(p *somebody) string {
	return fmt.Sprintf(c.body, p.name, p.name+"@bench.example", secret)
}

func (s *stage) enter(ctx context.Context, c wireContract, p *somebody) (string, error) {
	var answer map[string]any
	if err := s.call(ctx, "/t/"+p.tenant+c.login, "", json.RawMessage(c.loginOf(p)), &answer); err != nil {
		return "", err
	}
	token, _ := answer[c.token].(string)
	if token == "" {
		return "", fmt.Errorf("%s: the answer to a sign-in has no %s", c.name, c.token)
	}
	return token, nil
}

func (s *stage) self(c wireContract, tokens []string) shot {
	return shot{fill: func(worker int, r *fasthttp.Request) {
		p := &s.people[worker%len(tokens)]
		path := c.self
		if c.name == "simplejwt" {
			path = fmt.Sprintf(c.self, p.name)
		}
		r.SetRequestURI(s.serve.url + "/t/" + p.tenant + path)
		r.Header.Set("Authorization", c.scheme+tokens[worker%len(tokens)])
	}}
}

func (s *stage) login(c wireContract) shot {
	return shot{fill: func(_ int, r *fasthttp.Request) {
		p := s.anyone()
		post(r, s.serve.url+"/t/"+p.tenant+c.login, c.loginOf(p))
	}}
}
