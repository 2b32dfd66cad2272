package guard

import (
	"net/http"
)

// Protect lets requests pass whose access token is good and obeys the rules. Handlers behind it find the token by Token.
func Protect(check Check, rules ...Rule) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, wrong := Enter(r.Context(), check, r.Header.Values("Authorization"), rules...)
			if wrong != nil {
				Refuse(w, wrong)
				return
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// TenantOf lets requests pass that are about the tenant of their token. It goes behind Protect; slug tells what a request is about, as in
// func(r *http.Request) string { return r.PathValue("tenant") }.
func TenantOf(slug func(*http.Request) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := Require(r.Context(), RequireTenant(slug(r))); err != nil {
				Refuse(w, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Refuse answers with a refusal; what is none becomes one of a token that is not valid.
func Refuse(w http.ResponseWriter, err error) {
	r := Refuses(err)
	h := w.Header()
	if r.Challenge != "" {
		h.Set("WWW-Authenticate", r.Challenge)
	}
	if r.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Problem()) //nolint:gosec // JSON, and declared as such
}
