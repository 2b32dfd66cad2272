package picture

import "image"

// opaque hides what a picture is made of, so that it is reduced by the general way.
type opaque struct{ image.Image }

// WorstReduction compares the way for planes with that for everything, and says how far apart they may be.
func WorstReduction(m *image.YCbCr, want int) (worst, most int) {
	a, b := reduce(m, want), reduce(opaque{m}, want)
	for i := range a.Pix {
		worst = max(worst, int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	return worst, 6
}
