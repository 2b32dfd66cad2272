package grpcguard_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/keyhall/keyhall/sdk/grpcguard"
	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

const (
	check = "/grpc.health.v1.Health/Check"
	watch = "/grpc.health.v1.Health/Watch"
	list  = "/grpc.health.v1.Health/List"
)

// service is any service; gRPC comes with this one. Its answers say who asked.
type service struct {
	health.UnimplementedHealthServer
}

func answer(ctx context.Context) *health.HealthCheckResponse {
	t := guard.Token(ctx)
	if t == nil {
		return &health.HealthCheckResponse{Status: health.HealthCheckResponse_UNKNOWN}
	}
	return &health.HealthCheckResponse{Status: health.HealthCheckResponse_ServingStatus(t.UserID)}
}

func (service) Check(ctx context.Context, _ *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	return answer(ctx), nil
}

func (service) Watch(_ *health.HealthCheckRequest, s grpc.ServerStreamingServer[health.HealthCheckResponse]) error {
	return s.Send(answer(s.Context()))
}

func (service) List(ctx context.Context, _ *health.HealthListRequest) (*health.HealthListResponse, error) {
	return &health.HealthListResponse{}, grpcguard.Status(guard.Require(ctx, guard.RequireVerifiedEmail()))
}

func start(t *testing.T, set func(*grpcguard.Guard)) (*keyhalltest.Server, *keyhalltest.Tenant, health.HealthClient) {
	t.Helper()
	server := keyhalltest.New(t)
	v, err := verify.New(verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	g := grpcguard.New(v.Verify, guard.RequireApproved())
	set(g)
	listener := bufconn.Listen(1 << 16)
	s := grpc.NewServer(grpc.UnaryInterceptor(g.Unary()), grpc.StreamInterceptor(g.Stream()))
	health.RegisterHealthServer(s, service{})
	go func() {
		if err := s.Serve(listener); err != nil {
			t.Error(err)
		}
	}()
	conn, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close() // the server ends with it
		s.Stop()
	})
	return server, server.Tenant("acme"), health.NewHealthClient(conn)
}

func with(ctx context.Context, authorization ...string) context.Context {
	for _, value := range authorization {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", value)
	}
	return ctx
}

func watched(ctx context.Context, c health.HealthClient) (*health.HealthCheckResponse, error) {
	s, err := c.Watch(ctx, &health.HealthCheckRequest{})
	if err != nil {
		return nil, err
	}
	return s.Recv()
}

func TestGoodTokensPass(t *testing.T) {
	t.Parallel()
	_, acme, c := start(t, func(g *grpcguard.Guard) { g.Method(watch, guard.RequireGroup("coach")) })
	ctx := with(t.Context(), "Bearer "+acme.Token(keyhalltest.Claims{UserID: 7, Approved: true, Group: "coach"}))
	if got, err := c.Check(ctx, &health.HealthCheckRequest{}); err != nil || got.Status != 7 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := watched(ctx, c); err != nil || got.Status != 7 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOthersAreToldWhy(t *testing.T) {
	t.Parallel()
	server, acme, c := start(t, func(g *grpcguard.Guard) {
		g.Method(check, guard.RequireGroup("coach")).Method(watch, guard.RequireTenant("gym"))
	})
	approved := "Bearer " + acme.Token(keyhalltest.Claims{Approved: true})
	for name, call := range map[string]struct {
		authorization []string
		unary, stream codes.Code
	}{
		"nothing":      {nil, codes.Unauthenticated, codes.Unauthenticated},
		"no token":     {[]string{"Bearer x.y.z"}, codes.Unauthenticated, codes.Unauthenticated},
		"two":          {[]string{approved, approved}, codes.Unauthenticated, codes.Unauthenticated},
		"not approved": {[]string{"Bearer " + acme.Token(keyhalltest.Claims{Group: "coach"})}, codes.PermissionDenied, codes.PermissionDenied},
		"no coach":     {[]string{approved}, codes.PermissionDenied, codes.PermissionDenied},
	} {
		ctx := with(t.Context(), call.authorization...)
		if _, err := c.Check(ctx, &health.HealthCheckRequest{}); status.Code(err) != call.unary {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := watched(ctx, c); status.Code(err) != call.stream {
			t.Errorf("%s: %v", name, err)
		}
	}
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(500); return true })
	_, err := c.Check(with(t.Context(), "Bearer "+server.Tenant("new").Token(keyhalltest.Claims{})), &health.HealthCheckRequest{})
	if status.Code(err) != codes.Unavailable {
		t.Errorf("no keys: %v", err)
	}
}

func TestPublicMethodsAreOpen(t *testing.T) {
	t.Parallel()
	_, _, c := start(t, func(g *grpcguard.Guard) { g.Public(check) })
	if got, err := c.Check(t.Context(), &health.HealthCheckRequest{}); err != nil || got.Status != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := watched(t.Context(), c); status.Code(err) != codes.Unauthenticated {
		t.Errorf("the stream: %v", err)
	}
}

func TestHandlersHaveRulesOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, acme, c := start(t, func(*grpcguard.Guard) {})
	for verified, want := range map[bool]codes.Code{true: codes.OK, false: codes.PermissionDenied} {
		ctx := with(t.Context(), "Bearer "+acme.Token(keyhalltest.Claims{Approved: true, Verified: verified}))
		if _, err := c.List(ctx, &health.HealthListRequest{}); status.Code(err) != want {
			t.Errorf("%v: %v", verified, err)
		}
	}
	if own := errors.New("own"); !errors.Is(grpcguard.Status(own), own) || grpcguard.Status(nil) != nil {
		t.Error("errors of others are changed")
	}
}

func Example() {
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"), verify.WithCache(10_000))
	if err != nil {
		fmt.Println(err)
		return
	}
	g := grpcguard.New(v.Verify, guard.RequireApproved()).
		Method("/plans.v1.Plans/Write", guard.RequireGroup("coach")).
		Public("/grpc.health.v1.Health/Check")
	server := grpc.NewServer(grpc.UnaryInterceptor(g.Unary()), grpc.StreamInterceptor(g.Stream()))
	fmt.Println(server != nil)
	// Output: true
}

// Each method has its own rules; those of one do not leak into another.
func TestRulesOfMethodsStayApart(t *testing.T) {
	t.Parallel()
	_, acme, c := start(t, func(g *grpcguard.Guard) {
		g.Method(check, guard.RequireGroup("coach")).Method(list, guard.RequireGroup("owner"))
	})
	ctx := with(t.Context(), "Bearer "+acme.Token(keyhalltest.Claims{Approved: true, Group: "coach", Verified: true}))
	for range 3 {
		if _, err := c.Check(ctx, &health.HealthCheckRequest{}); err != nil {
			t.Error(err)
		}
		if _, err := c.List(ctx, &health.HealthListRequest{}); status.Code(err) != codes.PermissionDenied {
			t.Error(err)
		}
	}
}
