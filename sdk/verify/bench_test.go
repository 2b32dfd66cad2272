package verify_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
		bare := signature(b, tenant, raw)
		b.Run(algorithm, func(b *testing.B) {
			for b.Loop() {
				bare()
			}
		})
	}
}

// signature is the check of a token's signature, and nothing else.
func signature(b *testing.B, tenant *keyhalltest.Tenant, raw string) func() {
	dot := strings.LastIndexByte(raw, '.')
	message, signature := []byte(raw[:dot]), unbase(b, raw[dot+1:])
	var set struct{ Keys []struct{ Alg, X, N string } }
	if err := json.Unmarshal(tenant.JWKS(), &set); err != nil {
		b.Fatal(err)
	}
	edwards := ed25519.PublicKey(unbase(b, set.Keys[0].X))
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(unbase(b, set.Keys[0].N)), E: 65537}
	return func() {
		if set.Keys[0].Alg == keyhalltest.EdDSA {
			if !ed25519.Verify(edwards, message, signature) {
				b.Fatal("wrong")
			}
			return
		}
		digest := sha256.Sum256(message)
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
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

// BenchmarkOfSignature tells what a verification costs, of the check of its signature alone: both are timed in turns, and the
// middle of each counts, so that the ratio is of one machine in one state.
func BenchmarkOfSignature(b *testing.B) {
	for _, algorithm := range []string{keyhalltest.EdDSA, keyhalltest.RS256} {
		tenant, v, raw := benched(b, algorithm)
		bare := signature(b, tenant, raw)
		b.Run(algorithm, func(b *testing.B) {
			var alone, whole []time.Duration
			for b.Loop() {
				begun := time.Now()
				bare()
				between := time.Now()
				if _, err := v.Verify(b.Context(), raw); err != nil {
					b.Fatal(err)
				}
				alone, whole = append(alone, between.Sub(begun)), append(whole, time.Since(between))
			}
			slices.Sort(alone)
			slices.Sort(whole)
			b.ReportMetric(float64(whole[len(whole)/2])/float64(alone[len(alone)/2]), "ratio")
		})
	}
}

// BenchmarkEight tells how many tokens eight goroutines verify together, of what one does. With as many cores as that it
// would be 8 without contention, and with two it is 2.
func BenchmarkEight(b *testing.B) {
	for name, options := range map[string][]verify.Option{"verify": nil, "cached": {verify.WithCache(100)}} {
		_, v, raw := benched(b, keyhalltest.EdDSA, append(options, verify.WithClock(realClock))...)
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			const turn = 100 * time.Millisecond
			var one, eight float64
			for b.Loop() {
				one += rate(ctx, v, raw, 1, turn)
				eight += rate(ctx, v, raw, 8, turn)
			}
			b.ReportMetric(eight/one, "times-one")
		})
	}
}

// rate is how many tokens these goroutines verify in a while.
func rate(ctx context.Context, v *verify.Verifier, raw string, goroutines int, while time.Duration) float64 {
	var done atomic.Int64
	var all sync.WaitGroup
	stop := time.Now().Add(while)
	for range goroutines {
		all.Go(func() {
			n := int64(0)
			for ; n%64 != 0 || time.Now().Before(stop); n++ {
				if _, err := v.Verify(ctx, raw); err != nil {
					panic(err)
				}
			}
			done.Add(n)
		})
	}
	all.Wait()
	return float64(done.Load())
}
