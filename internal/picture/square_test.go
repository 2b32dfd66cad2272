package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/keyhall/keyhall/internal/picture"
)

// quarters is a picture whose four corners differ: red, green below; blue, white to the right.
func quarters(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i, c := range []color.Color{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{0, 255, 0, 255}, color.White} {
		at := image.Pt(i%2*width/2, i/2*height/2)
		draw.Draw(m, image.Rectangle{at, at.Add(image.Pt(width-width/2, height-height/2))}, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return m
}

// corners names the colours of a file's corners, clockwise from the top left.
func corners(t *testing.T, file []byte, size int) (names string) {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(file))
	if err != nil || m.Bounds() != image.Rect(0, 0, size, size) {
		t.Fatalf("the square of %d: %v", size, err)
	}
	for _, p := range []image.Point{{1, 1}, {size - 2, 1}, {size - 2, size - 2}, {1, size - 2}} {
		r, g, b, _ := m.At(p.X, p.Y).RGBA()
		switch high := func(v uint32) bool { return v > 0xb000 }; {
		case high(r) && high(g) && high(b):
			names += "w"
		case high(r):
			names += "r"
		case high(g):
			names += "g"
		case high(b):
			names += "b"
		default:
			names += "?"
		}
	}
	return names
}

func squares(t *testing.T, data []byte) picture.Squares {
	t.Helper()
	s, err := picture.Make(t.Context(), data, 64, 256, 512)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Files) != 3 {
		t.Fatalf("%d files", len(s.Files))
	}
	return s
}

func TestSquaresOfEverySizeAndFormat(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1, 1}, {2, 7}, {63, 64}, {300, 200}, {512, 512}, {1023, 1500}, {2050, 1100}} {
		for _, kind := range []string{"png", "jpeg", "gif"} {
			s := squares(t, encoded(t, quarters(size.X, size.Y), kind))
			if s.MediaType != "image/jpeg" || s.Extension != ".jpg" {
				t.Errorf("%s of %v became %s", kind, size, s.MediaType)
			}
			for _, width := range []int{64, 256, 512} {
				if got := corners(t, s.Files[width], width); size.X > 60 && got != "rbwg" {
					t.Errorf("%s of %v at %d: %s", kind, size, width, got)
				}
			}
		}
	}
}

func TestTheMiddleIsShown(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 3000, 1000))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(1000, 0, 2000, 1000), quarters(1000, 1000), image.Point{}, draw.Src)
	for _, kind := range []string{"png", "jpeg"} {
		if got := corners(t, squares(t, encoded(t, m, kind)).Files[256], 256); got != "rbwg" {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestTransparencyIsKept(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 1200, 1200))
	draw.Draw(m, image.Rect(0, 0, 600, 1200), image.NewUniform(color.NRGBA{200, 0, 0, 128}), image.Point{}, draw.Src)
	s := squares(t, encoded(t, m, "png"))
	got, err := png.Decode(bytes.NewReader(s.Files[64]))
	if err != nil || s.MediaType != "image/png" || s.Extension != ".png" {
		t.Fatal(s.MediaType, err)
	}
	if left := color.NRGBAModel.Convert(got.At(10, 30)).(color.NRGBA); left.A < 126 || left.A > 130 || left.R < 197 || left.R > 203 {
		t.Errorf("half transparent became %v", left)
	}
	if _, _, _, a := got.At(60, 30).RGBA(); a != 0 {
		t.Errorf("transparent became %d", a)
	}
}

// exif puts a block of Exif data with an orientation behind the first marker of a JPEG.
func exif(data []byte, order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	tiff := order.AppendUint32([]byte(mark), 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 7}, {0x0112, orientation}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, entry[0]), 3)
		tiff = order.AppendUint16(order.AppendUint32(tiff, 1), entry[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	body := append(append([]byte("Exif\x00\x00"), tiff...), "GPS 47.3769 N, 8.5417 E; Mia Wong"...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return append(append(append([]byte{}, data[:2]...), append(segment, body...)...), data[2:]...)
}

// FIL-05: turned as the camera was held, and nothing of what it wrote down is left.
func TestOrientationIsAppliedAndTheRestOfExifIsGone(t *testing.T) {
	t.Parallel()
	plain := encoded(t, quarters(700, 600), "jpeg")
	for orientation, want := range map[uint16]string{0: "rbwg", 1: "rbwg", 2: "brgw", 3: "wgrb", 4: "gwbr", 5: "rgwb", 6: "grbw", 7: "wbrg", 8: "bwgr", 9: "rbwg"} {
		for mark, order := range map[string]binary.AppendByteOrder{"II*\x00": binary.LittleEndian, "MM\x00*": binary.BigEndian} {
			s := squares(t, exif(plain, order, mark, orientation))
			for size, file := range s.Files {
				if got := corners(t, file, size); got != want {
					t.Errorf("orientation %d at %d: %s", orientation, size, got)
				}
				if bytes.Contains(file, []byte("Exif")) || bytes.Contains(file, []byte("GPS")) {
					t.Errorf("metadata in the square of %d", size)
				}
			}
		}
	}
}

// Colours with fewer samples than pixels must not move or fade.
func TestPlanesAreReducedLikePixels(t *testing.T) {
	t.Parallel()
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		for _, size := range []image.Point{{1100, 1100}, {1539, 2001}, {2561, 1550}} {
			if got, most := picture.WorstReduction(noisy(size, ratio), 512); got > most {
				t.Errorf("%s of %v: off by %d", ratio, size, got)
			}
		}
	}
}

// noisy is a smooth picture, for its colours, with noise.
func noisy(size image.Point, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	m := image.NewYCbCr(image.Rectangle{Max: size}, ratio)
	r := rand.New(rand.NewPCG(1, 2))
	for y := range size.Y {
		for x := range size.X {
			m.Y[m.YOffset(x, y)] = byte(60 + 100*x/size.X + int(r.Uint32()%20))
			m.Cb[m.COffset(x, y)] = byte(50 + 150*y/size.Y)
			m.Cr[m.COffset(x, y)] = byte(50 + 150*x/size.X)
		}
	}
	return m
}

func TestBrokenFilesAreRefused(t *testing.T) {
	t.Parallel()
	whole := encoded(t, quarters(900, 900), "png")
	photo := encoded(t, quarters(900, 900), "jpeg")
	scans := photo[:len(photo)-2]
	for range 30 {
		scans = append(scans, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0)
	}
	for name, data := range map[string][]byte{
		"half a png": whole[:len(whole)/2], "a changed png": append(append([]byte{}, whole[:200]...), whole[300:]...), "header alone": pngHeader(64, 64, 8, 2, 0),
		"many scans": scans,
	} {
		if _, err := picture.Make(t.Context(), data, 64); !errors.Is(err, picture.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := picture.Make(t.Context(), pngHeader(30_000, 30_000, 8, 2, 0), 64); !errors.Is(err, picture.ErrTooBig) {
		t.Errorf("a bomb: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := picture.Make(ended, whole, 64); !errors.Is(err, context.Canceled) {
		t.Errorf("out of time: %v", err)
	}
}

// FIL-04: the first frame is the picture.
func TestAnimationsStandStill(t *testing.T) {
	t.Parallel()
	frames := gif.GIF{}
	for i := range 200 {
		m := image.NewPaletted(image.Rect(0, 0, 300, 300), color.Palette{color.White, color.RGBA{255, 0, 0, 255}})
		if i == 0 {
			draw.Draw(m, m.Bounds(), image.NewUniform(m.Palette[1]), image.Point{}, draw.Src)
		}
		frames.Image, frames.Delay = append(frames.Image, m), append(frames.Delay, 1)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &frames); err != nil {
		t.Fatal(err)
	}
	if got := corners(t, squares(t, out.Bytes()).Files[64], 64); got != "rrrr" {
		t.Errorf("not the first frame: %s", got)
	}
}

func FuzzMake(f *testing.F) {
	for _, kind := range []string{"png", "jpeg", "gif"} {
		f.Add(encoded(f, quarters(9, 5), kind))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := picture.Inspect(data); err != nil || h.Memory > 1<<20 {
			return
		}
		if s, err := picture.Make(t.Context(), data, 16); err == nil {
			if _, _, err := image.Decode(bytes.NewReader(s.Files[16])); err != nil {
				t.Error(err)
			}
		}
	})
}
