// Command django is what stands in front of a Django site while it moves to Keyhall. Browsers and apps go on as they are: the addresses
// of django-rest-auth are answered by the tenant's contract of the same name, and everything else by Django, which learns from
// headers who asks and needs no users of its own any more.
//
//	KEYHALL_URL=https://id.example.com KEYHALL_TENANT=acme DJANGO_URL=http://127.0.0.1:8000 django
//
// In Django, django.contrib.auth.middleware.RemoteUserMiddleware takes the header.
package main

import (
	"errors"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func main() {
	client, err := keyhall.New(os.Getenv("KEYHALL_URL"))
	if err != nil {
		log.Fatal(err)
	}
	site, err := url.Parse(os.Getenv("DJANGO_URL"))
	if err != nil {
		log.Fatal(err)
	}
	identity, err := url.Parse(os.Getenv("KEYHALL_URL"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: ":9000", Handler: front(client.Tenant(os.Getenv("KEYHALL_TENANT")), identity, site), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// The headers by which Django learns who asks. Nobody outside can set them.
const (
	userHeader  = "X-Remote-User"
	idHeader    = "X-Remote-User-Id"
	emailHeader = "X-Remote-Email"
)

// front shares requests out between Keyhall and Django.
func front(tenant *keyhall.TenantClient, identity, site *url.URL) http.Handler {
	at := *identity
	at.Path = strings.TrimRight(at.Path, "/") + "/t/" + tenant.Slug
	accounts := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&at)
		r.SetXForwarded()
	}}
	pages := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(site)
		r.SetXForwarded()
	}}
	mux := http.NewServeMux()
	mux.Handle("/rest-auth/", accounts)
	mux.Handle("/", identified(tenant, pages))
	return mux
}

// identified asks Keyhall whose key the request brings, as Django's own TokenAuthentication asked its table. Who brings none is a stranger.
func identified(tenant *keyhall.TenantClient, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, header := range []string{userHeader, idHeader, emailHeader} {
			r.Header.Del(header)
		}
		key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Token ")
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		user, err := tenant.With(keyhall.WithTokenKey(key)).RestAuth.User(r.Context())
		switch {
		case errors.Is(err, keyhall.ErrUnauthenticated):
			w.Header().Set("WWW-Authenticate", "Token")
			http.Error(w, `{"detail":"Invalid token."}`, http.StatusUnauthorized)
		case err != nil:
			log.Print(err)
			http.Error(w, `{"detail":"Try again in a moment."}`, http.StatusServiceUnavailable)
		default:
			r.Header.Set(userHeader, user.Username)
			r.Header.Set(idHeader, strconv.FormatInt(user.Pk, 10))
			r.Header.Set(emailHeader, user.Email)
			next.ServeHTTP(w, r)
		}
	})
}
