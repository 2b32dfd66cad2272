package identifier_test

import (
	"testing"

	"github.com/keyhall/keyhall/tenants/identifier"
)

func BenchmarkCanonicalForms(b *testing.B) {
	forms := map[string]func(){
		"email":               func() { identifier.Email("Ann.Example@Example.com") },
		"international email": func() { identifier.Email("ann@bücher.example") },
		"username":            func() { identifier.CanonicalUsername("Ann.Example") },
		"foreign username":    func() { identifier.CanonicalUsername("Žofie_ß+1") },
		"grammar":             func() { identifier.Username("Ann.Example") },
		"mobile":              func() { identifier.Mobile("+90 532 123 45 67", "") },
	}
	for name, form := range forms {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				form()
			}
		})
	}
}
