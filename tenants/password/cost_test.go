package password

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// Not parallel: it measures. Nobody's and an imported account's quick hash take the time of one of ours.
func TestNobodyCostsAsMuchAsSomebody(t *testing.T) {
	params := Params{Memory: 2048, Passes: 1, Lanes: 1}
	for name, stored := range map[string]string{"nobody": "", "imported": foreignHashes[5]} {
		p := pool(t, PoolOptions{Params: params, Hashers: 1})
		if NeedsRehash(p.dummy, params) {
			t.Fatal("the dummy is not of today's costs")
		}
		takesAsLong(t, p, name, stored, hash("Kx9!vortex", params).String())
	}
}

// takesAsLong compares the quickest of many checks, until they agree: what else runs on the machine only ever adds.
func takesAsLong(t *testing.T, p *Pool, name, stored, phc string) {
	took := func(stored string) time.Duration {
		start := time.Now()
		if ok, _, err := p.Verify(context.Background(), "t", stored, "wrong"); ok || err != nil {
			t.Fatalf("%t, %v", ok, err)
		}
		return time.Since(start)
	}
	somebody, other := time.Hour, time.Hour
	for samples := int64(1); samples <= 400; samples++ {
		somebody, other = min(somebody, took(phc)), min(other, took(stored))
		if done := p.Stats().Done; done != 2*samples {
			t.Fatalf("%d checks made %d hashes", 2*samples, done)
		}
		if r := float64(other) / float64(somebody); samples >= 10 && r > 0.75 && r < 1.33 {
			return
		}
	}
	t.Errorf("%s takes %s, somebody %s", name, other, somebody)
}

func BenchmarkVerify(b *testing.B) {
	p := NewPool(PoolOptions{})
	defer p.Close()
	phc := hash("Kx9!vortex", Recommended).String()
	for name, stored := range map[string]string{"somebody": phc, "nobody": ""} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := p.Verify(b.Context(), "t", stored, "wrong"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkQueue is what the pool itself costs, with work that costs nothing.
func BenchmarkQueue(b *testing.B) {
	for _, tenants := range []int{1, 50} {
		b.Run(fmt.Sprint(tenants), func(b *testing.B) {
			p := NewPool(PoolOptions{Params: Cheap, Queue: 1 << 20, QueuePerTenant: 1 << 20, MaxWait: time.Minute})
			defer p.Close()
			names := make([]string, tenants)
			for i := range names {
				names[i] = fmt.Sprint("tenant", i)
			}
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					if err := p.do(b.Context(), names[i%tenants], func() {}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
