package picture_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/picture"
)

// TestMain lets this binary make one picture in a process of its own and tell what that took.
func TestMain(m *testing.M) {
	if file := os.Getenv("KEYHALL_TEST_PICTURE"); file != "" {
		os.Exit(makeAlone(file))
	}
	os.Exit(m.Run())
}

func makeAlone(file string) int {
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	began := time.Now()
	_, err = picture.Make(ctx, data, 64, 256, 512)
	took := time.Since(began)
	status, _ := os.ReadFile("/proc/self/status") // without it nothing is told, and the test complains
	fmt.Printf("took %d ms\n%s\nended with %v\n", took.Milliseconds(), status, err)
	return 0
}

var (
	peak  = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)
	lasts = regexp.MustCompile(`took (\d+) ms`)
)

// What the worst file may cost a worker.
const (
	mostMemory = 256 << 10 // kB
	mostTime   = 2500      // ms; the worker breaks off after 2 s
)

// FIL-03, FIL-04: no file, however it was made, takes more than its share.
func TestHostileFilesStayWithinTheirBounds(t *testing.T) {
	for name, data := range costly(t) {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "picture")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), "KEYHALL_TEST_PICTURE="+file)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			memory, took := number(t, peak, out), number(t, lasts, out)
			t.Logf("%d bytes: %d MB at most, %d ms", len(data), memory>>10, took)
			if memory > mostMemory || took > mostTime {
				t.Errorf("it took %d MB and %d ms", memory>>10, took)
			}
		})
	}
}

func number(t *testing.T, in *regexp.Regexp, out []byte) int {
	t.Helper()
	found := in.FindSubmatch(out)
	if found == nil {
		t.Fatalf("%s: not in %s", in, out)
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// costly files are honest ones at the limits, and such as say that they are smaller or larger than they are.
func costly(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{"a photo of 12 megapixels": photo(t)}
	var b bytes.Buffer
	add := func(name string, err error) {
		if err != nil {
			t.Fatal(err)
		}
		files[name], b = bytes.Clone(b.Bytes()), bytes.Buffer{}
	}
	large := image.NewPaletted(image.Rect(0, 0, 5000, 5000), color.Palette{color.White, color.Black})
	add("a PNG of 25 megapixels", png.Encode(&b, large))
	add("a JPEG of 25 megapixels", jpeg.Encode(&b, image.NewGray(large.Rect), nil))
	deep := image.NewNRGBA64(image.Rect(0, 0, 3500, 3500))
	add("a PNG of 98 MB", png.Encode(&b, deep))
	bomb := bytes.Clone(files["a PNG of 25 megapixels"])
	copy(bomb[16:], []byte{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30})
	files["a PNG that says 30,000 by 30,000"] = bomb
	frames := &gif.GIF{}
	for range 200 {
		frames.Image, frames.Delay = append(frames.Image, image.NewPaletted(image.Rect(0, 0, 2000, 2000), color.Palette{color.White})), append(frames.Delay, 1)
	}
	add("a GIF of 200 frames", gif.EncodeAll(&b, frames))
	return files
}
