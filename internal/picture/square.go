package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/draw"
)

// Squares are what Make makes of a picture: files that hold its pixels and nothing else of it.
type Squares struct {
	MediaType string // image/png if the picture has transparent parts, else image/jpeg
	Extension string // .png, .jpg
	Files     map[int][]byte
}

// ErrBroken says that the pixels cannot be decoded, or only at a price that no honest file has.
var ErrBroken = errors.New("the picture cannot be decoded")

// Make cuts the middle square out of the picture's first frame, turned as its Exif data say, and scales it to each of the
// sizes (widths in pixels), smaller ones and larger ones. Errors: ErrUnknown, ErrTooBig, ErrBroken, and that of ctx if it
// ends first. It takes at most MaxMemory and some 20 MB; run one at a time.
func Make(ctx context.Context, data []byte, sizes ...int) (Squares, error) {
	h, f, err := inspect(data)
	if err != nil {
		return Squares{}, err
	}
	if f.mediaType == "image/jpeg" && scansOf(data) > maxScans {
		return Squares{}, ErrBroken
	}
	m, err := decode(ctx, f, h, data)
	if err != nil {
		return Squares{}, err
	}
	small := reduce(m, slices.Max(sizes))
	if f.mediaType == "image/jpeg" {
		small = turned(small, orientationOf(data))
	}
	return encode(small, sizes)
}

// maxScans is twice what progressive JPEGs have that are meant to be looked at.
const maxScans = 24

// decode never panics and stops when ctx does.
func decode(ctx context.Context, f format, h Header, data []byte) (m image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("%w: %v", ErrBroken, p)
		}
	}()
	m, err = f.decode(&bounded{ctx, bytes.NewReader(data)})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	b := m.Bounds()
	if b.Empty() || b.Dx() > h.Width || b.Dy() > h.Height {
		return nil, ErrBroken
	}
	return m, nil
}

// bounded is a file that cannot be read on when the time is up. Decoders ask for little at a time.
type bounded struct {
	ctx  context.Context //nolint:containedctx // it lives as long as one decoding
	data io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.data.Read(p)
}

const quality = 85

// encode scales from each size to the next smaller one, which costs little and blurs nothing.
func encode(m *image.RGBA, sizes []int) (Squares, error) {
	s := Squares{MediaType: "image/jpeg", Extension: ".jpg", Files: map[int][]byte{}}
	write := func(out *bytes.Buffer, m *image.RGBA) error {
		return jpeg.Encode(out, m, &jpeg.Options{Quality: quality})
	}
	if !m.Opaque() {
		s.MediaType, s.Extension = "image/png", ".png"
		write = func(out *bytes.Buffer, m *image.RGBA) error { return png.Encode(out, m) }
	}
	for _, size := range slices.Backward(slices.Sorted(slices.Values(sizes))) {
		m = scaled(m, size)
		var out bytes.Buffer
		if err := write(&out, m); err != nil {
			return Squares{}, err
		}
		s.Files[size] = out.Bytes()
	}
	return s, nil
}

// scaled takes means where a whole number of pixels becomes one, as from 512 to 256, and else a filter, which costs more.
func scaled(m *image.RGBA, size int) *image.RGBA {
	width := m.Bounds().Dx()
	if width == size {
		return m
	}
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	if width%size == 0 {
		reduceStrips(out, m, m.Bounds(), width/size)
		return out
	}
	draw.CatmullRom.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	return out
}
