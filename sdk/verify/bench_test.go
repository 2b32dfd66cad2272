package verify_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

var realClock = time.Now

func benched(b *testing.B, algorithm string, options ...verify.Option) (*keyhalltest.Tenant, *verify.Verifier, string) {
	_, tenant, v := acme(b, options...)
	tenant.RotateTo(algorithm)
	tenant.Revoke()
	raw := tenant.Token(keyhalltest.Claims{UserID: 7, Email: "mia@example.com", Group: "coach", Permissions: []string{"users.read", "users.write"}})
	if _, err := v.Verify(b.Context(), raw); err != nil {
		b.Fatal(err)
	}
	return tenant, v, raw
}

// BenchmarkSignature is the floor: the check of the signature and nothing else. Compare with BenchmarkVerify.
func BenchmarkSignature(b *testing.B) {
	for _, algorithm := range []string{keyhalltest.EdDSA, keyhalltest.RS256} {
		tenant, _, raw := benched(b, algorithm)
		dot := strings.LastIndexByte(raw, '.')
		message, signature := []byte(raw[:dot]), unbase(b, raw[dot+1:])
		var set struct{ Keys []struct{ X, N string } }
		if err := json.Unmarshal(tenant.JWKS(), &set); err != nil {
			b.Fatal(err)
		}
		edwards := ed25519.PublicKey(unbase(b, set.Keys[0].X))
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(unbase(b, set.Keys[0].N)), E: 65537}
		b.Run(algorithm, func(b *testing.B) {
			for b.Loop() {
				if algorithm == keyhalltest.EdDSA {
					if !ed25519.Verify(edwards, message, signature) {
						b.Fatal("wrong")
					}
					continue
				}
				digest := sha256.Sum256(message)
				if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func unbase(b *testing.B, text string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func BenchmarkVerify(b *testing.B) {
	for _, algorithm := range []string{keyhalltest.EdDSA, keyhalltest.RS256, keyhalltest.ES256} {
		_, v, raw := benched(b, algorithm)
		b.Run(algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Verify(b.Context(), raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCached(b *testing.B) {
	_, v, raw := benched(b, keyhalltest.EdDSA, verify.WithCache(100), verify.WithClock(realClock))
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(ctx, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParallel is to be run with -cpu 1,8: where there are as many cores, the time falls as their number grows.
func BenchmarkParallel(b *testing.B) {
	for name, options := range map[string][]verify.Option{"verify": nil, "cached": {verify.WithCache(100)}} {
		_, v, raw := benched(b, keyhalltest.EdDSA, append(options, verify.WithClock(realClock))...)
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := v.Verify(b.Context(), raw); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
