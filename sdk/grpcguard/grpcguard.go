// Package grpcguard keeps calls out that bring no good access token, for gRPC.
//
//	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"))
//	...
//	g := grpcguard.New(v.Verify, guard.RequireApproved())
//	g.Method("/plans.v1.Plans/Write", guard.RequireGroup("coach"))
//	g.Public("/grpc.health.v1.Health/Check")
//	server := grpc.NewServer(grpc.UnaryInterceptor(g.Unary()), grpc.StreamInterceptor(g.Stream()))
//
// Clients send the token as "authorization: Bearer ..." in the metadata. Handlers find it by guard.Token. Refusals have the codes
// Unauthenticated, PermissionDenied and Unavailable. Rules are those of package guard.
package grpcguard

import (
	"context"
	"errors"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/keyhall/keyhall/sdk/guard"
)

// Guard makes interceptors. It is set up before the server starts, and not changed after that.
type Guard struct {
	check   guard.Check
	rules   []guard.Rule
	methods map[string][]guard.Rule
	public  map[string]bool
}

// New makes a Guard whose rules hold for all methods but the public ones.
func New(check guard.Check, rules ...guard.Rule) *Guard {
	return &Guard{check: check, rules: rules, methods: map[string][]guard.Rule{}, public: map[string]bool{}}
}

// Method adds rules for one method, "/plans.v1.Plans/Write".
func (g *Guard) Method(name string, rules ...guard.Rule) *Guard {
	g.methods[name] = append(g.methods[name], rules...)
	return g
}

// Public lets anybody call these methods. Their handlers see no token.
func (g *Guard) Public(methods ...string) *Guard {
	for _, m := range methods {
		g.public[m] = true
	}
	return g
}

// Unary guards calls with one request and one answer.
func (g *Guard) Unary() grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		ctx, err := g.enter(ctx, info.FullMethod)
		if err != nil {
			return nil, err
		}
		return handle(ctx, req)
	}
}

// Stream guards streams, when they begin.
func (g *Guard) Stream() grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
		ctx, err := g.enter(stream.Context(), info.FullMethod)
		if err != nil {
			return err
		}
		return handle(srv, &guarded{stream, ctx})
	}
}

// guarded is a stream whose context has the token.
type guarded struct {
	grpc.ServerStream
	ctx context.Context
}

// Context gives it.
func (g *guarded) Context() context.Context { return g.ctx }

func (g *Guard) enter(ctx context.Context, method string) (context.Context, error) {
	if g.public[method] {
		return ctx, nil
	}
	rules := append(g.rules[:len(g.rules):len(g.rules)], g.methods[method]...)
	entered, wrong := guard.Enter(ctx, g.check, metadata.ValueFromIncomingContext(ctx, "authorization"), rules...)
	if wrong != nil {
		return nil, Status(wrong)
	}
	return entered, nil
}

// Status makes the error that a handler returns of a refusal, as of guard.Require. Other errors pass as they are.
func Status(err error) error {
	var wrong *guard.Refusal
	if !errors.As(err, &wrong) {
		return err
	}
	code := codes.Unauthenticated
	switch wrong.Status {
	case http.StatusForbidden:
		code = codes.PermissionDenied
	case http.StatusServiceUnavailable:
		code = codes.Unavailable
	}
	return status.Error(code, wrong.Message)
}
