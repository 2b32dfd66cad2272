// Command api is an API of plans, each tenant with its own, for the users of a Keyhall. It verifies tokens offline: Keyhall is asked
// for keys, and for nothing else.
//
//	KEYHALL_URL=https://id.example.com api
//	curl -H "Authorization: Bearer $TOKEN" localhost:9000/acme/plans
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/verify"
)

func main() {
	v, err := verify.New(verify.WithTenantsOf(os.Getenv("KEYHALL_URL")), verify.WithCache(10_000))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: ":9000", Handler: handler(v.Verify), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// Plan is what somebody is to train.
type Plan struct {
	Title string `json:"title"`
	By    string `json:"by"`
}

// plans are those of all tenants; a real program has a database.
type plans struct {
	mu       sync.Mutex
	byTenant map[string][]Plan
}

// handler has everybody who is approved read the plans of their tenant, and coaches write them.
func handler(check guard.Check) http.Handler {
	p := &plans{byTenant: map[string][]Plan{}}
	own := guard.TenantOf(func(r *http.Request) string { return r.PathValue("tenant") })
	readers := guard.Protect(check, guard.RequireApproved())
	coaches := guard.Protect(check, guard.RequireApproved(), guard.RequireGroup("coach"))
	mux := http.NewServeMux()
	mux.Handle("GET /{tenant}/plans", readers(own(http.HandlerFunc(p.list))))
	mux.Handle("POST /{tenant}/plans", coaches(own(http.HandlerFunc(p.add))))
	return mux
}

func (p *plans) list(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer(w, http.StatusOK, append([]Plan{}, p.byTenant[guard.Token(r.Context()).Tenant]...))
}

func (p *plans) add(w http.ResponseWriter, r *http.Request) {
	token := guard.Token(r.Context())
	var plan Plan
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&plan); err != nil || plan.Title == "" {
		http.Error(w, "A plan needs a title.", http.StatusBadRequest)
		return
	}
	plan.By = token.Email
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byTenant[token.Tenant] = append(p.byTenant[token.Tenant], plan)
	answer(w, http.StatusCreated, plan)
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Print(err) // who asked may have gone
	}
}
