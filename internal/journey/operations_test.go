package journey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"

	"github.com/keyhall/keyhall/internal/spec"
)

// Each operation of openapi.yaml is called through the SDK, with the body that its example shows, by somebody who may. The
// answer has to be one that the description promises, and the SDK has to understand it.
func TestEveryOperationIsCalledThroughTheSDK(t *testing.T) {
	t.Parallel()
	doc := spec.Load()
	wire := &wiretap{doc: doc, seen: map[string]int{}, why: map[string]error{}}
	methods := map[string]method{}
	for _, owner := range []reflect.Type{reflect.TypeFor[keyhall.Client](), reflect.TypeFor[keyhall.TenantClient]()} {
		for i := range owner.NumField() {
			if tag, isService := strings.CutSuffix(owner.Field(i).Type.Name(), "Service"); isService {
				for m := range owner.Field(i).Type.Methods() {
					methods[strings.ToLower(tag+"."+m.Name)] = method{service: owner.Field(i).Name, name: m.Name}
				}
			}
		}
	}
	operations := slices.DeleteFunc(doc.Operations(), func(op spec.Op) bool { return op.ID == "system.metrics" }) // Prometheus' own format
	for n, op := range operations {
		m, found := methods[strings.ToLower(op.ID)]
		if !found {
			t.Errorf("%s (%s %s) is no method of the SDK", op.ID, op.Method, op.Path)
			continue
		}
		newScene(t, wire, fmt.Sprint("op-", n)).call(op, m)
	}
	done := 0
	for _, op := range operations {
		status := wire.seen[op.ID]
		if status == 0 {
			t.Errorf("%s was not called", op.ID)
		}
		if status < 300 {
			done++
		} else {
			t.Logf("%s was answered with %d: %v", op.ID, status, wire.why[op.ID])
		}
	}
	if all := len(operations); done < all*2/3 {
		t.Errorf("only %d of %d calls did what they are for", done, all)
	}
}

// examplePassword is that of the examples.
const examplePassword = "lantern-river-42"

// method is where an operation is in the SDK: acme.Users.List.
type method struct{ service, name string }

// wiretap notes which operations were answered, and holds each answer to the description.
type wiretap struct {
	doc  *spec.Doc
	mu   sync.Mutex
	seen map[string]int   // the last status by operation id
	why  map[string]error // and what the SDK made of it
	bad  []error
}

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(got))
	w.mu.Lock()
	defer w.mu.Unlock()
	if op, _, found := w.doc.Find(r.Method, r.URL.RequestURI()); found {
		w.seen[op.ID] = resp.StatusCode
	}
	w.bad = append(w.bad, w.doc.ValidateExchange(spec.Exchange{
		Method: r.Method, Path: r.URL.RequestURI(), RequestHeader: r.Header, RequestBody: sent,
		Status: resp.StatusCode, Header: resp.Header, Body: got,
	}))
	return resp, nil
}

// scene is a tenant with a user and an operator, made for one call: some calls end what others need.
type scene struct {
	t           *testing.T
	wire        *wiretap
	slug        string
	admin       *keyhall.Client
	user        *keyhall.TenantClient
	byKey       *keyhall.TenantClient
	placeholder map[string]string
}

func newScene(t *testing.T, wire *wiretap, slug string) scene {
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url, keyhall.WithHTTPClient(&http.Client{Transport: wire})))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: slug, Name: slug}))
	var contracts keyhall.SettingsPatch
	ok(t, json.Unmarshal([]byte(`{"contracts":{"restauth":{"enabled":true},"coach":{"enabled":true},"fittrackee":{"enabled":true},
		"simplejwt":{"enabled":true},"drfuser":{"enabled":true}}}`), &contracts))
	must[keyhall.Settings](t)(admin.Tenants.UpdateSettings(ctx, slug, contracts))
	tenant := visitor.Tenant(slug)
	signedUp := must[keyhall.SignUpResult](t)(tenant.Auth.SignUp(ctx, keyhall.SignUp{Username: new("mia"), Email: "mia@example.com", Password: examplePassword}))
	login := must[keyhall.TokenKey](t)(tenant.RestAuth.Login(ctx, keyhall.RestAuthLogin{Username: new("mia"), Password: examplePassword}))
	return scene{
		t: t, wire: wire, slug: slug, admin: admin,
		user: tenant.With(keyhall.WithToken(signedUp.Tokens.AccessToken)), byKey: tenant.With(keyhall.WithTokenKey(login.Key)),
		placeholder: map[string]string{
			"id": "1", "slug": slug, "host": "id.example.org", "channel": "email", "kind": "verify_email", "locale": "en", "username": "mia", "user": "mia",
			"size": "256", "file": "x.png", "provider": "google", "queue": "keyhall",
		},
	}
}

// find makes what the path of the operation names, where that is not there in a new tenant.
func (s scene) find(op spec.Op) {
	ctx, admin := s.t.Context(), s.admin.Tenant(s.slug)
	if strings.Contains(op.Path, "{host}") {
		s.placeholder["host"] = s.slug + ".example.org"
		must[keyhall.Domain](s.t)(admin.Domains.Put(ctx, s.placeholder["host"]))
	}
	switch {
	case op.Path == "/admin/v1/me/sessions/{session_id}":
		s.placeholder["session_id"] = must[keyhall.AdminSessionList](s.t)(s.admin.AdminAuth.Sessions(ctx)).Data[0].ID
	case strings.Contains(op.Path, "{session_id}"):
		s.placeholder["session_id"] = must[keyhall.SessionList](s.t)(s.user.Me.Sessions(ctx)).Data[0].ID
	case op.Tag == "Keys":
		s.placeholder["id"] = must[keyhall.NewKey](s.t)(admin.Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "job"})).ID
	case op.Tag == "Admins" && op.Method != http.MethodPost:
		s.placeholder["id"] = must[keyhall.Admin](s.t)(admin.Admins.Invite(ctx, keyhall.AdminInvite{Email: s.slug + "@example.com", Role: keyhall.AdminRoleViewer})).ID
	case op.Tag == "Operators" && strings.Contains(op.Path, "{id}"):
		invite := keyhall.OperatorInvite{Email: s.slug + "@operators.example", Role: keyhall.OperatorRoleOperator}
		s.placeholder["id"] = must[keyhall.Operator](s.t)(s.admin.Operators.Invite(ctx, invite)).ID
	case op.Tag == "Managing" || strings.HasSuffix(op.Path, "/managers/{user_id}"):
		group := must[keyhall.Group](s.t)(admin.Groups.Create(ctx, keyhall.GroupCreate{Name: "referees"})).ID
		noah := must[keyhall.User](s.t)(admin.Users.Create(ctx, keyhall.UserCreate{Email: "noah@example.com", Group: new("referees")})).ID
		must[keyhall.ApprovalResults](s.t)(admin.Approvals.Decide(ctx, keyhall.ApprovalRequest{UserIDs: []int64{noah}, Decision: keyhall.DecisionPending}))
		for _, manager := range []int64{1, noah} {
			must[keyhall.GroupManager](s.t)(admin.Groups.AddManager(ctx, group, manager))
		}
		s.placeholder["id"], s.placeholder["user_id"] = fmt.Sprint(group), fmt.Sprint(noah)
	case op.Tag == "Groups" || op.ID == "users.update":
		must[keyhall.Group](s.t)(admin.Groups.Create(ctx, keyhall.GroupCreate{Name: "referees"}))
	case op.Tag == "Webhooks":
		hook := must[keyhall.NewWebhook](s.t)(admin.Webhooks.Create(ctx, keyhall.WebhookCreate{
			URL: "https://receiver.invalid/", Events: []keyhall.WebhookEventType{keyhall.EventUserCreated},
		}))
		s.placeholder["id"] = hook.ID
		s.placeholder["delivery_id"] = must[keyhall.Trial](s.t)(admin.Webhooks.Test(ctx, hook.ID)).DeliveryID
	case op.Tag == "Deliveries":
		s.placeholder["id"] = must[keyhall.DeliveryPage](s.t)(admin.Deliveries.List(ctx, nil)).Data[0].ID
	}
	switch op.ID {
	case "groups.delete":
		s.placeholder["id"] = "3"
	case "approvals.getRun":
		s.placeholder["id"] = must[keyhall.ApprovalRun](s.t)(admin.Approvals.Start(ctx, nil, keyhall.ApprovalRunRequest{Decision: keyhall.DecisionApprove})).ID
	case "templates.restore", "templates.reset":
		own := keyhall.TemplateWrite{Subject: new("Welcome to {site}"), Text: "Confirm your address: {link}"}
		must[keyhall.Template](s.t)(admin.Templates.Put(ctx, "email", "verify_email", "en", own))
	case "tenants.removeProvider":
		must[keyhall.SocialApp](s.t)(s.admin.Tenants.SetProvider(ctx, s.slug, "google", keyhall.SocialProviderInput{ClientID: "app", ClientSecret: "x"}))
	case "queues.pause":
		s.placeholder["queue"] = "none" // others need those that there are
	}
}

// as is who makes the call, and the service it is a method of.
func (s scene) as(op spec.Op, m method) reflect.Value {
	service := reflect.ValueOf(s.user).Elem().FieldByName(m.service)
	switch {
	case op.ID == "auth.introspect":
		key := must[keyhall.NewKey](s.t)(s.admin.Tenant(s.slug).Keys.Create(s.t.Context(), keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "service"}))
		return reflect.ValueOf(s.user.With(keyhall.WithSecretKey(key.Key))).Elem().FieldByName(m.service)
	case !service.IsValid():
		return reflect.ValueOf(s.admin).Elem().FieldByName(m.service)
	case strings.HasPrefix(op.Path, "/admin/"):
		return reflect.ValueOf(s.admin.Tenant(s.slug)).Elem().FieldByName(m.service)
	case m.service == "RestAuth" || m.service == "Coach":
		return reflect.ValueOf(s.byKey).Elem().FieldByName(m.service)
	default:
		return service
	}
}

// call makes the operation's arguments, calls it, and wants an answer that was promised.
func (s scene) call(op spec.Op, m method) {
	s.find(op)
	f := s.as(op, m).MethodByName(m.name)
	args := []reflect.Value{reflect.ValueOf(s.t.Context())}
	var values []string
	for segment := range strings.SplitSeq(op.Path, "/") {
		if name, isPlaceholder := strings.CutPrefix(segment, "{"); isPlaceholder && (name != "slug}" || m.service == "Tenants") {
			values = append(values, s.placeholder[strings.Trim(name, "{}")])
		}
	}
	for i := 1; i < f.Type().NumIn()-1; i++ { // the last are options
		arg := reflect.New(f.Type().In(i)).Elem()
		switch {
		case len(values) > 0:
			if values[0] == "" {
				values[0] = "0192f0c1-2b3c-7d4e-8f50-61728394a5b6" // ids of sessions, keys and deliveries
			}
			if _, err := fmt.Sscan(values[0], arg.Addr().Interface()); err != nil {
				s.t.Fatalf("%s: %v", op.ID, err)
			}
			values = values[1:]
		case arg.Type() == reflect.TypeFor[keyhall.Upload]():
			arg.Set(reflect.ValueOf(picture(s.t)))
		case arg.Kind() != reflect.Pointer:
			s.fill(op, arg)
		}
		args = append(args, arg)
	}
	s.wire.bad = nil
	out := f.Call(args)
	for _, err := range s.wire.bad {
		if err != nil {
			s.t.Error(err)
		}
	}
	err, _ := out[len(out)-1].Interface().(error)
	s.wire.why[op.ID] = err
	var e *keyhall.Error
	if err != nil && (!errors.As(err, &e) || e.Status >= 500 || errors.Is(err, context.Canceled)) {
		s.t.Errorf("%s: %v", op.ID, err)
	}
}

// fill gives a body what its example shows.
func (s scene) fill(op spec.Op, body reflect.Value) {
	example, err := json.Marshal(op.Example())
	if err != nil || string(example) == "null" {
		s.t.Errorf("%s shows no body, %v", op.ID, err)
		return
	}
	if err := json.Unmarshal(example, body.Addr().Interface()); err != nil {
		s.t.Errorf("%s: the SDK cannot read the example: %v", op.ID, err)
	}
}

func picture(t *testing.T) keyhall.Upload {
	var b bytes.Buffer
	ok(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 300, 300))))
	return keyhall.Upload{Name: "mia.png", Content: &b}
}
