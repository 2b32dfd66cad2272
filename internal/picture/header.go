package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Header is what a file says about itself before anything is decoded.
type Header struct {
	MediaType     string // image/jpeg, image/png, image/gif, image/webp
	Width, Height int    // as stored; the EXIF orientation may turn them
	Memory        int64  // bytes that decoding takes at most
}

// Bounds of what is decoded.
const (
	MaxPixels = 25_000_000
	MaxMemory = 100_000_000 // bytes
)

var (
	// ErrUnknown says that the bytes do not begin like a JPEG, PNG, GIF or WebP that could be decoded.
	ErrUnknown = errors.New("this is no readable JPEG, PNG, GIF or WebP")

	// ErrTooBig says that decoding would take more than MaxPixels or MaxMemory.
	ErrTooBig = errors.New("the picture has more pixels than allowed")
)

// format is one way to store pictures. Its cost is how many bytes decoding takes for each pixel.
type format struct {
	mediaType string
	magic     func(data []byte) bool
	config    func(io.Reader) (image.Config, error)
	decode    func(io.Reader) (image.Image, error)
	cost      func(data []byte, c image.Config) float64
}

// formats are told apart by their first bytes, never by a name: a file has one meaning, whatever else follows in it.
var formats = []format{
	{"image/jpeg", begins("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode, costOfJPEG},
	{"image/png", begins("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode, costOfPNG},
	{"image/gif", begins("GIF8"), gif.DecodeConfig, gif.Decode, costOfGIF}, // gif.Decode stops after the first frame
	{"image/webp", isWebP, webp.DecodeConfig, webp.Decode, costOfWebP},
}

func begins(magic string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
}

func isWebP(data []byte) bool {
	return len(data) > 16 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

// Inspect reads the header, in well under a millisecond. Errors: ErrUnknown, and ErrTooBig with the header as read.
func Inspect(data []byte) (Header, error) {
	h, _, err := inspect(data)
	return h, err
}

func inspect(data []byte) (Header, format, error) {
	for _, f := range formats {
		if !f.magic(data) {
			continue
		}
		c, err := f.config(bytes.NewReader(data))
		if err != nil || c.Width < 1 || c.Height < 1 {
			return Header{}, format{}, ErrUnknown
		}
		h := Header{MediaType: f.mediaType, Width: c.Width, Height: c.Height}
		pixels := float64(c.Width) * float64(c.Height)
		h.Memory = int64(pixels * f.cost(data, c))
		if pixels > MaxPixels || h.Memory > MaxMemory {
			return h, f, ErrTooBig
		}
		return h, f, nil
	}
	return Header{}, format{}, ErrUnknown
}

// coefficient is what a progressive JPEG keeps for each sample until its last scan, beside the sample itself.
const coefficient = 4

// costOfJPEG counts the samples of all planes for one pixel.
func costOfJPEG(data []byte, _ image.Config) float64 {
	f, ok := frameOf(data)
	if !ok {
		return 1 + 3*(1+coefficient)
	}
	if f.progressive {
		return f.samples * (1 + coefficient)
	}
	return f.samples
}

// costOfPNG: interlaced pictures are put together from a second one, of half the size at most.
func costOfPNG(data []byte, c image.Config) float64 {
	cost := costOfModel(c.ColorModel)
	if len(data) > 28 && data[28] != 0 {
		cost *= 1.5
	}
	return cost
}

// costOfModel is for formats that decode into one plane.
func costOfModel(m color.Model) float64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

func costOfGIF([]byte, image.Config) float64 { return 1 }

// lossless is what the decoder of lossless WebP takes, also for the transparency of lossy pictures: 6 for the pixels and
// those they are made from, and as much again because its code tables, which do not depend on the pixels, can take
// 140 MB in a file made for that.
const lossless = 12

func costOfWebP(data []byte, _ image.Config) float64 {
	switch string(data[12:16]) {
	case "VP8 ":
		return 1.5
	case "VP8L":
		return lossless
	default: // maybe with transparency
		return 1.5 + 1 + lossless
	}
}
