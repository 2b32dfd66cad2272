package picture_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/keyhall/keyhall/internal/picture"
)

// photo is a noisy JPEG of twelve megapixels, as phones make them: 4:2:0, some 3 MB.
func photo(t testing.TB) []byte {
	t.Helper()
	m := noisy(image.Pt(4000, 3000), image.YCbCrSubsampleRatio420)
	r := rand.New(rand.NewPCG(3, 4))
	for i := range m.Y {
		m.Y[i] = byte(int(m.Y[i]) + int(r.Uint32()%16))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkMake(b *testing.B) {
	data := photo(b)
	b.Logf("%d bytes", len(data))
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := jpeg.Decode(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("squares", func(b *testing.B) {
		for b.Loop() {
			if _, err := picture.Make(b.Context(), data, 64, 256, 512); err != nil {
				b.Fatal(err)
			}
		}
	})
}
