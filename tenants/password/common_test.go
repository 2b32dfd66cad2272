package password

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryWordOfTheListIsFound(t *testing.T) {
	t.Parallel()
	words := strings.Split(string(common()), "\n")
	if len(words) < 20_000 || !slices.IsSorted(words) {
		t.Fatalf("%d words, sorted: %t", len(words), slices.IsSorted(words))
	}
	for i := 0; i < len(words); i += 17 {
		if !common().has(words[i]) || common().has(words[i]+"\x00") {
			t.Fatalf("word %d, %q, is not found as it should be", i, words[i])
		}
	}
	if !common().has(words[0]) || !common().has(words[len(words)-1]) || common().has("") || common().has("\xff") {
		t.Error("the ends of the list are wrong")
	}
	if len(common()) > 1<<20 {
		t.Errorf("the list takes %d bytes of memory", len(common()))
	}
}

func BenchmarkCheckCommon(b *testing.B) {
	for b.Loop() {
		isCommon("Kx9!vortex")
	}
}
