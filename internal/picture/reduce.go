package picture

import (
	"image"
	"image/draw"
)

// reduce cuts out the middle square and makes it smaller by a whole factor, to less than twice the size wanted: the mean
// of each block of pixels. Every pixel counts, so noise becomes less, and nothing of the picture's size is copied.
func reduce(m image.Image, want int) *image.RGBA {
	b := m.Bounds()
	side := min(b.Dx(), b.Dy())
	factor := max(1, side/want)
	width := side / factor
	cut := image.Rectangle{Min: image.Pt(b.Min.X+(b.Dx()-width*factor)/2, b.Min.Y+(b.Dy()-width*factor)/2)}
	cut.Max = cut.Min.Add(image.Pt(width*factor, width*factor))
	out := image.NewRGBA(image.Rect(0, 0, width, width))
	planes, ok := m.(*image.YCbCr)
	switch {
	case factor == 1:
		draw.Draw(out, out.Bounds(), m, cut.Min, draw.Src)
	case ok:
		draw.Draw(out, out.Bounds(), reducePlanes(planes, cut, factor), image.Point{}, draw.Src)
	default:
		reduceStrips(out, m, cut, factor)
	}
	return out
}

// reducePlanes works on brightness and colours as they were decoded; colours mostly have fewer samples.
func reducePlanes(m *image.YCbCr, cut image.Rectangle, factor int) *image.YCbCr {
	width := cut.Dx() / factor
	out := image.NewYCbCr(image.Rect(0, 0, width, width), image.YCbCrSubsampleRatio444)
	across, down := subsampling(m.SubsampleRatio)
	origin := m.Rect.Min
	box(out.Y, m.Y, m.YStride, width, factor, cut.Min.Sub(origin), 1, 1)
	box(out.Cb, m.Cb, m.CStride, width, factor, cut.Min.Sub(origin), across, down)
	box(out.Cr, m.Cr, m.CStride, width, factor, cut.Min.Sub(origin), across, down)
	return out
}

// subsampling is how many pixels share a sample of colour.
func subsampling(r image.YCbCrSubsampleRatio) (across, down int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	default:
		return 1, 1
	}
}

// box fills a square plane of that width with the means of blocks of factor by factor pixels, the first at from. A
// sample stands for so many pixels across and down; those on a border count for both blocks.
func box(out, plane []byte, stride, width, factor int, from image.Point, across, down int) {
	columns, sums := spans(width, factor, from.X, across), make([]uint32, width)
	for y, rows := range spans(width, factor, from.Y, down) {
		clear(sums)
		for row := rows.first; row < rows.end; row++ {
			addUp(sums, plane[row*stride:], columns)
		}
		line := out[y*width : (y+1)*width]
		for x, c := range columns {
			n := uint32((c.end - c.first) * (rows.end - rows.first))
			line[x] = byte((sums[x] + n/2) / n)
		}
	}
}

// span is the samples of a block, in one direction.
type span struct{ first, end int }

// spans are those of all blocks: dividing once for each, not for each row of it, makes the sums half again as fast.
func spans(width, factor, from, each int) []span {
	all := make([]span, width)
	for i := range all {
		all[i] = span{(from + i*factor) / each, (from+(i+1)*factor-1)/each + 1}
	}
	return all
}

// addUp adds the samples of each block in one row.
func addUp(sums []uint32, row []byte, columns []span) {
	for x, c := range columns {
		sum := uint32(0)
		for _, sample := range row[c.first:c.end] {
			sum += uint32(sample)
		}
		sums[x] += sum
	}
}

// reduceStrips converts as many rows at a time as make one row of the result, whatever the picture is made of.
func reduceStrips(out *image.RGBA, m image.Image, cut image.Rectangle, factor int) {
	strip := image.NewRGBA(image.Rect(0, 0, cut.Dx(), factor))
	width := out.Bounds().Dx()
	n := uint32(factor * factor)
	for y := range width {
		draw.Draw(strip, strip.Bounds(), m, image.Pt(cut.Min.X, cut.Min.Y+y*factor), draw.Src)
		for x := range width {
			sum := blockSum(strip, x*factor, factor)
			for i, channel := range sum {
				out.Pix[y*out.Stride+4*x+i] = byte((channel + n/2) / n)
			}
		}
	}
}

func blockSum(strip *image.RGBA, left, factor int) (sum [4]uint32) {
	for row := range factor {
		at := row*strip.Stride + 4*left
		for p := strip.Pix[at : at+4*factor]; len(p) >= 4; p = p[4:] {
			sum[0] += uint32(p[0])
			sum[1] += uint32(p[1])
			sum[2] += uint32(p[2])
			sum[3] += uint32(p[3])
		}
	}
	return sum
}
