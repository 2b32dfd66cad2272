package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// program is a running `keyhall dev`.
type program struct {
	cmd    *exec.Cmd
	ended  chan error
	url    string
	bearer string
}

const (
	operator = "operator@crowd.example"
	secret   = "tall-Cedar-47-river"
)

func start(ctx context.Context, o options) (*program, error) {
	ready := filepath.Join(o.dir, "ready.json")
	if err := os.Remove(ready); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	p := &program{cmd: exec.Command(o.binary, "dev", "--data-dir", o.dir), ended: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), "KEYHALL_LISTEN=127.0.0.1:0", "KEYHALL_OPERATOR_EMAIL="+operator, "KEYHALL_OPERATOR_PASSWORD="+secret,
		"KEYHALL_RATE_LIMITS=off", "KEYHALL_DATABASE_URL=", "KEYHALL_REDIS_URL=")
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.cmd.Wait() }()
	if err := p.wait(ctx, ready); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	var tokens struct {
		Access string `json:"access_token"`
	}
	if err := p.call(ctx, http.MethodPost, "/admin/v1/auth/login", map[string]string{"email": operator, "password": secret}, &tokens); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.bearer = tokens.Access
	return p, nil
}

func (p *program) wait(ctx context.Context, ready string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		content, err := os.ReadFile(ready)
		var found struct{ URL string }
		if err == nil && json.Unmarshal(content, &found) == nil {
			p.url = found.URL
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case err := <-p.ended:
			p.ended <- err
			return fmt.Errorf("keyhall dev ended: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *program) stop() error {
	_ = p.cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-p.ended:
		return err
	case <-time.After(20 * time.Second):
		return errors.Join(errors.New("keyhall dev did not stop"), p.cmd.Process.Kill())
	}
}

// call sends JSON and reads the answer into dst.
func (p *program) call(ctx context.Context, method, path string, body, dst any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if p.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, content)
	}
	return json.Unmarshal(content, dst)
}
