package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/keyhall/keyhall/internal/picture"
)

func encoded(t testing.TB, m image.Image, kind string) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch kind {
	case "png":
		err = png.Encode(&out, m)
	case "jpeg":
		err = jpeg.Encode(&out, m, nil)
	case "gif":
		err = gif.Encode(&out, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pngHeader is a PNG that ends after its header.
func pngHeader(width, height uint32, depth, colour, interlace byte) []byte {
	body := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	body = append(binary.BigEndian.AppendUint32(body, height), depth, colour, 0, 0, interlace)
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), body...)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(body))
}

// jpegHeader is a JPEG of three components that ends after its frame header.
func jpegHeader(width, height uint16, sof, luma byte) []byte {
	data := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), 0xff, sof, 0, 17, 8)
	data = binary.BigEndian.AppendUint16(data, height)
	data = binary.BigEndian.AppendUint16(data, width)
	return append(data, 3, 1, luma, 0, 2, 0x11, 0, 3, 0x11, 0)
}

// webpHeader is a WebP whose only chunk is cut off after its first bytes.
func webpHeader(chunk string, body ...byte) []byte {
	data := append([]byte(chunk), 0, 0, 1, 0)
	data = append(data, body...)
	return append([]byte("RIFF\x0c\x00\x01\x00WEBP"), data...)
}

func TestHeadersAreBelievedForWhatTheyCost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data   []byte
		want   picture.Header
		tooBig bool
	}{
		"png":             {encoded(t, image.NewGray(image.Rect(0, 0, 30, 20)), "png"), picture.Header{MediaType: "image/png", Width: 30, Height: 20, Memory: 600}, false},
		"gif":             {encoded(t, image.NewGray(image.Rect(0, 0, 30, 20)), "gif"), picture.Header{MediaType: "image/gif", Width: 30, Height: 20, Memory: 600}, false},
		"jpeg":            {encoded(t, image.NewRGBA(image.Rect(0, 0, 30, 20)), "jpeg"), picture.Header{MediaType: "image/jpeg", Width: 30, Height: 20, Memory: 900}, false},
		"the largest":     {pngHeader(5000, 5000, 8, 6, 0), picture.Header{MediaType: "image/png", Width: 5000, Height: 5000, Memory: 100_000_000}, false},
		"interlaced":      {pngHeader(5000, 5000, 8, 6, 1), picture.Header{MediaType: "image/png", Width: 5000, Height: 5000, Memory: 150_000_000}, true},
		"deep":            {pngHeader(5000, 4000, 16, 6, 0), picture.Header{MediaType: "image/png", Width: 5000, Height: 4000, Memory: 160_000_000}, true},
		"bomb":            {pngHeader(30_000, 30_000, 1, 0, 0), picture.Header{MediaType: "image/png", Width: 30_000, Height: 30_000, Memory: 900_000_000}, true},
		"a photo":         {jpegHeader(4000, 3000, 0xc0, 0x22), picture.Header{MediaType: "image/jpeg", Width: 4000, Height: 3000, Memory: 18_000_000}, false},
		"progressive":     {jpegHeader(4000, 3000, 0xc2, 0x22), picture.Header{MediaType: "image/jpeg", Width: 4000, Height: 3000, Memory: 90_000_000}, false},
		"full colour":     {jpegHeader(4000, 3000, 0xc2, 0x11), picture.Header{MediaType: "image/jpeg", Width: 4000, Height: 3000, Memory: 180_000_000}, true},
		"largest jpeg":    {jpegHeader(65_535, 65_535, 0xc0, 0x22), picture.Header{MediaType: "image/jpeg", Width: 65_535, Height: 65_535, Memory: 6_442_254_337}, true},
		"lossless webp":   {webpHeader("VP8L", 0x2f, 0xff, 0xff, 0xff, 0x0f), picture.Header{MediaType: "image/webp", Width: 16_384, Height: 16_384, Memory: 3_221_225_472}, true},
		"webp, large box": {webpHeader("VP8X", 0x10, 0, 0, 0, 0x0f, 0x27, 0, 0x0f, 0x27, 0), picture.Header{MediaType: "image/webp", Width: 10_000, Height: 10_000, Memory: 1_450_000_000}, true},
	} {
		if name == "webp, large box" {
			binary.LittleEndian.PutUint32(c.data[16:], 10)
		}
		got, err := picture.Inspect(c.data)
		if got != c.want || errors.Is(err, picture.ErrTooBig) != c.tooBig || !c.tooBig && err != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestWhatIsNoPicture(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("avatar"), "svg": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "html": []byte("<html>"), "pdf": []byte("%PDF-1.7"),
		"bmp": []byte("BM......................"), "magic alone": []byte("\x89PNG\r\n\x1a\n"), "no width": pngHeader(0, 5, 8, 0, 0), "no height": pngHeader(5, 0, 8, 0, 0),
		"endless": pngHeader(1, 1<<31-1, 8, 0, 0)[:30], "jpeg without frame": {0xff, 0xd8, 0xff, 0xd9}, "gif of no kind": []byte("GIF80a\x01\x00\x01\x00"),
		"riff of sound": []byte("RIFF\x00\x00\x00\x00WAVEfmt "), "short riff": []byte("RIFF\x00\x00\x00\x00WEBP"),
	} {
		if h, err := picture.Inspect(data); !errors.Is(err, picture.ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(pngHeader(3, 3, 8, 2, 0))
	f.Add(jpegHeader(3, 3, 0xc2, 0x22))
	f.Add(webpHeader("VP8L", 0x2f, 0, 0, 0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := picture.Inspect(data)
		if err == nil && (h.Width*h.Height > picture.MaxPixels || h.Memory > picture.MaxMemory || h.Memory < 1) {
			t.Errorf("%+v is allowed", h)
		}
	})
}
