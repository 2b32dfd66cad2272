package token_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/token"
)

// payload reads a token as its clients do, without a key.
func payload(t *testing.T, raw string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestAnOldClientsTokenSaysWhatItReadsAndLetsInLikeAnyOther(t *testing.T) {
	s, in, _ := newService(t)
	raw, err := s.SignLegacy(t.Context(), in, claims, map[string]any{"sub": 7, "user_id": 7, "name": "Mia"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	read := payload(t, raw)
	if read["sub"] != 7.0 || read["user_id"] != 7.0 || read["name"] != "Mia" || read["token_type"] != "access" || len(read["jti"].(string)) != 32 {
		t.Errorf("clients read %v", read)
	}
	got, err := s.Verify(t.Context(), in, raw)
	if err != nil || got.UserID() != 7 || got.SessionID() != claims.SessionID() {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestARefreshJWTIsOneTokenAGenerationAndForItsContract(t *testing.T) {
	s, in, c := newService(t)
	want := token.RefreshJWT{
		Refresh: token.Refresh{Session: uuid.New(), Generation: 3}, Contract: "simplejwt", UserID: 7,
		IssuedAt: time.Unix(c.at.Unix(), 0), Expires: time.Unix(c.at.Unix()+60, 0),
	}
	raw, err := s.SignRefresh(t.Context(), in, want, map[string]any{"username": "mia"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.SignRefresh(t.Context(), in, want, map[string]any{"username": "mia"}); err != nil || again != raw {
		t.Errorf("the same generation is another token (%v)", err)
	}
	if got, err := s.ParseRefreshJWT(t.Context(), in, raw, "simplejwt"); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = s.ParseRefreshJWT(t.Context(), in, raw, "drfuser")
	wants(t, "in another contract", err, fault.TokenInvalid)
	_, err = s.Verify(t.Context(), in, raw)
	wants(t, "as an access token", err, fault.TokenWrongType)
	for name, access := range map[string]func() (string, error){
		"an access token":                 func() (string, error) { return s.Sign(t.Context(), in, claims, time.Minute) },
		"an access token of old contract": func() (string, error) { return s.SignLegacy(t.Context(), in, claims, nil, time.Minute) },
	} {
		raw, err := access()
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ParseRefreshJWT(t.Context(), in, raw, "simplejwt")
		wants(t, name, err, fault.TokenWrongType)
	}
	c.at = c.at.Add(time.Minute)
	_, err = s.ParseRefreshJWT(t.Context(), in, raw, "simplejwt")
	wants(t, "a minute later", err, fault.TokenExpired)
}
